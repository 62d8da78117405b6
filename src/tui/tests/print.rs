//! A screen as text, for people to read in a snapshot.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::style::{Color, Modifier, Style};

/// What stands on the screen.
pub fn text(buffer: &Buffer) -> String {
    rows(buffer).map(|row| row.0.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// What stands on the screen, then a letter for the style of each cell, then what the letters mean. Of pictures only how
/// light they are.
pub fn styled(buffer: &Buffer) -> String {
    let mut styles: Vec<Style> = Vec::new();
    let mut letters = String::new();
    for (_, row) in rows(buffer) {
        let line: String = row
            .into_iter()
            .map(|style| {
                let Some(style) = style.filter(|style| *style != Style::reset()) else { return ' ' };
                let known = styles.iter().position(|seen| *seen == style);
                let number = known.unwrap_or_else(|| {
                    styles.push(style);
                    styles.len() - 1
                });
                char::from(b'a' + number as u8)
            })
            .collect();
        writeln!(letters, "{}", line.trim_end()).unwrap();
    }
    let mut legend = String::new();
    for (letter, style) in ('a'..).zip(&styles) {
        writeln!(legend, "{letter} {}", told(*style)).unwrap();
    }
    let text: String = rows(buffer).fold(String::new(), |text, (row, _)| text + row.trim_end() + "\n");
    format!("{text}\n{letters}\n{legend}")
}

/// Text and styles of each row, no style for a cell of a picture; the second half of a wide character is left out of the
/// text.
fn rows(buffer: &Buffer) -> impl Iterator<Item = (String, Vec<Option<Style>>)> {
    let width = usize::from(buffer.area.width);
    buffer.content.chunks(width.max(1)).map(|row| {
        let mut text = String::new();
        let mut covered = 0;
        for cell in row {
            assert_eq!(cell.diff_option, CellDiffOption::None, "half-blocks are plain cells");
            if covered > 0 {
                covered -= 1;
            } else if is_picture(cell) {
                text.push(shade(cell));
            } else {
                text.push_str(cell.symbol());
                covered = crate::tui::text::width(cell.symbol()).saturating_sub(1);
            }
        }
        (text, row.iter().map(|cell| (!is_picture(cell)).then(|| style_of(cell))).collect())
    })
}

fn is_picture(cell: &Cell) -> bool {
    matches!(cell.symbol(), "▀" | "▄")
}

/// From dark to light.
fn shade(cell: &Cell) -> char {
    const SHADES: [char; 8] = ['.', ':', '-', '=', '+', '*', '#', '@'];
    let light = |colour: Color| match colour {
        Color::Rgb(red, green, blue) => (2 * u32::from(red) + 5 * u32::from(green) + u32::from(blue)) / 8,
        _ => 0,
    };
    let mean = light(cell.fg).midpoint(light(cell.bg));
    SHADES[(mean as usize * SHADES.len() / 256).min(SHADES.len() - 1)]
}

fn style_of(cell: &Cell) -> Style {
    let style = Style { underline_color: None, ..cell.style() }.remove_modifier(Modifier::empty());
    Style::reset()
        .fg(style.fg.unwrap_or(Color::Reset))
        .bg(style.bg.unwrap_or(Color::Reset))
        .add_modifier(style.add_modifier)
}

fn told(style: Style) -> String {
    let colour = |name: &str, colour: Option<Color>| match colour {
        None | Some(Color::Reset) => String::new(),
        Some(colour) => format!("{name} {colour} "),
    };
    let modifiers = if style.add_modifier.is_empty() { String::new() } else { format!("{:?}", style.add_modifier) };
    format!("{}{}{modifiers}", colour("fg", style.fg), colour("bg", style.bg)).trim_end().to_owned()
}
