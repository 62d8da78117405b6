//! From the text of a file to a campaign: the way in. Calls the parser of the format and then the rules.

use std::path::Path;

use super::faults::{Faults, Place, Problem, Unreadable, grouped, whole_file};
use super::node::{Content, Node};
use super::{json, loose, rules, yaml};
use crate::campaign::Campaign;
use crate::cast::Cast;
use crate::fault::Fault;
use crate::ids::CampaignId;

/// How a campaign file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comments, and a comma behind the last entry, are read too.
    Json,
    /// Aliases are followed; what they may expand to is limited.
    Yaml,
}

impl Format {
    /// By the file's extension, in any case; `None` for a file that is no campaign, such as the choices of takes that
    /// stand beside one (`ID.takes.json`).
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let mut parts = name.rsplit('.');
        match (parts.next()?, parts.next()?, parts.next()) {
            // A campaign may itself be called `takes`.
            (_, "takes", Some(_)) => None,
            ("json", ..) => Some(Self::Json),
            ("yaml" | "yml", ..) => Some(Self::Yaml),
            _ => None,
        }
    }
}

/// The campaign that `text` describes where there is no cast: see [`read_with`].
pub fn read(text: &str, format: Format) -> Result<Campaign, Vec<Fault>> {
    read_with(text, format, &Cast::none())
}

/// What is wrong with a file that is larger than any that is read.
pub(super) fn too_large(text: &str) -> Option<Fault> {
    (text.len() as u64 > Campaign::LARGEST_FILE).then(|| {
        let (size, most) = (grouped(text.len()), grouped(Campaign::LARGEST_FILE as usize));
        let problem = Problem::new(format!("the file has {size} bytes; at most {most} are allowed"));
        whole_file(problem.hint("Split it into several campaigns."))
    })
}

/// The campaign that `text` describes, whose profiles may name members of `cast`, or everything that is wrong with it in
/// the order of its lines. Never an empty list of faults, and at most about a hundred: the last one then counts the rest.
pub fn read_with(text: &str, format: Format, cast: &Cast) -> Result<Campaign, Vec<Fault>> {
    if let Some(fault) = too_large(text) {
        return Err(vec![fault]);
    }
    let mut faults = Faults::new(text);
    let campaign = match parse(text, format) {
        Ok(root) => rules::campaign(&root, cast, &mut faults),
        Err(Unreadable { at, problem }) => {
            faults.add(at, &Place::Whole, || problem);
            None
        }
    };
    match campaign {
        Some(campaign) if faults.is_empty() => Ok(campaign),
        _ => Err(faults.into_list()),
    }
}

/// The campaign that a tree describes, or the first fault of it in the order of the tree.
pub(crate) fn campaign_of(root: &Node, cast: &Cast) -> Result<Campaign, Fault> {
    let mut faults = Faults::new("");
    let campaign = rules::campaign(root, cast, &mut faults);
    match campaign {
        Some(campaign) if faults.is_empty() => Ok(campaign),
        _ => Err(faults.into_list().swap_remove(0)),
    }
}

/// The id that a file gives itself, whatever else is wrong with it.
pub fn id_of(text: &str, format: Format) -> Option<CampaignId> {
    let root = parse(text, format).ok()?;
    let Content::Map(entries) = &root.content else { return None };
    let (_, id) = entries.iter().find(|(name, _)| name.as_text() == Some("campaign_id"))?;
    CampaignId::new(id.as_text()?).ok()
}

/// The tree of a file, whichever format it has.
pub(crate) fn parse(text: &str, format: Format) -> Result<Node, Unreadable> {
    if text.starts_with('\u{feff}') {
        let problem = Problem::new("the file starts with a byte order mark (U+FEFF)");
        return Err(Unreadable { at: 0, problem: problem.hint("Save it as UTF-8 without a byte order mark.") });
    }
    if text.trim().is_empty() {
        let problem = Problem::new("the file is empty").hint("Start from a sample, or with: babblecast new NAME.");
        return Err(Unreadable { at: 0, problem });
    }
    if let Some((at, control)) = raw_control(text, format) {
        return Err(Unreadable { at, problem: Problem::control_character(control) });
    }
    let parsed = match read_as(text, format) {
        Err(unreadable) => match loose::covered(text, format) {
            Some(covered) => read_as(&covered, format),
            None => Err(unreadable),
        },
        parsed => parsed,
    };
    parsed.map(Node::settled)
}

fn read_as(text: &str, format: Format) -> Result<Node, Unreadable> {
    match format {
        Format::Json => json::parse(text),
        Format::Yaml => yaml::parse(text),
    }
}

/// The first control character that the format itself forbids unescaped; found here, its name can be told.
fn raw_control(text: &str, format: Format) -> Option<(usize, char)> {
    let forbidden = |c: char| match (c, format) {
        ('\n' | '\r' | '\t', _) | ('\u{85}', Format::Yaml) => false,
        (c, Format::Json) => c < ' ',
        (c, Format::Yaml) => c.is_control(),
    };
    text.char_indices().find(|(_, c)| forbidden(*c))
}
