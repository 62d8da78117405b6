//! Other programs, as every part of babblecast starts them: ffmpeg, a player, the user's editor, `on_finish`. What such a
//! program is given to read may be hostile, so it gets no secret.

use std::ffi::OsStr;
use std::process::Command;

use domain::secrets::{C2PA_PASSWORD, FARM_TOKEN, KEYS, TOKEN};

/// A program with the environment of this one, but for its secrets.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for secret in KEYS.into_iter().chain([TOKEN, FARM_TOKEN, C2PA_PASSWORD]) {
        command.env_remove(secret);
    }
    command
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_child_gets_none_of_the_secrets() {
        let command = command("true");
        let removed: BTreeSet<_> =
            command.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        assert_eq!(removed.len(), KEYS.len() + 3);
        assert!(removed.contains(OsStr::new("OPENAI_API_KEY")) && removed.contains(OsStr::new("BABBLECAST_TOKEN")));
    }
}
