//! What the studio was making when its user left, made by programs of its own: `generate` with the same flags, without a
//! terminal, and with what is left of the money that was agreed to.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::support::output::say;
use crate::domain::Display;
use crate::engine::words::part::Part;
use crate::plan::Mode;
use crate::tui::Unfinished;

/// Starts a program for each and says how to come back; whether all of them were started.
pub fn go_on(unfinished: &[Unfinished], logs: &Path) -> bool {
    let mut all = true;
    for rest in unfinished {
        match start(rest, logs) {
            Ok(process) => say(&format!(
                "{} goes on in the background as process {process}. `babblecast` shows it and can stop it; what it says is in {}.",
                rest.campaign,
                logs.to_string_lossy().display()
            )),
            Err(error) => {
                all = false;
                say(&format!(
                    "{} does not go on in the background: {error}. `babblecast generate {}` makes the rest.",
                    rest.campaign, rest.campaign
                ));
            }
        }
    }
    all
}

fn start(rest: &Unfinished, logs: &Path) -> io::Result<u32> {
    fs::create_dir_all(logs)?;
    let log =
        OpenOptions::new().create(true).append(true).open(logs.join(format!("background-{}.log", rest.campaign)))?;
    let mut program = Command::new(std::env::current_exe()?);
    // The flags that the studio was started with mean the same here.
    program.args(std::env::args_os().skip(1)).args(arguments(rest));
    program.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    apart(&mut program);
    Ok(program.spawn()?.id())
}

/// In a group of its own, so that neither ctrl-c in this terminal nor its end reaches it.
#[cfg(unix)]
fn apart(program: &mut Command) {
    use std::os::unix::process::CommandExt;
    program.process_group(0);
}

#[cfg(not(unix))]
fn apart(_program: &mut Command) {}

fn arguments(rest: &Unfinished) -> Vec<OsString> {
    let mut arguments = vec!["generate".into(), rest.campaign.to_string().into()];
    let names: Vec<&str> = Part::of(&rest.products).into_iter().map(Part::name).collect();
    let mut flag = |flag: &str, value: Option<String>| {
        arguments.push(flag.into());
        arguments.extend(value.map(OsString::from));
    };
    if rest.mode == Mode::Draft {
        flag("--draft", None);
    }
    if !names.is_empty() {
        flag("--only", Some(names.join(",")));
    }
    if let Some(speaker) = &rest.speaker {
        flag("--speaker", Some(speaker.clone()));
    }
    if let Some(scene) = rest.scene {
        flag("--scene", Some((scene + 1).to_string()));
    }
    if rest.allow_missing {
        flag("--allow-missing", None);
    }
    if let Some(agreed) = rest.agreed {
        flag("--yes", None);
        flag("--cap", Some(format!("{:.6}", agreed.dollars())));
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CampaignId, MicroDollars};
    use crate::plan::Product;

    fn of(rest: &Unfinished) -> String {
        let words: Vec<String> = arguments(rest).into_iter().map(|word| word.to_string_lossy().into_owned()).collect();
        words.join(" ")
    }

    #[test]
    fn the_rest_of_a_run_is_asked_for_as_the_run_was() {
        let whole = Unfinished {
            campaign: CampaignId::new("nap").unwrap(),
            mode: Mode::Draft,
            products: Vec::new(),
            speaker: None,
            scene: None,
            allow_missing: false,
            agreed: None,
        };
        assert_eq!(of(&whole), "generate nap --draft");
        let part = Unfinished {
            mode: Mode::Final,
            products: vec![Product::Portrait, Product::Marks, Product::Voice],
            speaker: Some("Baby 1".to_owned()),
            scene: Some(2),
            allow_missing: true,
            agreed: Some(MicroDollars(1_250_000)),
            ..whole
        };
        assert_eq!(
            of(&part),
            "generate nap --only portraits,voices --speaker Baby 1 --scene 3 --allow-missing --yes --cap 1.250000"
        );
    }
}
