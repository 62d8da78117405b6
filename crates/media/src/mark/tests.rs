//! Marks in files of every kind, read back by others: the `png` crate, a strict walk over boxes, exiftool where it is
//! installed.

use std::path::PathBuf;
use std::process::Command;

use domain::SourceType;
use image::{Rgb, RgbImage};
use proptest::prelude::*;

use super::*;
use crate::picture::{decode, encode_png, optimize_own};

fn provenance() -> Provenance {
    Provenance {
        source: SourceType::CompositeWithTrainedAlgorithmicMedia,
        systems: vec!["neural babble \"1\" & <two>".to_owned(), "openai gpt-image".to_owned()],
    }
}

fn statement() -> Statement {
    Statement::of(&provenance())
}

fn drawn() -> Vec<u8> {
    encode_png(&RgbImage::from_fn(40, 60, |x, y| Rgb([x as u8 * 5, y as u8 * 4, 90])))
}

/// A drawn PNG with this packet.
fn with_packet(packet: &[u8]) -> Vec<u8> {
    png::with_packet(&drawn(), packet).unwrap().of(&drawn())
}

const URI: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/// The XMP packet of a PNG, as the `png` crate reads it.
fn packet_of(png: &[u8]) -> String {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    reader.finish().unwrap();
    let texts = &reader.info().utf8_text;
    let packets: Vec<_> = texts.iter().filter(|text| text.keyword == "XML:com.adobe.xmp").collect();
    assert_eq!(packets.len(), 1, "one packet");
    packets[0].get_text().unwrap()
}

fn media(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/real-files/media").join(name)
}

/// The source type that exiftool reads, where it is installed.
fn exiftool(path: &Path) -> Option<String> {
    let asked = Command::new("exiftool").args(["-s3", "-n", "-XMP-iptcExt:DigitalSourceType"]).arg(path).output();
    let Ok(answer) = asked else {
        println!("exiftool is not installed: not tried");
        return None;
    };
    assert!(answer.status.success(), "{answer:?}");
    Some(String::from_utf8(answer.stdout).unwrap().trim().to_owned())
}

#[test]
fn a_png_says_how_it_was_made_and_shows_the_same_picture() {
    let png = drawn();
    let marked = picture(&png, &statement()).unwrap();
    assert_eq!(decode(&marked).unwrap(), decode(&png).unwrap());
    assert!(packet_of(&marked).contains(&format!("Iptc4xmpExt:DigitalSourceType=\"{URI}\"")));
    let said = in_picture(&marked);
    assert_eq!(said.source_type(), Some("compositeWithTrainedAlgorithmicMedia"));
    assert_eq!(said.xmp.unwrap().systems.as_deref(), Some("neural babble \"1\" & <two>; openai gpt-image"));
    assert_eq!(picture(&png, &statement()).unwrap(), marked, "the same bytes each time");
    assert_eq!(picture(&marked, &statement()), None, "marked once");
}

#[test]
fn exiftool_reads_the_mark_of_a_png_and_of_a_video() {
    let folder = tempfile::tempdir().unwrap();
    let (png, mp4) = (folder.path().join("a.png"), folder.path().join("a.mp4"));
    std::fs::write(&png, drawn()).unwrap();
    std::fs::copy(media("same_picture_sdr.mp4"), &mp4).unwrap();
    for path in [&png, &mp4] {
        write(path, &provenance()).unwrap();
        if let Some(said) = exiftool(path) {
            assert_eq!(said, URI, "{}", path.display());
        }
    }
}

#[test]
fn what_others_wrote_into_a_picture_is_kept() {
    let others = "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
                  xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
                  xmlns:dc=\"http://purl.org/dc/elements/1.1/\" dc:source=\"Ada\"/></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
    let theirs = with_packet(others.as_bytes());
    let marked = picture(&theirs, &statement()).unwrap();
    let packet = packet_of(&marked);
    assert!(packet.contains("dc:source=\"Ada\"") && packet.contains(URI), "{packet}");
    assert_eq!(packet.matches("</rdf:RDF>").count(), 1);
    // What says its source type itself, in whatever shape, is not touched; nor is what is signed.
    let camera = "<rdf:RDF><Iptc4xmpExt:DigitalSourceType>https://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture\
                  </Iptc4xmpExt:DigitalSourceType></rdf:RDF>";
    let captured = with_packet(camera.as_bytes());
    assert_eq!(in_picture(&captured).source_type(), Some("digitalCapture"));
    assert_eq!(picture(&captured, &statement()), None);
    let manifest = b"jumb c2pa http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia\xa1";
    let signed = with_chunk(&drawn(), *b"caBX", manifest);
    assert_eq!(in_picture(&signed).c2pa, Some(vec!["trainedAlgorithmicMedia".to_owned()]));
    assert_eq!(picture(&signed, &statement()), None);
    // As c2pa writes it: texts of CBOR follow each other, and their lengths say where they end.
    let uri = b"http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia";
    let cbor = [b"jumb c2pa \x78", &[uri.len() as u8][..], uri, b"kdescription"].concat();
    assert_eq!(in_picture(&with_chunk(&drawn(), *b"caBX", &cbor)).source_type(), Some("algorithmicMedia"));
    let foreign = with_chunk(&drawn(), *b"caBX", b"jumb c2pa");
    assert_eq!((in_picture(&foreign).source_type(), picture(&foreign, &statement())), (None, None));
}

/// A PNG with one more chunk behind its header.
fn with_chunk(png: &[u8], name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = (body.len() as u32).to_be_bytes().to_vec();
    chunk.extend_from_slice(&name);
    chunk.extend_from_slice(body);
    // Nobody checks the sum of a chunk that a decoder leaves out.
    chunk.extend_from_slice(&[0; 4]);
    [&png[..33], &chunk, &png[33..]].concat()
}

fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    for (marker, body) in segments {
        bytes.extend_from_slice(&[0xff, *marker]);
        bytes.extend_from_slice(&(body.len() as u16 + 2).to_be_bytes());
        bytes.extend_from_slice(body);
    }
    bytes.extend_from_slice(&[0xff, 0xda, 0, 2, 0xff, 0xd9]);
    bytes
}

#[test]
fn the_marks_of_a_jpeg_and_of_a_webp_are_read() {
    let packet = statement().beside(None);
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), &packet].concat();
    let said = in_picture(&jpeg(&[(0xe0, b"JFIF\0"), (0xe1, b"Exif\0\0"), (0xe1, &xmp)]));
    assert_eq!(said.source_type(), Some("compositeWithTrainedAlgorithmicMedia"));
    let signed = b"JP\0\x01\0\0\0\x01jumb c2pa http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia.";
    let said = in_picture(&jpeg(&[(0xeb, signed)]));
    assert_eq!((said.xmp.clone(), said.source_type()), (None, Some("trainedAlgorithmicMedia")));
    assert_eq!(in_picture(&jpeg(&[(0xeb, b"JP other boxes")])), Said::default());
    let mut webp = b"RIFF\0\0\0\0WEBPXMP ".to_vec();
    webp.extend_from_slice(&(packet.len() as u32).to_le_bytes());
    webp.extend_from_slice(&packet);
    assert_eq!(in_picture(&webp).source_type(), Some("compositeWithTrainedAlgorithmicMedia"));
}

#[test]
fn a_picture_made_of_another_one_says_what_that_one_said() {
    let packet = statement().beside(None);
    let theirs = with_packet(&packet);
    let crate::picture::Optimized::Rewritten(portrait) = optimize_own(&theirs).unwrap() else { panic!("not cropped") };
    assert_eq!(in_picture(&portrait), in_picture(&theirs));
    let crate::picture::Optimized::Rewritten(plain) = optimize_own(&drawn()).unwrap() else { panic!("not cropped") };
    assert_eq!(in_picture(&plain), Said::default());
}

/// The boxes at the top of a file, as name and whole length; anything that does not add up fails.
fn boxes(bytes: &[u8]) -> Vec<(String, &[u8])> {
    let (mut boxes, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let short = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        let long = || u64::from_be_bytes(bytes[at + 8..at + 16].try_into().unwrap()) as usize;
        let size = if short == 1 { long() } else { short as usize };
        boxes.push((String::from_utf8(bytes[at + 4..at + 8].to_vec()).unwrap(), &bytes[at..at + size]));
        at += size;
    }
    boxes
}

#[test]
fn a_video_carries_its_mark_behind_everything_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    let before = std::fs::read(media("same_picture_sdr.mp4")).unwrap();
    std::fs::write(&path, &before).unwrap();
    assert_eq!(read(&path).unwrap(), Said::default());
    write(&path, &provenance()).unwrap();
    let after = std::fs::read(&path).unwrap();
    assert!(after.starts_with(&before));
    let boxes = boxes(&after);
    let (name, last) = boxes.last().unwrap();
    assert_eq!(name, "uuid");
    assert_eq!(last[8..24], *b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac");
    assert!(std::str::from_utf8(&last[24..]).unwrap().contains(&format!("\"{URI}\"")));
    assert_eq!(read(&path).unwrap().source_type(), Some("compositeWithTrainedAlgorithmicMedia"));
    write(&path, &provenance()).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), after, "marked once");
}

/// A file in a folder of its own.
fn marked_file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// A mono sound of this many samples of a byte.
fn wav(samples: u32) -> Vec<u8> {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: 8_000, bits_per_sample: 8, sample_format: hound::SampleFormat::Int };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    (0..samples).for_each(|at| writer.write_sample(i32::from(at as i8)).unwrap());
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn samples(wav: &[u8]) -> Vec<i32> {
    hound::WavReader::new(wav).unwrap().into_samples().map(Result::unwrap).collect()
}

#[test]
fn jpeg_webp_and_wav_carry_the_mark_and_hold_what_they_held() {
    let picture = RgbImage::from_fn(40, 61, |x, y| Rgb([x as u8 * 5, y as u8 * 4, 90]));
    let encoded = |format| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let (jpeg, lossless) = (encoded(image::ImageFormat::Jpeg), encoded(image::ImageFormat::WebP));
    let extended = {
        let mut extended = super::picture(&lossless, &statement()).unwrap();
        let at = memchr::memmem::find(&extended, b"XMP ").unwrap();
        extended.truncate(at);
        let size = (at as u32 - 8).to_le_bytes();
        extended[4..8].copy_from_slice(&size);
        extended[20] &= !0x04;
        extended
    };
    for (name, bytes) in
        [("a.jpg", &jpeg), ("a.webp", &lossless), ("b.webp", &extended), ("a.wav", &wav(9)), ("b.wav", &wav(10))]
    {
        let (_folder, path) = marked_file(name, bytes);
        let sent = super::marked(&path, &provenance()).unwrap().unwrap();
        write(&path, &provenance()).unwrap();
        let after = std::fs::read(&path).unwrap();
        assert_eq!((after.len() as u64, sent.of(bytes)), (sent.length(), after.clone()), "{name}");
        assert_eq!(read(&path).unwrap().source_type(), Some("compositeWithTrainedAlgorithmicMedia"), "{name}");
        assert_eq!(exiftool(&path).unwrap_or_else(|| URI.to_owned()), URI, "{name}");
        match container::kind(&after) {
            Some(Kind::Wav) => {
                assert_eq!(samples(&after), samples(bytes));
                let size = u32::from_le_bytes(after[4..8].try_into().unwrap()) as usize;
                assert_eq!((size + 8, size % 2), (after.len(), 0), "{name}");
            }
            _ => assert_eq!(decode(&after).unwrap(), decode(bytes).unwrap(), "{name}"),
        }
        write(&path, &provenance()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), after, "{name}: marked once");
    }
}

#[test]
fn a_signed_sound_stays_as_it_is() {
    let mut signed = wav(10);
    signed.extend_from_slice(b"C2PA\x09\0\0\0jumb c2pa\0");
    let size = (signed.len() - 8) as u32;
    signed[4..8].copy_from_slice(&size.to_le_bytes());
    let (_folder, path) = marked_file("a.wav", &signed);
    assert_eq!(read(&path).unwrap().c2pa, Some(vec![]));
    write(&path, &provenance()).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), signed);
}

#[test]
fn a_packet_that_says_something_else_is_added_to_in_every_format() {
    let others = b"<x:xmpmeta><rdf:RDF><rdf:Description dc:source=\"Ada\"/></rdf:RDF></x:xmpmeta>";
    let picture = RgbImage::new(8, 8);
    for format in [image::ImageFormat::Jpeg, image::ImageFormat::WebP, image::ImageFormat::Png] {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        let bare = bytes.into_inner();
        let theirs = match format {
            image::ImageFormat::Jpeg => jpeg::with_packet(&bare, others),
            image::ImageFormat::WebP => webp::with_packet(&bare, others),
            _ => png::with_packet(&bare, others),
        };
        let theirs = theirs.unwrap().of(&bare);
        let marked = super::picture(&theirs, &statement()).unwrap();
        let count = |what: &[u8]| memchr::memmem::find_iter(&marked, what).count();
        assert_eq!((count(b"dc:source=\"Ada\""), count(URI.as_bytes()), count(b"</rdf:RDF>")), (1, 1, 1), "{format:?}");
        decode(&marked).unwrap();
    }
}

#[test]
fn a_sound_whose_chunks_do_not_add_up_is_left_as_it_is() {
    let cut = wav(100)[..80].to_vec();
    let mut endless = wav(100);
    endless[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    for bytes in [cut, endless] {
        let (_folder, path) = marked_file("a.wav", &bytes);
        assert!(write(&path, &provenance()).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_file_that_cannot_carry_a_mark_is_left_as_it_is_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    for bytes in [b"no picture at all".to_vec(), b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\0mdat to the end".to_vec()] {
        std::fs::write(&path, &bytes).unwrap();
        assert!(write(&path, &provenance()).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
    assert!(matches!(read(&media("voice_note.ogg")), Err(MarkError::OtherKind { .. })));
    assert!(matches!(read(&folder.path().join("gone")), Err(MarkError::Io(_))));
}

proptest! {
    #[test]
    fn no_bytes_make_reading_or_writing_panic(kind in 0..8_usize, tail in proptest::collection::vec(any::<u8>(), 0..300)) {
        let start: &[u8] = [
            b"\x89PNG\r\n\x1a\n\0\0\0\x01iTXt".as_slice(),
            b"\xff\xd8\xff\xe1",
            b"RIFF\x10\0\0\0WEBPXMP ",
            b"\0\0\0\x14ftypisom\0\0\0\0isom",
            b"RIFF\x10\0\0\0WAVE",
            b"RIFF\x10\0\0\0WEBPVP8 ",
            b"RIFF\x10\0\0\0WEBPVP8L\x06\0\0\0",
            b"RIFF\x10\0\0\0WEBPVP8X",
        ][kind];
        let bytes = [start, &tail].concat();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, &bytes).unwrap();
        let _ = (in_picture(&bytes), picture(&bytes, &statement()), read(&path), write(&path, &provenance()));
    }

    #[test]
    fn any_packet_can_be_read_and_added_to(packet in ".{0,200}") {
        let _ = Statement::of_packet(packet.as_bytes());
        let both = statement().beside(Some(packet.as_bytes()));
        prop_assert_eq!(Statement::of_packet(&both).source_type, statement().source_type);
    }
}
