//! What sending promises, against servers on the loopback that misbehave byte by byte.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use reqwest::Url;

use super::*;
use crate::plan::Failure;

const CANARY: &str = "sk-canary-2718281828";

/// Serves one connection with `answer` after the whole request came; gives the request.
fn server(answer: impl FnOnce(&mut TcpStream) + Send + 'static) -> (Url, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}/v1/things", listener.local_addr().unwrap())).unwrap();
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        told.send(read_request(&mut stream)).ok();
        answer(&mut stream);
    });
    (url, heard)
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return text,
            Ok(count) => request.extend_from_slice(&chunk[..count]),
        }
    }
}

/// Serves these bytes and closes.
fn answering(bytes: impl Into<Vec<u8>>) -> (Url, mpsc::Receiver<String>) {
    let bytes = bytes.into();
    server(move |stream| drop(stream.write_all(&bytes)))
}

fn call(url: Url) -> Call {
    Call {
        provider: "OpenAI",
        method: Method::Post,
        url,
        key: Some(ApiKey::new(KeyHeader::Bearer, "OPENAI_API_KEY", &CANARY.into()).unwrap()),
        body: Body::Json(br#"{"a":1}"#.to_vec()),
        limits: Limits {
            total: Duration::from_secs(20),
            idle_between_chunks: None,
            body_bytes: 1 << 20,
            usual_bytes: 0,
        },
    }
}

async fn send(call: &Call) -> (Sent, Vec<u8>) {
    Client::new().unwrap().ask(call).await
}

fn broken(sent: Sent) -> (Option<u16>, Failure) {
    match sent {
        Sent::Broken { head, failure } => (head.map(|head| head.status), failure),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_call_is_sent_as_it_was_made_and_its_reply_kept_raw() {
    let (url, heard) = answering("HTTP/1.1 200 OK\r\nx-request-id: req_7\r\ncontent-length: 5\r\n\r\nhello");
    let (sent, body) = send(&call(url)).await;
    let Sent::Complete(head) = sent else { panic!("{sent:?}") };
    assert_eq!((head.status, head.request_id().as_deref(), &body[..]), (200, Some("req_7"), &b"hello"[..]));
    assert!(head.received_at > 1_700_000_000);
    let request = heard.recv().unwrap();
    assert!(request.starts_with("POST /v1/things HTTP/1.1\r\n"), "{request}");
    for line in [
        "authorization: Bearer sk-canary-2718281828",
        "content-type: application/json",
        "accept: */*",
        "accept-encoding: identity",
    ] {
        assert!(request.contains(&format!("{line}\r\n")), "{request}");
    }
    assert!(request.ends_with("\r\n\r\n{\"a\":1}"), "{request}");
}

#[tokio::test]
async fn a_form_carries_its_fields_and_files() {
    let (url, heard) = answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let picture = Part {
        name: "image[]".to_owned(),
        content: b"PNG".to_vec(),
        file: Some(("reference_1.png".to_owned(), "image/png")),
        stored: None,
    };
    let call = Call { body: Body::Multipart(vec![Part::field("model", "m"), picture]), ..call(url) };
    assert!(matches!(send(&call).await.0, Sent::Complete(_)));
    let request = heard.recv().unwrap();
    for text in [
        "content-type: multipart/form-data; boundary=",
        "Content-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n",
        "Content-Disposition: form-data; name=\"image[]\"; filename=\"reference_1.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n",
    ] {
        assert!(request.contains(text), "{request}");
    }
}

#[tokio::test]
async fn a_call_that_never_connected_was_not_sent() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let sent = send(&call(Url::parse(&format!("http://{unused}/")).unwrap())).await.0;
    let Sent::Nothing(failure) = sent else { panic!("{sent:?}") };
    assert!(failure.reason.contains("OpenAI could not be reached at 127.0.0.1"), "{failure}");
    assert!(failure.retryable);
}

#[tokio::test]
async fn a_server_without_tls_behind_https_was_not_sent_anything() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut greeting = vec![0; 4096];
        let count = stream.read(&mut greeting).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        String::from_utf8_lossy(&greeting[..count]).into_owned()
    });
    assert!(matches!(send(&call(url)).await.0, Sent::Nothing(_)));
    assert!(!heard.join().unwrap().contains("canary"));
}

#[tokio::test]
async fn a_reply_that_breaks_off_is_never_complete() {
    for (answer, status) in [
        ("", None),
        ("HTTP/1.1 200 OK\r\ncontent-le", None),
        ("not http at all\r\n\r\n", None),
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", Some(200)),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", Some(200)),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", Some(200)),
        ("HTTP/1.1 401 Unauthorized\r\ncontent-length: 10\r\n\r\n{", Some(401)),
    ] {
        let (url, _heard) = answering(answer);
        let (found, failure) = broken(send(&call(url)).await.0);
        assert_eq!(found, status, "{answer:?}");
        assert!(failure.next_step.contains("may have been billed"), "{failure}");
    }
}

#[tokio::test]
async fn what_came_before_the_break_is_in_the_sink() {
    let (url, _heard) = answering("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
    assert_eq!(send(&call(url)).await.1, b"half");
}

#[tokio::test]
async fn a_silent_server_is_given_up_at_the_limit() {
    let (url, _heard) = server(|stream| drop(stream.read(&mut [0])));
    let mut call = call(url);
    call.limits.total = Duration::from_millis(40);
    let (status, failure) = broken(send(&call).await.0);
    assert_eq!((status, failure.reason.as_str()), (None, "OpenAI did not finish within 0.04 s"));
}

#[tokio::test]
async fn a_body_that_stalls_is_given_up_at_the_idle_limit_but_slow_headers_are_not() {
    let (url, _heard) = server(|stream| {
        stream.set_read_timeout(Some(Duration::from_millis(60))).unwrap();
        drop(stream.read(&mut [0])); // headers later than the idle limit
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nstart").unwrap();
        stream.set_read_timeout(None).unwrap();
        drop(stream.read(&mut [0]));
    });
    let mut call = call(url);
    call.limits.idle_between_chunks = Some(Duration::from_millis(30));
    let (sent, body) = send(&call).await;
    let (status, failure) = broken(sent);
    assert_eq!((status, &body[..]), (Some(200), &b"start"[..]));
    assert!(failure.reason.contains("sent nothing for 0.03 s"), "{failure}");
}

#[tokio::test]
async fn a_body_that_drips_is_given_up_at_the_total_limit() {
    let (url, _heard) = server(|stream| {
        stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        let mut going = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n").is_ok();
        while going {
            let still_there = !matches!(stream.read(&mut [0]), Ok(0));
            going = still_there && stream.write_all(b"x").is_ok();
        }
    });
    let mut call = call(url);
    call.limits.total = Duration::from_millis(80);
    call.limits.idle_between_chunks = Some(Duration::from_secs(5));
    assert!(broken(send(&call).await.0).1.reason.contains("did not finish"));
}

#[tokio::test]
async fn a_body_without_end_stops_at_the_cap() {
    let (url, _heard) = server(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        while stream.write_all(&[b'x'; 8_192]).is_ok() {}
    });
    let (sent, body) = send(&call(url)).await;
    assert!(broken(sent).1.reason.contains("larger than 1 MiB"));
    assert!(body.len() <= 1 << 20);
}

#[tokio::test]
async fn a_redirect_is_a_reply_and_nobody_else_gets_the_key() {
    let (elsewhere, visited) = answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let (url, _heard) =
        answering(format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n"));
    let sent = send(&call(url)).await.0;
    assert!(matches!(&sent, Sent::Complete(head) if head.status == 307), "{sent:?}");
    assert!(visited.try_recv().is_err());
}

#[tokio::test]
async fn a_key_that_the_server_echoes_is_masked_in_body_chunks_and_headers() {
    let (url, _heard) = server(|stream| {
        let half = CANARY.len() / 2;
        let head = format!("HTTP/1.1 401 No\r\nrequest-id: {CANARY}\r\ncontent-length: {}\r\n\r\n", CANARY.len() + 2);
        stream.write_all(format!("{head}<{}", &CANARY[..half]).as_bytes()).unwrap();
        stream.flush().unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        drop(stream.read(&mut [0])); // so that the halves come apart
        stream.write_all(format!("{}>", &CANARY[half..]).as_bytes()).unwrap();
    });
    let mut seen = Vec::new();
    let mut body = Vec::new();
    let sent = Client::new().unwrap().send(&call(url), &mut body, &mut |chunk| seen.extend_from_slice(chunk)).await;
    assert_eq!(body, format!("<{}>", "*".repeat(CANARY.len())).as_bytes());
    assert_eq!(seen, body);
    assert!(!format!("{sent:?}").contains("canary"), "{sent:?}");
}

#[tokio::test]
async fn a_full_disk_is_told_as_one() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (url, _heard) = answering("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
    let sent = Client::new().unwrap().send(&call(url), &mut Full, &mut |_| {}).await;
    assert!(broken(sent).1.next_step.contains("Make room"));
}

#[test]
fn no_key_is_printed_with_a_call() {
    let call = call(Url::parse("https://api.openai.com/v1/images/generations").unwrap());
    assert!(!format!("{call:?} {call:#?}").contains("canary"));
}
