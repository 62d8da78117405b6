//! How pictures reach this terminal: chosen once from what the user wants, the environment and the terminal's own
//! answers. Pure.

use super::outer::Outer;
use super::probe::Answers;
use crate::tui::theme::Colours;

/// What the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProtocolChoice {
    /// What the terminal can do.
    #[default]
    Auto,
    Kitty,
    Sixel,
    Iterm2,
    HalfBlocks,
    Quadrants,
    Sextants,
    Off,
}

/// How a picture is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// By its placeholders.
    Kitty,
    /// By saying where each picture stands, for versions without placeholders.
    KittyPlaced,
    Sixel,
    Iterm2,
    HalfBlocks,
    Quadrants,
    Sextants,
    Off,
}

/// How pictures are sent, and how large a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    pub protocol: Protocol,
    /// Pixels.
    pub cell: (u16, u16),
    /// Sequences are wrapped so that tmux passes them on.
    pub through_tmux: bool,
    /// Coloured characters have xterm's 256 colours only.
    pub indexed: bool,
}

/// The usual shape of a cell; half-blocks need no more than the shape.
pub const USUAL_CELL: (u16, u16) = (10, 20);

/// What the environment says of the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    pub in_tmux: bool,
    /// The terminal around tmux, where tmux lets pictures through to it.
    pub outer: Option<Outer>,
    /// A console or a dumb terminal: it is asked nothing and shows no picture.
    pub is_bare: bool,
    /// Its name says that it takes iTerm2's pictures.
    pub takes_iterm2: bool,
    pub colours: Colours,
    pub shapes: Shapes,
    /// Pixels of a cell, as the system says.
    pub cell: Option<(u16, u16)>,
}

impl Surroundings {
    /// `variable` reads the environment.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>, cell: Option<(u16, u16)>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let program = set("TERM_PROGRAM").unwrap_or_default();
        let iterm2_programs = ["iTerm", "WezTerm", "mintty", "vscode", "Tabby", "Hyper", "rio", "WarpTerminal"];
        Self {
            in_tmux: set("TMUX").is_some()
                || set("STY").is_some()
                || term.starts_with("tmux")
                || term.starts_with("screen")
                || program == "tmux",
            outer: None,
            is_bare: matches!(term.as_str(), "" | "dumb" | "linux"),
            takes_iterm2: iterm2_programs.iter().any(|name| program.contains(name))
                || set("LC_TERMINAL").is_some_and(|name| name.contains("iTerm"))
                || set("WEZTERM_EXECUTABLE").is_some()
                || set("KONSOLE_VERSION").is_some(),
            colours: Colours::from_environment(&variable),
            shapes: Shapes::from_environment(&variable),
            cell,
        }
    }
}

/// The finest characters that a terminal draws by itself, so that no font has to have them and no gap is left between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shapes {
    /// Nothing is known of it: the characters that every font has.
    #[default]
    Halves,
    Quadrants,
    Sextants,
}

impl Shapes {
    /// Terminals tell of themselves in variables that programs inside tmux inherit too.
    fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        /// The first version of VTE that draws sextants is 0.62.
        const VTE_WITH_SEXTANTS: u32 = 6200;
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let is_set = |name: &str| set(name).is_some();
        let term = set("TERM").unwrap_or_default();
        let program = set("TERM_PROGRAM").unwrap_or_default();
        let vte = set("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
        let draws_sextants = ["KITTY_WINDOW_ID", "WEZTERM_EXECUTABLE", "GHOSTTY_RESOURCES_DIR"].into_iter().any(is_set)
            || ["foot", "xterm-kitty", "xterm-ghostty"].iter().any(|name| term.starts_with(name));
        let draws_quadrants =
            ["ALACRITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION", "ITERM_SESSION_ID"].into_iter().any(is_set)
                || program == "vscode"
                || term.starts_with("alacritty");
        match vte {
            Some(VTE_WITH_SEXTANTS..) => Shapes::Sextants,
            Some(_) => Shapes::Quadrants,
            None if draws_sextants => Shapes::Sextants,
            None if draws_quadrants => Shapes::Quadrants,
            None => Shapes::Halves,
        }
    }
}

/// The best way that works. Asking for a protocol by name overrides everything but the size of a cell.
pub fn choose(choice: ProtocolChoice, surroundings: &Surroundings, answers: &Answers) -> Way {
    let outer = surroundings.outer.as_ref();
    let known_cell = answers.cell.or(surroundings.cell).or_else(|| outer?.cell);
    let protocol = match choice {
        ProtocolChoice::Kitty => Protocol::Kitty,
        ProtocolChoice::Sixel => Protocol::Sixel,
        ProtocolChoice::Iterm2 => Protocol::Iterm2,
        ProtocolChoice::HalfBlocks => Protocol::HalfBlocks,
        ProtocolChoice::Quadrants => Protocol::Quadrants,
        ProtocolChoice::Sextants => Protocol::Sextants,
        ProtocolChoice::Off => Protocol::Off,
        ProtocolChoice::Auto => automatic(surroundings, answers, known_cell.is_some()),
    };
    let is_sent = matches!(protocol, Protocol::Kitty | Protocol::Sixel | Protocol::Iterm2);
    let Colours { indexed, many, .. } = surroundings.colours;
    Way {
        protocol,
        cell: known_cell.unwrap_or(USUAL_CELL),
        through_tmux: surroundings.in_tmux && is_sent,
        indexed: indexed && !many,
    }
}

fn automatic(surroundings: &Surroundings, answers: &Answers, cell_is_known: bool) -> Protocol {
    if surroundings.is_bare {
        return Protocol::Off;
    }
    let name = answers.name.as_deref().unwrap_or_default();
    let is_iterm2 =
        surroundings.takes_iterm2 || ["WezTerm", "iTerm2", "Konsole"].iter().any(|known| name.starts_with(known));
    // It fits a picture into the cells of its placeholders, whatever their size in pixels.
    if !surroundings.in_tmux && answers.kitty && has_placeholders(name) && !is_iterm2 {
        return Protocol::Kitty;
    }
    if !surroundings.in_tmux && cell_is_known {
        if is_iterm2 {
            return Protocol::Iterm2;
        }
        if answers.kitty && version_of_kitty(name).is_some_and(|version| version >= PLACES_PICTURES) {
            return Protocol::KittyPlaced;
        }
        if answers.sixel {
            return Protocol::Sixel;
        }
    }
    // Nothing but placeholders stands where tmux has it: it knows nothing of pictures.
    if cell_is_known && surroundings.outer.as_ref().is_some_and(|outer| has_placeholders(&outer.name)) {
        return Protocol::Kitty;
    }
    // Coloured text is what `NO_COLOR` forbids.
    match (surroundings.colours.none, surroundings.shapes) {
        (true, _) => Protocol::Off,
        (false, Shapes::Halves) => Protocol::HalfBlocks,
        (false, Shapes::Quadrants) => Protocol::Quadrants,
        (false, Shapes::Sextants) => Protocol::Sextants,
    }
}

/// The first version of kitty that shows pictures by placeholders; older ones answer the query and then show empty boxes.
const HAS_PLACEHOLDERS: (u32, u32) = (0, 28);

/// The first one that leaves the cursor where it is when a picture is placed.
const PLACES_PICTURES: (u32, u32) = (0, 20);

/// Ghostty always had placeholders, others that take kitty's pictures mostly lack them.
fn has_placeholders(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with("ghostty")
        || version_of_kitty(name).is_some_and(|version| version >= HAS_PLACEHOLDERS)
}

/// The version of `kitty(0.35.2)`.
fn version_of_kitty(name: &str) -> Option<(u32, u32)> {
    let version = name.strip_prefix("kitty(")?.strip_suffix(')')?;
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    Some((numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(
        environment: &[(&str, &str)],
        name: &str,
        kitty: bool,
        sixel: bool,
        cell: Option<(u16, u16)>,
    ) -> Protocol {
        let variable =
            |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let surroundings = Surroundings::from_environment(variable, None);
        let answers = Answers { kitty, sixel, name: Some(name.to_owned()), cell, ..Answers::default() };
        choose(ProtocolChoice::Auto, &surroundings, &answers).protocol
    }

    #[test]
    fn each_terminal_gets_what_it_can_show() {
        let cell = Some((10, 20));
        let xterm = [("TERM", "xterm-256color")];
        for (environment, name, kitty, sixel, cell, expected) in [
            (&[("TERM", "xterm-kitty")][..], "kitty(0.35.2)", true, false, cell, Protocol::Kitty),
            (&[("TERM", "xterm-kitty")], "kitty(0.26.5)", true, false, cell, Protocol::KittyPlaced),
            (&[("TERM", "xterm-kitty")], "kitty(0.19.3)", true, false, cell, Protocol::Sextants),
            (&xterm, "ghostty 1.1.0", true, false, cell, Protocol::Kitty),
            (&xterm, "XTerm(379)", false, true, cell, Protocol::Sixel),
            (&xterm, "XTerm(379)", false, true, None, Protocol::HalfBlocks),
            (&xterm, "WezTerm 2024", true, true, cell, Protocol::Iterm2),
            (
                &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")],
                "iTerm2 3.5",
                true,
                true,
                cell,
                Protocol::Iterm2,
            ),
            (&[("TERM", "tmux-256color"), ("TMUX", "x")], "kitty(0.35.2)", true, true, cell, Protocol::HalfBlocks),
            (
                &[("TERM", "tmux-256color"), ("TMUX", "x"), ("KITTY_WINDOW_ID", "1")],
                "",
                false,
                false,
                cell,
                Protocol::Sextants,
            ),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], "VTE", false, false, cell, Protocol::Sextants),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "5600")], "VTE", false, false, cell, Protocol::Quadrants),
            (&[("TERM", "alacritty")], "alacritty", false, false, cell, Protocol::Quadrants),
            (&[("TERM", "foot")], "foot", false, true, None, Protocol::Sextants),
            (&xterm, "", false, false, cell, Protocol::HalfBlocks),
            (&[("TERM", "linux")], "", false, false, cell, Protocol::Off),
            (&[("TERM", "xterm"), ("NO_COLOR", "1")], "", false, false, cell, Protocol::Off),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], "kitty(0.35.2)", true, false, cell, Protocol::Kitty),
        ] {
            assert_eq!(chosen(environment, name, kitty, sixel, cell), expected, "{environment:?} {name}");
        }
    }

    #[test]
    fn a_terminal_around_tmux_gets_its_pictures_where_tmux_lets_them_through() {
        let chosen = |outer: Option<(&str, Option<(u16, u16)>)>| {
            let outer = outer.map(|(name, cell)| Outer { name: name.to_owned(), cell });
            let tmux = Surroundings { in_tmux: true, outer, ..Surroundings::default() };
            let way = choose(ProtocolChoice::Auto, &tmux, &Answers::default());
            (way.protocol, way.through_tmux)
        };
        let cell = Some((10, 20));
        assert_eq!(chosen(Some(("kitty(0.35.2)", cell))), (Protocol::Kitty, true));
        assert_eq!(chosen(Some(("ghostty 1.1.0", cell))), (Protocol::Kitty, true));
        for other in [None, Some(("kitty(0.35.2)", None)), Some(("kitty(0.26.5)", cell)), Some(("XTerm(379)", cell))] {
            assert_eq!(chosen(other), (Protocol::HalfBlocks, false), "{other:?}");
        }
    }

    #[test]
    fn a_named_protocol_is_obeyed() {
        let tmux = Surroundings { in_tmux: true, ..Surroundings::default() };
        let way = choose(ProtocolChoice::Kitty, &tmux, &Answers::default());
        assert_eq!(way, Way { protocol: Protocol::Kitty, cell: USUAL_CELL, through_tmux: true, indexed: false });
        let way = choose(ProtocolChoice::HalfBlocks, &tmux, &Answers::default());
        assert!(!way.through_tmux);
    }
}
