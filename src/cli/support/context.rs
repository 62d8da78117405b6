//! What every command is given: the settings and where its words go.

use std::path::PathBuf;

use tracing_appender::non_blocking::WorkerGuard;

use super::exit::{Failure, sentence};
use super::flags::Flags;
use super::log::{install_hooks, start_log};
use super::output::Output;
use super::session::Session;
use super::target::{NAME_A_CAMPAIGN, Target, existing_file};
use crate::config::Config;
use crate::domain::{Display, MicroDollars};
use crate::engine::{Campaigns, EngineSettings, FinalsState};
use crate::media::video::fonts;
use crate::store::workspace::campaigns;

/// The settings of this start and its output.
pub struct Context {
    pub config: Config,
    pub output: Output,
    /// Keeps the log being written.
    _log: Option<WorkerGuard>,
}

impl Context {
    /// Reads the settings; a panic from now on names the log.
    pub fn load(flags: &Flags, output: Output) -> Result<Self, Failure> {
        let config = Config::load(&flags.settings()).map_err(|error| {
            let faults: Vec<String> = error.faults.iter().map(|fault| fault.display().to_string()).collect();
            Failure::wrong(faults.join("\n"))
        })?;
        install_hooks(&config);
        if let Some(folder) = &config.fonts.value {
            fonts::look_in(vec![folder.clone()]);
        }
        Ok(Self { config, output, _log: None })
    }

    /// The same with a log in the studio home, for commands that work there.
    pub fn with_log(self) -> Self {
        let log = start_log(&self.config);
        Self { _log: log, ..self }
    }

    /// The campaigns folder of this start.
    pub fn folder(&self) -> Result<Campaigns, Failure> {
        let here = std::env::current_dir()
            .map_err(|error| Failure::unable(format!("The working directory cannot be found: {error}.")))?;
        Ok(self.config.campaigns_folder(&here))
    }

    /// The same, refused where it was named and is not there.
    pub fn existing_folder(&self) -> Result<Campaigns, Failure> {
        match self.folder()? {
            Campaigns::Folder(folder) if !folder.is_dir() => Err(Failure::wrong(format!(
                "{}: there is no folder {}. `babblecast new NAME` makes it with a first campaign in it.",
                self.config.campaigns.source,
                folder.to_string_lossy().display()
            ))),
            folder => Ok(folder),
        }
    }

    /// Where the campaigns with these names come from: the folder, the files that were named, or both.
    pub fn campaigns_of(&self, targets: &[Target]) -> Result<Campaigns, Failure> {
        let mut files: Vec<PathBuf> = Vec::new();
        for target in targets {
            if let Target::File(file) = target {
                let path = existing_file(file, NAME_A_CAMPAIGN)?;
                if !files.contains(&path) {
                    files.push(path);
                }
            }
        }
        let wants_folder = targets.is_empty() || targets.iter().any(|target| matches!(target, Target::Id(_)));
        if files.is_empty() {
            return self.existing_folder();
        }
        if wants_folder && let Campaigns::Folder(folder) = self.existing_folder()? {
            let others = campaigns::list(&folder)?;
            files.extend(others.into_iter().filter(|path| !files.contains(path)).collect::<Vec<_>>());
        }
        Ok(Campaigns::Files(files))
    }

    pub fn engine_settings(&self, campaigns: Campaigns) -> EngineSettings {
        self.config.engine_settings(campaigns, false)
    }

    /// An engine over the campaigns with these names, all of the folder where none is named.
    pub fn open(&self, targets: &[Target]) -> Result<Session, Failure> {
        Session::open(self.engine_settings(self.campaigns_of(targets)?))
    }

    /// The same for commands that make things or say what that would cost: where finals are wanted, which they are not when
    /// a `draft` is asked for, their providers must be usable. `cap` is what this run may spend instead of what the config
    /// allows any run.
    pub fn open_to_make(&self, targets: &[Target], cap: Option<MicroDollars>, draft: bool) -> Result<Session, Failure> {
        let mut settings = self.engine_settings(self.campaigns_of(targets)?);
        settings.caps.run = cap.or(settings.caps.run);
        settings.meet_account = !draft;
        let session = Session::open(settings)?;
        match &session.library().finals {
            FinalsState::Unavailable(what_to_set) if !draft && self.config.asks_for_finals() => {
                Err(Failure::stopped(sentence(what_to_set.clone())))
            }
            _ => Ok(session),
        }
    }
}
