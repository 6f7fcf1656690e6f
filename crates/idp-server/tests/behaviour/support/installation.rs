//! The program as an administrator types it, in a directory of its own.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// An installation of its own directory.
pub struct Installation(TempDir);

impl Installation {
    pub fn new() -> Self {
        let installation = Self::empty();
        installation.ok(&["migrate"]);
        installation
    }

    /// A directory in which nothing was done yet.
    pub fn empty() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path().join(name), bytes).expect("written");
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_idp-server"))
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PASSWORD", "wso2carbon")
            .stdin(Stdio::null())
            .output()
            .expect("the program runs")
    }

    /// What it printed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// What it printed as JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.ok(&[&["--json"], arguments].concat())).expect("JSON")
    }

    /// What it warned of on standard error, although it did what was asked.
    pub fn warnings(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let warnings = String::from_utf8(output.stderr).expect("text");
        assert!(output.status.success(), "{arguments:?}: {warnings}");
        warnings
    }

    /// The exit code and what it complained of.
    pub fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        let code = output.status.code().expect("a code");
        assert_ne!(code, 0, "{arguments:?}");
        (code, String::from_utf8(output.stderr).expect("text"))
    }

    /// What the doctor says of these checks.
    pub fn doctor(&self, check: &str) -> (Option<i32>, Vec<(String, String)>) {
        let output = self.run(&["doctor", "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("").to_owned();
        let findings = report["findings"].as_array().expect("findings");
        let wanted = findings.iter().filter(|finding| finding["check"] == check);
        let found = wanted.map(|finding| (text(finding, "level"), text(finding, "message")));
        (output.status.code(), found.collect())
    }
}
