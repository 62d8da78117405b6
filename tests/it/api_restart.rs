//! A job that was answered with 202 is made, whatever becomes of the server.

use serde_json::{Value, json};

use crate::api_support::{GENERATE, Program, Service, is_spoken, job_id, one_baby, one_baby_saying};
use crate::program;
use crate::support::Place;

fn lines(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("This is line {n} of a long talk.")).collect()
}

#[test]
fn a_job_goes_on_after_a_restart_under_its_own_id() {
    let place = Place::new();
    let campaign = one_baby_saying("long", &lines(40));
    let service = Service::over(&place);
    let job = service.generate(&campaign);
    service.until(&job, |document| document["results"].as_array().unwrap().iter().any(is_spoken));
    service.server.stop();

    let service = Service::over(&place);
    let ended = service.ended(&job);
    assert_eq!((&ended["job_id"], &ended["outcome"]), (&json!(job), &json!("complete")), "{ended}");
    service.server.stop();

    let service = Service::over(&place);
    assert_eq!(service.status(&job)["message"], ended["message"], "its end is remembered");
}

#[test]
fn a_killed_server_loses_no_job() {
    let studio = program::Studio::new();
    let program = Program::serve(&studio);
    let post = |campaign: &Value| job_id(&program.client.post(GENERATE, campaign).expect(202));
    let jobs: Vec<String> = (1..=4).map(|n| post(&one_baby_saying(&format!("killed_{n}"), &lines(5 * n)))).collect();
    program.kill();
    let program = Program::serve(&studio);
    for job in jobs {
        let ended = program.ended(&job);
        assert_eq!((&ended["job_id"], &ended["outcome"]), (&json!(job), &json!("complete")), "{ended}");
    }
}

#[test]
fn a_new_take_that_a_kill_cut_off_is_made_once_under_its_own_number() {
    let studio = program::Studio::new();
    let program = Program::serve(&studio);
    let first = job_id(&program.client.post(GENERATE, &one_baby("again")).expect(202));
    program.ended(&first);
    let again = program.client.post("/api/v1/campaigns/again/regenerate", &json!({"speaker": "Baby 1"})).expect(202);
    program.kill();
    let program = Program::serve(&studio);
    let ended = program.ended(&job_id(&again));
    assert_eq!(ended["outcome"], "complete", "{ended}");
    let takes = program.client.get("/api/v1/campaigns/again/takes").expect(200).json();
    let takes = takes["subjects"][0]["takes"].as_array().unwrap().clone();
    let numbers: Vec<_> = takes.iter().map(|take| take["number"].as_u64()).collect();
    assert_eq!(numbers, [Some(1), Some(2)], "{takes:?}");
    assert!(takes.iter().all(|take| take["state"] == "made" || take["state"] == "cached"), "{takes:?}");
}
