//! What providers said of themselves is known to every program on the home, and outlives each of them.

use super::support::{failure, open};
use crate::plan::ProviderId;

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_provider_is_stopped_for_every_program_until_the_person_acts() {
    let (folder, refused) = (tempfile::tempdir().unwrap(), || failure("The key was refused"));
    let (one, two) = (open(folder.path()), open(folder.path()));
    one.journal.stop_provider(ProviderId::OpenAi, &refused()).await.unwrap();
    assert_eq!(two.journal.allowance(ProviderId::OpenAi).await.unwrap().stopped, Some(refused()));
    assert_eq!(two.journal.allowance(ProviderId::ElevenLabs).await.unwrap().stopped, None, "other providers go on");
    drop((one, two));
    let later = open(folder.path());
    assert_eq!(later.journal.allowance(ProviderId::OpenAi).await.unwrap().stopped, Some(refused()));
    let pause = std::time::SystemTime::now() + std::time::Duration::from_mins(5);
    later.journal.note_limits(ProviderId::OpenAi, Some(4), Some((pause, "slower".to_owned()))).await.unwrap();
    assert_eq!(
        later.journal.allowance(ProviderId::OpenAi).await.unwrap().stopped,
        Some(refused()),
        "a pause is less than a stop"
    );
    later.journal.unblock(ProviderId::OpenAi).await.unwrap();
    let allowance = later.journal.allowance(ProviderId::OpenAi).await.unwrap();
    assert_eq!((allowance.stopped, allowance.blocked), (None, None));
    assert_eq!(allowance.at_once, 4, "what is known of its pace stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_answer_of_a_provider_is_remembered_for_each_model() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.journal.note_check(ProviderId::OpenAi, "gpt-image-1.5", Some("2026-12-01")).await.unwrap();
    store.journal.note_check(ProviderId::OpenAi, "gpt-image-2.6-flare", None).await.unwrap();
    store.journal.note_check(ProviderId::OpenAi, "gpt-image-1.5", Some("2026-12-24")).await.unwrap();
    let checks = store.journal.checks().await.unwrap();
    let told: Vec<_> = checks.iter().map(|check| (check.model.as_str(), check.retires_on.as_deref())).collect();
    assert_eq!(told, [("gpt-image-1.5", Some("2026-12-24")), ("gpt-image-2.6-flare", None)]);
}
