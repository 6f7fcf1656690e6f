//! The binary: turns a result into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    idp_server::cli::main()
}
