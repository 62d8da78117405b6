//! How long the parts take that a person waits for: `cargo bench --bench parts`. Figures are for comparison on one
//! machine, never asserted.

use std::sync::Arc;

use babblecast::baby::{Framing, Look, Pose, Stage, portrait};
use babblecast::domain::{Campaign, Format, Tone, read};
use babblecast::media::picture;
use babblecast::media::sound::Sound;
use babblecast::media::video::{Figure, Frame, Lettering, SceneSpec, Shown, Side, scene};
use babblecast::plan::{Choices, JobState, Sources, plan, progress};
use babblecast::providers::Catalogue;
use babblecast::providers::catalogue::DraftVoice;
use babblecast::providers::video::EncoderChoice;
use divan::{Bencher, black_box};
use serde_json::json;

fn main() {
    divan::main();
}

/// A campaign of this many lines between four babies.
fn long_document(scenes: usize) -> String {
    let speaker = |scene: usize| format!("Baby {}", scene % 4 + 1);
    let script: Vec<_> = (0..scenes)
        .map(|scene| json!({"type": "dialogue", "speaker": speaker(scene), "text": format!("This is line {scene} of a long talk.")}))
        .collect();
    let profiles: serde_json::Map<_, _> = (0..4)
        .map(|baby| (speaker(baby), json!({"tone": "warm, curious", "voice_id": format!("baby_voice_{}", baby + 1)})))
        .collect();
    json!({"campaign_id": "long", "topic": "Length", "script": script, "baby_profiles": profiles}).to_string()
}

fn long_campaign(scenes: usize) -> Campaign {
    read(&long_document(scenes), Format::Json).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn drawn() -> image::RgbImage {
    portrait(&Look::new([7; 32], "curly hair, yellow romper"), &Pose::for_tone(Tone::Curious))
}

#[divan::bench(args = [100, 10_000])]
fn read_a_campaign(bencher: Bencher, scenes: usize) {
    let document = long_document(scenes);
    bencher.bench(|| read(black_box(&document), Format::Json));
}

#[divan::bench(args = [100, 10_000])]
fn plan_a_campaign(bencher: Bencher, scenes: usize) {
    let (campaign, settings) = (
        long_campaign(scenes),
        Catalogue::new(std::path::PathBuf::new(), EncoderChoice::Embedded).draft(DraftVoice::Neural),
    );
    bencher.bench(|| plan(black_box(&campaign), &settings, &Choices::default(), &Sources::new()));
}

/// As large as a file may be in everything that a plan looks at: lines, babies that are twins of twins, and words to
/// pronounce that are nearly found at every letter. Twice as much must take twice as long.
fn worst_document(part: usize) -> String {
    let (lines, babies, words) =
        (Campaign::MOST_SCENES / part, Campaign::MOST_BABIES / part, Campaign::MOST_WORDS / part);
    let text = "a ".repeat(340);
    let line =
        |at: usize| json!({"type": "dialogue", "speaker": format!("{}", at % babies), "text": format!("{at} {text}")});
    let profile = |baby: usize| match baby {
        0 => json!({"tone": "warm", "voice_id": "v"}),
        _ => json!({"tone": "warm", "voice_id": "v", "same_as": (baby - 1).to_string()}),
    };
    let word = |number: usize| format!("{}{number}", "a ".repeat(number % 90));
    json!({
        "campaign_id": "worst", "topic": "t", "layout": "duo",
        "script": (0..lines).map(line).collect::<Vec<_>>(),
        "baby_profiles": (0..babies).map(|baby| (baby.to_string(), profile(baby))).collect::<serde_json::Map<_, _>>(),
        "pronounce": (0..words).map(|number| (word(number), json!("uh"))).collect::<serde_json::Map<_, _>>(),
    })
    .to_string()
}

#[divan::bench(args = [2, 1])]
fn read_the_worst_file(bencher: Bencher, part: usize) {
    let document = worst_document(part);
    bencher.bench(|| read(black_box(&document), Format::Json).expect("it is allowed"));
}

#[divan::bench(args = [2, 1])]
fn plan_the_worst_file(bencher: Bencher, part: usize) {
    let campaign = read(&worst_document(part), Format::Json).unwrap_or_else(|faults| panic!("{faults:?}"));
    let settings = Catalogue::new(std::path::PathBuf::new(), EncoderChoice::Embedded).draft(DraftVoice::Neural);
    bencher.bench(|| plan(black_box(&campaign), &settings, &Choices::default(), &Sources::new()));
}

#[divan::bench(args = [10_000])]
fn count_progress(bencher: Bencher, scenes: usize) {
    let graph = plan(
        &long_campaign(scenes),
        &Catalogue::new(std::path::PathBuf::new(), EncoderChoice::Embedded).draft(DraftVoice::Neural),
        &Choices::default(),
        &Sources::new(),
    )
    .unwrap();
    let pending = JobState::Pending;
    bencher.bench(|| progress(black_box(&graph), &|_| &pending));
}

#[divan::bench]
fn draw_a_portrait() -> image::RgbImage {
    drawn()
}

#[divan::bench]
fn draw_a_video_frame(bencher: Bencher) {
    let mut stage = Stage::new(&Look::new([7; 32], ""), Framing::Vertical);
    let pose = Pose::for_tone(Tone::Energetic);
    bencher.bench_local(|| {
        black_box(stage.frame(&pose));
    });
}

/// One frame of a clip with its caption, ready for the encoder, by what it shows.
#[divan::bench(args = ["drawn", "two", "photo", "picture", "waveform", "card"])]
fn draw_a_frame_of_a_clip(bencher: Bencher, what: &str) {
    let baby = |seed: u8| Figure::Drawn { look: Look::new([seed; 32], ""), tone: Tone::Warm };
    let shown = match what {
        "drawn" => Shown::Solo(baby(7)),
        "two" => Shown::Duo { left: baby(7), right: baby(8), speaking: Side::Left },
        "photo" => Shown::Solo(Figure::Photo(drawn(), None)),
        "picture" => Shown::Picture(drawn()),
        "waveform" => Shown::Waveform,
        _ => Shown::Card { title: "A title of some length".into() },
    };
    let samples = (0..96_000).map(|at| (at as f32 * 0.03).sin() * (at as f32 * 0.0004).sin()).collect();
    let sound = Some(Arc::new(Sound { rate: 48_000, samples }));
    let caption = Some("A line of eight words is spoken here".to_owned());
    let (mut scene, _) =
        scene(SceneSpec { shown, sound, timings: None, caption, lettering: Lettering::default(), frames: 60 });
    let (mut frame, mut number) = (Frame::black(), 0);
    bencher.bench_local(|| {
        scene.draw(number % 60, &mut frame).expect("the frame is one of the scene's");
        number += 1;
    });
}

#[divan::bench]
fn preview_of_a_stored_portrait(bencher: Bencher) {
    let bytes = picture::encode_png(&drawn());
    bencher.bench(|| picture::decode(black_box(&bytes)).map(|image| picture::fit(&image, 600, 900)));
}

#[divan::bench]
fn optimize_a_picture_that_is_right(bencher: Bencher) {
    let bytes = picture::encode_png(&drawn());
    bencher.bench(|| picture::optimize(black_box(&bytes)));
}
