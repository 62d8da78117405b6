//! The studio's manners: what goes on when its user leaves, what is told to one who looks away, and the screen in lines.

use std::time::Duration;

use crate::outside::wait_until;
use crate::program::Studio;
use crate::pty::Terminal;

/// A campaign whose draft takes a while.
fn long() -> Studio {
    let studio = Studio::new();
    let lines: Vec<String> = (0..12)
        .map(|line| {
            format!(r#"{{"type": "dialogue", "speaker": "Baby {}", "text": "Line number {line}."}}"#, 1 + line % 2)
        })
        .collect();
    let profile = r#"{"tone": "warm", "voice_id": "baby_voice_1"}"#;
    studio.write(
        "first.json",
        format!(
            r#"{{"campaign_id": "first", "topic": "Milk", "script": [{}],
                "baby_profiles": {{"Baby 1": {profile}, "Baby 2": {profile}}}}}"#,
            lines.join(", ")
        ),
    );
    studio
}

#[test]
fn what_runs_goes_on_in_the_background_when_its_user_leaves() {
    let studio = long();
    let mut terminal = Terminal::start(&studio, 36, 120);
    terminal.wait_for("Milk");
    terminal.press("\r");
    terminal.wait_for("the whole campaign, 12 scenes");
    terminal.press("g");
    terminal.wait_for("running");
    terminal.press("q");
    let screen = terminal.wait_for("Quit while on air?");
    assert!(screen.contains("b background"), "{screen}");
    terminal.press("b");
    let (code, bytes) = terminal.end();
    let said = String::from_utf8_lossy(&bytes);
    assert_eq!(code, 0, "{said}");
    let (_, process) = said.split_once("goes on in the background as process ").unwrap_or_else(|| panic!("{said}"));
    let process: i32 = process.split('.').next().unwrap().parse().unwrap();
    let process = rustix::process::Pid::from_raw(process).unwrap();
    wait_until("the video is made", || studio.path("output/first/first.draft.mp4").exists());
    wait_until("the program ends", || rustix::process::test_kill_process(process).is_err());
    let log = std::fs::read_to_string(studio.path("home/logs/background-first.log")).unwrap();
    assert!(log.contains(" made"), "{log}");
}

#[test]
fn the_end_of_a_run_is_told_to_one_who_looks_away_and_the_title_says_how_far_it_is() {
    for (looks_away, notifies) in [(true, true), (false, false)] {
        let studio = Studio::new();
        let mut terminal = Terminal::start_with(&studio, 36, 120, &[("TERM", "foot")]);
        terminal.wait_for("Milk");
        terminal.press("\r");
        terminal.wait_for("the whole campaign, 3 scenes");
        terminal.press(if looks_away { "\u{1b}[Og" } else { "g" });
        terminal.wait_for("10 of 10 made: output/first/first.draft.mp4");
        terminal.press("q");
        let (code, bytes) = terminal.end();
        let said = String::from_utf8_lossy(&bytes);
        assert_eq!(code, 0);
        assert_eq!(said.contains("\u{1b}]777;notify;babblecast;first: 10 of 10 made"), notifies, "{said}");
        let position = |text: &str| said.find(text).unwrap_or_else(|| panic!("no {text:?}"));
        let (kept, told, given_back) =
            (position("\u{1b}[22;2t"), position("/10 first · babblecast\u{1b}\\"), position("\u{1b}[23;2t"));
        assert!(kept < told && told < given_back);
        assert!(said.rfind("\u{1b}[?1004l") > said.rfind("\u{1b}[?1004h"), "the focus is told to nobody any more");
    }
}

#[test]
fn a_screen_reader_is_given_lines_and_no_screen() {
    let studio = Studio::new();
    let mut terminal = Terminal::start_with(&studio, 60, 120, &[("BABBLECAST_SCREEN_READER", "true")]);
    terminal.wait_for("> Milk 3");
    terminal.press("\r");
    terminal.wait_for("the whole campaign, 3 scenes");
    terminal.press("j");
    terminal.wait_for("> 1 Baby 1 Milk.");
    terminal.press("kg");
    terminal.wait_for("10 of 10 made: output/first/first.draft.mp4");
    terminal.press("q");
    let (code, bytes) = terminal.end();
    let said = String::from_utf8_lossy(&bytes);
    assert_eq!(code, 0);
    assert!(!said.contains("\u{1b}[?1049h") && !said.contains("\u{1b}[?1000h"), "no screen and no mouse: {said}");
    assert!(!said.contains(['│', '─', '▀', '◐', '●']), "no boxes and no pictures: {said}");
    assert!(said.matches("Milk.").count() < 20, "nothing is said again and again: {said}");
}

/// A terminal that was slow, or another one that was attached meanwhile, is asked again by ctrl-l.
#[test]
fn a_terminal_is_asked_again_what_it_can_show() {
    const QUESTION: &[u8] = b"\x1b[>q";
    const ANSWERS: &str = "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.35.2)\x1b\\\x1b[6;20;10t\x1b[?62;c";
    let asked = |bytes: &[u8]| bytes.windows(QUESTION.len()).filter(|part| *part == QUESTION).count();
    let is_sent = |bytes: &[u8]| bytes.windows(3).any(|part| part == b"\x1b_G") && has_placeholder(bytes);
    let studio = Studio::new();
    studio.run(["generate", "first", "--draft", "--only", "portraits"]).expect(0);
    let mut terminal = Terminal::start_with(&studio, 36, 120, &[("TERM", "xterm-kitty")]);
    terminal.wait_for("Milk");
    let shows_characters =
        |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(|c| matches!(c, '\u{1fb00}'..='\u{1fb3b}'));
    assert!(terminal.has_written(Duration::from_mins(1), shows_characters), "it did not answer: sextants");
    // It may be too slow once more on a busy machine.
    let answered = (2..20).any(|times| {
        terminal.press("\u{c}");
        assert!(terminal.has_written(Duration::from_mins(1), |bytes| asked(bytes) == times));
        terminal.press(ANSWERS);
        terminal.has_written(Duration::from_secs(3), is_sent)
    });
    assert!(answered, "no picture was sent to a terminal that takes pictures");
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
}

/// A terminal far away answers after the first pictures were sent as characters.
#[test]
fn a_late_answer_counts_and_presses_no_key() {
    const ANSWERS: &str = "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.35.2)\x1b\\\x1b]11;rgb:ffff/ffff/ffff\x1b\\";
    let studio = Studio::new();
    studio.run(["generate", "first", "--draft", "--only", "portraits"]).expect(0);
    let mut terminal = Terminal::start_with(&studio, 36, 120, &[("TERM", "xterm-kitty"), ("COLORTERM", "truecolor")]);
    terminal.wait_for("Milk");
    let shows_characters =
        |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(|c| matches!(c, '\u{1fb00}'..='\u{1fb3b}'));
    assert!(terminal.has_written(Duration::from_mins(1), shows_characters), "it did not answer: sextants");
    terminal.press(ANSWERS);
    let is_sent = |bytes: &[u8]| bytes.windows(3).any(|part| part == b"\x1b_G") && has_placeholder(bytes);
    assert!(terminal.has_written(Duration::from_mins(1), is_sent), "pictures are real ones from now on");
    let screen = terminal.wait_for("Milk");
    assert!(screen.contains("Campaigns") && !screen.contains("find ▸"), "no key was pressed: {screen}");
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn a_setting_is_changed_from_the_palette_and_stands_in_the_config_file() {
    let studio = Studio::new();
    std::fs::write(studio.path("config.toml"), "# mine\ntheme = \"dark\" # for now\n").unwrap();
    let config = studio.path("config.toml");
    let variables = [("BABBLECAST_CONFIG", config.to_str().unwrap())];
    let mut terminal = Terminal::start_with(&studio, 36, 120, &variables);
    terminal.wait_for("Milk");
    terminal.press(":theme light");
    terminal.wait_for("for a light background");
    terminal.press("\r");
    terminal.wait_for("theme is light now, and in");
    terminal.press(":calm nothing moves\r");
    terminal.wait_for("calm is true now, and in");
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
    let kept = std::fs::read_to_string(&config).unwrap();
    assert_eq!(kept, "# mine\ntheme = \"light\" # for now\ncalm = true\n");
}

#[test]
fn the_studio_opens_where_it_was_left() {
    let studio = long();
    let mut terminal = Terminal::start(&studio, 36, 120);
    terminal.wait_for("Milk");
    terminal.press("\r");
    terminal.wait_for("the whole campaign, 12 scenes");
    terminal.press("7\r");
    terminal.wait_for(" 7/12 ");
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
    let mut terminal = Terminal::start(&studio, 36, 120);
    terminal.wait_for("Milk");
    terminal.press("\r");
    terminal.wait_for(" 7/12 ");
    terminal.press("q");
    assert_eq!(terminal.end().0, 0);
}

/// Where a picture of kitty stands.
fn has_placeholder(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).contains('\u{10eeee}')
}
