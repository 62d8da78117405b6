//! What the studio says: which thing it is about, when it was, and for how long it stands.

use std::sync::Arc;

use super::rehearsal::{Rehearsal, document, library, paid_library};
use crate::domain::{CampaignId, Fault};
use crate::engine::{Entry, Event, JobChange, JobFacts, Level, Notice};
use crate::plan::{CAP, Failure, JobState};
use crate::tui::text::Clock;

fn studio(script: &str) -> Rehearsal {
    let mut studio = Rehearsal::new(120, 40, library(&[document("mon_rovia", "Mon Rovîa")]));
    studio.state.shared.clock = Clock::new(20, 36, 5);
    studio.play(script)
}

fn notice(text: &str) -> Event {
    let campaign = Some(CampaignId::new("mon_rovia").unwrap());
    Event::Notice(Notice { level: Level::Warning, text: text.to_owned(), campaign })
}

fn failure(reason: &str) -> Failure {
    Failure { reason: reason.to_owned(), next_step: "Raise it, or `babblecast unknown`.".to_owned(), retryable: true }
}

/// Tells what became of every job of the draft.
fn end_all(studio: &mut Rehearsal, state: &JobState) {
    let jobs = studio.state.shared.facts.campaigns[0].loaded().unwrap().draft.jobs.clone();
    let change = |key| JobChange { key, facts: JobFacts::of(state.clone()) };
    studio.tell(Event::Jobs(jobs.iter().map(|job| change(job.key)).collect()));
}

fn break_file(studio: &mut Rehearsal) {
    let entry = studio.state.shared.facts.campaigns[0].entry.clone();
    let fault = Fault {
        line: Some(5),
        column: None,
        place: "script".to_owned(),
        pointer: "/script".to_owned(),
        message: "expected `,` or `]`".to_owned(),
        hint: None,
    };
    studio.tell(Event::Campaign(Arc::new(Entry { edit_faults: vec![fault], ..(*entry).clone() })));
}

#[test]
fn a_message_has_a_time_and_a_campaign_and_goes_away() {
    let mut studio = studio("");
    studio.tell(notice("OpenAI is busy (429): trying again in 4 s"));
    let told = "20:36 ! mon_rovia: OpenAI is busy (429): trying again at 20:36:09";
    assert!(studio.text().contains(told), "{}", studio.text());
    let mut studio = studio.play("<second><second><second><second>");
    assert!(studio.text().contains(told));
    let mut studio = studio.play("<second>");
    assert!(!studio.text().contains("trying again"), "{}", studio.text());
    assert!(studio.play("L").text().contains(" 20:36 ! mon_rovia: OpenAI is busy"), "the log keeps it");
}

#[test]
fn a_long_line_of_the_log_can_be_read_to_its_end() {
    let mut studio = Rehearsal::new(40, 12, library(&[document("mon_rovia", "Mon Rovîa")]));
    studio.tell(notice(
        "Check ELEVENLABS_BASE_URL and OPENAI_BASE_URL: nothing answers at either of these two addresses",
    ));
    let text = studio.play("L").text();
    assert!(text.contains("addresses") && text.contains("ELEVENLABS_BASE_URL"), "{text}");
}

#[test]
fn a_broken_file_is_told_for_as_long_as_it_is_broken() {
    let mut studio = studio("<enter>j");
    break_file(&mut studio);
    let told = "! file broken since 20:36, line 5: expected `,` or `]` · e edits it";
    studio.state.shared.clock = Clock::new(20, 50, 0);
    break_file(&mut studio);
    let mut studio = studio.play("jkl<second><second><second><second><second><second>");
    assert!(studio.text().contains(told), "{}", studio.text());
    let mut studio = studio.play("g");
    assert!(studio.text().contains("Making the version from before 20:36"), "{}", studio.text());
}

#[test]
fn a_cap_is_one_notice_and_what_it_holds_has_not_failed() {
    let mut studio = studio("<enter>g");
    end_all(&mut studio, &JobState::Failed(failure(&format!("{CAP}$0.60 for this month leaves no room"))));
    let text = studio.text();
    assert!(text.contains("‖ 9 held. The cap of $0.60 for this month leaves no room."), "{text}");
    assert!(text.contains("9 held up") && !text.contains("failed"), "{text}");
    assert!(text.contains("Yo, I just stumbled upon this artist"), "the line stays: {text}");
    let told = (0..).map_while(|number| studio.state.shared.log.newest(number));
    assert_eq!(told.filter(|line| line.text.contains(CAP)).count(), 1);
}

#[test]
fn a_failure_stands_in_the_pane_and_the_line_in_the_table() {
    let mut studio = studio("<enter>gjl");
    end_all(&mut studio, &JobState::Failed(failure("the reply of ElevenLabs did not make any sense at all")));
    let text = studio.text();
    for told in ["Yo, I just stumbled upon this artist, Mon", "the reply of ElevenLabs did", "Raise it, or U."] {
        assert!(text.contains(told), "no {told} in\n{text}");
    }
    // Where there is no pane, the line of messages tells of the selected scene.
    let mut narrow = studio.play("<second><second><second><second><second><second>");
    narrow.send(crate::tui::model::message::Msg::Resize(ratatui::layout::Size::new(60, 14)));
    assert!(narrow.text().contains("! the reply of ElevenLabs did not"), "{}", narrow.text());
}

#[test]
fn a_new_take_says_what_to_do_with_it() {
    // The end of the run is told first, and goes away.
    let mut studio = studio("<enter>g<made>jr<made><second><second><second><second><second><second>");
    let text = studio.text();
    assert!(text.contains("take 2: enter keeps it, [ goes back, it changes scene 1"), "{text}");
    assert!(!studio.play("[").text().contains("keeps it"));
}

#[test]
fn the_footer_offers_what_the_focused_cell_can_do() {
    let footer = |script: &str| {
        let mut studio = Rehearsal::new(200, 40, paid_library(&[document("mon_rovia", "Mon Rovîa")])).play(script);
        studio.text().lines().last().unwrap().to_owned()
    };
    let face = footer("<enter>j");
    assert!(face.contains("r $0.05 take") && face.contains("s $0.05 same") && !face.contains("flip"), "{face}");
    let clip = footer("<enter>jc");
    assert!(!clip.contains(" take") && !clip.contains(" same") && !clip.contains("keep"), "{clip}");
    let voice = footer("<enter>jl");
    assert!(voice.contains(" take") && !voice.contains(" same"), "{voice}");
    let several = footer("D<enter>g<made>jr<made>");
    assert!(several.contains("[ ] flip") && several.contains("enter keep"), "{several}");
    let media = studio("<enter>3jr");
    assert!(media.state.shared.notice.as_ref().unwrap().text.starts_with("This scene is your own material"));
    let clip = studio("<enter>jcr");
    assert!(clip.state.shared.notice.as_ref().unwrap().text.starts_with("A clip has no takes"));
    let elsewhere = studio("<enter>g<work>jx");
    assert_eq!(
        elsewhere.state.shared.notice.as_ref().unwrap().text,
        "This face is not being made; its voice and clip are."
    );
}

#[test]
fn the_prompt_begins_with_the_babys_own_words_and_can_be_read_to_its_end() {
    let mut studio = studio("<enter>jj");
    let start = studio.text();
    assert!(start.contains("curly hair") && start.contains("more"), "{start}");
    let end = studio.play("200<ctrl-e>").text();
    assert!(!end.contains("↓") && end.contains("“Mon Rovîa? Can not say"), "the line is always seen: {end}");
}
