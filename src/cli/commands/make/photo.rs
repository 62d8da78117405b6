//! `babblecast baby`: the person of a photo as a baby, kept in the cast.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::labels::Labels;
use crate::cli::support::output::say;
use crate::cli::support::session::{Session, loaded};
use crate::cli::support::submit::{Consent, make, who};
use crate::domain::Display;
use crate::engine::files::photo::{NoBaby, PhotoBaby};
use crate::engine::{Campaigns, Command, FinalsState, Obstacle, Quote, Room, RunId, Scope, shown_path};
use crate::plan::{Job, JobState, Mode, Product, Role};
use crate::providers::ImageChoice;

/// Make the person of a photo a baby of the cast
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The portrait is painted by OpenAI from the photo, which is sent to it. It needs the consent of the person \
shown, of a child that of its parents: say so with --consent, or at the question. Every campaign of \
the folder can then say \"cast\": \"momo\".

Examples: babblecast baby me.jpg --name momo --tone 'sceptical, dry'
          babblecast baby grandpa.png --name opa --words 'tiny tweed suit, moustache' --consent --yes")]
pub struct Arguments {
    /// A photo of one person who looks into the camera: PNG, JPEG or WebP
    #[arg(value_name = "PHOTO", value_hint = clap::ValueHint::FilePath)]
    photo: PathBuf,
    /// What the cast calls the baby
    #[arg(long, value_name = "NAME")]
    name: String,
    /// How it is, in words such as warm, curious, sceptical; what --words say of that if left out, or warm
    #[arg(long, value_name = "WORDS")]
    tone: Option<String>,
    /// What it looks like and wears, beside the face of the photo
    #[arg(long, value_name = "WORDS")]
    words: Option<String>,
    /// A voice of the provider, or `baby_voice_1` to `baby_voice_8`
    #[arg(long, value_name = "VOICE", default_value = "baby_voice_1")]
    voice_id: String,
    /// The person shown agrees that a baby is made of the photo by AI, and is shown
    #[arg(long = "consent")]
    person_agrees: bool,
    #[command(flatten)]
    consent: Consent,
}

impl From<NoBaby> for Failure {
    fn from(why: NoBaby) -> Self {
        match why {
            NoBaby::Wrong(why) => Failure::wrong(sentence(why)),
            NoBaby::Unable(why) => Failure::unable(sentence(why)),
        }
    }
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let baby = PhotoBaby {
        name: &arguments.name,
        photo: &arguments.photo,
        tone: arguments.tone.as_deref(),
        words: arguments.words.as_deref(),
        voice_id: &arguments.voice_id,
    };
    let folder = match context.folder()? {
        Campaigns::Folder(folder) | Campaigns::None { would_be: folder } => folder,
        Campaigns::Files(_) => return Err(Failure::unable("There is no campaigns folder.")),
    };
    baby.check(&folder)?;
    let temporary = tempfile::tempdir()
        .map_err(|error| Failure::unable(format!("A folder for the photo cannot be made: {error}.")))?;
    let mut settings = context.engine_settings(Campaigns::Files(vec![baby.write_campaign(temporary.path())?]));
    // Nobody else keeps a face.
    settings.finals.image = Some(ImageChoice::OpenAi);
    settings.caps.run = arguments.consent.cap.or(settings.caps.run);
    let mut session = Session::open(settings)?;
    if let FinalsState::Unavailable(what_to_set) = &session.library().finals {
        return Err(Failure::stopped(format!(
            "{} A photo becomes a baby by OpenAI's pictures only. For nothing it can talk as it is: \
             babblecast say 'Hello.' --portrait {}",
            sentence(what_to_set.clone()),
            shown_path(&arguments.photo).as_str().display()
        )));
    }
    agreed(arguments)?;
    let entry = session.library().entries.first().cloned();
    let entry = entry.ok_or_else(|| Failure::unable("The photo could not be read back."))?;
    let loaded = loaded(&entry)?;
    let mode = Mode::Final;
    let graph = loaded.graph(mode).ok_or_else(|| Failure::unable("Nobody makes this here."))?;
    let scope = Scope { products: vec![Product::Portrait], ..Scope::default() };
    let obstacle = |job: &Job| match session.state(job.key) {
        JobState::Held(_) => Obstacle::Held,
        _ => Obstacle::None,
    };
    let quote = Quote::of(scope.jobs(graph), |key| session.state(key), obstacle, &session.library().charged);
    let room = Room::of(session.budgets(), session.ledger().used_by(&loaded.campaign.id));
    let consent = arguments.consent.require(&quote, &room, &session, context.config.caps.run.value)?;
    say(&who(&context.config, session.library(), mode));
    let (run, campaign) = (RunId::random(), loaded.campaign.id.clone());
    let command = Command::Generate { run, campaign, mode, scope, consent };
    let finished = make(context, &mut session, Labels::of(loaded, mode), run, command)?;
    let speaker = loaded.campaign.speakers().next().map(|(speaker, _)| speaker);
    let portrait = speaker.map(|speaker| graph.portrait_of(speaker));
    let portrait = portrait.ok_or_else(|| Failure::unable("The photo asks for no portrait."))?;
    let picture = session.job(portrait.key).made(Role::Picture).map(|made| made.path.clone());
    let Some(picture) = picture else {
        let why = session.state(portrait.key).failure().map_or(finished.run.message.clone(), ToString::to_string);
        session.close()?;
        return Err(Failure { exit: finished.exit().max(Exit::Unable), message: why.display().to_string() });
    };
    let cast = baby.keep(&folder, loaded)?;
    let answer = json!({"name": arguments.name, "cast": shown_path(&cast), "portrait": shown_path(&picture)});
    context.output.answer(&answer, || {
        let (name, cast, picture) = (arguments.name.display(), shown_path(&cast), shown_path(&picture));
        format!("{name} is in {cast} now: any profile there can say \"cast\": \"{name}\".\nThe portrait: {picture}")
    })?;
    session.close()?;
    Ok(finished.exit())
}

/// Goes on where the person who is shown agrees.
fn agreed(arguments: &Arguments) -> Result<(), Failure> {
    let question = "Does the person in this photo (of a child: its parents) agree that the photo is sent to OpenAI, that a \
                    baby is made of it by AI, and that the baby is shown?";
    if arguments.person_agrees || Consent::can_ask() && Consent::asked(question) {
        return Ok(());
    }
    Err(Failure::stopped(
        "Nothing was sent: the person shown has to agree that a baby is made of the photo by AI. Add --consent once \
         they do.",
    ))
}
