//! From the metadata file of an application to a verified login, without editing any text.

use super::demo::{Demo, PASSWORD};
use super::driver::{Chromium, Script};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_metadata_file_to_a_verified_login_in_less_than_eight_clicks() {
    let demo = Demo::unconfigured().await;
    let chromium = Chromium::start(Script::Enabled, (1200, 900)).await;
    let browser = &chromium.client;
    browser.goto(&demo.first_link()).await.expect("the first page");
    chromium.fill("User name", "admin").await;
    chromium.fill("Password", PASSWORD).await;
    chromium.fill("Password again", PASSWORD).await;
    chromium.push("Create administrator").await;
    browser.goto(&format!("{}/console", demo.idp)).await.expect("the console");
    chromium.fill("User name", "admin").await;
    chromium.fill("Password", PASSWORD).await;
    chromium.push("Sign in").await;
    chromium.the_link("Service providers").await;
    chromium.clicks();

    chromium.follow("Service providers").await;
    chromium.follow("Add a service provider").await;
    chromium.attach("Metadata file", &demo.metadata()).await;
    chromium.push("Explain it").await;
    chromium.push("Save").await;
    chromium.says("In quarantine").await;
    let page = browser.current_url().await.expect("an address");
    // Who adds it is its first test user, and is signed in already.
    browser.goto(&demo.sample).await.expect("the sample");
    chromium.press("a.button.wide").await;
    chromium.count_a_click();
    chromium.wait_for_address(&demo.sample, "/home").await;
    browser.goto(page.as_str()).await.expect("back");
    chromium.push("It arrived: open for everybody").await;
    chromium.says("everybody can sign in to it").await;
    let clicks = chromium.clicks();
    assert!(clicks < 8, "{clicks} clicks");
    chromium.screenshot("new-service-provider-open").await;
    chromium.stop().await;
}
