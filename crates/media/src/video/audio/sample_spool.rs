//! Samples on disk between two passes over a soundtrack, so that its length costs no memory. Called by the mixer; the file
//! has no name and is gone when it is dropped.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

const BUFFER: usize = 256 << 10;

/// Takes samples from the first to the last.
pub(in crate::video) struct SpoolWriter(BufWriter<File>);

impl SpoolWriter {
    pub(in crate::video) fn new(folder: &Path) -> io::Result<SpoolWriter> {
        Ok(SpoolWriter(BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(folder)?)))
    }

    pub(in crate::video) fn write(&mut self, samples: &[f32]) -> io::Result<()> {
        samples.iter().try_for_each(|sample| self.0.write_all(&sample.to_le_bytes()))
    }

    pub(in crate::video) fn finish(self) -> io::Result<Spool> {
        let mut file = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        let count = file.stream_position()? / 4;
        Ok(Spool { file, count })
    }
}

pub(in crate::video) struct Spool {
    file: File,
    count: u64,
}

impl Spool {
    pub(in crate::video) fn count(&self) -> u64 {
        self.count
    }

    /// Hands all samples on, at most `piece` at a time.
    pub(in crate::video) fn each<Failure: From<io::Error>>(
        &mut self,
        piece: usize,
        mut take: impl FnMut(&mut [f32]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.file.rewind()?;
        let mut reader = BufReader::with_capacity(BUFFER, &self.file);
        let mut bytes = vec![0; 4 * piece];
        let mut samples = Vec::with_capacity(piece);
        let mut left = self.count;
        while left > 0 {
            let count = left.min(piece as u64) as usize;
            reader.read_exact(&mut bytes[..4 * count])?;
            samples.clear();
            let values = bytes[..4 * count].chunks_exact(4);
            samples.extend(values.map(|value| f32::from_le_bytes([value[0], value[1], value[2], value[3]])));
            take(&mut samples)?;
            left -= count as u64;
        }
        Ok(())
    }
}
