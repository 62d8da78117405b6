//! The order of one paid call as the system saw it: every sync and rename, the connection to the provider, the commits.

use std::collections::HashMap;
use std::process::{Command, Stdio};

use crate::outside::World;

const CALLS: &str = "trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,connect";

/// What one line of the trace means for the promise; `None` for everything else.
fn meaning(call: &str, home: &str) -> Option<String> {
    let (name, arguments) = call.split_once('(')?;
    if name == "connect" {
        return arguments.contains("AF_INET").then(|| "call leaves".to_owned());
    }
    // The last path that is named: the file that is synced, or the name that is given.
    let path = arguments.rsplit(['"', '<', '>']).find(|part| part.starts_with(home))?;
    let path = path.strip_prefix(home)?.trim_start_matches('/');
    let (room, rest) = path.split_once('/').unwrap_or((path, ""));
    let ending = rest.rsplit('.').next().filter(|ending| ["part", "resp"].contains(ending)).unwrap_or("");
    let is_folder = std::path::Path::new(home).join(path).is_dir();
    let what = match (room, ending, is_folder) {
        ("studio.db-wal", ..) => "database".to_owned(),
        (room @ ("spool" | "assets" | "sidecars"), "", true) => format!("{room} folder"),
        (room @ ("spool" | "assets" | "sidecars"), "", false) => format!("{room} file"),
        ("spool", ending, _) => format!("spool .{ending}"),
        _ => return None,
    };
    Some(match name {
        "fsync" | "fdatasync" => format!("sync {what}"),
        "unlink" | "unlinkat" => format!("remove {what}"),
        _ => format!("name {what}"),
    })
}

/// The steps in the order in which they were complete; a call leaves when it begins.
fn steps(trace: &str, home: &str) -> Vec<String> {
    let mut unfinished: HashMap<&str, String> = HashMap::new();
    let mut steps = Vec::new();
    for line in trace.lines() {
        let Some((process, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if call.starts_with("<...") {
            steps.extend(unfinished.remove(process));
            continue;
        }
        let Some(step) = meaning(call, home) else { continue };
        if call.ends_with("<unfinished ...>") && step != "call leaves" {
            unfinished.insert(process, step);
        } else {
            steps.push(step);
        }
    }
    steps
}

/// Finds the wanted steps in their order; answers with where the last one is.
#[track_caller]
fn in_order(steps: &[String], wanted: &[&str]) -> usize {
    let mut from = 0;
    for step in wanted {
        let found = steps[from..].iter().position(|known| known == step);
        from += 1 + found.unwrap_or_else(|| panic!("no {step:?} after number {from} of {steps:#?}"));
    }
    from - 1
}

#[test]
fn everything_is_on_disk_before_the_next_step_counts_on_it() {
    let Ok(true) = Command::new("strace").arg("-V").stdout(Stdio::null()).status().map(|status| status.success())
    else {
        println!("skipped: strace is not installed");
        return;
    };
    let world = World::new();
    world.write(&["One line.".to_owned()]);
    // The home, its tables and the output folder are there already: one call is looked at, and nothing else.
    world.studio.run(["spend"]).expect(0);
    let run = world.command(["generate", "many", "--yes", "--only", "voices"]);
    let trace = world.studio.path("trace");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-y", "-s", "4096", "-e", CALLS, "-o"]).arg(&trace).arg(run.get_program()).args(run.get_args());
    traced.current_dir(run.get_current_dir().unwrap());
    for (name, value) in run.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    let output = traced.stdout(Stdio::null()).output().unwrap();
    if !trace.exists() || String::from_utf8_lossy(&output.stderr).contains("ptrace") {
        println!("skipped: this machine does not let a test trace system calls");
        return;
    }
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let trace = std::fs::read_to_string(trace).unwrap();
    let steps = steps(&trace, &world.home().canonicalize().unwrap().to_string_lossy());
    let leaves = steps.iter().position(|step| step == "call leaves").expect("nothing was sent");
    assert_eq!(steps.iter().filter(|step| *step == "call leaves").count(), 1, "{steps:#?}");
    let (before, after) = (&steps[..leaves], &steps[leaves..]);

    // Room, then the record of the attempt, then the call.
    in_order(before, &["sync spool file", "name spool .part", "sync spool folder", "sync database"]);
    // The reply, then what came of it, then the commit that says paid, and only then is the reply let go.
    let reply = in_order(after, &["sync spool .part", "name spool .resp", "sync spool folder"]);
    let files = ["sync assets file", "name assets file", "sync assets folder"];
    let notes = ["name sidecars file", "sync sidecars folder"];
    let kept = in_order(after, &[&["name spool .resp", "sync spool folder"][..], &files, &notes].concat());
    in_order(after, &[&["name spool .resp", "sync spool folder", "sync sidecars file"][..], &notes].concat());
    assert!(!after[reply..kept].contains(&"sync database".to_owned()), "a commit came before its files: {after:#?}");
    in_order(&after[kept..], &["sync database", "remove spool .resp"]);
}
