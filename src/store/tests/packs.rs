//! A campaign handed over arrives whole, and a hostile pack arrives not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::support::*;
use crate::domain::MaterialPath;
use crate::plan::{AssetHash, Choice, Choices, JobKey, Output, Pick, Pin, Product, ProviderId};
use crate::store::exchange::pack::{PackContent, Packed};
use crate::store::ground::error::StoreError;
use crate::store::jobs::states::StoredState;
use crate::store::studio::Store;
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::CastFile;
use crate::store::workspace::choices_file::{choices_path, read_choices, write_choices};

/// A campaign without a fault, with one file of the user's own or without.
fn campaign_text(id: &str, cover: Option<&str>) -> String {
    let media = cover.map_or_else(String::new, |path| format!("  - {{type: media, source: '{path}'}}\n"));
    format!(
        "campaign_id: {id}\ntopic: babies\nscript:\n  - {{type: dialogue, speaker: A, text: hello}}\n{media}\
         baby_profiles:\n  A: {{tone: warm, voice_id: baby_voice_1}}\n"
    )
}

struct Studio {
    folder: tempfile::TempDir,
    store: Store,
    runtime: tokio::runtime::Runtime,
}

impl Studio {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder.path().join("home"));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        Self { folder, store, runtime }
    }

    fn campaigns(&self) -> PathBuf {
        self.folder.path().join("campaigns")
    }

    /// A studio with a campaign, a material, choices, two made lines and a take.
    fn filled() -> Self {
        let studio = Self::new();
        let file = studio.campaigns().join("one.yaml");
        campaigns::write_new(&file, campaign_text("one", Some("media/cover.png")).as_bytes()).unwrap();
        campaigns::write_new(&studio.campaigns().join("media/cover.png"), b"cover").unwrap();
        write_choices(&choices_path(&file), &Choices::default()).unwrap();
        let (store, request) = (studio.store.clone(), line("hello"));
        studio.runtime.block_on(async move {
            make(&store, "one", &["hello", "there"]).await;
            let take = request.with_take(2);
            let base = request.base();
            store.journal.new_take(&campaign("one"), base, 1, move |n| request.with_take(n).key()).await.unwrap();
            store.journal.start_run(run_of("one", std::slice::from_ref(&take))).await.unwrap();
            store.journal.claim(take.key()).await.unwrap();
            store.complete(take.key(), &take, vec![sound(b"second take")], 9).await.unwrap();
        });
        studio
    }

    fn pack(&self, to: &Path) -> Result<Packed, StoreError> {
        let cover = MaterialPath::new("media/cover.png").unwrap();
        let lines = [line("hello"), line("there"), line("hello").with_take(2), line("never made")];
        let content = PackContent {
            campaign: &campaign("one"),
            file: &self.campaigns().join("one.yaml"),
            materials: vec![&cover],
            keys: lines.iter().map(crate::plan::Request::key).collect(),
            voices: crate::plan::CampaignVoices::new(),
            members: Vec::new(),
            faces: BTreeMap::new(),
        };
        self.store.pack(&content, to)
    }

    fn unpack(&self, from: &Path) -> Result<crate::store::exchange::unpack::Unpacked, StoreError> {
        self.store.unpack(from, &self.campaigns(), &|_, _| Ok(()))
    }

    /// Everything in the campaigns folder and the store, to see that nothing came.
    fn content(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.campaigns(), self.store.home.assets(), self.store.home.sidecars()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
            }
        }
        found
    }
}

#[test]
fn a_pack_brings_everything_and_bringing_it_twice_changes_nothing() {
    let (from, to) = (Studio::filled(), Studio::new());
    let file = from.folder.path().join("one.pack");
    let packed = from.pack(&file).unwrap();
    assert_eq!((packed.jobs, packed.assets, packed.materials), (3, 3, 1));
    for new_jobs in [3, 0] {
        let unpacked = to.unpack(&file).unwrap();
        assert_eq!((unpacked.jobs, unpacked.assets, unpacked.materials), (new_jobs, new_jobs, 1));
        assert_eq!(
            campaigns::read_text(&unpacked.campaign_file).unwrap(),
            campaign_text("one", Some("media/cover.png"))
        );
    }
    assert_eq!(std::fs::read(to.campaigns().join("media/cover.png")).unwrap(), b"cover");
    assert!(to.campaigns().join("one.takes.json").exists());
    let (hello, take) = (line("hello"), line("hello").with_take(2));
    let states = to.runtime.block_on(to.store.journal.states(&[hello.key(), take.key()])).unwrap();
    assert!(states.len() == 2 && states.values().all(|job| job.state == StoredState::Done));
    let takes = to.runtime.block_on(to.store.journal.takes(&campaign("one"), &[hello.base()])).unwrap();
    assert_eq!(takes[&hello.base()][0].key, take.key());
    assert!(matches!(from.pack(&file), Err(StoreError::Exists { .. })), "a pack was overwritten");
}

#[test]
fn the_same_campaign_makes_the_same_pack() {
    let studio = Studio::filled();
    let [first, second] = ["a.pack", "b.pack"].map(|name| studio.folder.path().join(name));
    studio.pack(&first).unwrap();
    studio.pack(&second).unwrap();
    assert_eq!(std::fs::read(first).unwrap(), std::fs::read(second).unwrap());
}

#[test]
fn nothing_that_differs_is_overwritten() {
    let from = Studio::filled();
    let file = from.folder.path().join("one.pack");
    from.pack(&file).unwrap();
    for existing in ["one.yaml", "one.takes.json", "media/cover.png"] {
        let to = Studio::new();
        campaigns::write_new(&to.campaigns().join(existing), b"mine").unwrap();
        let refused = to.unpack(&file);
        assert!(matches!(refused, Err(StoreError::Exists { .. })), "{existing}: {refused:?}");
        assert_eq!(to.content(), [to.campaigns().join(existing)]);
        assert_eq!(std::fs::read(to.campaigns().join(existing)).unwrap(), b"mine");
    }
}

#[test]
fn a_damaged_asset_is_not_packed() {
    let studio = Studio::filled();
    let path = studio.store.assets.path(AssetHash::of(b"hello"));
    std::fs::remove_file(&path).unwrap();
    let file = studio.folder.path().join("one.pack");
    assert!(matches!(studio.pack(&file), Err(StoreError::Damaged { .. })));
    assert!(!file.exists());
}

/// Builds packs by hand: the index is written last, when the number of parts is known, and stands first.
struct Forged {
    index: Value,
    parts: usize,
    pack: tar::Builder<Vec<u8>>,
}

impl Forged {
    fn new(index: &Value) -> Self {
        let cover = index["materials"][0]["path"].as_str();
        Self::of(index, campaign_text("one", cover).as_bytes())
    }

    fn of(index: &Value, campaign: &[u8]) -> Self {
        let forged = Self { index: index.clone(), parts: 0, pack: tar::Builder::new(Vec::new()) };
        forged.with("campaign", campaign)
    }

    fn with(self, name: &str, content: &[u8]) -> Self {
        self.with_kind(name, content, tar::EntryType::Regular)
    }

    /// Puts the name into the header as it is: the builder itself would refuse a hostile one.
    fn with_kind(mut self, name: &str, content: &[u8], kind: tar::EntryType) -> Self {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_cksum();
        self.pack.append(&header, content).unwrap();
        self.parts += 1;
        self
    }

    fn bytes(mut self) -> Vec<u8> {
        self.index["parts"] = self.parts.into();
        let index = Self { index: Value::Null, parts: 0, pack: tar::Builder::new(Vec::new()) };
        let mut bytes = index.with("index.json", self.index.to_string().as_bytes()).pack.into_inner().unwrap();
        // Without the blocks that end a pack.
        bytes.truncate(bytes.len() - 1024);
        bytes.extend(self.pack.into_inner().unwrap());
        bytes
    }
}

fn index(file: &str, materials: &Value, takes: &Value) -> Value {
    json!({"version": 1, "file": file, "materials": materials, "takes": takes})
}

#[test]
fn a_forged_pack_without_malice_is_taken() {
    let studio = Studio::new();
    let file = studio.folder.path().join("good.pack");
    let request = line("hello");
    let hash = AssetHash::of(b"x");
    let sidecar = json!({"version": 1, "key": request.key(), "request": request.canonical(), "made_at": 0,
        "outputs": [{"role": "sound", "hash": hash, "bytes": 1, "media_type": "audio/wav"}], "milliseconds": 1});
    let materials = json!([{"path": "a.png", "hash": hash}]);
    let pack = Forged::new(&index("one.yaml", &materials, &json!([])))
        .with("materials/0", b"x")
        .with(&format!("assets/{hash}"), b"x")
        .with(&format!("sidecars/{}", request.key()), sidecar.to_string().as_bytes());
    std::fs::write(&file, pack.bytes()).unwrap();
    assert_eq!(studio.unpack(&file).unwrap().jobs, 1);
}

#[test]
fn a_hostile_pack_writes_nothing() {
    let none = json!([]);
    let plain = index("one.yaml", &none, &none);
    let hash = AssetHash::of(b"x").to_string();
    let material = |path: &str| index("one.yaml", &json!([{"path": path, "hash": hash}]), &none);
    let asset = format!("assets/{hash}");
    let request = line("hello");
    let sidecar = |key: &str, request: Value, outputs: Value| {
        json!({"version": 1, "key": key, "request": request, "outputs": outputs, "made_at": 0, "milliseconds": 1})
            .to_string()
    };
    let key = request.key().to_string();
    let output = json!([{"role": "sound", "hash": hash, "bytes": 1, "media_type": "audio/wav"}]);
    let lie = sidecar(&key, line("other words").canonical(), output.clone());
    let lost = sidecar(&key, request.canonical(), output.clone());
    let other_size = sidecar(
        &key,
        request.canonical(),
        json!([{"role": "sound", "hash": hash, "bytes": 2, "media_type": "audio/wav"}]),
    );
    let take = json!([{"campaign": "one", "base": request.base(), "n": 2, "key": key, "at": 0}]);
    let sidecar_name = format!("sidecars/{key}");

    let mut packs: Vec<(String, Vec<u8>)> = vec![
        ("a path outside".into(), Forged::new(&plain).with("../../evil", b"x").bytes()),
        ("an absolute path".into(), Forged::new(&plain).with("/tmp/evil", b"x").bytes()),
        ("a link".into(), Forged::new(&plain).with_kind(&asset, b"", tar::EntryType::Symlink).bytes()),
        ("a hard link".into(), Forged::new(&plain).with_kind(&asset, b"", tar::EntryType::Link).bytes()),
        (
            "a long name".into(),
            Forged::new(&plain).with_kind("x", b"../../evil\0", tar::EntryType::GNULongName).bytes(),
        ),
        ("an unknown part".into(), Forged::new(&plain).with("readme", b"x").bytes()),
        ("a part twice".into(), Forged::new(&plain).with(&asset, b"x").with(&asset, b"x").bytes()),
        ("another hash".into(), Forged::new(&plain).with(&asset, b"y").bytes()),
        ("another request".into(), Forged::new(&plain).with(&asset, b"x").with(&sidecar_name, lie.as_bytes()).bytes()),
        ("a lost asset".into(), Forged::new(&plain).with(&sidecar_name, lost.as_bytes()).bytes()),
        (
            "another size".into(),
            Forged::new(&plain).with(&asset, b"x").with(&sidecar_name, other_size.as_bytes()).bytes(),
        ),
        (
            "a false take".into(),
            Forged::new(&index("one.yaml", &none, &take))
                .with(&asset, b"x")
                .with(&sidecar_name, lost.as_bytes())
                .bytes(),
        ),
        ("a material that is not there".into(), Forged::new(&material("a.png")).bytes()),
        ("a material in no index".into(), Forged::new(&plain).with("materials/0", b"x").bytes()),
        ("broken choices".into(), Forged::new(&plain).with("choices", b"{").bytes()),
        (
            "another version".into(),
            Forged::new(&json!({"version": 2, "file": "one.yaml", "materials": [], "takes": []})).bytes(),
        ),
        ("a campaign that is no text".into(), Forged::of(&plain, b"\x00\xff").bytes()),
        ("a campaign with faults".into(), Forged::of(&plain, b"campaign_id: one\ntopic: babies\n").bytes()),
        (
            "a material that no scene names".into(),
            Forged::of(&material("a.sh"), campaign_text("one", None).as_bytes()).with("materials/0", b"x").bytes(),
        ),
        (
            "a scene without its material".into(),
            Forged::of(&plain, campaign_text("one", Some("a.png")).as_bytes()).bytes(),
        ),
        (
            "a voice without a sound".into(),
            Forged::new(&plain)
                .with(&sidecar_name, sidecar(&key, request.canonical(), none.clone()).as_bytes())
                .bytes(),
        ),
        ("no tar".into(), vec![b'x'; 4096]),
        ("nothing".into(), Vec::new()),
    ];
    let long = format!("{}.yaml", "x".repeat(300));
    let names = ["../one.yaml", "/one.yaml", ".one.yaml", "one.takes.json", "one.sh", "a/one.yaml", "", "one.yaml\n"];
    for name in names.into_iter().chain([long.as_str()]) {
        packs.push((format!("file {name:?}"), Forged::new(&index(name, &none, &none)).bytes()));
    }
    let names =
        ["../x.png", "/x.png", ".git/hooks", "two.yaml", "two.takes.json", "one.yaml", "a\\b", "C:x", "a/../b", "a/.b"];
    for name in names.into_iter().chain(["one.yaml/x.png", &format!("a/{}", "x".repeat(300))]) {
        packs.push((format!("material {name:?}"), Forged::new(&material(name)).with("materials/0", b"x").bytes()));
    }
    for (what, bytes) in packs {
        let studio = Studio::new();
        let file = studio.folder.path().join("evil.pack");
        std::fs::write(&file, bytes).unwrap();
        let refused = studio.unpack(&file);
        assert!(matches!(refused, Err(StoreError::Broken { .. } | StoreError::Refused { .. })), "{what}: {refused:?}");
        assert_eq!(studio.content(), Vec::<PathBuf>::new(), "{what}");
        assert_eq!(std::fs::read_dir(studio.folder.path()).unwrap().count(), 2, "{what}");
    }
}

#[test]
fn a_pack_cut_off_anywhere_writes_nothing() {
    let from = Studio::filled();
    let file = from.folder.path().join("one.pack");
    from.pack(&file).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let to = Studio::new();
    // Behind the last part there is only padding.
    for length in (0..whole.len() - 2048).step_by(256) {
        std::fs::write(&file, &whole[..length]).unwrap();
        assert!(to.unpack(&file).is_err(), "{length} of {} bytes", whole.len());
        assert_eq!(to.content(), Vec::<PathBuf>::new(), "{length} of {} bytes", whole.len());
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_campaigns_folder_leads_no_material_outside() {
    let (from, to) = (Studio::filled(), Studio::new());
    let file = from.folder.path().join("one.pack");
    from.pack(&file).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::create_dir(to.campaigns()).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), to.campaigns().join("media")).unwrap();
    assert!(matches!(to.unpack(&file), Err(StoreError::Outside { .. })));
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_not_what_a_job_makes_lets_nothing_in() {
    let from = Studio::filled();
    let file = from.folder.path().join("one.pack");
    from.pack(&file).unwrap();
    let to = Studio::new();
    let refuse_take = |output: &Output, content: &mut dyn std::io::Read| {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes).unwrap();
        assert_eq!((AssetHash::of(&bytes), bytes.len() as u64), (output.hash, output.bytes), "another file's bytes");
        if bytes == b"second take" { Err("it is a text".to_owned()) } else { Ok(()) }
    };
    let refused = to.store.unpack(&file, &to.campaigns(), &refuse_take).unwrap_err().to_string();
    assert!(refused.contains("cannot be the sound of a job: it is a text"), "{refused}");
    assert_eq!(to.content(), Vec::<PathBuf>::new());
}

#[test]
fn a_pack_never_takes_the_id_of_another_file() {
    let from = Studio::filled();
    let file = from.folder.path().join("one.pack");
    from.pack(&file).unwrap();
    let to = Studio::new();
    let mine = to.campaigns().join("mine.json");
    campaigns::write_new(&mine, br#"{"campaign_id": "one", "topic": "not finished"}"#).unwrap();
    let refused = to.unpack(&file).unwrap_err().to_string();
    assert!(refused.contains("one is the id of mine.json here"), "{refused}");
    assert_eq!(to.content(), [mine]);
}

/// A pack of one campaign whose finals were made with this voice.
fn packed_with(from: &Studio, name: &str, alias: &str, voice_id: &str) -> PathBuf {
    let pin = Pin { voice_id: voice_id.to_owned(), name: "Ada".to_owned() };
    let voices = BTreeMap::from([(ProviderId::ElevenLabs, BTreeMap::from([(alias.to_owned(), pin)]))]);
    let cover = MaterialPath::new("media/cover.png").unwrap();
    let content = PackContent {
        campaign: &campaign("one"),
        file: &from.campaigns().join("one.yaml"),
        materials: vec![&cover],
        keys: vec![line("hello").key()],
        voices,
        members: Vec::new(),
        faces: BTreeMap::new(),
    };
    let file = from.folder.path().join(name);
    from.store.pack(&content, &file).unwrap();
    file
}

#[test]
fn the_voices_of_finals_come_along_and_odd_ones_do_not() {
    let (from, to) = (Studio::filled(), Studio::new());
    let file = packed_with(&from, "good.pack", "baby_voice_1", "ownGirl");
    for _ in 0..2 {
        to.unpack(&file).unwrap();
        let choices = read_choices(&to.campaigns().join("one.takes.json")).unwrap();
        assert_eq!(choices.voice(ProviderId::ElevenLabs, "baby_voice_1").unwrap().voice_id, "ownGirl");
    }
    from.unpack(&file).unwrap();
    let own = read_choices(&from.campaigns().join("one.takes.json")).unwrap();
    assert_eq!(own, Choices::default(), "where it was packed, everything stays as it is");
    for (name, alias, voice_id) in [
        ("a", "baby_voice_1", "../user"),
        ("b", "", "ownGirl"),
        ("c", "baby_voice_1", ""),
        ("d", "x", &"v".repeat(101)),
    ] {
        let hostile = packed_with(&from, name, alias, voice_id);
        let fresh = Studio::new();
        let told = fresh.unpack(&hostile).unwrap_err().to_string();
        assert!(told.contains("voices that no provider can have"), "{told}");
        assert!(fresh.content().is_empty(), "nothing came");
    }
}

/// A pack of a campaign whose baby is momo of the cast, with this appearance.
fn packed_with_momo(from: &Studio, name: &str, appearance: &str, text: &str) -> PathBuf {
    let cast = json!({"members": {"momo": {"tone": "warm", "voice_id": "v", "appearance": appearance}}});
    let cast = crate::domain::read_cast(&cast.to_string(), crate::domain::Format::Json).unwrap();
    let file = from.campaigns().join("named.json");
    std::fs::create_dir_all(from.campaigns()).unwrap();
    std::fs::write(&file, text).unwrap();
    let choice = Choice { product: Product::Portrait, of: "momo".to_owned(), pick: Pick::Take(3) };
    let content = PackContent {
        campaign: &campaign("named"),
        file: &file,
        materials: Vec::new(),
        keys: vec![line("hello").key()],
        voices: BTreeMap::new(),
        members: cast.members().iter().collect(),
        faces: BTreeMap::from([(JobKey::of(b"momo"), choice)]),
    };
    let file = from.folder.path().join(name);
    from.store.pack(&content, &file).unwrap();
    file
}

const NAMES_MOMO: &str = r#"{"campaign_id": "named", "topic": "t", "script": [{"type": "dialogue", "speaker": "A", "text": "Hi."}],
    "baby_profiles": {"A": {"cast": "momo"}}}"#;

#[test]
fn the_members_that_a_campaign_names_come_along_and_stand_beside_those_that_are_there() {
    let from = Studio::new();
    let pack = packed_with_momo(&from, "named.pack", "curls", NAMES_MOMO);
    let fresh = Studio::new();
    for _ in 0..2 {
        fresh.unpack(&pack).unwrap();
        let cast = CastFile::of_folder(&fresh.campaigns());
        assert_eq!(cast.cast.members()[0].appearance.as_deref(), Some("curls"), "{cast:?}");
        assert_eq!(cast.choices().unwrap().choices[&JobKey::of(b"momo")].pick, Pick::Take(3));
    }
    let full = Studio::new();
    let theirs = "# ours\nmembers:\n  zeno: {tone: dry, voice_id: v} # the first\n";
    campaigns::write_new(&full.campaigns().join("cast.yaml"), theirs.as_bytes()).unwrap();
    full.unpack(&pack).unwrap();
    let text = campaigns::read_text(&full.campaigns().join("cast.yaml")).unwrap();
    assert!(text.starts_with(theirs), "{text}");
    let names: Vec<String> =
        CastFile::of_folder(&full.campaigns()).cast.members().iter().map(|member| member.name.clone()).collect();
    assert_eq!(names, ["zeno", "momo"]);
}

#[test]
fn a_member_that_is_another_baby_here_is_refused_before_anything_is_written() {
    let from = Studio::new();
    let pack = packed_with_momo(&from, "named.pack", "curls", NAMES_MOMO);
    for (there, why) in [
        (json!({"momo": {"tone": "sad", "voice_id": "v"}}), "momo is another baby in the cast here"),
        (
            json!({"mimi": {"tone": "warm", "voice_id": "v", "appearance": "curls"}}),
            "its momo is called mimi in the cast here",
        ),
        (json!({"mimi": {"tone": "warm"}}), "the cast here has faults"),
    ] {
        let to = Studio::new();
        let cast = to.campaigns().join("cast.json");
        campaigns::write_new(&cast, json!({"members": there}).to_string().as_bytes()).unwrap();
        let told = to.unpack(&pack).unwrap_err().to_string();
        assert!(told.contains(why), "{told}");
        assert_eq!(to.content(), [cast]);
    }
    let plain = NAMES_MOMO.replace(r#"{"cast": "momo"}"#, r#"{"tone": "warm", "voice_id": "v"}"#);
    let unnamed = packed_with_momo(&from, "unnamed.pack", "curls", &plain);
    let told = Studio::new().unpack(&unnamed).unwrap_err().to_string();
    assert!(told.contains("its campaign names no \"momo\" of the cast"), "{told}");
}
