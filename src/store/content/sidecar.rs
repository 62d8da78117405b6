//! One JSON file per finished job, written before the database says done: enough to rebuild the job and its outputs when
//! the database is lost.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{JobKey, Output, ProviderId, RunId, canonical_json};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::files::{Access, Existing, Prepared};
use crate::store::ground::token::Token;
use crate::store::home::layout::Home;
use crate::store::journal::attempts::{Attempt, AttemptId, AttemptState};

/// What a finished job was asked for and what it made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sidecar {
    pub version: u32,
    pub key: JobKey,
    /// The canonical request, as a value so that requests of later versions are kept as they are.
    pub request: Value,
    pub outputs: Vec<Output>,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// How long making it took.
    pub milliseconds: Option<u64>,
    /// Each time that this studio paid for it; more than once when a paid file was lost. Since version 2.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::store) payments: Vec<Payment>,
}

/// One paid call, as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct Payment {
    pub(in crate::store) token: Token,
    pub(in crate::store) run: RunId,
    pub(in crate::store) campaign: CampaignId,
    pub(in crate::store) provider: ProviderId,
    pub(in crate::store) estimate: MicroDollars,
    pub(in crate::store) actual: Option<MicroDollars>,
    pub(in crate::store) provider_request_id: Option<String>,
    pub(in crate::store) http_status: Option<u16>,
    pub(in crate::store) sent_at: i64,
    pub(in crate::store) paid_at: i64,
}

impl Payment {
    /// The payment that a row of the ledger tells of; `None` for one that is no payment.
    pub(in crate::store) fn of(attempt: Attempt) -> Option<Self> {
        (attempt.state == AttemptState::Paid).then(|| Self {
            token: attempt.token,
            run: attempt.run,
            campaign: attempt.campaign,
            provider: attempt.provider,
            estimate: attempt.estimate,
            actual: attempt.actual,
            provider_request_id: attempt.provider_request_id,
            http_status: attempt.http_status,
            sent_at: attempt.sent_at,
            paid_at: attempt.ended_at.unwrap_or(attempt.sent_at),
        })
    }

    pub(in crate::store) fn into_attempt(self, key: JobKey) -> Attempt {
        Attempt {
            id: AttemptId(0),
            token: self.token,
            key,
            run: self.run,
            campaign: self.campaign,
            provider: self.provider,
            owner: None,
            state: AttemptState::Paid,
            estimate: self.estimate,
            actual: self.actual,
            provider_request_id: self.provider_request_id,
            http_status: self.http_status,
            sent_at: self.sent_at,
            ended_at: Some(self.paid_at),
            why: None,
            resolution: None,
        }
    }
}

impl Sidecar {
    pub const VERSION: u32 = 2;
    const OLDEST: u32 = 1;
    /// Bytes of a file: the episode of ten thousand scenes names twice as many inputs; others are far smaller.
    pub const LARGEST: u64 = 16 * 1024 * 1024;

    /// Writes it durably to its place in the home; an older one of the same job is replaced, but for its payments.
    pub fn write(self, home: &Home) -> Result<Self> {
        let (sidecar, prepared) = self.prepare(home)?;
        prepared.put_in_place(Existing::Replace)?;
        Ok(sidecar)
    }

    /// The same but for the last step, before which it says nothing to anybody.
    pub(in crate::store) fn prepare(mut self, home: &Home) -> Result<(Self, Prepared)> {
        let path = home.sidecar(self.key);
        if let Some(before) = Self::find(home, self.key)? {
            let is_new = |payment: &Payment| self.payments.iter().all(|known| known.token != payment.token);
            let mut payments: Vec<Payment> = before.payments.into_iter().filter(is_new).collect();
            payments.append(&mut self.payments);
            self.payments = payments;
        }
        let folder = path.parent().unwrap_or(&path);
        if !folder.is_dir() {
            std::fs::create_dir_all(folder).map_err(|source| StoreError::file("made", folder, source))?;
            files::sync_folder(&home.sidecars())?;
        }
        let prepared = Prepared::write(&path, Access::Private, |file| file.write_all(&self.to_bytes()))?;
        Ok((self, prepared))
    }

    #[expect(clippy::expect_used, reason = "a sidecar holds only JSON values")]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a sidecar holds only JSON values");
        bytes.push(b'\n');
        bytes
    }

    /// Reads and checks one: its version is known and its key is the hash of its request.
    pub fn read(path: &Path) -> Result<Self> {
        Self::parse(&files::read_plain(path, Self::LARGEST)?).map_err(|why| StoreError::Broken {
            path: path.to_owned(),
            why,
            next_step: "The job will be made again",
        })
    }

    /// The sidecar of a job; `None` when there is none that can be understood. An error when nobody could look: then
    /// nothing may be concluded.
    pub(in crate::store) fn find(home: &Home, key: JobKey) -> Result<Option<Self>> {
        match Self::read(&home.sidecar(key)) {
            Ok(sidecar) => Ok((sidecar.key == key).then_some(sidecar)),
            Err(error) if error.is_verdict() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same checks on bytes from anywhere; the error is a clause.
    pub(in crate::store) fn parse(bytes: &[u8]) -> std::result::Result<Self, String> {
        let sidecar: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if !(Self::OLDEST..=Self::VERSION).contains(&sidecar.version) {
            return Err(format!("it has format {}; this babblecast knows {}", sidecar.version, Self::VERSION));
        }
        if JobKey::of(canonical_json(&sidecar.request).as_bytes()) != sidecar.key {
            return Err("its request has another key".to_owned());
        }
        let mut roles: Vec<&str> = sidecar.outputs.iter().map(|output| output.role.name()).collect();
        roles.sort_unstable();
        if roles.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("it names two files for one purpose".to_owned());
        }
        Ok(sidecar)
    }

    /// The file name decides nothing on its own; it must agree with the content.
    pub(in crate::store) fn is_at_its_place(&self, home: &Home, path: &Path) -> bool {
        path == home.sidecar(self.key)
    }
}
