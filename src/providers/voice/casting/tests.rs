//! Accounts of three ages, and what is cast from them.

use super::*;

fn voice(id: &str, origin: Origin, gender: &str, words: &str) -> Listed {
    Listed {
        id: id.to_owned(),
        name: format!("name of {id}"),
        origin,
        gender: Some(gender.to_owned()),
        age: Some("young".to_owned()),
        words: words.to_owned(),
        preview_url: None,
        is_legacy: false,
        rate: 1.0,
    }
}

/// The eight default voices, as an account of 2024 lists them.
fn defaults() -> Vec<Listed> {
    let of = |part: &Part| voice(part.voice_id, Origin::Premade, part.gender.unwrap_or("neutral"), "");
    PARTS.iter().map(of).collect()
}

fn answer(listed: Vec<Listed>) -> Answer {
    Answer { listed, tier: Some("creator".to_owned()), ..Answer::default() }
}

fn made(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn first(answer: &Answer, made: &BTreeSet<String>) -> AccountVoices {
    cast(&AccountVoices::default(), answer, &BTreeSet::new(), made, &[], 7)
}

fn id(account: &AccountVoices, number: usize) -> &str {
    &account.pins[&format!("baby_voice_{number}")].voice_id
}

#[test]
fn an_old_account_keeps_its_voices_and_is_told_when_they_end() {
    let account = first(&answer(defaults()), &made(&[]));
    for (number, part) in (1..).zip(&PARTS) {
        assert_eq!(id(&account, number), part.voice_id);
        assert_eq!(account.known[part.voice_id].ends_on.as_deref(), Some("2026-12-31"));
        assert_eq!(account.known[part.voice_id].state, VoiceState::There);
    }
}

#[test]
fn own_and_saved_voices_come_first_then_premade_ones_then_the_library() {
    let mut listed = defaults();
    listed.truncate(2);
    listed.push(voice("own", Origin::Own, "female", "soft and gentle"));
    listed.push(voice("saved", Origin::Saved, "male", "a hyped gamer"));
    listed.push(Listed { age: Some("old".to_owned()), ..voice("grandpa", Origin::Own, "male", "deep") });
    let mut answer = answer(listed);
    answer.library = vec![
        voice("dear", Origin::Library, "female", "quirky cartoon"),
        voice("library", Origin::Library, "female", "quirky"),
        voice("calm", Origin::Library, "neutral", "calm"),
    ];
    answer.library[0].rate = 3.0;
    let account = first(&answer, &made(&[]));
    assert_eq!((id(&account, 5), id(&account, 6)), ("own", "saved"));
    assert_eq!((id(&account, 1), id(&account, 2)), (PARTS[0].voice_id, PARTS[1].voice_id));
    assert_eq!((id(&account, 3), id(&account, 8)), ("library", "calm"));
    let all: BTreeSet<&String> = account.pins.values().map(|pin| &pin.voice_id).collect();
    assert_eq!(all.len(), 8, "no voice is cast twice");
    assert!(!all.iter().any(|id| ["grandpa", "dear"].contains(&id.as_str())), "{all:?}");
    assert_eq!(account.known[PARTS[3].voice_id].state, VoiceState::Gone, "nothing was left for it");
}

#[test]
fn a_free_plan_is_cast_nothing_that_it_may_not_use() {
    let mut answer = answer(vec![voice("saved", Origin::Saved, "female", "playful")]);
    answer.tier = Some("free".to_owned());
    answer.library = vec![voice("library", Origin::Library, "male", "")];
    let account = first(&answer, &made(&[]));
    assert!(account.known.values().all(|known| known.state == VoiceState::Gone && known.instead.is_none()));
    let needed = BTreeSet::from(["saved".to_owned()]);
    let account = cast(&account, &answer, &needed, &made(&[]), &[], 8);
    assert_eq!(account.known["saved"].state, VoiceState::NeedsPlan);
}

#[test]
fn what_lines_were_made_with_stays_though_it_is_gone_and_the_closest_is_proposed() {
    let new = answer(vec![voice("own", Origin::Own, "female", "playful"), voice("other", Origin::Own, "male", "")]);
    let begun = made(&[PARTS[0].voice_id]);
    let account = first(&new, &begun);
    assert_eq!(id(&account, 1), PARTS[0].voice_id);
    let known = &account.known[PARTS[0].voice_id];
    assert_eq!((known.state, known.name.as_str()), (VoiceState::Gone, "Jessica"));
    assert_eq!(known.instead.as_ref().map(|pin| pin.voice_id.as_str()), None, "own is cast for another alias");
    let mut more = new.clone();
    more.listed.push(voice("third", Origin::Own, "female", "bright"));
    let account = cast(&account, &more, &BTreeSet::new(), &begun, &[], 9);
    assert_eq!(account.known[PARTS[0].voice_id].instead.as_ref().unwrap().voice_id, "third");
    assert_eq!(id(&account, 1), PARTS[0].voice_id, "only the user changes it");
}

#[test]
fn a_pinned_voice_is_never_changed_by_itself() {
    let before = first(&answer(defaults()), &made(&[]));
    let mut later = answer(vec![voice("own", Origin::Own, "female", "playful")]);
    later.tier = None;
    let after = cast(&before, &later, &BTreeSet::new(), &made(&[]), &[], 8);
    assert_eq!(after.pins, before.pins);
    assert_eq!(after.known[PARTS[0].voice_id].instead.as_ref().unwrap().voice_id, "own");
    assert_eq!(after.tier.as_deref(), Some("creator"), "a key that may not read the plan changes nothing");
}

#[test]
fn another_key_of_the_same_account_goes_on_with_its_voices() {
    let mut listed = defaults();
    listed.push(voice("own", Origin::Own, "female", "playful"));
    let pinned = first(&answer(listed.clone()), &made(&[]));
    assert_eq!(id(&pinned, 1), "own");
    let again = cast(&AccountVoices::default(), &answer(listed), &BTreeSet::new(), &made(&["own"]), &[&pinned], 8);
    assert_eq!(id(&again, 1), "own");
}

#[test]
fn a_list_that_is_cut_says_nothing_of_what_is_not_in_it() {
    let mut cut = answer(vec![voice("own", Origin::Own, "female", "")]);
    cut.of = Some(10_000);
    let needed = BTreeSet::from(["rare".to_owned(), "lost".to_owned()]);
    cut.asked_for.insert("lost".to_owned(), None);
    let account = cast(&AccountVoices::default(), &cut, &needed, &made(&[]), &[], 7);
    assert_eq!(account.known.get("rare"), None);
    assert_eq!(account.known["lost"].state, VoiceState::Gone);
}

#[test]
fn an_account_without_voices_has_eight_missing_ones() {
    let account = first(&answer(Vec::new()), &made(&[]));
    assert_eq!(account.pins.len(), 8);
    assert_eq!(account.known.len(), 8);
    assert!(account.known.values().all(|known| known.state == VoiceState::Gone));
}
