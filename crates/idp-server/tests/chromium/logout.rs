//! Single sign-on and single logout across two applications, in a real browser.

use fantoccini::Locator;

use super::demo::{Demo, PASSWORD};
use super::driver::{Chromium, Script};

/// Signs in at Pickup Dispatch with password and code, and from there at Pickup Manager with nothing.
async fn signed_in_at_both(demo: &Demo, chromium: &Chromium) {
    chromium.client.goto(&format!("{}login", demo.sample)).await.expect("the login");
    chromium.wait_for("input[name=username]").await;
    chromium.type_into("input[name=username]", "alice").await;
    chromium.type_into("input[name=password]", PASSWORD).await;
    chromium.press("button[value=continue]").await;
    chromium.wait_for("input[name=code]").await;
    let code = chromium.code_from_phone(&demo.phone).await;
    chromium.type_into("input[name=code]", &code).await;
    chromium.press("button[value=continue]").await;
    chromium.wait_for_address(&demo.sample, "/home").await;
    chromium.client.goto(&format!("{}login", demo.manager)).await.expect("the login");
    chromium.wait_for_address(&demo.manager, "/home").await;
}

async fn wait_for_text(chromium: &Chromium, text: &str) {
    let path = format!("//main//*[contains(text(), '{text}')]");
    chromium.wait(Locator::XPath(&path), text).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logging_out_of_one_application_logs_out_of_both() {
    let demo = Demo::with_twins().await;
    let chromium = Chromium::start(Script::Enabled, (1200, 900)).await;
    signed_in_at_both(&demo, &chromium).await;
    chromium.screenshot("logout-1-manager").await;
    chromium.press("form[action$='/logout'] button").await;
    chromium.wait_for("p.notice").await;
    chromium.screenshot("logout-2-everywhere").await;
    let told = chromium.text("main").await;
    assert!(told.contains("every application that you used"), "{told}");
    // Neither the other application nor the identity provider knows anybody any more.
    chromium.client.goto(&format!("{}home", demo.sample)).await.expect("the sample");
    chromium.wait_for("a.button.wide").await;
    chromium.client.goto(&format!("{}login", demo.sample)).await.expect("the login");
    chromium.wait_for("input[name=username]").await;
    chromium.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_at_the_identity_provider_tells_both() {
    let demo = Demo::with_twins().await;
    let chromium = Chromium::start(Script::Enabled, (360, 740)).await;
    signed_in_at_both(&demo, &chromium).await;
    chromium.client.goto(&format!("{}/logout", demo.idp)).await.expect("the page");
    chromium.wait_for("form[action='/logout'] button").await;
    chromium.accessible("logout-question").await;
    chromium.screenshot("logout-3-question").await;
    let asked = chromium.text("main").await;
    assert!(asked.contains("Pickup Dispatch") && asked.contains("Pickup Manager"), "{asked}");
    chromium.press("form[action='/logout'] button").await;
    wait_for_text(&chromium, "at every application").await;
    chromium.accessible("logout-result").await;
    chromium.screenshot("logout-4-result").await;
    for sample in [&demo.sample, &demo.manager] {
        chromium.client.goto(&format!("{sample}home")).await.expect("the sample");
        chromium.wait_for("a.button.wide").await;
    }
    chromium.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_that_is_gone_does_not_stop_the_logout() {
    let mut demo = Demo::with_twins().await;
    let chromium = Chromium::start(Script::Enabled, (1200, 900)).await;
    signed_in_at_both(&demo, &chromium).await;
    demo.stop_sample();
    chromium.client.goto(&format!("{}/logout", demo.idp)).await.expect("the page");
    chromium.wait_for("form[action='/logout'] button").await;
    chromium.press("form[action='/logout'] button").await;
    // Nobody listens there any more: the browser shows its own page, and the person comes back.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    chromium.client.back().await.expect("back");
    wait_for_text(&chromium, "did not answer").await;
    chromium.screenshot("logout-5-partial").await;
    chromium.stop().await;
}
