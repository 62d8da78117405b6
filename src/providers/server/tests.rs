//! Free servers as jobs: over the loopback, with every kind of ending.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::providers::image::CompatibleImages;
use crate::providers::samples::{self, images_json, png};

/// Serves these replies, one a connection, and then nothing more; gives the address and counts the calls.
fn server(replies: Vec<Vec<u8>>) -> (String, std::thread::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        let mut calls = 0;
        for reply in replies {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 8_192];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(&reply).unwrap();
            calls += 1;
        }
        calls
    });
    (address, serving)
}

fn http(status: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {status}\r\nretry-after-ms: 1\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes(), body]
        .concat()
}

fn context() -> JobContext {
    JobContext {
        cancel: CancellationToken::new(),
        progress: Arc::new(|_| {}),
        note: Arc::new(|_| {}),
        source: None,
        inputs: Vec::new(),
        movie: None,
    }
}

async fn make(address: &str) -> Result<usize, NotMade> {
    let mut config = samples::config().image_server;
    config.base_url = Some(address.to_owned());
    let remote = Arc::new(CompatibleImages::new(&config).unwrap());
    let request = Request::Portrait(samples::portrait(remote.maker()));
    let provider = FreeServer { remote, client: Client::new().unwrap() };
    provider.make(&request, context()).await.map(|files| files.len())
}

#[tokio::test]
async fn a_busy_server_is_asked_again_until_it_has_time() {
    let busy = http("503 Service Unavailable", br#"{"error":"loading model"}"#);
    let picture = http("200 OK", images_json(&png(1024, 1536)).as_bytes());
    let (address, serving) = server(vec![busy, http("429 Slow", b""), picture]);
    assert_eq!(make(&address).await, Ok(1));
    assert_eq!(serving.join().unwrap(), 3);
}

#[tokio::test]
async fn a_refusal_is_final_at_once() {
    let (address, serving) = server(vec![http("400 Bad Request", br#"{"error":"no such model"}"#)]);
    let Err(NotMade::Failed(failure)) = make(&address).await else { panic!() };
    assert!(failure.reason.contains("no such model") && !failure.retryable, "{failure}");
    assert_eq!(serving.join().unwrap(), 1);
}

#[tokio::test]
async fn a_picture_behind_an_address_of_the_same_server_is_fetched() {
    let picture = png(1024, 1536);
    let named = json!({"data": [{"url": "/files/1.png"}]}).to_string();
    let (address, serving) = server(vec![http("200 OK", named.as_bytes()), http("200 OK", &picture)]);
    assert_eq!(make(&address).await, Ok(1));
    assert_eq!(serving.join().unwrap(), 2);
}

#[tokio::test]
async fn a_picture_behind_another_address_is_refused() {
    let named = json!({"data": [{"url": "http://127.0.0.1:9/1.png"}]}).to_string();
    let (address, _serving) = server(vec![http("200 OK", named.as_bytes())]);
    let Err(NotMade::Failed(failure)) = make(&address).await else { panic!() };
    assert!(failure.reason.contains("another server"), "{failure}");
}

#[tokio::test]
async fn a_stopped_job_ends_in_the_middle_of_its_call() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = samples::config().image_server;
    config.base_url = Some(format!("http://{}", listener.local_addr().unwrap()));
    let remote = Arc::new(CompatibleImages::new(&config).unwrap());
    let request = Request::Portrait(samples::portrait(remote.maker()));
    let provider = FreeServer { remote, client: Client::new().unwrap() };
    let context = context();
    context.cancel.cancel();
    assert_eq!(provider.make(&request, context).await, Err(NotMade::Cancelled));
}

#[test]
fn a_check_of_a_small_server_asks_for_little() {
    let mut config = samples::config().image_server;
    config.model = "sd".to_owned();
    let provider = CompatibleImages::new(&config).unwrap();
    assert_eq!(provider.check_call("sd").url.as_str(), "http://127.0.0.1:8080/v1/models");
    let check = |status, body: &str| provider.read_check("sd", &samples::reply(status, body));
    assert!(check(404, "").unwrap().facts[0].contains("lists no models"));
    assert!(check(200, r#"{"data":[{"id":"sd"}]}"#).unwrap().warnings.is_empty());
    assert!(check(200, r#"{"data":[{"id":"other"}]}"#).unwrap().warnings[0].contains("no model sd; it has other"));
    assert!(check(200, "hello").unwrap().warnings.is_empty());
    assert!(check(401, "").unwrap_err().next_step.contains("BABBLECAST_IMAGE_KEY"));
}
