//! The files a run writes for the server: its settings, and the configuration to apply.

use std::fmt::Write;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::Path;

use crate::authn_request::Requester;
use crate::browser::Person;
use crate::phone::GATEWAY_BODY;

/// The variable that holds the password of every person while a configuration is applied.
pub const PASSWORD_VARIABLE: &str = "BENCH_PASSWORD";

/// Where Responses are delivered. Nobody listens there: the load client takes them on the way.
const ACS: &str = "http://127.0.0.1:9/saml/acs";

/// The settings of a server. What limits one address or account is lifted, since the load
/// comes from few.
pub fn settings(address: SocketAddr, database_url: &str, keys: &Path) -> String {
    let (port, keys) = (address.port(), keys.display().to_string());
    format!(
        "listen = {:?}\npublic_url = \"http://localhost:{port}\"\n\
         database_url = {database_url:?}\nkey_directory = {keys:?}\n\n\
         [log]\nlevel = \"warn\"\n\n\
         [sms_otp]\nper_address_per_hour = 1000000\nburst = 1000000\nper_day = 1000000\n\n\
         [rate]\nanonymous_per_second = 0\n",
        address.to_string()
    )
}

/// A gateway as it is written into a file.
pub struct Gateway<'a> {
    /// Its name, of which the order follows.
    pub name: &'static str,
    /// Where it is.
    pub url: &'a str,
    /// Whether it is used.
    pub enabled: bool,
}

impl Gateway<'_> {
    /// The name of the people's phone.
    pub const PHONE: &'static str = "phone";

    /// The table of the file. The phone comes after any other.
    pub fn table(&self) -> String {
        let Self { name, url, enabled } = self;
        let order = if *name == Self::PHONE { 9 } else { 1 };
        format!(
            "[[sms_gateway]]\nname = {name:?}\nurl = {url:?}\nmethod = \"POST\"\n\
             order = {order}\nenabled = {enabled}\n\
             headers = [\"Content-Type: application/json\"]\nbody = '{GATEWAY_BODY}'\n"
        )
    }
}

/// The gateway and the people.
pub fn people(people: &[Person], gateway_url: &str) -> String {
    let mut text = Gateway { name: Gateway::PHONE, url: gateway_url, enabled: true }.table();
    for Person { username, number, .. } in people {
        let _ = write!(
            text,
            "\n[[user]]\nusername = \"{username}\"\npassword = {{ env = \"{PASSWORD_VARIABLE}\" }}\n\
             [user.claims]\nmobile = \"{number}\"\nemailaddress = \"{username}@bench.example\"\n\
             givenname = \"Bench\"\n"
        );
    }
    text
}

/// Service providers by their numbers, with the chain of the main job: password, then code.
pub fn service_providers(numbers: Range<usize>, signing_key: &str) -> String {
    let mut text = String::new();
    for number in numbers {
        let entity_id = entity_id(number);
        let _ = write!(
            text,
            "\n[[service_provider]]\nentity_id = \"{entity_id}\"\nname = \"Service provider {number}\"\n\
             steps = [[\"basic-auth\"], [\"sms-otp\"]]\nsigning_key = \"{signing_key}\"\n\
             acs = [{{ url = \"{ACS}\" }}]\n\
             attributes = [{{ claim = \"emailaddress\" }}, {{ claim = \"givenname\" }}]\n"
        );
    }
    text
}

/// A service provider that asks for the password alone.
pub fn password_only(number: usize) -> String {
    let text = service_providers(number..number + 1, crate::site::RSA);
    text.replace("[[\"basic-auth\"], [\"sms-otp\"]]", "[[\"basic-auth\"]]")
}

/// A service provider whose assertions are encrypted to a key of its own (PEM).
pub fn encrypting(number: usize, public_key: &str) -> String {
    let text = service_providers(number..number + 1, crate::site::RSA);
    format!(
        "{text}encryption = {{ assertions = \"required\" }}\n\
         encryption_keys = [{{ pem = {public_key:?} }}]\n"
    )
}

/// The requests of a service provider.
pub fn requester(number: usize, host: &str) -> Requester {
    Requester { entity_id: entity_id(number), acs: ACS.to_owned(), idp: format!("http://{host}") }
}

/// People with one password and a number each.
pub fn invent_people(count: usize, password: &str) -> Vec<Person> {
    (0..count)
        .map(|index| Person {
            username: format!("bench-{index:04}"),
            password: password.to_owned(),
            number: format!("+1202555{index:04}"),
        })
        .collect()
}

/// The entityID of a service provider.
pub fn entity_id(number: usize) -> String {
    format!("https://sp-{number:05}.bench.example/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_written_into_a_file() {
        let invented = invent_people(2, "hunter2");
        assert!(!people(&invented, "http://127.0.0.1:1/").contains("hunter2"));
    }

    #[test]
    fn password_only_leaves_out_the_code() {
        assert!(password_only(3).contains("steps = [[\"basic-auth\"]]\n"));
    }

    #[test]
    fn what_encrypts_has_its_key_in_one_line() {
        let text = encrypting(3, "-----BEGIN\nx");
        assert!(text.ends_with("encryption_keys = [{ pem = \"-----BEGIN\\nx\" }]\n"), "{text}");
    }

    #[test]
    fn each_service_provider_is_written_once() {
        let text = service_providers(3..5, "ec-p256");
        assert_eq!(text.matches("[[service_provider]]").count(), 2);
        assert!(text.contains("https://sp-00003.bench.example/") && text.contains("ec-p256"));
    }
}
