//! What is seen of a farm: its server, its workers, and what this home had made there. Plain values for every front end.

use schemars::JsonSchema;
use serde::Serialize;

/// The farm as it was seen last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FarmSight {
    /// The address of the server, without what opens it.
    pub nats: String,
    /// Whether it can be used.
    pub server: Server,
    /// Everybody who was heard of in the last seconds, by name.
    pub workers: Vec<WorkerSight>,
    /// Orders that wait or are being made, of all homes.
    pub queued: u64,
    /// What this home had made there since it was opened.
    pub figures: Figures,
}

/// Whether the server can be used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Server {
    /// It is being called.
    #[default]
    Connecting,
    /// It answers.
    Connected {
        /// Of nats-server.
        version: String,
    },
    /// It cannot be used now.
    Unusable {
        /// A sentence with what to do.
        why: String,
    },
}

/// One worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkerSight {
    /// Its machine and a number that is its own.
    pub name: String,
    /// The version of babblecast.
    pub version: String,
    /// Whether it makes what this home would make, bit for bit.
    pub fits: bool,
    /// Whether it works on the machine of this home.
    pub here: bool,
    /// How many clips it makes at once.
    pub slots: usize,
    /// The campaigns whose clips it makes now.
    pub making: Vec<String>,
    /// Since it was started.
    pub made: u64,
    /// Since it was started.
    pub failed: u64,
    /// Clips in the last minute.
    pub made_last_minute: u64,
    /// Bytes that it fetched and stored since it was started.
    pub bytes: u64,
    /// Whether it takes nothing more.
    pub draining: bool,
}

/// What a home had made on a farm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Figures {
    /// Asked for and not answered yet.
    pub asked: u64,
    /// Made there, looked at and taken.
    pub made: u64,
    /// Found there, made for another home.
    pub found: u64,
    /// Refused when they were looked at.
    pub refused: u64,
    /// Given up there and made here.
    pub at_home: u64,
    /// Bytes sent there.
    pub sent: u64,
    /// Bytes of the streams that came back.
    pub received: u64,
}

impl FarmSight {
    /// Places for clips of this home at workers that take more.
    pub fn slots(&self) -> usize {
        self.workers.iter().filter(|worker| worker.fits && !worker.draining).map(|worker| worker.slots).sum()
    }

    /// As many of them as are on this machine.
    pub fn slots_here(&self) -> usize {
        let fit = self.workers.iter().filter(|worker| worker.here && worker.fits && !worker.draining);
        fit.map(|worker| worker.slots).sum()
    }

    /// One line for people: the server and who works there.
    pub fn sentence(&self) -> String {
        match &self.server {
            Server::Connecting => format!("{} is being called", self.nats),
            Server::Unusable { why } => why.clone(),
            Server::Connected { version } => {
                let fit = self.workers.iter().filter(|worker| worker.fits).count();
                let others = self.workers.len() - fit;
                let workers = if fit == 1 { "1 worker".to_owned() } else { format!("{fit} workers") };
                let others = match others {
                    0 => String::new(),
                    others => format!(", {others} of another version or machine that make nothing for this home"),
                };
                let slots = self.slots();
                format!("{workers} at {} (nats-server {version}), {slots} clips at once{others}", self.nats)
            }
        }
    }
}
