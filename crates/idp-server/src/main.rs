//! Placeholder.
#[allow(
    dead_code,
    unused_imports,
    reason = "the routes that answer with these come with the server"
)]
mod assets;
#[allow(
    dead_code,
    unused_imports,
    reason = "the routes that answer with these come with the server"
)]
mod pages;
fn main() {}
