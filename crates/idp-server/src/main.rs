//! The binary: turns a result into an exit code.

use std::process::ExitCode;

/// A sign-on makes some hundred small allocations; this allocator halves what they cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    idp_server::cli::main()
}
