//! Every page that links lead to, from the overviews of the console and of an account on: nothing that
//! axe-core finds fault with, in a bright window and on a small dark screen.

use std::collections::{BTreeSet, VecDeque};

use fantoccini::Locator;
use url::Url;

use super::demo::{Demo, PASSWORD};
use super::driver::{Chromium, Script};

/// Fewer would mean that the walk got lost.
const AT_LEAST: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_the_console_and_of_an_account_is_for_everybody() {
    let demo = Demo::start().await;
    let chromium = Chromium::start(Script::Enabled, (1200, 900)).await;
    chromium.client.goto(&format!("{}/console", demo.idp)).await.expect("the console");
    pass_the_steps(&chromium, &demo).await;
    chromium.wait_for_address(&demo.idp, "/console").await;

    let (mut known, mut faults) = (BTreeSet::new(), Vec::new());
    let console = chromium.client.current_url().await.expect("an address");
    let account = console.join("/account").expect("an address");
    let api = console.join("/api/v1/docs").expect("an address");
    let mut next = VecDeque::from([console, account, api]);
    while let Some(address) = next.pop_front() {
        let name = name_of(&address);
        if !known.insert(name.clone()) {
            continue;
        }
        chromium.client.goto(address.as_str()).await.expect("a page");
        chromium.wait_for("h1").await;
        if at_a_login(&chromium).await {
            // Some forms want that the sign-in was minutes ago; this walk takes longer than that.
            pass_the_steps(&chromium, &demo).await;
            chromium.wait_for_address(&demo.idp, address.path()).await;
        }
        let title = chromium.client.title().await.expect("a title");
        if title.contains("not found") {
            faults.push(format!("{address} is linked and does not exist"));
        }
        let found = chromium.faults_for_anybody(&name).await;
        faults.extend(found.iter().map(|fault| format!("{address}: {fault}")));
        next.extend(links(&chromium, &address).await);
    }
    assert!(known.len() >= AT_LEAST, "only these were found: {known:?}");
    assert!(faults.is_empty(), "{faults:#?}");
    chromium.stop().await;
}

/// Answers what is asked for, until no step is left.
async fn pass_the_steps(chromium: &Chromium, demo: &Demo) {
    chromium.wait_for("input[name=username]").await;
    chromium.type_into("input[name=username]", "admin").await;
    chromium.type_into("input[name=password]", PASSWORD).await;
    chromium.press("button[value=continue]").await;
    // The phone still shows the code of the sign-in before.
    chromium.wait_for("input[name=code]").await;
    let code = chromium.code_from_phone(&demo.phone).await;
    chromium.type_into("input[name=code]", &code).await;
    chromium.press("button[value=continue]").await;
}

async fn at_a_login(chromium: &Chromium) -> bool {
    chromium.client.current_url().await.expect("an address").path().starts_with("/login/")
}

/// Where the page leads to within the two.
async fn links(chromium: &Chromium, page: &Url) -> Vec<Url> {
    let mut found = Vec::new();
    for link in
        chromium.client.find_all(Locator::Css("a[href]:not([download])")).await.expect("links")
    {
        let target = link.attr("href").await.expect("an attribute").unwrap_or_default();
        let mut address = page.join(&target).expect("an address");
        address.set_fragment(None);
        let ours = |start: &str| address.path().starts_with(start);
        let inside = address.origin() == page.origin() && (ours("/console") || ours("/account"));
        if inside {
            found.push(address);
        }
    }
    found
}

/// What kind of page an address is of: identifiers and values do not matter.
fn name_of(address: &Url) -> String {
    let part = |part: &str| {
        let identifier = part.len() > 30 || part.contains('@');
        if identifier { "one".to_owned() } else { part.to_owned() }
    };
    let path = address.path_segments().into_iter().flatten().map(part);
    let parameters = address.query_pairs().map(|(name, _)| name.into_owned());
    path.chain(parameters).collect::<Vec<_>>().join("-")
}
