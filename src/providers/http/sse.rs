//! Server-sent events, read as they come: bounded memory whatever is sent, lines of several megabytes, chunks that end
//! in the middle of a character.

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The `event:` line, empty without one.
    pub name: String,
    /// The `data:` lines, joined by line feeds.
    pub data: Vec<u8>,
}

/// Collects lines into events.
#[derive(Debug)]
pub struct EventReader {
    line: Vec<u8>,
    name: String,
    /// What the `data:` lines of the event under way hold; `None` before the first.
    data: Option<Vec<u8>>,
    after_carriage_return: bool,
    at_start: bool,
    most_bytes: usize,
    overflowed: bool,
}

impl EventReader {
    /// Events larger than `most_bytes` end the reading: nothing behind them is given.
    pub fn new(most_bytes: usize) -> Self {
        Self {
            line: Vec::new(),
            name: String::new(),
            data: None,
            after_carriage_return: false,
            at_start: true,
            most_bytes,
            overflowed: false,
        }
    }

    /// The bytes that it holds of an event under way.
    pub fn held(&self) -> usize {
        self.line.len() + self.data.as_ref().map_or(0, Vec::len)
    }

    /// Takes the next bytes and hands over each event that they complete.
    pub fn feed(&mut self, mut chunk: &[u8], mut on_event: impl FnMut(Event)) {
        while !chunk.is_empty() && !self.overflowed {
            if std::mem::take(&mut self.after_carriage_return) && chunk[0] == b'\n' {
                chunk = &chunk[1..];
                continue;
            }
            let end = chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let (piece, rest) = chunk.split_at(end.unwrap_or(chunk.len()));
            if self.held() + piece.len() > self.most_bytes {
                self.overflowed = true;
                (self.line, self.data) = (Vec::new(), None);
                return;
            }
            self.line.extend_from_slice(piece);
            chunk = rest;
            if let Some((&ending, rest)) = rest.split_first() {
                self.after_carriage_return = ending == b'\r';
                chunk = rest;
                self.end_line(&mut on_event);
            }
        }
    }

    /// The event that was under way when the stream ended without an empty line: all that came of it.
    pub fn finish(mut self) -> Option<Event> {
        if self.overflowed {
            return None;
        }
        if !self.line.is_empty() {
            self.end_line(&mut |_| {});
        }
        self.data.map(|data| Event { name: self.name, data })
    }

    fn end_line(&mut self, on_event: &mut impl FnMut(Event)) {
        let mut line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.at_start) && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            if let Some(data) = self.data.take() {
                on_event(Event { name, data });
            }
            return;
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (&line[..], &[][..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => self.data = Some(value.to_vec()),
            },
            b"event" => self.name = String::from_utf8_lossy(value).into_owned(),
            _ => {}
        }
    }
}

/// Every event of a whole body, the one without an end included.
pub fn events(body: &[u8]) -> Vec<Event> {
    let mut events = Vec::new();
    let mut reader = EventReader::new(usize::MAX);
    reader.feed(body, |event| events.push(event));
    events.extend(reader.finish());
    events
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(body: &[u8]) -> Vec<(String, String)> {
        let text = |event: Event| (event.name, String::from_utf8(event.data).unwrap());
        events(body).into_iter().map(text).collect()
    }

    #[test]
    fn events_of_every_spelling_are_read() {
        for (body, expected) in [
            ("data: a\n\n", vec![("", "a")]),
            ("data:a\r\n\r\n", vec![("", "a")]),
            ("data: a\r\rdata: b\r\r", vec![("", "a"), ("", "b")]),
            ("event: x\ndata: a\ndata: b\n\n", vec![("x", "a\nb")]),
            (": keep-alive\n\ndata: a\n\n", vec![("", "a")]),
            ("id: 1\nretry: 5\ndata\n\n", vec![("", "")]),
            ("event: only a name\n\ndata: a\n\n", vec![("", "a")]),
            ("\u{feff}data: ü\n\n", vec![("", "ü")]),
            ("data: without an end", vec![("", "without an end")]),
            ("data: without an empty line\n", vec![("", "without an empty line")]),
            ("<html>no events</html>", vec![]),
            ("", vec![]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
            assert_eq!(texts(body.as_bytes()), expected, "{body:?}");
        }
    }

    #[test]
    fn a_line_of_five_megabytes_is_one_event() {
        let line = "x".repeat(5_000_000);
        let body = format!("data: {line}\n\n");
        let mut reader = EventReader::new(8_000_000);
        let mut lengths = Vec::new();
        for chunk in body.as_bytes().chunks(16_384) {
            reader.feed(chunk, |event| lengths.push(event.data.len()));
        }
        assert_eq!(lengths, [5_000_000]);
    }

    #[test]
    fn more_than_the_limit_is_not_kept() {
        let mut reader = EventReader::new(1_000);
        let mut events = 0;
        for _ in 0..10_000 {
            reader.feed(b"data: endless", |_| events += 1);
        }
        reader.feed(b"\n\ndata: small\n\n", |_| events += 1);
        assert_eq!((events, reader.line.capacity()), (0, 0));
        assert_eq!(reader.finish(), None);
    }

    proptest! {
        #[test]
        fn where_chunks_end_changes_nothing(body in "(data: ?[a-zü]{0,4}|event: x|\r|\n|\r\n){0,20}", size in 1usize..9) {
            let mut pieces = Vec::new();
            let mut reader = EventReader::new(usize::MAX);
            for chunk in body.as_bytes().chunks(size) {
                reader.feed(chunk, |event| pieces.push(event));
            }
            pieces.extend(reader.finish());
            prop_assert_eq!(pieces, events(body.as_bytes()));
        }
    }
}
