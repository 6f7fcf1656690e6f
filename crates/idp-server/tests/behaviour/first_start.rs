//! The first start of a server: no default password, one link, keys for the owner alone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use idp_admin::bootstrap;
use idp_admin::users::{self, NewUser};
use idp_core::claim::ClaimUri;
use idp_core::id::LinkToken;
use idp_core::secret::Secret;
use idp_core::user::Role;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, Page, Sp};

const GOOD: &str = "seven unrelated purple words";

/// A link as a start of the server makes it.
fn link(idp: &Idp) -> Option<String> {
    let token: Option<LinkToken> = idp.with_admin(|admin, rng| {
        bootstrap::link_if_needed(admin.store, admin.now, rng).expect("a link or none")
    });
    token.map(|token| format!("{}/bootstrap/{}", idp.url, token.expose()))
}

async fn choose(address: &str, username: &str, password: &str, repeated: &str) -> Page {
    let mut browser = Browser::new();
    let fields = [("username", username), ("password", password), ("password_again", repeated)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    browser.post(address, &fields).await
}

fn administrators(idp: &Idp) -> Vec<String> {
    let users = idp.with_admin(|admin, _| users::list(admin, None, 100)).expect("listed");
    let of_role = users.into_iter().filter(|user| user.roles.contains(&Role::Administrator));
    of_role.map(|user| user.username.to_string()).collect()
}

fn works(page: &Page) -> bool {
    page.status == 200 && page.text.contains("The administrator is created")
}

on_both_databases! {
    /// C221.
    the_link_makes_one_administrator(backend) {
        let idp = Idp::start(backend, &Sp::new()).await;
        let address = link(&idp).expect("nobody is an administrator");
        // Looking at the page does not use it up: mail scanners and previews do that.
        for _ in 0..2 {
            let page = Browser::new().get(&address).await;
            assert_eq!(page.form().inputs, ["username", "password", "password_again"]);
        }
        // Who looks for the console meanwhile is told of the link, and nothing of it.
        let console = Browser::new().get(&format!("{}/console", idp.url)).await;
        assert!(console.text.contains("Nobody manages this server yet"), "{}", console.text);
        assert!(!console.text.contains("/bootstrap/"), "{}", console.text);
        let page = choose(&address, "root", GOOD, GOOD).await;
        assert!(works(&page), "{}", page.text);
        assert_eq!(administrators(&idp), ["root"]);
        let console = Browser::new().get(&format!("{}/console", idp.url)).await;
        assert!(console.form().inputs.contains(&"username".to_owned()), "{}", console.text);
        let second = choose(&address, "mallory", GOOD, GOOD).await;
        assert!(second.status == 400 && !works(&second), "{}", second.text);
        assert!(Browser::new().get(&address).await.text.contains("This link does not work"));
        assert_eq!(administrators(&idp), ["root"]);
        assert_eq!(link(&idp), None, "a link although there is an administrator");
    }
}

on_both_databases! {
    of_several_answers_at_once_one_makes_an_administrator(backend) {
        let idp = Idp::start(backend, &Sp::new()).await;
        let address = link(&idp).expect("a link");
        let racing: Vec<_> = (0..6)
            .map(|number| {
                let (address, name) = (address.clone(), format!("root{number}"));
                tokio::spawn(async move { choose(&address, &name, GOOD, GOOD).await })
            })
            .collect();
        let mut made = 0;
        for answer in racing {
            let page = answer.await.expect("no panic");
            assert!(matches!(page.status, 200 | 400 | 409 | 503), "{}", page.text);
            assert_eq!(page.status == 200, works(&page), "{}", page.text);
            if page.status == 409 {
                assert!(page.text.contains("Somebody else was faster"), "{}", page.text);
            }
            made += usize::from(works(&page));
        }
        assert_eq!(made, 1);
        assert_eq!(administrators(&idp).len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_choice_is_explained_and_the_link_stays_good() {
    let idp = Idp::start(Backend::Sqlite, &Sp::new()).await;
    let address = link(&idp).expect("a link");
    for (username, password, repeated, words) in [
        ("root", "short", "short", "15"),
        ("root", "passwordpassword", "passwordpassword", "password"),
        ("root", GOOD, "seven unrelated purple words!", "not the same"),
        ("alice", GOOD, GOOD, "exists already"),
        ("", GOOD, GOOD, "1 to 128"),
        ("two words", GOOD, GOOD, "1 to 128"),
    ] {
        let page = choose(&address, username, password, repeated).await;
        assert!(!works(&page), "{username}/{password} was accepted");
        let marked = page.text.contains("role=\"alert\"") && page.text.contains("aria-invalid");
        assert!(marked, "{username}/{password}: {} {}", page.status, page.text);
        assert!(page.text.contains(words), "{words:?} is not explained:\n{}", page.text);
        assert!(!page.text.contains(GOOD), "the page repeats the password");
    }
    assert!(administrators(&idp).is_empty());
    assert!(works(&choose(&address, "root", GOOD, GOOD).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_dead_after_a_later_start_or_an_administrator_made_otherwise() {
    let idp = Idp::start(Backend::Sqlite, &Sp::new()).await;
    let (old, new) = (link(&idp).expect("a link"), link(&idp).expect("a link"));
    assert!(!works(&choose(&old, "root", GOOD, GOOD).await), "the link of an earlier start works");
    let password = Secret::new(GOOD.to_owned());
    idp.with_admin(|admin, rng| {
        let user = NewUser {
            username: "root",
            password: Some(&password),
            roles: vec![Role::Administrator],
            claims: Vec::new(),
        };
        users::add(admin, user, rng).expect("added");
    });
    assert!(
        !works(&choose(&new, "mallory", GOOD, GOOD).await),
        "there is an administrator already"
    );
    let guessed = format!("{}/bootstrap/{}", idp.url, "0".repeat(64));
    assert!(!works(&choose(&guessed, "mallory", GOOD, GOOD).await));
    assert_eq!(administrators(&idp), ["root"]);
}

/// The program itself, as an administrator starts it.
struct Program {
    child: Child,
    url: String,
    output: BufReader<tokio::process::ChildStdout>,
}

impl Program {
    fn start(directory: &Path) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        drop(listener);
        let mut child = Command::new(env!("CARGO_BIN_EXE_idp-server"))
            .arg("serve")
            .current_dir(directory)
            .env_clear()
            .env("IDP_LISTEN", address.to_string())
            .env("IDP_PUBLIC_URL", format!("http://localhost:{}", address.port()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, url: format!("http://localhost:{}", address.port()), output }
    }

    /// The link that the program prints.
    async fn link(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.output.read_line(&mut line).await.expect("text");
            assert!(read > 0, "the program ended without a link");
            if let Some(link) = line.trim().strip_prefix(&self.url) {
                return format!("{}{link}", self.url);
            }
        }
    }

    /// Everything else it printed, and what it logged.
    async fn stop(mut self) -> (String, String) {
        let mut log = self.child.stderr.take().expect("piped");
        let (mut printed, mut logged) = (String::new(), String::new());
        self.child.start_kill().expect("killed");
        self.output.read_to_string(&mut printed).await.expect("text");
        log.read_to_string(&mut logged).await.expect("text");
        self.child.wait().await.expect("ended");
        (printed, logged)
    }

    async fn is_ready(&self) {
        for _ in 0..600 {
            if let Ok(answer) = reqwest::get(format!("{}/readyz", self.url)).await
                && answer.status() == 200
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the program is not ready after twelve seconds");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_prints_the_link_once_and_keeps_everything_for_its_owner() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut first = Program::start(directory.path());
    let link = first.link().await;
    first.is_ready().await;
    let database = format!("sqlite:{}", directory.path().join("idp.sqlite3").display());
    let store = idp_store::Store::open(&idp_store::StoreOptions::new(database)).expect("opened");
    let claims = store.read(|reader| reader.claims()).expect("read");
    assert!(claims.iter().any(|claim| claim.uri == ClaimUri::MOBILE), "no claims to begin with");
    assert!(works(&choose(&link, "root", GOOD, GOOD).await));
    let (printed, logged) = first.stop().await;
    let token = link.rsplit('/').next().expect("a token");
    assert!(!printed.contains("/bootstrap/") && !logged.contains(token));

    let mut files = 0;
    for path in ["keys", "."].map(|name| directory.path().join(name)) {
        for entry in std::fs::read_dir(&path).expect("listed") {
            let entry = entry.expect("listed");
            let mode = entry.metadata().expect("read").permissions().mode() & 0o777;
            let expected = if entry.path().is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode, expected, "{}", entry.path().display());
            files += 1;
        }
    }
    assert!(files >= 4, "keys, their directory and the database");

    let second = Program::start(directory.path());
    second.is_ready().await;
    let (printed, _) = second.stop().await;
    assert!(!printed.contains("/bootstrap/"), "a link although there is an administrator");
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_a_user_name_are_told_in_the_language_of_the_page() {
    let idp = Idp::start(Backend::Sqlite, &Sp::new()).await;
    let address = link(&idp).expect("a link");
    for (language, wrong, taken) in [
        ("de", "Ein Benutzername hat 1 bis", "Es gibt schon ein Konto"),
        ("es", "Un nombre de usuario tiene", "Ya existe una cuenta"),
        ("ar", "يتكوّن اسم المستخدم", "يوجد حساب باسم"),
    ] {
        for (username, words) in [("two words", wrong), ("alice", taken)] {
            let fields = [("username", username), ("password", GOOD), ("password_again", GOOD)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()));
            let page = Browser::reading(language.as_bytes()).post(&address, &fields).await;
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }
    }
}
