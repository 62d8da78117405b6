//! A studio in a temporary folder, driven as a front end drives it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};

use babblecast::domain::CampaignId;
use babblecast::engine::{
    Campaigns, Command, Consent, Content, EngineHandle, EngineSettings, Entry, Event, RunEnded, RunId, Scope, View,
    start,
};
use babblecast::plan::{JobKey, JobState, Mode, Product};
use serde_json::{Value, json};

/// A campaign of two babies that speak three short lines.
pub fn two_babies(id: &str) -> Value {
    json!({
        "campaign_id": id,
        "topic": "Naps",
        "script": [
            {"type": "dialogue", "speaker": "Baby 1", "text": "Naps are work."},
            {"type": "dialogue", "speaker": "Baby 2", "text": "Naps are art."},
            {"type": "dialogue", "speaker": "Baby 1", "text": "Good night."},
        ],
        "baby_profiles": {
            "Baby 1": {"tone": "warm, inviting", "voice_id": "baby_voice_1"},
            "Baby 2": {"tone": "curious", "voice_id": "baby_voice_2"},
        }
    })
}

/// Portraits and voices.
pub fn parts() -> Scope {
    Scope { products: vec![Product::Portrait, Product::Voice], ..Scope::default() }
}

/// Folders of one test; removed with it.
pub struct Place {
    root: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let place = Self { root: tempfile::tempdir().unwrap() };
        std::fs::create_dir(place.campaigns()).unwrap();
        place
    }

    pub fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    pub fn campaigns(&self) -> PathBuf {
        self.root.path().join("campaigns")
    }

    pub fn output(&self) -> PathBuf {
        self.root.path().join("output")
    }

    pub fn write(&self, name: &str, campaign: &Value) -> PathBuf {
        let path = self.campaigns().join(name);
        std::fs::write(&path, serde_json::to_string_pretty(campaign).unwrap()).unwrap();
        path
    }

    pub fn settings(&self) -> EngineSettings {
        EngineSettings::new(self.home(), Campaigns::Folder(self.campaigns()))
    }

    pub fn engine(&self) -> Studio {
        Studio::start(self.settings())
    }

    /// Every file below a folder, by path relative to it, sorted.
    pub fn files_below(folder: &Path) -> Vec<String> {
        fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, found);
                } else {
                    found.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let mut found = Vec::new();
        walk(folder, folder, &mut found);
        found.sort();
        found
    }
}

/// An engine with everything that it has told so far.
pub struct Studio {
    handle: EngineHandle,
    pub view: View,
    pub notices: Vec<String>,
    pub states_seen: HashMap<JobKey, Vec<JobState>>,
}

impl Studio {
    pub fn start(settings: EngineSettings) -> Self {
        let mut studio =
            Self { handle: start(settings), view: View::default(), notices: Vec::new(), states_seen: HashMap::new() };
        studio.until(|event| matches!(event, Event::Library(_)));
        studio
    }

    pub fn send(&self, command: Command) {
        self.handle.commands.blocking_send(command).unwrap();
    }

    /// Takes events in until one satisfies the condition; that one is returned.
    pub fn until(&mut self, condition: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.handle.events.blocking_recv().expect("the engine ended without a word");
            self.view.apply(&event);
            match &event {
                Event::Jobs(changes) => {
                    for change in changes {
                        self.states_seen.entry(change.key).or_default().push(change.facts.state.clone());
                    }
                }
                Event::Notice(notice) => self.notices.push(notice.text.clone()),
                Event::Unusable(reason) => assert!(condition(&event), "unusable: {reason}"),
                _ => {}
            }
            if condition(&event) {
                return event;
            }
        }
    }

    pub fn entry(&self, name: &str) -> Arc<Entry> {
        self.view.entry(name).expect("no such campaign").clone()
    }

    pub fn run_ended(&mut self, run: RunId) -> RunEnded {
        match self.until(|event| matches!(event, Event::RunEnded(ended) if ended.run == run)) {
            Event::RunEnded(ended) => ended,
            _ => unreachable!(),
        }
    }

    /// Makes portraits and voices of the final, spending as much as is consented to.
    pub fn generate_final(&mut self, campaign: &str, consent: Consent) -> RunEnded {
        let run = self.begin_final(campaign, consent);
        self.run_ended(run)
    }

    pub fn begin_final(&self, campaign: &str, consent: Consent) -> RunId {
        let run = RunId::random();
        let campaign = CampaignId::new(campaign).unwrap();
        self.send(Command::Generate { run, campaign, mode: Mode::Final, scope: parts(), consent });
        run
    }

    pub fn begin(&self, campaign: &str, scope: Scope) -> RunId {
        let run = RunId::random();
        let campaign = CampaignId::new(campaign).unwrap();
        self.send(Command::Generate { run, campaign, mode: Mode::Draft, scope, consent: Consent::FreeOnly });
        run
    }

    /// Makes portraits and voices, no video: that would cost each test many seconds.
    pub fn generate(&mut self, campaign: &str) -> RunEnded {
        let run = self.begin(campaign, parts());
        self.run_ended(run)
    }

    pub fn state(&self, key: JobKey) -> JobState {
        self.view.state(key).clone()
    }

    pub fn stop(mut self) {
        self.send(Command::Shutdown);
        self.until(|event| matches!(event, Event::Stopped));
        // The engine closes its database behind its last word; nobody can say anything any more once that is done.
        while self.handle.events.blocking_recv().is_some() {}
    }
}

/// The campaign of an entry; panics with its faults where it is broken.
pub fn loaded(entry: &Entry) -> &babblecast::engine::Loaded {
    match &entry.content {
        Content::Good(loaded) => loaded,
        Content::Broken(faults) => panic!("{}: {faults:?}", entry.name),
    }
}

/// Holds replies of a fake provider back until it is opened.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn pass(&self) {
        let (is_open, opened) = &*self.0;
        drop(opened.wait_while(is_open.lock().unwrap(), |is_open| !*is_open).unwrap());
    }

    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}
