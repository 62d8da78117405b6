//! A real nats-server on loopback, for the tests of the farm. Its program is named by `BABBLECAST_NATS_SERVER`, which `.ci/run`
//! sets, or found on the path; without it those tests say that they are skipped.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Long enough for a busy machine; no test waits so long for what happens.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// A server that ends with the test.
pub struct NatsServer {
    program: PathBuf,
    port: u16,
    store: tempfile::TempDir,
    arguments: Vec<String>,
    process: Option<Child>,
}

impl NatsServer {
    /// A server, or a line that says that the test is skipped.
    pub fn start(test: &str) -> Option<Self> {
        Self::start_with(test, &[])
    }

    pub fn start_with(test: &str, arguments: &[&str]) -> Option<Self> {
        let Some(program) = program() else {
            eprintln!("SKIPPED {test}: no nats-server; name one with BABBLECAST_NATS_SERVER");
            return None;
        };
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let store = tempfile::tempdir().unwrap();
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let mut server = Self { program, port, store, arguments, process: None };
        server.run();
        Some(server)
    }

    pub fn address(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Of its process.
    #[allow(dead_code, reason = "not every binary of tests measures it")]
    pub fn id(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// Starts it, as it was, and waits until it answers.
    pub fn run(&mut self) {
        assert!(self.process.is_none());
        let mut command = Command::new(&self.program);
        command.args(["-js", "-a", "127.0.0.1", "-p", &self.port.to_string(), "-sd"]).arg(self.store.path());
        let log = self.store.path().with_extension("log");
        command
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap());
        let mut process = command.spawn().unwrap();
        until("the server answers", || {
            let ended = process.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {}", std::fs::read_to_string(&log).unwrap_or_default());
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
        });
        self.process = Some(process);
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Stops it as a network does that is cut, or lets it go on.
    #[allow(dead_code, reason = "not every binary of tests cuts the network")]
    pub fn freeze(&self, is_frozen: bool) {
        let process = self.process.as_ref().unwrap().id().to_string();
        let signal = if is_frozen { "-STOP" } else { "-CONT" };
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
    }

    /// Forgets everything that it keeps.
    #[allow(dead_code, reason = "not every binary of tests loses the server's disk")]
    pub fn forget(&self) {
        for entry in std::fs::read_dir(self.store.path()).unwrap() {
            std::fs::remove_dir_all(entry.unwrap().path()).unwrap();
        }
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_file(self.store.path().with_extension("log"));
    }
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("BABBLECAST_NATS_SERVER") {
        return Some(PathBuf::from(named));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("nats-server")).find(|program| program.is_file())
}

/// Waits for a condition.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "still not so: {what}");
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
