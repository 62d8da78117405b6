//! Asks an account which voices it has, and keeps the answer. Free questions only.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::plan::{AccountVoices, Failure, ProviderId};
use crate::providers::http::{Call, Client, Reply, Sent};
use crate::providers::voice::ElevenLabs;
use crate::providers::voice::casting::{Answer, Listed, cast};
use crate::providers::voice::elevenlabs::account::Page;
use crate::store::{self, Store, read_account_voices, write_account_voices};

/// Pages of 100: nobody looks through more, and an account may have ten thousand.
const MOST_PAGES: usize = 20;
/// Voices that are asked for one by one.
const MOST_ASKED_FOR: usize = 20;

/// Asks an account for its voices, page by page, and for those of `needed` that are not among them.
pub async fn ask_account(client: &Client, provider: &ElevenLabs, needed: &BTreeSet<String>) -> Result<Answer, Failure> {
    let mut answer = Answer::default();
    let mut next: Option<String> = None;
    for number in 1.. {
        let reply = ask(client, &provider.voices_call(next.as_deref())).await?;
        let Page { voices, next: after, total } = provider.read_voices(&reply)?;
        answer.listed.extend(voices);
        next = after;
        if next.is_none() || number == MOST_PAGES {
            answer.of = next.is_some().then(|| total.unwrap_or_default().max(answer.listed.len()));
            break;
        }
    }
    let checked = ask(client, &provider.plan_call()).await.ok();
    answer.tier = checked.as_ref().and_then(tier);
    let is_listed = |answer: &Answer, id: &str| answer.listed.iter().any(|voice| voice.id == id);
    let unlisted: Vec<&String> = needed.iter().filter(|id| !is_listed(&answer, id)).take(MOST_ASKED_FOR).collect();
    for id in unlisted {
        if let Ok(found) = ask_for_voice(client, provider, id).await {
            answer.asked_for.insert(id.clone(), found);
        }
    }
    // The library is for those who pay, and only worth a question where the account's own voices do not do.
    if answer.listed.len() < 8 && answer.tier.as_deref().is_some_and(|tier| tier != "free") {
        let library = ask(client, &provider.library_call()).await.and_then(|reply| provider.read_library(&reply));
        answer.library = library.unwrap_or_default();
    }
    Ok(answer)
}

/// Takes an answer in and keeps it. Returns what was known before, and what is known now.
pub async fn remember(
    store: &Store,
    account: &str,
    answer: &Answer,
    needed: &BTreeSet<String>,
) -> store::Result<(AccountVoices, AccountVoices)> {
    let made = store.journal.voices_made(ProviderId::ElevenLabs).await?;
    let home = store.home.root();
    let accounts = read_account_voices(home)?;
    let former: Vec<&AccountVoices> =
        accounts.iter().filter(|(name, _)| *name != account).map(|(_, voices)| voices).collect();
    let before = accounts.get(account).cloned().unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let after = cast(&before, answer, needed, &made, &former, now);
    write_account_voices(home, account, &after)?;
    Ok((before, after))
}

fn tier(reply: &Reply) -> Option<String> {
    let document: serde_json::Value = serde_json::from_slice(&reply.body).ok()?;
    reply.head.is_success().then(|| document.get("tier")?.as_str().map(str::to_owned)).flatten()
}

pub(super) async fn ask(client: &Client, call: &Call) -> Result<Reply, Failure> {
    match client.ask(call).await {
        (Sent::Complete(head), body) => Ok(Reply::new(head, body)),
        // Nothing is billed for a question, so there is nothing to decide about it.
        (Sent::NoRoom(failure), _) => Err(failure),
        (Sent::Nothing(failure) | Sent::Broken { failure, .. }, _) => {
            Err(Failure { next_step: TRY_AGAIN.to_owned(), ..failure })
        }
    }
}

const TRY_AGAIN: &str = "Check the network and try again.";

/// Asks for one voice; `None` where the account has none of this id.
pub async fn ask_for_voice(client: &Client, provider: &ElevenLabs, id: &str) -> Result<Option<Listed>, Failure> {
    provider.read_voice(&ask(client, &provider.voice_call(id)).await?)
}
