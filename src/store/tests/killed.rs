//! A real process, really killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::support::*;
use crate::store::jobs::states::StoredState;

const HOME: &str = "BABBLECAST_TEST_HOME";

/// Not a test of its own, and over at once as one: started by the test below as another process, it claims a job in the
/// home it is told, says so, and waits to be killed.
#[test]
fn hold_a_job_forever() {
    let Some(root) = std::env::var_os(HOME).map(PathBuf::from) else { return };
    let store = open(&root);
    let request = line("hello");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(store.journal.start_run(run_of("one", std::slice::from_ref(&request)))).unwrap();
    let _lease = yours(runtime.block_on(store.journal.claim(request.key())).unwrap());
    println!("\nclaimed");
    std::io::stdout().flush().unwrap();
    // Ends when the parent does, should that fail before its kill.
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn a_killed_process_frees_its_jobs_and_leaves_its_run_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::killed::hold_a_job_forever", "--nocapture"])
        .env(HOME, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(said.into_iter().any(|line| line == "claimed"));

    let store = open(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let key = line("hello").key();
    let owner = holder(runtime.block_on(store.journal.claim(key)).unwrap());
    child.kill().unwrap();
    runtime.block_on(store.journal.wait_until_gone(owner));
    child.wait().unwrap();

    assert_eq!(runtime.block_on(store.journal.interrupted_runs()).unwrap().len(), 1);
    assert_eq!(runtime.block_on(store.journal.states(&[key])).unwrap()[&key].state, StoredState::Pending);
    yours(runtime.block_on(store.journal.claim(key)).unwrap());
}
