//! What WebDriver has no word for: the browser's own protocol, by way of its driver.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::driver::Chromium;

/// Beyond it, Chromium makes no picture.
const TALLEST: f64 = 12_000.0;

/// A command of the DevTools protocol.
#[derive(Debug)]
struct Command {
    name: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.name, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}

impl Chromium {
    async fn devtools(&self, name: &'static str, parameters: Value) -> Value {
        self.client
            .issue_cmd(Command { name, parameters })
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A telephone held upright, at night: as narrow as WCAG 2.2 (1.4.10, reflow) asks for.
    pub async fn be_a_small_dark_screen(&self) {
        let size = json!({ "width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        // Without motion the new colours are there at once; else they would be judged half way.
        let dark = json!({ "features": [
            { "name": "prefers-color-scheme", "value": "dark" },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", dark).await;
    }

    /// The window as it was opened.
    pub async fn be_a_window_again(&self) {
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [] })).await;
    }

    /// A picture of the page beyond what the window shows, as far as a picture may reach.
    pub async fn picture(&self) -> Vec<u8> {
        let metrics = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let size = &metrics["cssContentSize"];
        let height = size["height"].as_f64().unwrap_or_default().min(TALLEST);
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": height, "scale": 1 });
        let whole = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let answer = self.devtools("Page.captureScreenshot", whole).await;
        STANDARD.decode(answer["data"].as_str().unwrap_or_default()).expect("a picture")
    }
}
