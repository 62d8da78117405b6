//! What a language model writes for the studio: the topic, the price in the question, and the words to choose from.

use insta::assert_snapshot;

use super::rehearsal::{Rehearsal, document, library};
use crate::domain::edit::Change;
use crate::domain::{CampaignId, Language, MicroDollars};
use crate::engine::{
    Brief, Command, Consent, Edit, Event, Library, NotWritten, Order, Reworded, Template, Wanted, Written,
};
use crate::tui::input::keymap::Section;
use crate::tui::model::message::Effect;
use crate::tui::model::overlay::Overlay;

fn studio(script: &str) -> Rehearsal {
    Rehearsal::new(100, 30, library(&[document("mon_rovia", "Mon Rovîa")])).play(script)
}

/// The newest order with its ticket and what may be spent.
fn asked(studio: &Rehearsal) -> (u64, Order, Consent) {
    let newest = studio.effects.iter().rev().find_map(|effect| match effect {
        Effect::Write { ticket, order, consent } => Some((*ticket, order.clone(), *consent)),
        _ => None,
    });
    newest.expect("nothing was asked for")
}

fn answer(studio: &mut Rehearsal, outcome: Result<Written, NotWritten>) {
    let ticket = asked(studio).0;
    studio.tell(Event::Written { ticket, outcome });
}

fn id() -> CampaignId {
    CampaignId::new("mon_rovia").unwrap()
}

const PRICE: MicroDollars = MicroDollars(6_400);

#[test]
fn a_topic_is_asked_for_with_its_price_in_the_question() {
    let mut studio = studio("wwhy naps are work<enter><enter>");
    let order = Order { what: Wanted::Campaign(Brief::of("why naps are work")), take: 1, accepts_flags: false };
    let (_, first, consent) = asked(&studio);
    assert_eq!((first, consent), (order.clone(), Consent::FreeOnly), "the price is asked for first");
    answer(&mut studio, Err(NotWritten::Price(PRICE)));
    assert_snapshot!(studio.text());
    let studio = studio.play("y");
    let (_, second, consent) = asked(&studio);
    assert_eq!((second, consent), (order, Consent::UpTo(PRICE)));
    let nothing = self::studio("w<enter>").effects;
    assert!(nothing.is_empty(), "{nothing:?}");
}

#[test]
fn what_the_script_is_like_is_chosen_by_a_few_letters_and_kept_for_the_next_one() {
    let mut studio = studio("wthe spoon<enter>");
    assert_snapshot!(studio.text());
    let studio = studio.play("3 bab<enter>german<enter>45<enter><enter>");
    let wanted = Brief { babies: 3, lines: 18, language: Language::German, ..Brief::of("the spoon") };
    assert_eq!(asked(&studio).1.what, Wanted::Campaign(wanted.clone()));
    let next = studio.play("wnaps<enter><enter>");
    assert_eq!(asked(&next).1.what, Wanted::Campaign(Brief { topic: "naps".to_owned(), ..wanted }));
    let left = self::studio("wnaps<enter><esc>").effects;
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_campaign_is_translated_from_the_palette_of_its_page() {
    let studio = studio("<enter>:into german<enter>");
    assert_eq!(asked(&studio).1.what, Wanted::Translation { campaign: id(), language: Language::German });
    assert!(!self::studio(":into").text().contains("translate"), "on no page of a campaign");
    assert!(!self::studio("<enter>:into").text().contains("into English"), "they speak it");
}

#[test]
fn where_no_wording_is_liked_others_are_asked_for() {
    let mut studio = studio("<enter>jw");
    let lines = || vec![Reworded { scene: 0, was: String::new(), texts: vec!["Yo.".to_owned(), "Hey.".to_owned()] }];
    answer(&mut studio, Ok(Written::Lines { campaign: id(), lines: lines() }));
    let mut studio = studio.play("3");
    let (_, order, consent) = asked(&studio);
    assert_eq!((order.take, consent), (2, Consent::FreeOnly), "its price is asked for first");
    answer(&mut studio, Ok(Written::Lines { campaign: id(), lines: lines() }));
    assert_eq!(asked(&studio.play("3")).1.take, 3);
}

#[test]
fn a_price_that_is_not_agreed_to_is_not_paid() {
    let mut studio = studio("wnaps<enter><enter>");
    answer(&mut studio, Err(NotWritten::Price(PRICE)));
    let asked_before = studio.effects.len();
    assert_eq!(studio.play("n").effects.len(), asked_before);
}

#[test]
fn what_was_written_is_opened_where_nobody_is_busy() {
    let file = Written::File { campaign: id(), file: "campaigns/mon_rovia.json".into(), babies: 2, lines: 12 };
    let mut open = studio("wnaps<enter><enter>");
    answer(&mut open, Ok(file.clone()));
    assert_eq!(open.state.page().section(), Section::Campaign);
    assert!(open.text().contains("mon_rovia is written: 12 lines."), "{}", open.text());
    let mut typing = studio("wnaps<enter><enter>/mon");
    answer(&mut typing, Ok(file));
    assert_eq!(typing.state.page().section(), Section::Home);
    assert!(matches!(typing.overlay(), Some(Overlay::Input(_))), "what is typed goes on");
}

#[test]
fn three_wordings_of_a_line_are_there_to_choose_from() {
    let mut studio = studio("<enter>jw");
    let (_, order, _) = asked(&studio);
    assert_eq!(order.what, Wanted::Line { campaign: id(), scene: 0 });
    let texts =
        ["He stumbled into my ears.", "I tripped over a singer.", "Yo. Mon. Rovîa."].map(str::to_owned).to_vec();
    let lines = vec![Reworded { scene: 0, was: String::new(), texts }];
    answer(&mut studio, Ok(Written::Lines { campaign: id(), lines }));
    assert_snapshot!(studio.text());
    let studio = studio.play("2");
    let changed = studio.effects.iter().any(|effect| {
        let Effect::Send(Command::Edit { edit: Edit::Changes(changes), .. }) = effect else { return false };
        matches!(&changes[..], [Change::Set { field, value, .. }] if field == "text" && *value == "I tripped over a singer.".into())
    });
    assert!(changed, "{:?}", studio.effects);
}

#[test]
fn a_whole_campaign_gets_other_words_of_which_one_or_all_are_taken() {
    let mut studio = studio("<enter>w");
    assert_eq!(asked(&studio).1.what, Wanted::Punchier { campaign: id() });
    let line = |scene: usize| Reworded { scene, was: String::new(), texts: vec![format!("Line {scene}!")] };
    answer(&mut studio, Ok(Written::Lines { campaign: id(), lines: vec![line(0), line(1)] }));
    assert!(studio.text().contains("all 2 lines"), "{}", studio.text());
    let studio = studio.play("1");
    let edits = studio.effects.iter().filter_map(|effect| match effect {
        Effect::Send(Command::Edit { edit: Edit::Changes(changes), .. }) => Some(changes.len()),
        _ => None,
    });
    assert_eq!(edits.collect::<Vec<_>>(), [2]);
}

#[test]
fn flags_and_failures_are_told_and_lead_somewhere() {
    let mut flagged = studio("wnaps<enter><enter>");
    answer(&mut flagged, Err(NotWritten::Flagged(vec!["The name of a real child: “x”".to_owned()])));
    assert!(flagged.text().contains("The name of a real child"), "{}", flagged.text());
    let flagged = flagged.play("y");
    let (_, order, consent) = asked(&flagged);
    assert!(order.accepts_flags && consent == Consent::FreeOnly);

    let mut keyless = Rehearsal::new(100, 30, Library::default()).play("wnaps<enter><enter>");
    answer(&mut keyless, Err(NotWritten::NoWriter("No language model is set up: set OPENAI_API_KEY".to_owned())));
    assert!(keyless.text().contains("set OPENAI_API_KEY"), "{}", keyless.text());
    let keyless = keyless.play("y");
    assert!(keyless.effects.iter().any(|effect| matches!(
        effect,
        Effect::Send(Command::New { template: Some(from), .. }) if from.template == Template::Interview
    )));

    for (why, told) in [
        (NotWritten::Unusable("Prose twice; ask for another answer".to_owned()), "ask for another answer with w."),
        (NotWritten::Failed("OpenAI said no. Try later.".to_owned()), "OpenAI said no."),
        (NotWritten::InDoubt("It may have been billed. Decide with `babblecast unknown`.".to_owned()), "Decide with U"),
        (NotWritten::Wrong("naps is taken".to_owned()), "naps is taken"),
        (NotWritten::Cancelled, "Nothing was written."),
    ] {
        let mut studio = studio("wnaps<enter><enter>");
        answer(&mut studio, Err(why));
        assert!(studio.text().contains(told), "{told}: {}", studio.text());
    }
}

/// An answer that cannot be used is kept: the same question would give it again, for ever.
#[test]
fn after_an_answer_that_cannot_be_used_another_one_is_asked_for() {
    let mut studio = studio("wnaps<enter><enter>");
    answer(&mut studio, Err(NotWritten::Unusable("Prose twice; ask for another answer".to_owned())));
    let mut studio = studio.play("wnaps<enter><enter>");
    assert_eq!(asked(&studio).1.take, 2);
    answer(&mut studio, Err(NotWritten::Unusable("Prose twice; ask for another answer".to_owned())));
    let other = studio.play("wsnacks<enter><enter>");
    assert_eq!(asked(&other).1.take, 1, "of another topic nothing was answered yet");
    let again = other.play("<esc>wnaps<enter><enter>");
    assert_eq!(asked(&again).1.take, 3);
}
