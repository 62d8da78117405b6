//! How the server is started, and the rule that keeps it closed: only this machine, or a token.

use std::net::SocketAddr;

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::domain::MicroDollars;

/// How the server is started.
#[derive(Debug, Clone)]
pub struct ServeSettings {
    /// Where it listens; port 0 is any free port, which [`super::super::Server`] tells.
    pub addr: SocketAddr,
    /// Asked of every request where it is set; must be set for any address that is not this machine's own.
    pub token: Option<Token>,
    /// The most that one job may spend.
    pub cap: MicroDollars,
    /// Names by which the server may be called, beside its address.
    pub hosts: Vec<String>,
    /// Bytes of a request's body.
    pub body_limit: usize,
    /// How many requests it answers a second.
    pub rates: Rates,
}

/// How many requests a second are answered, of all askers together; a short burst may be twice as many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Requests that change nothing.
    pub reads: u32,
    /// Requests that change something.
    pub changes: u32,
}

impl Rates {
    /// Where nothing else is set.
    pub const USUAL: Self = Self { reads: 20_000, changes: 500 };
}

impl ServeSettings {
    /// Where nothing else is set: 1 MiB.
    pub const USUAL_BODY_LIMIT: usize = 1024 * 1024;

    /// On this machine only, without a token.
    pub fn new(addr: SocketAddr, cap: MicroDollars) -> Self {
        Self { addr, token: None, cap, hosts: Vec::new(), body_limit: Self::USUAL_BODY_LIMIT, rates: Rates::USUAL }
    }
}

/// The secret that every request has to show.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

/// Why a text cannot be the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It has so many bytes, and at least [`Token::SHORTEST`] are needed.
    #[error("it has {0} bytes; at least {least} are needed (`openssl rand -hex 32` makes a good one)", least = Token::SHORTEST)]
    TooShort(usize),
    /// It holds blanks, control characters or letters beyond ASCII, which a header does not carry safely.
    #[error("it may only have visible ASCII characters")]
    NotVisible,
}

impl Token {
    /// In bytes: as long as 16 random bytes in hexadecimal.
    pub const SHORTEST: usize = 32;

    /// Takes a text that is long enough and can stand in a header.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        if text.len() < Self::SHORTEST {
            return Err(TokenError::TooShort(text.len()));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::NotVisible);
        }
        Ok(Self(text.into()))
    }

    /// Takes as long for a nearly right one as for a wrong one.
    pub fn is(&self, shown: &[u8]) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(shown).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_and_visible() {
        assert_eq!(Token::new("short").unwrap_err(), TokenError::TooShort(5));
        assert_eq!(Token::new(&"a b".repeat(20)).unwrap_err(), TokenError::NotVisible);
        let token = Token::new(&"k".repeat(32)).unwrap();
        assert!(token.is("k".repeat(32).as_bytes()));
        assert!(!token.is("k".repeat(33).as_bytes()) && !token.is(b""));
        assert!(!format!("{token:?}").contains('k'.to_string().repeat(4).as_str()));
    }
}
