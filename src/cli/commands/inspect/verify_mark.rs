//! `babblecast verify-mark`: what a file says of its own making. Works on any file; no campaign, no home.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::target::existing_file;
use crate::credentials::{self, CredentialError, Standing, Verified};
use crate::domain::Display;
use crate::media::mark::{self, Said};

/// Print what a file says of how it was made
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads PNG, JPEG, WebP, MP4 and WAV: the IPTC digital source type in the XMP, and the source types that a C2PA manifest \
names. A build with the feature `c2pa` checks the signature too, says who signed, and what the file was made of; others say \
that it is not checked. Nothing is fetched: whose word is taken for a signer, --anchors or the setting c2pa.anchors says.

Exit code 0: it names a source type. 1: it does not, or it was changed after it was signed. 2: it cannot be read.

Example: babblecast verify-mark output/nap_or_snack/nap_or_snack.mp4")]
pub struct Arguments {
    /// A picture, a video or a sound
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// Certificates whose word is taken for a signer (PEM)
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    anchors: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let path = existing_file(&arguments.file, "Name a picture, a video or a sound.")?;
    let shown = arguments.file.to_string_lossy();
    let failed = |error: &dyn std::fmt::Display| Failure::wrong(format!("{}: {error}.", shown.display()));
    let said = mark::read(&path).map_err(|error| failed(&error))?;
    let verified = match &said.c2pa {
        None => None,
        Some(_) => match credentials::verify(&path, anchors(arguments, context)?.as_deref()) {
            Ok(verified) => verified,
            Err(CredentialError::Absent) => None,
            // A manifest that cannot be read counts for as little as one that was changed.
            Err(error) => Some(Verified {
                standing: Standing::Broken,
                signed_by: None,
                problems: vec![error.to_string()],
                ingredients: Vec::new(),
            }),
        },
    };
    let source_type = said.source_type();
    let answer = json!({
        "file": shown,
        "source_type": source_type,
        "meaning": source_type.map(meaning),
        "xmp": said.xmp.as_ref().map(|xmp| json!({"source_type": xmp.source_type, "systems": xmp.systems})),
        "c2pa": said.c2pa.as_ref().map(|terms| credentials_of(terms, verified.as_ref())),
    });
    context.output.answer(&answer, || in_words(&shown, &said, verified.as_ref()))?;
    let is_broken = verified.is_some_and(|verified| verified.standing == Standing::Broken);
    Ok(if source_type.is_some() && !is_broken { Exit::Done } else { Exit::Unable })
}

/// The certificates whose word is taken.
fn anchors(arguments: &Arguments, context: &Context) -> Result<Option<String>, Failure> {
    let Some(path) = arguments.anchors.as_ref().or(context.config.c2pa.anchors.value.as_ref()) else { return Ok(None) };
    let path = existing_file(path, "Name a file with certificates in PEM form.")?;
    let failed = |error| Failure::wrong(format!("{}: it cannot be read ({error}).", path.to_string_lossy().display()));
    let anchors = std::fs::read_to_string(&path).map_err(failed)?;
    // A file that was not changed must not be told as broken because nobody could be asked.
    if !anchors.contains("-----BEGIN CERTIFICATE-----") {
        let path = path.to_string_lossy();
        return Err(Failure::wrong(format!("{}: it holds no certificate in PEM form.", path.display())));
    }
    Ok(Some(anchors))
}

fn credentials_of(terms: &[String], verified: Option<&Verified>) -> serde_json::Value {
    let Some(verified) = verified else { return json!({"source_types": terms, "checked": false}) };
    let ingredients: Vec<_> = verified
        .ingredients
        .iter()
        .map(|ingredient| json!({"title": ingredient.title, "signed_by": ingredient.signed_by}))
        .collect();
    json!({
        "source_types": terms,
        "checked": true,
        "standing": match verified.standing {
            Standing::Trusted => "trusted",
            Standing::Intact => "intact",
            Standing::Broken => "broken",
        },
        "signed_by": verified.signed_by,
        "problems": verified.problems,
        "ingredients": ingredients,
    })
}

fn in_words(file: &str, said: &Said, verified: Option<&Verified>) -> String {
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
        let Some(verified) = verified else {
            lines.push(format!("  C2PA  {}; the signature is not checked here", terms.display()));
            return lines.join("\n");
        };
        lines.push(format!("  C2PA  {}", terms.display()));
        let signer = verified.signed_by.as_deref().unwrap_or("nobody who is named").display();
        lines.push(match verified.standing {
            Standing::Trusted => format!("        signed by {signer}, for whom an anchor vouches; unchanged since"),
            Standing::Intact => format!("        signed by {signer}, for whom no anchor vouches; unchanged since"),
            Standing::Broken => format!("        signed by {signer}, AND IT DOES NOT COUNT:"),
        });
        lines.extend(verified.problems.iter().map(|problem| format!("        × {}", problem.display())));
        lines.extend(verified.ingredients.iter().map(|ingredient| match &ingredient.signed_by {
            Some(signer) => format!("        made of {}, signed by {}", ingredient.title.display(), signer.display()),
            None => format!("        made of {}", ingredient.title.display()),
        }));
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
    use crate::credentials::VerifiedIngredient;

    use crate::domain::SourceType;
    use crate::media::mark::Statement;

    #[test]
    fn what_is_found_is_told_line_by_line() {
        use SourceType::{AlgorithmicMedia, Composite, CompositeWithTrainedAlgorithmicMedia, TrainedAlgorithmicMedia};
        let xmp = Statement { source_type: Some("trainedAlgorithmicMedia".into()), systems: Some("openai x".into()) };
        let said = Said { xmp: Some(xmp), c2pa: Some(vec![]) };
        assert_eq!(
            in_words("a.png", &said, None),
            "a.png: made by trained models\n  XMP   trainedAlgorithmicMedia\n        made with openai x\n  \
             C2PA  no source type; the signature is not checked here"
        );
        let checked = Verified {
            standing: Standing::Intact,
            signed_by: Some("Ada".to_owned()),
            problems: Vec::new(),
            ingredients: vec![
                VerifiedIngredient { title: "Portrait of Bo".to_owned(), signed_by: Some("OpenAI".to_owned()) },
                VerifiedIngredient { title: "own.png".to_owned(), signed_by: None },
            ],
        };
        let signed = Said { xmp: None, c2pa: Some(vec!["algorithmicMedia".to_owned()]) };
        assert_eq!(
            in_words("a.png", &signed, Some(&checked)),
            "a.png: made by an algorithm that learnt from nothing\n  C2PA  algorithmicMedia\n        signed by Ada, for whom \
             no anchor vouches; unchanged since\n        made of Portrait of Bo, signed by OpenAI\n        made of own.png"
        );
        let broken = Verified { standing: Standing::Broken, problems: vec!["hash differs".to_owned()], ..checked };
        let words = in_words("a.png", &signed, Some(&broken));
        assert!(words.contains("signed by Ada, AND IT DOES NOT COUNT:\n        × hash differs\n"), "{words}");
        assert_eq!(in_words("a.png", &Said::default(), None), "a.png does not say how it was made.");
        for written in [TrainedAlgorithmicMedia, CompositeWithTrainedAlgorithmicMedia, AlgorithmicMedia, Composite] {
            assert!(!meaning(written.term()).contains("not known"), "{written:?}");
        }
    }
}
