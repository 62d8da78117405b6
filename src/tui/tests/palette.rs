//! The palette: everything in one table, found by a few letters; and the help that can be searched.

use insta::assert_snapshot;

use super::rehearsal::{Rehearsal, document, library};
use crate::engine::{Command, Scope};
use crate::tui::input::keymap::{Keymap, Section};
use crate::tui::model::message::{Effect, Msg};
use crate::tui::model::tuning::{Choosable, Tuning, Tunings};
use crate::tui::theme::ThemeChoice;

fn studio(width: u16, height: u16, theme: ThemeChoice) -> Rehearsal {
    let documents = [document("mon_rovia", "Mon Rovîa"), document("spoons", "The history of the spoon")];
    Rehearsal::with(width, height, theme, Keymap::built_in(), library(&documents))
}

fn page(script: &str) -> Rehearsal {
    studio(120, 40, ThemeChoice::Dark).play(script)
}

#[test]
fn the_palette_shows_what_can_be_done_with_its_keys() {
    for (width, height) in [(80, 24), (120, 40), (40, 12)] {
        let mut shown = studio(width, height, ThemeChoice::Dark).play(":sam");
        assert_snapshot!(format!("palette_{width}x{height}"), shown.screen());
    }
    assert_snapshot!("palette_light_80x24", studio(80, 24, ThemeChoice::Light).play(":").screen());
    assert_snapshot!("help_found_80x24", studio(80, 24, ThemeChoice::Dark).play("?/campaign<enter>").screen());
}

#[test]
fn enter_does_what_is_selected_and_esc_leaves_all_as_it_was() {
    let studio = page(":make draft<enter>");
    let [Effect::Generate { scope, .. }] = studio.effects.as_slice() else { panic!("{:?}", studio.effects) };
    assert_eq!((scope, studio.overlay().is_none()), (&Scope::default(), true));
    assert_eq!(page(":make draft<esc>").effects, []);
    assert_eq!(page("<ctrl-p>read folder<enter>").effects, [Effect::Send(Command::Reload)]);
    assert_eq!(page(":zzzz<enter>").effects, []);
    assert_eq!(page(":queue<enter>").state.page().section(), Section::Queue);
}

#[test]
fn campaigns_and_babies_are_gone_to_by_their_names() {
    let mut studio = page(":history spoon<enter>");
    assert_eq!(studio.state.page().section(), Section::Campaign);
    assert!(studio.text().contains("The history of the spoon"));
    let studio = page(":baby 2 rovia<enter>");
    assert_eq!(studio.state.page().section(), Section::Campaign);
    let campaign = studio.state.page().campaign(&studio.state.shared).and_then(|campaign| campaign.id());
    assert_eq!(campaign.map(crate::domain::CampaignId::as_str), Some("mon_rovia"));
}

#[test]
fn what_was_done_last_comes_first() {
    let mut studio = page(":toggle mouse<enter>:");
    let text = studio.text();
    assert!(text.contains("│▸ toggle mouse"), "{text}");
    let before = studio.state.shared.mouse;
    assert_ne!(studio.play("<enter>").state.shared.mouse, before);
}

#[test]
fn a_paste_is_looked_for_in_one_piece() {
    let mut studio = page(":");
    studio.send(Msg::Paste("history of".to_owned()));
    assert_eq!(studio.play("<enter>").state.page().section(), Section::Campaign);
}

#[test]
fn help_is_searched_and_the_search_is_left_before_the_page() {
    let mut studio = page("?/draft<enter>");
    assert!(studio.text().contains("make the draft") && !studio.text().contains("leave the studio"));
    let mut studio = studio.play("<esc>");
    assert!(studio.text().contains("Everywhere"));
    assert_eq!(studio.play("<esc>").state.page().section(), Section::Home);
}

#[test]
fn a_keymap_that_takes_an_actions_last_key_says_so_at_the_start() {
    let keymap = Keymap::with("[home]\nopen = \"g\"\n").unwrap();
    let library = library(&[document("mon_rovia", "Mon Rovîa")]);
    let studio = Rehearsal::with(120, 40, ThemeChoice::Dark, keymap, library);
    let said = studio.state.shared.notice.as_ref().map_or("", |said| &said.text);
    assert!(said.starts_with("Your keymap gives g to open: [home] draft has no key any more"), "{said}");
}

#[test]
fn a_setting_is_found_with_its_value_of_now_and_changed() {
    let value = |word, theme| Choosable { setting: "theme", word, meaning: "so", tuning: Tuning::Theme(theme) };
    let calm = Choosable { setting: "calm", word: "true", meaning: "nothing moves", tuning: Tuning::Calm(true) };
    let open = || {
        let mut studio = studio(120, 40, ThemeChoice::Dark);
        studio.state.shared.tunings = Tunings {
            choosable: vec![value("dark", ThemeChoice::Dark), value("light", ThemeChoice::Light), calm],
            chosen: vec![Tuning::Theme(ThemeChoice::Dark), Tuning::Calm(false)],
        };
        studio
    };
    let now = |studio: &mut Rehearsal| -> Vec<String> {
        let text = studio.text();
        let lines = text.lines().filter(|line| line.contains("setting ·") && line.contains("now"));
        lines.filter_map(|line| line.split(" · ").nth(1).map(str::to_owned)).collect()
    };
    assert_eq!(now(&mut open().play(":setting")), ["theme dark"]);
    let studio = open().play(":setting light<enter>");
    assert_eq!(studio.effects, [Effect::Set(value("light", ThemeChoice::Light))]);
    assert_eq!(now(&mut studio.play(":setting")), ["theme light"]);
    let studio = open().play(":nothing moves<enter>");
    assert_eq!((studio.state.shared.calm, studio.effects), (true, vec![Effect::Set(calm)]));
}
