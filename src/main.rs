//! The `babblecast` program: reads the command line and hands over. Everything else is in the library.

use std::process::ExitCode;

use babblecast::cli::{Arguments, run};

fn main() -> ExitCode {
    run(&Arguments::from_command_line()).into()
}
