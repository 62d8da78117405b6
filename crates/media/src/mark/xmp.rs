//! The XMP packet with a statement, and what a packet of anybody's states. Called by `mark` only.

use domain::Provenance;

/// The vocabulary of source types; terms follow it.
const VOCABULARY: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// Where other people's packets name it, with either scheme.
const VOCABULARY_ANYWHERE: &str = "cv.iptc.org/newscodes/digitalsourcetype/";

/// A term of the vocabulary is not longer.
const LONGEST_TERM: usize = 64;

/// Of the models that a file names, so many bytes are read.
const LONGEST_SYSTEMS: usize = 2_000;

/// What an XMP packet says of how its file came to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// A term of the vocabulary.
    pub source_type: Option<String>,
    /// The models that took part, for people.
    pub systems: Option<String>,
}

impl Statement {
    /// What our own packet says.
    pub fn of(provenance: &Provenance) -> Statement {
        let systems = (!provenance.systems.is_empty()).then(|| provenance.systems.join("; "));
        Statement { source_type: Some(provenance.source.term().to_owned()), systems }
    }

    /// What a packet says. It may be anybody's, in any shape of RDF: the words are looked for, not the tree.
    pub fn of_packet(packet: &[u8]) -> Statement {
        let text = String::from_utf8_lossy(packet);
        Statement { source_type: source_types(packet).into_iter().next(), systems: value(&text, "AISystemUsed") }
    }

    /// The packet that says this, and everything that another packet of the file says.
    pub fn beside(&self, existing: Option<&[u8]>) -> Vec<u8> {
        const END: &str = "</rdf:RDF>";
        let existing = existing.and_then(|packet| std::str::from_utf8(packet).ok());
        match existing.and_then(|text| text.rfind(END).map(|end| text.split_at(end))) {
            Some((before, after)) => format!("{before}{}\n {after}", self.description()).into_bytes(),
            None => self.packet().into_bytes(),
        }
    }

    fn packet(&self) -> String {
        format!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n \
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n{}\n \
             </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>",
            self.description()
        )
    }

    fn description(&self) -> String {
        let said = |name: &str, value: String| format!("\n    Iptc4xmpExt:{name}=\"{}\"", escaped(&value));
        let source = self.source_type.as_ref().map(|term| said("DigitalSourceType", format!("{VOCABULARY}{term}")));
        let systems = self.systems.as_ref().map(|systems| said("AISystemUsed", systems.clone()));
        format!(
            "  <rdf:Description rdf:about=\"\"\n    xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"{}{}/>",
            source.unwrap_or_default(),
            systems.unwrap_or_default()
        )
    }
}

/// The source types that some bytes name, each once, in their order.
pub fn source_types(bytes: &[u8]) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for at in memchr::memmem::find_iter(bytes, VOCABULARY_ANYWHERE) {
        let after = at + VOCABULARY_ANYWHERE.len();
        let end = cbor_end(bytes, at).filter(|&end| end > after).unwrap_or(bytes.len());
        let term = bytes[after..end].iter().take(LONGEST_TERM);
        let term: String = term.take_while(|byte| byte.is_ascii_alphabetic()).map(|&byte| char::from(byte)).collect();
        if !term.is_empty() && !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// Where the address ends that holds the vocabulary at `at`, if it is a text of CBOR: its length stands before it, and the next
/// text may follow without a sign between (RFC 8949, 3.1, "Major Type 3").
fn cbor_end(bytes: &[u8], at: usize) -> Option<usize> {
    let scheme = [&b"http://"[..], b"https://"].into_iter().find(|scheme| bytes[..at].ends_with(scheme))?;
    let start = at - scheme.len();
    match bytes[..start] {
        [.., 0x78, length] => Some(start + usize::from(length)).filter(|&end| end <= bytes.len()),
        _ => None,
    }
}

/// The value of a property that is a plain text, written as an attribute or as an element.
fn value(text: &str, name: &str) -> Option<String> {
    let after = &text[text.find(&format!(":{name}"))? + name.len() + 1..];
    let (value, end) = match after.trim_start().strip_prefix('=') {
        Some(quoted) => {
            let quoted = quoted.trim_start();
            (quoted.get(1..)?, quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?)
        }
        None => (&after[after.find('>')? + 1..], '<'),
    };
    let value = &value[..value.find(end)?];
    let said = unescaped(value.trim());
    (!said.is_empty() && said.len() <= LONGEST_SYSTEMS).then_some(said)
}

/// As the value of an attribute; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn unescaped(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    pairs.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
