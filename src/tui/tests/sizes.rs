//! Every page at every size.

use proptest::prelude::*;
use ratatui::layout::Size;
use serde_json::json;

use super::rehearsal::{Rehearsal, document, library};
use crate::tui::model::message::Msg;

const SCRIPTS: [&str; 25] = [
    "",
    "<enter>jb",
    "<enter>",
    "<enter>jg<work>",
    "<enter>g<fail><made>jlr<work>",
    "?",
    "L",
    "<enter>gq",
    "n",
    "jj<enter>",
    "<enter>jjiword",
    "<enter>jI<enter>",
    "<enter>jI<down>",
    "<enter>jVjC",
    "<enter>g<made>j<space><second>",
    "<enter>g<made>jcvf<second>",
    "<enter>g<made>jt",
    "<enter>g<made>jt5r<made>*<left>dd",
    "<enter>g<made>jtr<made>c<left>c",
    "<enter>g<made>jlt3r<made>c<up>c",
    "<enter>g<fail>Q",
    "B",
    "Bja<made>x<enter>",
    ":dr",
    "?/draft<enter>",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_page_can_be_drawn_at_every_size(script in 0..SCRIPTS.len(), width in 1u16..=200, height in 1u16..=60) {
        let mut broken = document("zz_broken", "Broken");
        broken["script"][0]["text"] = json!("");
        let documents = [document("mon_rovia", "Mon Rovîa 你好 music reaction"), document("spoons", ""), broken];
        let mut studio = Rehearsal::new(80, 24, library(&documents)).play(SCRIPTS[script]);
        studio.send(Msg::Resize(Size::new(width, height)));
        let _ = studio.text();
        studio.send(Msg::Resize(Size::new(height, width.min(60))));
        let _ = studio.text();
    }
}

#[test]
fn the_smallest_sizes_say_what_is_needed() {
    for width in 1..=45 {
        for height in 1..=14 {
            let mut studio =
                Rehearsal::new(width, height, library(&[document("mon_rovia", "Mon Rovîa")])).play("<enter>");
            let text = studio.text();
            assert!(text.lines().count() <= usize::from(height), "{width}×{height}");
        }
    }
    let mut studio = Rehearsal::new(39, 12, library(&[document("mon_rovia", "Mon Rovîa")]));
    assert!(studio.text().contains("babblecast needs"));
}

#[test]
fn a_long_script_is_drawn_from_where_the_person_is() {
    let mut long = document("long", "Long");
    let line = long["script"][0].clone();
    long["script"] = (0..5000)
        .map(|number| {
            let mut line = line.clone();
            line["text"] = json!(format!("line {number}"));
            line
        })
        .collect();
    let mut studio = Rehearsal::new(120, 40, library(&[long])).play("<enter><end>");
    let text = studio.text();
    assert!(text.contains("line 4999") && !text.contains("line 4900"));
    let mut studio = studio.play("<home>");
    assert!(studio.text().contains("the whole campaign, 5000 scenes"));
}
