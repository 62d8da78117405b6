//! The C interface of SVOX Pico as one owned value: made, used and taken apart in the one order that it allows. The only
//! module with unsafe code; every function here upholds what `picoapi.h` asks of its caller. Knows no languages.

use std::ffi::{CStr, CString};
use std::os::raw::{c_char, c_void};
use std::ptr;

use ttspico_sys as pico;

/// The memory a voice works in, in bytes; Pico needs under 4 MB of it. It reads some of that before it has written it, and
/// would speak differently depending on what was there: the block is zeroed.
const MEMORY: u32 = 8 * 1024 * 1024;

/// Why Pico did not do it, in its own words.
#[derive(Debug, thiserror::Error)]
#[error("{message} (status {code})")]
pub struct PicoError {
    code: i32,
    message: String,
}

/// Whether there is more to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Idle,
    Busy,
}

/// One voice with all that it needs.
pub struct Synthesiser {
    system: pico::pico_System,
    resources: Vec<pico::pico_Resource>,
    engine: pico::pico_Engine,
    /// Everything above points into it. In words of 16 bytes for the sake of alignment.
    memory: Vec<u128>,
}

// SAFETY: Pico keeps no thread-local state, and the pointers are to the value's own memory.
unsafe impl Send for Synthesiser {}

impl Synthesiser {
    /// Opens the files of a voice. They must be genuine: Pico trusts what it reads in them.
    pub fn new(text_analysis: &CStr, signal_generation: &CStr) -> Result<Self, PicoError> {
        let memory = vec![0_u128; MEMORY as usize / size_of::<u128>()];
        let mut this = Self { system: ptr::null_mut(), resources: Vec::new(), engine: ptr::null_mut(), memory };
        // SAFETY: the memory is as large as said, aligned, and lives as long as the value: moving a vector does not move
        // what it holds.
        let status = unsafe {
            let memory = this.memory.as_mut_ptr().cast::<c_void>();
            pico::pico_initialize(memory, MEMORY, &raw mut this.system)
        };
        this.check(status)?;
        let voice = c"baby";
        // SAFETY: the system was made above; texts end with a zero and are copied by Pico.
        this.check(unsafe { pico::pico_createVoiceDefinition(this.system, text(voice)) })?;
        for file in [text_analysis, signal_generation] {
            let name = this.load(file)?;
            // SAFETY: as above.
            let status = unsafe { pico::pico_addResourceToVoiceDefinition(this.system, text(voice), text(&name)) };
            this.check(status)?;
        }
        // SAFETY: the voice has its text analysis and its signal generation, which is what an engine needs.
        let status = unsafe { pico::pico_newEngine(this.system, text(voice), &raw mut this.engine) };
        this.check(status)?;
        Ok(this)
    }

    /// Loads a file and says what Pico calls it.
    fn load(&mut self, file: &CStr) -> Result<CString, PicoError> {
        let mut resource = ptr::null_mut();
        // SAFETY: the system is alive, the path ends with a zero and fits Pico's buffer (the caller sees to that).
        self.check(unsafe { pico::pico_loadResource(self.system, text(file), &raw mut resource) })?;
        self.resources.push(resource);
        let mut name: [c_char; pico::PICO_MAX_RESOURCE_NAME_SIZE] = [0; _];
        // SAFETY: the buffer has the size that the interface names.
        self.check(unsafe { pico::pico_getResourceName(self.system, resource, name.as_mut_ptr()) })?;
        Ok(until_zero(&name))
    }

    /// Hands over text, UTF-8; a zero byte says that it is complete. Returns how many bytes were taken.
    pub fn put_text(&mut self, bytes: &[u8]) -> Result<usize, PicoError> {
        let length = i16::try_from(bytes.len()).unwrap_or(i16::MAX);
        let mut taken = 0;
        // SAFETY: the engine is alive and reads no further than `length`.
        let status = unsafe { pico::pico_putTextUtf8(self.engine, bytes.as_ptr(), length, &raw mut taken) };
        self.check(status)?;
        Ok(usize::try_from(taken).unwrap_or(0))
    }

    /// Works on, and puts what has come of it into the buffer: how many samples, and whether there is more.
    pub fn samples(&mut self, buffer: &mut [i16]) -> Result<(usize, Step), PicoError> {
        let room = i16::try_from(size_of_val(buffer)).unwrap_or(i16::MAX - 1);
        let (mut received, mut data_type) = (0, 0);
        // SAFETY: the engine is alive and writes at most `room` bytes.
        let status = unsafe {
            let to = buffer.as_mut_ptr().cast::<c_void>();
            pico::pico_getData(self.engine, to, room, &raw mut received, &raw mut data_type)
        };
        let count = usize::try_from(received).unwrap_or(0) / size_of::<i16>();
        match status {
            pico::PICO_STEP_IDLE => Ok((count, Step::Idle)),
            pico::PICO_STEP_BUSY => Ok((count, Step::Busy)),
            failed => Err(self.error(failed)),
        }
    }

    fn check(&self, status: pico::pico_Status) -> Result<(), PicoError> {
        if status == pico::PICO_OK { Ok(()) } else { Err(self.error(status)) }
    }

    fn error(&self, code: pico::pico_Status) -> PicoError {
        let mut message: [c_char; pico::PICO_RETSTRINGSIZE] = [0; _];
        // SAFETY: the buffer has the size that the interface names; a system that is null is refused by Pico.
        unsafe { pico::pico_getSystemStatusMessage(self.system, code, message.as_mut_ptr()) };
        PicoError { code, message: until_zero(&message).to_string_lossy().into_owned() }
    }
}

impl Drop for Synthesiser {
    /// Only an engine that is disposed of lets go of its files, and only then are they closed.
    fn drop(&mut self) {
        // SAFETY: each handle is null or alive, and is not used again. Pico sets it to null, or refuses a null one.
        unsafe {
            if !self.engine.is_null() {
                pico::pico_disposeEngine(self.system, &raw mut self.engine);
            }
            for mut resource in self.resources.drain(..) {
                pico::pico_unloadResource(self.system, &raw mut resource);
            }
            if !self.system.is_null() {
                pico::pico_terminate(&raw mut self.system);
            }
        }
    }
}

fn text(text: &CStr) -> *const pico::pico_Char {
    text.as_ptr().cast()
}

/// A text that Pico wrote; the whole buffer where it forgot the zero.
fn until_zero(buffer: &[c_char]) -> CString {
    #[allow(
        clippy::cast_sign_loss,
        clippy::unnecessary_cast,
        reason = "whether a char has a sign is the platform's choice"
    )]
    let bytes: Vec<u8> = buffer.iter().take_while(|&&byte| byte != 0).map(|&byte| byte as u8).collect();
    CString::new(bytes).unwrap_or_default()
}
