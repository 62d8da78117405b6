//! A finished video on a phone: one link, one whole download, nothing for anybody else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use babblecast::api::{PhoneError, PhoneFile, PhoneLink, PhoneState};
use serde_json::Value;

use crate::http::{Client, Response};
use crate::mark_readers;
use crate::program::Studio;
use crate::pty::Terminal;

const LONG: Duration = Duration::from_mins(5);

/// A link to a file of this many bytes.
struct Link {
    folder: tempfile::TempDir,
    bytes: Vec<u8>,
    opened: PhoneLink,
    client: Client,
    /// The path that has the token.
    path: String,
}

impl Link {
    fn open(length: usize, lasts: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..length).map(|at| (at / 7 % 251) as u8).collect();
        let path = folder.path().join("naps.mp4");
        std::fs::write(&path, &bytes).unwrap();
        let caption = "Naps & <snacks>\n\n#babypodcast".to_owned();
        let file = PhoneFile { path, name: "naps.mp4".to_owned(), title: "Naps".to_owned(), caption };
        let opened = PhoneLink::open(file, Some("127.0.0.1".parse().unwrap()), lasts).unwrap();
        let (client, path) = of_url(opened.url());
        Self { folder, bytes, opened, client, path }
    }

    fn part(&self, range: &str) -> Response {
        self.client.send("GET", &format!("{}/save", self.path), &[("range", range)], None)
    }

    /// Waits until the link is as wanted.
    fn until(&self, wanted: impl FnMut(&PhoneState) -> bool) -> PhoneState {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut states = self.opened.states();
        runtime.block_on(async { *states.wait_for(wanted).await.unwrap() })
    }
}

/// Who asks, and the path of a link.
fn of_url(url: &str) -> (Client, String) {
    let (host, token) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    assert_eq!(token.len(), 32, "128 bits");
    (Client::new(host.parse().unwrap()), format!("/{token}"))
}

#[test]
fn the_page_has_video_and_caption_and_a_whole_download_closes_the_link() {
    let link = Link::open(300_000, LONG);
    assert_eq!(link.until(|_| true), PhoneState::Waiting);
    let page = link.client.get(&link.path).expect(200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert_eq!((page.header("cache-control"), page.header("referrer-policy")), (Some("no-store"), Some("no-referrer")));
    let text = page.text();
    for part in [&format!("{}/save", link.path), &format!("{}/watch", link.path), "Naps &amp; &lt;snacks&gt;", "0.3 MB"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    link.until(|state| *state == PhoneState::Opened);
    // Looking at it in the page, and asking how large it is, is no download.
    let watched = link.client.get(&format!("{}/watch", link.path)).expect(200);
    assert!(watched.body == link.bytes && watched.header("content-disposition").is_none());
    link.client.send("HEAD", &format!("{}/save", link.path), &[], None).expect(200);
    link.client.get(&link.path).expect(200);
    let saved = link.client.get(&format!("{}/save", link.path)).expect(200);
    assert!(saved.body == link.bytes);
    assert_eq!(saved.header("content-disposition"), Some("attachment; filename=\"naps.mp4\""));
    assert_eq!(link.until(|state| state.is_over()), PhoneState::Saved);
    let address: SocketAddr = link.opened.url()[7..].split('/').next().unwrap().parse().unwrap();
    link.opened.close();
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
}

#[test]
fn a_broken_download_is_begun_again_and_one_in_parts_is_whole_with_its_last() {
    let link = Link::open(4_000_000, LONG);
    // The phone goes away in the middle.
    let mut stream = link.client.connect();
    stream.write_all(&link.client.request("GET", &format!("{}/save", link.path), &[], None)).unwrap();
    let mut some = vec![0; 100_000];
    stream.read_exact(&mut some).unwrap();
    drop(stream);
    link.until(|state| matches!(state, PhoneState::Saving(_)));
    // Somebody who asks for all but the end has not all of it.
    let first = link.part("bytes=0-3899999").expect(206);
    assert!(first.body == link.bytes[..3_900_000]);
    link.until(|state| *state == PhoneState::Saving(97));
    let last = link.part("bytes=3900000-").expect(206);
    assert!(last.body == link.bytes[3_900_000..]);
    assert_eq!(link.until(|state| state.is_over()), PhoneState::Saved);
}

#[test]
fn nobody_learns_anything_without_the_token_and_the_right_name() {
    let link = Link::open(10_000, LONG);
    let wrong = format!("/{}", "0".repeat(32));
    let refused = link.client.get(&wrong).expect(404);
    for path in [
        "/",
        "/x",
        &format!("{wrong}/save"),
        &format!("{wrong}/watch"),
        &format!("{}/other", link.path),
        "/openapi.json",
    ] {
        let answer = link.client.get(path).expect(404);
        assert_eq!(answer.body, refused.body, "{path}");
    }
    for host in ["evil.example", "localhost", "127.0.0.1"] {
        let answer = link.client.send("GET", &format!("{}/save", link.path), &[("host", host)], None).expect(404);
        assert_eq!(answer.body, refused.body, "{host}");
    }
    link.client.send("POST", &link.path, &[], None).expect(405);
    assert_eq!(link.until(|_| true), PhoneState::Waiting, "none of that opened anything");
}

#[test]
fn a_link_ends_with_its_time_and_a_video_that_changed_is_not_handed_out() {
    let over = Link::open(10, Duration::ZERO);
    assert_eq!(over.until(|state| state.is_over()), PhoneState::TimedOut);
    let link = Link::open(10_000, LONG);
    std::fs::write(link.folder.path().join("naps.mp4"), vec![1; 9_000]).unwrap();
    link.client.get(&format!("{}/save", link.path)).expect(409);
    let gone = PhoneFile { path: "gone.mp4".into(), name: String::new(), title: String::new(), caption: String::new() };
    assert!(matches!(PhoneLink::open(gone, Some("127.0.0.1".parse().unwrap()), LONG), Err(PhoneError::File(_))));
    // An address of nobody's network (RFC 5737).
    let file = PhoneFile {
        path: link.folder.path().join("naps.mp4"),
        name: String::new(),
        title: String::new(),
        caption: String::new(),
    };
    let refused = PhoneLink::open(file, Some("192.0.2.1".parse().unwrap()), LONG).err().unwrap().to_string();
    assert!(refused.contains("--address"), "{refused}");
}

#[test]
fn post_hands_the_video_of_the_kit_to_a_phone() {
    let studio = Studio::new();
    drop(studio.run(["generate", "first"]).expect(0));
    let mut command = studio.command(["post", "first", "--phone", "--address", "127.0.0.1", "--json"]);
    let start = |command: &mut std::process::Command| {
        let mut run = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(run.stdout.take().unwrap()).lines().map(Result::unwrap);
        let kit: Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
        assert_eq!(kit["campaign_id"], "first");
        let link: Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
        let (client, path) = of_url(link["url"].as_str().unwrap());
        (run, lines, client, path)
    };
    // The caption is the one of the kit, as somebody changed it.
    let (mut run, _, _, _) = start(&mut command);
    rustix::process::kill_process(rustix::process::Pid::from_child(&run), rustix::process::Signal::INT).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(130));
    std::fs::write(studio.path("output/first/post/caption.txt"), "My own words.\n").unwrap();
    let (mut run, mut lines, client, path) = start(&mut command);
    assert!(client.get(&path).expect(200).text().contains("My own words."));
    let video = client.get(&format!("{path}/save")).expect(200);
    assert!(video.body == std::fs::read(studio.path("output/first/first.draft.mp4")).unwrap());
    assert_eq!(serde_json::from_str::<Value>(&lines.next().unwrap()).unwrap()["outcome"], "saved");
    assert_eq!(run.wait().unwrap().code(), Some(0));
    studio.run(["post", "first", "--address", "127.0.0.1"]).expect(2);

    // In a terminal it is a code, dark on light whatever the theme, and Esc closes it.
    let arguments = ["post", "first", "--phone", "--address", "127.0.0.1"];
    let mut terminal = Terminal::start_command(&studio, (60, 110), &arguments, &[]);
    let screen = terminal.wait_for("Esc or Ctrl-C closes it");
    let url = screen.lines().find_map(|line| line.trim().strip_prefix("http://")).unwrap().to_owned();
    assert_eq!(scanned(terminal.parser().screen()), format!("http://{url}"));
    let (client, path) = of_url(&format!("http://{url}"));
    client.get(&path).expect(200);
    terminal.wait_for("The phone has opened the page.");
    terminal.press("\u{1b}");
    let (code, bytes) = terminal.end();
    assert_eq!(code, 130);
    assert!(String::from_utf8_lossy(&bytes).contains("The link is closed."));
    assert!(TcpStream::connect(url.split('/').next().unwrap()).is_err(), "nobody listens any more");
}

#[test]
fn a_terminal_that_is_closed_closes_the_link() {
    let studio = Studio::new();
    drop(studio.run(["generate", "first"]).expect(0));
    let arguments = ["post", "first", "--phone", "--address", "127.0.0.1"];
    let terminal = Terminal::start_command(&studio, (60, 110), &arguments, &[]);
    let screen = terminal.wait_for("Esc or Ctrl-C closes it");
    let url = screen.lines().find_map(|line| line.trim().strip_prefix("http://")).unwrap().to_owned();
    let address: SocketAddr = url.split('/').next().unwrap().parse().unwrap();
    let (client, path) = of_url(&format!("http://{url}"));
    let code = terminal.close(|_| drop(client.get(&path).expect(200)));
    assert_eq!(code, 130, "as after Ctrl-C");
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
}

/// What a camera reads on a screen: each cell is two modules above each other, in the colours that the terminal shows.
fn scanned(screen: &vt100::Screen) -> String {
    const PIXELS: usize = 6;
    let (rows, columns) = screen.size();
    // Black is dark and bright white is light; what has no colour could be either, so it is grey.
    let shade = |colour: vt100::Color| match colour {
        vt100::Color::Idx(0) => 0,
        vt100::Color::Idx(15) => 255,
        _ => 128,
    };
    let module = |x: u16, y: u16| {
        let Some(cell) = screen.cell(y / 2, x) else { return 128 };
        let is_inked = match cell.contents() {
            "█" => true,
            "▀" => y.is_multiple_of(2),
            "▄" => !y.is_multiple_of(2),
            _ => false,
        };
        shade(if is_inked { cell.fgcolor() } else { cell.bgcolor() })
    };
    let (width, height) = (usize::from(columns) * PIXELS, usize::from(rows) * 2 * PIXELS);
    let picture = image::GrayImage::from_fn(width as u32, height as u32, |x, y| {
        image::Luma([module((x as usize / PIXELS) as u16, (y as usize / PIXELS) as u16)])
    });
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| picture.get_pixel(x as u32, y as u32).0[0]);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "{}", screen.contents());
    let read = grids[0].decode().unwrap().1;
    if let Some(by_zbar) = mark_readers::codes(&picture) {
        assert_eq!(by_zbar, read);
    }
    read
}
