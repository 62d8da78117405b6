//! The table in the foreground and its front. Drawn once by `background`.

use crate::head::bare_head::WARM_LIGHT;
use crate::looks::framing::Framing;
use crate::looks::look::Look;
use crate::paint::canvas::{Canvas, linear, veil};
use crate::paint::palette::Rgb;
use crate::paint::shape::{curve, rounded};

/// The table's edge in the foreground, and its front below.
pub fn draw(canvas: &mut Canvas, look: &Look, framing: Framing) {
    let edge = framing.visible();
    let table = framing.table();
    let (left, width) = (edge.left() - 10.0, edge.width() + 20.0);
    let wood = Rgb::hex(0xc0_8450).mix(look.scheme.curtain, 0.16);
    let below = edge.bottom() - table + 20.0;
    canvas.fill(
        &rounded(left, table, width, below, 2.0),
        &linear(
            (0.0, table),
            (0.0, table + 96.0),
            &[(0.0, wood.darker(0.25), 1.0), (0.5, wood, 1.0), (1.0, wood.lighter(0.22), 1.0)],
        ),
    );
    let lip = table + 64.0;
    canvas.fill(
        &rounded(left, lip, width, 20.0, 2.0),
        &linear((0.0, lip), (0.0, lip + 20.0), &[(0.0, wood.lighter(0.5), 1.0), (1.0, wood.darker(0.15), 1.0)]),
    );
    let front = lip + 20.0;
    canvas.fill(
        &rounded(left, front, width, below, 2.0),
        &linear(
            (0.0, front),
            (0.0, front + 420.0),
            &[(0.0, wood.darker(0.62), 1.0), (0.25, wood.darker(0.46), 1.0), (1.0, wood.darker(0.86), 1.0)],
        ),
    );
    canvas.glow((edge.right() - 120.0, table + 40.0), (460.0, 90.0), WARM_LIGHT, 0.5);
    canvas.glow((512.0, table + 6.0), (420.0, 46.0), Rgb::hex(0x1a_0a10), 0.5);
    for line in 0..5 {
        let y = table + 12.0 + line as f32 * 11.0;
        canvas.stroke(
            &curve(&[(left, y), (360.0, y + 3.0), (700.0, y - 2.0), (left + width, y + 2.0)]),
            &veil(wood.darker(0.5), 0.12),
            2.5,
        );
    }
    sound_bars(canvas, look, framing, front);
}

/// The studio's emblem on the table's front: bars of sound in the colours of the headphones.
fn sound_bars(canvas: &mut Canvas, look: &Look, framing: Framing, front: f32) {
    let room = framing.visible().bottom() - front;
    if room < 200.0 {
        return;
    }
    let middle = front + room * 0.5;
    for index in -8_i32..=8 {
        let x = 512.0 + index as f32 * 46.0;
        let swing = (index as f32 * 1.7).sin().abs() * 0.6 + 0.4;
        let height = room * 0.5 * swing * (1.0 - (index as f32 / 11.0).powi(2));
        let tone = look.scheme.pad.mix(look.scheme.cloth, (index as f32 + 8.0) / 16.0);
        canvas.glow((x, middle), (40.0, height * 0.7), tone, 0.2);
        canvas.fill(
            &rounded(x - 11.0, middle - height / 2.0, 22.0, height, 11.0),
            &linear(
                (x, middle - height / 2.0),
                (x, middle + height / 2.0),
                &[(0.0, tone.lighter(0.3), 0.9), (1.0, tone.darker(0.3), 0.9)],
            ),
        );
    }
}
