//! Metadata from an address that an administrator names: fetched by us, so only from where nobody
//! reaches by us what only we can reach.

use std::io::{Read, Write};
use std::net::TcpListener;

use idp_admin::service_providers as admin;

use super::super::staffed;
use super::registration::{ADD, SAVE, count, federation, metadata};
use crate::support::{Backend, Browser, Idp, IdpOptions, Installation, Sp};

/// A server with this document at every path; its address.
pub fn serving(document: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let length = document.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{document}"
    );
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://127.0.0.1:{port}/metadata")
}

async fn server(allowed: &[&str]) -> Idp {
    let list = allowed.iter().map(|&network| network.to_owned()).collect::<Vec<_>>();
    let options = IdpOptions {
        settings: Box::new(move |settings| settings.metadata.allowed_networks.clone_from(&list)),
        ..staffed()
    };
    Idp::with(Backend::Sqlite, &Sp::new(), options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_comes_from_an_address() {
    let idp = server(&["127.0.0.1"]).await;
    let address = serving(&metadata("https://desk.example/saml", "https://desk.example/acs"));
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, ADD).await;
    let page = browser.send((&page, ADD), &[("metadata_url", &address)], &[]).await;
    assert!(page.text.contains("https://desk.example/acs (index 3)"), "{}", page.text);
    let page = browser.send((&page, SAVE), &[("name", "Vehicle desk")], &[]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let saved = idp.with_admin(|all, _| admin::find(all, "https://desk.example/saml"));
    assert_eq!(saved.expect("registered").value.name, "Vehicle desk");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_inside_is_not_asked_and_nothing_is_lost() {
    let idp = server(&[]).await;
    let address = serving(&metadata("https://desk.example/saml", "https://desk.example/acs"));
    let mut browser = Browser::new();
    let form = browser.open_as("root", &idp, ADD).await;
    for (address, words) in [
        (address.as_str(), "127.0.0.1, which is not on the public internet"),
        ("https://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("file:///etc/passwd", "should begin with https://"),
    ] {
        let page = browser.send((&form, ADD), &[("metadata_url", address)], &[]).await;
        assert_eq!(page.status, 422, "{address}: {}", page.text);
        assert!(page.text.contains(words), "{address}: {}", page.text);
        assert!(page.text.contains(address), "what was typed stays in the form");
    }
    assert_eq!(count(&idp), 1);
}

#[test]
fn the_command_line_fetches_it_under_the_same_rules() {
    let address = serving(&metadata("https://desk.example/saml", "https://desk.example/acs"));
    let installation = Installation::new();
    let (_, told) = installation.fails(&["sp", "import", &address]);
    assert!(told.contains("metadata.allowed_networks"), "{told}");
    installation.file("idp.toml", b"[metadata]\nallowed_networks = [\"127.0.0.0/8\"]\n");
    installation.ok(&["--config", "idp.toml", "sp", "import", &address]);
    let listed = installation.ok(&["sp", "list"]);
    assert!(listed.contains("https://desk.example/saml"), "{listed}");
}

#[test]
fn the_command_line_and_files_take_one_of_several() {
    let installation = Installation::new();
    installation.file("all.xml", federation().as_bytes());
    let (_, told) = installation.fails(&["sp", "import", "all.xml"]);
    assert!(told.contains("urn:one, urn:<two>") && told.contains("--entity-id"), "{told}");
    installation.ok(&["sp", "import", "all.xml", "--entity-id", "urn:<two>"]);
    let listed = installation.ok(&["sp", "list"]);
    assert!(listed.contains("urn:<two>") && !listed.contains("urn:one"), "{listed}");
    let file = "[[service_provider]]\nentity_id = \"urn:one\"\nmetadata = \"all.xml\"\n";
    installation.file("one.toml", file.as_bytes());
    installation.ok(&["apply", "one.toml"]);
    let shown = installation.ok(&["sp", "show", "urn:one"]);
    assert!(shown.contains("https://one.example/acs"), "{shown}");
}
