//! Readers of marks and codes that others wrote: exiftool, zbar, c2pa-ts. Each is taken from the path, or from the folder that
//! `.ci/mark-readers` made; a test says what it could not ask.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of `.ci/mark-readers`.
fn folder() -> Option<PathBuf> {
    std::env::var_os("BABBLECAST_MARK_READERS").map(PathBuf::from).filter(|folder| folder.is_dir())
}

/// What the first of these programs that is installed prints.
fn answer(what: &str, commands: impl IntoIterator<Item = Command>) -> Option<String> {
    for mut command in commands {
        if let Ok(output) = command.output() {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{command:?}: {said}");
            return Some(String::from_utf8(output.stdout).unwrap().trim().to_owned());
        }
    }
    println!("{what} is not installed: not asked");
    None
}

fn node(script: &str, file: &Path) -> Option<Command> {
    let mut node = Command::new("node");
    node.arg(folder()?.join(script)).arg(file);
    Some(node)
}

/// The digital source type in the XMP of a file, as exiftool reads it: a URI, or nothing.
pub fn source_type(file: &Path) -> Option<String> {
    let mut installed = Command::new("exiftool");
    let mut commands = vec![];
    if let Some(folder) = folder() {
        let mut carried = Command::new("perl");
        carried.arg(folder.join("node_modules/exiftool-vendored.pl/bin/exiftool"));
        commands.push(carried);
    }
    for command in std::iter::once(&mut installed).chain(&mut commands) {
        command.args(["-s3", "-n", "-XMP-iptcExt:DigitalSourceType"]).arg(file);
    }
    answer("exiftool", std::iter::once(installed).chain(commands))
}

/// The text of the QR codes in a grey picture, one a line, as zbar reads them.
pub fn codes(picture: &image::GrayImage) -> Option<String> {
    let file = tempfile::Builder::new().suffix(".pgm").tempfile().unwrap();
    let head = format!("P5\n{} {}\n255\n", picture.width(), picture.height());
    std::fs::write(file.path(), [head.as_bytes(), picture.as_raw()].concat()).unwrap();
    let mut installed = Command::new("zbarimg");
    installed.args(["--raw", "-q"]).arg(file.path());
    answer("zbar", std::iter::once(installed).chain(node("codes.mjs", file.path())))
}

/// What c2pa-ts says of the credentials in a PNG, JPEG or MP4.
#[cfg(feature = "c2pa")]
pub fn credentials(file: &Path) -> Option<serde_json::Value> {
    let said = answer("c2pa-ts", node("credentials.mjs", file))?;
    Some(serde_json::from_str(&said).unwrap())
}
