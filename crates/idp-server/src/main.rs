//! The binary: turns a result into an exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A sign-in is hundreds of small allocations, on several threads at once. With huge pages it took about
/// a tenth less CPU time than with glibc's allocator; they take 20 MB more at rest, so they are left out.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    idp_server::cli::main()
}
