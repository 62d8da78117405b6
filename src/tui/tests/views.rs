//! Every page, form and pop-up at four sizes, on dark and on light.

use insta::assert_snapshot;
use ratatui::layout::Size;

use super::rehearsal::{Rehearsal, document, library};
use super::{cast, doctor, doubt, finding, home, ledger, listening, look, money, queue, takes, voices};
use crate::engine::{Event, Library};
use crate::providers::Who;
use crate::tui::model::message::Msg;
use crate::tui::theme::{Colours, ThemeChoice};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (200, 60), (40, 12)];

/// Two campaigns, the second one with faults.
fn plain(script: &str) -> Rehearsal {
    Rehearsal::new(120, 40, library(&[document("mon_rovia", "Mon Rovîa music reaction"), look::broken()])).play(script)
}

fn nothing() -> Rehearsal {
    Rehearsal::new(120, 40, Library { who: Who::drafts("no key set"), ..Library::default() })
}

fn unusable() -> Rehearsal {
    let mut studio = Rehearsal::opening(120, 40);
    studio.tell(Event::Unusable("The studio home /data cannot be written. Set BABBLECAST_HOME.".to_owned()));
    studio
}

/// What is looked at, by its name.
fn views() -> Vec<(&'static str, Rehearsal)> {
    let dark = ThemeChoice::Dark;
    vec![
        ("home", home::evening(120, 40, dark)),
        ("home_with_nothing", nothing()),
        ("opening", Rehearsal::opening(120, 40)),
        ("unusable", unusable()),
        ("scenes_at_work", plain("<home><enter>g<work><second><second>j")),
        ("scenes_with_trouble", finding::troubled(120, 40).play("!")),
        ("scenes_found", finding::troubled(120, 40).play("/nap is:failed")),
        ("scenes_selected", plain("<home><enter>jVj")),
        ("faults", plain("<end><enter>j")),
        ("takes_of_a_face", takes::sized(120, 40, "jt2r<made>*")),
        ("takes_of_a_voice", takes::sized(120, 40, "jlt2r<made>")),
        ("takes_compared", takes::sized(120, 40, "jtr<made>chc")),
        ("note", takes::paid("jtRsmile less")),
        ("voices", voices::studio(120, 40, "j")),
        ("maybe_billed", doubt::studio("U")),
        ("money", ledger::money(120, 40, dark)),
        ("calls", ledger::money(120, 40, dark).play("<enter>")),
        ("queue", queue::on_air(120, 40, dark)),
        ("cast", cast::page(120, 40, dark)),
        ("doctor", doctor::doctor(120, 40, dark)),
        ("log", plain("<home><enter>g<fail><second><made>L")),
        ("help", plain("<home><enter>?")),
        ("question_of_money", money::studio_of(120, 40, 3_100_000).play("G")),
        ("question_at_the_end", plain("<home><enter>gq")),
        ("new_campaign", plain("nMy first")),
        ("line", plain("<home><enter>ji!")),
        ("new_line", plain("<home><enter>joHello")),
        ("card", plain("<home><enter>jI")),
        ("speakers", plain("<home><enter>jC")),
        ("palette", plain(":make")),
        ("listening", listening::with_clips(120, 40, "j<space><second>")),
        ("watching", listening::with_clips(120, 40, "jcvf<second>")),
    ]
}

fn light(studio: &mut Rehearsal) -> String {
    let dark = std::mem::replace(&mut studio.state.shared.theme, ThemeChoice::Light.resolve(Colours::default()));
    let screen = studio.screen();
    studio.state.shared.theme = dark;
    screen
}

#[test]
fn every_page_form_and_pop_up_is_as_it_was_looked_at() {
    for (name, mut studio) in views() {
        for (width, height) in SIZES {
            studio.send(Msg::Resize(Size::new(width, height)));
            let dark = studio.screen();
            let light = light(&mut studio);
            let words = |screen: &str| screen.lines().take(height.into()).map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&dark), words(&light), "{name} says the same on light");
            // On light only its styles are another thing to look at.
            let styles = light.lines().skip(height.into()).collect::<Vec<_>>().join("\n");
            assert_snapshot!(format!("{name}_{width}x{height}"), format!("{dark}\non light:\n{styles}"));
        }
    }
}
