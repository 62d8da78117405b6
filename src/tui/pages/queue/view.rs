//! How the queue is drawn: the lanes on top, the list, and below it what there is to say of the selected thing.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::QueuePage;
use super::rows::{Kind, Row, Thing};
use crate::domain::Display;
use crate::engine::{FarmServer, FarmSight, UnknownCall, Waits, Width};
use crate::plan::{JobKey, Product};
use crate::tui::facts::{Cause, Group, Lane, Run, UnderWay};
use crate::tui::marks::{Mark, Meaning};
use crate::tui::model::shared::Shared;
use crate::tui::model::{standing, submit};
use crate::tui::theme::Theme;
use crate::tui::widgets::frame::{self, Scroll};
use crate::tui::{layout, text};

pub(super) struct Parts {
    lanes: Rect,
    pub(super) list: Rect,
    detail: Rect,
}

pub(super) fn parts(body: Rect, shared: &Shared) -> Parts {
    let farm = usize::from(shared.facts.farm().is_some());
    let lanes = (active_lanes(shared).count() + farm).min(usize::from(body.height / 5)) as u16;
    let detail = match body.height {
        0..12 => 0,
        12..18 => 3,
        18.. => 5,
    };
    let rows = [Constraint::Length(lanes), Constraint::Fill(1), Constraint::Length(detail)];
    let [lanes, list, detail] = Layout::vertical(rows).areas(body);
    Parts { lanes, list, detail }
}

/// Rows of the list that are seen.
pub(super) fn list_height(shared: &Shared) -> usize {
    usize::from(parts(layout::parts(shared.size).body, shared).list.height.saturating_sub(2))
}

fn active_lanes(shared: &Shared) -> impl Iterator<Item = &Lane> {
    shared.facts.queue().lanes().iter().filter(|lane| !lane.running.is_empty() || lane.waiting().len() > 0)
}

/// Cells of the columns of a row.
struct Columns {
    campaign: u16,
    right: u16,
}

impl Columns {
    fn of(width: u16) -> Self {
        let right = match width {
            0..60 => 15,
            60..100 => 20,
            100.. => 26,
        };
        Self { campaign: if width < 60 { 0 } else { (width / 5).min(24) }, right }
    }
}

impl QueuePage {
    pub(super) fn draw(&self, body: Rect, shared: &Shared, buffer: &mut Buffer) {
        let theme = &shared.theme;
        let parts = parts(body, shared);
        let queue = shared.facts.queue();
        let label = active_lanes(shared).map(|lane| text::width(Width::label(lane.name))).max().unwrap_or_default();
        let farm = shared.facts.farm().map(|farm| farm_line(farm, usize::from(parts.lanes.width), theme));
        let lanes = active_lanes(shared).map(|lane| lane_line(lane, label, usize::from(parts.lanes.width), shared));
        for (area, line) in parts.lanes.rows().zip(lanes.chain(farm)) {
            frame::put_lines(buffer, area, &[line]);
        }
        let note = if self.query.is_empty() {
            format!("{} running, {} waiting", queue.running_count(), queue.waiting_count())
        } else {
            self.query.told("only")
        };
        let inner = frame::boxed(parts.list, buffer, theme, "Queue", &note);
        if self.rows.len() == 0 {
            let text = if self.query.is_empty() { "● nothing runs, and nothing failed" } else { "nothing found" };
            return frame::put_centred(buffer, inner, &[Line::from(Span::styled(text, theme.dim))]);
        }
        let columns = Columns::of(inner.width);
        let selected = self.rows.line(self.cursor.selected);
        for (area, line) in inner.rows().zip(self.cursor.offset..) {
            let Some(row) = self.rows.row(line, shared) else { break };
            match row {
                Row::Heading(kind, count) => {
                    let text = format!("{} · {count}", heading(kind, shared));
                    frame::put(buffer, area.x + 1, area.y, area.width.saturating_sub(1), &text, theme.dim);
                }
                Row::Cause(cause) => draw_cause(cause, &columns, area, shared, buffer),
                Row::Call(call) => self.draw_call(call, &columns, area, shared, buffer),
                Row::Running(key) => draw_running(key, &columns, area, shared, buffer),
                Row::Waiting(key, place) => draw_waiting(key, place, &columns, area, shared, buffer),
                Row::Run(run) => draw_run(run, &columns, area, shared, buffer),
                Row::Import(import) => draw_import(import, &columns, area, shared, buffer),
            }
            if line == selected {
                frame::select(buffer, area, theme);
            }
        }
        let position = format!("{}/{}", self.cursor.selected + 1, self.rows.len());
        let scroll = Scroll { offset: self.cursor.offset, rows: usize::from(inner.height), lines: self.rows.lines() };
        frame::scrolled(parts.list, buffer, theme, &position, scroll);
        self.draw_detail(parts.detail, shared, buffer);
    }

    fn draw_call(&self, call: &UnknownCall, columns: &Columns, area: Rect, shared: &Shared, buffer: &mut Buffer) {
        let holds = self.holds.get(&call.key).map_or(0, Vec::len);
        let said = match holds {
            0 => call.price.to_string(),
            holds => format!("{}, holds {holds}", call.price),
        };
        let row = Shown {
            mark: Mark::of_meaning(Meaning::MaybeBilled, &shared.theme, ' '),
            name: name_of_call(call, shared),
            campaign: call.campaign.to_string(),
            style: shared.theme.bad.into(),
            said,
            said_style: shared.theme.bad.into(),
        };
        row.draw(columns, area, &shared.theme, buffer);
    }

    fn draw_detail(&self, area: Rect, shared: &Shared, buffer: &mut Buffer) {
        let (theme, cells) = (&shared.theme, usize::from(area.width.saturating_sub(4)));
        let mut lines: Vec<Line> = Vec::new();
        let mut say = |said: &str, most: usize, style: Style| {
            let rows = text::wrap(said.display().as_str(), cells, most).into_iter();
            lines.extend(rows.map(|row| Line::from(Span::styled(format!("  {row}"), style))));
        };
        let (plain, dim) = (Style::default(), Style::from(theme.dim));
        match &self.chosen {
            Some(Thing::Job(key)) => {
                let Some(queued) = &shared.facts.job(*key).queued else { return };
                say(&format!("{}: {}", queued.about.campaign, queued.about.name), 1, plain);
                match &queued.waits {
                    Some(Waits::Inputs) => say(&format!("It cannot begin yet: it {}.", needs(*key, shared)), 1, dim),
                    Some(Waits::Pause { why, .. }) => {
                        say(&format!("{why}. It is tried {}.", again(*key, shared)), 2, theme.warning.into());
                    }
                    Some(waits) => say(&format!("It {waits}."), 1, dim),
                    None => {
                        say(&format!("It has run for {} · {}", took(*key, shared), Width::label(queued.lane)), 1, dim);
                    }
                }
            }
            Some(Thing::Cause(reason)) => {
                let Some(cause) = shared.facts.queue().causes.with_reason(reason) else { return };
                let style = if cause.failure.is_cap() { theme.warning } else { theme.bad };
                say(&format!("{reason}."), 2, style.into());
                say(submit::with_keys(&cause.failure.next_step, shared).as_str(), 2, plain);
                say(
                    &named(cause.jobs().filter_map(|key| Some(shared.facts.place_of(key)?.1)), cause.jobs().len()),
                    1,
                    dim,
                );
            }
            Some(Thing::Call(attempt)) => {
                let mut calls = shared.facts.ledger().unknown.iter();
                let Some(call) = calls.find(|call| call.attempt == *attempt) else { return };
                say(&format!("{}.", call.why), 2, theme.bad.into());
                let holds = self.holds.get(&call.key).map(Vec::as_slice).unwrap_or_default();
                let holds = match holds {
                    [] => "Nothing waits for it.".to_owned(),
                    holds => format!("It holds: {}", named(holds.iter().cloned(), holds.len())),
                };
                say(&holds, 1, plain);
                say("It counts against every cap and is not sent again by itself.", 1, dim);
            }
            Some(Thing::Run(id)) => {
                let Some(run) = shared.facts.runs.iter().find(|run| run.id == *id) else { return };
                let text =
                    format!("Another babblecast on this home makes the {} of {}.", run.mode.name(), run.campaign);
                say(&text, 1, plain);
                say("It can be asked to stop; what it has made is there for all.", 1, dim);
            }
            Some(Thing::Import(ticket)) => {
                let Some(import) = shared.facts.imports.iter().find(|import| import.ticket == *ticket) else { return };
                say(&format!("A recording becomes a campaign: {}.", import.doing), 2, plain);
                say("Stopping it loses nothing: what was heard is kept.", 1, dim);
            }
            None => {}
        }
        frame::put_lines(buffer, area, &lines);
    }
}

fn heading(kind: Kind, shared: &Shared) -> String {
    match kind {
        Kind::Causes => "Not made, by reason".to_owned(),
        Kind::Calls => "Maybe billed".to_owned(),
        Kind::Imports => "Becoming campaigns".to_owned(),
        Kind::Running => "Running".to_owned(),
        Kind::Waiting(lane) => {
            let lane = shared.facts.queue().lanes().get(lane).map_or("", |lane| lane.name);
            format!("Waiting · {}", Width::label(lane))
        }
        Kind::Elsewhere => "Made by other programs".to_owned(),
    }
}

/// ` OpenAI  ▰▱  1 of 2 at once · 27 wait · not 16: it begins with few …`
fn lane_line(lane: &Lane, label: usize, cells: usize, shared: &Shared) -> Line<'static> {
    const MOST_SHOWN: usize = 8;
    let theme = &shared.theme;
    let (running, waiting) = (lane.running.len(), lane.waiting().len());
    let width = shared.facts.lanes().iter().find(|width| width.lane == lane.name);
    let at_once = width.map_or(running, |width| width.at_once.max(1));
    let slots = at_once.clamp(running.min(MOST_SHOWN), MOST_SHOWN);
    let full = (running * slots).div_ceil(at_once.max(1)).min(slots);
    let mut facts = vec![format!("{running} of {at_once} at once")];
    facts.extend((waiting > 0).then(|| format!("{waiting} waiting")));
    facts.extend(lane.first_of(Group::Pause).map(|key| format!("paused, {}", again(key, shared))));
    facts.extend((lane.count(Group::Room) > 0).then(|| "the disk is full".to_owned()));
    let narrow = width.filter(|width| width.at_once < width.most && !width.why.is_empty());
    facts.extend(narrow.map(|width| format!("not {}: {}", width.most, width.why)));
    let name = Width::label(lane.name);
    let pad = " ".repeat(label.saturating_sub(text::width(name)));
    let facts = text::clip(&facts.join(" · "), cells.saturating_sub(label + slots + 6));
    Line::from(vec![
        Span::styled(format!(" {name}{pad}  "), theme.title),
        Span::styled("▰".repeat(full), theme.accent),
        Span::styled("▱".repeat(slots - full), theme.border),
        Span::raw(format!("  {facts}")),
    ])
}

/// ` Farm  3 on their way · 412 made there · 3 workers at nats://… (nats-server 2.12.1), 6 clips at once`
fn farm_line(farm: &FarmSight, cells: usize, theme: &Theme) -> Line<'static> {
    const NAME: &str = " Farm  ";
    let figures = farm.figures;
    let mut facts: Vec<String> = Vec::new();
    facts.extend((figures.asked > 0).then(|| format!("{} on their way", figures.asked)));
    facts.extend((figures.made > 0).then(|| format!("{} made there", figures.made)));
    facts.extend((figures.refused > 0).then(|| format!("{} refused", figures.refused)));
    facts.push(farm.sentence().trim_end_matches('.').to_owned());
    let style = match farm.server {
        FarmServer::Connected { .. } => Style::default(),
        FarmServer::Connecting => theme.dim.into(),
        FarmServer::Unusable { .. } => theme.warning.into(),
    };
    let facts = text::clip(facts.join(" · ").display().as_str(), cells.saturating_sub(NAME.len() + 1));
    Line::from(vec![Span::styled(NAME, theme.title), Span::styled(facts, style)])
}

/// The parts of a row.
struct Shown {
    mark: Mark,
    name: String,
    campaign: String,
    style: Style,
    /// What stands at its right end.
    said: String,
    said_style: Style,
}

impl Shown {
    fn draw(&self, columns: &Columns, area: Rect, theme: &Theme, buffer: &mut Buffer) {
        // Where there is no room for columns, the name takes what is left.
        let is_narrow = columns.campaign == 0;
        let right = if is_narrow { columns.right.min(text::width(&self.said) as u16) } else { columns.right };
        let gap = if is_narrow { 0 } else { columns.campaign + 2 };
        let room = area.width.saturating_sub(4 + gap + 2 + right);
        frame::put(buffer, area.x + 2, area.y, 1, &self.mark.symbol.to_string(), self.mark.style);
        frame::put(buffer, area.x + 4, area.y, room, self.name.display().as_str(), self.style);
        if !is_narrow {
            let x = area.x + 4 + room + 2;
            frame::put(buffer, x, area.y, columns.campaign, self.campaign.display().as_str(), theme.dim);
        }
        let x = area.right().saturating_sub(right + 1);
        frame::put(buffer, x, area.y, right, self.said.display().as_str(), self.said_style);
    }
}

fn shown_job(key: JobKey, meaning: Meaning, said: String, said_style: impl Into<Style>, shared: &Shared) -> Shown {
    let about = shared.facts.job(key).queued.as_ref().map(|queued| &queued.about);
    Shown {
        mark: Mark::of_meaning(meaning, &shared.theme, shared.spinner()),
        name: about.map_or_else(String::new, |about| about.name.clone()),
        campaign: about.map_or_else(String::new, |about| about.campaign.to_string()),
        style: Style::default(),
        said,
        said_style: said_style.into(),
    }
}

fn draw_running(key: JobKey, columns: &Columns, area: Rect, shared: &Shared, buffer: &mut Buffer) {
    const TIME: u16 = 6;
    let Some(fraction) = shared.facts.job(key).fraction else {
        let said = format!("{:>5}", took(key, shared));
        return shown_job(key, Meaning::Working, said, Style::default(), shared).draw(
            columns,
            area,
            &shared.theme,
            buffer,
        );
    };
    // All of the room at the right end.
    let said = format!("{:>5}{}", took(key, shared), " ".repeat(usize::from(columns.right)));
    shown_job(key, Meaning::Working, said, Style::default(), shared).draw(columns, area, &shared.theme, buffer);
    let x = area.right().saturating_sub(columns.right + 1) + TIME;
    let cells = columns.right.saturating_sub(TIME);
    let full = (f32::from(cells) * fraction) as u16;
    let end = frame::put(buffer, x, area.y, full, &"█".repeat(full.into()), shared.theme.accent);
    let rest = cells.saturating_sub(full);
    frame::put(buffer, end, area.y, rest, &"░".repeat(rest.into()), shared.theme.border);
}

fn draw_waiting(key: JobKey, place: usize, columns: &Columns, area: Rect, shared: &Shared, buffer: &mut Buffer) {
    let theme = &shared.theme;
    let (said, style) = match shared.facts.job(key).waits() {
        Some(Waits::Turn) if place == 0 => ("next".to_owned(), theme.dim),
        Some(Waits::Turn) | None => (format!("{place} before it"), theme.dim),
        Some(Waits::Inputs) => (needs(key, shared), theme.dim),
        Some(Waits::Place) => ("no free call".to_owned(), theme.warning),
        Some(Waits::Pause { .. }) => (again(key, shared), theme.warning),
        Some(Waits::Room) => ("the disk is full".to_owned(), theme.warning),
        Some(Waits::Elsewhere) => ("made elsewhere".to_owned(), theme.dim),
    };
    shown_job(key, Meaning::ToMake, said, style, shared).draw(columns, area, theme, buffer);
}

fn draw_cause(cause: &Cause, columns: &Columns, area: Rect, shared: &Shared, buffer: &mut Buffer) {
    let theme = &shared.theme;
    let (meaning, style) =
        if cause.failure.is_cap() { (Meaning::Held, theme.warning) } else { (Meaning::Failed, theme.bad) };
    let first = cause.jobs().next().and_then(|key| shared.facts.place_of(key));
    let row = Shown {
        mark: Mark::of_meaning(meaning, theme, ' '),
        name: cause.failure.reason.clone(),
        campaign: first.map_or_else(String::new, |(campaign, _)| campaign.entry.name.clone()),
        style: style.into(),
        said: scenes_of(cause, shared),
        said_style: style.into(),
    };
    row.draw(columns, area, theme, buffer);
}

/// `scenes 4, 19`, where these are few; else how many jobs there are.
fn scenes_of(cause: &Cause, shared: &Shared) -> String {
    const NAMED: usize = 4;
    let jobs = cause.jobs().len();
    let scene = |key: JobKey| shared.facts.planned(key).and_then(|(.., job)| job.scenes.first().copied());
    let scenes: Option<Vec<String>> =
        cause.jobs().take(NAMED + 1).map(|key| scene(key).map(|scene| (scene + 1).to_string())).collect();
    match scenes {
        Some(scenes) if jobs == 1 => format!("scene {}", scenes.concat()),
        Some(scenes) if jobs <= NAMED => format!("scenes {}", scenes.join(", ")),
        _ => text::count(jobs, "job"),
    }
}

fn draw_run(run: &Run, columns: &Columns, area: Rect, shared: &Shared, buffer: &mut Buffer) {
    let progress = shared.facts.campaign(&run.campaign).map(|campaign| campaign.progress(run.mode));
    let row = Shown {
        mark: Mark::of_meaning(Meaning::Working, &shared.theme, shared.spinner()),
        name: format!("{} of {}", run.mode.name(), run.campaign),
        campaign: run.campaign.to_string(),
        style: Style::default(),
        said: progress.map_or_else(
            || text::count(run.jobs, "job"),
            |progress| format!("{} of {} made", progress.done(), progress.total),
        ),
        said_style: shared.theme.dim.into(),
    };
    row.draw(columns, area, &shared.theme, buffer);
}

fn draw_import(import: &UnderWay, columns: &Columns, area: Rect, shared: &Shared, buffer: &mut Buffer) {
    let row = Shown {
        mark: Mark::of_meaning(Meaning::Working, &shared.theme, shared.spinner()),
        name: import.doing.clone(),
        campaign: String::new(),
        style: Style::default(),
        said: format!("{:>5}", seconds(shared.now.saturating_sub(import.since))),
        said_style: Style::default(),
    };
    row.draw(columns, area, &shared.theme, buffer);
}

/// `needs face, voice`: what a job is made of that is not made, as far as its campaign tells.
fn needs(key: JobKey, shared: &Shared) -> String {
    let Some((campaign, mode, job)) = shared.facts.planned(key) else { return "needs what it is made of".to_owned() };
    if matches!(job.product(), Product::Episode | Product::Fade) {
        return "needs its clips".to_owned();
    }
    let graph = campaign.loaded().and_then(|loaded| loaded.graph(mode));
    let mut names: Vec<&str> = Vec::new();
    for input in job.request.inputs() {
        let input = graph.and_then(|graph| graph.job(input)).filter(|input| !shared.facts.state(input.key).is_made());
        let name = input.map(|input| standing::name(input.product()));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    if names.is_empty() { "begins soon".to_owned() } else { format!("needs {}", names.join(", ")) }
}

/// `again in 4 s`
fn again(key: JobKey, shared: &Shared) -> String {
    let Some(Waits::Pause { wait, .. }) = shared.facts.job(key).waits() else { return "again soon".to_owned() };
    let since = shared.facts.queue().since(key).unwrap_or(shared.now);
    let left = (since + *wait).saturating_sub(shared.now);
    if left.is_zero() {
        "again now".to_owned()
    } else {
        format!("again in {}", seconds(left + Duration::from_millis(999)))
    }
}

/// How long a job has run.
fn took(key: JobKey, shared: &Shared) -> String {
    seconds(shared.now.saturating_sub(shared.facts.queue().since(key).unwrap_or(shared.now)))
}

/// `12 s`, `2:05`
fn seconds(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        _ => text::clock(time),
    }
}

/// A few by name; the others by their number.
fn named(names: impl Iterator<Item = String>, all: usize) -> String {
    const NAMED: usize = 4;
    let names: Vec<String> = names.take(NAMED).collect();
    let more = all.saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names.join(" · "))
}

fn name_of_call(call: &UnknownCall, shared: &Shared) -> String {
    let planned = shared.facts.place_of(call.key).map(|(_, name)| name);
    planned.unwrap_or_else(|| match (call.scene, &call.speaker) {
        (Some(scene), Some(speaker)) => format!("scene {}, {speaker}", scene + 1),
        (None, Some(speaker)) => format!("face of {speaker}"),
        (_, None) => format!("a call to {}", call.provider),
    })
}
