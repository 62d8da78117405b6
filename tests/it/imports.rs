//! Who names whom in `src/` and in the rooms that are packages of their own, found by parsing them: what the test of the
//! arrows judges. A path counts however it is written: in a group, through `super`, inside of a macro.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// A module's path below the crate: `["store", "jobs", "leases"]`.
pub type Module = Vec<String>;

/// One file of `src/`, without its tests.
pub struct Source {
    pub module: Module,
    pub path: PathBuf,
    pub text: String,
    /// The files of this crate that it names.
    pub names: BTreeSet<Module>,
    /// The first words of all paths that lead out of the crate.
    pub crates: BTreeSet<String>,
}

/// The rooms that are packages of their own, in `crates/`.
const PACKAGES: &[&str] = &["baby", "credentials", "domain", "face", "media"];

/// Every file of every room, but for tests and the roots of the program. Read once for all tests.
pub fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = BTreeMap::new();
        collect(&root.join("src"), &[], &mut files);
        files.retain(|module, _| !module.is_empty());
        for package in PACKAGES {
            collect(&root.join("crates").join(package).join("src"), &[(*package).to_owned()], &mut files);
        }
        let modules: BTreeSet<Module> = files.keys().cloned().collect();
        files.into_iter().map(|(module, path)| read(module, path, &modules)).collect()
    });
    &SOURCES
}

/// `above` is the module of the folder's front: `mod.rs`, or a root, `lib.rs` or `main.rs`.
fn collect(folder: &Path, above: &[String], files: &mut BTreeMap<Module, PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("tests") || name.ends_with("_tests") {
            continue;
        }
        let is_front = name == "mod" || matches!(path.file_name().unwrap().to_str(), Some("lib.rs" | "main.rs"));
        let module: Module = above.iter().cloned().chain((!is_front).then_some(name)).collect();
        if path.is_dir() {
            collect(&path, &module, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(module, path);
        }
    }
}

fn read(module: Module, path: PathBuf, modules: &BTreeSet<Module>) -> Source {
    let text = std::fs::read_to_string(&path).unwrap();
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader =
        Reader { here: module.clone(), own: module.len(), modules, names: BTreeSet::new(), crates: BTreeSet::new() };
    reader.visit_file(&file);
    reader.names.remove(&module);
    let (names, crates) = (reader.names, reader.crates);
    Source { module, path, text, names, crates }
}

struct Reader<'a> {
    /// The module that is being read, inline modules included.
    here: Module,
    /// How much of `here` is the file itself.
    own: usize,
    modules: &'a BTreeSet<Module>,
    names: BTreeSet<Module>,
    crates: BTreeSet<String>,
}

impl Reader<'_> {
    /// What `crate` means here.
    fn root(&self) -> &[String] {
        let is_package = self.here.first().is_some_and(|room| PACKAGES.contains(&room.as_str()));
        &self.here[..usize::from(is_package)]
    }

    /// True where a package has a module of this name itself, which its files import.
    fn is_own(&self, name: &str) -> bool {
        let own: Module = self.root().iter().cloned().chain([name.to_owned()]).collect();
        !self.root().is_empty() && self.modules.contains(&own)
    }

    fn note(&mut self, path: &[String]) {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let child = || self.here.iter().cloned().chain(path.first().cloned()).collect::<Module>();
        let absolute: Module = match path.first().map(String::as_str) {
            Some("crate") => self.root().iter().chain(&path[1..]).cloned().collect(),
            Some("self") => self.here.iter().chain(&path[1..]).cloned().collect(),
            Some("super") => self.here[..self.here.len() - supers].iter().chain(&path[supers..]).cloned().collect(),
            Some(_) if self.here.len() == self.own && self.modules.contains(&child()) => {
                self.here.iter().chain(path).cloned().collect()
            }
            Some(first) if PACKAGES.contains(&first) && !self.is_own(first) => path.to_vec(),
            Some(first) => {
                self.crates.insert(first.to_owned());
                return;
            }
            None => return,
        };
        let longest =
            (0..=absolute.len()).rev().map(|length| &absolute[..length]).find(|prefix| self.modules.contains(*prefix));
        self.names.extend(longest.map(<[String]>::to_vec));
    }

    fn note_tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |ident: &syn::Ident| before.iter().cloned().chain([ident.to_string()]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.note_tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.note_tree(item, before)),
            syn::UseTree::Name(name) if name.ident == "self" => self.note(before),
            syn::UseTree::Name(name) => self.note(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.note(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.note(before),
        }
    }

    /// The paths in a macro's arguments, which the parser leaves as tokens.
    fn note_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if colons == 2 || path.is_empty() => path.push(ident.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                other => {
                    self.note_macro_path(&std::mem::take(&mut path));
                    match other {
                        TokenTree::Ident(ident) => path.push(ident.to_string()),
                        TokenTree::Group(group) => self.note_tokens(group.stream()),
                        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                    }
                }
            }
            colons = 0;
        }
        self.note_macro_path(&path);
    }

    fn note_macro_path(&mut self, path: &[String]) {
        if path.len() > 1 {
            self.note(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !attributes(item).iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !item.attrs.iter().any(is_for_tests) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.here.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.here.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.note_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.note(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.note_tokens(mac.tokens.clone());
    }

    /// Who may see an item is no use of it.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

/// `cfg(test)`, alone or with more that must hold; `cfg(not(test))` is the product itself.
fn is_for_tests(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    let condition = list.tokens.to_string().replace(char::is_whitespace, "");
    let words = condition.replace("not(test)", "");
    list.path.is_ident("cfg") && words.split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
