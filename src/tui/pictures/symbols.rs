//! Pictures as coloured characters: each cell is one of a few shapes in two colours, the pair that is nearest to the picture.
//! For terminals that take no pictures. Pure.

use image::{DynamicImage, RgbImage};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Color;
use ratatui::widgets::Widget;
use ratatui_image::Image;
use ratatui_image::protocol::Protocol as Ready;
use ratatui_image::protocol::halfblocks::Halfblocks;

use crate::tui::theme::neighbour;

/// Which characters a cell is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbols {
    /// Two halves, one above the other: in every font.
    Halves,
    /// Two columns and two rows: U+2596 to U+259F.
    Quadrants,
    /// Two columns and three rows: U+1FB00 to U+1FB3B, of Unicode 13.
    Sextants,
}

/// Pixels of a cell before its parts are averaged: square ones, and a whole number of them in every part.
pub const CELL: (u16, u16) = (6, 12);

/// A picture in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    size: Size,
    cells: Vec<(String, Color, Color)>,
}

impl Drawn {
    /// A picture of so many cells. `indexed`: the terminal has xterm's 256 colours only.
    pub fn new(
        picture: RgbImage,
        size: Size,
        symbols: Symbols,
        indexed: bool,
    ) -> Result<Self, ratatui_image::errors::Errors> {
        let mut cells = match symbols {
            Symbols::Halves => halves(picture, size)?,
            Symbols::Quadrants => parts(&picture, size, 2, quadrant),
            Symbols::Sextants => parts(&picture, size, 3, sextant),
        };
        if indexed {
            for (_, fg, bg) in &mut cells {
                (*fg, *bg) = (neighbour(*fg), neighbour(*bg));
            }
        }
        Ok(Self { size, cells })
    }

    pub fn size(&self) -> Size {
        self.size
    }

    /// The memory that it takes: a character has its own place.
    pub fn bytes(&self) -> usize {
        const ALLOCATED: usize = 16;
        self.cells.len() * (size_of::<(String, Color, Color)>() + ALLOCATED)
    }

    pub fn render(&self, area: Rect, buffer: &mut Buffer) {
        let rows = self.cells.chunks(usize::from(self.size.width).max(1));
        for (y, row) in (area.y..area.bottom()).zip(rows) {
            for (x, (symbol, fg, bg)) in (area.x..area.right()).zip(row) {
                if let Some(cell) = buffer.cell_mut((x, y)) {
                    cell.set_symbol(symbol).set_fg(*fg).set_bg(*bg);
                }
            }
        }
    }
}

fn halves(picture: RgbImage, size: Size) -> Result<Vec<(String, Color, Color)>, ratatui_image::errors::Errors> {
    let ready = Ready::Halfblocks(Halfblocks::new(DynamicImage::ImageRgb8(picture), size)?);
    let area = Rect::new(0, 0, size.width, size.height);
    let mut buffer = Buffer::empty(area);
    Image::new(&ready).render(area, &mut buffer);
    Ok(buffer.content.iter().map(|cell| (cell.symbol().to_owned(), cell.fg, cell.bg)).collect())
}

/// The cells of a picture whose parts are two columns and so many rows. `symbol` is the character in which the parts of a
/// mask are drawn in the colour of the text: bit 0 is the upper left one, then row by row.
fn parts(picture: &RgbImage, size: Size, rows: u32, symbol: fn(u32) -> char) -> Vec<(String, Color, Color)> {
    let mut cells = Vec::with_capacity(usize::from(size.width) * usize::from(size.height));
    for y in 0..u32::from(size.height) {
        for x in 0..u32::from(size.width) {
            let means: Vec<[i32; 3]> = (0..2 * rows).map(|part| mean(picture, (x, y), part, rows)).collect();
            let (mask, ink, ground) = two_colours(&means);
            let [ink, ground] = [ink, ground].map(|[red, green, blue]| Color::Rgb(red, green, blue));
            cells.push((symbol(mask).to_string(), ink, ground));
        }
    }
    cells
}

/// The mean colour of a part of a cell; what lies beyond the picture is its last row or column.
fn mean(picture: &RgbImage, (x, y): (u32, u32), part: u32, rows: u32) -> [i32; 3] {
    let (width, height) = (u32::from(CELL.0) / 2, u32::from(CELL.1) / rows);
    let (left, top) = (x * 2 * width + part % 2 * width, y * rows * height + part / 2 * height);
    let mut sum = [0i32; 3];
    for row in top..top + height {
        for column in left..left + width {
            let pixel = picture.get_pixel(column.min(picture.width() - 1), row.min(picture.height() - 1));
            for (sum, channel) in sum.iter_mut().zip(pixel.0) {
                *sum += i32::from(channel);
            }
        }
    }
    sum.map(|sum| sum / (width * height) as i32)
}

/// The two colours that stand for these parts with the least squared error, and which parts are in the first of them.
fn two_colours(parts: &[[i32; 3]]) -> (u32, [u8; 3], [u8; 3]) {
    // Of each pair of a mask and its complement one is enough: the one without the last part.
    let masks = 0..1u32 << (parts.len() - 1);
    // The error is the sum of squares, which is the same for all, less this.
    let kept = |mask: u32| -> i64 {
        let (ink, ground) = sums(parts, mask);
        let kept = |(sum, count): ([i32; 3], i32)| -> i64 {
            if count == 0 {
                0
            } else {
                sum.iter().map(|sum| i64::from(*sum) * i64::from(*sum)).sum::<i64>() / i64::from(count)
            }
        };
        kept(ink) + kept(ground)
    };
    let mask = masks.max_by_key(|mask| kept(*mask)).unwrap_or_default();
    let (ink, ground) = sums(parts, mask);
    let mean = |(sum, count): ([i32; 3], i32)| sum.map(|sum| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX));
    // A cell of one colour has it as its background; its text is a space.
    (mask, mean(if mask == 0 { ground } else { ink }), mean(ground))
}

/// The sums of the colours of the parts in the mask and of the others, with how many they are.
fn sums(parts: &[[i32; 3]], mask: u32) -> (([i32; 3], i32), ([i32; 3], i32)) {
    let (mut ink, mut ground) = (([0; 3], 0), ([0; 3], 0));
    for (number, part) in parts.iter().enumerate() {
        let (sum, count) = if mask >> number & 1 == 1 { &mut ink } else { &mut ground };
        *count += 1;
        for (sum, channel) in sum.iter_mut().zip(part) {
            *sum += channel;
        }
    }
    (ink, ground)
}

/// By mask: upper left 1, upper right 2, lower left 4, lower right 8.
const QUADRANTS: [char; 16] = [' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'];

fn quadrant(mask: u32) -> char {
    QUADRANTS.get(mask as usize).copied().unwrap_or(' ')
}

/// The sextants stand in the order of their masks, without those four that are spaces and blocks already.
fn sextant(mask: u32) -> char {
    match mask {
        0 => ' ',
        0b01_0101 => '▌',
        0b10_1010 => '▐',
        0b11_1111 => '█',
        mask => {
            let passed_over = 1 + u32::from(mask > 0b01_0101) + u32::from(mask > 0b10_1010);
            char::from_u32(0x1_fb00 + mask - passed_over).unwrap_or(' ')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One cell whose parts are white where the mask says so.
    fn cell(mask: u32, rows: u32) -> RgbImage {
        let (width, height) = (u32::from(CELL.0), u32::from(CELL.1));
        RgbImage::from_fn(width, height, |x, y| {
            let part = y / (height / rows) * 2 + x / (width / 2);
            image::Rgb(if mask >> part & 1 == 1 { [255; 3] } else { [10, 20, 30] })
        })
    }

    /// A cell drawn: whether each part is light.
    fn is_light(drawn: &Drawn, part: u32, mask_of: impl Fn(&str) -> u32) -> bool {
        let (symbol, fg, bg) = &drawn.cells[0];
        let colour = if mask_of(symbol) >> part & 1 == 1 { fg } else { bg };
        *colour == Color::Rgb(255, 255, 255)
    }

    #[test]
    fn every_shape_of_two_colours_is_drawn_as_it_is() {
        let size = Size::new(1, 1);
        for mask in 0..16 {
            let drawn = Drawn::new(cell(mask, 2), size, Symbols::Quadrants, false).unwrap();
            let of = |symbol: &str| (0..16).find(|mask| quadrant(*mask).to_string() == symbol).unwrap();
            (0..4)
                .for_each(|part| assert_eq!(is_light(&drawn, part, of), mask >> part & 1 == 1, "{mask:04b} {drawn:?}"));
        }
        for mask in 0..64 {
            let drawn = Drawn::new(cell(mask, 3), size, Symbols::Sextants, false).unwrap();
            let of = |symbol: &str| (0..64).find(|mask| sextant(*mask).to_string() == symbol).unwrap();
            (0..6)
                .for_each(|part| assert_eq!(is_light(&drawn, part, of), mask >> part & 1 == 1, "{mask:06b} {drawn:?}"));
        }
    }

    #[test]
    fn sextants_have_the_names_that_unicode_gives_them() {
        // BLOCK SEXTANT-1, -2, -12, -1235 (the last before ▌ is left out comes U+1FB13), -23456.
        for (mask, character) in
            [(1, '🬀'), (2, '🬁'), (3, '🬂'), (0b01_0100, '🬓'), (0b01_0110, '🬔'), (0b10_1011, '🬨'), (0b11_1110, '🬻')]
        {
            assert_eq!(sextant(mask), character, "{mask:06b}");
        }
    }

    #[test]
    fn a_small_terminal_and_few_colours_are_enough() {
        let drawn = Drawn::new(cell(5, 2), Size::new(3, 2), Symbols::Quadrants, true).unwrap();
        assert!(drawn.cells.iter().all(|(_, fg, bg)| matches!((fg, bg), (Color::Indexed(_), Color::Indexed(_)))));
        let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
        drawn.render(buffer.area, &mut buffer);
        assert_eq!(buffer.cell((0, 0)).unwrap().symbol(), "▌");
    }
}
