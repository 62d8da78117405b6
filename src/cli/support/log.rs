//! The log in the studio home, and what is said when the program itself breaks. Standard error stays clean.

use color_eyre::config::HookBuilder;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Config, Word};
use crate::domain::Display;
use crate::store::make_folder;

/// Log files that are kept, one a day.
const DAYS: usize = 7;

/// Writes the log until the guard is dropped. Without a log everything else still works.
pub fn start_log(config: &Config) -> Option<WorkerGuard> {
    // The appender complains on standard error about a folder that is not there yet.
    make_folder(&config.logs()).ok()?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("babblecast")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(config.logs())
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let level: LevelFilter = config.log.value.word().parse().ok()?;
    let filter = Targets::new().with_default(LevelFilter::WARN).with_target("babblecast", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    tracing_subscriber::registry().with(lines).with(filter).try_init().ok()?;
    Some(guard)
}

/// A panic is told with the place of the log.
pub fn install_hooks(config: &Config) {
    let logs = config.logs();
    let shown = logs.to_string_lossy();
    let section = format!("This is a fault of babblecast. What led to it is in the log: {}", shown.display());
    let hooks = HookBuilder::default().display_env_section(false).panic_section(section);
    // Hooks of somebody else are as good.
    let _ = hooks.install();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    const CANARY: &str = "sk-canary-141421356";

    /// Run by the test below in a program of its own, because the hooks are for a whole program.
    #[test]
    #[ignore = "it panics"]
    fn breaks_with_keys_in_hand() {
        let config = Config::load(&Flags::default()).unwrap();
        install_hooks(&config);
        panic!("{:?} {config:?}", config.providers());
    }

    #[test]
    fn a_panic_says_no_key() {
        let mut broken = std::process::Command::new(std::env::current_exe().unwrap());
        let (_, here) = module_path!().split_once("::").expect("a module of the crate");
        let test = format!("{here}::breaks_with_keys_in_hand");
        broken.args(["--exact", test.as_str(), "--ignored", "--nocapture"]);
        for variable in crate::domain::secrets::KEYS {
            broken.env(variable, CANARY);
        }
        let home = tempfile::tempdir().unwrap();
        let output = broken.env("BABBLECAST_HOME", home.path()).env("RUST_BACKTRACE", "full").output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success() && said.contains("This is a fault of babblecast"), "{said}");
        assert!(!said.contains(CANARY), "{said}");
    }
}
