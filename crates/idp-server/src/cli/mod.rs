//! temporary
pub fn main() -> std::process::ExitCode {
    let s = crate::config::Settings::load(None, std::env::vars()).unwrap();
    crate::server::serve(s).unwrap();
    std::process::ExitCode::SUCCESS
}
