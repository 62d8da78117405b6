//! The cast: a baby that many campaigns name is paid for once, whoever names it first.

use babblecast::engine::{EngineSettings, Event};
use serde_json::{Value, json};

use crate::api_support::{GENERATE, Service};
use crate::fake_provider::{Asked, FakeProvider, Reply};
use crate::program::{Answer, Studio};
use crate::support::{self, Place};

fn campaign(id: &str, profile: &Value) -> String {
    json!({
        "campaign_id": id, "topic": "Milk",
        "script": [{"type": "dialogue", "speaker": "Ada", "text": "Milk."}],
        "baby_profiles": {"Ada": profile},
    })
    .to_string()
}

const CAST: &str = r#"{
  // ours
  "members": {
    "momo": {"tone": "warm", "voice_id": "baby_voice_1", "appearance": "red curls"}
  }
}
"#;

struct Shop {
    studio: Studio,
    fake: FakeProvider,
}

impl Shop {
    fn new() -> Self {
        Self { studio: Studio::empty(), fake: FakeProvider::start(|_: &Asked, _| Reply::Well) }
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        let mut command = self.studio.command(arguments);
        command.env("OPENAI_API_KEY", "sk-test").env("OPENAI_BASE_URL", self.fake.openai_base());
        command.env("ELEVENLABS_API_KEY", "sk-test").env("ELEVENLABS_BASE_URL", self.fake.elevenlabs_base());
        Answer::of(command.output().unwrap())
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        self.run(&arguments).expect(0).documents().pop().unwrap()
    }

    /// Makes the portraits of a campaign.
    fn portraits(&self, campaign: &str) {
        self.run(&["generate", campaign, "--yes", "--only", "portraits"]).expect(0);
    }

    fn pictures(&self) -> Vec<Asked> {
        self.fake.charged().into_iter().filter(Asked::is_picture).collect()
    }
}

#[test]
fn campaigns_that_name_one_member_pay_for_its_face_once_and_another_tone_edits_it() {
    let shop = Shop::new();
    shop.studio.write("cast.json", CAST);
    shop.studio.write("sad.json", campaign("sad", &json!({"cast": "momo", "tone": "sad"})));
    shop.studio.write("one.json", campaign("one", &json!({"cast": "momo"})));
    shop.studio.write("two.json", campaign("two", &json!({"cast": "momo", "voice_id": "baby_voice_2"})));
    shop.portraits("one");
    assert_eq!(shop.pictures().len(), 1);
    shop.portraits("two");
    assert_eq!(shop.pictures().len(), 1, "it is one face");
    shop.portraits("sad");
    let pictures = shop.pictures();
    assert_eq!(pictures.len(), 2);
    assert!(pictures[1].path.ends_with("/images/edits"), "{}", pictures[1].path);
    let listed = shop.json(&["list"]);
    let names: Vec<&str> =
        listed["campaigns"].as_array().unwrap().iter().map(|line| line["campaign_id"].as_str().unwrap()).collect();
    assert_eq!(names, ["one", "sad", "two"], "the cast is no campaign");
}

#[test]
fn a_baby_joins_the_cast_with_the_portrait_that_was_kept_and_nothing_is_paid_again() {
    let shop = Shop::new();
    let plain = json!({"tone": "warm", "voice_id": "baby_voice_1"});
    let twins = campaign("first", &plain)
        .replace(r#""baby_profiles":{"#, r#""baby_profiles":{"Bob":{"tone":"warm","voice_id":"baby_voice_2"},"#);
    shop.studio.write("first.json", &twins);
    shop.studio.write("cast.yaml", "members:\n  zeno: {tone: dry, voice_id: v}  # ours\n");
    shop.portraits("first");
    shop.run(&["regenerate", "first", "--speaker", "Ada", "--yes"]).expect(0);
    shop.run(&["takes", "first", "--speaker", "Ada", "--choose", "2"]).expect(0);
    let paid = shop.pictures().len();
    let keys = |shop: &Shop| {
        let plan = shop.json(&["plan", "first"]);
        let jobs = plan["jobs"].as_array().unwrap().iter();
        jobs.map(|job| job["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = keys(&shop);

    let added = shop.json(&["cast", "add", "momo", "--from", "first", "--speaker", "Ada"]);
    assert_eq!(added["name"], "momo");
    let cast = std::fs::read_to_string(shop.studio.path("campaigns/cast.yaml")).unwrap();
    assert!(cast.contains("zeno: {tone: dry, voice_id: v}  # ours\n") && cast.contains("momo:"), "{cast}");
    let file = std::fs::read_to_string(shop.studio.path("campaigns/first.json")).unwrap();
    assert!(file.contains(r#""cast": "momo""#) || file.contains(r#""cast":"momo""#), "{file}");
    assert_eq!(keys(&shop), before, "nothing of the campaign is another job");
    shop.studio.write("second.json", campaign("second", &json!({"cast": "momo"})));
    shop.portraits("second");
    assert_eq!(shop.pictures().len(), paid, "the second take is the face of momo now, and it is there");

    let told = shop.json(&["cast"]);
    let momo = told["babies"].as_array().unwrap().iter().find(|baby| baby["name"] == "momo").unwrap();
    let used: Vec<&str> =
        momo["used"].as_array().unwrap().iter().map(|used| used["campaign_id"].as_str().unwrap()).collect();
    assert_eq!((used, &momo["is_member"]), (vec!["first", "second"], &json!(true)));
    shop.run(&["cast"]).expect(0).says("momo").says("first as Ada, second as Ada");

    // Who is chosen in one campaign is chosen in all.
    shop.run(&["takes", "second", "--speaker", "Ada", "--choose", "1"]).expect(0);
    assert_ne!(keys(&shop), before, "the first campaign shows the other take too");
    for (arguments, why) in [
        (["cast", "add", "mimi", "--from", "second", "--speaker", "Ada"], "Ada is momo of the cast already"),
        (["cast", "add", "momo", "--from", "first", "--speaker", "Bob"], "there is a momo in the cast already"),
        (["cast", "add", "  ", "--from", "first", "--speaker", "Bob"], "cannot name a member"),
        (["cast", "add", "bo", "--from", "first", "--speaker", "Bobo"], "Did you mean"),
    ] {
        shop.run(&arguments).expect(2).says(why);
    }
}

#[test]
fn a_campaign_is_handed_over_with_the_members_that_it_names() {
    let shop = Shop::new();
    shop.studio.write("cast.json", CAST);
    shop.studio.write("sad.json", campaign("sad", &json!({"cast": "momo", "tone": "sad"})));
    shop.portraits("sad");
    shop.run(&["regenerate", "sad", "--speaker", "Ada", "--yes"]).expect(0);
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("sad.babblecast");
    shop.run(&["pack", "sad", pack.to_str().unwrap()]).expect(0);
    let paid = shop.pictures().len();
    let elsewhere = Shop { studio: Studio::empty(), ..shop };
    elsewhere.run(&["unpack", pack.to_str().unwrap()]).expect(0);
    elsewhere.run(&["check", "sad"]).expect(0);
    elsewhere.portraits("sad");
    assert_eq!(elsewhere.pictures().len(), paid, "every face came along");
}

#[test]
fn who_is_no_member_and_what_is_no_cast_is_told_where_it_is_looked_for() {
    let studio = Studio::empty();
    studio.write("one.json", campaign("one", &json!({"cast": "mono"})));
    studio.run(["check", "one"]).expect(2).says("There is no cast yet");
    studio.write("cast.json", CAST);
    studio.run(["check", "one"]).expect(2).says("Did you mean \"momo\"?");
    studio.write("cast.json", "{\"members\": {\"momo\": {\"tone\": \"warm\"}}}");
    studio.run(["check", "one"]).expect(2).says("the cast in cast.json has faults");
    studio.run(["cast"]).expect(2).says("the field \"voice_id\" is missing");
    studio.run(["check", "--all"]).expect(2).says("the field \"voice_id\" is missing");
    studio.write("cast.json", CAST);
    studio.write("one.json", campaign("one", &json!({"cast": "momo"})));
    studio.run(["check", "--all"]).expect(0).says("cast.json is in order: 1 member.");
    let schema = studio.run(["schema", "--cast"]).expect(0).stdout;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["required"], json!(["members"]));
}

#[test]
fn a_posted_campaign_can_name_nobody_and_the_cast_is_told_over_http() {
    let place = Place::new();
    std::fs::write(place.campaigns().join("cast.json"), CAST).unwrap();
    let named: Value = serde_json::from_str(&campaign("one", &json!({"cast": "momo"}))).unwrap();
    place.write("one.json", &named);
    let service = Service::over(&place);
    let told = service.client.get("/api/v1/cast").expect(200).json();
    assert_eq!((&told["has_cast"], &told["babies"][0]["name"]), (&json!(true), &json!("momo")), "{told}");
    assert_eq!(told["babies"][0]["used"][0]["campaign_id"], "one");
    assert_eq!(service.client.get("/api/v1/cast?x=1").expect(400).code(), "invalid_query");
    let mut posted = named;
    posted["campaign_id"] = json!("posted");
    let refused = service.client.post(GENERATE, &posted).expect(422);
    assert!(
        refused.json().to_string().contains("a posted campaign can name no member of a cast"),
        "{}",
        refused.json()
    );
}

#[test]
fn who_looks_on_sees_a_changed_cast_in_every_campaign_that_names_it() {
    let place = Place::new();
    let cast = place.campaigns().join("cast.json");
    std::fs::write(&cast, CAST).unwrap();
    for id in ["one", "two"] {
        let named: Value = serde_json::from_str(&campaign(id, &json!({"cast": "momo"}))).unwrap();
        place.write(&format!("{id}.json"), &named);
    }
    let mut studio = support::Studio::start(EngineSettings { follow: true, ..place.settings() });
    let looks = |event: &Event| match event {
        Event::Library(library) => {
            let profile = |entry: &std::sync::Arc<babblecast::engine::Entry>| {
                let profile = &support::loaded(entry).campaign.profiles[0];
                profile.appearance.clone().unwrap_or_default()
            };
            library.entries.iter().map(profile).collect::<Vec<_>>()
        }
        _ => Vec::new(),
    };
    // Put in place in one step, as editors do.
    let other = place.campaigns().join("cast.json.new");
    std::fs::write(&other, CAST.replace("red curls", "blue curls")).unwrap();
    std::fs::rename(&other, &cast).unwrap();
    studio.until(|event| looks(event) == ["blue curls", "blue curls"]);
    studio.stop();
}
