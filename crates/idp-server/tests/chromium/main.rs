//! The main job in a real browser: Pickup Dispatch → user name and password → code read from the
//! phone's page → logged in, with the programs as they are shipped. Every page of the identity
//! provider on the way is held against axe-core. Screenshots stay behind as artefacts.

#![cfg(test)]

mod demo;
mod devtools;
mod driver;
mod every_page;
mod hand;
mod logout;
mod new_sp;
mod seed_walk;
mod tls_phone;

use demo::Demo;
use driver::{Chromium, Script};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_logs_in_to_pickup_dispatch_with_password_and_code() {
    let demo = Demo::start().await;
    let chromium = Chromium::start(Script::Enabled, (1200, 900)).await;
    let browser = &chromium.client;

    browser.goto(&demo.sample).await.expect("the sample");
    chromium.screenshot("1-sample").await;
    chromium.press("a.button.wide").await;
    chromium.wait_for("input[name=username]").await;
    chromium.accessible("password").await;
    chromium.screenshot("2-password").await;

    chromium.type_into("input[name=username]", "alice").await;
    chromium.type_into("input[name=password]", "not the password at all").await;
    chromium.press("button[value=continue]").await;
    chromium.wait_for("[role=alert]").await;
    chromium.accessible("wrong-password").await;
    chromium.type_into("input[name=username]", "alice").await;
    chromium.type_into("input[name=password]", demo::PASSWORD).await;
    chromium.press("button[value=continue]").await;
    chromium.wait_for("input[name=code]").await;
    chromium.accessible("code").await;
    chromium.screenshot("3-code").await;

    let code = chromium.code_from_phone(&demo.phone).await;
    chromium.type_into("input[name=code]", &code).await;
    chromium.press("button[value=continue]").await;
    chromium.wait_for_address(&demo.sample, "/home").await;
    chromium.screenshot("4-booking-desk").await;

    browser.goto(&format!("{}profile", demo.sample)).await.expect("the profile");
    let details = chromium.text("main").await;
    for expected in ["+94771234567", "alice@example.org", "https://refeds.org/profile/mfa"] {
        assert!(details.contains(expected), "{expected} is missing in:\n{details}");
    }
    chromium.screenshot("5-user-details").await;
    chromium.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_works_on_a_small_screen_without_javascript() {
    let demo = Demo::start().await;
    let chromium = Chromium::start(Script::Disabled, (360, 740)).await;
    chromium.client.goto(&format!("{}login", demo.sample)).await.expect("the login");
    chromium.wait_for("input[name=username]").await;
    chromium.screenshot("phone-1-password").await;
    chromium.type_into("input[name=username]", "alice").await;
    chromium.type_into("input[name=password]", demo::PASSWORD).await;
    chromium.press("button[value=continue]").await;
    chromium.wait_for("input[name=code]").await;
    chromium.screenshot("phone-2-code").await;
    let code = chromium.code_from_phone(&demo.phone).await;
    chromium.type_into("input[name=code]", &code).await;
    chromium.press("button[value=continue]").await;
    // Without JavaScript the person sends the Response by a button.
    chromium.wait_for("form input[name=SAMLResponse]").await;
    chromium.screenshot("phone-3-response").await;
    chromium.press("form button").await;
    chromium.wait_for_address(&demo.sample, "/home").await;
    chromium.stop().await;
}
