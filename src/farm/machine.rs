//! This machine: whether a worker works on it too, and what it was found to make the last time. To find out takes half a second
//! of a processor, as long as nothing has changed the answer is the same: the program, the processor, and the libraries that
//! compute for it.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;

use crate::plan::AssetHash;

/// What no two machines have in common, as eight digits; `None` where this system tells nothing that is. Two containers with names of
/// their own are two machines: each has processors of its own.
pub fn here() -> Option<String> {
    static HERE: LazyLock<Option<String>> = LazyLock::new(|| {
        let read = |path| std::fs::read_to_string(path).ok();
        let (name, boot) = (read("/proc/sys/kernel/hostname")?, read("/proc/sys/kernel/random/boot_id")?);
        Some(AssetHash::of(format!("{name}\0{boot}").as_bytes()).to_string()[..8].to_owned())
    });
    HERE.clone()
}

/// Everything by which the same program could come to other pictures tomorrow, `None` where this system does not tell.
/// `encoder` is what encodes, with its version.
pub fn fingerprint(encoder: &str) -> Option<AssetHash> {
    let mut facts = vec![env!("CARGO_PKG_VERSION").to_owned(), encoder.to_owned()];
    // The first processor; how fast it runs at this moment is none of its nature.
    let processors = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let nature = |line: &&str| !line.starts_with("cpu MHz") && !line.to_ascii_lowercase().starts_with("bogomips");
    processors.lines().take_while(|line| !line.is_empty()).filter(nature).for_each(|line| facts.push(line.to_owned()));
    // Libraries choose by these.
    facts.extend(["GLIBC_TUNABLES", "LD_PRELOAD"].map(|name| format!("{:?}", std::env::var_os(name))));
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let files: BTreeSet<&str> = maps.lines().filter_map(|line| line.find('/').map(|at| &line[at..])).collect();
    let program = std::env::current_exe().ok()?;
    let libraries = files.into_iter().filter(|file| file.contains(".so")).map(Path::new);
    for file in libraries.chain([program.as_path()]) {
        let facts_of = std::fs::metadata(file).ok()?;
        let changed = facts_of.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        facts.push(format!("{} {} {}", file.display(), facts_of.len(), changed.as_nanos()));
    }
    Some(AssetHash::of(facts.join("\n").as_bytes()))
}

/// What was found the last time by a machine with this fingerprint.
pub fn recall(file: &Path, fingerprint: AssetHash) -> Option<AssetHash> {
    const MOST: u64 = 1024;
    if std::fs::metadata(file).ok()?.len() > MOST {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    let (known, found) = text.trim_end().split_once(' ')?;
    (known.parse() == Ok(fingerprint)).then(|| found.parse().ok())?
}

/// Writes it down for the next time; where that fails it is found out again.
pub fn remember(file: &Path, fingerprint: AssetHash, found: AssetHash) {
    let write = || {
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut new = tempfile::Builder::new().prefix(".part").tempfile_in(folder)?;
        writeln!(new, "{fingerprint} {found}")?;
        new.persist(file).map_err(|error| error.error)
    };
    if let Err(error) = write() {
        tracing::debug!(%error, "what this machine makes is not written down");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_recalled_by_the_same_machine_and_by_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("farm-kind");
        let (one, other, found) = (AssetHash::of(b"one"), AssetHash::of(b"other"), AssetHash::of(b"found"));
        assert_eq!(recall(&file, one), None);
        remember(&file, one, found);
        assert_eq!((recall(&file, one), recall(&file, other)), (Some(found), None));
        remember(&file, other, one);
        assert_eq!((recall(&file, one), recall(&file, other)), (None, Some(one)));
        for damaged in ["", "x", &format!("{other}"), &format!("{other} no-hash"), &" ".repeat(9999)] {
            std::fs::write(&file, damaged).unwrap();
            assert_eq!(recall(&file, other), None, "{damaged:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_machine_stays_the_same_and_another_encoder_makes_it_another() {
        assert!(here().is_some_and(|machine| machine.len() == 8) && here() == here());
        assert!(fingerprint("openh264").is_some() && fingerprint("openh264") == fingerprint("openh264"));
        assert_ne!(fingerprint("openh264"), fingerprint("openh264 (with assembly)"));
    }
}
