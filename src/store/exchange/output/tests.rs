//! The output folder in a folder of its own: what is written, left, removed, signed and refused.

use serde_json::json;

use super::*;
use crate::domain::SourceType;
use crate::store::home::layout::Home;

/// Appends what is to be said, and who signs.
#[derive(Default)]
struct Append {
    signs_as: Option<&'static str>,
    /// Signing fails.
    fails: bool,
}

impl Finish for Append {
    fn mark(&self, copy: &Path, provenance: &Provenance) -> io::Result<()> {
        OpenOptions::new().append(true).open(copy)?.write_all(provenance.source.term().as_bytes())
    }

    fn signs_as(&self) -> Option<&str> {
        self.signs_as
    }

    fn sign(&self, copy: &Path, _: &Wanted, _: &Provenance) -> std::result::Result<(), String> {
        if self.fails {
            return Err("the ink is dry".to_owned());
        }
        let signature = format!(" by {}", self.signs_as.unwrap());
        OpenOptions::new().append(true).open(copy).unwrap().write_all(signature.as_bytes()).unwrap();
        Ok(())
    }
}

const NO_MARK: &dyn Finish = &Append { signs_as: None, fails: false };

struct Studio {
    folder: tempfile::TempDir,
    assets: Assets,
}

impl Studio {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let assets = Assets::new(Home::open(&folder.path().join("home")).unwrap());
        Self { folder, assets }
    }

    fn wanted(&self, path: &str, content: &str) -> Wanted {
        let hash = self.assets.put(content.as_bytes()).unwrap();
        Wanted {
            path: path.to_owned(),
            asset: self.assets.path(hash),
            hash,
            provenance: None,
            ingredients: Vec::new(),
            info: json!({"take": 1}),
        }
    }

    fn output(&self) -> PathBuf {
        self.folder.path().join("output/one")
    }

    fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.output().join(path)).ok()
    }
}

#[test]
fn wanted_files_appear_stale_ones_go_and_foreign_ones_stay() {
    let studio = Studio::new();
    let output = studio.output();
    let first = [studio.wanted("portraits/baby_1.png", "a"), studio.wanted("voices/scene_001.wav", "b")];
    let done = publish(&output, &first, &[], NO_MARK).unwrap();
    assert_eq!(done.written, ["portraits/baby_1.png", "voices/scene_001.wav"]);
    std::fs::write(output.join("portraits/mine.png"), "mine").unwrap();

    let second = [studio.wanted("portraits/baby_1.png", "a"), studio.wanted("portraits/baby_2.png", "c")];
    let done = publish(&output, &second, &[], NO_MARK).unwrap();
    assert_eq!(done.written, ["portraits/baby_2.png"]);
    assert_eq!(done.unchanged, ["portraits/baby_1.png"]);
    assert_eq!(done.removed, ["voices/scene_001.wav"]);
    assert!(!output.join("voices").exists());
    assert_eq!(studio.read("portraits/mine.png").as_deref(), Some("mine"));
    let manifest = read_manifest(&output).unwrap();
    assert_eq!(manifest.files.keys().collect::<Vec<_>>(), ["portraits/baby_1.png", "portraits/baby_2.png"]);
}

#[test]
fn a_changed_copy_is_replaced_where_wanted_and_kept_where_not_and_never_changes_the_asset() {
    let studio = Studio::new();
    let output = studio.output();
    let wanted = [studio.wanted("a.png", "a"), studio.wanted("b.png", "b")];
    publish(&output, &wanted, &[], NO_MARK).unwrap();
    for name in ["a.png", "b.png"] {
        std::fs::write(output.join(name), "retouched").unwrap();
    }
    let done = publish(&output, &wanted[..1], &[], NO_MARK).unwrap();
    assert_eq!((done.written, done.removed), (vec!["a.png".to_owned()], vec![]));
    assert_eq!(studio.read("a.png").as_deref(), Some("a"));
    assert_eq!(studio.read("b.png").as_deref(), Some("retouched"));
    assert_eq!(studio.assets.verify(wanted[0].hash).unwrap(), crate::store::content::assets::Condition::Intact);
}

#[test]
fn a_mark_is_written_into_the_copy_once_and_never_into_the_asset() {
    let studio = Studio::new();
    let output = studio.output();
    let append = NO_MARK;
    let with = |source| {
        let provenance = Some(Provenance { source, systems: Vec::new() });
        [Wanted { provenance, ..studio.wanted("a.png", "a") }]
    };
    let (drawn, bought) = (with(SourceType::AlgorithmicMedia), with(SourceType::TrainedAlgorithmicMedia));
    assert_eq!(publish(&output, &drawn, &[], append).unwrap().written, ["a.png"]);
    assert_eq!(studio.read("a.png").as_deref(), Some("aalgorithmicMedia"));
    assert_eq!(publish(&output, &drawn, &[], append).unwrap().unchanged, ["a.png"]);
    assert_eq!(publish(&output, &bought, &[], append).unwrap().written, ["a.png"], "it says something else");
    assert_eq!(studio.read("a.png").as_deref(), Some("atrainedAlgorithmicMedia"));
    assert_eq!(studio.assets.verify(drawn[0].hash).unwrap(), crate::store::content::assets::Condition::Intact);
    // Without a manifest nobody knows what the file is: it is written again. Nobody's changes are removed.
    std::fs::remove_file(output.join("manifest.json")).unwrap();
    assert_eq!(publish(&output, &bought, &[], append).unwrap().written, ["a.png"]);
    assert_eq!(publish(&output, &[], &[], append).unwrap().removed, ["a.png"]);
}

#[test]
fn a_copy_is_signed_once_with_each_certificate_and_tried_again_where_that_failed() {
    let studio = Studio::new();
    let output = studio.output();
    let provenance = Some(Provenance { source: SourceType::Composite, systems: Vec::new() });
    let wanted = [Wanted { provenance, ..studio.wanted("a.png", "a") }, studio.wanted("b.srt", "b")];
    let by = |signs_as| Append { signs_as: Some(signs_as), fails: false };
    publish(&output, &wanted, &[], NO_MARK).unwrap();
    assert_eq!(publish(&output, &wanted, &[], &by("ada")).unwrap().written, ["a.png"]);
    assert_eq!(studio.read("a.png").as_deref(), Some("acomposite by ada"));
    assert!(publish(&output, &wanted, &[], &by("ada")).unwrap().written.is_empty());
    let failed = publish(&output, &wanted, &[], &Append { fails: true, ..by("bo") }).unwrap();
    assert_eq!(failed.unsigned, [("a.png".to_owned(), "the ink is dry".to_owned())]);
    assert_eq!(studio.read("a.png").as_deref(), Some("acomposite"), "it is there all the same");
    assert_eq!(publish(&output, &wanted, &[], &by("bo")).unwrap().written, ["a.png"]);
    assert_eq!(studio.read("a.png").as_deref(), Some("acomposite by bo"));
    assert!(publish(&output, &wanted, &[], NO_MARK).unwrap().written.is_empty(), "nobody signs any more");
    std::fs::remove_file(output.join("a.png")).unwrap();
    publish(&output, &wanted, &[], NO_MARK).unwrap();
    assert_eq!(publish(&output, &wanted, &[], &by("bo")).unwrap().written, ["a.png"], "it was written without");
}

#[test]
fn names_that_lead_elsewhere_are_refused_before_anything_is_written() {
    let studio = Studio::new();
    let good = studio.wanted("good.png", "a");
    for bad in [
        "../x",
        "/x",
        "a/../../x",
        "a\\..\\x",
        "C:x",
        "",
        ".hidden",
        "a//b",
        "a/./b",
        "manifest.json",
        "GOOD.png",
        "a\nb",
    ] {
        let refused = publish(&studio.output(), &[good.clone(), studio.wanted(bad, "b")], &[], NO_MARK);
        assert!(matches!(refused, Err(StoreError::Refused { .. })), "{bad:?}: {refused:?}");
    }
    assert!(!studio.output().exists());
}

#[test]
fn a_manifest_cannot_make_us_remove_what_lies_outside() {
    let studio = Studio::new();
    let output = studio.output();
    let secret = studio.folder.path().join("output/secret");
    publish(&output, &[], &[], NO_MARK).unwrap();
    std::fs::write(&secret, "secret").unwrap();
    let file = ManifestFile { hash: AssetHash::of(b"secret"), bytes: 6, marked: None, info: Value::Null };
    let manifest = Manifest { version: VERSION, files: BTreeMap::from([("../secret".to_owned(), file)]) };
    write_manifest(&output, &manifest).unwrap();
    assert_eq!(publish(&output, &[], &[], NO_MARK).unwrap().removed, Vec::<String>::new());
    assert!(secret.exists());
}

#[cfg(unix)]
#[test]
fn a_linked_folder_inside_the_output_is_not_followed_outside() {
    let studio = Studio::new();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(studio.output()).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), studio.output().join("portraits")).unwrap();
    let refused = publish(&studio.output(), &[studio.wanted("portraits/baby_1.png", "a")], &[], NO_MARK);
    assert!(matches!(refused, Err(StoreError::Outside { .. })), "{refused:?}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn a_damaged_or_missing_asset_is_never_published() {
    let studio = Studio::new();
    let damaged = studio.wanted("a.png", "a");
    std::fs::remove_file(&damaged.asset).unwrap();
    assert!(matches!(
        publish(&studio.output(), std::slice::from_ref(&damaged), &[], NO_MARK),
        Err(StoreError::Missing { .. })
    ));
    std::fs::write(&damaged.asset, "x").unwrap();
    assert!(matches!(publish(&studio.output(), &[damaged], &[], NO_MARK), Err(StoreError::Damaged { .. })));
    assert_eq!(std::fs::read_dir(studio.output()).unwrap().count(), 0);
}

#[test]
fn an_output_folder_that_cannot_be_made_is_a_clear_error() {
    let studio = Studio::new();
    let file = studio.folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = publish(&file.join("one"), &[studio.wanted("a.png", "a")], &[], NO_MARK).unwrap_err().to_string();
    assert!(refused.contains("could not be made"), "{refused}");
}
