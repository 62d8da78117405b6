//! `babblecast preview`: one picture of a scene with its caption, in seconds and for nothing.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::labels::Labels;
use crate::cli::support::output::say;
use crate::cli::support::session::loaded;
use crate::cli::support::submit::make;
use crate::cli::support::target::{Target, scene, target};
use crate::domain::Display;
use crate::engine::{Command, Consent, RunId, ScenePreview, Scope, clip_of, lacks, shown_path};
use crate::media::mark::{self, Statement};
use crate::media::picture::encode_png;
use crate::plan::{Mode, Product};
use crate::show::{PrintOptions, print_picture};

/// Show one picture of a scene with its caption, without making the clip
#[derive(Debug, clap::Args)]
#[command(after_help = "\
How captions look is said by `captions` of the campaign file. The picture is that of the draft, unless the final's is asked \
for and its voice is made.

Examples: babblecast preview monroviaboy_baby_podcast_001 --scene 2
          babblecast preview monroviaboy_baby_podcast_001 --scene 2 --at 1.5 --out caption.png")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
    /// The scene with this number; the first is 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    scene: u32,
    /// Seconds from the beginning of the scene
    #[arg(long, value_name = "S", default_value_t = 1.0, value_parser = seconds)]
    at: f64,
    /// Where the PNG goes
    #[arg(long, value_name = "FILE", default_value = "preview.png", value_hint = clap::ValueHint::FilePath)]
    out: PathBuf,
    /// Coloured characters only, which every terminal can show
    #[arg(long)]
    plain: bool,
    /// The final's picture, whose voice must be made
    #[arg(long)]
    r#final: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "write seconds, such as 1.5".to_owned())?;
    if (0.0..=36_000.0).contains(&seconds) { Ok(seconds) } else { Err("write seconds, 0 or more".to_owned()) }
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut session = context.open(std::slice::from_ref(&arguments.campaign))?;
    let entry = session.good_entry(&arguments.campaign)?;
    let loaded = loaded(&entry)?;
    let scene = scene(&loaded.campaign, arguments.scene)?;
    let mode = if arguments.r#final { Mode::Final } else { Mode::Draft };
    let graph = loaded.graph(mode).ok_or_else(|| Failure::unable("Nobody makes this here."))?;
    let clip = clip_of(graph, scene).ok_or_else(|| Failure::unable("Nobody makes this scene here."))?;
    let missing: Vec<(Scope, bool)> = lacks(graph, clip, &|key| session.job(key).outputs.as_slice())
        .into_iter()
        .map(|job| {
            let is_of_scene = matches!(job.product(), Product::Voice | Product::ShapedVoice);
            let speaker = job.speakers.first().copied().filter(|_| !is_of_scene);
            let scope = Scope {
                products: vec![job.product()],
                speaker,
                scene: is_of_scene.then_some(scene),
                ..Scope::default()
            };
            (scope, job.price().is_zero())
        })
        .collect();
    if missing.iter().any(|(_, is_free)| !is_free) {
        let id = &loaded.campaign.id;
        return Err(Failure::stopped(format!(
            "Scene {number} of the final is not made yet and costs something: babblecast generate {id} --scene {number}; \
             or leave --final out and look at the draft.",
            number = arguments.scene
        )));
    }
    for (scope, _) in missing {
        let run = RunId::random();
        let campaign = loaded.campaign.id.clone();
        let command = Command::Generate { run, campaign, mode, scope, consent: Consent::FreeOnly };
        let finished = make(context, &mut session, Labels::of(loaded, mode), run, command)?;
        if finished.exit() != Exit::Done {
            session.close()?;
            return Err(Failure { exit: finished.exit(), message: finished.run.message });
        }
    }
    let folder = entry.path.parent().unwrap_or(std::path::Path::new("."));
    let provenance = graph.provenance_of(&clip.request);
    let preview = ScenePreview::of(loaded, mode, scene, folder, &|key| session.job(key).outputs.as_slice());
    session.close()?;
    let preview = preview.ok_or_else(|| Failure::unable("What the scene is made of was not made."))?;
    let drawn = preview.draw(arguments.at).map_err(|why| Failure::unable(sentence(why).display().to_string()))?;
    let shown = shown_path(&arguments.out);
    let picture = encode_png(&drawn.picture);
    let marked = provenance.and_then(|provenance| mark::picture(&picture, &Statement::of(&provenance)));
    std::fs::write(&arguments.out, marked.unwrap_or(picture))
        .map_err(|error| Failure::unable(format!("{} cannot be written: {error}.", shown.display())))?;
    drawn.notes.iter().for_each(|note| say(&format!("! {}", note.display())));
    let answer = json!({
        "file": shown, "scene": arguments.scene, "at_s": drawn.at_s, "clip_s": drawn.clip_s, "mode": mode,
        "notes": drawn.notes,
    });
    context.output.answer(&answer, || {
        format!("{}: scene {} at {:.1} of {:.1} s", shown.display(), arguments.scene, drawn.at_s, drawn.clip_s)
    })?;
    if !context.output.json {
        let options = PrintOptions { plain: arguments.plain, ..PrintOptions::default() };
        print_picture(&arguments.out, options)
            .map_err(|error| Failure::unable(sentence(error.to_string()).display().to_string()))?;
    }
    Ok(Exit::Done)
}
