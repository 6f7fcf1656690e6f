//! `[[user]]`: an account. Its password comes from the environment or a file, and is set when the
//! account is made, or at every apply when the file says so. A hash of it, which `export` writes, is
//! taken when the account is made.

use authenticators::basic_auth::PasswordHasher;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::Credential;
use idp_core::secret::Secret;
use idp_core::user::{Role, Username};
use toml::de::DeValue;

use super::reader::{TableReader, as_string};
use super::report::{Report, did_you_mean};
use super::surroundings::Surroundings;
use crate::claims::claim_named;
use crate::users::role_named;

/// A `[[user]]` of the file.
#[derive(Debug)]
pub struct UserEntry {
    /// Where it stands, such as `user[0]`.
    pub path: String,
    /// Whose account it is.
    pub username: Username,
    /// Its roles; `None` leaves them.
    pub roles: Option<Vec<Role>>,
    /// Claims to set, each with the key below the table that names it.
    pub claims: Vec<(String, ClaimUri, Vec<String>)>,
    /// Whether it may be used; `None` leaves it.
    pub enabled: Option<bool>,
    /// Its backup codes, separated by commas.
    pub backup_codes: Option<Secret<String>>,
    /// Its password.
    pub password: Option<Secret<String>>,
    /// The hash of its password, for a new account.
    pub password_hash: Option<Credential>,
    /// The password is set even when the account exists.
    pub password_on_every_apply: bool,
}

/// Reads the table.
pub fn read(
    mut table: TableReader<'_>,
    surroundings: Surroundings<'_>,
    report: &mut Report,
) -> Option<UserEntry> {
    if table.value("username").is_none() {
        table.missing("username", report);
    }
    let expected = "1 to 128 letters, digits and . _ - + @";
    let username = table.parsed("username", expected, report, Username::parse);
    let roles = read_roles(&mut table, report);
    let claims = table.table("claims", report).map(|claims| read_claims(&claims, report));
    let enabled = table.boolean("enabled", report);
    let codes_path = table.path_of("backup_codes");
    let backup_codes = table
        .value("backup_codes")
        .and_then(|value| surroundings.secret(value, &codes_path, report));
    let password_path = table.path_of("password");
    let password = table
        .value("password")
        .and_then(|value| surroundings.secret(value, &password_path, report));
    let password_hash = read_password_hash(&mut table, report);
    let password_on_every_apply =
        table.boolean("password_on_every_apply", report).unwrap_or_default();
    if password_on_every_apply && table.value("password").is_none() {
        table.missing("password", report);
    }
    let path = table.path().to_owned();
    table.finish(report);
    Some(UserEntry {
        path,
        username: username?,
        roles,
        claims: claims.unwrap_or_default(),
        enabled,
        backup_codes,
        password,
        password_hash,
        password_on_every_apply,
    })
}

/// A hash is no password, but it is not repeated either.
fn read_password_hash(table: &mut TableReader<'_>, report: &mut Report) -> Option<Credential> {
    let text = table.string("password_hash", report)?;
    let path = table.path_of("password_hash");
    if table.value("password").is_some() {
        report.mistake(&path, "cannot stand beside password; leave one of them out");
    }
    let hash = PasswordHasher::imported(&text);
    if hash.is_none() {
        let message = "must be a hash by Argon2id as export writes it: \
                       $argon2id$v=19$m=…,t=…,p=…$salt$hash, with at most m=131072, t=16 and p=16";
        report.mistake(&path, message);
    }
    hash
}

fn read_roles(table: &mut TableReader<'_>, report: &mut Report) -> Option<Vec<Role>> {
    let names = table.strings("roles", report)?;
    let mut roles = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match role_named(name) {
            Some(role) if !roles.contains(&role) => roles.push(role),
            Some(_) => {}
            None => {
                let guess = did_you_mean(name, ["administrator", "operator", "auditor"]);
                report.mistake(
                    &format!("{}[{index}]", table.path_of("roles")),
                    format!("there is no role \"{name}\"{guess}"),
                );
            }
        }
    }
    Some(roles)
}

/// The claims table has claims as keys and a string or an array of strings as values.
fn read_claims(
    table: &TableReader<'_>,
    report: &mut Report,
) -> Vec<(String, ClaimUri, Vec<String>)> {
    let mut claims = Vec::new();
    for (key, value) in table.entries() {
        let path = table.path_of(key);
        let uri = claim_named(key);
        if uri.is_none() {
            report.mistake(&path, "must be a claim URI, or the short name of a local claim");
        }
        let values = match value {
            DeValue::Array(elements) => elements
                .iter()
                .enumerate()
                .map(|(index, e)| as_string(e.get_ref(), &format!("{path}[{index}]"), report))
                .collect(),
            _ => as_string(value, &path, report).map(|text| vec![text]),
        };
        if let (Some(uri), Some(values)) = (uri, values) {
            claims.push((format!("claims.{key}"), uri, values));
        }
    }
    claims
}
