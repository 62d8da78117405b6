//! A clip by the embedded encoder, in chunks of about a second that need nothing of each other: the clip's own thread
//! takes one after the other, and helpers take some from it while processors are free. Called by `encode`. What comes out
//! is the same no matter which worker made which.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::{ControlFlow, Range};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};

use super::error::EncodeError;
use super::keyframes::{FADE_HALF, can_fade, is_keyframe};
use super::openh264::Embedded;
use super::worker_pool::WorkerPool;
use crate::video::frame::{FPS, Frame, Frames};

/// A processor that has nothing to do for so many pictures is idle; for fewer, it only goes from one clip to the next.
const IDLE: u32 = 6;

/// As [`crate::video::encode_to`] with the embedded encoder; helpers come from `pool`.
pub fn encode_in_chunks(
    pool: &WorkerPool,
    frames: &mut dyn Frames,
    to: &mut (dyn Write + Send),
    on_progress: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Result<(), EncodeError> {
    let work = Work::new(frames.count());
    let spare = frames.another();
    let (report, reports) = mpsc::channel();
    std::thread::scope(|scope| {
        let (work, own_report) = (&work, report.clone());
        std::thread::Builder::new().spawn_scoped(scope, move || work.run(frames, &own_report, || false))?;
        let hire = || {
            let Some(spare) = spare.as_ref().filter(|_| work.is_left()) else { return };
            let (Some(permit), Some(mut frames)) = (pool.try_acquire(), spare.another()) else { return };
            let report = report.clone();
            let help = move || {
                let _permit = permit;
                work.run(frames.as_mut(), &report, || pool.is_crowded());
            };
            if let Err(error) = std::thread::Builder::new().spawn_scoped(scope, help) {
                tracing::debug!(%error, "a clip goes on without a helper");
            }
        };
        let mut encoded = BTreeMap::new();
        let (mut pictures, mut written, mut idle) = (0, 0, 0);
        while written < work.chunks.len() {
            match reports.recv() {
                Ok(Report::Picture) => {
                    pictures += 1;
                    idle = if pool.has_free() { idle + 1 } else { 0 };
                    if idle == IDLE {
                        idle = 0;
                        hire();
                    }
                    if on_progress(pictures).is_break() {
                        return work.stop(EncodeError::Stopped);
                    }
                }
                Ok(Report::Chunk(number, stream)) => {
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
    chunks: Vec<Range<u32>>,
    count: u32,
    /// The chunk that nobody has taken yet.
    next: AtomicUsize,
    stop: AtomicBool,
}

/// What a thread tells.
enum Report {
    /// One more picture is encoded.
    Picture,
    /// The chunk of this number, whole.
    Chunk(usize, Vec<u8>),
    Failed(EncodeError),
    Panicked(Box<dyn Any + Send>),
}

impl Work {
    fn new(count: u32) -> Work {
        Work { chunks: chunks(count), count, next: AtomicUsize::new(0), stop: AtomicBool::new(false) }
    }

    fn is_left(&self) -> bool {
        self.next.load(Ordering::Relaxed) < self.chunks.len()
    }

    /// Lets every thread end at its next picture.
    fn stop<T>(&self, why: EncodeError) -> Result<T, EncodeError> {
        self.stop.store(true, Ordering::Relaxed);
        Err(why)
    }

    /// Makes chunks until none is left, or until `leaves` after one.
    fn run(&self, frames: &mut dyn Frames, report: &Sender<Report>, leaves: impl Fn() -> bool) {
        // Nobody listens any more once the clip has failed.
        let tell = |what| drop(report.send(what));
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(chunk) = self.chunks.get(number) else { return };
            // The clip's own thread must hear of a panic: it waits for this chunk.
            let made = catch_unwind(AssertUnwindSafe(|| self.make(chunk, frames, &|| tell(Report::Picture))));
            match made {
                Ok(Ok(stream)) => tell(Report::Chunk(number, stream)),
                Ok(Err(error)) => return tell(Report::Failed(error)),
                Err(panic) => return tell(Report::Panicked(panic)),
            }
            if leaves() {
                return;
            }
        }
    }

    /// One chunk by an encoder of its own, so that its bytes are the same no matter which worker makes it.
    fn make(
        &self,
        chunk: &Range<u32>,
        frames: &mut dyn Frames,
        on_progress: &dyn Fn(),
    ) -> Result<Vec<u8>, EncodeError> {
        let mut embedded = Embedded::new()?;
        let (mut frame, mut stream) = (Frame::black(), Vec::new());
        for number in chunk.clone() {
            if self.stop.load(Ordering::Relaxed) {
                return Err(EncodeError::Stopped);
            }
            frames.draw(number, &mut frame)?;
            stream.extend(embedded.encode(&frame, is_keyframe(number, self.count))?);
            on_progress();
        }
        Ok(stream)
    }
}

/// A clip of `count` pictures, cut at a keyframe after each whole second. Never after a lone picture: two keyframes
/// in a row must be told apart by the encoder that makes both (`idr_pic_id`, H.264 7.4.3).
fn chunks(count: u32) -> Vec<Range<u32>> {
    let tail = if can_fade(count) { count - FADE_HALF } else { 0 };
    let cuts: Vec<u32> = (FADE_HALF + FPS..tail).step_by(FPS as usize).collect();
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain(std::iter::once(count));
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Condvar, Mutex};

    use super::*;
    use crate::video::encode::decode::decode_frames;
    use crate::video::encode::encoder::{Encoder, encode};
    use crate::video::frame::FrameError;
    use crate::video::testing::Bars;

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

    /// Pictures whose first chunk cannot be finished before helpers have drawn the last one.
    struct Slow(Arc<(Mutex<bool>, Condvar)>);

    impl Frames for Slow {
        fn count(&self) -> u32 {
            100
        }

        fn draw(&mut self, number: u32, into: &mut Frame) -> Result<(), FrameError> {
            let (is_done, told) = &*self.0;
            if number == 99 {
                *is_done.lock().unwrap() = true;
                told.notify_all();
            }
            if number == 34 {
                drop(told.wait_while(is_done.lock().unwrap(), |is_done| !*is_done).unwrap());
            }
            Bars(100).draw(number, into)
        }

        fn another(&self) -> Option<Box<dyn Frames>> {
            Some(Box::new(Slow(Arc::clone(&self.0))))
        }
    }

    #[test]
    fn a_clip_is_the_same_whoever_makes_its_chunks() {
        let mut with_help = Vec::new();
        let mut slow = Slow(Arc::default());
        encode_in_chunks(&WorkerPool::of(2), &mut slow, &mut with_help, &mut go_on).unwrap();
        let alone = encode(&mut OneByOne(Bars(100)), &Encoder::Embedded, &mut go_on).unwrap();
        assert!(with_help == alone);
        for number in [0, 34, 35, 64, 65, 99] {
            let frame = &decode_frames(&alone, number..number + 1).unwrap()[0];
            assert!(Bars::difference(frame, number) < 3.0, "picture {number}");
        }
    }

    #[test]
    fn chunks_begin_with_a_keyframe_and_leave_no_picture_out() {
        for count in 1..400 {
            let chunks = chunks(count);
            assert_eq!((chunks[0].start, chunks.last().unwrap().end), (0, count));
            assert!(chunks.windows(2).all(|pair| pair[0].end == pair[1].start && pair[0].len() >= 30), "{count}");
            assert!(chunks.iter().all(|chunk| is_keyframe(chunk.start, count) && chunk.len() <= 40), "{count}");
            let lone = |chunk: &Range<u32>| is_keyframe(chunk.end - 1, count);
            assert!(chunks.iter().rev().skip(1).all(|chunk| !lone(chunk)), "{count}");
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
}
