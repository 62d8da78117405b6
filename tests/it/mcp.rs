//! An agent that uses babblecast: writes, checks, plans, makes, looks, and never spends what nobody allowed.

use serde_json::{Value, json};

use crate::api_support::eventually;
use crate::fake_provider::{FakeProvider, Reply};
use crate::mcp_agent::{Agent, params};
use crate::program::{CAMPAIGN, Studio};

const KEY: &str = "sk-canary-161803398";

/// An agent whose person has set the keys of both providers, which are at the fake's address.
fn agent_with_keys(studio: &Studio, fake: &FakeProvider) -> Agent {
    let mut command = studio.command(["mcp"]);
    command.env("OPENAI_API_KEY", KEY).env("OPENAI_BASE_URL", fake.openai_base());
    command.env("ELEVENLABS_API_KEY", KEY).env("ELEVENLABS_BASE_URL", fake.elevenlabs_base());
    Agent::start(command)
}

fn final_of(campaign: &str, cap: Option<f64>) -> Value {
    let mut arguments = json!({"campaign": campaign, "mode": "final", "only": ["portraits", "voices"]});
    if let Some(cap) = cap {
        arguments["cap_usd"] = json!(cap);
    }
    arguments
}

fn write_config(studio: &Studio, text: &str) {
    let folder = studio.path("config/babblecast");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), text).unwrap();
}

/// So long that it is under way for a while.
fn long_campaign() -> String {
    let mut campaign: Value = serde_json::from_str(CAMPAIGN).unwrap();
    let line =
        |n: usize| json!({"type": "dialogue", "speaker": "Baby 1", "text": format!("This is line {n} of many.")});
    campaign["script"] = (0..40).map(line).collect();
    campaign.to_string()
}

#[test]
fn an_agent_writes_a_campaign_and_makes_its_draft_to_the_end() {
    let studio = Studio::empty();
    let agent = Agent::of(&studio);
    let names: Vec<String> = agent.tools().into_iter().map(|tool| tool.name.into_owned()).collect();
    let expected = ["list", "schema", "check", "write", "plan", "generate", "status", "takes", "say", "lint"];
    assert_eq!(names, expected);
    for tool in agent.tools().iter().filter(|tool| ["list", "schema", "check", "lint"].contains(&tool.name.as_ref())) {
        let needed = tool.input_schema.get("required");
        assert!(needed.is_none_or(|needed| *needed == json!([])), "{}: {needed:?}", tool.name);
    }
    assert_eq!(agent.call("list", &json!({})).well()["campaigns"], json!([]));
    assert!(agent.call("schema", &json!({})).well()["properties"]["script"].is_object());

    let campaign: Value = serde_json::from_str(CAMPAIGN).unwrap();
    let seen = agent.call("check", &json!({"content": campaign}));
    assert_eq!((&seen.well()["ok"], studio.files("campaigns").len()), (&json!(true), 0), "a look writes nothing");
    let written = agent.call("write", &json!({"campaign": CAMPAIGN}));
    assert_eq!(written.well()["file"], "campaigns/first.json");
    assert_eq!(std::fs::read_to_string(studio.path("campaigns/first.json")).unwrap(), CAMPAIGN);
    assert_eq!(agent.call("check", &json!({"campaign": "first"})).well()["scenes_total"], 3);

    let planned = agent.call("plan", &json!({"campaign": "first"}));
    assert_eq!((&planned.well()["mode"], &planned.well()["estimated_usd"]), (&json!("draft"), &json!(0.0)));
    assert!(planned.well()["finals"].as_str().unwrap().contains("OPENAI_API_KEY"), "{}", planned.well()["finals"]);

    let made = agent.call("generate", &json!({"campaign": "first"}));
    assert_eq!((&made.well()["outcome"], &made.well()["mode"]), (&json!("complete"), &json!("draft")));
    let file = made.well()["episode"]["file"].as_str().unwrap();
    assert!(studio.path(file).is_file());
    let shown: Vec<String> = made.pictures().into_iter().map(|(what, _)| what).collect();
    let expected = ["The thumbnail of the video:", "The portrait of Baby 1:", "The portrait of Baby 2:"];
    assert_eq!(shown, expected);
    let told = agent.progress();
    assert!(told.len() > 1 && told.is_sorted_by(|one, next| one.progress < next.progress), "{told:?}");
    assert!(told.iter().all(|told| told.total.is_some_and(|all| told.progress <= all)), "{told:?}");

    assert_eq!(agent.call("lint", &json!({"campaign": "first"})).well()["pass"], true);
    assert_eq!(agent.call("lint", &json!({"file": studio.path(file)})).well()["pass"], true);
    assert_eq!(agent.call("list", &json!({})).well()["campaigns"][0]["scenes_completed"], 3);
    let again = agent.call("generate", &json!({"campaign": "first"}));
    assert!(again.well()["message"].as_str().unwrap().contains("already"), "{}", again.well()["message"]);

    let status = agent.call("status", &json!({"campaign": "first", "scene": 2}));
    assert_eq!(status.well()["results"][0]["scene_index"], 1, "the scenes from there on");
    for (what, bytes) in status.pictures() {
        let picture = image::load_from_memory(&bytes).unwrap();
        assert!(picture.width() <= 320 && picture.height() <= 480 && bytes.len() <= 96 * 1024, "{what}");
    }
    assert_eq!(status.pictures()[0].0, "A frame of scene 2:");
    assert!(agent.call("status", &json!({"campaign": "first", "pictures": false})).pictures().is_empty());

    let takes = agent.call("takes", &json!({"campaign": "first", "speaker": "Baby 2", "choose": 1}));
    assert_eq!(takes.well()["subjects"][0]["takes"][0]["chosen"], true);
    assert_eq!(takes.pictures()[0].0, "Take 1 of the portrait of Baby 2:");
}

#[test]
fn a_said_text_becomes_a_clip_that_replaces_nothing() {
    let studio = Studio::empty();
    let agent = Agent::of(&studio);
    for expected in ["output/say/no.mp4", "output/say/no_2.mp4"] {
        let said = agent.call("say", &json!({"text": "No.", "tone": "sceptical, dry", "name": "no"}));
        assert_eq!((&said.well()["file"], &said.well()["pass"]), (&json!(expected), &json!(true)));
        assert_eq!(said.pictures().len(), 1);
        assert!(studio.path(expected).is_file());
    }
    assert_eq!(agent.call("list", &json!({})).well()["campaigns"], json!([]), "a said text is no campaign");
    let outside = agent.call("say", &json!({"text": "No.", "name": "../no"})).refused();
    assert!(outside.starts_with("`name` cannot name a file"), "{outside}");
    assert!(agent.call("say", &json!({"text": "no ".repeat(4_000)})).refused().contains("at most 10000"));
}

#[test]
fn a_final_without_a_cap_in_the_call_is_refused_with_its_price() {
    let (studio, fake) = (Studio::new(), FakeProvider::start(|_, _| Reply::Well));
    let agent = agent_with_keys(&studio, &fake);
    let plan = agent.call("plan", &json!({"campaign": "first", "mode": "final"}));
    let price = plan.well()["estimated_usd"].as_f64().unwrap();
    assert!(price > 0.05 && !plan.well()["summary"].as_array().unwrap().is_empty(), "{:?}", plan.well());
    let refused = agent.call("generate", &final_of("first", None)).refused();
    assert!(refused.starts_with("This needs up to $0.") && refused.contains("`cap_usd`"), "{refused}");
    let refused = agent.call("generate", &final_of("first", Some(0.01))).refused();
    assert!(refused.contains("`cap_usd` is $0.01"), "{refused}");
    assert!(agent.call("generate", &final_of("first", Some(-1.0))).refused().contains("an amount"));
    let refused = agent.call("say", &json!({"text": "Hello.", "mode": "final"})).refused();
    assert!(refused.contains("`cap_usd`"), "{refused}");
    assert!(fake.asked().is_empty(), "nothing was asked for, so nothing was paid");

    // With keys set, a call without a word about money is still a free draft.
    let draft = agent.call("generate", &json!({"campaign": "first", "only": ["portraits"]}));
    assert_eq!((&draft.well()["mode"], fake.asked().len()), (&json!("draft"), 0));

    let made = agent.call("generate", &final_of("first", Some(price)));
    assert_eq!(made.well()["outcome"], "complete", "{}", made.well()["message"]);
    assert_eq!(fake.charged().len(), 5);
    let again = agent.call("generate", &final_of("first", None));
    assert_eq!((&again.well()["outcome"], fake.charged().len()), (&json!("complete"), 5), "nothing is paid twice");
    let said = format!("{:?}", [plan.0, made.0, again.0]);
    assert!(!said.contains(KEY), "a key is in an answer");
}

#[test]
fn a_cap_above_that_of_the_config_is_cut_to_it() {
    let (studio, fake) = (Studio::new(), FakeProvider::start(|_, _| Reply::Well));
    write_config(&studio, "[caps]\nrun = 0.05\n");
    let agent = agent_with_keys(&studio, &fake);
    let refused = agent.call("generate", &final_of("first", Some(100.0))).refused();
    assert!(refused.contains("caps.run of the config cuts `cap_usd` to $0.05"), "{refused}");
    assert!(fake.asked().is_empty());

    let (studio, fake) = (Studio::new(), FakeProvider::start(|_, _| Reply::Well));
    write_config(&studio, "[caps]\nmonth = 0.06\n");
    let agent = agent_with_keys(&studio, &fake);
    let stopped = agent.call("generate", &final_of("first", Some(100.0)));
    assert_eq!((stopped.0.is_error, &stopped.document()["outcome"]), (Some(true), &json!("stopped")));
    assert_eq!(fake.charged().iter().filter(|asked| asked.is_picture()).count(), 1, "the month has room for one");
}

#[test]
fn finals_that_nobody_can_make_are_refused_with_what_to_set() {
    let studio = Studio::new();
    let refused = Agent::of(&studio).call("generate", &final_of("first", Some(1.0))).refused();
    assert!(refused.starts_with("No final can be made") && refused.contains("OPENAI_API_KEY"), "{refused}");
}

#[test]
fn what_is_there_is_never_written_over_and_nothing_leaves_the_folder() {
    let studio = Studio::new();
    let agent = Agent::of(&studio);
    let refused = agent.call("write", &json!({"campaign": CAMPAIGN.replace("Milk.", "Tea.")})).refused();
    assert!(refused.starts_with("first is taken by campaigns/first.json"), "{refused}");
    assert_eq!(std::fs::read_to_string(studio.path("campaigns/first.json")).unwrap(), CAMPAIGN);

    let outside = CAMPAIGN.replace("\"first\"", "\"../outside\"");
    let faults = agent.call("write", &json!({"campaign": outside}));
    assert_eq!((faults.0.is_error, &faults.document()["ok"]), (Some(true), &json!(false)));
    assert_eq!(faults.document()["faults"][0]["pointer"], "/campaign_id", "{}", faults.document());
    let photo = CAMPAIGN
        .replace("\"first\"", "\"photo\"")
        .replace("\"tone\": \"warm", "\"portrait\": \"../x.png\", \"tone\": \"warm");
    assert_eq!(agent.call("write", &json!({"campaign": photo})).document()["ok"], false);

    #[cfg(unix)]
    {
        let target = studio.path("elsewhere.json");
        std::os::unix::fs::symlink(&target, studio.path("campaigns/linked.json")).unwrap();
        std::os::unix::fs::symlink(&target, studio.path("campaigns/linked_too.yaml")).unwrap();
        agent.call("write", &json!({"campaign": CAMPAIGN.replace("\"first\"", "\"linked\"")})).refused();
        let yaml = "campaign_id: linked_too\ntopic: T\nscript: [{type: dialogue, speaker: B, text: Hi.}]\n\
                    baby_profiles: {B: {tone: warm, voice_id: baby_voice_1}}\n";
        agent.call("write", &json!({"campaign": yaml})).refused();
        assert!(!target.exists(), "a link is not followed");
    }
    assert_eq!(studio.files("campaigns"), ["first.json", "linked.json", "linked_too.yaml"]);

    studio.write("secret.mp4", "no video");
    for file in ["../../etc/passwd", "/etc/passwd", "campaigns/secret.mp4", "output/../campaigns/secret.mp4", ""] {
        let refused = agent.call("lint", &json!({"file": file})).refused();
        assert!(refused.contains("nothing else is read"), "{file}: {refused}");
    }
    for tool in ["check", "plan", "generate", "status", "takes", "lint"] {
        let refused = agent.call(tool, &json!({"campaign": "../first"})).refused();
        assert!(refused.contains("is no campaign id"), "{tool}: {refused}");
    }
}

#[test]
fn wrong_calls_are_answered_with_what_to_do() {
    let studio = Studio::new();
    let agent = Agent::of(&studio);
    let unknown = agent.ask("buy_everything", &json!({})).unwrap_err().to_string();
    assert!(unknown.contains("There is no tool buy_everything; there are list,"), "{unknown}");
    for (tool, arguments, words) in [
        ("generate", json!({"campaign": "first", "capp_usd": 1}), "unknown field `capp_usd`"),
        ("generate", json!({}), "missing field `campaign`"),
        ("generate", json!({"campaign": "firsd"}), "Did you mean first?"),
        ("generate", json!({"campaign": "first", "scene": 9}), "its scenes are 1 to 3"),
        ("generate", json!({"campaign": "first", "speaker": "Baby 9"}), "it has \"Baby 1\", \"Baby 2\""),
        ("takes", json!({"campaign": "first", "choose": 2}), "`choose` needs"),
        ("takes", json!({"campaign": "first", "scene": 1, "choose": 7}), "There is no take 7"),
        ("write", json!({"campaign": 7}), "A campaign is an object, or a text"),
        ("check", json!({}), "Give either"),
        ("lint", json!({"campaign": "first"}), "has no finished video yet"),
    ] {
        let refused = agent.call(tool, &arguments).refused();
        assert!(refused.contains(words) && refused.ends_with(['.', '?']), "{tool} {arguments}: {refused}");
    }
    let large = json!({"campaign": format!("{{\"topic\": \"{}\"}}", "x".repeat(10_000_000))});
    let told = agent.call("write", &large);
    let why = told.document()["faults"][0]["message"].as_str().unwrap().to_owned();
    assert!(told.0.is_error == Some(true) && why.contains("at most 8,388,608"), "{why}");
    assert_eq!(agent.call("list", &json!({})).well()["campaigns"].as_array().unwrap().len(), 1, "it goes on");
}

#[test]
fn a_call_that_is_given_up_stops_what_costs_nothing_to_stop() {
    let studio = Studio::empty();
    studio.write("first.json", long_campaign());
    let agent = Agent::of(&studio);
    let request = rmcp::model::CallToolRequest::new(params("generate", &json!({"campaign": "first"})));
    let options = rmcp::service::PeerRequestOptions::no_options();
    let call = agent.client.send_cancellable_request(request.into(), options);
    let call = agent.runtime.block_on(call).unwrap();
    eventually("the run is under way", || !agent.progress().is_empty());
    agent.runtime.block_on(call.cancel(Some("too slow".to_owned()))).unwrap();
    let status = || agent.call("status", &json!({"campaign": "first", "pictures": false})).well().clone();
    let is_cancelled = |scene: &Value| scene["reason"] == "cancelled";
    eventually("what waited is cancelled", || status()["results"].as_array().unwrap().iter().any(is_cancelled));
    eventually("nothing runs any more", || status()["status"] != "processing");
    assert!(status()["scenes_completed"].as_u64().unwrap() < 40, "{}", status()["message"]);
}

#[test]
fn what_another_program_makes_is_seen() {
    let studio = Studio::new();
    let agent = Agent::of(&studio);
    assert_eq!(agent.call("status", &json!({"campaign": "first"})).well()["images_generated"], 0);
    studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    let seen = || agent.call("status", &json!({"campaign": "first"})).well()["images_generated"].clone();
    eventually("the portraits are seen", || seen() == 2);
}

/// The program's pipes without any client.
mod raw {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Child, ChildStdin, ChildStdout, Stdio};

    use serde_json::{Value, json};

    use super::{Studio, eventually, long_campaign};

    struct Pipes {
        child: Child,
        input: Option<ChildStdin>,
        output: BufReader<ChildStdout>,
    }

    impl Pipes {
        fn of(studio: &Studio) -> Self {
            let mut command = studio.command(["mcp"]);
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
            let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
            Self { child, input, output }
        }

        fn greet(&mut self) {
            let client = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
            self.say(&json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": client}));
            assert_eq!(self.hear()["result"]["serverInfo"]["name"], "babblecast");
            self.say(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        }

        fn write(&mut self, bytes: &[u8]) {
            let input = self.input.as_mut().unwrap();
            input.write_all(bytes).unwrap();
            input.flush().unwrap();
        }

        fn say(&mut self, message: &Value) {
            self.write(format!("{message}\n").as_bytes());
        }

        /// The next line, which is of the protocol as everything on standard output is.
        fn hear(&mut self) -> Value {
            let mut line = String::new();
            self.output.read_line(&mut line).unwrap();
            let message: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line:?}"));
            assert_eq!(message["jsonrpc"], "2.0");
            message
        }

        /// Closes the input and waits for the end.
        fn end(&mut self) -> i32 {
            drop(self.input.take());
            eventually("the program ends", || self.child.try_wait().unwrap().is_some());
            self.child.wait().unwrap().code().unwrap()
        }
    }

    impl Drop for Pipes {
        fn drop(&mut self) {
            // It may have ended already.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    #[test]
    fn garbage_is_passed_over_and_the_next_call_is_answered() {
        let studio = Studio::new();
        let mut pipes = Pipes::of(&studio);
        pipes.write(b"hello?\n\n\xff\xfe\x00\n{\"half\": \n");
        pipes.greet();
        pipes.write(b"}}}}\n\x1b[2J\n[[[[\n");
        pipes.say(&json!({"jsonrpc": "2.0", "id": "x", "method": "no/such"}));
        assert_eq!(pipes.hear()["error"]["code"], -32601);
        // Longer than any message may be, in one line.
        for _ in 0..20 {
            pipes.write(&vec![b'x'; 1 << 20]);
        }
        pipes.write(b"\n");
        let list = json!({"name": "list", "arguments": {}});
        pipes.say(&json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": list}));
        let answer = pipes.hear();
        assert_eq!((&answer["id"], &answer["result"]["isError"]), (&json!(7), &json!(false)), "{answer}");
        assert_eq!(pipes.end(), 0);
    }

    #[test]
    fn a_client_that_goes_away_ends_the_program_and_the_next_goes_on() {
        let studio = Studio::empty();
        studio.write("first.json", long_campaign());
        let mut pipes = Pipes::of(&studio);
        pipes.greet();
        let generate = json!({"name": "generate", "arguments": {"campaign": "first"}, "_meta": {"progressToken": 1}});
        pipes.say(&json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": generate}));
        assert_eq!(pipes.hear()["method"], "notifications/progress");
        assert_eq!(pipes.end(), 0);
        let left = studio.json(0, ["status", "first"]);
        assert_ne!(left["status"], "processing", "nobody is left who makes it");
        assert!(left["scenes_completed"].as_u64().unwrap() < 40);
        studio.run(["generate", "first", "--only", "portraits"]).expect(0);
    }

    #[test]
    fn a_client_that_says_nothing_ends_the_program_too() {
        assert_eq!(Pipes::of(&Studio::new()).end(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_polite_signal_ends_it_while_the_client_is_still_there() {
        let studio = Studio::new();
        let mut pipes = Pipes::of(&studio);
        pipes.greet();
        let process = rustix::process::Pid::from_child(&pipes.child);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
        eventually("the program ends", || pipes.child.try_wait().unwrap().is_some());
        assert_eq!(pipes.child.wait().unwrap().code(), Some(0));
    }
}
