//! The studio behind the baby: curtain, key light, lights out of focus, ON AIR sign, shelves with toys, vignette.
//! Drawn once and kept, at a quarter of the size: all of it is out of focus.

use tiny_skia::{PathBuilder, Pixmap, Transform};

use crate::head::bare_head::WARM_LIGHT;
use crate::looks::framing::Framing;
use crate::looks::look::{Look, Scatter};
use crate::paint::blit::{self, Edge, Texels};
use crate::paint::canvas::{Canvas, flat, linear, radial, veil};
use crate::paint::palette::{Rgb, WHITE};
use crate::paint::shape::{Spot, disc, ellipse, path, rounded, star};
use crate::paint::soften;
use crate::room::table;

/// Draws the whole still background in the framing's own size, opaque.
pub fn draw(look: &Look, framing: Framing) -> Canvas {
    let (width, height) = framing.size();
    let view = framing.view();
    let quarter = view.post_scale(0.25, 0.25);
    let mut room = Canvas::new(width / 4, height / 4, quarter);
    curtain(&mut room, look);
    room.glow((880.0, 200.0), (840.0, 960.0), Rgb::hex(0xe8_7a34), 0.7);
    room.shine((900.0, 170.0), (760.0, 860.0), Rgb::hex(0xff_8c3c), 0.46);
    room.shine((910.0, 110.0), (420.0, 460.0), Rgb::hex(0xff_c880), 0.55);
    shelf(&mut room, look, framing);
    soften::blur(&mut room.pixmap, 9.0 * blit::scale_of(quarter));
    lights(&mut room, look, framing);
    sign(&mut room);
    soften::blur(&mut room.pixmap, 4.4 * blit::scale_of(quarter));
    room.shine((196.0, 149.0), (230.0, 130.0), Rgb::hex(0xff_5a40), 0.34);
    let mut canvas = Canvas::new(width, height, view);
    enlarge(&room.pixmap, &mut canvas.pixmap);
    table::draw(&mut canvas, look, framing);
    canvas
}

/// Folds of uneven width that wander and flare a little on their way down.
fn curtain(room: &mut Canvas, look: &Look) {
    let mut scatter = Scatter(look.grain ^ 0xc0_47a1);
    let waves: Vec<(f32, f32, f32, f32)> = (0..4)
        .map(|octave| {
            let pitch = [0.0185, 0.041, 0.0093, 0.083][octave] * scatter.between(0.9, 1.1);
            (pitch, scatter.between(0.0, 6.3), scatter.between(-0.0012, 0.0012), [0.46, 0.26, 0.2, 0.08][octave])
        })
        .collect();
    let back = room.view.invert().unwrap_or_default();
    let (width, height) = (room.pixmap.width(), room.pixmap.height());
    let scheme = look.scheme;
    let mut bytes = Vec::with_capacity((width * height * 4) as usize);
    for row in 0..height {
        for column in 0..width {
            let x = back.sx * (column as f32 + 0.5) + back.tx;
            let y = back.sy * (row as f32 + 0.5) + back.ty;
            let sway = (y * 0.0031).sin() * 14.0 + (y * 0.0011 + 1.0).sin() * 20.0;
            let fold: f32 = waves
                .iter()
                .map(|&(pitch, start, lean, amount)| ((x + sway) * pitch + start + y * lean).sin() * amount)
                .sum();
            let ridge = (fold * 0.62 + 0.5).clamp(0.0, 1.0);
            let light = ridge * ridge * (3.0 - 2.0 * ridge);
            let fall = 1.0 - ((y - 250.0) / 1900.0).clamp(0.0, 0.7);
            let tone = if light < 0.6 {
                scheme.curtain_deep.mix(scheme.curtain, light / 0.6)
            } else {
                scheme.curtain.mix(scheme.curtain_lit, (light - 0.6) / 0.4 * 0.72)
            };
            let tone = scheme.curtain_deep.mix(tone, fall);
            bytes.extend_from_slice(&[tone.0, tone.1, tone.2, 255]);
        }
    }
    room.pixmap.data_mut().copy_from_slice(&bytes);
}

/// Fairy lights on a sagging line, and loose discs of light, all out of focus.
fn lights(room: &mut Canvas, look: &Look, framing: Framing) {
    let mut scatter = Scatter(look.grain ^ 0x11_6475);
    let edge = framing.visible();
    let bulb = |room: &mut Canvas, at: Spot, radius: f32, tone: Rgb, amount: f32| {
        room.fill(
            &disc(at, radius),
            &radial(
                at,
                (radius, radius),
                &[
                    (0.0, tone, amount * 0.62),
                    (0.72, tone, amount * 0.8),
                    (0.93, tone.lighter(0.3), amount),
                    (1.0, tone, amount * 0.2),
                ],
            ),
        );
        room.shine(at, (radius * 2.6, radius * 2.6), tone, amount * 0.4);
    };
    // The line starts beside the sign and hangs over to the lamp.
    let (count, start) = (11, 380.0);
    let (drop, lean) = (scatter.between(40.0, 90.0), scatter.between(0.0, 150.0));
    for index in 0..count {
        let t = index as f32 / (count - 1) as f32;
        let x = start + t * (edge.right() - start);
        let sag = 4.0 * t * (1.0 - t);
        let y = edge.top() + 70.0 + drop * sag + lean * t;
        let tone =
            [Rgb::hex(0xff_c878), Rgb::hex(0xff_dca0), look.scheme.pad.lighter(0.4), Rgb::hex(0xff_b060)][index % 4];
        bulb(room, (x, y + scatter.between(-8.0, 8.0)), scatter.between(17.0, 25.0), tone, 0.75);
    }
    for _ in 0..22 {
        let at = (scatter.between(edge.left(), edge.right()), scatter.between(edge.top() + 180.0, edge.top() + 1180.0));
        let tone = if scatter.between(0.0, 1.0) < 0.7 { WARM_LIGHT } else { look.scheme.curtain_lit.lighter(0.3) };
        let (radius, amount) = (scatter.between(14.0, 46.0), scatter.between(0.08, 0.26));
        if at.0 > 400.0 || at.1 > 300.0 {
            bulb(room, at, radius, tone, amount);
        }
    }
}

/// ON AIR, its letters drawn as strokes: a fresh machine has no fonts.
fn sign(room: &mut Canvas) {
    let red = Rgb::hex(0xff_4836);
    room.shine((196.0, 150.0), (360.0, 260.0), red, 0.55);
    room.fill(
        &rounded(56.0, 84.0, 280.0, 130.0, 30.0),
        &linear((0.0, 84.0), (0.0, 214.0), &[(0.0, Rgb::hex(0x7a_1c1c), 1.0), (1.0, Rgb::hex(0x48_0e12), 1.0)]),
    );
    room.stroke(&rounded(68.0, 96.0, 256.0, 106.0, 22.0), &flat(Rgb::hex(0xff_6450)), 9.0);
    let letters: [&[&[Spot]]; 5] = [
        &[&[
            (0.0, 12.0),
            (0.0, 40.0),
            (9.0, 52.0),
            (23.0, 52.0),
            (32.0, 40.0),
            (32.0, 12.0),
            (23.0, 0.0),
            (9.0, 0.0),
            (0.0, 12.0),
        ]],
        &[&[(0.0, 52.0), (0.0, 0.0), (32.0, 52.0), (32.0, 0.0)]],
        &[&[(0.0, 52.0), (17.0, 0.0), (34.0, 52.0)], &[(7.0, 35.0), (27.0, 35.0)]],
        &[&[(0.0, 0.0), (0.0, 52.0)]],
        &[
            &[(0.0, 52.0), (0.0, 0.0), (20.0, 0.0), (29.0, 7.0), (29.0, 19.0), (20.0, 26.0), (0.0, 26.0)],
            &[(15.0, 26.0), (30.0, 52.0)],
        ],
    ];
    for (letter, x) in letters.iter().zip([92.0, 141.0, 208.0, 258.0, 276.0]) {
        for line in *letter {
            let trace = path(|pen: &mut PathBuilder| {
                for (index, spot) in line.iter().enumerate() {
                    let (x, y) = (x + spot.0, 123.0 + spot.1);
                    if index == 0 { pen.move_to(x, y) } else { pen.line_to(x, y) }
                }
            });
            room.stroke(&trace, &flat(Rgb::hex(0xff_f0e4)), 12.0);
        }
    }
}

/// A shelf at the left with toys that nobody plays with right now.
fn shelf(room: &mut Canvas, look: &Look, framing: Framing) {
    let edge = framing.visible();
    let (left, board) = (edge.left() - 40.0, 1230.0);
    let wood = Rgb::hex(0x8a_5634).mix(look.scheme.curtain, 0.35);
    teddy(room, (74.0, board), Rgb::hex(0xb8_824e).mix(look.scheme.curtain, 0.22));
    room.fill(
        &rounded(left, board, 292.0 - left, 34.0, 8.0),
        &linear((0.0, board), (0.0, board + 34.0), &[(0.0, wood.lighter(0.3), 1.0), (1.0, wood.darker(0.5), 1.0)]),
    );
    room.fill(
        &rounded(left, board + 34.0, 270.0 - left, 120.0, 8.0),
        &linear(
            (0.0, board + 34.0),
            (0.0, board + 150.0),
            &[(0.0, Rgb::hex(0x08_0408), 0.5), (1.0, Rgb::hex(0x08_0408), 0.0)],
        ),
    );
    let low = board + 330.0;
    room.fill(
        &rounded(left, low, 292.0 - left, 34.0, 8.0),
        &linear((0.0, low), (0.0, low + 34.0), &[(0.0, wood.lighter(0.2), 1.0), (1.0, wood.darker(0.5), 1.0)]),
    );
    for (x, size, tone) in [(20.0, 92.0, 0xe8_685c), (104.0, 92.0, 0x5a_9be6), (64.0, 84.0, 0xf9_c74a)] {
        let y = if size < 90.0 { low - 92.0 - size } else { low - size };
        let tone = Rgb::hex(tone).mix(look.scheme.curtain, 0.25);
        room.fill(
            &rounded(x, y, size, size, 12.0),
            &linear((x, y), (x + size, y + size), &[(0.0, tone.lighter(0.25), 1.0), (1.0, tone.darker(0.35), 1.0)]),
        );
        room.fill(&star((x + size / 2.0, y + size / 2.0), size * 0.28, 0.0), &veil(WHITE, 0.7));
    }
    ring_stack(room, (edge.right() - 70.0, 1010.0), look);
}

fn teddy(room: &mut Canvas, at: Spot, fur: Rgb) {
    let (x, y) = at;
    let ink = |centre: Spot, radius: f32| {
        radial(
            (centre.0 - radius * 0.3, centre.1 - radius * 0.4),
            (radius * 1.5, radius * 1.5),
            &[(0.0, fur.lighter(0.3), 1.0), (0.5, fur, 1.0), (1.0, fur.darker(0.5), 1.0)],
        )
    };
    for (dx, dy, radius) in [
        (-52.0, -222.0, 30.0),
        (52.0, -222.0, 30.0),
        (0.0, -66.0, 84.0),
        (-70.0, -24.0, 38.0),
        (70.0, -24.0, 38.0),
        (0.0, -168.0, 76.0),
    ] {
        let centre = (x + dx, y + dy);
        room.fill(&disc(centre, radius), &ink(centre, radius));
    }
    room.fill(&ellipse((x, y - 150.0), (34.0, 27.0)), &flat(fur.lighter(0.5)));
    for (dx, dy, radius) in [(-26.0, -182.0, 9.0), (26.0, -182.0, 9.0), (0.0, -162.0, 11.0)] {
        room.fill(&disc((x + dx, y + dy), radius), &flat(Rgb::hex(0x24_1418)));
    }
}

/// A stacking toy of rings, on a shelf of its own at the right.
fn ring_stack(room: &mut Canvas, at: Spot, look: &Look) {
    let (x, y) = at;
    let wood = Rgb::hex(0x8a_5634).mix(look.scheme.curtain, 0.35);
    for (index, tone) in [0x58_c08a, 0x5a_9be6, 0xf9_c74a, 0xe8_685c].into_iter().enumerate() {
        let width = 84.0 - index as f32 * 13.0;
        let top = y - 40.0 - index as f32 * 38.0;
        let tone = Rgb::hex(tone).mix(look.scheme.curtain, 0.2);
        room.fill(
            &rounded(x - width, top, width * 2.0, 38.0, 19.0),
            &linear(
                (x - width, 0.0),
                (x + width, 0.0),
                &[(0.0, tone.darker(0.3), 1.0), (0.5, tone, 1.0), (1.0, tone.lighter(0.4), 1.0)],
            ),
        );
    }
    room.fill(&disc((x, y - 204.0), 24.0), &flat(Rgb::hex(0xf4_ecdc)));
    room.fill(
        &rounded(x - 120.0, y, 400.0, 30.0, 8.0),
        &linear((0.0, y), (0.0, y + 30.0), &[(0.0, wood.lighter(0.4), 1.0), (1.0, wood.darker(0.4), 1.0)]),
    );
}

/// Four times the size, with the vignette and a grain finer than one step of colour, so that dark gradients do not
/// band.
fn enlarge(room: &Pixmap, full: &mut Pixmap) {
    blit::blit(full, &Texels::new(room, Edge::Repeated), Transform::from_scale(4.0, 4.0));
    let (width, height) = (full.width() as usize, full.height() as usize);
    let (half_x, half_y) = (width as f32 / 2.0, height as f32 / 2.0);
    let mut grain = 0x2545_f491_u32;
    for (index, pixel) in full.data_mut().chunks_exact_mut(4).enumerate() {
        let x = ((index % width) as f32 - half_x) / half_x;
        let y = ((index / width) as f32 - half_y * 0.9) / half_y;
        let far = (x * x * 0.62 + y * y * 0.6).min(1.3);
        let dim = 1.0 - 0.55 * far * far.sqrt();
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (grain >> 16) as f32 / 65_536.0;
        for channel in &mut pixel[..3] {
            *channel = (f32::from(*channel) * dim + noise) as u8;
        }
        pixel[3] = 255;
    }
}
