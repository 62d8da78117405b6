//! `voices.json` in the home: which voices each account has that this home has worked with. An account is told apart by a
//! mark of its key and address, which gives nothing of the key away. Deleting the file only means that accounts are asked again.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::plan::{AccountVoices, ProviderId};
use crate::store::ground::error::{Result, StoreError};
use crate::store::ground::files;
use crate::store::ground::files::{Access, Existing};
use crate::store::journal::handle::Journal;

/// Bytes; an account has some thousand.
const LARGEST: u64 = 16 * 1024 * 1024;

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct File {
    accounts: BTreeMap<String, AccountVoices>,
}

fn path(home: &Path) -> PathBuf {
    home.join("voices.json")
}

/// What is known of every account, by its mark; nothing where there is no file. Needs no open home.
pub fn read_account_voices(home: &Path) -> Result<BTreeMap<String, AccountVoices>> {
    let path = path(home);
    match files::read_plain(&path, LARGEST) {
        Err(StoreError::Missing { .. }) => Ok(BTreeMap::new()),
        Ok(bytes) => match serde_json::from_slice::<File>(&bytes) {
            Ok(file) => Ok(file.accounts),
            Err(error) => Err(StoreError::Broken {
                path,
                why: error.to_string(),
                next_step: "Remove it: the accounts are then asked again for their voices",
            }),
        },
        Err(error) => Err(error),
    }
}

/// Replaces what is known of one account, in one step. A broken file stays, and is the error.
#[expect(clippy::expect_used, reason = "voices are texts and numbers")]
pub fn write_account_voices(home: &Path, account: &str, voices: &AccountVoices) -> Result<()> {
    let mut file = File { accounts: read_account_voices(home)? };
    file.accounts.insert(account.to_owned(), voices.clone());
    let mut text = serde_json::to_string_pretty(&file).expect("voices are texts and numbers");
    text.push('\n');
    files::write_bytes(&path(home), Access::Usual, Existing::Replace, text.as_bytes())
}

impl Journal {
    /// Every voice of a provider that a line was made with.
    pub(crate) async fn voices_made(&self, provider: ProviderId) -> Result<BTreeSet<String>> {
        let voices: HashSet<String> = self
            .read(move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT DISTINCT request_json ->> '$.voice_id' FROM job
                     WHERE kind = 'voice' AND state = 'done' AND request_json ->> '$.made_by.provider' = ?1
                     UNION
                     SELECT line.value ->> '$.voice_id' FROM job, json_each(job.request_json, '$.lines') AS line
                     WHERE kind = 'dialogue' AND state = 'done' AND request_json ->> '$.made_by.provider' = ?1",
                )?;
                let voices = query.query_map([provider], |row| row.get::<_, Option<String>>(0))?;
                Ok(voices.filter_map(std::result::Result::transpose).collect::<rusqlite::Result<_>>()?)
            })
            .await?;
        Ok(voices.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Pin;

    fn account(voice: &str) -> AccountVoices {
        let pin = Pin { voice_id: voice.to_owned(), name: "\u{1b}[2J Ada".to_owned() };
        AccountVoices { pins: BTreeMap::from([("baby_voice_1".to_owned(), pin)]), ..AccountVoices::default() }
    }

    #[test]
    fn each_account_keeps_its_own_voices() {
        let home = tempfile::tempdir().unwrap();
        assert!(read_account_voices(home.path()).unwrap().is_empty());
        for (name, voice) in [("one", "a"), ("two", "b"), ("one", "c")] {
            write_account_voices(home.path(), name, &account(voice)).unwrap();
        }
        let accounts = read_account_voices(home.path()).unwrap();
        assert_eq!((&accounts["one"], &accounts["two"]), (&account("c"), &account("b")));
    }

    #[test]
    fn a_broken_file_is_told_and_never_overwritten() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(path(home.path()), "{\"accounts\": 3}").unwrap();
        let told = write_account_voices(home.path(), "one", &account("a")).unwrap_err().to_string();
        assert!(told.contains("voices.json") && told.contains("Remove it"), "{told}");
        assert_eq!(std::fs::read_to_string(path(home.path())).unwrap(), "{\"accounts\": 3}");
    }
}
