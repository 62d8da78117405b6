//! `babblecast write`: a script by a language model, other words for the lines of a campaign, or the whole of it in another
//! language. Without a model a new campaign begins with a template, and says so.

use serde_json::{Value, json};

use crate::cli::commands::setup::new;
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::output::say;
use crate::cli::support::session::{Happening, Session, loaded};
use crate::cli::support::submit::Consent;
use crate::cli::support::target::{Target, counted};
use crate::domain::{Campaign, CampaignId, Display, Language};
use crate::engine::{
    self, Brief, Campaigns, Command, Edit, Event, FromTemplate, Level, NotWritten, Order, Reworded, RunId, Template,
    Wanted, Written, rewording, shown_path,
};

/// Have a script written by a language model, or the words of a campaign
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A new script goes into a campaign file of its own; nothing is ever written over. The model is OpenAI's \
where OPENAI_API_KEY is set, or that of a server of your own (BABBLECAST_WRITER_BASE_URL). Without \
either the campaign begins with the words of a format, and says so.

Examples: babblecast write 'why naps are a scam'
          babblecast write 'the spoon' --babies 3 --seconds 45 --mood 'mock trial' --yes
          babblecast write nap_or_snack --rewrite 4
          babblecast write nap_or_snack --rewrite 4 --pick 2
          babblecast write nap_or_snack --translate de")]
pub struct Arguments {
    /// What the new script is about; with --rewrite, --punchier or --translate a campaign by id or file
    #[arg(value_name = "TOPIC")]
    topic: String,
    /// Title of the new campaign, from which its id is made; the topic if left out
    #[arg(long, value_name = "NAME", conflicts_with = "of_campaign")]
    name: Option<String>,
    /// How many babies talk
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=i64::from(Brief::MOST_BABIES)), conflicts_with = "of_campaign")]
    babies: u8,
    /// How many lines they say
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(i64::from(Brief::FEWEST_LINES)..=i64::from(Brief::MOST_LINES)), conflicts_with_all = ["of_campaign", "seconds"])]
    lines: Option<u8>,
    /// The same as a length of the video in seconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(5..=180), conflicts_with = "of_campaign")]
    seconds: Option<u32>,
    /// How it is meant to feel: 'deadpan', 'sweet, for grandmothers'
    #[arg(long, value_name = "WORDS", conflicts_with = "of_campaign")]
    mood: Option<String>,
    /// What the babies speak: en, de, es, fr or it
    #[arg(long, value_name = "LANGUAGE", value_parser = language, conflicts_with = "of_campaign")]
    language: Option<Language>,
    /// Three other wordings of this line
    #[arg(long, value_name = "SCENE", group = "of_campaign", value_parser = clap::value_parser!(u32).range(1..))]
    rewrite: Option<u32>,
    /// Write this one of the three wordings into the file
    #[arg(long, value_name = "N", requires = "rewrite", value_parser = clap::value_parser!(u8).range(1..=3))]
    pick: Option<u8>,
    /// Every line shorter and funnier, in the file
    #[arg(long, group = "of_campaign")]
    punchier: bool,
    /// The whole campaign in this language, in a file beside it: en, de, es, fr or it
    #[arg(long, value_name = "LANGUAGE", group = "of_campaign", value_parser = language)]
    translate: Option<Language>,
    /// Another answer to the same question: 2, 3, …
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    take: u32,
    /// Use the answer although it holds what was flagged
    #[arg(long)]
    anyway: bool,
    #[command(flatten)]
    consent: Consent,
}

fn language(code: &str) -> Result<Language, String> {
    let known = || Language::ALL.map(Language::code).join(", ");
    Language::from_code(code).ok_or_else(|| format!("the babies speak {}", known()))
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let is_new = arguments.rewrite.is_none() && !arguments.punchier && arguments.translate.is_none();
    let (mut session, campaign) = if is_new {
        (open(arguments, context, context.folder()?)?, None)
    } else {
        let target = Target::parse(arguments.topic.clone().into())
            .map_err(|why| Failure::wrong(format!("{} names no campaign: {why}.", arguments.topic.display())))?;
        let session = open(arguments, context, context.campaigns_of(std::slice::from_ref(&target))?)?;
        let entry = session.good_entry(&target)?;
        let campaign = loaded(&entry)?.campaign.clone();
        (session, Some(campaign))
    };
    let what = wanted(arguments, campaign.as_ref())?;
    let written = match ordered(arguments, context, &mut session, &what)? {
        Ok(written) => written,
        Err(NotWritten::NoWriter(what_to_set)) => match &what {
            Wanted::Campaign(brief) => return by_template(context, session, brief, &what_to_set),
            _ => return Err(Failure::stopped(sentence(what_to_set))),
        },
        Err(why) => return Err(failure(why)),
    };
    let exit = match (written, campaign) {
        (Written::File { campaign, file, babies, lines }, _) => {
            let answer = json!({
                "campaign_id": campaign, "file": shown_path(&file), "babies": babies, "lines": lines, "by": "model",
            });
            context.output.answer(&answer, || {
                let (file, lines) = (shown_path(&file), counted(lines, "line"));
                format!(
                    "{}: {lines}, written by a language model.\nRead it, then make it: babblecast generate {campaign}",
                    file.as_str().display()
                )
            })?;
            Exit::Done
        }
        (Written::Lines { lines, .. }, Some(campaign)) => words(arguments, context, &mut session, &campaign, &lines)?,
        (Written::Lines { .. }, None) => Exit::Unable,
    };
    session.close()?;
    Ok(exit)
}

/// An engine that may spend what `--cap` says instead of what the config allows a run.
fn open(arguments: &Arguments, context: &Context, campaigns: Campaigns) -> Result<Session, Failure> {
    let mut settings = context.engine_settings(campaigns);
    settings.caps.run = arguments.consent.cap.or(settings.caps.run);
    Session::open(settings)
}

fn wanted(arguments: &Arguments, campaign: Option<&Campaign>) -> Result<Wanted, Failure> {
    let Some(campaign) = campaign else {
        let topic = new::topic(&arguments.topic)
            .map_err(|why| Failure::wrong(format!("\"{}\" is no topic: {why}.", arguments.topic.display())))?;
        let lines = arguments.lines.or_else(|| arguments.seconds.map(Brief::lines_of_seconds));
        return Ok(Wanted::Campaign(Brief {
            topic,
            name: arguments.name.clone(),
            babies: arguments.babies,
            lines: lines.unwrap_or(Brief::USUAL_LINES),
            mood: arguments.mood.clone(),
            language: arguments.language.unwrap_or_default(),
        }));
    };
    let id = campaign.id.clone();
    Ok(match (arguments.rewrite, arguments.translate) {
        (Some(number), _) => {
            let scene = crate::cli::support::target::scene(campaign, number)?;
            Wanted::Line { campaign: id, scene }
        }
        (_, Some(language)) => Wanted::Translation { campaign: id, language },
        _ => Wanted::Punchier { campaign: id },
    })
}

/// Asks for the price first, then for the words: what was answered before costs nothing.
fn ordered(
    arguments: &Arguments,
    context: &Context,
    session: &mut Session,
    what: &Wanted,
) -> Result<Result<Written, NotWritten>, Failure> {
    let order = |accepts_flags| Order { what: what.clone(), take: arguments.take, accepts_flags };
    let mut accepts_flags = arguments.anyway;
    let mut consent = engine::Consent::FreeOnly;
    loop {
        let command = Command::Write { ticket: 0, run: RunId::random(), order: order(accepts_flags), consent };
        session.send(command)?;
        match answer(session)? {
            Err(NotWritten::Price(price)) if consent == engine::Consent::FreeOnly => {
                let most = context.config.caps.run.value;
                consent = arguments.consent.require_price(price, "Asking a language model", most)?;
            }
            Err(NotWritten::Flagged(flags)) => {
                for flag in &flags {
                    say(&flag.as_str().display());
                }
                if !Consent::can_ask() || !Consent::asked("Use the answer all the same?") {
                    return Err(Failure::stopped(
                        "Nothing was written. The answer is kept and costs nothing more: add --anyway to use it, or \
                         --take 2 for another one.",
                    ));
                }
                accepts_flags = true;
            }
            answer => return Ok(answer),
        }
    }
}

fn answer(session: &mut Session) -> Result<Result<Written, NotWritten>, Failure> {
    loop {
        match session.next()? {
            Happening::Event(Event::Written { outcome, .. }) => return Ok(outcome),
            Happening::Event(Event::Notice(notice)) if notice.level != Level::Info => say(&notice.text.display()),
            Happening::Interrupted => say(&"Letting the call end; press Ctrl-C again to leave at once.".display()),
            Happening::Event(_) => {}
        }
    }
}

fn failure(why: NotWritten) -> Failure {
    match why {
        NotWritten::Price(price) => Failure::stopped(format!("It needs up to {price}: add --yes.")),
        NotWritten::NoWriter(text) => Failure::stopped(sentence(text)),
        NotWritten::Stopped(text) => Failure::stopped(sentence(text.display().to_string())),
        NotWritten::Wrong(text) => Failure::wrong(sentence(text)),
        NotWritten::Flagged(flags) => Failure::stopped(flags.join("\n")),
        NotWritten::Failed(text) => Failure::unable(format!(
            "{} Without a model: `babblecast new NAME --from debate`.",
            sentence(text.display().to_string())
        )),
        NotWritten::Unusable(text) => Failure::unable(format!(
            "{} with another --take. Without a model: `babblecast new NAME --from debate`.",
            text.display()
        )),
        NotWritten::InDoubt(text) => Failure { exit: Exit::Unknown, message: sentence(text.display().to_string()) },
        NotWritten::Cancelled => Failure::interrupted(),
    }
}

/// The campaign that nobody wrote: a format filled with the topic.
fn by_template(context: &Context, mut session: Session, brief: &Brief, what_to_set: &str) -> Result<Exit, Failure> {
    let template = Template::nearest(&brief.topic, brief.mood.as_deref(), brief.babies);
    let from = FromTemplate { template, topic: Some(brief.topic.clone()) };
    session.send(Command::New { name: brief.title().to_owned(), template: Some(from) })?;
    new::written(&mut session)?;
    let (id, _) =
        crate::domain::write::named(brief.title()).map_err(|why| Failure::wrong(sentence(why.to_string())))?;
    let file = session.entry(&Target::Id(id.clone()))?.path.clone();
    say(&format!("{}.", what_to_set.display()));
    say(&format!("No model wrote this: it is the format {template}, filled with your topic.").display());
    let answer = json!({
        "campaign_id": id, "file": shown_path(&file), "by": "template", "template": template.name(),
        "missing": what_to_set,
    });
    context.output.answer(&answer, || {
        format!(
            "{}: the format {template} with your topic. Change its words, then make it: babblecast generate {id}",
            shown_path(&file).as_str().display()
        )
    })?;
    session.close()?;
    Ok(Exit::Done)
}

/// Tells the wordings, or writes those that were asked for.
fn words(
    arguments: &Arguments,
    context: &Context,
    session: &mut Session,
    campaign: &Campaign,
    lines: &[Reworded],
) -> Result<Exit, Failure> {
    let picked: Vec<(usize, String)> = match (arguments.rewrite, arguments.pick) {
        (Some(_), None) => {
            context.output.answer(&document(&campaign.id, lines, false), || proposals(campaign, lines))?;
            return Ok(Exit::Done);
        }
        (_, pick) => {
            let at = usize::from(pick.unwrap_or(1)) - 1;
            lines.iter().filter_map(|line| Some((line.scene, line.texts.get(at)?.clone()))).collect()
        }
    };
    if picked.is_empty() {
        context.output.answer(&document(&campaign.id, lines, false), || "Every line stays as it is.".to_owned())?;
        return Ok(Exit::Done);
    }
    let changes = rewording(campaign, &picked);
    session.send(Command::Edit { ticket: 0, campaign: campaign.id.clone(), edit: Edit::Changes(changes) })?;
    loop {
        match session.next()? {
            Happening::Event(Event::Edited(edited)) => {
                edited.outcome.map_err(|why| Failure::unable(sentence(why)))?;
                break;
            }
            Happening::Interrupted => return Err(Failure::interrupted()),
            Happening::Event(_) => {}
        }
    }
    context.output.answer(&document(&campaign.id, lines, true), || {
        let told = picked.iter().map(|(scene, text)| format!("{}. {}", scene + 1, text.display()));
        told.chain([format!("{}: {} changed.", campaign.id, counted(picked.len(), "line"))])
            .collect::<Vec<_>>()
            .join("\n")
    })?;
    Ok(Exit::Done)
}

fn document(id: &CampaignId, lines: &[Reworded], changed: bool) -> Value {
    let line = |line: &Reworded| json!({"scene": line.scene + 1, "was": line.was, "proposals": line.texts});
    json!({"campaign_id": id, "changed": changed, "lines": lines.iter().map(line).collect::<Vec<_>>()})
}

fn proposals(campaign: &Campaign, lines: &[Reworded]) -> String {
    let mut told = Vec::new();
    for Reworded { scene, was, texts } in lines {
        told.push(format!("Scene {} says: {}", scene + 1, was.display()));
        told.extend(texts.iter().enumerate().map(|(at, text)| format!("  {}  {}", at + 1, text.display())));
        told.push(format!("Take one: babblecast write {} --rewrite {} --pick 1", campaign.id, scene + 1));
    }
    told.join("\n")
}
