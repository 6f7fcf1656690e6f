//! The binary: turns a result into an exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A sign-in is hundreds of small allocations, on several threads at once: with glibc's allocator it took
/// about a tenth more CPU time. Without huge pages, which take 20 MB more at rest.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    idp_server::cli::main()
}
