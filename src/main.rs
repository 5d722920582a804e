//! The program: reads the command line and does what it says. `cms` alone serves.

use std::process::ExitCode;

fn main() -> ExitCode {
    cms::command::run()
}
