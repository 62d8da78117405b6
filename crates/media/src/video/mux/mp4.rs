//! The header of the finished file: everything a player asks before it reads a picture stands first, sizes and places of
//! all samples included. Called by `episode`, which copies the samples behind it. Holds a few bytes per picture, no
//! pictures.
//!
//! No edit list and no shifted times: both streams begin at 0 by themselves. (muxide keeps all samples in memory until the
//! end, so the boxes are written here with mp4-atom.)

use mp4_atom::esds::{DecoderConfig, DecoderSpecific, EsDescriptor, SLConfig};
use mp4_atom::{
    Any, Audio, Avc1, Avcc, AvccExt, Co64, Codec, Colr, Dinf, Dref, DrefEntry, Encode, FourCC, Ftyp, Hdlr, Mdhd, Mdia,
    Meta, Minf, Moov, Mp4a, Mvhd, Pasp, Smhd, Stbl, Stco, Stsc, StscEntry, Stsd, Stss, Stsz, StszSamples, Stts,
    SttsEntry, Tkhd, Trak, Udta, Url, Visual, Vmhd,
};

use crate::video::audio::aac::UNIT;
use crate::video::frame::{FPS, HEIGHT, SAMPLE_RATE, WIDTH};
use crate::video::h264::stream::ParameterSets;

/// What the header tells about the samples behind it.
pub(in crate::video) struct Contents<'a> {
    /// The bytes of each picture.
    pub(in crate::video) pictures: &'a [u32],
    /// The numbers of the pictures that need none before them.
    pub(in crate::video) keyframes: &'a [u32],
    pub(in crate::video) sets: &'a ParameterSets,
    /// The bytes of each access unit of sound.
    pub(in crate::video) units: &'a [u32],
    /// The configuration of the sound's decoder.
    pub(in crate::video) configuration: &'a [u8],
    /// The sound's length without the padding of the last unit.
    pub(in crate::video) samples: u64,
    pub(in crate::video) title: &'a str,
    pub(in crate::video) comment: &'a str,
}

/// Pictures and sound of one second, which stand together in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::video) struct Second {
    pub(in crate::video) pictures: usize,
    pub(in crate::video) units: usize,
}

/// Ticks a second in the picture's and the sound's times.
const PICTURE_TICKS: u32 = 512 * FPS;
const PICTURE_LENGTH: u32 = PICTURE_TICKS / FPS;

impl Contents<'_> {
    /// How the samples follow each other: a second of pictures, a second of sound.
    pub(in crate::video) fn seconds(&self) -> Vec<Second> {
        let count = self.pictures.len().div_ceil(FPS as usize);
        let mut units_before = 0;
        let second = |index: usize| {
            let pictures = self.pictures.len().min((index + 1) * FPS as usize) - index * FPS as usize;
            let last = index + 1 == count;
            let heard = (index + 1) * SAMPLE_RATE as usize / UNIT as usize;
            let up_to = if last { self.units.len() } else { heard.min(self.units.len()) };
            let units = up_to - units_before;
            units_before = up_to;
            Second { pictures, units }
        };
        (0..count).map(second).collect()
    }

    /// Everything before the first sample.
    pub(in crate::video) fn header(&self) -> Result<Vec<u8>, mp4_atom::Error> {
        let ftyp = Ftyp {
            major_brand: b"isom".into(),
            minor_version: 512,
            compatible_brands: [b"isom", b"iso2", b"avc1", b"mp41"].map(FourCC::from).to_vec(),
        };
        let seconds = self.seconds();
        let bytes: u64 = self.pictures.iter().chain(self.units).map(|&size| u64::from(size)).sum();
        let mut header = Vec::new();
        // The size of the header depends on how many places there are, not on their values.
        let mut first = 0;
        for _ in 0..2 {
            header.clear();
            ftyp.encode(&mut header)?;
            self.moov(&seconds, first, first + bytes > u64::from(u32::MAX) - (1 << 24)).encode(&mut header)?;
            // The long form of the size, which fits always.
            header.extend_from_slice(&1_u32.to_be_bytes());
            header.extend_from_slice(b"mdat");
            header.extend_from_slice(&(bytes + 16).to_be_bytes());
            first = header.len() as u64;
        }
        Ok(header)
    }

    fn moov(&self, seconds: &[Second], first: u64, is_long: bool) -> Moov {
        let (picture_places, sound_places) = self.places(seconds, first);
        let duration = self.samples.max(self.pictures.len() as u64 * u64::from(SAMPLE_RATE / FPS));
        let picture_table = Stbl {
            stsd: Stsd { codecs: vec![Codec::Avc1(self.avc1())] },
            stts: Stts {
                entries: vec![SttsEntry { sample_count: self.pictures.len() as u32, sample_delta: PICTURE_LENGTH }],
            },
            stss: Some(Stss { entries: self.keyframes.iter().map(|number| number + 1).collect() }),
            stsc: samples_by_chunk(seconds.iter().map(|second| second.pictures)),
            stsz: Stsz { samples: StszSamples::Different { sizes: self.pictures.to_vec() } },
            ..places_table(&picture_places, is_long)
        };
        let sound_table = Stbl {
            stsd: Stsd { codecs: vec![Codec::Mp4a(self.mp4a())] },
            stts: Stts { entries: self.unit_lengths() },
            // A second at the end may hold no unit of its own.
            stsc: samples_by_chunk(seconds.iter().map(|second| second.units).filter(|&units| units > 0)),
            stsz: Stsz { samples: StszSamples::Different { sizes: self.units.to_vec() } },
            ..places_table(&sound_places, is_long)
        };
        let picture_header =
            Tkhd { width: (WIDTH as u16).into(), height: (HEIGHT as u16).into(), ..track(1, duration) };
        let sound_header = Tkhd { volume: 1.into(), alternate_group: 1, ..track(2, duration) };
        let picture_duration = self.pictures.len() as u64 * u64::from(PICTURE_LENGTH);
        Moov {
            mvhd: Mvhd {
                timescale: SAMPLE_RATE,
                duration,
                rate: 1.into(),
                volume: 1.into(),
                next_track_id: 3,
                ..Mvhd::default()
            },
            trak: vec![
                Trak {
                    tkhd: picture_header,
                    mdia: Mdia {
                        mdhd: media(PICTURE_TICKS, picture_duration),
                        hdlr: Hdlr { handler: b"vide".into(), name: "VideoHandler".into() },
                        minf: Minf {
                            vmhd: Some(Vmhd::default()),
                            dinf: in_this_file(),
                            stbl: picture_table,
                            ..Minf::default()
                        },
                    },
                    ..Trak::default()
                },
                Trak {
                    tkhd: sound_header,
                    mdia: Mdia {
                        mdhd: media(SAMPLE_RATE, self.samples),
                        hdlr: Hdlr { handler: b"soun".into(), name: "SoundHandler".into() },
                        minf: Minf {
                            smhd: Some(Smhd { balance: 0.into() }),
                            dinf: in_this_file(),
                            stbl: sound_table,
                            ..Minf::default()
                        },
                    },
                    ..Trak::default()
                },
            ],
            udta: Some(Udta {
                meta: Some(Meta {
                    hdlr: Hdlr { handler: b"mdir".into(), name: String::new() },
                    items: vec![Any::Unknown(b"ilst".into(), self.tags())],
                }),
                ..Udta::default()
            }),
            ..Moov::default()
        }
    }

    /// Where each chunk of pictures and each chunk of sound begins.
    fn places(&self, seconds: &[Second], first: u64) -> (Vec<u64>, Vec<u64>) {
        let (mut pictures, mut units) = (self.pictures.iter(), self.units.iter());
        let (mut picture_places, mut sound_places) = (Vec::new(), Vec::new());
        let mut at = first;
        for second in seconds {
            picture_places.push(at);
            at += pictures.by_ref().take(second.pictures).map(|&size| u64::from(size)).sum::<u64>();
            if second.units > 0 {
                sound_places.push(at);
            }
            at += units.by_ref().take(second.units).map(|&size| u64::from(size)).sum::<u64>();
        }
        (picture_places, sound_places)
    }

    /// Every unit lasts as long as it must; the last ends with the sound, not with its padding.
    fn unit_lengths(&self) -> Vec<SttsEntry> {
        let count = self.units.len() as u32;
        let before_last = count.saturating_sub(1);
        let last = (self.samples - u64::from(before_last) * u64::from(UNIT)) as u32;
        let entries = [
            SttsEntry { sample_count: before_last, sample_delta: UNIT },
            SttsEntry { sample_count: count - before_last, sample_delta: last },
        ];
        entries.into_iter().filter(|entry| entry.sample_count > 0).collect()
    }

    fn avc1(&self) -> Avc1 {
        let (sps, pps) = (&self.sets.sps, &self.sets.pps);
        let byte = |at: usize| sps.get(at).copied().unwrap_or_default();
        Avc1 {
            visual: Visual {
                data_reference_index: 1,
                width: WIDTH as u16,
                height: HEIGHT as u16,
                compressor: "".into(),
                ..Visual::default()
            },
            avcc: Avcc {
                configuration_version: 1,
                avc_profile_indication: byte(1),
                profile_compatibility: byte(2),
                avc_level_indication: byte(3),
                length_size: 4,
                sequence_parameter_sets: vec![sps.clone()],
                picture_parameter_sets: vec![pps.clone()],
                // From High upwards the configuration repeats 4:2:0 and 8 bits.
                ext: (byte(1) >= 100).then(AvccExt::default),
            },
            colr: Some(Colr::Nclx {
                colour_primaries: 1,
                transfer_characteristics: 1,
                matrix_coefficients: 1,
                full_range_flag: false,
            }),
            pasp: Some(Pasp { h_spacing: 1, v_spacing: 1 }),
            btrt: None,
            taic: None,
            fiel: None,
            spatial: None,
        }
    }

    fn mp4a(&self) -> Mp4a {
        let bytes: u64 = self.units.iter().map(|&size| u64::from(size)).sum();
        let average = (bytes * 8 * u64::from(SAMPLE_RATE)).checked_div(self.samples).unwrap_or_default() as u32;
        Mp4a {
            audio: Audio {
                data_reference_index: 1,
                channel_count: 2,
                sample_size: 16,
                sample_rate: (SAMPLE_RATE as u16).into(),
            },
            esds: mp4_atom::Esds {
                es_desc: EsDescriptor {
                    es_id: 2,
                    dec_config: DecoderConfig {
                        // MPEG-4 audio, an audio stream: ISO/IEC 14496-1, tables 5 and 6.
                        object_type_indication: 0x40,
                        stream_type: 5,
                        max_bitrate: average,
                        avg_bitrate: average,
                        dec_specific: Some(DecoderSpecific {
                            raw: self.configuration.to_vec(),
                            ..DecoderSpecific::default()
                        }),
                        ..DecoderConfig::default()
                    },
                    sl_config: SLConfig::default(),
                    ..EsDescriptor::default()
                },
            },
            btrt: None,
            taic: None,
        }
    }

    /// Title, comment and maker as iTunes writes them, which all players read.
    fn tags(&self) -> Vec<u8> {
        let tags = [(*b"\xa9nam", self.title), (*b"\xa9cmt", self.comment), (*b"\xa9too", "babblecast")];
        tags.into_iter().filter(|(_, text)| !text.is_empty()).flat_map(|(kind, text)| tag(kind, text)).collect()
    }
}

fn tag(kind: [u8; 4], text: &str) -> Vec<u8> {
    // A type of 1 is UTF-8; no language.
    let value = [&1_u32.to_be_bytes()[..], &0_u32.to_be_bytes(), text.as_bytes()].concat();
    sized(kind, &sized(*b"data", &value))
}

fn sized(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], &kind, body].concat()
}

fn track(track_id: u32, duration: u64) -> Tkhd {
    Tkhd { track_id, duration, enabled: true, in_movie: true, ..Tkhd::default() }
}

fn media(timescale: u32, duration: u64) -> Mdhd {
    Mdhd { timescale, duration, language: "und".into(), ..Mdhd::default() }
}

fn in_this_file() -> Dinf {
    Dinf { dref: Dref { entries: vec![DrefEntry::Url(Url::default())] } }
}

fn places_table(places: &[u64], is_long: bool) -> Stbl {
    if is_long {
        return Stbl { co64: Some(Co64 { entries: places.to_vec() }), ..Stbl::default() };
    }
    Stbl { stco: Some(Stco { entries: places.iter().map(|&place| place as u32).collect() }), ..Stbl::default() }
}

/// Chunks of equal size are told once.
fn samples_by_chunk(sizes: impl Iterator<Item = usize>) -> Stsc {
    let mut entries: Vec<StscEntry> = Vec::new();
    for (first_chunk, size) in (1..).zip(sizes) {
        let samples_per_chunk = size as u32;
        if entries.last().is_none_or(|last| last.samples_per_chunk != samples_per_chunk) {
            entries.push(StscEntry { first_chunk, samples_per_chunk, sample_description_index: 1 });
        }
    }
    Stsc { entries }
}
