//! The babies that a newcomer sees first: everything the samples say of them is drawn, and no two are one child.

use std::path::Path;

use babblecast::baby::{Look, Pose, portrait};
use babblecast::domain::write::starter;
use babblecast::plan::{Mode, Request};
use babblecast::providers::image::Sketch;
use image::{RgbImage, imageops};

use crate::support::{Place, Studio, loaded};

/// The samples and a new campaign, as the studio has them.
fn studio() -> (Place, Studio, Vec<String>) {
    let place = Place::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns");
    for folder in [samples.clone(), samples.join("media")] {
        let below = folder.strip_prefix(&samples).unwrap();
        std::fs::create_dir_all(place.campaigns().join(below)).unwrap();
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            std::fs::copy(entry.path(), place.campaigns().join(below).join(entry.file_name())).unwrap();
        }
    }
    let (id, text) = starter("first_show").unwrap();
    std::fs::write(place.campaigns().join(format!("{id}.json")), text).unwrap();
    let studio = place.engine();
    let names = ["history_of_the_spoon", "monroviaboy_baby_podcast_001", "nap_or_snack", "first_show"];
    (place, studio, names.map(str::to_owned).into())
}

#[test]
fn every_word_of_the_samples_can_be_drawn() {
    let (_place, studio, names) = studio();
    for name in names {
        let entry = studio.entry(&name);
        assert!(loaded(&entry).undrawn_words.iter().all(Vec::is_empty), "{name}: {:?}", loaded(&entry).undrawn_words);
    }
}

#[test]
fn no_two_babies_of_the_samples_are_one_child() {
    let (_place, studio, names) = studio();
    let mut babies: Vec<(String, Look, RgbImage)> = Vec::new();
    for name in names {
        let entry = studio.entry(&name);
        for job in &loaded(&entry).graph(Mode::Draft).unwrap().jobs {
            let Request::Portrait(request) = &*job.request else { continue };
            let look = Sketch::look(request);
            let small = imageops::thumbnail(&portrait(&look, &Pose::REST), 107, 160);
            let title = format!("{name}: {}", request.appearance.as_deref().unwrap_or("as it comes"));
            for (other, other_look, other_small) in &babies {
                assert_ne!(&look, other_look, "{title} is {other}");
                let apart =
                    |(a, b): &(&image::Rgb<u8>, &image::Rgb<u8>)| a.0.iter().zip(b.0).any(|(&a, b)| a.abs_diff(b) > 24);
                let changed = small.pixels().zip(other_small.pixels()).filter(apart).count();
                assert!(changed > 3000, "{title} looks like {other}: {changed} pixels differ");
            }
            babies.push((title, look, small));
        }
    }
    assert!(babies.len() >= 9, "only {} babies", babies.len());
}
