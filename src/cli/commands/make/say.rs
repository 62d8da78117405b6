//! `babblecast say`: a text to a talking clip. The text becomes a campaign that nobody has to keep, of one scene a paragraph;
//! what it makes is kept in the home like anything else, so saying it again is instant.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure};
use crate::cli::support::labels::Labels;
use crate::cli::support::output::say;
use crate::cli::support::session::loaded;
use crate::cli::support::submit::{Consent, make, who};
use crate::cli::support::target::Target;
use crate::domain::{Display, Provenance};
use crate::engine::publish::episode;
use crate::engine::{Command, Obstacle, Quote, Room, RunId, Scope, motion, shown_path};
use crate::media::container::{self, Use};
use crate::media::mark;
use crate::media::video::lint;
use crate::plan::{Job, JobState, Mode, Product, Role};

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

/// The longest text, in characters: as much as a line of a campaign may hold.
const LONGEST: usize = 10_000;

/// Of a text, so many characters are its topic.
const TOPIC: usize = 80;

/// The only speaker; named in no key, so a baby of a campaign that looks and speaks alike is found again.
const SPEAKER: &str = "Baby";

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let folder = tempfile::tempdir()
        .map_err(|error| Failure::unable(format!("A folder for the line cannot be made: {error}.")))?;
    let file = write_campaign(arguments, folder.path())?;
    let mut session = context.open_to_make(&[Target::File(file)], arguments.consent.cap, arguments.draft)?;
    let mode = if arguments.draft { Mode::Draft } else { session.usual_mode() };
    let entry = session.library().entries.first().cloned();
    let entry = entry.ok_or_else(|| Failure::unable("The line could not be read back."))?;
    let loaded = loaded(&entry)?;
    let is_one = loaded.campaign.scenes.len() == 1;
    let scope = if is_one {
        Scope { products: vec![Product::Clip], scene: Some(0), ..Scope::default() }
    } else {
        Scope { products: vec![Product::Episode], ..Scope::default() }
    };
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
    let clip = if is_one { graph.scenes.first().and_then(|scene| scene.clip) } else { graph.episode };
    let clip = clip.map(|index| &graph.jobs[index]);
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

/// The line as a campaign file; every rule of one holds for it too.
fn write_campaign(arguments: &Arguments, folder: &Path) -> Result<PathBuf, Failure> {
    let mut profile = json!({"tone": arguments.tone, "voice_id": arguments.voice_id});
    if let Some(language) = &arguments.language {
        profile["language"] = json!(language);
    }
    if let Some(appearance) = &arguments.appearance {
        profile["appearance"] = json!(appearance);
    }
    if let Some(portrait) = &arguments.portrait {
        profile["portrait"] = json!(put_beside(portrait, folder)?);
        // Who names a photo wants it to talk.
        profile["motion"] = json!("talk");
    }
    let length = arguments.text.chars().count();
    if length > LONGEST {
        return Err(Failure::wrong(format!(
            "This cannot be said: the text has {length} characters; at most {LONGEST} are allowed. Shorten it, or make a \
             campaign of it: babblecast new NAME."
        )));
    }
    let paragraphs = paragraphs(&arguments.text);
    let scenes: Vec<_> =
        paragraphs.iter().map(|text| json!({"type": "dialogue", "speaker": SPEAKER, "text": text})).collect();
    let campaign = json!({
        "campaign_id": "say",
        "topic": topic(&paragraphs[0]),
        "script": scenes,
        "baby_profiles": {SPEAKER: profile},
    });
    let text = campaign.to_string();
    if let Err(faults) = crate::domain::read(&text, crate::domain::Format::Json) {
        let said: Vec<String> = faults.iter().map(|fault| fault.message.clone()).collect();
        return Err(Failure::wrong(format!("This cannot be said: {}.", said.join("; ").display())));
    }
    let file = folder.join("say.json");
    std::fs::write(&file, text).map_err(|error| Failure::unable(format!("The line cannot be kept: {error}.")))?;
    Ok(file)
}

/// Puts a copy of the photo beside the campaign file, and gives its name there.
fn put_beside(portrait: &Path, folder: &Path) -> Result<&'static str, Failure> {
    const NAME: &str = "portrait";
    let shown = portrait.to_string_lossy();
    let failure = |error: std::io::Error| Failure::wrong(format!("{} cannot be read: {error}.", shown.display()));
    let bytes = std::fs::read(portrait).map_err(failure)?;
    // Said here by its own name; later it is a copy that nobody knows.
    if container::kind(&bytes).is_none_or(|kind| kind.used_as() != Use::Picture) {
        let found = container::describe(&bytes);
        return Err(Failure::wrong(format!(
            "{} is no photo: it is {found}. Give a PNG, JPEG or WebP picture.",
            shown.display()
        )));
    }
    std::fs::write(folder.join(NAME), bytes).map_err(failure)?;
    Ok(NAME)
}

/// The paragraphs of a text, which empty lines part; at least one.
fn paragraphs(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        match paragraphs.last_mut() {
            _ if line.trim().is_empty() => paragraphs.push(String::new()),
            Some(paragraph) => {
                if !paragraph.is_empty() {
                    paragraph.push('\n');
                }
                paragraph.push_str(line);
            }
            None => {}
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    if paragraphs.len() < 2 { vec![text] } else { paragraphs }
}

/// What a text is about: its beginning.
fn topic(paragraph: &str) -> String {
    match paragraph.char_indices().nth(TOPIC) {
        None => paragraph.to_owned(),
        Some((end, _)) => {
            let start = &paragraph[..end];
            format!("{}…", start.rsplit_once(' ').map_or(start, |(start, _)| start))
        }
    }
}

/// Puts a copy of the clip where it was asked for, with the mark that says how it was made, in one step.
fn put(movie: &Path, to: &Path, provenance: Option<&Provenance>) -> Result<(), Failure> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let copy = || -> std::io::Result<()> {
        let mut unfinished = tempfile::Builder::new().prefix(".babblecast-").tempfile_in(folder)?;
        std::io::copy(&mut File::open(movie)?, unfinished.as_file_mut())?;
        if let Some(provenance) = provenance {
            mark::write(unfinished.path(), provenance)?;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            unfinished.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        unfinished.persist(to).map_err(|error| error.error)?;
        Ok(())
    };
    let shown = to.to_string_lossy();
    copy().map_err(|error| Failure::unable(format!("{} cannot be written: {error}.", shown.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_paragraph_is_a_scene() {
        assert_eq!(paragraphs("One.\r\nTwo.\r\n \r\n\r\nThree."), ["One.\nTwo.", "Three."]);
        assert_eq!(paragraphs("No."), ["No."]);
        assert_eq!(paragraphs(""), [""]);
    }

    #[test]
    fn a_long_text_is_about_its_beginning() {
        assert_eq!(topic("No."), "No.");
        let topic = topic(&"nap ".repeat(100));
        assert!(topic.chars().count() <= 80 && topic.ends_with("nap…"), "{topic}");
    }
}
