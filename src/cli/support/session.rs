//! An engine as a command holds it: what it has told so far, its events one by one, and Ctrl-C. The first Ctrl-C lets
//! what runs end, the second leaves at once.

use std::sync::Arc;

use tokio::runtime::Runtime;

use super::exit::{Failure, sentence};
use super::output::say;
use super::target::{Target, counted, faults_text};
use crate::domain::Display;
use crate::engine::{
    Cancel, Command, Content, EngineHandle, EngineSettings, Entry, Event, Loaded, View, start, start_runtime,
};

/// A running engine and everything that it has told.
pub struct Session {
    runtime: Runtime,
    engine: EngineHandle,
    interrupts: Interrupts,
    interrupted: bool,
    view: View,
}

/// A session is asked for what it was told.
impl std::ops::Deref for Session {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

/// One thing that a command waits for.
pub enum Happening {
    Event(Event),
    /// The first Ctrl-C; everything that waits has been cancelled.
    Interrupted,
}

impl Session {
    /// Starts an engine and waits until the campaigns and their jobs are known.
    pub fn open(settings: EngineSettings) -> Result<Self, Failure> {
        let runtime = start_runtime(&mut tokio::runtime::Builder::new_current_thread())
            .map_err(|error| Failure::unable(format!("The program cannot wait for events: {error}.")))?;
        let interrupts = runtime
            .block_on(async { Interrupts::listen() })
            .map_err(|error| Failure::unable(format!("Signals cannot be received: {error}.")))?;
        let mut session =
            Self { runtime, engine: start(settings), interrupts, interrupted: false, view: View::default() };
        loop {
            match session.next()? {
                Happening::Event(Event::Library(_)) => return Ok(session),
                Happening::Interrupted => return Err(Failure::interrupted()),
                Happening::Event(Event::Notice(notice)) => say(&notice.text.display()),
                Happening::Event(_) => {}
            }
        }
    }

    /// Waits for the next event, and keeps what it tells.
    pub fn next(&mut self) -> Result<Happening, Failure> {
        let (events, interrupts) = (&mut self.engine.events, &mut self.interrupts);
        let event = self.runtime.block_on(async {
            tokio::select! {
                event = events.recv() => Some(event),
                () = interrupts.next() => None,
            }
        });
        match event {
            None if self.interrupted => Err(Failure::interrupted()),
            None => {
                self.interrupted = true;
                self.send(Command::Cancel(Cancel::All))?;
                Ok(Happening::Interrupted)
            }
            Some(None) => {
                Err(Failure::unable("The engine stopped without a word; the log in the studio home may say why."))
            }
            Some(Some(Event::Unusable(why))) => Err(Failure::unable(sentence(why))),
            Some(Some(event)) => {
                self.view.apply(&event);
                Ok(Happening::Event(event))
            }
        }
    }

    pub fn send(&self, command: Command) -> Result<(), Failure> {
        let sent = self.runtime.block_on(self.engine.commands.send(command));
        sent.map_err(|_| Failure::unable("The engine has stopped; the log in the studio home may say why."))
    }

    /// Whether Ctrl-C was pressed.
    pub fn was_interrupted(&self) -> bool {
        self.interrupted
    }

    /// Ends the engine when everything under way is written.
    pub fn close(mut self) -> Result<(), Failure> {
        self.send(Command::Shutdown)?;
        while !matches!(self.next()?, Happening::Event(Event::Stopped)) {}
        Ok(())
    }

    /// Waits for a future of the store beside the engine.
    pub fn wait_for<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// The campaign that was named; broken ones too.
    pub fn entry(&self, target: &Target) -> Result<Arc<Entry>, Failure> {
        let found = match target {
            Target::Id(id) => self.view.entry(id.as_str()),
            Target::File(file) => {
                let path = std::path::absolute(file).unwrap_or_else(|_| file.clone());
                self.view.at_path(&path)
            }
        };
        found.cloned().ok_or_else(|| self.no_such_campaign(target))
    }

    /// The campaign that was named, which must pass every check.
    pub fn good_entry(&self, target: &Target) -> Result<Arc<Entry>, Failure> {
        let entry = self.entry(target)?;
        match &entry.content {
            Content::Good(_) => Ok(entry),
            Content::Broken(faults) => Err(Failure::wrong(format!(
                "{}\n{} cannot be used: {} to fix first.",
                faults_text(&entry.path, faults),
                entry.name.display(),
                counted(faults.len(), "fault")
            ))),
        }
    }

    fn no_such_campaign(&self, target: &Target) -> Failure {
        let name = match target {
            Target::Id(id) => id.to_string(),
            Target::File(file) => file.to_string_lossy().display().to_string(),
        };
        let broken =
            self.view.library().entries.iter().filter(|entry| matches!(entry.content, Content::Broken(_))).count();
        let names = self.view.library().entries.iter().map(|entry| entry.name.as_str());
        let next_step = match (&self.view.library().folder, crate::domain::read::nearest::nearest(&name, names)) {
            (None, _) => "No campaigns folder was found here or above; `babblecast new NAME` makes one".to_owned(),
            (_, Some(meant)) => format!("Did you mean {}?", meant.display()),
            (Some(_), None) if broken > 0 => {
                format!("{} cannot be read; `babblecast list` shows all", counted(broken, "file"))
            }
            (Some(_), None) => "`babblecast list` shows all".to_owned(),
        };
        Failure::wrong(sentence(format!("There is no campaign {name}. {next_step}")))
    }
}

/// The content of an entry that [`Session::good_entry`] gave.
pub fn loaded(entry: &Entry) -> Result<&Loaded, Failure> {
    match &entry.content {
        Content::Good(loaded) => Ok(loaded),
        Content::Broken(faults) => Err(Failure::wrong(faults_text(&entry.path, faults))),
    }
}

/// Ctrl-C and, where there are such things, the polite signal to end and the loss of the terminal.
pub struct Interrupts {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
}

#[cfg(unix)]
impl Interrupts {
    pub fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let [interrupt, terminate, hangup] =
            [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
        Ok(Self { signals: [interrupt?, terminate?, hangup?] })
    }

    pub async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Interrupts {
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    pub async fn next(&mut self) {
        // Without a console there is nobody to press Ctrl-C.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
