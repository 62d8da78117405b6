//! Nothing that somebody else wrote moves the cursor, hides or reorders text: in words and in JSON, from packs, names of
//! files, arguments and settings. And a pack that is not what it says changes nothing.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;

use babblecast::plan::AssetHash;
use serde_json::{Value, json};

use crate::program::Studio;

/// A title, a cleared screen, a clipboard, C1, DEL, bidi, zero-width and a forged line.
const HOSTILE: &str = "\u{1b}]0;PWNED\u{7}\u{1b}[2J\u{1b}]52;c;cHduZWQ=\u{7}\u{9b}31m\u{7f}\u{202e}\u{200b}";

/// Says it and ends with this code, in words and in JSON, and a terminal shows what was said as it is.
#[track_caller]
fn harmless<S: AsRef<OsStr>>(studio: &Studio, code: i32, arguments: &[S]) {
    for json in [false, true] {
        let mut command = studio.command(arguments);
        if json {
            command.arg("--json");
        }
        let output = command.output().unwrap();
        let said: Vec<String> =
            arguments.iter().map(|argument| argument.as_ref().to_string_lossy().into_owned()).collect();
        assert_eq!(output.status.code(), Some(code), "{said:?}: {}", String::from_utf8_lossy(&output.stderr));
        for (name, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
            let text = String::from_utf8(bytes).unwrap_or_else(|_| panic!("{said:?} wrote no text to {name}"));
            let obeyed = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}');
            let found: String = text.chars().filter(|c| obeyed(*c)).collect();
            assert!(found.is_empty(), "{said:?} with {json} wrote {found:?} to {name}: {text:?}");
        }
    }
}

fn pack_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut pack = tar::Builder::new(Vec::new());
    for (name, content) in entries {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(content.len() as u64);
        header.set_cksum();
        pack.append(&header, *content).unwrap();
    }
    pack.into_inner().unwrap()
}

#[test]
fn a_hostile_pack_says_nothing_to_the_terminal() {
    let studio = Studio::empty();
    let index = json!({"version": 1, "parts": 0, "file": "a.json", "materials": [], "takes": []}).to_string();
    let unknown_field = json!({HOSTILE: 1, "version": 1}).to_string();
    let unknown_role = json!({
        "version": 1, "key": "0".repeat(64), "request": {}, "made_at": 0, "milliseconds": 1,
        "outputs": [{"role": HOSTILE, "hash": "0".repeat(64), "bytes": 1, "media_type": HOSTILE}],
    });
    let file = json!({"version": 1, "parts": 1, "file": format!("{HOSTILE}.json"), "materials": [], "takes": []});
    let sidecar = format!("sidecars/{}", "0".repeat(64));
    // As tar quotes a number that is none.
    let mut bad_size = pack_of(&[("index.json", b"{}")]);
    bad_size[124..124 + 11].copy_from_slice("\u{1b}[2J\u{1b}]0;PWN".as_bytes());
    let faulty = json!({"campaign_id": HOSTILE, "topic": HOSTILE}).to_string();
    let whole = json!({"version": 1, "parts": 1, "file": "a.json", "materials": [], "takes": []}).to_string();
    for (name, bytes) in [
        ("name", pack_of(&[(HOSTILE, b"")])),
        ("field", pack_of(&[("index.json", unknown_field.as_bytes())])),
        ("role", pack_of(&[("index.json", index.as_bytes()), (&sidecar, unknown_role.to_string().as_bytes())])),
        ("file", pack_of(&[("index.json", file.to_string().as_bytes()), ("campaign", b"{}")])),
        ("campaign", pack_of(&[("index.json", whole.as_bytes()), ("campaign", faulty.as_bytes())])),
        ("size", bad_size),
        ("gzip", [&b"\x1f\x8b\x08"[..], HOSTILE.as_bytes(), &[7; 600]].concat()),
    ] {
        std::fs::write(studio.path(name), bytes).unwrap();
        harmless(&studio, 1, &["unpack", name]);
    }
    assert!(studio.files("campaigns").is_empty());
}

#[test]
fn hostile_names_of_files_and_arguments_are_shown_and_not_obeyed() {
    let studio = Studio::new();
    let name = format!("{HOSTILE}\nforged.json");
    std::fs::write(studio.path(&name), HOSTILE).unwrap();
    for (code, arguments) in [
        (2, vec!["check", &name]),
        (2, vec!["lint", &name]),
        (1, vec!["unpack", &name]),
        (2, vec!["status", "no/such/\u{1b}[2J"]),
        (1, vec!["list", "--home", &name]),
        (2, vec!["list", "--campaigns", &name]),
        (2, vec!["list", "--config", &name]),
        (2, vec!["generate", "first", "--speaker", HOSTILE]),
        (2, vec!["generate", HOSTILE]),
        (2, vec!["generate", "first", "--voice", HOSTILE]),
        (2, vec!["generate", "first", "--cap", HOSTILE]),
        (2, vec!["new", HOSTILE]),
        (2, vec![HOSTILE]),
        (2, vec!["list", "--\u{1b}[2J"]),
    ] {
        harmless(&studio, code, &arguments);
    }
    harmless(&studio, 2, &[OsStr::new("check"), OsStr::from_bytes(b"\xff\x1b[2J")]);
}

#[test]
fn hostile_settings_are_shown_and_not_obeyed() {
    let studio = Studio::new();
    let escaped: String = HOSTILE.chars().fold(String::new(), |text, c| text + &format!("\\u{:04X}", u32::from(c)));
    let with = |config: String| std::fs::write(studio.path("config.toml"), config).unwrap();
    for config in [
        format!("\"{escaped}\" = 1\n"),
        format!("[openai]\nsize = \"{escaped}\"\n"),
        format!("[prices]\n\"{escaped}\" = \"x\"\n"),
        format!("theme = \"{escaped}\"\n"),
        HOSTILE.to_owned(),
    ] {
        with(config);
        harmless(&studio, 2, &["list", "--config", "config.toml"]);
    }
    with(format!("on_finish = [\"{escaped}\"]\n"));
    harmless(&studio, 0, &["config", "show", "--config", "config.toml"]);
    let generate = ["generate", "first", "--only", "portraits", "--config", "config.toml"];
    let warned = studio.run(generate).expect(0);
    assert!(warned.stderr.contains("on_finish: ␛]0;PWNED"), "{}", warned.stderr);
    harmless(&studio, 0, &generate);
}

#[test]
fn documents_escape_what_a_terminal_would_hide() {
    let studio = Studio::empty();
    let campaign = crate::program::CAMPAIGN.replace("Baby 1", "Ba\u{202e}by").replace("Milk.", "a\u{200b}\u{feff}b");
    studio.write("first.json", campaign);
    for command in [&["plan", "first"][..], &["list"], &["status", "first"], &["explain", "first", "--scene", "1"]] {
        harmless(&studio, 0, command);
    }
    let plan = studio.json(0, ["plan", "first"]);
    assert_eq!(plan["jobs"][0]["speakers"][0], "Ba\u{202e}by", "a reader finds the text as it is");
    studio.write("faulty.json", "{\"campaign_id\": \"a\u{9b}\u{7f}\", \"topic\": \"\u{85}\u{200b}\"}");
    harmless(&studio, 2, &["check", "campaigns/faulty.json"]);
}

/// The parts of a pack by name.
fn parts(pack: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(pack);
    let part = |entry: std::io::Result<tar::Entry<'_, &[u8]>>| {
        let mut entry = entry.unwrap();
        let (name, mut content) = (entry.path().unwrap().to_string_lossy().into_owned(), Vec::new());
        entry.read_to_end(&mut content).unwrap();
        (name, content)
    };
    archive.entries().unwrap().map(part).collect()
}

/// The pack with another file, under its right hash, as what the first job with this role made.
fn with_another(pack: &[u8], role: &str, content: &[u8]) -> Vec<u8> {
    let mut parts = parts(pack);
    let hash = AssetHash::of(content).to_string();
    let of_role = |sidecar: &Value| sidecar["outputs"].as_array()?.iter().position(|output| output["role"] == role);
    let sidecar = parts.iter_mut().find_map(|(name, text)| {
        let sidecar: Value = serde_json::from_slice(text).ok()?;
        let output = of_role(&sidecar).filter(|_| name.starts_with("sidecars/"))?;
        Some((sidecar, output, text))
    });
    let (mut sidecar, output, text) = sidecar.unwrap();
    let before = format!("assets/{}", sidecar["outputs"][output]["hash"].as_str().unwrap());
    sidecar["outputs"][output]["hash"] = json!(hash);
    sidecar["outputs"][output]["bytes"] = json!(content.len());
    *text = sidecar.to_string().into_bytes();
    let asset = parts.iter_mut().find(|(name, _)| *name == before).unwrap();
    *asset = (format!("assets/{hash}"), content.to_owned());
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    pack_of(&parts)
}

#[test]
fn a_pack_whose_picture_or_sound_is_none_changes_nothing() {
    let from = Studio::new();
    from.run(["generate", "first", "--only", "portraits,voices"]).expect(0);
    from.run(["pack", "first", "first.pack"]).expect(0);
    let pack = std::fs::read(from.path("first.pack")).unwrap();
    let to = Studio::empty();
    for (role, content, why) in [
        ("picture", &b"<html><script>alert(1)</script></html>"[..], "the file is a web page"),
        ("picture", b"", "the file is empty"),
        ("picture", &bomb(), "too large to open"),
        ("sound", b"This is no sound.", "not a recording"),
    ] {
        std::fs::write(to.path("bad.pack"), with_another(&pack, role, content)).unwrap();
        to.run(["unpack", "bad.pack"]).expect(1).says(why).says("Nothing was unpacked");
        assert!(to.files("campaigns").is_empty() && to.files("home/assets").is_empty(), "{role}: {why}");
        assert!(to.files("home/sidecars").is_empty());
    }
    std::fs::write(to.path("good.pack"), &pack).unwrap();
    to.run(["unpack", "good.pack"]).expect(0).says("5 made things");
    let again = to.run(["generate", "first", "--only", "portraits,voices"]).expect(0);
    again.says("Everything was made already");
    // The same campaign under another name would take its id.
    std::fs::rename(to.path("campaigns/first.json"), to.path("campaigns/mine.json")).unwrap();
    to.run(["unpack", "good.pack"]).expect(1).says("first is the id of mine.json here");
}

/// A PNG of a few bytes whose header promises 30,000 × 30,000 pixels.
fn bomb() -> Vec<u8> {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 1, 1);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&[0]).unwrap();
    png[16..24].copy_from_slice(&[30_000u32.to_be_bytes(), 30_000u32.to_be_bytes()].concat());
    let crc = png[12..29].iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    });
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
    png
}
