//! What happens when the terminal itself is gone: its window closed, its connection lost. Usually the system then sends
//! SIGHUP; but the thread that reads the terminal at that moment reads "nothing" again and again and never hears of
//! it. So a thread of its own waits for the hang-up, without ever waking up before, and sees to it that the program ends.

use std::time::Duration;

use tokio::sync::mpsc::Sender;

use crate::engine::Command;

/// How long the studio and its engine have to end by themselves.
const GRACE: Duration = Duration::from_secs(5);

/// As a shell reports a program that SIGHUP ended.
const EXIT_CODE: i32 = 129;

/// Starts waiting. Without that thread the studio works all the same.
pub fn watch(commands: Sender<Command>) {
    let waiting = std::thread::Builder::new().name("hang-up".to_owned()).spawn(move || {
        if wait_until_gone() {
            // Full or closed: the engine is busy ending already.
            let _ = commands.blocking_send(Command::Shutdown);
            std::thread::sleep(GRACE);
            std::process::exit(EXIT_CODE);
        }
    });
    if let Err(error) = waiting {
        tracing::warn!(%error, "a closed terminal is not watched for");
    }
}

/// True when the terminal has hung up; false where that cannot be known.
#[cfg(unix)]
fn wait_until_gone() -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let stdin = std::io::stdin();
    loop {
        // No event is asked for: a hang-up is told all the same, and keys wake nobody here.
        let mut terminal = [PollFd::new(&stdin, PollFlags::empty())];
        match poll(&mut terminal, None) {
            Ok(_) if terminal[0].revents().intersects(PollFlags::HUP | PollFlags::ERR) => return true,
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
        if terminal[0].revents().contains(PollFlags::NVAL) {
            return false;
        }
    }
}

#[cfg(not(unix))]
fn wait_until_gone() -> bool {
    false
}
