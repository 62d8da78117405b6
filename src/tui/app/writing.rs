//! What a language model is asked to write: the question with its price, and what is done with the answer. Pure, as all of
//! `update`.

use super::state::State;
use crate::domain::write::named;
use crate::domain::{CampaignId, Display, Language, MicroDollars};
use crate::engine::{
    Brief, Command, Consent, FromTemplate, Level, NotWritten, Order, Reworded, Template, Wanted, Written, rewording,
};
use crate::tui::input::action::Action;
use crate::tui::input::keymap::Section;
use crate::tui::model::editing::{Of, Pick, Picking, Words};
use crate::tui::model::message::{Effect, Request};
use crate::tui::model::overlay::{Overlay, Question};
use crate::tui::model::palette::{Deed, Entry, Palette};
use crate::tui::model::shared::EngineState;
use crate::tui::model::submit;
use crate::tui::pages::open_campaign;
use crate::tui::text;
use crate::tui::widgets::Cursor;

/// Asks what is wanted, and first what it costs. What was answered before costs nothing and is there at once.
pub fn ask(state: &mut State, what: Wanted) -> Vec<Effect> {
    if state.shared.engine != EngineState::Working {
        state.shared.say(Level::Warning, "Nothing can be written now: the engine is not working.");
        return Vec::new();
    }
    let former = state.shared.passed_over.take_if(|former| former.what == what);
    let order = Order { what, take: former.map_or(1, |former| former.take + 1), accepts_flags: false };
    let ticket = state.shared.edits.ticket();
    state.shared.writing = Some((ticket, order.clone()));
    vec![Effect::Write { ticket, order, consent: Consent::FreeOnly }]
}

/// The topic of a new campaign was typed: what else the script is like is chosen next, beginning with that of the last one.
pub fn topic(state: &mut State, topic: &str) -> Vec<Effect> {
    let topic = topic.trim().to_owned();
    if !topic.is_empty() {
        let usual = || Brief::of("");
        let like = state.shared.brief.clone().unwrap_or_else(usual);
        refine(state, Brief { topic, ..like });
    }
    Vec::new()
}

/// Offers to have this script written, or one that differs in one thing.
pub fn refine(state: &mut State, brief: Brief) {
    let palette = Palette::new(kinds(&brief), &[]).titled("What the script is like");
    state.overlay = Some(Overlay::Palette(Box::new(palette)));
    state.shared.brief = Some(brief);
}

/// Lengths that are offered, in seconds.
const LENGTHS: [u32; 5] = [15, 30, 45, 60, 90];

fn kinds(brief: &Brief) -> Vec<Entry> {
    let Brief { babies, lines, language, .. } = brief;
    let babies_of = |babies: u8| if babies == 1 { "1 baby".to_owned() } else { format!("{babies} babies") };
    let shown = format!("write it · {} · {lines} lines · {}", babies_of(*babies), language.name());
    let entry = |text: String, deed: Deed| Entry { text, keys: String::new(), deed };
    let first = entry(shown, Deed::Write(Box::new(brief.clone())));
    let other = |text: String, brief: Brief| entry(text, Deed::Refine(Box::new(brief)));
    let fewer_or_more = (1..=Brief::MOST_BABIES).filter(|count| count != babies);
    let cast = fewer_or_more.map(|babies| {
        let text = format!("cast · {}", babies_of(babies));
        other(text, Brief { babies, ..brief.clone() })
    });
    let lengths = LENGTHS.into_iter().map(|seconds| (seconds, Brief::lines_of_seconds(seconds)));
    let lengths = lengths.filter(|(_, count)| count != lines).map(|(seconds, lines)| {
        other(format!("length · {lines} lines, about {seconds} s"), Brief { lines, ..brief.clone() })
    });
    let languages = Language::ALL.into_iter().filter(|other| other != language);
    let languages = languages.map(|language| {
        let text = format!("language · {}", language.name());
        other(text, Brief { language, ..brief.clone() })
    });
    [first].into_iter().chain(cast).chain(lengths).chain(languages).collect()
}

/// What became of an order; a campaign that was written is opened.
pub fn written(state: &mut State, ticket: u64, outcome: Result<Written, NotWritten>) -> Vec<Request> {
    let order = state.shared.writing.take_if(|(asked, _)| *asked == ticket).map(|(_, order)| order);
    match (outcome, order) {
        (Ok(Written::File { campaign, lines, .. }), order) => {
            let told = format!("{campaign} is written: {}. Read it before you make it.", text::count(lines, "line"));
            state.shared.tell(Level::Info, told.clone());
            // Whoever has gone elsewhere meanwhile is not taken away from there.
            let is_waited_for = order.is_some() && state.overlay.is_none();
            let page = if is_waited_for { opened(state, &campaign) } else { None };
            // A page that is opened begins with nothing said.
            page.into_iter().chain([Request::Tell(Level::Info, told)]).collect()
        }
        (Ok(Written::Lines { campaign, lines }), Some(order)) => {
            offer(state, &campaign, &lines, order);
            Vec::new()
        }
        (Ok(Written::Lines { campaign, .. }), None) => {
            state.shared.tell(Level::Info, format!("{campaign}: other words were written; ask again to see them."));
            Vec::new()
        }
        (Err(why), order) => {
            not_written(state, why, order);
            Vec::new()
        }
    }
}

fn opened(state: &State, campaign: &CampaignId) -> Option<Request> {
    let found = state.shared.facts.campaign(campaign);
    found.map(|found| Request::Open(open_campaign(found, None, &state.shared)))
}

fn not_written(state: &mut State, why: NotWritten, order: Option<Order>) {
    match (why, order) {
        (NotWritten::Price(price), Some(order)) => {
            let question = price_question(&order, price, state.shared.edits.ticket());
            show(state, question, Some(order));
        }
        (NotWritten::Flagged(flags), Some(order)) => {
            let ticket = state.shared.edits.ticket();
            let order = Order { accepts_flags: true, ..order };
            let question = Question {
                title: "Use the answer all the same?".to_owned(),
                text: format!("{}\nIt is kept: using it costs nothing more.", flags.join("\n").display()),
                then: vec![Effect::Write { ticket, order: order.clone(), consent: Consent::FreeOnly }],
                leaves: false,
            };
            show(state, (ticket, question), Some(order));
        }
        (NotWritten::NoWriter(what_to_set), Some(Order { what: Wanted::Campaign(brief), .. })) => {
            let template = Template::nearest(&brief.topic, brief.mood.as_deref(), brief.babies);
            let from = FromTemplate { template, topic: Some(brief.topic.clone()) };
            let id = named(brief.title()).ok().map(|(id, _)| id);
            state.shared.expected = id.filter(|id| state.shared.facts.campaign(id).is_none());
            let question = Question {
                title: format!("Begin with the format {template}?"),
                text: format!(
                    "{}.\nNo model writes it then: its lines are filled with your topic.",
                    what_to_set.display()
                ),
                then: vec![Effect::Send(Command::New { name: brief.title().to_owned(), template: Some(from) })],
                leaves: false,
            };
            show(state, (0, question), None);
        }
        (NotWritten::Cancelled, _) => state.shared.tell(Level::Info, "Nothing was written."),
        (NotWritten::Price(_) | NotWritten::Flagged(_), None) => {
            state.shared.tell(Level::Info, "What was asked for before waits for an answer; ask again to give it.");
        }
        (NotWritten::NoWriter(text) | NotWritten::Wrong(text) | NotWritten::Stopped(text), _) => {
            state.shared.tell(Level::Warning, text);
        }
        (NotWritten::Failed(text), _) => state.shared.tell(Level::Error, text),
        (NotWritten::Unusable(text), order) => {
            state.shared.passed_over = order;
            let keys = state.shared.keymap.keys(Section::Campaign, Action::Write);
            let key = keys.first().map(|key| format!(" with {key}")).unwrap_or_default();
            state.shared.tell(Level::Error, format!("{text}{key}."));
        }
        (NotWritten::InDoubt(text), _) => {
            let text = submit::with_keys(&text, &state.shared);
            state.shared.tell(Level::Warning, text);
        }
    }
}

fn price_question(order: &Order, price: MicroDollars, ticket: u64) -> (u64, Question) {
    let what = match &order.what {
        Wanted::Campaign(brief) => format!("A language model writes a script about “{}”", brief.topic.display()),
        Wanted::Line { scene, .. } => format!("A language model writes three other wordings of scene {}", scene + 1),
        Wanted::Punchier { .. } => "A language model makes every line shorter and funnier".to_owned(),
        Wanted::Translation { language, .. } => format!("A language model translates it into {}", language.name()),
    };
    let question = Question {
        title: format!("Pay up to {price}?"),
        text: format!("{what}.\nMostly it costs far less; the price counts a second try. Nothing is written over."),
        then: vec![Effect::Write { ticket, order: order.clone(), consent: Consent::UpTo(price) }],
        leaves: false,
    };
    (ticket, question)
}

/// Puts a question, unless something else takes the keys now.
fn show(state: &mut State, (ticket, question): (u64, Question), order: Option<Order>) {
    if state.overlay.is_some() {
        state.shared.tell(Level::Info, format!("{} Ask again to answer.", question.title));
        return;
    }
    state.shared.writing = order.map(|order| (ticket, order));
    state.overlay = Some(Overlay::Question(question));
}

/// Other words to choose from, or to take all together.
fn offer(state: &mut State, campaign: &CampaignId, lines: &[Reworded], order: Order) {
    let Some(found) = state.shared.facts.campaign(campaign) else { return };
    let Some(loaded) = found.loaded() else { return };
    let of = Of { campaign: campaign.clone(), mode: state.shared.mode_of(found) };
    let script = &loaded.campaign;
    match lines {
        _ if state.overlay.is_some() => {
            state.shared.tell(Level::Info, "Other words are there: ask again to see them, for nothing.");
        }
        [] => state.shared.tell(Level::Info, "Every line stays as it is."),
        [Reworded { scene, texts, .. }] => {
            let words = |text: &String| Words {
                changes: rewording(script, &[(*scene, text.clone())]),
                done: format!("reworded scene {}", scene + 1),
            };
            let title = format!("Other words for scene {}", scene + 1);
            pick(state, of, title, (texts.clone(), texts.iter().map(words).collect()), order);
        }
        lines => {
            let texts: Vec<(usize, String)> =
                lines.iter().filter_map(|line| Some((line.scene, line.texts.first()?.clone()))).collect();
            let count = text::count(texts.len(), "line");
            let words = |texts: &[(usize, String)]| Words {
                changes: rewording(script, texts),
                done: format!("reworded {}", text::count(texts.len(), "scene")),
            };
            let all = (format!("all {count}"), words(&texts));
            let each = texts.iter().map(|one| (format!("{}: {}", one.0 + 1, one.1), words(std::slice::from_ref(one))));
            let answers = std::iter::once(all).chain(each).unzip();
            pick(state, of, format!("Other words for {count}"), answers, order);
        }
    }
}

/// The last answer asks for others.
fn pick(state: &mut State, of: Of, title: String, answers: (Vec<String>, Vec<Words>), order: Order) {
    let (mut options, words) = answers;
    options.push("none of these: ask for others".to_owned());
    let what = Picking::Words { words, order: Box::new(order) };
    state.overlay = Some(Overlay::Pick(Pick { of, title, options, cursor: Cursor::default(), what }));
}

/// None of the words were taken.
pub fn others(state: &mut State, order: Order) -> Vec<Effect> {
    let what = order.what.clone();
    state.shared.passed_over = Some(order);
    ask(state, what)
}
