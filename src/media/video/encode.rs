//! Clips: pictures in, a silent H.264 stream out, the same headers in every clip of one encoder, so that clips are
//! copied into an episode and never encoded again. Called by whoever makes a clip, a cross-fade or a transcoded video.
//! Knows nothing of what is drawn.
//!
//! A clip is drawn and encoded in stretches of about a second, which need nothing of each other. Several clips are made
//! at once, and processors that have nothing else to do take stretches of the same clip; its bytes do not hang on that.

use std::{
    any::Any,
    collections::BTreeMap,
    io::{self, Write},
    ops::{ControlFlow, Range},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, Sender},
    },
};

use super::{
    crew::CREW,
    fade::FADE_HALF,
    ffmpeg::{Ffmpeg, FfmpegError},
    frame::{FPS, Frame, FrameError, Frames},
    openh264::Embedded,
};

/// Which encoder the person asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EncoderChoice {
    /// The embedded one: it takes half the time of ffmpeg's x264 (6 to 10 ms a picture against 17, on one core and without
    /// assembly), is on every machine, and the same clips come out everywhere.
    #[default]
    Auto,
    Embedded,
    Ffmpeg,
}

/// An encoder that was found to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoder {
    /// openh264, compiled into this program.
    Embedded,
    /// libx264 in the ffmpeg of this machine.
    Ffmpeg(Ffmpeg),
}

/// Why a clip was not encoded.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("Encoding was stopped.")]
    Stopped,
    #[error("The embedded encoder failed ({reason}). Try again, or encode with ffmpeg: --encoder ffmpeg.")]
    Embedded { reason: String },
    #[error(transparent)]
    Ffmpeg(#[from] FfmpegError),
    #[error("The clip could not be written: {0}. Check that there is room on the disk.")]
    Write(#[from] io::Error),
}

impl Encoder {
    /// The encoder of this choice, tried out before it is relied on.
    pub fn find(choice: EncoderChoice) -> Result<Encoder, FfmpegError> {
        match choice {
            EncoderChoice::Auto | EncoderChoice::Embedded => Ok(Encoder::Embedded),
            EncoderChoice::Ffmpeg => Ffmpeg::find().map(Encoder::Ffmpeg),
        }
    }

    /// The name that settings and reports use.
    pub fn name(&self) -> &'static str {
        match self {
            Encoder::Embedded => "embedded",
            Encoder::Ffmpeg(_) => "ffmpeg",
        }
    }

    /// The encoder as a person reads it.
    pub fn described(&self) -> String {
        match self {
            Encoder::Embedded if super::openh264::HAS_ASSEMBLY => "openh264 (with assembly)".to_owned(),
            Encoder::Embedded => "openh264 (without assembly)".to_owned(),
            Encoder::Ffmpeg(ffmpeg) => format!("ffmpeg {} (libx264)", ffmpeg.version()),
        }
    }

    /// What would make it faster, as a sentence.
    pub fn advice(&self) -> Option<&'static str> {
        let is_slow = matches!(self, Encoder::Embedded) && !super::openh264::HAS_ASSEMBLY;
        // Elsewhere openh264 has no assembly code, or needs no assembler of its own for it.
        (is_slow && cfg!(any(target_arch = "x86", target_arch = "x86_64")))
            .then_some("Built again with nasm installed, it takes about half the time.")
    }

    /// Part of a clip's key, with `name`: changes whenever the same pictures become another stream.
    pub fn version(&self) -> u32 {
        match self {
            Encoder::Embedded | Encoder::Ffmpeg(_) => 1,
        }
    }
}

/// A silent clip: H.264 Annex B, IDR first, closed groups of at most a second, the same headers in every clip of one
/// encoder. `told` hears the number of frames done after each, and stops the work with `Break`.
pub fn encode(
    frames: &mut dyn Frames,
    encoder: &Encoder,
    told: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<Vec<u8>, EncodeError> {
    let mut stream = Vec::new();
    encode_to(frames, encoder, &mut stream, told)?;
    Ok(stream)
}

/// As [`encode`], written where it goes while it is made: for clips too long to hold in memory.
pub fn encode_to(
    frames: &mut dyn Frames,
    encoder: &Encoder,
    to: &mut (dyn Write + Send),
    told: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<(), EncodeError> {
    match encoder {
        Encoder::Embedded => encode_in_stretches(frames, to, told),
        Encoder::Ffmpeg(ffmpeg) => ffmpeg.encode(frames, to, told),
    }
}

/// A processor that has nothing to do for so many pictures is idle; for fewer, it only goes from one clip to the next.
const IDLE: u32 = 6;

/// Encodes with the embedded encoder: one thread takes stretch after stretch, and helpers take some from it while
/// processors are free.
fn encode_in_stretches(
    frames: &mut dyn Frames,
    to: &mut (dyn Write + Send),
    told: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<(), EncodeError> {
    let work = Work::new(frames.count());
    let spare = frames.another();
    let (report, reports) = mpsc::channel();
    std::thread::scope(|scope| {
        let (work, own_report) = (&work, report.clone());
        scope.spawn(move || work.run(frames, &own_report, || false));
        let hire = || {
            let Some(spare) = spare.as_ref().filter(|_| work.is_left()) else { return };
            let (Some(place), Some(mut frames)) = (CREW.take_free(), spare.another()) else { return };
            let report = report.clone();
            scope.spawn(move || {
                let _place = place;
                work.run(frames.as_mut(), &report, || CREW.is_crowded());
            });
        };
        let mut encoded = BTreeMap::new();
        let (mut pictures, mut written, mut idle) = (0, 0, 0);
        while written < work.stretches.len() {
            match reports.recv() {
                Ok(Report::Picture) => {
                    pictures += 1;
                    idle = if CREW.has_free() { idle + 1 } else { 0 };
                    if idle == IDLE {
                        idle = 0;
                        hire();
                    }
                    if told(pictures).is_break() {
                        return work.stop(EncodeError::Stopped);
                    }
                }
                Ok(Report::Stretch(number, stream)) => {
                    encoded.insert(number, stream);
                    while let Some(stream) = encoded.remove(&written) {
                        to.write_all(&stream).or_else(|error| work.stop(error.into()))?;
                        written += 1;
                    }
                }
                Ok(Report::Failed(error)) => return work.stop(error),
                Ok(Report::Panicked(panic)) => {
                    work.stop.store(true, Ordering::Relaxed);
                    resume_unwind(panic);
                }
                Err(mpsc::RecvError) => unreachable!("the loop itself holds a sender"),
            }
        }
        Ok(())
    })
}

/// What the threads of one clip share.
struct Work {
    stretches: Vec<Range<u32>>,
    count: u32,
    /// The stretch that nobody has taken yet.
    next: AtomicUsize,
    stop: AtomicBool,
}

/// What a thread tells.
enum Report {
    /// One more picture is encoded.
    Picture,
    /// The stretch of this number, whole.
    Stretch(usize, Vec<u8>),
    Failed(EncodeError),
    Panicked(Box<dyn Any + Send>),
}

impl Work {
    fn new(count: u32) -> Work {
        Work { stretches: stretches(count), count, next: AtomicUsize::new(0), stop: AtomicBool::new(false) }
    }

    fn is_left(&self) -> bool {
        self.next.load(Ordering::Relaxed) < self.stretches.len()
    }

    /// Lets every thread end at its next picture.
    fn stop<T>(&self, why: EncodeError) -> Result<T, EncodeError> {
        self.stop.store(true, Ordering::Relaxed);
        Err(why)
    }

    /// Makes stretches until none is left, or until `leaves` after one.
    fn run(&self, frames: &mut dyn Frames, report: &Sender<Report>, leaves: impl Fn() -> bool) {
        // Nobody listens any more once the clip has failed.
        let tell = |what| drop(report.send(what));
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(stretch) = self.stretches.get(number) else { return };
            // The clip's own thread must hear of a panic: it waits for this stretch.
            let made = catch_unwind(AssertUnwindSafe(|| self.make(stretch, frames, &|| tell(Report::Picture))));
            match made {
                Ok(Ok(stream)) => tell(Report::Stretch(number, stream)),
                Ok(Err(error)) => return tell(Report::Failed(error)),
                Err(panic) => return tell(Report::Panicked(panic)),
            }
            if leaves() {
                return;
            }
        }
    }

    /// One stretch by an encoder of its own, so that its bytes are the same whoever makes it.
    fn make(&self, stretch: &Range<u32>, frames: &mut dyn Frames, told: &dyn Fn()) -> Result<Vec<u8>, EncodeError> {
        let mut embedded = Embedded::new()?;
        let (mut frame, mut stream) = (Frame::black(), Vec::new());
        for number in stretch.clone() {
            if self.stop.load(Ordering::Relaxed) {
                return Err(EncodeError::Stopped);
            }
            frames.draw(number, &mut frame)?;
            stream.extend(embedded.encode(&frame, begins_anew(number, self.count))?);
            told();
        }
        Ok(stream)
    }
}

/// Draws every picture into one frame and hands it on.
pub(super) fn draw_each(
    frames: &mut dyn Frames,
    told: &mut dyn FnMut(u32) -> ControlFlow<()>,
    done_with: &mut dyn FnMut(u32, &mut Frame) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let mut frame = Frame::black();
    for number in 0..frames.count() {
        frames.draw(number, &mut frame)?;
        done_with(number, &mut frame)?;
        if told(number + 1).is_break() {
            return Err(EncodeError::Stopped);
        }
    }
    Ok(())
}

/// Whether a clip of `count` pictures begins anew (IDR) at this one: at least once a second, and where a cross-fade cuts
/// it, so that the rest is copied as it is.
pub(super) fn begins_anew(number: u32, count: u32) -> bool {
    if !can_fade(count) {
        return number.is_multiple_of(FPS);
    }
    let (body, tail) = (FADE_HALF, count - FADE_HALF);
    number == 0 || number == tail || (number >= body && number < tail && (number - body).is_multiple_of(FPS))
}

/// A clip of `count` pictures, cut where it begins anew after a whole second. Never after a lone picture: two beginnings
/// in a row must be told apart by the encoder that makes both (`idr_pic_id`, H.264 7.4.3).
fn stretches(count: u32) -> Vec<Range<u32>> {
    let tail = if can_fade(count) { count - FADE_HALF } else { 0 };
    let cuts: Vec<u32> = (FADE_HALF + FPS..tail).step_by(FPS as usize).collect();
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain(std::iter::once(count));
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

/// Whether a clip of so many pictures is long enough to give some to a cross-fade at either end.
pub fn can_fade(count: u32) -> bool {
    count >= 3 * FADE_HALF
}

#[cfg(test)]
mod tests {
    use super::super::decode::decode_frames;
    use super::super::frame::FrameError;
    use super::super::testing::Bars;
    use super::*;

    fn go_on(_: u32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// The same pictures for one thread only.
    struct OneByOne(Bars);

    impl Frames for OneByOne {
        fn count(&self) -> u32 {
            self.0.count()
        }

        fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
            self.0.draw(number, into)
        }
    }

    #[test]
    fn a_clip_is_the_same_whoever_makes_its_stretches() {
        let with_help = encode(&mut Bars(100), &Encoder::Embedded, &mut go_on).unwrap();
        let alone = encode(&mut OneByOne(Bars(100)), &Encoder::Embedded, &mut go_on).unwrap();
        assert!(with_help == alone);
        for number in [0, 34, 35, 64, 65, 99] {
            let frame = &decode_frames(&alone, number..number + 1).unwrap()[0];
            assert!(Bars::difference(frame, number) < 3.0, "picture {number}");
        }
    }

    #[test]
    fn stretches_begin_anew_and_leave_no_picture_out() {
        for count in 1..400 {
            let stretches = stretches(count);
            assert_eq!((stretches[0].start, stretches.last().unwrap().end), (0, count));
            assert!(stretches.windows(2).all(|pair| pair[0].end == pair[1].start && pair[0].len() >= 30), "{count}");
            assert!(
                stretches.iter().all(|stretch| begins_anew(stretch.start, count) && stretch.len() <= 40),
                "{count}"
            );
            let lone = |stretch: &Range<u32>| begins_anew(stretch.end - 1, count);
            assert!(stretches.iter().rev().skip(1).all(|stretch| !lone(stretch)), "{count}");
        }
    }

    #[test]
    fn every_picture_is_told_of_and_a_stop_ends_all_threads() {
        let mut told = Vec::new();
        let mut hear = |pictures| {
            told.push(pictures);
            if pictures == 50 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let stopped = encode(&mut Bars(100), &Encoder::Embedded, &mut hear);
        assert!(matches!(stopped, Err(EncodeError::Stopped)));
        assert_eq!(told, (1..=50).collect::<Vec<_>>());
    }

    /// Has a picture that cannot be drawn.
    struct Broken(fn() -> Result<(), FrameError>);

    impl Frames for Broken {
        fn count(&self) -> u32 {
            90
        }

        fn draw(&mut self, number: u32, _: &mut Frame) -> Result<(), FrameError> {
            if number == 40 { (self.0)() } else { Ok(()) }
        }

        fn another(&self) -> Option<Box<dyn Frames>> {
            Some(Box::new(Broken(self.0)))
        }
    }

    #[test]
    fn a_picture_that_cannot_be_drawn_ends_the_clip() {
        let fails = || Err(FrameError("no paint".into()));
        let failed = encode(&mut Broken(fails), &Encoder::Embedded, &mut go_on);
        assert_eq!(failed.unwrap_err().to_string(), "no paint");
        let panics = || encode(&mut Broken(|| panic!("no brush")), &Encoder::Embedded, &mut go_on);
        let panic = catch_unwind(panics).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"no brush"));
    }

    #[test]
    fn a_clip_begins_anew_every_second_and_where_a_fade_cuts_it() {
        let beginnings = |count: u32| (0..count).filter(|&number| begins_anew(number, count)).collect::<Vec<_>>();
        assert_eq!(beginnings(100), [0, 5, 35, 65, 95]);
        assert_eq!(beginnings(15), [0, 5, 10]);
        assert_eq!(beginnings(14), [0]);
        assert_eq!(beginnings(40), [0, 5, 35]);
        for count in 1..200 {
            let beginnings = beginnings(count);
            assert!(beginnings.windows(2).all(|pair| pair[1] - pair[0] <= FPS), "{count}: {beginnings:?}");
            assert!(count - beginnings.last().unwrap() <= FPS);
        }
    }
}
