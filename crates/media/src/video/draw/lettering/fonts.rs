//! The fonts that captions and titles are set in. Three are embedded: Lato Black comes first, Noto Sans Bold adds the rest
//! of Latin, Greek and Cyrillic, Noto Sans Hebrew its script. What they lack comes from a font of the machine, one a
//! script, chosen by rules alone: the same fonts give the same choice. Called by the engine, which puts the chosen fonts
//! into the request of a clip, and by `typesetter`. Knows no layout.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use icu_properties::props::{EmojiPresentation, Script};
use icu_properties::{CodePointMapData, CodePointSetData, PropertyNamesLong};
use parley::fontique::{Blob, Collection, CollectionOptions, FontInfo, FontStyle, SourceKind};
use sha2::{Digest, Sha256};
use skrifa::raw::TableProvider as _;
use skrifa::{FontRef, MetadataProvider};
use unicode_segmentation::UnicodeSegmentation;

#[expect(clippy::expect_used, reason = "they are part of the program, and tests draw with them")]
pub(super) static EMBEDDED: LazyLock<[Blob<u8>; 3]> = LazyLock::new(|| {
    let files: [&[u8]; 3] = [
        include_bytes!("../../../../assets/fonts/Lato-Black.ttf.zst"),
        include_bytes!("../../../../assets/fonts/NotoSans-Bold.ttf.zst"),
        include_bytes!("../../../../assets/fonts/NotoSansHebrew-Bold.ttf.zst"),
    ];
    files.map(|file| Blob::from(carried_files::unpacked(file).expect("a carried font is whole")))
});

/// A font of the machine, read whole.
#[derive(Clone)]
pub struct Font {
    /// Its family.
    pub name: String,
    /// The SHA-256 of its file.
    pub hash: [u8; 32],
    /// Its place in a file that holds several.
    pub index: u32,
    /// The file with this font alone.
    pub(super) bytes: Blob<u8>,
}

impl Font {
    /// A font of another machine: the bytes of its file and its place there. `None` where they hold no such font.
    pub fn of_file(name: &str, bytes: Vec<u8>, index: u32) -> Option<Font> {
        let hash = Sha256::digest(&bytes).into();
        let bytes = alone(bytes, index)?;
        FontRef::from_index(&bytes, 0).ok()?;
        Some(Font { name: name.to_owned(), hash, index, bytes: Blob::from(bytes) })
    }

    /// Whether its maker lets it go to who draws with it (OpenType, `OS/2`, `fsType`: all but "restricted").
    fn may_be_handed_on(&self) -> bool {
        const USES: u16 = 0x000f;
        const RESTRICTED: u16 = 0x0002;
        let font = FontRef::from_index(self.bytes.as_ref(), 0);
        font.is_ok_and(|font| font.os2().is_ok_and(|table| table.fs_type() & USES != RESTRICTED))
    }
}

/// A letter that no font can show, and its script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Told once, however often the text has it.
    pub letter: char,
    /// As Unicode calls it, or `Emoji`.
    pub script: &'static str,
}

/// The fonts of some folders.
pub struct Fonts {
    faces: Vec<Face>,
    ranked: Mutex<HashMap<Kind, Arc<[usize]>>>,
    loaded: Mutex<HashMap<usize, Option<Font>>>,
}

struct Face {
    info: FontInfo,
    path: PathBuf,
    family: String,
    is_coloured: bool,
    mapped: OnceLock<Option<Blob<u8>>>,
}

/// What a letter asks of a font beside having it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Emoji,
    /// Chinese characters look different from country to country.
    Of(Script, Region),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Region {
    China,
    Japan,
    Korea,
}

static FOLDERS: OnceLock<Vec<PathBuf>> = OnceLock::new();
static MACHINE: LazyLock<Fonts> = LazyLock::new(|| Fonts::of_folders(FOLDERS.get().unwrap_or(&system_folders())));

/// Looks for fonts in these folders instead of the system's. To be called before anything is planned; later calls do nothing.
pub fn look_in(folders: Vec<PathBuf>) {
    // A second call would change fonts under plans that are made.
    drop(FOLDERS.set(folders));
}

/// The fonts of this machine, looked for when the first text needs one.
pub fn of_machine() -> &'static Fonts {
    &MACHINE
}

/// The fonts of this machine that a text needs beside the embedded ones. Looks for none where it needs none.
pub fn needed(text: &str) -> Vec<Font> {
    if is_covered(text) { Vec::new() } else { of_machine().needed(text) }
}

/// The letters of a text that nothing here can show.
pub fn missing(text: &str) -> Vec<Missing> {
    if is_covered(text) { Vec::new() } else { of_machine().missing(text) }
}

/// Whether the embedded fonts show all of a text.
pub fn is_covered(text: &str) -> bool {
    let has = |cluster: &str| cluster.chars().all(|letter| is_silent(letter) || is_embedded(letter));
    // Ten thousand lines are looked at whenever their file changes.
    text.is_ascii() || text.graphemes(true).all(|cluster| !is_emoji(cluster) && has(cluster))
}

impl Fonts {
    /// Looks through the folders and those in them. Fonts that cannot be read are left out.
    pub fn of_folders(folders: &[PathBuf]) -> Fonts {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        collection.load_fonts_from_paths(folders);
        let ids: Vec<_> = collection.family_ids().collect();
        let mut faces: Vec<Face> = Vec::new();
        for family in ids.into_iter().filter_map(|id| collection.family(id)) {
            // The last resort of a system shows a box for every letter there is.
            if family.name().contains("LastResort") || family.name().contains("Adobe Blank") {
                continue;
            }
            faces.extend(family.fonts().iter().filter_map(|info| Face::new(info, family.name())));
        }
        faces.sort_by(|one, other| (&one.path, one.info.index()).cmp(&(&other.path, other.info.index())));
        faces.dedup_by(|one, other| one.path == other.path && one.info.index() == other.info.index());
        Fonts { faces, ranked: Mutex::default(), loaded: Mutex::default() }
    }

    /// The fonts that a text needs beside the embedded ones, in the order in which it needs them.
    pub fn needed(&self, text: &str) -> Vec<Font> {
        let mut needed: Vec<usize> = Vec::new();
        let region = region_of(text);
        for cluster in text.graphemes(true) {
            let picture = cluster.chars().next().filter(|_| is_emoji(cluster));
            let coloured = picture.and_then(|letter| self.with(letter, Kind::Emoji));
            if let Some(face) = coloured.filter(|&face| self.faces[face].is_coloured) {
                needed.push(face);
                continue;
            }
            for letter in cluster.chars().filter(|&letter| !is_silent(letter) && !is_embedded(letter)) {
                needed.extend(self.with(letter, Kind::Of(script_of(letter, cluster), region)));
            }
        }
        let mut seen = std::collections::HashSet::new();
        needed.retain(|face| seen.insert(*face));
        needed.into_iter().filter_map(|face| self.font(face)).collect()
    }

    /// The font of this hash; `None` where this machine has it no more.
    pub fn find(&self, name: &str, hash: [u8; 32], index: u32) -> Option<Font> {
        let is_alike = |face: &Face| face.family == name && face.info.index() == index;
        let alike = self.faces.iter().enumerate().filter(|(_, face)| is_alike(face));
        alike.filter_map(|(face, _)| self.font(face)).find(|font| font.hash == hash)
    }

    /// The file of the font of this hash, for another machine; `None` where this machine has it no more, or where the font says
    /// that it must not be handed on.
    pub fn file(&self, name: &str, hash: [u8; 32], index: u32) -> Option<&Path> {
        let is_alike = |face: &Face| face.family == name && face.info.index() == index;
        let alike = self.faces.iter().enumerate().filter(|(_, face)| is_alike(face));
        let (found, font) =
            alike.filter_map(|(face, _)| Some((face, self.font(face)?))).find(|(_, f)| f.hash == hash)?;
        font.may_be_handed_on().then(|| self.faces[found].path.as_path())
    }

    /// The letters of a text that neither the embedded fonts nor these have, each once.
    pub fn missing(&self, text: &str) -> Vec<Missing> {
        let mut missing: BTreeMap<char, &'static str> = BTreeMap::new();
        let region = region_of(text);
        for cluster in text.graphemes(true) {
            let is_emoji = is_emoji(cluster);
            for letter in cluster.chars().filter(|&letter| !is_silent(letter) && !is_embedded(letter)) {
                let script = script_of(letter, cluster);
                if self.with(letter, Kind::Of(script, region)).is_none() {
                    let name = PropertyNamesLong::<Script>::new().get(script).unwrap_or("Common");
                    missing.insert(letter, if is_emoji { "Emoji" } else { name });
                }
            }
        }
        missing.into_iter().map(|(letter, script)| Missing { letter, script }).collect()
    }

    /// The first face that has the letter, the best for its kind first.
    fn with(&self, letter: char, kind: Kind) -> Option<usize> {
        let ranked = {
            let mut ranked = self.ranked.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(ranked.entry(kind).or_insert_with(|| self.rank(kind)))
        };
        ranked.iter().copied().find(|&face| self.faces[face].has(letter))
    }

    fn rank(&self, kind: Kind) -> Arc<[usize]> {
        let mut order: Vec<usize> = (0..self.faces.len()).collect();
        order.sort_by_cached_key(|&face| self.faces[face].rank(kind));
        order.into()
    }

    fn font(&self, number: usize) -> Option<Font> {
        let face = &self.faces[number];
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || {
            let bytes = std::fs::read(&face.path).ok()?;
            let hash = Sha256::digest(&bytes).into();
            let bytes = Blob::from(alone(bytes, face.info.index())?);
            Some(Font { name: face.family.clone(), hash, index: face.info.index(), bytes })
        };
        loaded.entry(number).or_insert_with(read).clone()
    }
}

/// A file of several fonts as one that has only this: its header names the place of each.
fn alone(mut bytes: Vec<u8>, index: u32) -> Option<Vec<u8>> {
    if bytes.starts_with(b"ttcf") {
        let place = 12 + 4 * index as usize;
        let offset: [u8; 4] = bytes.get(place..place + 4)?.try_into().ok()?;
        bytes.get_mut(8..12)?.copy_from_slice(&1_u32.to_be_bytes());
        bytes.get_mut(12..16)?.copy_from_slice(&offset);
    }
    Some(bytes)
}

impl Face {
    fn new(info: &FontInfo, family: &str) -> Option<Face> {
        let SourceKind::Path(path) = info.source().kind() else { return None };
        let path: PathBuf = Path::new(&**path).to_owned();
        let mapped = info.load(None)?;
        let is_coloured = FontRef::from_index(mapped.as_ref(), info.index())
            .is_ok_and(|font| font.colr().is_ok() || font.cbdt().is_ok() || font.sbix().is_ok());
        Some(Face { info: info.clone(), path, family: family.to_owned(), is_coloured, mapped: OnceLock::new() })
    }

    fn has(&self, letter: char) -> bool {
        let Some(bytes) = self.mapped.get_or_init(|| self.info.load(None)) else { return false };
        let map = self.info.charmap_index().charmap(bytes.as_ref());
        map.and_then(|map| map.map(letter)).is_some_and(|glyph| glyph != 0)
    }

    /// What is smaller is better. Names stand last, so that one order comes out wherever the files lie.
    fn rank(&self, kind: Kind) -> (bool, bool, u8, u8, u32, String, u32) {
        let is_upright = self.info.style() == FontStyle::Normal;
        let named = |names: &[&str]| names.iter().any(|name| self.family.contains(name));
        let family = match () {
            () if named(&["Noto Sans", "Noto Color Emoji"]) && !named(&["Mono", "UI"]) => 0,
            () if named(&FAMILIES) => 1,
            () if named(&["Mono", "Unifont", "Symbols", "Nastaliq", "Kufi", "Condensed"]) => 4,
            () if named(&["Serif", "Times", "Ming", "Song", "Mincho", "Batang"]) => 3,
            () => 2,
        };
        let region = match kind {
            Kind::Of(_, Region::China) if named(&[" SC", "Hans", "GB", "YaHei", "PingFang"]) => 0,
            Kind::Of(_, Region::Japan) if named(&[" JP", "Hiragino Sans", "Yu Gothic", "Meiryo"]) => 0,
            Kind::Of(_, Region::Korea) if named(&[" KR", "Malgun", "Apple SD"]) => 0,
            _ => 1,
        };
        let heaviest = if self.info.has_weight_axis() { 900.0 } else { self.info.weight().value() };
        let lightness = (900.0 - heaviest).abs() as u32;
        let is_wrong_kind = self.is_coloured != (kind == Kind::Emoji);
        (is_wrong_kind, !is_upright, family, region, lightness, self.family.clone(), self.info.index())
    }
}

/// Families without serifs that come with systems.
const FAMILIES: [&str; 20] = [
    "PingFang",
    "Hiragino",
    "Apple SD Gothic",
    "Apple Color Emoji",
    "Geeza Pro",
    "Kohinoor",
    "Thonburi",
    "Segoe UI",
    "Microsoft YaHei",
    "Microsoft JhengHei",
    "Yu Gothic",
    "Meiryo",
    "Malgun Gothic",
    "Nirmala UI",
    "Leelawadee",
    "Source Han Sans",
    "WenQuanYi",
    "Droid Sans",
    "DejaVu Sans",
    "Twemoji",
];

/// Where the systems keep fonts.
fn system_folders() -> Vec<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let mut folders = Vec::new();
    if cfg!(target_os = "macos") {
        folders.extend(["/System/Library/Fonts", "/Library/Fonts"].map(PathBuf::from));
        folders.extend(variable("HOME").map(|home| home.join("Library/Fonts")));
    } else if cfg!(windows) {
        folders.extend(variable("SystemRoot").map(|system| system.join("Fonts")));
        folders.extend(variable("LOCALAPPDATA").map(|local| local.join("Microsoft/Windows/Fonts")));
    } else {
        folders.extend(["/usr/share/fonts", "/usr/local/share/fonts"].map(PathBuf::from));
        let data = variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")));
        folders.extend(data.map(|data| data.join("fonts")));
        folders.extend(variable("HOME").map(|home| home.join(".fonts")));
    }
    folders
}

/// A cluster that asks for a picture: it is an emoji by itself, or says so.
pub(super) fn is_emoji(cluster: &str) -> bool {
    const PICTURE: char = '\u{fe0f}';
    let emoji = CodePointSetData::new::<EmojiPresentation>();
    cluster.contains(PICTURE) || cluster.chars().next().is_some_and(|first| emoji.contains(first))
}

/// The script of a letter; marks that belong to several have that of their cluster.
fn script_of(letter: char, cluster: &str) -> Script {
    let scripts = CodePointMapData::<Script>::new();
    let own = |script: &Script| !matches!(*script, Script::Common | Script::Inherited);
    let script = scripts.get(letter);
    if own(&script) { script } else { cluster.chars().map(|letter| scripts.get(letter)).find(own).unwrap_or(script) }
}

/// Which country's characters a text is written in: kana and Hangul tell.
fn region_of(text: &str) -> Region {
    let has = |range: std::ops::RangeInclusive<char>| text.contains(|letter| range.contains(&letter));
    match () {
        () if has('\u{3040}'..='\u{30ff}') => Region::Japan,
        () if has('\u{ac00}'..='\u{d7a3}') => Region::Korea,
        () => Region::China,
    }
}

/// Characters that steer or modify others and are never drawn by themselves.
pub(super) fn is_silent(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_embedded(letter: char) -> bool {
    #[expect(clippy::expect_used, reason = "the embedded fonts are fonts")]
    static MAPS: LazyLock<[FontRef<'static>; 3]> = LazyLock::new(|| {
        EMBEDDED.each_ref().map(|font| FontRef::new(font.as_ref()).expect("the embedded fonts are fonts"))
    });
    MAPS.iter().any(|font| font.charmap().map(letter).is_some_and(|glyph| glyph.to_u32() != 0))
}
