//! `babblecast edit`: one edit of a campaign file from the command line, with everything else of the file as it was.

use serde::Serialize;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::session::{Happening, Session, loaded};
use crate::cli::support::target::{Part, Target, speaker, target};
use crate::domain::edit::{Change, EditError, Reading, SceneRef, Target as Of, Value, Where, speaker_in_turn};
use crate::domain::{Campaign, Display, Format};
use crate::engine::{Command, Edit, EditDone, Entry, Event, shown_path};
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::CastFile;

/// Change words, order or looks in a campaign file, and leave the rest of it as it is written
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Comments, order, quotes and layout of the file stay; an edit that would leave a broken campaign is \
refused. Without --scene and --speaker the fields are those of the campaign itself.

Examples: babblecast edit nap_or_snack --scene 4 --text 'You have prepared a cracker.'
          babblecast edit nap_or_snack --insert-after 4 --text 'Two crackers!' --field speaker=Bruno
          babblecast edit nap_or_snack --speaker Rosie --field voice.pitch=2
          babblecast edit nap_or_snack --scene 4 --move +1")]
pub struct Arguments {
    /// Campaign by id or file
    #[arg(value_name = "C", value_parser = target())]
    campaign: Target,
    #[command(flatten)]
    part: Part,
    /// What the line says: the same as --field text=TEXT
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<String>,
    /// A field and its value, as in say=…, speaker=…, tone=…, voice.pitch=2; nothing behind the = leaves it out
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = field, allow_hyphen_values = true)]
    fields: Vec<(String, String)>,
    /// Put a new scene behind the one with this number; 0 puts it first
    #[arg(long, value_name = "N", conflicts_with_all = ["scene", "speaker"])]
    insert_after: Option<usize>,
    /// Take the scene out
    #[arg(long, requires = "scene", conflicts_with_all = ["text", "fields", "to", "duplicate"])]
    delete: bool,
    /// Put the scene at this place; +1 and -1 are one further down and up
    #[arg(long = "move", id = "to", value_name = "TO", requires = "scene", value_parser = place, allow_hyphen_values = true, conflicts_with_all = ["text", "fields", "duplicate"])]
    to: Option<Where>,
    /// Put the same scene right behind itself
    #[arg(long, requires = "scene", conflicts_with_all = ["text", "fields"])]
    duplicate: bool,
}

#[derive(Serialize)]
struct Answer {
    campaign_id: String,
    file: String,
    /// Whether the file is another one now.
    changed: bool,
    /// The scene that was changed, by its number now.
    scene: Option<usize>,
}

fn field(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write the name of a field, = and its value, as in say=\"Oh!\"".to_owned()),
    }
}

fn place(text: &str) -> Result<Where, String> {
    let wrong = || "write a number from 1, or a step such as +1 or -2".to_owned();
    if text.starts_with(['+', '-']) {
        return text.parse().map(Where::By).map_err(|_| wrong());
    }
    text.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).map(Where::At).ok_or_else(wrong)
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut session = context.open(std::slice::from_ref(&arguments.campaign))?;
    let entry = session.good_entry(&arguments.campaign)?;
    let campaign = &loaded(&entry)?.campaign;
    let changes = changes(arguments, campaign)?;
    refuse_what_is_wrong(&entry, &changes)?;
    let before = loaded(&entry)?.source_hash;
    let done = make(&mut session, campaign, changes)?;
    let changed = done.source_hash != before;
    let answer = Answer {
        campaign_id: campaign.id.to_string(),
        file: entry.path.to_string_lossy().into_owned(),
        changed,
        scene: done.scene.map(|scene| scene + 1),
    };
    let file = shown_path(&entry.path);
    context.output.answer(&answer, || match (changed, answer.scene) {
        (false, _) => format!("{}: nothing to change: it says so already.", file.as_str().display()),
        (true, Some(scene)) => format!("{}: scene {scene} is changed.", file.as_str().display()),
        (true, None) => format!("{}: changed.", file.as_str().display()),
    })?;
    session.close()?;
    Ok(Exit::Done)
}

fn changes(arguments: &Arguments, campaign: &Campaign) -> Result<Vec<Change>, Failure> {
    let text = arguments.text.as_ref().map(|text| ("text".to_owned(), text.clone()));
    let fields: Vec<(String, String)> = text.into_iter().chain(arguments.fields.iter().cloned()).collect();
    if let Some(at) = arguments.insert_after {
        if at > campaign.scenes.len() {
            return Err(no_scene(campaign, at));
        }
        return Ok(vec![Change::Insert { at, scene: new_scene(campaign, at, &fields) }]);
    }
    let scene = match arguments.part.scene.map(|number| number as usize) {
        Some(number) if number > campaign.scenes.len() => return Err(no_scene(campaign, number)),
        number => number.map(|number| SceneRef::of(campaign, number - 1)),
    };
    if let Some(scene) = &scene {
        let scene = scene.clone();
        if arguments.delete {
            return Ok(vec![Change::Remove { scene }]);
        }
        if let Some(to) = arguments.to {
            return Ok(vec![Change::Move { scene, to }]);
        }
        if arguments.duplicate {
            return Ok(vec![Change::Copy { scene }]);
        }
    }
    if fields.is_empty() {
        let text = "Say what to change: --text, --field, --insert-after, --delete, --move or --duplicate.";
        return Err(Failure::wrong(text));
    }
    let of = match (scene, &arguments.part.speaker) {
        (Some(scene), _) => Of::Scene(scene),
        (None, Some(name)) => Of::Baby(campaign.profile(speaker(campaign, name)?).speaker.clone()),
        (None, None) => Of::Campaign,
    };
    let change = |(field, value): (String, String)| {
        let of = of.clone();
        if value.is_empty() {
            Change::Unset { of, field }
        } else {
            Change::Set { of, value: Value::typed(&field, &value), field }
        }
    };
    Ok(fields.into_iter().map(change).collect())
}

/// A line, or with `source` a picture, sound or video. Who speaks is said, or it is the baby whose turn it is.
fn new_scene(campaign: &Campaign, at: usize, fields: &[(String, String)]) -> Vec<(String, Value)> {
    let is_given = |name: &str| fields.iter().any(|(field, _)| field == name);
    let mut scene = Vec::new();
    if !is_given("type") {
        let kind = if is_given("source") { "media" } else { "dialogue" };
        scene.push(("type".to_owned(), Value::from(kind)));
    }
    if !is_given("speaker") && !is_given("source") {
        let speaker = speaker_in_turn(campaign, at).map_or("", |speaker| campaign.profile(speaker).speaker.as_str());
        scene.push(("speaker".to_owned(), Value::from(speaker)));
    }
    let given = fields.iter().filter(|(_, value)| !value.is_empty());
    scene.extend(given.map(|(name, value)| (name.clone(), Value::typed(name, value))));
    scene
}

fn no_scene(campaign: &Campaign, number: usize) -> Failure {
    Failure::wrong(format!("{} has {} scenes: there is no scene {number}.", campaign.id, campaign.scenes.len()))
}

/// What a person typed wrong is told apart from what cannot be written.
fn refuse_what_is_wrong(entry: &Entry, changes: &[Change]) -> Result<(), Failure> {
    let Some(format) = Format::of_path(&entry.path) else { return Ok(()) };
    let cast = CastFile::beside(&entry.path).cast;
    match Reading::of(&campaigns::read_text(&entry.path)?, format, cast).and_then(|reading| reading.intended(changes)) {
        Ok(_) => Ok(()),
        Err(error @ EditError::Changed(_)) => Err(Failure::unable(sentence(error.to_string()))),
        Err(error) => Err(Failure::wrong(sentence(error.to_string()))),
    }
}

fn make(session: &mut Session, campaign: &Campaign, changes: Vec<Change>) -> Result<EditDone, Failure> {
    session.send(Command::Edit { ticket: 0, campaign: campaign.id.clone(), edit: Edit::Changes(changes) })?;
    loop {
        match session.next()? {
            Happening::Event(Event::Edited(edited)) => {
                return edited.outcome.map_err(|why| Failure::unable(sentence(why)));
            }
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(_) => {}
        }
    }
}
