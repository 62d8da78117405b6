//! What the API does with everything that is wrong: words for the asker, and no harm for anybody else.

use std::io::Write;
use std::net::TcpStream;

use babblecast::api::{ServeError, ServeSettings, Server, Token};
use serde_json::{Value, json};

use crate::api_support::{GENERATE, Program, Service, settings};
use crate::http::{Client, Response};
use crate::program;
use crate::support::{Place, two_babies};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn every_wrong_request_is_answered_in_words() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let service = Service::over(&place);
    let client = &service.client;
    let json_type = [("content-type", "application/json")];
    let bytes = |text: &'static str| Some(text.as_bytes());
    let post = |body: Option<&'static [u8]>| ("POST", GENERATE.to_owned(), body);
    for ((method, path, body), status, code) in [
        (post(bytes("{")), 400, "malformed_json"),
        (post(bytes("")), 400, "malformed_json"),
        (post(bytes("[]")), 422, "invalid_campaign"),
        (post(bytes("null")), 422, "invalid_campaign"),
        (post(bytes("{\"campaign_id\": 5}")), 422, "invalid_campaign"),
        (post(bytes("{\"mode\": \"loud\"}")), 422, "invalid_mode"),
        (post(Some(b"{\"topic\": \"\xff\"}")), 400, "not_utf8"),
        (("POST", format!("{GENERATE}?mode=loud"), bytes("{}")), 422, "invalid_mode"),
        (("POST", format!("{GENERATE}?loud=1"), bytes("{}")), 400, "invalid_query"),
        (("GET", GENERATE.to_owned(), None), 405, "method_not_allowed"),
        (("DELETE", "/api/v1/campaigns/naps/status".to_owned(), None), 405, "method_not_allowed"),
        (("GET", "/api/v1/campaigns/nobody/status".to_owned(), None), 404, "not_found"),
        (("GET", format!("/api/v1/campaigns/{}/status", uuid::Uuid::new_v4()), None), 404, "not_found"),
        (("GET", "/api/v1/campaigns/naps/status?x=1".to_owned(), None), 400, "invalid_query"),
        (("GET", "/api/v1/campaigns?limit=-1".to_owned(), None), 400, "invalid_query"),
        (("GET", "/api/v1/campaigns?limit=99999".to_owned(), None), 400, "invalid_query"),
        (("GET", "/?page=x".to_owned(), None), 400, "invalid_query"),
        (("GET", format!("/api/v1/assets/{}", "a".repeat(64)), None), 404, "not_found"),
        (("GET", "/api/v1/assets/zz".to_owned(), None), 404, "not_found"),
        (("POST", "/api/v1/unknown/1/drop".to_owned(), None), 404, "not_found"),
        (("POST", "/api/v1/unknown/x/retry".to_owned(), None), 404, "not_found"),
        (("GET", "/api/v1/nothing".to_owned(), None), 404, "not_found"),
        (("POST", "/api/v1/campaigns/naps/takes/choose".to_owned(), bytes("{\"take\": -1}")), 422, "invalid_body"),
        (("POST", "/api/v1/campaigns/naps/takes/choose".to_owned(), bytes("{\"take\"")), 400, "malformed_json"),
    ] {
        let response = client.send(method, &path, &json_type, body);
        assert_eq!((response.status, response.code().as_str()), (status, code), "{method} {path}: {}", response.text());
    }
    let typed = |kind| client.send("POST", GENERATE, &[("content-type", kind)], Some(b"{"));
    assert_eq!(typed("text/plain").expect(415).code(), "not_json");
    assert_eq!(typed("application/x-www-form-urlencoded").expect(400).code(), "malformed_json");
    let keyed =
        |key| client.send("POST", GENERATE, &[("idempotency-key", key)], Some(two_babies("k").to_string().as_bytes()));
    assert_eq!(keyed("").expect(400).code(), "invalid_idempotency_key");
    assert_eq!(keyed(&"k".repeat(300)).expect(400).code(), "invalid_idempotency_key");
}

#[test]
fn no_part_of_a_path_leads_out_of_the_house() {
    let place = Place::new();
    place.write("naps.json", &two_babies("naps"));
    let service = Service::over(&place);
    std::fs::write(place.home().join("secret.json"), "the secret").unwrap();
    let tricks = [
        "..",
        "%2e%2e",
        "..%2fsecret",
        "%2e%2e%2f%2e%2e%2fsecret.json",
        "secret.json",
        "%00",
        "..%5csecret",
        "%ff",
        "....",
    ];
    let patterns = [
        "/api/v1/campaigns/{}/status",
        "/api/v1/campaigns/{}/images",
        "/api/v1/campaigns/{}/takes",
        "/api/v1/campaigns/{}/episode",
        "/api/v1/campaigns/{}/events",
        "/api/v1/assets/{}",
        "/gallery/{}",
        "/{}",
        "/gallery.css/{}",
    ];
    for pattern in patterns {
        for trick in tricks {
            let path = pattern.replace("{}", trick);
            let response = service.client.get(&path);
            assert!([400, 404].contains(&response.status), "{path}: {}", response.status);
            assert!(!response.text().contains("the secret"), "{path}");
            response.code();
        }
    }
    let mut campaign = two_babies("x");
    campaign["campaign_id"] = json!("../../x");
    assert_eq!(service.client.post(GENERATE, &campaign).expect(422).code(), "invalid_campaign");
}

#[test]
fn a_body_has_a_length_that_is_allowed() {
    let place = Place::new();
    let service = Service::start(place.settings(), ServeSettings { body_limit: 4096, ..settings(0) });
    let long = vec![b' '; 5000];
    assert_eq!(service.client.send("POST", GENERATE, &[], Some(&long)).expect(413).code(), "body_too_large");
    let mut announced = service.client.connect();
    let head = service.client.request("POST", GENERATE, &[("content-length", "99999999999")], None);
    announced.write_all(&head).unwrap();
    assert_eq!(Response::read(announced, false).expect(413).code(), "body_too_large");
    let mut chunked = service.client.connect();
    chunked.write_all(&service.client.request("POST", GENERATE, &[("transfer-encoding", "chunked")], None)).unwrap();
    let chunk = [b"400\r\n".as_slice(), &[b' '; 0x400], b"\r\n"].concat();
    for _ in 0..5 {
        // The server may have answered and closed already.
        let _ = chunked.write_all(&chunk);
    }
    assert_eq!(Response::read(chunked, false).expect(413).code(), "body_too_large");
    let mut cut = service.client.connect();
    cut.write_all(&service.client.request("POST", GENERATE, &[("content-length", "100")], None)).unwrap();
    cut.write_all(b"{").unwrap();
    cut.shutdown(std::net::Shutdown::Write).unwrap();
    drop(cut);
    healthy(&service.client);
}

#[test]
fn five_hundred_idle_and_slow_connections_disturb_nobody() {
    let studio = program::Studio::new();
    let server = Program::serve(&studio);
    let head = server.client.request("POST", GENERATE, &[("content-length", "100")], None);
    let connections: Vec<TcpStream> = (0..500)
        .map(|number| {
            let mut stream = server.client.connect();
            match number % 3 {
                0 => {}
                1 => stream.write_all(&head[..20]).unwrap(),
                _ => stream.write_all(&head).unwrap(),
            }
            stream
        })
        .collect();
    healthy(&server.client);
    server.client.post(GENERATE, &two_babies("beside")).expect(202);
    drop(connections);
}

#[test]
fn only_this_machine_or_a_token_opens_the_door() {
    let place = Place::new();
    let everywhere = ServeSettings { addr: "0.0.0.0:0".parse().unwrap(), ..settings(0) };
    assert!(matches!(Server::start(place.settings(), everywhere.clone()), Err(ServeError::TokenNeeded(_))));

    let token = Some(Token::new(TOKEN).unwrap());
    let service = Service::start(place.settings(), ServeSettings { token, ..everywhere });
    let client = Client::new(std::net::SocketAddr::from(([127, 0, 0, 1], service.server.addr().port())));
    let health = |headers: &[(&str, &str)]| client.send("GET", "/api/v1/campaigns/health", headers, None);
    let refused = health(&[]).expect(401);
    assert_eq!(refused.code(), "token_needed");
    assert!(refused.header("www-authenticate").unwrap().starts_with("Basic"));
    assert!(!refused.text().contains(TOKEN));
    health(&[("authorization", "Bearer 0123456789abcdef0123456789abcdee")]).expect(401);
    health(&[("authorization", &format!("Bearer {TOKEN}"))]).expect(200);
    let basic = base64_simd::STANDARD.encode_to_string(format!("anybody:{TOKEN}"));
    health(&[("authorization", &format!("Basic {basic}"))]).expect(200);
    let guesses: Vec<u16> = (0..40).map(|_| health(&[("authorization", "Bearer guess")]).status).collect();
    assert!(guesses.contains(&429), "nobody may guess as fast as this: {guesses:?}");
}

#[test]
fn a_page_of_another_site_and_a_borrowed_name_are_turned_away() {
    let place = Place::new();
    let service = Service::over(&place);
    let client = &service.client;
    let asked = |headers: &[(&str, &str)]| client.send("POST", GENERATE, headers, Some(b"{}"));
    assert_eq!(asked(&[("origin", "http://evil.example")]).expect(403).code(), "foreign_origin");
    assert_eq!(asked(&[("origin", "null")]).expect(403).code(), "foreign_origin");
    assert_eq!(asked(&[("host", "evil.example")]).expect(421).code(), "wrong_host");
    assert_eq!(asked(&[("host", "127.0.0.1@evil.example")]).expect(421).code(), "wrong_host");
    let own = format!("http://{}", client.addr);
    assert_eq!(asked(&[("origin", &own)]).expect(422).code(), "invalid_campaign");
    let local = format!("localhost:{}", client.addr.port());
    assert_eq!(asked(&[("host", &local)]).expect(422).code(), "invalid_campaign");
}

#[track_caller]
fn healthy(client: &Client) {
    let health: Value = client.get("/api/v1/campaigns/health").expect(200).json();
    assert_eq!(health["status"], "healthy");
}
