//! The programs of the demo, on free ports, with the demo's own configuration file.

use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::driver::free_port;

/// Where standard output of the server goes.
const PRINTED: &str = "printed";

pub const PASSWORD: &str = "a password for the demo only";

pub struct Demo {
    pub idp: String,
    pub sample: String,
    /// The twin of the sample, where it runs.
    pub manager: String,
    pub phone: String,
    children: Vec<Child>,
    directory: TempDir,
}

impl Demo {
    /// With the demo's configuration file.
    pub async fn start() -> Self {
        Self::started(&[&["migrate"], &["apply", "config.toml"]], false).await
    }

    /// The same with both samples, each with a key for its logout messages.
    pub async fn with_twins() -> Self {
        Self::started(&[&["migrate"], &["apply", "config.toml"]], true).await
    }

    /// As after the installation: nothing is registered, nobody has an account.
    pub async fn unconfigured() -> Self {
        Self::started(&[&["migrate"]], false).await
    }

    async fn started(preparations: &[&[&str]], twins: bool) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let [idp, sample, phone, manager] = [(); 4].map(|()| free_port());
        let idp_url = format!("http://localhost:{idp}");
        let sample_url = format!("http://localhost:{sample}/saml2-web-app-pickup-dispatch.com/");
        let phone_url = format!("http://localhost:{phone}");
        let manager_url = format!("http://localhost:{manager}/pickup-manager/");
        write_configuration(directory.path(), &sample_url, &phone_url);
        let program = |port: u16, url: &str, name: &str| {
            let mut command = example("pickup-dispatch");
            command
                .args(["--listen", &format!("127.0.0.1:{port}"), "--public-url", url])
                .args(["--idp-metadata", &format!("{idp_url}/saml/metadata")]);
            if twins {
                let key = directory.path().join(format!("{name}.pem"));
                command.arg("--key").arg(key);
            }
            command
        };
        let mut children = Vec::new();
        if twins {
            let mut both = [
                (sample, &sample_url, "pickup-dispatch"),
                (manager, &manager_url, "pickup-manager"),
            ]
            .map(|(port, url, name)| (port, url, name, program(port, url, name)));
            both[1].3.args(["--name", "Pickup Manager", "--entity-id", "pickup-manager.com"]);
            both[1].3.args(["--colour", "plum"]);
            for (port, url, name, mut command) in both {
                children.push(command.spawn().expect("the sample starts"));
                wait_for(port).await;
                let metadata = reqwest::get(format!("{url}metadata")).await.expect("an answer");
                let metadata = metadata.text().await.expect("text");
                let file = directory.path().join(format!("{name}.xml"));
                std::fs::write(file, metadata).expect("written");
            }
        }
        let server = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_idp-server"));
            command
                .args(arguments)
                .current_dir(directory.path())
                .env("IDP_LISTEN", format!("127.0.0.1:{idp}"))
                .env("IDP_PUBLIC_URL", &idp_url)
                .env("IDP_DATABASE_URL", "sqlite:idp.sqlite3")
                .env("IDP_KEY_DIRECTORY", "keys")
                .env("IDP_SAML_LOGOUT_WAIT_SECONDS", "3")
                .env("IDP_LOG_LEVEL", "warn");
            for user in ["ADMIN", "ALICE", "BOB"] {
                command.env(format!("DEMO_PASSWORD_{user}"), PASSWORD);
            }
            command
        };
        for arguments in preparations {
            let done = server(arguments).output().expect("the command runs");
            assert!(
                done.status.success(),
                "{arguments:?}: {}",
                String::from_utf8_lossy(&done.stderr)
            );
        }
        // What it prints is the link of the first start.
        let printed = File::create(directory.path().join(PRINTED)).expect("a file");
        children.push(server(&["serve"]).stdout(printed).spawn().expect("the server starts"));
        children.push(
            example("sms-inbox")
                .args(["--listen", &format!("127.0.0.1:{phone}")])
                .spawn()
                .expect("the phone starts"),
        );
        wait_for(idp).await;
        if !twins {
            let mut command = program(sample, &sample_url, "pickup-dispatch");
            children.push(command.spawn().expect("the sample starts"));
        }
        wait_for(sample).await;
        wait_for(phone).await;
        Self {
            idp: idp_url,
            sample: sample_url,
            manager: manager_url,
            phone: phone_url,
            children,
            directory,
        }
    }

    /// The one-time link that the server printed.
    pub fn first_link(&self) -> String {
        let printed = std::fs::read_to_string(self.directory.path().join(PRINTED));
        let printed = printed.expect("what the server printed");
        let mut words = printed.split_whitespace();
        words.find(|word| word.contains("/bootstrap/")).expect("a link").to_owned()
    }

    /// Stops Pickup Dispatch; the twins only.
    pub fn stop_sample(&mut self) {
        let mut sample = self.children.remove(0);
        let _ = sample.kill();
        let _ = sample.wait();
    }

    /// The sample's metadata with the addresses of this run.
    pub fn metadata(&self) -> PathBuf {
        self.directory.path().join("pickup-dispatch.xml")
    }

    /// A place for files of the test.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).expect("written");
        path
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The demo's files with the addresses of this run.
fn write_configuration(directory: &Path, sample: &str, phone: &str) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read =
        |name: &str| std::fs::read_to_string(repository.join(name)).expect("a file of the demo");
    let metadata = read("metadata/pickup-dispatch.xml")
        .replace("http://localhost:8080/saml2-web-app-pickup-dispatch.com/", sample);
    let configuration = read("examples/demo/config.toml")
        .replace("http://localhost:8090", phone)
        .replace("../../metadata/pickup-dispatch.xml", "pickup-dispatch.xml")
        .replace("../../metadata/pickup-manager.xml", "pickup-manager.xml");
    let twin = read("metadata/pickup-manager.xml");
    std::fs::write(directory.join("pickup-manager.xml"), twin).expect("written");
    std::fs::write(directory.join("pickup-dispatch.xml"), metadata).expect("written");
    std::fs::write(directory.join("config.toml"), configuration).expect("written");
}

/// A program of another package, which `make test` builds into the same folder as ours.
fn example(name: &str) -> Command {
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_idp-server"));
    let program = ours.with_file_name(name);
    assert!(
        program.exists(),
        "{} is not built; run `cargo build -p {name}` or `make test`",
        program.display()
    );
    let mut command = Command::new(program);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

async fn wait_for(port: u16) {
    for _ in 0..200 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nothing listens on port {port}");
}
