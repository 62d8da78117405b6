//! `babblecast baby`: the person of a photo becomes a baby of the cast, with consent, and paid for once.

use serde_json::{Value, json};

use crate::fake_provider::{FakeProvider, Reply, base64};
use crate::program::{Answer, Studio};

const FACE: &[u8] = include_bytes!("../fixtures/faces/astronaut.jpg");

fn baby(studio: &Studio, fake: &FakeProvider, arguments: &[&str]) -> Answer {
    let mut command = studio.command(["baby", "me.jpg", "--name", "momo"].iter().chain(arguments));
    command.env("OPENAI_API_KEY", "sk-test").env("OPENAI_BASE_URL", fake.openai_base());
    Answer::of(command.output().unwrap())
}

fn place(photo: &[u8]) -> Studio {
    let studio = Studio::empty();
    std::fs::write(studio.path("me.jpg"), photo).unwrap();
    studio
}

#[test]
fn a_photo_becomes_a_member_whose_face_is_paid_for_once() {
    let (studio, fake) = (place(FACE), FakeProvider::start(|_, _| Reply::Well));
    baby(&studio, &fake, &["--yes"]).expect(4).says("--consent").says("has to agree");
    baby(&studio, &fake, &["--consent"]).expect(4).says("--yes");
    assert!(fake.asked().is_empty() && studio.files("campaigns").is_empty(), "nothing is sent without both consents");

    let told = baby(&studio, &fake, &["--consent", "--yes", "--words", "sceptical, tiny tweed suit"]);
    told.expect(0).says("momo is in").says("\"cast\": \"momo\"");
    let [asked] = &fake.charged()[..] else { panic!("{:?}", fake.charged()) };
    assert_eq!(asked.path, "/v1/images/edits");
    assert_eq!(asked.body["image[]"], json!(base64(FACE)));
    assert!(asked.words().contains("tiny tweed suit"), "{}", asked.words());

    assert_eq!(studio.files("campaigns"), ["cast.json", "media/momo.jpg"]);
    let cast: Value = serde_json::from_slice(&std::fs::read(studio.path("campaigns/cast.json")).unwrap()).unwrap();
    let expected = json!({"tone": "sceptical", "voice_id": "baby_voice_1",
        "appearance": "sceptical, tiny tweed suit", "reference": "media/momo.jpg"});
    assert_eq!(cast["members"]["momo"], expected);

    let campaign = json!({"campaign_id": "first", "topic": "Milk",
        "script": [{"type": "dialogue", "speaker": "Ada", "text": "Milk."}],
        "baby_profiles": {"Ada": {"cast": "momo"}}});
    studio.write("first.json", campaign.to_string());
    let mut generate = studio.command(["generate", "first", "--only", "portraits", "--yes"]);
    generate.env("OPENAI_API_KEY", "sk-test").env("OPENAI_BASE_URL", fake.openai_base());
    Answer::of(generate.output().unwrap()).expect(0);
    assert_eq!(fake.charged().len(), 1, "the member's face is the one that was made");
    baby(&studio, &fake, &["--consent", "--yes"]).expect(2).says("in the cast already");
}

#[test]
fn what_cannot_be_a_baby_is_told_before_anything_is_sent() {
    let fake = FakeProvider::start(|_, _| Reply::Well);
    let grey = image::RgbImage::from_pixel(600, 800, image::Rgb([120, 120, 120]));
    let mut without = std::io::Cursor::new(Vec::new());
    grey.write_to(&mut without, image::ImageFormat::Jpeg).unwrap();
    baby(&place(without.get_ref()), &fake, &["--consent", "--yes"]).expect(2).says("No face was found");
    baby(&place(b"not a picture"), &fake, &["--consent", "--yes"]).expect(2).says("is no photo");
    assert!(fake.asked().is_empty());
    let studio = place(FACE);
    let told = studio.run(["baby", "me.jpg", "--name", "momo", "--consent"]).expect(4);
    told.says("OPENAI_API_KEY is not set").says("babblecast say 'Hello.' --portrait me.jpg");
    studio.run(["baby", "none.jpg", "--name", "momo"]).expect(2).says("cannot be read");
    assert!(studio.files("campaigns").is_empty());
}

#[test]
fn a_refusal_is_told_in_the_words_of_the_provider_and_nothing_is_kept() {
    let body = json!({"error": {"message": "Your request was rejected by the safety system.", "type": "image_generation_user_error", "code": "moderation_blocked"}});
    let fake =
        FakeProvider::start(move |_, _| Reply::Refused { status: 400, headers: Vec::new(), body: body.to_string() });
    let studio = place(FACE);
    let told = baby(&studio, &fake, &["--consent", "--yes"]);
    assert_ne!(told.code, 0);
    told.says("Your request was rejected by the safety system");
    assert!(studio.files("campaigns").is_empty());
}
