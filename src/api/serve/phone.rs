//! The link for a phone: binds one address of the local network, hands out one file once, and ends by itself. Nothing of the API
//! can be reached through it.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::connections;
use crate::api::resources::phone::{Handed, PhoneFile, PhoneState, etag_of, router};
use crate::engine::start_runtime;

/// Why there is no link: a sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// No address of a local network, or only one that the whole world may reach.
    #[error(
        "This machine has no address on a local network{0}. Join one, or name an address of this machine: `babblecast post C --phone --address IP`"
    )]
    NoNetwork(String),
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on: {source}. Name an address that this machine has with --address")]
    Address {
        /// As it was found or named.
        address: IpAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The video is gone or cannot be read.
    #[error("The video cannot be read: {0}")]
    File(std::io::Error),
    /// The system gives the program no threads.
    #[error("No threads can be started: {0}")]
    Threads(std::io::Error),
}

/// A link that a phone can open. Dropping it closes it.
pub struct PhoneLink {
    url: String,
    address: IpAddr,
    state: watch::Receiver<PhoneState>,
    handed: Arc<Handed>,
    thread: Option<JoinHandle<()>>,
}

impl PhoneLink {
    /// How long a link is good for.
    pub const LASTS: Duration = Duration::from_mins(10);

    /// Opens a link to a file at an address of this machine; at the one that its local network knows it by where none is named.
    pub fn open(file: PhoneFile, address: Option<IpAddr>, lasts: Duration) -> Result<Self, PhoneError> {
        let address = address.map_or_else(local_address, Ok)?;
        let failed = |source| PhoneError::Address { address, source };
        let facts = std::fs::metadata(&file.path).map_err(PhoneError::File)?;
        let listener = TcpListener::bind(SocketAddr::new(address, 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let host = listener.local_addr().map_err(failed)?.to_string();
        let token = token();
        let url = format!("http://{host}/{token}");
        let handed = Arc::new(Handed::new(file, token, host, facts.len(), etag_of(&facts)));
        let state = handed.state().subscribe();
        let runtime = start_runtime(&mut tokio::runtime::Builder::new_current_thread()).map_err(PhoneError::Threads)?;
        let served = handed.clone();
        let thread = std::thread::Builder::new().name("phone".to_owned()).spawn(move || {
            runtime.block_on(serve(listener, &served, lasts));
            served.tell(PhoneState::Stopped);
        });
        Ok(Self { url, address, state, handed, thread: Some(thread.map_err(PhoneError::Threads)?) })
    }

    /// What the phone opens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of this machine that it was opened at.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// What happens to it from now on; the last one [is over](PhoneState::is_over).
    pub fn states(&self) -> watch::Receiver<PhoneState> {
        self.state.clone()
    }

    /// Closes it; what is being sent has some seconds to come to its end.
    pub fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.handed.tell(PhoneState::Stopped);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of a link for a phone panicked");
        }
    }
}

impl Drop for PhoneLink {
    fn drop(&mut self) {
        self.end();
    }
}

async fn serve(listener: TcpListener, handed: &Arc<Handed>, lasts: Duration) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let (stop, stopping) = watch::channel(false);
    let mut state = handed.state().subscribe();
    let watching = async {
        let over = state.wait_for(|state| state.is_over());
        if tokio::time::timeout(lasts, over).await.is_err() {
            handed.tell(PhoneState::TimedOut);
        }
        stop.send_replace(true);
    };
    tokio::join!(watching, connections::serve(listener, router(handed.clone()), stopping));
}

/// 128 bits that nobody can guess, in hexadecimal.
fn token() -> String {
    // Each has 122 random bits.
    let random = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    let hash = Sha256::digest(random.map(uuid::Uuid::into_bytes).concat());
    let mut token = String::with_capacity(32);
    for byte in hash.iter().take(16) {
        // Writing to a text never fails.
        let _ = write!(token, "{byte:02x}");
    }
    token
}

/// The address that this machine has on the way out of it. Nothing is sent: a datagram's way is chosen when its goal is named.
fn local_address() -> Result<IpAddr, PhoneError> {
    let asked = UdpSocket::bind(("0.0.0.0", 0)).and_then(|socket| {
        // An address for documentation, which nobody has (RFC 5737).
        socket.connect(("192.0.2.1", 9))?;
        socket.local_addr()
    });
    let none = |why: String| PhoneError::NoNetwork(why);
    let address = asked.map_err(|_| none(String::new()))?.ip();
    if is_local(address) { Ok(address) } else { Err(none(format!(": {address} can be reached from everywhere"))) }
}

/// Whether only a local network leads to an address.
fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            // The last is the shared space of providers, which private networks use too (RFC 6598).
            address.is_private() || address.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_local_networks_are_taken_unasked() {
        for (address, expected) in [
            ("192.168.1.5", true),
            ("10.0.0.1", true),
            ("172.16.3.4", true),
            ("172.32.3.4", false),
            ("100.64.0.1", true),
            ("169.254.1.1", true),
            ("8.8.8.8", false),
            ("127.0.0.1", false),
            ("0.0.0.0", false),
            ("fd00::1", true),
            ("2001:db8::1", false),
        ] {
            assert_eq!(is_local(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn tokens_have_128_bits_and_none_comes_twice() {
        let tokens: std::collections::HashSet<String> = (0..100).map(|_| token()).collect();
        assert_eq!(tokens.len(), 100);
        assert!(tokens.iter().all(|token| token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit())));
    }
}
