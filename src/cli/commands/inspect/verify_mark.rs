//! `babblecast verify-mark`: what a file says of its own making. Works on any file; no campaign, no home.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::target::existing_file;
use crate::domain::Display;
use crate::media::mark::{self, Said};

/// Print what a file says of how it was made
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads PNG, JPEG, WebP, MP4 and WAV: the IPTC digital source type in the XMP, and the source types that a C2PA manifest \
names. A signature is found, not checked; contentcredentials.org/verify checks it.

Exit code 0: it names a source type. 1: it does not. 2: it cannot be read.

Example: babblecast verify-mark output/nap_or_snack/nap_or_snack.mp4")]
pub struct Arguments {
    /// A picture, a video or a sound
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let path = existing_file(&arguments.file, "Name a picture, a video or a sound.")?;
    let shown = arguments.file.to_string_lossy();
    let said = mark::read(&path).map_err(|error| Failure::wrong(format!("{}: {error}.", shown.display())))?;
    let source_type = said.source_type();
    let answer = json!({
        "file": shown,
        "source_type": source_type,
        "meaning": source_type.map(meaning),
        "xmp": said.xmp.as_ref().map(|xmp| json!({"source_type": xmp.source_type, "systems": xmp.systems})),
        "c2pa": said.c2pa.as_ref().map(|terms| json!({"source_types": terms, "checked": false})),
    });
    context.output.answer(&answer, || in_words(&shown, &said))?;
    Ok(if source_type.is_some() { Exit::Done } else { Exit::Unable })
}

fn in_words(file: &str, said: &Said) -> String {
    let file = file.display();
    let mut lines = vec![match said.source_type() {
        Some(term) => format!("{file}: {}", meaning(term)),
        None => format!("{file} does not say how it was made."),
    }];
    let named = |term: &Option<String>| term.clone().unwrap_or_else(|| "no source type".to_owned());
    if let Some(xmp) = &said.xmp {
        lines.push(format!("  XMP   {}", named(&xmp.source_type).display()));
        lines.extend(xmp.systems.as_ref().map(|systems| format!("        made with {}", systems.display())));
    }
    if let Some(terms) = &said.c2pa {
        let terms = if terms.is_empty() { "no source type".to_owned() } else { terms.join(", ") };
        lines.push(format!("  C2PA  {}; the signature is not checked here", terms.display()));
    }
    lines.join("\n")
}

/// A term of the IPTC's vocabulary in words.
fn meaning(term: &str) -> &'static str {
    match term {
        "trainedAlgorithmicMedia" => "made by trained models",
        "compositeWithTrainedAlgorithmicMedia" => "put together or edited with the help of trained models",
        "compositeSynthetic" => "put together, and part of it was made by trained models",
        "algorithmicMedia" => "made by an algorithm that learnt from nothing",
        "composite" => "put together of several things",
        "compositeCapture" => "put together of several captures of real life",
        "digitalCapture" | "computationalCapture" => "captured from real life",
        "screenCapture" => "captured from a screen",
        "digitalCreation" | "digitalArt" => "made by a person with digital tools",
        "humanEdits" | "minorHumanEdits" => "edited by a person",
        "algorithmicallyEnhanced" => "changed by an algorithm",
        "negativeFilm" | "positiveFilm" | "print" => "digitised",
        _ => "says it in a term that is not known here",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SourceType;
    use crate::media::mark::Statement;

    #[test]
    fn what_is_found_is_told_line_by_line() {
        use SourceType::{AlgorithmicMedia, Composite, CompositeWithTrainedAlgorithmicMedia, TrainedAlgorithmicMedia};
        let xmp = Statement { source_type: Some("trainedAlgorithmicMedia".into()), systems: Some("openai x".into()) };
        let said = Said { xmp: Some(xmp), c2pa: Some(vec![]) };
        assert_eq!(
            in_words("a.png", &said),
            "a.png: made by trained models\n  XMP   trainedAlgorithmicMedia\n        made with openai x\n  \
             C2PA  no source type; the signature is not checked here"
        );
        assert_eq!(in_words("a.png", &Said::default()), "a.png does not say how it was made.");
        for written in [TrainedAlgorithmicMedia, CompositeWithTrainedAlgorithmicMedia, AlgorithmicMedia, Composite] {
            assert!(!meaning(written.term()).contains("not known"), "{written:?}");
        }
    }
}
