//! Chromium by WebDriver.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;

/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Enabled,
    Disabled,
}

pub struct Chromium {
    pub client: Client,
    driver: Child,
    clicks: AtomicU32,
    _profile: tempfile::TempDir,
}

impl Chromium {
    pub async fn start(script: Script, (width, height): (u32, u32)) -> Self {
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; it is in the Debian package chromium-driver, `scripts/dependencies test` installs it");
        let profile = tempfile::tempdir().expect("a directory for the profile");
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let mut options = json!({});
        if script == Script::Disabled {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
            arguments.push("--blink-settings=scriptEnabled=false".to_owned());
        }
        options["args"] = json!(arguments);
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(hyper_connector());
        builder.capabilities(capabilities);
        let mut attempts = 0;
        let client = loop {
            match builder.connect(&address).await {
                Ok(client) => break client,
                Err(error) if attempts > 60 => panic!("Chromium does not start: {error}"),
                Err(_) => attempts += 1,
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        };
        Self { client, driver, clicks: AtomicU32::new(0), _profile: profile }
    }

    /// Notes that a link or a button was pressed by its text.
    pub fn count_a_click(&self) {
        self.clicks.fetch_add(1, Ordering::Relaxed);
    }

    /// How often that was since the last time this was asked.
    pub fn clicks(&self) -> u32 {
        self.clicks.swap(0, Ordering::Relaxed)
    }

    pub async fn wait_for(&self, css: &str) {
        self.wait(Locator::Css(css), css).await;
    }

    /// Waits for an element; `called` is what a failure names it.
    pub async fn wait(&self, locator: Locator<'_>, called: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(locator).await {
            Ok(element) => element,
            Err(error) => {
                let address = self.client.current_url().await.map(String::from).unwrap_or_default();
                let page = self.client.source().await.unwrap_or_default();
                panic!("{called} does not appear ({error}) at {address} in:\n{page}");
            }
        }
    }

    /// Waits until the browser is at a path below an address.
    pub async fn wait_for_address(&self, base: &str, path: &str) {
        let wanted = format!("{}{path}", base.trim_end_matches('/'));
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let address = self.client.current_url().await.expect("an address");
            if address.as_str().starts_with(&wanted) {
                return;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "the browser stays at {address}, not {wanted}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn type_into(&self, css: &str, text: &str) {
        let field = self.wait(Locator::Css(css), css).await;
        field.clear().await.expect("cleared");
        field.send_keys(text).await.expect("typed");
    }

    /// Presses a button that leads to another page.
    pub async fn press(&self, css: &str) {
        let button = self.wait(Locator::Css(css), css).await;
        self.leave_by(&button).await;
    }

    /// Clicks on what leads to another page, and waits until this one is gone: a machine that has much
    /// to do would answer the next question from a page that is about to disappear.
    pub async fn leave_by(&self, way: &Element) {
        let page = self.wait(Locator::Css("html"), "a page").await;
        way.click().await.expect("clicked");
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while page.tag_name().await.is_ok() {
            assert!(
                tokio::time::Instant::now() < deadline,
                "the browser stays at a page: {}",
                self.client.source().await.unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn text(&self, css: &str) -> String {
        self.wait(Locator::Css(css), css).await.text().await.expect("text")
    }

    /// Reads the newest code from the phone's page, in a window of its own.
    pub async fn code_from_phone(&self, phone: &str) -> String {
        let here = self.client.window().await.expect("this window");
        let window = self.client.new_window(true).await.expect("a new window").handle;
        self.client.switch_to_window(window).await.expect("switched");
        self.client.goto(phone).await.expect("the phone");
        let code = self.text("strong.code").await;
        self.screenshot("phone-page").await;
        self.client.close_window().await.expect("closed");
        self.client.switch_to_window(here).await.expect("switched back");
        code
    }

    /// Fails when axe-core finds fault with the page.
    pub async fn accessible(&self, name: &str) {
        let faults = self.faults().await;
        assert!(faults.is_empty(), "axe-core finds fault with the page \"{name}\": {faults:#?}");
    }

    /// What axe-core finds fault with.
    #[expect(clippy::disallowed_methods, reason = "where the test script put axe-core")]
    pub async fn faults(&self) -> Vec<String> {
        let path = std::env::var("PORTCULLIS_AXE_JS")
            .expect("PORTCULLIS_AXE_JS names axe.min.js; `make test` sets it");
        let axe = std::fs::read_to_string(&path).expect("axe-core is readable");
        self.client.execute(&axe, Vec::new()).await.expect("axe-core loads");
        let run = "const done = arguments[arguments.length - 1];
            axe.run({resultTypes: ['violations']}).then(r => done(r.violations), e => done([String(e)]));";
        let violations = self.client.execute_async(run, Vec::new()).await.expect("axe-core runs");
        let violations = violations.as_array().expect("a list").iter();
        violations
            .map(|violation| {
                let nodes = violation["nodes"].as_array().into_iter().flatten();
                let places: Vec<_> = nodes.map(|node| node["html"].to_string()).collect();
                format!("{}: {}", violation["help"], places.join(" "))
            })
            .collect()
    }

    /// Holds a page against what every page must be: nothing that axe-core finds fault with, in a
    /// bright window and on a small dark screen, where nothing may stick out. Keeps a picture of each.
    pub async fn faults_for_anybody(&self, name: &str) -> Vec<String> {
        let mut faults = self.faults().await;
        self.screenshot(name).await;
        self.be_a_small_dark_screen().await;
        faults.extend(self.faults().await.iter().map(|fault| format!("Small and dark: {fault}")));
        let wide = "return document.documentElement.scrollWidth";
        let wide = self.client.execute(wide, Vec::new()).await.expect("a width");
        self.screenshot(&format!("{name}-small")).await;
        if wide.as_u64() > Some(320) {
            let out = "return [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > 320)
                .map(e => e.outerHTML.slice(0, 120))";
            let out = self.client.execute(out, Vec::new()).await.expect("a list");
            faults.push(format!("It is {wide} wide on a screen of 320, because of {out}"));
        }
        self.be_a_window_again().await;
        faults
    }

    /// Keeps a picture of the page.
    #[expect(clippy::disallowed_methods, reason = "where the test script wants artefacts")]
    pub async fn screenshot(&self, name: &str) {
        let directory = std::env::var("PORTCULLIS_TEST_ARTEFACTS").map_or_else(
            |_| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("artefacts"),
            PathBuf::from,
        );
        std::fs::create_dir_all(&directory).expect("a directory for artefacts");
        std::fs::write(directory.join(format!("{name}.png")), self.picture().await).expect("kept");
    }

    pub async fn stop(mut self) {
        let client = self.client.clone();
        client.close().await.expect("the browser closes");
        self.end();
    }

    /// Ends the driver and, where a test failed before the browser was closed, the browser too: it
    /// would run on without its driver.
    fn end(&mut self) {
        let group = format!("-{}", self.driver.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.driver.wait();
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.end();
    }
}

fn hyper_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}
