//! A text as a QR code in the characters of a terminal. Called by whoever shows a link to a phone.

use qrcode::{Color, EcLevel, QrCode};

/// Modules of light around the code, as the standard asks for.
const QUIET: usize = 4;

/// A QR code with its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Rows of modules; true is dark.
    rows: Vec<Vec<bool>>,
}

impl Qr {
    /// Of a text of at most some 2,000 bytes; `None` of a longer one.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let colors = code.to_colors();
        let is_dark = |x: usize, y: usize| {
            let (x, y) = (x.checked_sub(QUIET)?, y.checked_sub(QUIET)?);
            (x < width && y < width).then(|| colors[y * width + x] == Color::Dark)
        };
        let size = width + 2 * QUIET;
        let row = |y: usize| (0..size).map(|x| is_dark(x, y).unwrap_or(false)).collect();
        Some(Self { rows: (0..size).map(row).collect() })
    }

    /// Modules on each side, the quiet zone included; it has as many columns, and half as many lines.
    pub fn size(&self) -> usize {
        self.rows.len()
    }

    /// Whether a module is dark; what lies outside is light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        self.rows.get(y).and_then(|row| row.get(x)).copied().unwrap_or(false)
    }

    /// Lines of half blocks: two modules above each other in a character. They are right where what is written is dark and what
    /// lies behind is light, so whoever prints them sets both colours.
    pub fn lines(&self) -> Vec<String> {
        let block = |x: usize, y: usize| match (self.is_dark(x, y), self.is_dark(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        (0..self.size()).step_by(2).map(|y| (0..self.size()).map(|x| block(x, y)).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a camera sees of the lines, each module some pixels wide.
    fn seen(lines: &[String]) -> image::GrayImage {
        const PIXELS: u32 = 6;
        let modules: Vec<[Vec<bool>; 2]> = lines
            .iter()
            .map(|line| {
                let half = |dark: [char; 2]| line.chars().map(|block| dark.contains(&block)).collect();
                [half(['█', '▀']), half(['█', '▄'])]
            })
            .collect();
        let rows: Vec<&Vec<bool>> = modules.iter().flatten().collect();
        image::GrayImage::from_fn(rows[0].len() as u32 * PIXELS, rows.len() as u32 * PIXELS, |x, y| {
            let is_dark = rows[(y / PIXELS) as usize][(x / PIXELS) as usize];
            image::Luma([if is_dark { 0 } else { 255 }])
        })
    }

    #[test]
    fn a_reader_of_such_codes_reads_the_lines() {
        for text in ["http://192.168.1.5:43211/0123456789abcdef0123456789abcdef", "x", &"long ".repeat(200)] {
            let qr = Qr::of(text).unwrap();
            let lines = qr.lines();
            assert_eq!((lines.len(), lines[0].chars().count()), (qr.size().div_ceil(2), qr.size()));
            let image = seen(&lines);
            let mut prepared =
                rqrr::PreparedImage::prepare_from_greyscale(image.width() as usize, image.height() as usize, |x, y| {
                    image.get_pixel(x as u32, y as u32).0[0]
                });
            let found = prepared.detect_grids();
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].decode().unwrap().1, text);
        }
        assert_eq!(Qr::of(&"x".repeat(5_000)), None);
    }

    #[test]
    fn a_link_fits_a_small_terminal_and_has_its_quiet_zone() {
        let qr = Qr::of("http://192.168.100.100:54321/0123456789abcdef0123456789abcdef").unwrap();
        assert!(qr.size() <= 45, "{}", qr.size());
        let is_quiet = |at: usize| (0..qr.size()).all(|other| !qr.is_dark(at, other) && !qr.is_dark(other, at));
        assert!((0..QUIET).all(is_quiet) && (qr.size() - QUIET..qr.size()).all(is_quiet) && !is_quiet(QUIET));
    }
}
