//! Reads FlatBuffers, the container of TFLite models: tables, vectors and scalars, every position checked. Called by
//! `model`; knows no model.
//!
//! The format: <https://flatbuffers.dev/internals/>. All numbers are little-endian.

use super::model::ModelError;

type Result<T> = std::result::Result<T, ModelError>;

/// The bytes of a buffer.
#[derive(Clone, Copy)]
pub struct Buffer<'a>(pub &'a [u8]);

/// A table of a buffer: where it lies.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    buffer: Buffer<'a>,
    at: usize,
}

/// The most entries that any vector of a model has; more is a damaged length.
const MOST_ENTRIES: usize = 1 << 16;

impl<'a> Buffer<'a> {
    /// The table that the buffer begins with.
    pub fn root(self) -> Result<Table<'a>> {
        Ok(Table { buffer: self, at: self.follow(0)? })
    }

    fn bytes<const N: usize>(self, at: usize) -> Result<[u8; N]> {
        let part = at.checked_add(N).and_then(|end| self.0.get(at..end));
        part.and_then(|part| part.try_into().ok()).ok_or(ModelError::Damaged("a position lies beyond its end"))
    }

    fn int(self, at: usize) -> Result<i32> {
        self.bytes(at).map(i32::from_le_bytes)
    }

    fn short(self, at: usize) -> Result<usize> {
        self.bytes(at).map(|bytes| usize::from(u16::from_le_bytes(bytes)))
    }

    /// The position that the offset at this one leads to.
    fn follow(self, at: usize) -> Result<usize> {
        let offset = self.bytes(at).map(u32::from_le_bytes)?;
        at.checked_add(offset as usize).ok_or(ModelError::Damaged("an offset leads beyond its end"))
    }
}

impl<'a> Table<'a> {
    /// Where a field lies; `None` where the table leaves it at its default.
    fn field(self, index: usize) -> Result<Option<usize>> {
        const DAMAGED: ModelError = ModelError::Damaged("a table lies outside it");
        let back = self.buffer.int(self.at)?;
        let fields = usize::try_from(self.at as i64 - i64::from(back)).map_err(|_| DAMAGED)?;
        let slot = 4 + 2 * index;
        if slot >= self.buffer.short(fields)? {
            return Ok(None);
        }
        let offset = self.buffer.short(fields.checked_add(slot).ok_or(DAMAGED)?)?;
        Ok((offset != 0).then_some(self.at + offset))
    }

    pub fn int(self, index: usize, default: i32) -> Result<i32> {
        self.field(index)?.map_or(Ok(default), |at| self.buffer.int(at))
    }

    pub fn byte(self, index: usize) -> Result<i32> {
        self.field(index)?.map_or(Ok(0), |at| self.buffer.bytes::<1>(at).map(|[byte]| i32::from(byte.cast_signed())))
    }

    pub fn table(self, index: usize) -> Result<Option<Table<'a>>> {
        let at = self.field(index)?.map(|at| self.buffer.follow(at)).transpose()?;
        Ok(at.map(|at| Table { at, ..self }))
    }

    /// Where a vector's entries begin and how many there are.
    fn vector(self, index: usize, most: usize) -> Result<(usize, usize)> {
        let Some(at) = self.field(index)? else { return Ok((0, 0)) };
        let start = self.buffer.follow(at)?;
        let count = usize::try_from(self.buffer.int(start)?).unwrap_or(usize::MAX);
        if count > most {
            return Err(ModelError::Damaged("a list is longer than it"));
        }
        Ok((start + 4, count))
    }

    pub fn tables(self, index: usize) -> Result<Vec<Table<'a>>> {
        let (start, count) = self.vector(index, MOST_ENTRIES)?;
        (0..count).map(|entry| Ok(Table { at: self.buffer.follow(start + 4 * entry)?, ..self })).collect()
    }

    pub fn ints(self, index: usize) -> Result<Vec<i32>> {
        let (start, count) = self.vector(index, MOST_ENTRIES)?;
        (0..count).map(|entry| self.buffer.int(start + 4 * entry)).collect()
    }

    pub fn bytes(self, index: usize) -> Result<&'a [u8]> {
        let (start, count) = self.vector(index, self.buffer.0.len())?;
        self.buffer.0.get(start..start + count).ok_or(ModelError::Damaged("a list ends beyond its end"))
    }

    pub fn text(self, index: usize) -> Result<String> {
        Ok(String::from_utf8_lossy(self.bytes(index)?).into_owned())
    }
}
