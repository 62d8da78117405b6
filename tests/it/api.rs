//! What is promised to scripts and other programs: campaigns posted, followed and fetched over real sockets.

use std::io::Write;

use babblecast::engine::Outcome;
use serde_json::{Value, json};

use crate::api_support::{GENERATE, Program, Service, eventually, is_spoken, job_id, one_baby, settings};
use crate::fake_provider::{FakeProvider, Reply};
use crate::program;
use crate::support::{Place, Studio, two_babies};

#[test]
fn a_campaign_is_posted_followed_and_fetched() {
    let place = Place::new();
    let service = Service::over(&place);
    let posted = service.client.post(GENERATE, &two_babies("posted")).expect(202);
    let job = job_id(&posted);
    assert!(job.parse::<uuid::Uuid>().is_ok(), "{job}");
    assert_eq!(posted.header("location"), Some(format!("/api/v1/campaigns/{job}/status").as_str()));
    assert_eq!(posted.json()["mode"], "draft", "without keys everything is a draft");
    assert!(["queued", "processing"].contains(&posted.json()["status"].as_str().unwrap()));

    let ended = service.ended(&job);
    assert_eq!((&ended["status"], &ended["outcome"]), (&json!("completed"), &json!("complete")), "{ended}");
    assert_eq!(ended["scenes_total"], 3);
    assert!(ended["results"].as_array().unwrap().iter().all(is_spoken));
    assert_eq!(service.status(&job), ended, "the status and the events tell the same document");
    assert_eq!(service.status("posted"), ended, "a campaign's id stands for its newest job");

    let images = service.client.get(&format!("/api/v1/campaigns/{job}/images")).expect(200).json();
    assert_eq!((&images["job_id"], &images["images_generated"]), (&json!(job), &json!(2)));
    assert_eq!(images["baby_images"], ended["baby_images"]);
    let file = images["baby_images"]["Baby 1"].as_str().unwrap();
    assert!(std::path::Path::new(file).is_file(), "{file}");

    let link = images["links"]["Baby 1"].as_str().unwrap();
    let picture = service.client.get(link).expect(200);
    assert_eq!(picture.header("content-type"), Some("image/png"));
    let etag = picture.header("etag").unwrap();
    service.client.send("GET", link, &[("if-none-match", etag)], None).expect(304);
    let part = service.client.send("GET", link, &[("range", "bytes=1-3")], None).expect(206);
    assert_eq!(
        (part.body.as_slice(), part.header("content-range").unwrap().starts_with("bytes 1-3/")),
        (&b"PNG"[..], true)
    );
    let outside = service.client.send("GET", link, &[("range", "bytes=99999999-")], None).expect(416);
    assert_eq!(outside.code(), "range_outside");
    assert_eq!(service.client.send("HEAD", link, &[], None).expect(200).body, b"");
    assert_eq!(service.client.get(&format!("/api/v1/campaigns/{job}/episode")).expect(404).code(), "not_found");
}

#[test]
fn what_people_see_and_hear_comes_with_its_mark_whole_or_in_parts_and_is_stored_without() {
    let place = Place::new();
    let service = Service::over(&place);
    let job = job_id(
        &service.client.post("/api/v1/campaigns/generate?only=portraits,voices,clips", &one_baby("marked")).expect(202),
    );
    let ended = service.ended(&job);
    let files = &ended["results"][0]["assets"];
    let links = &ended["links"]["scenes"][0];
    for (kind, file) in [("image", "image_file"), ("audio", "audio_file"), ("video", "video_file")] {
        let link = links[kind].as_str().unwrap_or_else(|| panic!("{kind}: {ended}"));
        // The file for people is the same one.
        let for_people = std::fs::read(files[file].as_str().unwrap()).unwrap();
        let whole = service.client.get(link).expect(200);
        assert!(whole.body == for_people, "{kind}: not the file that people find");
        assert_eq!(whole.header("content-length"), Some(for_people.len().to_string().as_str()));
        let hash = link.rsplit('/').next().unwrap();
        assert_eq!(whole.header("x-stored-sha256"), Some(hash), "{kind}");
        let etag = whole.header("etag").unwrap();
        assert!(etag.starts_with(&format!("\"{hash}-")), "the tag names the mark too: {etag}");
        assert_eq!(whole.header("cache-control"), Some("private, max-age=86400"), "what is said of it may change");
        let stored = std::fs::read(
            Place::files_below(&place.home())
                .into_iter()
                .find(|path| path.ends_with(hash))
                .map(|path| place.home().join(path))
                .unwrap(),
        )
        .unwrap();
        assert!(!stored.windows(17).any(|window| window == b"DigitalSourceType") && for_people.len() > stored.len());
        let mark = for_people.windows(17).position(|window| window == b"DigitalSourceType").unwrap();
        for (first, last) in [(0, 0), (3, mark), (mark, mark + 16), (mark + 2, for_people.len() - 1)] {
            let part =
                service.client.send("GET", link, &[("range", &format!("bytes={first}-{last}"))], None).expect(206);
            assert!(part.body == for_people[first..=last], "{kind}: {first} to {last}");
            let range = format!("bytes {first}-{last}/{}", for_people.len());
            assert_eq!(part.header("content-range"), Some(range.as_str()));
        }
        assert_eq!(service.client.send("GET", link, &[("if-none-match", etag)], None).expect(304).body, b"");
        let of_stored = format!("\"{hash}\"");
        service.client.send("GET", link, &[("if-none-match", &of_stored)], None).expect(200);
        let part = service.client.send("GET", link, &[("range", "bytes=1-3"), ("if-range", &of_stored)], None);
        assert!(part.expect(200).body == for_people, "a part of another file is of no use");
        let outside = format!("bytes={}-", for_people.len());
        service.client.send("GET", link, &[("range", &outside)], None).expect(416);
    }
}

#[test]
fn own_material_comes_over_http_as_it_is_stored() {
    let place = Place::new();
    let mut posted = one_baby("own");
    posted["script"] = json!([{"type": "dialogue", "speaker": "Baby 1", "text": "Hello.", "audio": "hello.wav"}]);
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 24_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    std::fs::create_dir_all(place.campaigns()).unwrap();
    let mut writer = hound::WavWriter::create(place.campaigns().join("hello.wav"), spec).unwrap();
    (0..24_000).for_each(|at| writer.write_sample((at % 100 * 200) as i16).unwrap());
    writer.finalize().unwrap();
    place.write("own.json", &posted);
    let service = Service::over(&place);
    let job = job_id(&service.client.post("/api/v1/campaigns/own/retry?only=voices", &json!(null)).expect(202));
    let ended = service.ended(&job);
    let link = ended["links"]["scenes"][0]["audio"].as_str().unwrap_or_else(|| panic!("{ended}")).to_owned();
    let whole = service.client.get(&link).expect(200);
    assert_eq!((whole.header("x-stored-sha256"), whole.header("etag").unwrap().len()), (None, 66));
    assert_eq!(whole.header("cache-control"), Some("private, max-age=31536000, immutable"));
    assert!(whole.body == std::fs::read(ended["results"][0]["assets"]["audio_file"].as_str().unwrap()).unwrap());
}

#[test]
fn the_video_is_watched_from_any_place_of_it_and_each_clip_has_a_link() {
    let place = Place::new();
    let service = Service::over(&place);
    let job = job_id(&service.client.post("/api/v1/campaigns/generate", &one_baby("filmed")).expect(202));
    let ended = service.ended(&job);
    assert_eq!(ended["outcome"], "complete", "{ended}");
    let file = std::fs::read(ended["episode"]["file"].as_str().unwrap()).unwrap();
    let link = ended["links"]["episode"].as_str().unwrap();
    let whole = service.client.get(link).expect(200);
    assert_eq!((whole.header("content-type"), whole.header("accept-ranges")), (Some("video/mp4"), Some("bytes")));
    assert!(whole.body == file, "not the file that people find");
    let of = |range: &str| service.client.send("GET", link, &[("range", range)], None);
    let (length, middle) = (file.len(), file.len() / 2);
    for (range, first, last) in [
        ("bytes=4-7".to_owned(), 4, 7),
        (format!("bytes={middle}-"), middle, length - 1),
        ("bytes=-100".to_owned(), length - 100, length - 1),
    ] {
        let part = of(&range).expect(206);
        assert_eq!(part.header("content-range"), Some(format!("bytes {first}-{last}/{length}").as_str()));
        assert!(part.body == file[first..=last], "{range}");
    }
    assert_eq!(of("bytes=4-7").body, b"ftyp");
    assert_eq!(of(&format!("bytes={length}-")).expect(416).code(), "range_outside");
    let etag = whole.header("etag").unwrap();
    service.client.send("GET", link, &[("if-none-match", etag)], None).expect(304);

    let clip = ended["links"]["scenes"][0]["video"].as_str().unwrap();
    assert_eq!(service.client.get(clip).expect(200).header("content-type"), Some("video/mp4"));
    let card = service.client.get("/gallery/filmed").expect(200).text();
    let poster = ended["links"]["thumbnail"].as_str().unwrap();
    assert_eq!(service.client.get(poster).expect(200).header("content-type"), Some("image/png"));
    assert!(card.contains(&format!("playsinline poster=\"{poster}\" src=\"{link}\">")), "{card}");
    assert!(card.contains(&format!("href=\"{clip}\"")), "{card}");
}

#[test]
fn the_same_body_is_the_same_job_while_it_runs_and_a_key_makes_it_so_for_ever() {
    let place = Place::new();
    let campaign = one_baby("once");
    let with_key = |service: &Service, body: &Value, key: &str| {
        let headers = [("idempotency-key", key)];
        service.client.send("POST", GENERATE, &headers, Some(body.to_string().as_bytes()))
    };
    let (keyed, twice) = {
        let service = Service::over(&place);
        let both: Vec<String> = std::thread::scope(|scope| {
            let posts: Vec<_> = (0..8).map(|_| scope.spawn(|| service.generate(&campaign))).collect();
            posts.into_iter().map(|post| post.join().unwrap()).collect()
        });
        assert!(both.iter().all(|job| *job == both[0]), "{both:?}");
        service.ended(&both[0]);
        let later = service.generate(&campaign);
        assert_ne!(later, both[0], "it has ended: this is a new one");
        service.ended(&later);
        let keyed = job_id(&with_key(&service, &campaign, "k-1").expect(202));
        assert_eq!(job_id(&with_key(&service, &campaign, "k-1").expect(202)), keyed);
        let other = with_key(&service, &one_baby("other"), "k-1").expect(409);
        assert_eq!(other.code(), "idempotency_key_reused");
        service.ended(&keyed);
        service.server.stop();
        (keyed, both[0].clone())
    };
    let service = Service::over(&place);
    assert_eq!(job_id(&with_key(&service, &campaign, "k-1").expect(202)), keyed, "after a restart too");
    let remembered = service.status(&twice);
    assert_eq!((&remembered["job_id"], &remembered["outcome"]), (&json!(twice), &json!("complete")));
    assert!(remembered["message"].as_str().unwrap().starts_with("2 of 2 made"), "{remembered}");
}

#[test]
fn every_fault_of_a_body_is_told_at_once_with_its_place() {
    let place = Place::new();
    let service = Service::over(&place);
    let mut campaign = two_babies("bad");
    campaign["script"][0]["speaker"] = json!("Nobody");
    campaign["script"][1]["text"] = json!(5);
    campaign["baby_profiles"]["Baby 1"]["hat"] = json!("red");
    let refused = service.client.post(GENERATE, &campaign).expect(422);
    assert_eq!(refused.code(), "invalid_campaign");
    let body = refused.json();
    let pointers: Vec<&str> =
        body["faults"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
    for pointer in ["/script/0/speaker", "/script/1/text", "/baby_profiles/Baby 1/hat"] {
        assert!(pointers.contains(&pointer), "{pointers:?}");
        let is_there = campaign.pointer(pointer).is_some();
        assert!(is_there, "{pointer} points into the body");
    }
    let mut outside = one_baby("media");
    outside["script"][0] = json!({"type": "media", "source": "../../etc/passwd"});
    assert_eq!(service.client.post(GENERATE, &outside).expect(422).code(), "invalid_campaign");
    outside["script"][0] = json!({"type": "media", "source": "media/none.png"});
    assert_eq!(service.client.post(GENERATE, &outside).expect(422).json()["faults"][0]["pointer"], "/script/0/source");
    assert_eq!(service.client.get("/api/v1/campaigns").expect(200).json()["total"], 0, "nothing was kept");
}

#[test]
fn own_files_come_from_the_configured_folder_only() {
    let place = Place::new();
    std::fs::create_dir(place.campaigns().join("media")).unwrap();
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/campaigns/media/cover.png");
    std::fs::copy(picture, place.campaigns().join("media/cover.png")).unwrap();
    let mut campaign = one_baby("cover");
    campaign["script"].as_array_mut().unwrap().push(json!({"type": "media", "source": "media/cover.png"}));
    let closed = Service::over(&place);
    closed.client.post(GENERATE, &campaign).expect(422);
    closed.server.stop();
    let engine = babblecast::engine::EngineSettings { media: Some(place.campaigns()), ..place.settings() };
    let service = Service::start(engine, settings(0));
    let job = service.generate(&campaign);
    assert_eq!(service.ended(&job)["outcome"], "complete");
}

#[test]
fn somebody_elses_campaign_file_stays_as_it_is() {
    let place = Place::new();
    let path = place.write("naps.json", &two_babies("naps"));
    let before = std::fs::read(&path).unwrap();
    let service = Service::over(&place);
    assert_eq!(service.client.post(GENERATE, &one_baby("naps")).expect(409).code(), "campaign_id_taken");
    let job = service.generate(&two_babies("naps"));
    assert_eq!(service.ended(&job)["outcome"], "complete", "just that campaign is the one of the folder");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(Place::files_below(&place.home().join("campaigns")), Vec::<String>::new());
}

#[test]
fn a_new_take_is_made_listed_and_chosen() {
    let place = Place::new();
    let service = Service::over(&place);
    let job = service.generate(&one_baby("takes"));
    let first = service.ended(&job)["links"]["images"]["Baby 1"].clone();
    let path = |rest: &str| format!("/api/v1/campaigns/{job}/{rest}");
    let again = service.client.post(&path("regenerate"), &json!({"speaker": "Baby 1"})).expect(202);
    let again = service.ended(&job_id(&again));
    assert_eq!(again["outcome"], "complete", "{again}");
    assert_eq!(again["links"]["images"]["Baby 1"], first, "it is a candidate until it is chosen");
    let takes = service.client.get(&path("takes")).expect(200).json();
    let lines = takes["subjects"][0]["takes"].as_array().unwrap();
    let told = |line: &Value| (line["number"].as_u64(), line["chosen"].as_bool());
    assert_eq!(lines.iter().map(told).collect::<Vec<_>>(), [(Some(1), Some(true)), (Some(2), Some(false))]);
    let choose = |take: u32| service.client.post(&path("takes/choose"), &json!({"speaker": "Baby 1", "take": take}));
    let chosen = choose(2).expect(200).json();
    assert_eq!(chosen["subjects"][0]["takes"][1]["chosen"], true);
    assert_ne!(service.status(&job)["links"]["images"]["Baby 1"], first);
    assert_eq!(choose(3).expect(404).code(), "not_found");
    for wrong in [json!({}), json!({"speaker": "Baby 1", "scene_index": 0}), json!({"speaker": 5}), json!({"hat": 1})] {
        assert_eq!(service.client.post(&path("regenerate"), &wrong).expect(422).code(), "invalid_body");
    }
    assert_eq!(service.client.post(&path("regenerate"), &json!({"speaker": "Baby 9"})).expect(404).code(), "not_found");
    service.client.post(&path("retry?only=voices"), &json!(null)).expect(202);
}

#[test]
fn a_stream_that_broke_goes_on_where_it_was() {
    let place = Place::new();
    let service = Service::over(&place);
    let job = service.generate(&one_baby("stream"));
    service.ended(&job);
    let path = format!("/api/v1/campaigns/{job}/events");
    let last = service.client.events(&path, None).next().unwrap();
    assert_eq!(last.name, "status");
    let mut resumed = service.client.events(&path, last.id.as_deref());
    let again = job_id(
        &service.client.post(&format!("/api/v1/campaigns/{job}/regenerate"), &json!({"scene_index": 0})).expect(202),
    );
    service.ended(&again);
    // The job's own document has not changed, so the stream is silent; it ends when the server does.
    let mut changes = service.client.events("/api/v1/events", None);
    assert_eq!(changes.next().unwrap().name, "reset");
    service.server.stop();
    assert_eq!(resumed.next(), None, "what is known is not sent again");
    while let Some(event) = changes.next() {
        assert_eq!(event.name, "changed");
    }
}

#[test]
fn what_is_cancelled_stays_cancelled() {
    let place = Place::new();
    let mut campaign = two_babies("stop");
    let script: Vec<Value> = (0..60)
        .map(|n| json!({"type": "dialogue", "speaker": "Baby 2", "text": format!("Nobody will hear line {n}.")}))
        .collect();
    campaign["script"] = json!(script);
    let service = Service::over(&place);
    let job = service.generate(&campaign);
    service.client.post(&format!("/api/v1/campaigns/{job}/cancel"), &json!(null)).expect(202);
    assert_eq!(service.ended(&job)["outcome"], "interrupted");
    service.server.stop();
    let service = Service::over(&place);
    assert_eq!(service.status(&job)["outcome"], "interrupted");
    let again =
        job_id(&service.client.post(&format!("/api/v1/campaigns/{job}/retry?only=voices"), &json!(null)).expect(202));
    service.client.post(&format!("/api/v1/campaigns/{again}/cancel"), &json!(null)).expect(202);
}

#[test]
fn a_studio_on_the_same_home_sees_what_is_posted_and_the_other_way_round() {
    let place = Place::new();
    place.write("naps.json", &one_baby("naps"));
    let service = Service::over(&place);
    let mut studio = Studio::start(babblecast::engine::EngineSettings { follow: true, ..place.settings() });
    let job = service.generate(&two_babies("posted"));
    let entry = loop {
        if let Some(entry) = studio.view.library().entries.iter().find(|entry| entry.name == "posted") {
            break entry.clone();
        }
        studio.until(|_| true);
    };
    let keys: Vec<_> = crate::support::loaded(&entry)
        .draft
        .jobs
        .iter()
        .filter(|job| !job.product().is_derived())
        .map(|job| job.key)
        .collect();
    while !keys.iter().all(|key| studio.state(*key).is_made()) {
        studio.until(|_| true);
    }
    assert_eq!(service.ended(&job)["outcome"], "complete");

    assert_eq!(studio.generate("naps").outcome, Outcome::Complete);
    service.until("naps", |document| is_spoken(&document["results"][0]));
    studio.stop();
}

#[test]
fn a_post_is_consent_within_the_cap_and_no_further() {
    let (place, fake) = (Place::new(), FakeProvider::start(|_, _| Reply::Well));
    let engine = || {
        let mut settings = place.settings();
        settings.providers.openai.key = Some("sk-test-1".into());
        settings.providers.openai.base_url = Some(fake.openai_base());
        settings.providers.elevenlabs.key = Some("xi-test-1".into());
        settings.providers.elevenlabs.base_url = Some(fake.elevenlabs_base());
        settings
    };
    let service = Service::start(engine(), settings(1));
    let job = service.generate(&one_baby("paid"));
    let stopped = service.status(&job);
    assert_eq!((&stopped["status"], &stopped["outcome"]), (&json!("failed"), &json!("stopped")));
    let message = stopped["message"].as_str().unwrap();
    assert!(message.contains("It needs about $0.") && message.contains("cap"), "{message}");
    let mut draft = one_baby("paid");
    draft["mode"] = json!("draft");
    let free = service.generate(&draft);
    assert_eq!(service.ended(&free)["mode"], "draft");
    service.server.stop();
    assert_eq!(fake.charged().len(), 0);

    let service = Service::start(engine(), settings(5_000_000));
    assert_eq!(service.status(&job)["message"], message, "a refused job is remembered too");
    let job = service.generate(&one_baby("paid"));
    assert_eq!(service.ended(&job)["outcome"], "complete");
    assert_eq!(fake.charged().len(), 2);
    let again = service.generate(&one_baby("paid"));
    service.ended(&again);
    assert_eq!(fake.charged().len(), 2, "nothing is paid twice");
    let spend = service.client.get("/api/v1/spend").expect(200).json();
    assert!(spend["total"]["paid_usd"].as_f64().unwrap() > 0.0, "{spend}");
    assert_eq!(spend["lines"].as_array().unwrap().len(), 2);
    let health = || service.client.get("/api/v1/campaigns/health").expect(200).json();
    assert_eq!((&health()["openai_api_configured"], &health()["status"]), (&json!(true), &json!("healthy")));
}

#[test]
fn a_call_that_may_have_been_billed_waits_for_a_person() {
    let place = Place::new();
    let fake = FakeProvider::start(|asked, _| if asked.is_picture() { Reply::Silence } else { Reply::Well });
    let mut engine = place.settings();
    engine.providers.openai.key = Some("sk-test-1".into());
    engine.providers.openai.base_url = Some(fake.openai_base());
    let service = Service::start(engine, settings(5_000_000));
    let job = service.generate(&one_baby("doubt"));
    assert_eq!(service.ended(&job)["outcome"], "unknown");
    let calls = service.client.get("/api/v1/unknown").expect(200).json();
    let call = &calls["calls"][0];
    assert_eq!((&call["job_id"], &call["speaker"]), (&json!(job), &json!("Baby 1")), "{calls}");
    assert!(calls["total_usd"].as_f64().unwrap() > 0.0);
    let path = format!("/api/v1/unknown/{}/drop", call["id"]);
    assert_eq!(service.client.post(&path, &json!(null)).expect(200).json()["calls"], json!([]));
    assert_eq!(service.client.post(&path, &json!(null)).expect(404).code(), "not_found");
    eventually("the job is free again", || {
        service.status(&job)["results"][0]["error_message"].as_str().is_some_and(|text| text.contains("dropped"))
    });
}

#[test]
fn the_gallery_shows_every_campaign_and_loads() {
    let place = Place::new();
    let mut hostile = one_baby("hostile");
    hostile["topic"] = json!("<script>alert(1)</script>");
    place.write("hostile.json", &hostile);
    std::fs::write(place.campaigns().join("broken.json"), "{").unwrap();
    let service = Service::over(&place);
    let job = service.generate(&one_baby("shown"));
    service.ended(&job);
    let page = service.client.get("/").expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let html = page.text();
    assert!(!html.contains("<script>alert"), "{html}");
    for part in ["data-campaign=\"shown\"", "data-campaign=\"broken\"", "<audio controls", "<img loading=lazy"] {
        assert!(html.contains(part), "no {part}");
    }
    let links = html
        .split(['"', ' ', '>'])
        .filter_map(|part| part.strip_prefix("src=").or_else(|| part.strip_prefix("href=")).or(Some(part)));
    let links: Vec<&str> =
        links.filter(|link| link.starts_with('/') && link.len() > 1 && !link.contains('<')).collect();
    assert!(links.len() >= 6, "{links:?}");
    for link in links {
        let answer = service.client.get(link);
        assert_eq!(answer.status, 200, "{link}");
    }
    assert!(service.client.get("/gallery/shown").expect(200).text().starts_with("<article"));
    assert!(service.client.get("/docs").expect(200).text().contains("/api/v1/campaigns/generate"));
}

#[cfg(unix)]
#[test]
fn the_real_program_serves_and_drains() {
    let studio = program::Studio::new();
    let mut program = Program::serve(&studio);
    assert_eq!(program.client.get("/api/v1/campaigns/health").expect(200).json()["status"], "healthy");
    let mut half_asked = program.client.connect();
    half_asked.write_all(b"GET /").unwrap();
    let id = rustix::process::Pid::from_raw(program.child.id() as i32).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    assert_eq!(program.child.wait().unwrap().code(), Some(0));
}
