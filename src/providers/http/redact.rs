//! Takes a key out of what a server sends back: a server that echoes the request's headers must not get the key onto
//! disk or screen. Lengths stay the same, so nothing else of a body moves.

/// Replaces a secret in a stream of chunks, wherever they are cut.
pub struct Redactor<'a> {
    secret: &'a [u8],
    /// The end of what came so far, as long as it may be the start of the secret.
    held: Vec<u8>,
}

impl<'a> Redactor<'a> {
    pub fn new(secret: &'a [u8]) -> Self {
        Self { secret, held: Vec::new() }
    }

    /// What of the stream is now certain.
    pub fn pass(&mut self, chunk: &[u8]) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(chunk);
        mask(&mut bytes, self.secret);
        let longest = self.secret.len().saturating_sub(1).min(bytes.len());
        let held = (1..=longest).rev().find(|length| self.secret.starts_with(&bytes[bytes.len() - length..]));
        self.held = bytes.split_off(bytes.len() - held.unwrap_or(0));
        bytes
    }

    /// What was held back when the stream ended.
    pub fn rest(self) -> Vec<u8> {
        self.held
    }
}

/// Replaces every occurrence of the secret by asterisks.
pub fn mask(bytes: &mut [u8], secret: &[u8]) {
    if secret.is_empty() {
        return;
    }
    let found: Vec<usize> = memchr::memmem::find_iter(bytes, secret).collect();
    for at in found {
        bytes[at..at + secret.len()].fill(b'*');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_never_passes_however_the_stream_is_cut(noise in "[ab]{0,6}", size in 1usize..6, times in 0usize..3) {
            let secret = b"abab";
            let body = format!("{noise}abab{noise}").repeat(times);
            let mut redactor = Redactor::new(secret);
            let mut passed = Vec::new();
            for chunk in body.as_bytes().chunks(size) {
                passed.extend(redactor.pass(chunk));
            }
            passed.extend(redactor.rest());
            prop_assert_eq!(passed.len(), body.len());
            prop_assert!(!passed.windows(4).any(|window| window == secret));
        }

        #[test]
        fn what_holds_no_key_passes_unchanged(body in proptest::collection::vec(any::<u8>(), 0..200), size in 1usize..9) {
            let mut redactor = Redactor::new(b"sk-canary-0123456789");
            let mut passed = Vec::new();
            for chunk in body.chunks(size) {
                passed.extend(redactor.pass(chunk));
            }
            passed.extend(redactor.rest());
            prop_assert_eq!(passed, body);
        }
    }
}
