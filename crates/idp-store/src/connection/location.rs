//! Where the database is: a URL taken apart, so that no message repeats its password.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use idp_core::secret::Secret;
use percent_encoding::percent_decode_str;

use super::Conn;
use crate::StoreError;

/// A statement that runs longer than this is given up by PostgreSQL, in milliseconds.
const STATEMENT_TIMEOUT_MS: u32 = 15_000;

/// How every SQLite connection is set up. FULL: a loss of power loses no acknowledged write.
const SQLITE_PRAGMAS: &[&str] = &[
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA cache_size = -8192",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
];

/// Where the database is and how to connect to it.
pub(crate) enum Location {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(Server),
}

/// A PostgreSQL server.
pub(crate) struct Server {
    /// The whole connection string.
    url: Secret<String>,
    /// Host and database, for messages.
    name: String,
    /// Everything in the URL that must not be repeated.
    passwords: Vec<Secret<String>>,
}

impl Location {
    /// Takes a database URL apart.
    pub(crate) fn parse(url: &str, connect_timeout: Duration) -> Result<Self, StoreError> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            return sqlite_path(rest.strip_prefix("//").unwrap_or(rest)).map(Self::Sqlite);
        }
        match url.split_once("://") {
            Some(("postgres" | "postgresql", rest)) => {
                server(url, rest, connect_timeout).map(Self::Postgres)
            }
            _ => Err(StoreError::Unavailable(
                "database_url must begin with sqlite: (a file path follows) or postgres://"
                    .to_owned(),
            )),
        }
    }

    /// Opens a connection.
    pub(crate) fn connect(&self) -> Result<Conn, StoreError> {
        match self {
            Self::Sqlite(path) => open_file(path).map(Conn::Sqlite),
            Self::Postgres(server) => server.connect().map(Conn::Postgres),
        }
    }
}

fn sqlite_path(path: &str) -> Result<PathBuf, StoreError> {
    if path.is_empty() || path == ":memory:" {
        return Err(StoreError::Unavailable(
            "database_url sqlite: needs the path of a file, such as sqlite:data/portcullis.sqlite3"
                .to_owned(),
        ));
    }
    // SQLite would read a leading "file:" as a URI of its own.
    Ok(if path.starts_with("file:") { Path::new(".").join(path) } else { path.into() })
}

fn open_file(path: &Path) -> Result<SqliteConnection, StoreError> {
    let unavailable = |cause: &dyn std::fmt::Display| {
        StoreError::Unavailable(format!(
            "the SQLite file {} cannot be opened: {cause}; check that its directory exists and that this user may write there",
            path.display()
        ))
    };
    create_private(path).map_err(|cause| unavailable(&cause))?;
    let text = path.to_str().ok_or_else(|| unavailable(&"the path is not UTF-8"))?;
    let mut connection = SqliteConnection::establish(text).map_err(|cause| unavailable(&cause))?;
    for pragma in SQLITE_PRAGMAS {
        connection.batch_execute(pragma).map_err(|cause| unavailable(&cause))?;
    }
    Ok(connection)
}

/// Creates the file for the owner alone; SQLite gives its -wal and -shm siblings the same mode. A
/// file that exists is not opened here: closing it again would drop every lock this process holds
/// on it (POSIX advisory locks).
fn create_private(path: &Path) -> std::io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn server(url: &str, rest: &str, connect_timeout: Duration) -> Result<Server, StoreError> {
    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = before_query.split_once('/').map_or(before_query, |(authority, _)| authority);
    let user_info = authority.split_once('@').map(|(user_info, _)| user_info);
    // A reserved character in the password moves the end of the host; parts of the password would
    // then appear in messages about that host.
    if rest.matches('@').count() > usize::from(user_info.is_some()) {
        return Err(StoreError::Unavailable(
            "database_url has a reserved character in its user name, password or parameters; percent-encode it (@ is %40, / is %2F, ? is %3F)"
                .to_owned(),
        ));
    }
    let of_user = user_info.and_then(|user_info| user_info.split_once(':')).map(|(_, p)| p);
    let of_query = query.split('&').filter_map(|pair| pair.strip_prefix("password="));
    let passwords = of_user.into_iter().chain(of_query).filter(|p| !p.is_empty());
    let passwords = passwords
        .flat_map(|raw| [raw.to_owned(), percent_decode_str(raw).decode_utf8_lossy().into_owned()])
        .map(Secret::new)
        .collect();
    let name = user_info.map_or(before_query, |u| before_query.get(u.len() + 1..).unwrap_or(""));
    Ok(Server {
        url: Secret::new(with_defaults(url, query, connect_timeout)),
        name: name.to_owned(),
        passwords,
    })
}

/// The URL with a limit on connecting and a name for the server's list of connections.
fn with_defaults(url: &str, query: &str, connect_timeout: Duration) -> String {
    let mut url = url.to_owned();
    let seconds = connect_timeout.as_secs().max(2);
    let defaults = [
        ("connect_timeout=", format!("connect_timeout={seconds}")),
        ("application_name=", "application_name=portcullis".to_owned()),
    ];
    for (key, default) in defaults {
        if !query.split('&').any(|pair| pair.starts_with(key)) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&default);
        }
    }
    url
}

impl Server {
    fn connect(&self) -> Result<PgConnection, StoreError> {
        let mut connection = PgConnection::establish(self.url.expose())
            .map_err(|cause| self.unavailable(&cause.to_string()))?;
        connection
            .batch_execute(&format!("SET statement_timeout = {STATEMENT_TIMEOUT_MS}"))
            .map_err(|cause| self.unavailable(&cause.to_string()))?;
        Ok(connection)
    }

    fn unavailable(&self, cause: &str) -> StoreError {
        let cause = self.redact(cause.trim());
        StoreError::Unavailable(format!(
            "cannot connect to PostgreSQL at {}: {cause}; check database_url and that the server runs",
            self.redact(&self.name)
        ))
    }

    fn redact(&self, text: &str) -> String {
        self.passwords.iter().fold(text.to_owned(), |text, p| text.replace(p.expose(), "[…]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> String {
        match Location::parse(url, Duration::from_secs(2)) {
            Ok(location) => location.connect().err().expect("nobody listens there").to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_failed_connection_does_not_repeat_the_password() {
        for url in [
            "postgres://ann:hunter2@127.0.0.1:1/idp",
            "postgres://ann:hun%74er2@127.0.0.1:1/idp",
            "postgres://ann@127.0.0.1:1/idp?password=hunter2",
            "postgres://ann:hunter2@hunter2:1/hunter2",
            "postgresql://ann:hunter2@127.0.0.1:port/idp",
        ] {
            let text = refusal(url);
            assert!(!text.contains("hunter2") && !text.contains("hun%74er2"), "{text}");
            assert!(text.contains("database_url"), "{text}");
        }
    }

    #[test]
    fn an_unescaped_password_is_refused_without_repeating_it() {
        for url in [
            "postgres://ann:hun@ter2@127.0.0.1:1/idp",
            "postgres://ann:hun/ter2@127.0.0.1:1/idp",
            "postgres://ann:hun?ter2@127.0.0.1:1/idp",
        ] {
            let text = refusal(url);
            assert!(text.contains("percent-encode") && !text.contains("ter2"), "{text}");
        }
    }

    #[test]
    fn a_relative_and_an_absolute_path_are_understood() {
        for (url, expected) in [
            ("sqlite:data/idp.sqlite3", "data/idp.sqlite3"),
            ("sqlite:/var/lib/idp.sqlite3", "/var/lib/idp.sqlite3"),
            ("sqlite:///var/lib/idp.sqlite3", "/var/lib/idp.sqlite3"),
            ("sqlite:file:x", "./file:x"),
        ] {
            let parsed = Location::parse(url, Duration::from_secs(2));
            assert!(matches!(parsed, Ok(Location::Sqlite(path)) if path == Path::new(expected)));
        }
    }

    #[test]
    fn another_scheme_is_refused() {
        for url in ["mysql://x", "data.sqlite3", "sqlite:", "sqlite::memory:"] {
            assert!(refusal(url).contains("database_url"), "{url}");
        }
    }
}
