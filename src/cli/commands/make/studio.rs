//! `babblecast` alone: the studio. Nothing slow is done before its first frame; the engine starts behind it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::background::go_on;
use crate::cli::commands::maintain::examination::examine;
use crate::cli::commands::share::phone;
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::on_finish;
use crate::cli::support::output::{Output, say};
use crate::config::{Config, Source, Word, set, setting};
use crate::domain::Display;
use crate::engine::{Campaigns, EngineSettings, shown_path, start};
use crate::tui::{Choosable, ExitReason, Outside, StudioOptions, TuiError, Tuning, run as run_studio};

/// The message when the studio was ended from outside.
fn ended_by(signal: i32, config: &Config) -> String {
    let name = match signal {
        1 => "SIGHUP".to_owned(),
        2 => "SIGINT".to_owned(),
        15 => "SIGTERM".to_owned(),
        other => format!("signal {other}"),
    };
    let log = config.logs();
    let log = log.to_string_lossy();
    format!(
        "Ended by {name}. What was made is kept, what was begun goes on when you ask again; the log is in {}.",
        log.display()
    )
}

/// What the studio's palette can change: every value of the settings that need no new start.
fn choosable() -> Vec<Choosable> {
    fn of<T: Word>(name: &'static str, tuning: impl Fn(T) -> Tuning + 'static) -> impl Iterator<Item = Choosable> {
        T::WORDS.iter().map(move |(value, word, meaning)| Choosable {
            setting: name,
            word,
            meaning,
            tuning: tuning(*value),
        })
    }
    let switch = |setting, tuning: fn(bool) -> Tuning, on, off| {
        let value = move |word, meaning, value| Choosable { setting, word, meaning, tuning: tuning(value) };
        [value("true", on, true), value("false", off, false)]
    };
    of(setting::THEME, Tuning::Theme)
        .chain(of(setting::PREVIEW, Tuning::Pictures))
        .chain(switch(setting::CALM, Tuning::Calm, "nothing moves that need not", "pictures talk and marks turn"))
        .chain(switch(setting::MOUSE, Tuning::Mouse, "click selects, the wheel scrolls", "the terminal selects text"))
        .chain(of(setting::NOTIFY, Tuning::Notify))
        .chain(of(setting::TITLE, Tuning::Title))
        .collect()
}

/// What is done for the studio by what it does not know: the doctor's examination and the config file.
fn outside(config: &Config, folder: &Campaigns) -> Outside {
    let (examined, place) = (config.clone(), Ok(folder.clone()));
    let (config, output) = (config.clone(), Output::new(false));
    Outside {
        phone: Arc::new(move |order| {
            // A person may have changed the text of the post.
            let beside = order.video.parent().map(|folder| folder.join("post/caption.txt"));
            let caption = beside.and_then(|file| std::fs::read_to_string(file).ok());
            let caption = caption.unwrap_or_else(|| order.caption.clone());
            let file = phone::file_of(&order.video, &order.title, &caption);
            phone::hand_over(file, None, output).map(|(_, words)| words).map_err(|failure| failure.message)
        }),
        examine: Arc::new(move |terminal| examine(&examined, &place, Some(terminal))),
        keep: Arc::new(move |setting, word| {
            let file = config.writable_file().ok_or("this system names no folder for config files")?;
            set(&file, setting, word).map_err(|error| error.faults.join(" "))?;
            let louder = config.rows().into_iter().find(|row| row.name == setting).map(|row| row.source);
            let louder = louder.filter(|source| matches!(source, Source::Environment(_) | Source::Flag(_)));
            let louder =
                louder.map(|source| format!("; {source} goes before it at the next start")).unwrap_or_default();
            Ok(format!("{setting} is {word} now, and in {}{louder}.", shown_path(&file)))
        }),
    }
}

pub fn run(context: &Context) -> Result<Exit, Failure> {
    open(context, None)
}

/// The studio with this campaign selected.
pub fn run_at(context: &Context, campaign: &Path) -> Result<Exit, Failure> {
    open(context, Some(campaign.to_owned()))
}

fn open(context: &Context, begin_at: Option<PathBuf>) -> Result<Exit, Failure> {
    let config = &context.config;
    let options = StudioOptions {
        protocol: config.preview.value,
        keymap_file: config.keymap.value.clone(),
        theme: config.theme.value,
        mouse: config.mouse.value,
        calm: config.calm.value,
        screen_reader: config.screen_reader.value,
        notify: config.notify.value,
        title: config.title.value,
        choosable: choosable(),
        player: config.player.value.clone(),
        confirm_above: config.confirm_above.value,
        begin_at,
        place_file: Some(config.home.value.join("studio.json")),
        log_file: Some(config.logs()),
        thumbnails: Some(config.thumbnails()),
    };
    let folder = context.folder()?;
    let start_engine = || {
        let engine = start(EngineSettings { unfinished: true, ..config.engine_settings(folder.clone(), true) });
        match &config.on_finish.value {
            Some(program) => on_finish::after_each_run(engine, program.clone()),
            None => engine,
        }
    };
    match run_studio(options, outside(config, &folder), start_engine) {
        Ok(ExitReason::Quit) => Ok(Exit::Done),
        Ok(ExitReason::HandedOver(unfinished)) => {
            Ok(if go_on(&unfinished, &config.logs()) { Exit::Done } else { Exit::Unable })
        }
        Ok(ExitReason::Signal(number)) => {
            say(&ended_by(number, config));
            Ok(Exit::Interrupted)
        }
        Err(error @ (TuiError::Keymap { .. } | TuiError::UnreadableKeymap { .. })) => {
            Err(Failure::wrong(sentence(error.to_string())))
        }
        Err(error) => Err(Failure::unable(sentence(error.to_string()))),
    }
}
