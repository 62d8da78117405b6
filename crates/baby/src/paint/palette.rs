//! The colours of the drawn baby: one colour type and palettes made by hand, so that whatever a seed picks goes
//! together. Called by `look` to choose and by the drawing files to shade; knows nothing of shapes or words.

/// An opaque colour, eight bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

pub const WHITE: Rgb = Rgb(255, 255, 255);
pub const BLACK: Rgb = Rgb(0, 0, 0);

impl Rgb {
    /// `0xRRGGBB`.
    pub const fn hex(value: u32) -> Rgb {
        Rgb((value >> 16) as u8, (value >> 8) as u8, value as u8)
    }

    /// The colour `amount` (0 to 1) of the way to `other`.
    pub fn mix(self, other: Rgb, amount: f32) -> Rgb {
        let blend =
            |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * amount).round().clamp(0.0, 255.0) as u8;
        Rgb(blend(self.0, other.0), blend(self.1, other.1), blend(self.2, other.2))
    }

    pub fn lighter(self, amount: f32) -> Rgb {
        self.mix(WHITE, amount)
    }

    /// Darker and a little richer: shadows of painted things lean towards a warm violet, never to grey.
    pub fn darker(self, amount: f32) -> Rgb {
        self.mix(Rgb::hex(0x1d_0f24), amount)
    }

    /// Perceived lightness, 0 to 1.
    pub fn lightness(self) -> f32 {
        (0.299 * f32::from(self.0) + 0.587 * f32::from(self.1) + 0.114 * f32::from(self.2)) / 255.0
    }
}

const fn rgb(value: u32) -> Rgb {
    Rgb::hex(value)
}

/// Skin from lit to shaded, the colour of blood under it (cheeks, ears, nose), and the lips.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skin {
    pub light: Rgb,
    pub mid: Rgb,
    pub deep: Rgb,
    pub shade: Rgb,
    pub blush: Rgb,
    pub lips: Rgb,
}

const fn skin(light: u32, mid: u32, deep: u32, shade: u32, blush: u32, lips: u32) -> Skin {
    Skin { light: rgb(light), mid: rgb(mid), deep: rgb(deep), shade: rgb(shade), blush: rgb(blush), lips: rgb(lips) }
}

/// From the palest to the darkest.
pub const SKINS: [Skin; 7] = [
    skin(0xff_eadb, 0xfb_cfb4, 0xee_a98a, 0xb8_5f52, 0xff_6f6a, 0xd9_6a66),
    skin(0xff_e0c6, 0xf9_bf98, 0xe8_966e, 0xad_5340, 0xff_6650, 0xcf_5e54),
    skin(0xfc_d9b0, 0xee_b583, 0xd5_8d5c, 0x96_4c36, 0xf4_5f45, 0xbf_5646),
    skin(0xf0_c294, 0xd9_9a66, 0xb9_7443, 0x7c_3d28, 0xe2_5438, 0xa9_483c),
    skin(0xd9_a06e, 0xb9_7a4a, 0x96_5b34, 0x5f_2d1f, 0xc9_432f, 0x93_3d35),
    skin(0xb0_7a52, 0x8e_5a38, 0x6d_4029, 0x40_1f18, 0xa8_3527, 0x82_3733),
    skin(0x8a_5b40, 0x6b_422d, 0x4f_2d20, 0x2b_1512, 0x8c_2c25, 0x6c_2f2e),
];

/// A hair colour: shadow between the locks, body, and the light on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hair {
    pub deep: Rgb,
    pub mid: Rgb,
    pub light: Rgb,
}

const fn hair(deep: u32, mid: u32, light: u32) -> Hair {
    Hair { deep: rgb(deep), mid: rgb(mid), light: rgb(light) }
}

pub const BLACK_HAIR: Hair = hair(0x0d_0b10, 0x22_1d26, 0x5d_5670);
pub const DARK_BROWN_HAIR: Hair = hair(0x1c_0f0c, 0x3d_241a, 0x82_5640);
pub const BROWN_HAIR: Hair = hair(0x3d_2113, 0x70_4226, 0xb9_8052);
pub const CHESTNUT_HAIR: Hair = hair(0x4d_1d0e, 0x8a_3f20, 0xd0_7c48);
pub const GINGER_HAIR: Hair = hair(0x8a_3510, 0xd4_6a26, 0xff_b25e);
pub const BLONDE_HAIR: Hair = hair(0xa8_732b, 0xe6_b85a, 0xff_e9a8);
pub const PLATINUM_HAIR: Hair = hair(0xb5_9d78, 0xee_ddb8, 0xff_f9e6);
pub const GREY_HAIR: Hair = hair(0x6d_7080, 0xb4_b8c6, 0xf0_f2f8);

/// A hair of any named colour, for the words a person types ("pink hair").
pub fn dyed_hair(colour: Rgb) -> Hair {
    Hair { deep: colour.darker(0.45), mid: colour, light: colour.lighter(0.5) }
}

/// Natural hair for each of `SKINS`; the seed picks inside the row.
pub fn natural_hair(skin_index: usize) -> &'static [Hair] {
    match skin_index {
        0 => &[PLATINUM_HAIR, BLONDE_HAIR, GINGER_HAIR, GINGER_HAIR, BROWN_HAIR, CHESTNUT_HAIR],
        1 => &[BLONDE_HAIR, BROWN_HAIR, CHESTNUT_HAIR, GINGER_HAIR, DARK_BROWN_HAIR],
        2 => &[BLACK_HAIR, DARK_BROWN_HAIR, BROWN_HAIR, CHESTNUT_HAIR, BLONDE_HAIR],
        3 => &[BLACK_HAIR, DARK_BROWN_HAIR, BROWN_HAIR, CHESTNUT_HAIR],
        _ => &[BLACK_HAIR, BLACK_HAIR, DARK_BROWN_HAIR],
    }
}

/// An iris: dark rim, body, and the glow where light leaves it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Iris {
    pub rim: Rgb,
    pub body: Rgb,
    pub glow: Rgb,
}

const fn iris(rim: u32, body: u32, glow: u32) -> Iris {
    Iris { rim: rgb(rim), body: rgb(body), glow: rgb(glow) }
}

pub const DARK_EYES: Iris = iris(0x12_0805, 0x3a_1f12, 0x9a_5a2c);
pub const BROWN_EYES: Iris = iris(0x20_0e06, 0x6b_3a1c, 0xd8_8a3e);
pub const AMBER_EYES: Iris = iris(0x3a_1c06, 0xa8_6a1e, 0xff_cf62);
pub const HAZEL_EYES: Iris = iris(0x26_1c0a, 0x7a_6a2a, 0xd6_c25a);
pub const GREEN_EYES: Iris = iris(0x0c_2a1c, 0x2f_8a56, 0x9c_ec8e);
pub const BLUE_EYES: Iris = iris(0x0c_2350, 0x2f_7fd0, 0x94_e6ff);
pub const GREY_EYES: Iris = iris(0x1e_2833, 0x62_7a90, 0xc9_e0ee);
pub const VIOLET_EYES: Iris = iris(0x23_1048, 0x74_4ac2, 0xdc_b0ff);

/// An iris of any named colour.
pub fn tinted_iris(colour: Rgb) -> Iris {
    Iris { rim: colour.mix(BLACK, 0.72), body: colour.mix(BLACK, 0.12), glow: colour.lighter(0.55) }
}

pub fn natural_eyes(skin_index: usize) -> &'static [Iris] {
    match skin_index {
        0 | 1 => &[BLUE_EYES, GREEN_EYES, BROWN_EYES, GREY_EYES, HAZEL_EYES],
        2 => &[BROWN_EYES, DARK_EYES, HAZEL_EYES, AMBER_EYES, GREEN_EYES],
        3 => &[BROWN_EYES, DARK_EYES, AMBER_EYES, HAZEL_EYES],
        _ => &[DARK_EYES, BROWN_EYES, BROWN_EYES, AMBER_EYES],
    }
}

/// What a baby wears and stands in front of, chosen together: cloth and its pattern, the headphones' shell and pad,
/// the curtain from its folds to its lit ridges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scheme {
    pub cloth: Rgb,
    pub trim: Rgb,
    pub shell: Rgb,
    pub pad: Rgb,
    pub curtain_deep: Rgb,
    pub curtain: Rgb,
    pub curtain_lit: Rgb,
}

const fn scheme(cloth: (u32, u32), headphones: (u32, u32), curtain: (u32, u32, u32)) -> Scheme {
    Scheme {
        cloth: rgb(cloth.0),
        trim: rgb(cloth.1),
        shell: rgb(headphones.0),
        pad: rgb(headphones.1),
        curtain_deep: rgb(curtain.0),
        curtain: rgb(curtain.1),
        curtain_lit: rgb(curtain.2),
    }
}

const PLUM: (u32, u32, u32) = (0x1d_0d2c, 0x55_2765, 0x9a_4f92);
const TEAL: (u32, u32, u32) = (0x05_2127, 0x12_5a60, 0x35_9a90);
const INDIGO: (u32, u32, u32) = (0x10_1238, 0x33_3585, 0x6c_68c8);
const WINE: (u32, u32, u32) = (0x2a_0713, 0x7a_1d34, 0xc2_4a50);
const FOREST: (u32, u32, u32) = (0x06_1f16, 0x1a_5238, 0x4c_9460);
const MIDNIGHT: (u32, u32, u32) = (0x07_1330, 0x1d_3a70, 0x47_76b4);
const RUST: (u32, u32, u32) = (0x2b_0f0a, 0x80_3320, 0xcf_6c3a);
const MAUVE: (u32, u32, u32) = (0x24_1024, 0x74_3c62, 0xba_7490);

pub const SCHEMES: [Scheme; 14] = [
    scheme((0x5a_9be6, 0xff_f4dd), (0xf6_efe2, 0xf4_775a), PLUM),
    scheme((0xf9_c74a, 0xff_fbef), (0x2f_3a5c, 0xf9_c74a), TEAL),
    scheme((0xf4_84a6, 0xff_eaf0), (0xfb_fbff, 0x5f_8af0), INDIGO),
    scheme((0x7f_d3aa, 0xfa_fff4), (0xf8_efe0, 0xee_6a6a), PLUM),
    scheme((0xb9_9cf0, 0xff_f8ff), (0xf4_ecff, 0x8a_68d8), MIDNIGHT),
    scheme((0xf7_8f3f, 0xff_ecc8), (0x1f_6d5e, 0xff_d86b), INDIGO),
    scheme((0x4d_bcbd, 0xfe_f4e0), (0xfd_fdfb, 0xf8_a84c), WINE),
    scheme((0xe8_584f, 0xff_f2e6), (0xf8_f1e4, 0x3a_7cc0), FOREST),
    scheme((0xf9_ecd6, 0xe0_8a68), (0xf4_bfa8, 0xc2_5a76), MAUVE),
    scheme((0x3c_5c96, 0xf8_da66), (0xff_d564, 0x2f_4a80), RUST),
    scheme((0x8f_c25a, 0xff_fbe2), (0xfc_f6e8, 0x58_a048), WINE),
    scheme((0x6a_7086, 0xf2_f2f6), (0x26_2833, 0xf2_6b5c), MIDNIGHT),
    scheme((0xf6_b6c8, 0xff_ffff), (0xa8_dcd2, 0xf2_7c98), TEAL),
    scheme((0xa2_d8f4, 0xff_ffff), (0xfb_f7ea, 0xff_b84e), RUST),
];

/// The colours a person may name, each as cloth would show it.
pub const NAMED: [(&str, Rgb); 42] = [
    ("white", rgb(0xfa_f7f2)),
    ("cream", rgb(0xf9_ecd6)),
    ("ivory", rgb(0xfb_f3e0)),
    ("beige", rgb(0xe6_d2b0)),
    ("tan", rgb(0xcf_a676)),
    ("brown", rgb(0x8a_5634)),
    ("chocolate", rgb(0x5e_3622)),
    ("black", rgb(0x2a_2730)),
    ("grey", rgb(0x8a_90a0)),
    ("gray", rgb(0x8a_90a0)),
    ("charcoal", rgb(0x45_4856)),
    ("silver", rgb(0xc4_c9d6)),
    ("red", rgb(0xe3_4a45)),
    ("crimson", rgb(0xc0_2c40)),
    ("burgundy", rgb(0x86_2038)),
    ("maroon", rgb(0x7c_2430)),
    ("coral", rgb(0xf4_775a)),
    ("peach", rgb(0xfb_b48e)),
    ("orange", rgb(0xf7_8a35)),
    ("amber", rgb(0xf2_a52c)),
    ("mustard", rgb(0xd9_a42c)),
    ("yellow", rgb(0xf9_cb3e)),
    ("lemon", rgb(0xfb_e060)),
    ("gold", rgb(0xe8_b544)),
    ("golden", rgb(0xe8_b544)),
    ("lime", rgb(0xa8_d84a)),
    ("green", rgb(0x5f_b457)),
    ("olive", rgb(0x85_8c3e)),
    ("mint", rgb(0x8a_dcb4)),
    ("emerald", rgb(0x25_a06c)),
    ("teal", rgb(0x35_a3a0)),
    ("turquoise", rgb(0x48_c4c2)),
    ("cyan", rgb(0x4c_c8e0)),
    ("blue", rgb(0x4c_8de4)),
    ("navy", rgb(0x2e_4478)),
    ("sky", rgb(0x98_d2f4)),
    ("indigo", rgb(0x50_4ab8)),
    ("purple", rgb(0x8d_5cc8)),
    ("violet", rgb(0x96_6ae0)),
    ("lavender", rgb(0xb9_9cf0)),
    ("lilac", rgb(0xc6_a8ec)),
    ("pink", rgb(0xf4_84a6)),
];

/// The scheme whose cloth comes nearest to `cloth`: its headphones and curtain suit a named cloth too.
pub fn scheme_for_cloth(cloth: Rgb) -> Scheme {
    let distance = |scheme: &Scheme| {
        let part = |a: u8, b: u8| (i32::from(a) - i32::from(b)).pow(2);
        part(scheme.cloth.0, cloth.0) + part(scheme.cloth.1, cloth.1) + part(scheme.cloth.2, cloth.2)
    };
    let nearest = SCHEMES.iter().min_by_key(|scheme| distance(scheme)).unwrap_or(&SCHEMES[0]);
    let trim = if cloth.lightness() > 0.82 { nearest.trim.darker(0.25).mix(nearest.pad, 0.6) } else { WHITE };
    Scheme { cloth, trim, ..*nearest }
}
