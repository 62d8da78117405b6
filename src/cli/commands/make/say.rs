//! `babblecast say`: a text to a talking clip. The text becomes a campaign that nobody has to keep, of one scene a paragraph;
//! what it makes is kept in the home like anything else, so saying it again is instant.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::labels::Labels;
use crate::cli::support::output::say;
use crate::cli::support::session::loaded;
use crate::cli::support::submit::{Consent, make, who};
use crate::cli::support::target::Target;
use crate::domain::Display;
use crate::engine::files::saying::{NotSaid, SPEAKER, Saying, clip_of, put, scope_of, write_campaign};
use crate::engine::publish::episode;
use crate::engine::{Command, Obstacle, Quote, Room, RunId, motion, shown_path};
use crate::media::video::lint;
use crate::plan::{Job, JobState, Mode, Role};

/// Make a talking clip of a text, without a campaign
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The clip has its sound and its captions, and is fit to post. Each paragraph of the text is a scene.

Examples: babblecast say 'I did my research. I put all of it in my mouth.'
          babblecast say 'No.' --tone 'sceptical, dry' --appearance 'round glasses' --out no.mp4
          babblecast say 'Good morning, little one.' --portrait grandma.jpg

A photo of a real person: ask the person in it. The file says that it was made by AI.")]
pub struct Arguments {
    /// What the baby says, up to 10,000 characters; an empty line begins a new scene
    #[arg(value_name = "TEXT")]
    text: String,
    /// How: words such as warm, curious, energetic, sleepy, sceptical
    #[arg(long, value_name = "WORDS", default_value = "warm, inviting")]
    tone: String,
    /// A photo that says it instead of a made baby: PNG, JPEG or WebP
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "appearance")]
    portrait: Option<PathBuf>,
    /// What the baby looks like
    #[arg(long, value_name = "WORDS")]
    appearance: Option<String>,
    /// A voice of the provider, or `baby_voice_1` to `baby_voice_8`
    #[arg(long, value_name = "VOICE", default_value = "baby_voice_1")]
    voice_id: String,
    /// The language that it is said in by the built-in voice: en, de, es, fr or it
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Where the MP4 goes
    #[arg(long, value_name = "FILE", default_value = "say.mp4", value_hint = clap::ValueHint::FilePath)]
    out: PathBuf,
    /// Make the free draft even where a key is set
    #[arg(long)]
    draft: bool,
    #[command(flatten)]
    consent: Consent,
}

impl From<NotSaid> for Failure {
    fn from(why: NotSaid) -> Self {
        match why {
            NotSaid::Wrong(why) => Failure::wrong(why),
            NotSaid::Unable(why) => Failure::unable(why),
        }
    }
}

impl Arguments {
    fn saying(&self) -> Saying<'_> {
        Saying {
            text: &self.text,
            tone: &self.tone,
            portrait: self.portrait.as_deref(),
            appearance: self.appearance.as_deref(),
            voice_id: &self.voice_id,
            language: self.language.as_deref(),
        }
    }
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let folder = tempfile::tempdir()
        .map_err(|error| Failure::unable(format!("A folder for the line cannot be made: {error}.")))?;
    let file = write_campaign(arguments.saying(), folder.path())?;
    let mut session = context.open_to_make(&[Target::File(file)], arguments.consent.cap, arguments.draft)?;
    let mode = if arguments.draft { Mode::Draft } else { session.usual_mode() };
    let entry = session.library().entries.first().cloned();
    let entry = entry.ok_or_else(|| Failure::unable("The line could not be read back."))?;
    let loaded = loaded(&entry)?;
    let scope = scope_of(loaded);
    let graph = loaded.graph(mode).ok_or_else(|| Failure::unable("Nobody makes this here."))?;
    let obstacle = |job: &Job| match session.state(job.key) {
        JobState::Held(_) => Obstacle::Held,
        _ => Obstacle::None,
    };
    let quote = Quote::of(scope.jobs(graph), |key| session.state(key), obstacle, &session.library().charged);
    let room = Room::of(session.budgets(), session.ledger().used_by(&loaded.campaign.id));
    let consent = arguments.consent.require(&quote, &room, &session, context.config.caps.run.value)?;
    say(&who(&context.config, session.library(), mode));
    let run = RunId::random();
    let command = Command::Generate { run, campaign: loaded.campaign.id.clone(), mode, scope, consent };
    let finished = make(context, &mut session, Labels::of(loaded, mode), run, command)?;
    let clip = clip_of(loaded, mode);
    let provenance = clip.and_then(|clip| graph.provenance_of(&clip.request));
    let clip = clip.map(|clip| session.job(clip.key).outputs.clone()).unwrap_or_default();
    let Some(movie) = clip.into_iter().find(|made| made.output.role == Role::Movie) else {
        session.close()?;
        return Err(Failure { exit: finished.exit().max(Exit::Unable), message: finished.run.message });
    };
    let report = lint(&movie.path).map_err(|error| Failure::unable(format!("The clip cannot be used: {error}")))?;
    put(&movie.path, &arguments.out, provenance.as_ref())?;
    let milliseconds = movie.output.milliseconds.unwrap_or_default();
    let shown = shown_path(&arguments.out);
    let seconds = f64::from(milliseconds) / 1000.0;
    let speaker = loaded.campaign.speaker_named(SPEAKER);
    let motion = speaker.and_then(|speaker| motion(graph, speaker, |key| &session.job(key).outputs));
    let answer = json!({"file": shown, "seconds": seconds, "mode": mode, "pass": report.passed(), "motion": motion});
    context.output.answer(&answer, || {
        let photo = motion.map_or_else(String::new, |motion| format!(". The photo {motion}"));
        format!("{}, {}{photo}", shown.display(), episode::length(milliseconds))
    })?;
    session.close()?;
    let broken = report.lines.iter().filter(|line| !line.pass);
    broken.for_each(|line| say(&format!("! {}: {}; platforms want {}", line.rule, line.measured, line.wanted)));
    Ok(if report.passed() { finished.exit() } else { finished.exit().max(Exit::Partial) })
}
