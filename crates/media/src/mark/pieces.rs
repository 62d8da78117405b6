//! A marked file as pieces: runs of the file as it is stored, and bytes that are put between them. So a file that is sent
//! gets its mark on the way out, piece by piece, and nothing of it is copied. Made by the modules of the formats.

use std::ops::Range;

/// A run of a marked file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the stored file, by their places in it.
    Stored(Range<u64>),
    /// Bytes that are not in it.
    Put(Vec<u8>),
}

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Piece::Stored(range) => range.end - range.start,
            Piece::Put(bytes) => bytes.len() as u64,
        }
    }
}

/// A marked file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked(Vec<Piece>);

impl Marked {
    pub(super) fn keep(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Piece::Stored(before)) if before.end == range.start => before.end = range.end,
            _ => self.0.push(Piece::Stored(range)),
        }
    }

    pub(super) fn put(&mut self, bytes: Vec<u8>) {
        self.0.push(Piece::Put(bytes));
    }

    /// Behind what is there.
    pub(super) fn append(&mut self, other: Marked) {
        for piece in other.0 {
            match piece {
                Piece::Stored(range) => self.keep(range),
                Piece::Put(bytes) => self.put(bytes),
            }
        }
    }

    /// Bytes of the whole.
    pub fn length(&self) -> u64 {
        self.0.iter().map(Piece::length).sum()
    }

    /// The pieces of a part of it: `bytes` of them from `first` on, fewer where it ends before.
    pub fn part(&self, first: u64, bytes: u64) -> Vec<Piece> {
        let end = first.saturating_add(bytes);
        let mut at = 0;
        let mut part = Vec::new();
        for piece in &self.0 {
            let length = piece.length();
            let (from, to) = (first.clamp(at, at + length) - at, end.clamp(at, at + length) - at);
            at += length;
            if from < to {
                part.push(match piece {
                    Piece::Stored(range) => Piece::Stored(range.start + from..range.start + to),
                    Piece::Put(put) => Piece::Put(put[from as usize..to as usize].to_owned()),
                });
            }
        }
        part
    }

    /// The whole, where the stored file is in memory.
    pub(super) fn of(&self, stored: &[u8]) -> Vec<u8> {
        let mut whole = Vec::with_capacity(self.length() as usize);
        for piece in &self.0 {
            match piece {
                Piece::Stored(range) => whole.extend_from_slice(&stored[range.start as usize..range.end as usize]),
                Piece::Put(bytes) => whole.extend_from_slice(bytes),
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_part_is_the_part_of_the_whole(
            stored in proptest::collection::vec(any::<u8>(), 0..40),
            cuts in proptest::collection::vec((0..40_usize, 0..40_usize, proptest::collection::vec(any::<u8>(), 0..5)), 0..5),
            first in 0..60_u64,
            bytes in 0..60_u64,
        ) {
            let mut marked = Marked::default();
            for (from, to, put) in cuts {
                marked.keep(from.min(stored.len()) as u64..to.clamp(from, stored.len().max(from)).min(stored.len()) as u64);
                marked.put(put);
            }
            let whole = marked.of(&stored);
            prop_assert_eq!(whole.len() as u64, marked.length());
            let part = Marked(marked.part(first, bytes)).of(&stored);
            let end = (first + bytes).min(whole.len() as u64) as usize;
            prop_assert_eq!(&part, &whole[(first as usize).min(end)..end]);
        }
    }
}
