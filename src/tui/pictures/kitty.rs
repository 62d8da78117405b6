//! Pictures of terminals that speak kitty's protocol: their pixels are sent once, as PNG, and the terminal keeps them. Newer
//! ones show them wherever certain characters stand; to older ones is said where they stand, and that they stand there no
//! longer.

use std::cell::{Cell, RefCell};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use image::{DynamicImage, RgbImage};
use ratatui::buffer::{Buffer, Cell as BufferCell};
use ratatui::layout::{Rect, Size};
use ratatui::widgets::Widget;
use ratatui_image::Image;
use ratatui_image::errors::Errors;
use ratatui_image::protocol::Protocol as Ready;
use ratatui_image::protocol::kitty::Kitty as Placeholders;

use crate::media::picture;

/// The character of which kitty takes the place.
const PLACEHOLDER: char = '\u{10eeee}';

/// Letters of base64 in one sequence; the protocol allows no more.
const CHUNK: usize = 4096;

/// A picture that the terminal keeps.
pub struct Kitty {
    id: u32,
    size: Size,
    /// What the terminal is sent before it can show the picture; it is sent once.
    pixels: Cell<Option<String>>,
    /// How much that is.
    bytes: usize,
    stands: Stands,
}

/// How a picture comes to stand where it does.
enum Stands {
    /// Row by row, the characters of which it takes the place.
    Cells(Vec<BufferCell>),
    /// It is placed after the frame is drawn.
    Placed {
        /// Where it was drawn since somebody asked.
        at: RefCell<Vec<Rect>>,
        /// Gone with the picture.
        alive: Arc<()>,
    },
}

impl Kitty {
    /// A picture of a terminal that knows placeholders. `id` is that of the same picture of the same size only.
    pub fn with_placeholders(picture: &RgbImage, size: Size, id: u32, through_tmux: bool) -> Result<Self, Errors> {
        // The characters depend on size and number alone.
        let nothing = DynamicImage::new_rgb8(1, 1);
        let ready = Ready::Kitty(Placeholders::new(nothing, size, id, false, false)?);
        let mut buffer = Buffer::empty(Rect::from((ratatui::layout::Position::ORIGIN, size)));
        Image::new(&ready).render(buffer.area, &mut buffer);
        for cell in &mut buffer.content {
            if let Some(start) = cell.symbol().find(PLACEHOLDER).filter(|start| *start > 0) {
                let symbol = cell.symbol()[start..].to_owned();
                cell.set_symbol(&symbol);
            }
        }
        let pixels = sent(picture, &format!("a=T,U=1,i={id}"), through_tmux);
        Ok(Self {
            id,
            size,
            bytes: pixels.len(),
            pixels: Cell::new(Some(pixels)),
            stands: Stands::Cells(buffer.content),
        })
    }

    /// A picture of a terminal that has to be told where it stands.
    pub fn placed(picture: &RgbImage, size: Size) -> Self {
        let id = new_id();
        let pixels = sent(picture, &format!("a=t,i={id}"), false);
        let stands = Stands::Placed { at: RefCell::default(), alive: Arc::default() };
        Self { id, size, bytes: pixels.len(), pixels: Cell::new(Some(pixels)), stands }
    }

    pub fn size(&self) -> Size {
        self.size
    }

    /// The memory that it took before it was sent, and about what it takes in the terminal.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn render(&self, area: Rect, buffer: &mut Buffer) {
        match &self.stands {
            Stands::Cells(cells) => self.render_cells(cells, area, buffer),
            Stands::Placed { at, .. } => {
                // It lies over the cells: they are empty, so that nothing is seen when it goes.
                for place in area.intersection(buffer.area).positions() {
                    buffer[place].set_symbol(" ");
                }
                at.borrow_mut().push(area);
            }
        }
    }

    fn render_cells(&self, cells: &[BufferCell], area: Rect, buffer: &mut Buffer) {
        let mut pixels = self.pixels.take();
        for (y, row) in (area.y..area.bottom()).zip(cells.chunks(usize::from(self.size.width).max(1))) {
            for (x, cell) in (area.x..area.right()).zip(row) {
                if let Some(place) = buffer.cell_mut((x, y)) {
                    place.clone_from(cell);
                    if let Some(pixels) = pixels.take() {
                        place.set_symbol(&(pixels + cell.symbol()));
                    }
                }
            }
        }
        // There was no cell to send it with.
        self.pixels.set(pixels);
    }
}

/// A number that no other picture of this start has, and hardly one of another program in the same window.
fn new_id() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(0x9e37_79b1);
    first.wrapping_add(COUNT.fetch_add(1, Ordering::Relaxed)).max(1)
}

/// The sequences that give the terminal a picture; `keys` say what for.
fn sent(picture: &RgbImage, keys: &str, through_tmux: bool) -> String {
    let (start, escape, end) = if through_tmux { ("\x1bPtmux;", "\x1b\x1b", "\x1b\\") } else { ("", "\x1b", "") };
    let data = base64_simd::STANDARD.encode_to_string(picture::encode_png(picture));
    let mut sequences = String::with_capacity(data.len() + data.len() / CHUNK * 32 + 64);
    let mut rest = data.as_str();
    let mut keys = format!("q=2,{keys},f=100,s={},v={}", picture.width(), picture.height());
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK));
        let more = u8::from(!after.is_empty());
        // Writing to memory cannot fail.
        let _ = write!(sequences, "{start}{escape}_G{keys},m={more};{chunk}{escape}\\{end}");
        "q=2".clone_into(&mut keys);
        rest = after;
    }
    sequences
}

/// Which pictures stand where in a terminal that has to be told.
#[derive(Default)]
pub struct Placements {
    standing: Vec<Placement>,
    /// The pictures that the terminal has, each for as long as somebody here has it too.
    kept: Vec<(u32, std::sync::Weak<()>)>,
    /// What was there before is gone or of no use.
    is_lost: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Placement {
    id: u32,
    area: Rect,
}

impl Placement {
    /// One picture may stand in several places: the number of each.
    fn number(&self) -> u32 {
        (u32::from(self.area.y) << 12 | u32::from(self.area.x)) + 1
    }
}

impl Placements {
    /// What is on the terminal is to be made anew.
    pub fn forget(&mut self) {
        *self = Self { is_lost: true, ..Self::default() };
    }

    /// The sequences that make the terminal show the pictures where they were drawn in the last frame, and nowhere else.
    /// New ones come before old ones go, so that nothing flickers.
    pub fn follow<'a>(&mut self, pictures: impl Iterator<Item = &'a Kitty>) -> String {
        let mut said = String::new();
        let mut now = Vec::new();
        for picture in pictures {
            let Stands::Placed { at, alive } = &picture.stands else { continue };
            let places = at.take();
            if std::mem::take(&mut self.is_lost) {
                said.push_str("\x1b_Ga=d,d=A,q=2\x1b\\");
            }
            if !places.is_empty()
                && let Some(pixels) = picture.pixels.take()
            {
                said.push_str(&pixels);
                self.kept.push((picture.id, Arc::downgrade(alive)));
            }
            now.extend(places.into_iter().map(|area| Placement { id: picture.id, area }));
        }
        let new: Vec<Placement> = now.iter().filter(|place| !self.standing.contains(place)).copied().collect();
        if !new.is_empty() {
            said.push_str("\x1b7");
            for place in &new {
                let (row, column, number) = (place.area.y + 1, place.area.x + 1, place.number());
                let _ = write!(said, "\x1b[{row};{column}H\x1b_Ga=p,i={},p={number},C=1,q=2\x1b\\", place.id);
            }
            said.push_str("\x1b8");
        }
        for place in self.standing.iter().filter(|place| !now.contains(place)) {
            let _ = write!(said, "\x1b_Ga=d,d=i,i={},p={},q=2\x1b\\", place.id, place.number());
        }
        self.standing = now;
        self.kept.retain(|(id, alive)| {
            let is_alive = alive.strong_count() > 0;
            if !is_alive {
                let _ = write!(said, "\x1b_Ga=d,d=I,i={id},q=2\x1b\\");
            }
            is_alive
        });
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(picture: &Kitty, area: Rect) -> Buffer {
        let mut buffer = Buffer::filled(Rect::new(0, 0, 20, 10), BufferCell::new("x"));
        picture.render(area, &mut buffer);
        buffer
    }

    #[test]
    fn pixels_are_sent_once_and_the_characters_stay() {
        let picture = RgbImage::from_fn(80, 80, |x, y| image::Rgb([(x * y) as u8, x as u8, (y * 7) as u8]));
        let size = Size::new(4, 2);
        let kitty = Kitty::with_placeholders(&picture, size, 7, false).unwrap();
        let first = draw(&kitty, Rect::new(1, 1, 4, 2));
        assert!(first[(1, 1)].symbol().starts_with("\x1b_Gq=2,a=T,U=1,i=7,f=100,s=80,v=80,m="));
        let again = draw(&kitty, Rect::new(1, 1, 4, 2));
        assert!(again[(1, 1)].symbol().starts_with(PLACEHOLDER));
        for y in 1..3 {
            for x in 1..5 {
                assert!(first[(x, y)].symbol().contains(PLACEHOLDER) && again[(x, y)].symbol().contains(PLACEHOLDER));
            }
        }
        assert_eq!(again[(0, 1)].symbol(), "x");
        let in_tmux = Kitty::with_placeholders(&picture, size, 7, true).unwrap();
        let sent = draw(&in_tmux, Rect::new(0, 0, 4, 2))[(0, 0)].symbol().to_owned();
        assert!(sent.starts_with("\x1bPtmux;\x1b\x1b_Gq=2,a=T") && sent.contains("\x1b\x1b\\\x1b\\"), "{sent:?}");
    }

    #[test]
    fn a_placed_picture_is_told_where_it_stands_and_when_it_goes() {
        let picture = RgbImage::new(40, 40);
        let (first, second) = (Kitty::placed(&picture, Size::new(4, 2)), Kitty::placed(&picture, Size::new(4, 2)));
        let mut placements = Placements::default();
        let area = Rect::new(3, 2, 4, 2);
        assert_eq!(draw(&first, area)[(4, 3)].symbol(), " ", "nothing is seen below it when it goes");
        let said = placements.follow([&first, &second].into_iter());
        let place = format!("\x1b[3;4H\x1b_Ga=p,i={},p=8196,C=1,q=2\x1b\\", first.id);
        assert!(said.contains(&format!("a=t,i={}", first.id)) && said.contains(&place), "{said:?}");
        assert!(!said.contains(&format!("i={}", second.id)), "what is not drawn is not sent");

        draw(&first, area);
        assert_eq!(placements.follow([&first, &second].into_iter()), "", "nothing has changed");

        draw(&second, area);
        let said = placements.follow([&first, &second].into_iter());
        let comes = said.find(&format!("a=p,i={}", second.id)).expect("the new one comes");
        let goes = said.find(&format!("a=d,d=i,i={},p=8196", first.id)).expect("the old one goes");
        assert!(comes < goes && !said.contains("d=I"), "{said:?}");

        let id = first.id;
        drop(first);
        draw(&second, area);
        assert_eq!(placements.follow([&second].into_iter()), format!("\x1b_Ga=d,d=I,i={id},q=2\x1b\\"));
    }

    #[test]
    fn one_picture_may_stand_in_two_places() {
        let picture = Kitty::placed(&RgbImage::new(10, 20), Size::new(1, 1));
        let mut placements = Placements::default();
        for x in [1, 5] {
            draw(&picture, Rect::new(x, 1, 1, 1));
        }
        let said = placements.follow([&picture].into_iter());
        assert_eq!((said.matches("a=t").count(), said.matches("a=p").count()), (1, 2), "{said:?}");
        draw(&picture, Rect::new(5, 1, 1, 1));
        assert_eq!(placements.follow([&picture].into_iter()).matches("a=d,d=i").count(), 1);
    }
}
