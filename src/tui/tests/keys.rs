//! What keys do: a script, and what the studio asks of the engine.

use std::sync::Arc;

use super::rehearsal::{self, Rehearsal, chosen, document, library};
use crate::domain::CampaignId;
use crate::engine::{Cancel, Command, Consent, Content, Event, Level, Likeness, PortraitMade, Scope, Subject};
use crate::plan::{JobKey, Mode, Pick, Product};
use crate::tui::input::keymap::Section;
use crate::tui::model::message::{Effect, Msg, Spot};
use crate::tui::model::overlay::Overlay;
use crate::tui::model::shared::EngineState;

fn id() -> CampaignId {
    CampaignId::new("mon_rovia").unwrap()
}

fn studio(script: &str) -> Rehearsal {
    Rehearsal::new(120, 40, library(&[document("mon_rovia", "Mon Rovîa")])).play(script)
}

fn regenerate(subject: Subject, likeness: Likeness) -> Effect {
    Effect::Regenerate { campaign: id(), mode: Mode::Draft, subject, likeness, note: None, consent: Consent::FreeOnly }
}

fn notice(studio: &Rehearsal) -> &str {
    studio.state.shared.notice.as_ref().map_or("", |said| &said.text)
}

#[test]
fn g_makes_the_campaign_on_its_line_and_the_scene_on_a_scene() {
    let generate = |scene| Effect::Generate {
        campaign: id(),
        mode: Mode::Draft,
        scope: Scope { scene, ..Scope::default() },
        consent: Consent::FreeOnly,
    };
    for (script, scene) in
        [("g", None), ("<enter>g", None), ("<enter>jg", Some(0)), ("<enter>jjg", Some(1)), ("<enter><end>kg", Some(1))]
    {
        assert_eq!(studio(script).effects, [generate(scene)], "{script}");
    }
}

#[test]
fn final_says_what_to_set_while_nothing_can_make_it() {
    for script in ["G", "<enter>G", "<enter>jG"] {
        let studio = studio(script);
        assert_eq!(studio.effects, []);
        assert!(notice(&studio).contains("OPENAI_API_KEY"), "{script}");
    }
}

#[test]
fn a_new_take_is_a_candidate_until_it_is_kept() {
    let studio = studio("<enter>g<made>jr<made>");
    let baby = |studio: &Rehearsal| {
        let campaign = studio.state.shared.facts.campaign(&id()).unwrap();
        Subject::Portrait(campaign.loaded().unwrap().campaign.speaker_named("Baby 1").unwrap())
    };
    let subject = baby(&studio);
    assert_eq!(studio.effects.last(), Some(&regenerate(subject, Likeness::Another)));
    assert_eq!(chosen(&studio.effects), []);
    // Flipping goes round: from take 2 to 1 and back to 2.
    let studio = studio.play("]<enter>");
    assert_eq!(chosen(&studio.effects), []);
    assert_eq!(notice(&studio), "Take 1 is in use already.");
    let studio = studio.play("[<enter>");
    assert_eq!(chosen(&studio.effects), [(subject, Pick::Take(2))]);
    let studio = studio.play("<enter>");
    assert_eq!(notice(&studio), "Take 2 is in use already.");
}

#[test]
fn a_face_from_before_an_edit_can_be_kept_though_it_was_never_chosen() {
    let face = |number, speaker: &str, is_drawn| PortraitMade {
        key: JobKey::from_digest([number; 32]),
        speaker: speaker.to_owned(),
        is_drawn,
    };
    let former = face(7, "Baby 1", true);
    let mut library = library(&[document("mon_rovia", "Mon Rovîa")]);
    if let Content::Good(loaded) = &mut Arc::make_mut(&mut library.entries[0]).content {
        loaded.portraits_made = vec![former.clone(), face(8, "Baby 2", true), face(9, "Baby 1", false)];
    }
    let mut studio = Rehearsal::new(160, 40, library).play("<enter>g<made>j");
    for number in 7..=9 {
        let made = rehearsal::made(JobKey::from_digest([number; 32]), Product::Portrait);
        studio.tell(Event::Jobs(vec![made]));
    }
    let mut studio = studio.play("]");
    assert!(studio.text().contains("former face of 2"), "{}", studio.text());
    let studio = studio.play("<enter>");
    let baby = studio.state.shared.facts.campaign(&id()).unwrap().loaded().unwrap().campaign.speaker_named("Baby 1");
    assert_eq!(chosen(&studio.effects), [(Subject::Portrait(baby.unwrap()), Pick::Kept(former.key))]);
}

#[test]
fn r_works_on_the_focused_cell() {
    for (script, subject) in
        [("<enter>jlr", Subject::Voice(0)), ("<enter>jj<tab>r", Subject::Voice(1)), ("<enter>jlhlr", Subject::Voice(0))]
    {
        let studio = studio(script);
        assert_eq!(studio.effects, [regenerate(subject, Likeness::Another)], "{script}");
    }
    assert!(notice(&studio("<enter>r")).starts_with("Select the line of a baby first"));
    assert!(notice(&studio("<enter>Gjjjr")).starts_with("This scene is your own material"));
}

#[test]
fn s_makes_the_baby_again_that_is_looked_at() {
    let studio = studio("<enter>g<made>js");
    let loaded = studio.state.shared.facts.campaign(&id()).unwrap().loaded().unwrap();
    let subject = Subject::Portrait(loaded.campaign.speaker_named("Baby 1").unwrap());
    let key = loaded.draft.portrait_of(loaded.campaign.speaker_named("Baby 1").unwrap()).key;
    assert_eq!(studio.effects.last(), Some(&regenerate(subject, Likeness::SameAs(key))));
    let unmade = self::studio("<enter>js");
    assert_eq!(unmade.effects, [regenerate(subject, Likeness::Same)]);
    let voice_focused = self::studio("<enter>g<made>jls");
    assert_eq!(voice_focused.effects.last(), Some(&regenerate(subject, Likeness::SameAs(key))));
}

#[test]
fn an_unmade_take_cannot_be_kept() {
    let studio = studio("<enter>g<made>jr<enter>");
    assert_eq!(chosen(&studio.effects), []);
    assert!(notice(&studio).contains("not made"));
}

#[test]
fn x_cancels_what_is_focused() {
    let key = |studio: &Rehearsal, job: usize| {
        let campaign = studio.state.shared.facts.campaign(&id()).unwrap();
        campaign.loaded().unwrap().draft.jobs[job].key
    };
    let face = studio("<enter>gjx");
    assert_eq!(face.effects.last(), Some(&Effect::Send(Command::Cancel(Cancel::Job(key(&face, 0))))));
    let voice = studio("<enter>gjlx");
    assert_eq!(voice.effects.last(), Some(&Effect::Send(Command::Cancel(Cancel::Job(key(&voice, 3))))));
    let campaign = Effect::Send(Command::Cancel(Cancel::Campaign(id())));
    assert_eq!(studio("<enter>gx").effects.last(), Some(&campaign));
    assert_eq!(studio("gx").effects.last(), Some(&campaign));
    assert_eq!(studio("gX").effects.last(), Some(&Effect::Send(Command::Cancel(Cancel::All))));
    assert_eq!(studio("<enter>jx").effects, []);
    assert_eq!(studio("xX").effects, []);
}

#[test]
fn quit_asks_only_while_things_are_made() {
    assert_eq!(studio("q").effects, [Effect::Send(Command::Shutdown), Effect::Leave]);
    let asked = studio("gq");
    assert!(matches!(asked.overlay(), Some(Overlay::Question(_))));
    let stayed = asked.play("n");
    assert!(stayed.overlay().is_none());
    assert!(!stayed.effects.contains(&Effect::Leave));
    let mut leaving = stayed.play("qy");
    assert_eq!(leaving.state.shared.engine, EngineState::Stopping);
    assert_eq!(leaving.effects.last(), Some(&Effect::Send(Command::Shutdown)));
    leaving.tell(Event::Stopped);
    assert_eq!(leaving.effects.last(), Some(&Effect::Leave));
    assert_eq!(studio("gqyq").effects.last(), Some(&Effect::Leave), "a second quit leaves at once");
}

#[test]
fn the_filter_narrows_as_it_is_typed() {
    let mut filtered = studio("<enter>/HEARD");
    assert!(filtered.text().contains("1 of 3 scenes shown"));
    // Keys are text while the line is open, and actions again after it.
    let filtered = filtered.play("<enter>g");
    let scope = Scope { scene: Some(1), ..Scope::default() };
    assert_eq!(
        filtered.effects,
        [Effect::Generate { campaign: id(), mode: Mode::Draft, scope, consent: Consent::FreeOnly }]
    );
    let mut all = filtered.play("<esc>");
    assert!(all.text().contains("the whole campaign, 3 scenes"));
    assert!(studio("/nothing").text().contains("No campaign is found by “nothing”."));
}

#[test]
fn a_new_campaign_is_asked_for_by_name() {
    let new = |name: &str| Effect::Send(Command::New { name: name.to_owned(), template: None });
    assert_eq!(studio("nMy first<enter>").effects, [new("My first")]);
    assert_eq!(studio("nMy<esc>").effects, []);
    assert_eq!(studio("n  <enter>").effects, []);
    let mut pasted = studio("n");
    pasted.send(Msg::Paste("pasted name\nand more".to_owned()));
    assert_eq!(pasted.play("<enter>").effects, [new("pasted name")]);
}

#[test]
fn samples_can_be_added_to_an_empty_studio() {
    let mut studio = Rehearsal::new(80, 24, crate::engine::Library::default()).play("s");
    assert_eq!(studio.effects, [Effect::Send(Command::AddSamples)]);
    assert!(studio.text().contains("The great debate"));
}

#[test]
fn pages_open_and_close() {
    for (script, section) in [
        ("", Section::Home),
        ("<enter>", Section::Campaign),
        ("l", Section::Campaign),
        ("<enter><esc>", Section::Home),
        ("<esc>", Section::Home),
        ("<enter>?", Section::Help),
        ("<enter>??", Section::Campaign),
        ("<enter>L", Section::Log),
        ("<enter>L?<esc><esc>", Section::Campaign),
    ] {
        assert_eq!(studio(script).state.page().section(), section, "{script}");
    }
}

#[test]
fn files_open_copy_and_show() {
    let path = std::path::PathBuf::from("campaigns/mon_rovia.json");
    assert_eq!(studio("e").effects, [Effect::Edit { path: path.clone(), at: Spot::Top }]);
    assert_eq!(studio("<enter>e").effects, [Effect::Edit { path: path.clone(), at: Spot::Top }]);
    assert_eq!(studio("<enter>jje").effects, [Effect::Edit { path: path.clone(), at: Spot::Scene(1) }]);
    assert_eq!(studio("Y").effects, [Effect::Copy(path.to_string_lossy().into_owned())]);
    assert_eq!(studio("<enter>jf").effects, [], "no picture is made yet");
    let copied = |script: &str| match studio(script).effects.pop() {
        Some(Effect::Copy(text)) => text,
        other => panic!("{other:?}"),
    };
    assert!(copied("<enter>jyp").starts_with("Portrait of a very cute"));
    assert_eq!(copied("<enter>jlyp"), "Yo, I just stumbled upon this artist, Mon Rovîa.");
    assert!(copied("<enter>g<made>jlY").starts_with("assets/"));
}

#[test]
fn a_fault_opens_the_editor_at_its_line() {
    let mut broken = document("broken", "Broken");
    broken["script"][0]["text"] = serde_json::json!("");
    let studio = Rehearsal::new(80, 24, library(&[broken])).play("<enter>e");
    assert_eq!(studio.effects, [Effect::Edit { path: "campaigns/broken.json".into(), at: Spot::Line(1) }]);
    let refused = studio.play("<esc>g");
    assert_eq!(refused.effects.len(), 1);
    assert!(notice(&refused).contains("correct them first"));
}

#[test]
fn a_file_that_breaks_under_an_open_page_says_so() {
    let mut studio = studio("<enter>j");
    let mut broken = document("mon_rovia", "Mon Rovîa");
    broken["script"][0]["text"] = serde_json::json!("");
    studio.tell(Event::Campaign(std::sync::Arc::new(super::rehearsal::entry(&broken))));
    assert!(studio.text().contains("This file has faults now"));
    assert_eq!(studio.play("<enter>").state.page().section(), Section::Faults);
}

#[test]
fn a_stopped_engine_is_told_and_does_not_end_the_studio() {
    let mut studio = studio("<enter>g");
    studio.send(Msg::EngineGone);
    assert!(!studio.state.shared.facts.is_busy());
    assert!(studio.text().contains("The engine has stopped."));
    let studio = studio.play("g");
    assert_eq!(studio.effects.len(), 1);
    assert_eq!(studio.play("q").effects.last(), Some(&Effect::Leave));
}

#[test]
fn a_click_selects_and_a_second_one_opens() {
    use ratatui::layout::Position;
    let mut studio = studio("");
    let at = Position::new(10, 3);
    studio.send(Msg::Click(at));
    assert_eq!(studio.state.page().section(), Section::Campaign, "the only line is selected already");
    studio.send(Msg::Click(Position::new(10, 5)));
    let studio = studio.play("g");
    assert!(matches!(studio.effects[..], [Effect::Generate { scope: Scope { scene: Some(1), .. }, .. }]));
    assert_eq!(studio.play("m").effects.last(), Some(&Effect::Mouse(true)));
}

#[test]
fn what_happened_is_kept_in_the_log() {
    let mut studio = studio("<enter>g<fail>");
    let told = |studio: &Rehearsal, number| {
        let line = studio.state.shared.log.newest(number).unwrap();
        (line.level, line.text.clone())
    };
    assert_eq!(
        told(&studio, 0),
        (Level::Error, "mon_rovia: portrait of Baby 1 failed: the drawing pen broke. Press g to try again.".to_owned())
    );
    assert_eq!(told(&studio, 1), (Level::Info, "mon_rovia: draft started, 9 jobs".to_owned()));
    for number in 0..2000 {
        studio.send(Msg::Told(Level::Info, number.to_string()));
    }
    assert_eq!(studio.state.shared.log.len(), 1000);
}
