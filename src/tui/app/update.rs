//! The one writer: a message changes the state and asks for effects. Pure: no I/O, no clock, no randomness.

use super::counts::{MOST_STEPS, digit_of, goes, moves, selects};
use super::state::State;
use super::told::{log_start, tell_new, told_end};
use super::{editing, importing, palette, pointing, typed_ahead, writing};
use crate::domain::write::named;
use crate::engine::{Cancel, Command, Event, FinalsState, Level, Outcome, Wanted};
use crate::plan::Mode;
use crate::tui::facts::Campaign;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::{Key, Section};
use crate::tui::model::message::{Effect, Msg, Request};
use crate::tui::model::overlay::{Input, Overlay, Purpose, Question};
use crate::tui::model::palette::{Deed, remember};
use crate::tui::model::shared::{EngineState, Examination, Shared};
use crate::tui::model::tuning::Tuning;
use crate::tui::pages::{
    CastPage, DoctorPage, Help, LedgerPage, LogPage, Page, QueuePage, Unknowns, VoicesPage, open_campaign,
};
use crate::tui::text;

/// Takes in one message, and the keys that waited for it.
pub fn update(state: &mut State, message: Msg) -> Vec<Effect> {
    let mut effects = take_in(state, message);
    effects.extend(typed_ahead::replay(state));
    effects
}

fn take_in(state: &mut State, message: Msg) -> Vec<Effect> {
    match message {
        Msg::Key(key) => typed_ahead::on_key(state, key),
        Msg::Paste(text) => {
            if let Some(Overlay::Palette(palette)) = &mut state.overlay {
                palette.paste(&text);
                return Vec::new();
            }
            if let Some(effects) = importing::on_paste(state, &text) {
                return effects;
            }
            let Some(Overlay::Input(input)) = &mut state.overlay else { return editing::on_paste(state, &text) };
            if input.line.insert(&text) {
                filter_while_typing(state);
            }
            Vec::new()
        }
        Msg::Click(at) => pointing::on_click(state, at),
        Msg::Wheel { .. } if state.overlay.is_some() => Vec::new(),
        Msg::Wheel { down } => on_action(state, if down { Action::Down } else { Action::Up }),
        Msg::Resize(size) => {
            state.shared.size = size;
            Vec::new()
        }
        Msg::Engine(event) => on_event(state, event),
        Msg::Tick => {
            let State { pages, shared, .. } = state;
            let requests = pages.iter_mut().flat_map(|page| page.tick(shared)).collect();
            fulfil(state, requests)
        }
        Msg::Away => {
            pause(state);
            Vec::new()
        }
        Msg::EngineGone => {
            if state.shared.engine == EngineState::Stopping {
                return vec![Effect::Leave];
            }
            if state.shared.engine == EngineState::Working {
                let text = "The engine has stopped. Leave and start babblecast again; nothing made is lost.";
                state.shared.engine = EngineState::Unusable(text.to_owned());
                state.shared.facts.stop();
            }
            Vec::new()
        }
        Msg::Wave(wave) => {
            state.shared.waves.insert(wave.hash, wave.bars);
            Vec::new()
        }
        Msg::Examined(found) => {
            let shared = &mut state.shared;
            shared.examination = Examination { is_running: false, found: Some((shared.clock, found)) };
            Vec::new()
        }
        Msg::Told(level, text) => {
            state.shared.tell(level, text);
            Vec::new()
        }
    }
}

/// Brings counts and pages up to date after a batch of messages, before it is drawn.
pub fn settle(state: &mut State) {
    state.shared.facts.settle();
    if state.shared.notice.as_ref().is_some_and(|said| said.end() <= state.shared.now) {
        state.shared.notice = None;
    }
    let expected = state.shared.expected.as_ref().and_then(|id| state.shared.facts.campaign(id));
    if let Some(path) = expected.map(|campaign| campaign.entry.path.clone()) {
        state.shared.expected = None;
        state.pages.iter_mut().for_each(|page| page.select(&path));
    }
    importing::settle(state);
    for page in &mut state.pages {
        page.settle(&state.shared);
    }
    let jump = state.shared.edits.jump.as_ref();
    let is_over = jump.is_some_and(|jump| {
        let loaded = state.shared.facts.campaign(&jump.campaign).and_then(Campaign::loaded);
        loaded.is_none_or(|loaded| loaded.source_hash == jump.source_hash)
    });
    if is_over {
        state.shared.edits.jump = None;
    }
}

/// What a key does now.
pub(super) fn press(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(overlay) = &mut state.overlay else {
        let section = state.page().section();
        let key = state.prefix.take().map_or(key, |first| key.behind(first));
        let action = state.shared.keymap.action(section, key);
        if action.is_none() && state.shared.keymap.begins(section, key) {
            state.prefix = key.letter();
            return Vec::new();
        }
        let digit = digit_of(key).filter(|digit| action.is_none() && (*digit > 0 || state.count.is_some()));
        if let Some(digit) = digit {
            state.count = Some((state.count.unwrap_or_default() * 10 + digit).min(MOST_STEPS));
            return Vec::new();
        }
        // Where a letter makes the draft, `gg` of other editors is still gone to behind a number: a draft takes none.
        if state.count.is_some() && action == Some(Action::Draft) && key.letter().is_some() {
            state.prefix = key.letter();
            return Vec::new();
        }
        let count = state.count.take();
        return match (action, count) {
            (action, Some(number)) if goes(action, key) => go_to(state, number),
            (None, _) | (Some(Action::Back), Some(_)) => Vec::new(),
            (Some(action), Some(count)) if let Some(effects) = act_times(state, action, count) => effects,
            (Some(action), Some(count)) if moves(action) => (0..count).flat_map(|_| on_action(state, action)).collect(),
            (Some(action), _) => on_action(state, action),
        };
    };
    let action = state.shared.keymap.action(overlay.section(), key);
    match overlay {
        Overlay::Line(_) => return editing::on_line_key(state, action, key),
        Overlay::Card(_) => return editing::on_card_key(state, action, key),
        Overlay::Pick(_) => return editing::on_pick_key(state, action, key),
        Overlay::Palette(_) => return on_palette_key(state, action, key),
        Overlay::Question(_) | Overlay::Input(_) => {}
    }
    match (overlay, action) {
        (Overlay::Question(_), Some(Action::Accept)) => match state.overlay.take() {
            Some(Overlay::Question(question)) => agreed(state, question),
            _ => Vec::new(),
        },
        (Overlay::Question(asked), Some(Action::GoOn)) if asked.leaves => match state.overlay.take() {
            Some(Overlay::Question(question)) => {
                let mut effects = vec![Effect::HandOver];
                effects.extend(agreed(state, question));
                effects
            }
            _ => Vec::new(),
        },
        (Overlay::Input(_), Some(Action::Submit)) => match state.overlay.take() {
            Some(Overlay::Input(input)) => entered(state, &input),
            _ => Vec::new(),
        },
        (Overlay::Question(_), Some(Action::Dismiss)) => {
            state.overlay = None;
            Vec::new()
        }
        (Overlay::Input(input), Some(Action::Discard)) => {
            let filtered = input.purpose == Purpose::Filter;
            state.overlay = None;
            if filtered && let Some(page) = state.pages.last_mut() {
                page.filter("", &state.shared);
            }
            Vec::new()
        }
        (Overlay::Input(input), _) => {
            if input.line.edit(key) {
                filter_while_typing(state);
            }
            Vec::new()
        }
        (Overlay::Question(_) | Overlay::Line(_) | Overlay::Card(_) | Overlay::Pick(_) | Overlay::Palette(_), _) => {
            Vec::new()
        }
    }
}

fn on_palette_key(state: &mut State, action: Option<Action>, key: Key) -> Vec<Effect> {
    let height = palette::height(&state.shared);
    let Some(Overlay::Palette(shown)) = &mut state.overlay else { return Vec::new() };
    match action {
        Some(Action::Submit) => {
            let deed = shown.selected().map(|entry| entry.deed.clone());
            state.overlay = None;
            deed.map_or_else(Vec::new, |deed| perform(state, deed))
        }
        Some(Action::Discard) => {
            state.overlay = None;
            Vec::new()
        }
        action => {
            shown.press(action, key, height);
            Vec::new()
        }
    }
}

/// Does what an entry of the palette says.
fn perform(state: &mut State, deed: Deed) -> Vec<Effect> {
    if !matches!(deed, Deed::Part(_) | Deed::Write(_) | Deed::Refine(_) | Deed::Translate(..)) {
        remember(&mut state.shared.used, deed.clone());
    }
    let facts = &state.shared.facts;
    let target = match deed {
        Deed::Act(action) => return on_action(state, action),
        Deed::Part(part) => return importing::choose(state, part),
        Deed::Write(brief) => return writing::ask(state, Wanted::Campaign(*brief)),
        Deed::Refine(brief) => {
            writing::refine(state, *brief);
            return Vec::new();
        }
        Deed::Translate(campaign, language) => {
            return writing::ask(state, Wanted::Translation { campaign, language });
        }
        Deed::Set(tuning) => return state.shared.tune(tuning).map(Effect::Set).into_iter().collect(),
        Deed::Open(path) => facts.at_path(&path).map(|campaign| (campaign, None)),
        Deed::Baby(id, face) => facts.campaign(&id).map(|campaign| (campaign, Some(face))),
    };
    let Some((campaign, at)) = target else { return Vec::new() };
    let page = open_campaign(campaign, at, &state.shared);
    fulfil(state, vec![Request::Open(page)])
}

fn go_to(state: &mut State, number: usize) -> Vec<Effect> {
    state.shared.edits.stay();
    let requests = state.pages.last_mut().map_or_else(Vec::new, |page| page.go_to(number, &state.shared));
    fulfil(state, requests)
}

fn filter_while_typing(state: &mut State) {
    if let Some(Overlay::Input(input)) = &state.overlay
        && input.purpose == Purpose::Filter
        && let Some(page) = state.pages.last_mut()
    {
        page.filter(input.text(), &state.shared);
    }
}

fn entered(state: &mut State, input: &Input) -> Vec<Effect> {
    match input.purpose {
        Purpose::Filter => {
            if let Some(page) = state.pages.last_mut() {
                page.keep_found(&state.shared);
            }
            Vec::new()
        }
        Purpose::Note | Purpose::Member => {
            let page = state.pages.last_mut();
            let requests = page.map_or_else(Vec::new, |page| page.entered(input.text(), &state.shared));
            fulfil(state, requests)
        }
        Purpose::Topic => writing::topic(state, input.text()),
        Purpose::NewCampaign if input.text().trim().is_empty() => Vec::new(),
        Purpose::NewCampaign => {
            state.shared.notice = None;
            let id = named(input.text()).ok().map(|(id, _)| id);
            state.shared.expected = id.filter(|id| state.shared.facts.campaign(id).is_none());
            vec![Effect::Send(Command::New { name: input.text().trim().to_owned(), template: None })]
        }
    }
}

fn agreed(state: &mut State, question: Question) -> Vec<Effect> {
    if question.leaves {
        state.shared.engine = EngineState::Stopping;
        state.shared.tell(
            Level::Info,
            "Stopping: paid calls come to their end, free work is dropped. Quit again to leave at once.",
        );
    }
    question.then
}

/// A number before an action of the page that makes so many at once.
fn act_times(state: &mut State, action: Action, count: usize) -> Option<Vec<Effect>> {
    let requests = state.pages.last_mut()?.act_times(action, count, &state.shared)?;
    Some(fulfil(state, requests))
}

pub(super) fn on_action(state: &mut State, action: Action) -> Vec<Effect> {
    if selects(action) {
        state.shared.edits.stay();
    }
    let answer = state.pages.last_mut().and_then(|page| page.act(action, &state.shared));
    match answer {
        Some(requests) => fulfil(state, requests),
        None => everywhere(state, action),
    }
}

/// Actions that mean the same on every page.
fn everywhere(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit => quit(state),
        Action::Back => {
            state.shared.notice = None;
            back(state)
        }
        Action::Help => {
            open(state, Section::Help, |state| Box::new(Help::of(state.page().section(), &state.shared.keymap)))
        }
        Action::Voices => fulfil(state, VoicesPage::open(None)),
        Action::Unknowns => open(state, Section::Unknowns, |_| Box::<Unknowns>::default()),
        Action::Ledger => {
            let closed = open(state, Section::Ledger, |_| Box::<LedgerPage>::default());
            let is_open = state.page().section() == Section::Ledger;
            closed.into_iter().chain(is_open.then_some(Effect::Send(Command::Calls))).collect()
        }
        Action::Palette => {
            palette::open(state);
            Vec::new()
        }
        Action::Queue => open(state, Section::Queue, |_| Box::<QueuePage>::default()),
        Action::Doctor => {
            let closed = open(state, Section::Doctor, |_| Box::<DoctorPage>::default());
            let is_first = state.page().section() == Section::Doctor && state.shared.examination.found.is_none();
            closed.into_iter().chain(if is_first { examine(&mut state.shared) } else { None }).collect()
        }
        Action::Cast => open(state, Section::Cast, |_| Box::<CastPage>::default()),
        Action::Log => open(state, Section::Log, |_| Box::<LogPage>::default()),
        Action::NewCampaign => {
            state.overlay = Some(Overlay::Input(Input::new(Purpose::NewCampaign, "")));
            Vec::new()
        }
        Action::Write => {
            state.overlay = Some(Overlay::Input(Input::new(Purpose::Topic, "")));
            Vec::new()
        }
        Action::CancelAll if state.shared.facts.own_runs() + state.shared.facts.imports.len() > 0 => {
            vec![Effect::Send(Command::Cancel(Cancel::All))]
        }
        Action::CancelAll if state.shared.facts.is_busy() => {
            let text = "Only another babblecast is making things: select a campaign and cancel it there.";
            state.shared.tell(Level::Info, text);
            Vec::new()
        }
        Action::CancelAll => {
            state.shared.tell(Level::Info, "Nothing is being made.");
            Vec::new()
        }
        Action::ShowDraft => show(state, Mode::Draft),
        Action::ShowFinal => show(state, Mode::Final),
        Action::Reload => vec![Effect::Send(Command::Reload)],
        Action::ToggleMouse => {
            state.shared.tune(Tuning::Mouse(!state.shared.mouse));
            let text = if state.shared.mouse {
                "Mouse on: click selects, the wheel scrolls."
            } else {
                "Mouse off: the terminal selects text."
            };
            state.shared.say(Level::Info, text);
            vec![Effect::Mouse(state.shared.mouse)]
        }
        Action::Filmstrip => {
            state.shared.shown.strip = !state.shared.shown.strip;
            Vec::new()
        }
        Action::Redraw => vec![Effect::Redraw],
        Action::Suspend => vec![Effect::Suspend],
        _ => Vec::new(),
    }
}

/// Has everything examined, unless that is under way.
fn examine(shared: &mut Shared) -> Option<Effect> {
    let was_running = std::mem::replace(&mut shared.examination.is_running, true);
    (!was_running).then_some(Effect::Examine)
}

pub(super) fn show(state: &mut State, mode: Mode) -> Vec<Effect> {
    match (state.mode(), state.shared.facts.finals()) {
        (Some(_), _) => {
            state.shared.notice = None;
            state.shared.chosen_mode = Some(mode);
        }
        (None, Some(FinalsState::Unavailable(what_to_set))) => {
            let text = what_to_set.clone();
            state.shared.say(Level::Info, text);
        }
        (None, _) => {}
    }
    Vec::new()
}

/// Opens a page unless it is open already; then its key closes it.
fn open(state: &mut State, section: Section, make: impl FnOnce(&State) -> Box<dyn Page>) -> Vec<Effect> {
    if state.page().section() == section {
        return back(state);
    }
    let page = make(state);
    state.pages.push(page);
    Vec::new()
}

/// Closes a page, and with it what plays there.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    if state.pages.len() < 2 {
        return Vec::new();
    }
    let Some(left) = state.pages.pop() else { return Vec::new() };
    state.shared.places.extend(left.place());
    if left.plays() { vec![Effect::Hush] } else { Vec::new() }
}

/// Lets what plays on a page stand still, for what is to be heard or seen instead.
fn pause(state: &mut State) {
    let State { pages, shared, .. } = state;
    for page in pages {
        page.pause(shared);
    }
}

fn quit(state: &mut State) -> Vec<Effect> {
    let running = state.shared.facts.own_runs();
    if running == 0 || state.shared.engine != EngineState::Working {
        return vec![Effect::Send(Command::Shutdown), Effect::Leave];
    }
    state.overlay = Some(Overlay::Question(Question {
        title: "Quit while on air?".to_owned(),
        text: format!(
            "{} still making things. What is made stays; the rest is made when you ask again, or goes on in the \
             background while you are away.",
            if running == 1 { "A run is".to_owned() } else { format!("{running} runs are") }
        ),
        then: vec![Effect::Send(Command::Shutdown)],
        leaves: true,
    }));
    Vec::new()
}

pub(super) fn fulfil(state: &mut State, requests: Vec<Request>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for request in requests {
        match request {
            Request::Effect(effect) => {
                if matches!(effect, Effect::Hear(_)) {
                    pause(state);
                }
                effects.push(effect);
            }
            Request::Open(page) => {
                state.shared.notice = None;
                state.pages.push(page);
            }
            Request::Act(action) => effects.extend(on_action(state, action)),
            Request::Examine => effects.extend(examine(&mut state.shared)),
            Request::Back => effects.extend(back(state)),
            Request::Tell(level, text) => state.shared.say(level, text),
            Request::Show(mode) => state.shared.chosen_mode = Some(mode),
            Request::Ask(question) => state.overlay = Some(Overlay::Question(question)),
            Request::Input(purpose) => {
                let text = state.page().filter_text().filter(|_| purpose == Purpose::Filter).unwrap_or_default();
                state.overlay = Some(Overlay::Input(Input::new(purpose, text)));
            }
            Request::Write(what) => effects.extend(writing::ask(state, what)),
            Request::Edit(overlay) => effects.extend(editing::open(state, overlay)),
            Request::Change(of, changes, done) => effects.extend(editing::change(state, &of, changes, done)),
            Request::Take(campaign, taken, done) => effects.extend(editing::take(state, &campaign, taken, done)),
            Request::Undo(of) => effects.extend(editing::undo(state, &of)),
            Request::Redo(of) => effects.extend(editing::redo(state, &of)),
            Request::Yank(scenes) => state.shared.edits.yanked = scenes,
        }
    }
    effects
}

fn on_event(state: &mut State, event: Event) -> Vec<Effect> {
    // What is new is told by what was known before.
    tell_new(state, &event);
    let shared = &mut state.shared;
    shared.facts.apply(&event, shared.clock, shared.now);
    match event {
        Event::Preview { sound: Ok(sound), .. } => {
            pause(state);
            state.shared.say(Level::Info, "Playing the preview.");
            return vec![Effect::Hear(sound)];
        }
        Event::Preview { sound: Err(why), .. } => shared.tell(Level::Warning, why),
        Event::Import { ticket, import } => {
            let requests = importing::on_event(state, ticket, import);
            return fulfil(state, requests);
        }
        Event::RunStarted { .. } | Event::RunElsewhere { .. } => log_start(shared),
        Event::RunEnded(ended) | Event::RunElsewhereEnded(ended) => {
            let level = match ended.outcome {
                Outcome::Complete | Outcome::Interrupted => Level::Info,
                Outcome::Partial | Outcome::Stopped | Outcome::Unknown => Level::Warning,
                Outcome::Failed => Level::Error,
            };
            settle(state);
            told_end(state, level, &ended);
            // One that was refused at once is answered to the one who asked for it just now.
            if ended.elapsed_ms > 0 {
                return vec![Effect::Notify(format!("{}: {}", ended.campaign, ended.message))];
            }
        }
        Event::Notice(notice) => {
            let text = text::with_time_of_day(&notice.text, shared.clock);
            if notice.level == Level::Error {
                shared.expected = None;
            }
            match notice.campaign {
                Some(campaign) => shared.tell(notice.level, format!("{campaign}: {text}")),
                None => shared.tell(notice.level, text),
            }
        }
        Event::Unusable(reason) => {
            shared.log.add(shared.clock, Level::Error, reason.clone());
            shared.engine = EngineState::Unusable(reason);
            shared.facts.stop();
        }
        Event::Stopped => {
            if shared.engine == EngineState::Stopping {
                return vec![Effect::Leave];
            }
            return update(state, Msg::EngineGone);
        }
        Event::Edited(edited) => editing::edited(state, &edited),
        Event::WhatIf { ticket, answer } => editing::answered(state, ticket, answer),
        Event::AddedToCast { outcome: Ok(added), .. } => shared.tell(Level::Info, added.text),
        Event::AddedToCast { outcome: Err(why), .. } => shared.tell(Level::Error, why),
        Event::Written { ticket, outcome } => {
            let requests = writing::written(state, ticket, outcome);
            return fulfil(state, requests);
        }
        Event::Library(_)
        | Event::Campaign(_)
        | Event::Jobs(_)
        | Event::Lane(_)
        | Event::Farm(_)
        | Event::Progress { .. }
        | Event::Unfinished { .. }
        | Event::Ledger(_)
        | Event::Budgets(_)
        | Event::Calls(_)
        | Event::Reconciled
        | Event::Voices(_) => {}
    }
    Vec::new()
}
