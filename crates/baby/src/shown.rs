//! What the words of an appearance change in the picture: each thing is seen where it belongs, and nowhere else.

use image::RgbImage;

use crate::looks::look::Look;
use crate::looks::pose::Pose;
use crate::stage::portrait;

/// Left, top, right and bottom in art units.
type Place = [u32; 4];

/// Beside this face every thing is drawn.
const PLAIN: &str = "red bunches, fair skin, blue eyes, plain grey sweater, no glasses, no freckles, no hat, duck";

fn drawn(words: &str, pose: &Pose) -> RgbImage {
    portrait(&Look::new([7; 32], &format!("{PLAIN}, {words}")), pose)
}

/// Where two pictures differ so much that an eye sees it.
fn changed(one: &RgbImage, other: &RgbImage) -> Vec<(u32, u32)> {
    let apart = |at: &(u32, u32)| {
        let (a, b) = (one.get_pixel(at.0, at.1).0, other.get_pixel(at.0, at.1).0);
        a.iter().zip(b).any(|(&a, b)| a.abs_diff(b) > 24)
    };
    let (width, height) = one.dimensions();
    (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).filter(apart).collect()
}

fn within(place: Place, (x, y): (u32, u32)) -> bool {
    let [left, top, right, bottom] = place;
    (left..right).contains(&x) && (top..bottom).contains(&y)
}

#[test]
fn each_thing_is_seen_in_its_place_and_changes_no_other() {
    const WHOLE_CHEST: Place = [330, 1040, 700, 1350];
    let things: &[(&str, &[Place])] = &[
        ("green bows", &[[80, 220, 320, 460], [700, 220, 950, 460]]),
        ("crumbs on one cheek", &[[230, 840, 430, 970]]),
        ("a beauty spot", &[[690, 840, 745, 890]]),
        ("freckles", &[[230, 770, 450, 910], [450, 770, 800, 910]]),
        ("round glasses", &[[190, 540, 512, 900], [512, 540, 840, 900]]),
        ("square glasses", &[[190, 540, 512, 900], [512, 540, 840, 900]]),
        ("heart glasses", &[[190, 540, 512, 900], [512, 540, 840, 900]]),
        ("star glasses", &[[180, 520, 512, 910], [512, 520, 844, 910]]),
        ("cat-eye glasses", &[[180, 520, 512, 900], [512, 520, 844, 900]]),
        ("sunglasses", &[[180, 520, 512, 910], [512, 520, 844, 910]]),
        ("a yellow bib", &[WHOLE_CHEST]),
        ("a red bow tie", &[[390, 1050, 640, 1240]]),
        ("a red cape", &[[40, 1000, 512, 1445], [512, 1000, 985, 1445]]),
        ("a green pacifier on a clip", &[[340, 1110, 500, 1430]]),
        ("a tiara", &[[280, 120, 512, 420], [512, 120, 744, 420]]),
        ("a gold crown", &[[330, 60, 512, 290], [512, 60, 694, 290]]),
        ("a party hat", &[[540, 40, 850, 400]]),
    ];
    let plain = drawn("", &Pose::REST);
    let (mut seen, mut wrong): (Vec<(&str, RgbImage)>, Vec<String>) = (Vec::new(), Vec::new());
    for (words, places) in things {
        let picture = drawn(words, &Pose::REST);
        let changes = changed(&plain, &picture);
        for place in *places {
            let count = changes.iter().filter(|at| within(*place, **at)).count();
            assert!(count > 60, "{words}: only {count} pixels at {place:?}");
        }
        let elsewhere = changes.iter().find(|at| !places.iter().any(|place| within(*place, **at)));
        wrong.extend(elsewhere.map(|at| format!("{words} changes something at {at:?}")));
        for (other, drawn) in &seen {
            assert!(changed(drawn, &picture).len() > 100, "{words} looks like {other}");
        }
        seen.push((words, picture));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn gap_teeth_are_seen_in_an_open_mouth_only() {
    let [open, shut] = [Pose { open: 1.0, ..Pose::REST }, Pose { open: 0.0, ..Pose::REST }];
    let difference = |pose: &Pose| changed(&drawn("teeth", pose), &drawn("gap teeth", pose));
    let seen = difference(&open);
    assert!(seen.len() > 200 && seen.iter().all(|at| within([440, 880, 590, 960], *at)), "{} pixels", seen.len());
    assert_eq!(difference(&shut), []);
}

#[test]
fn dimples_deepen_with_a_smile() {
    let difference = |smile| {
        let pose = Pose { smile, ..Pose::REST };
        let (plain, dimpled) = (drawn("", &pose), drawn("dimples", &pose));
        let sum = |picture: &RgbImage| picture.as_raw().iter().map(|&byte| u64::from(byte)).sum::<u64>();
        sum(&plain) - sum(&dimpled)
    };
    let (calm, glad) = (difference(0.0), difference(1.0));
    assert!(glad > calm && calm > 0, "{calm} and {glad}");
}

#[test]
fn a_mark_moves_with_the_face() {
    let middle = |turn| {
        let pose = Pose { turn, ..Pose::REST };
        let spots = changed(&drawn("", &pose), &drawn("a mole", &pose));
        spots.iter().map(|(x, _)| f64::from(*x)).sum::<f64>() / spots.len() as f64
    };
    let moved = middle(1.0) - middle(-1.0);
    assert!(moved > 25.0, "it moved by {moved}");
}
