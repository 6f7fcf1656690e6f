//! What is demanded of requests: signatures, and the keys that make them.

use chrono::NaiveDate;
use idp_admin::Problem;
use idp_admin::service_providers::{
    ServiceProviderDraft, certificates, describe_key, fingerprint, public_key,
};
use idp_core::Instant;
use idp_core::service_provider::{PublicKeyDer, ServiceProvider};

use super::rows::{self, ADD, Row, Rows, Tools};
use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop, words};
use crate::error::WebError;

/// How dates are written in forms (HTML, 2.3.5.2).
const DATE: &str = "%Y-%m-%d";

/// What can be set.
#[derive(Clone)]
pub struct Requests {
    required: bool,
    /// The day on which SHA-1 ends; empty without.
    sha1_until: String,
    keys: Vec<String>,
    /// A certificate to add.
    certificate: String,
}

impl Requests {
    /// Takes the certificate that was pasted.
    fn add(&mut self) -> Result<(), Problem> {
        let key = public_key(&self.certificate)
            .map_err(|message| Problem::new("certificate", message))?;
        if self.keys.contains(&key.0) {
            return Err(Problem::new("certificate", "holds a key that is in the list already"));
        }
        self.keys.push(key.0);
        self.certificate.clear();
        Ok(())
    }

    /// The instant at which SHA-1 ends; a day that was not changed keeps its hour.
    fn sha1_until(&self, before: Option<Instant>) -> Result<Option<Instant>, Problem> {
        if self.sha1_until.is_empty() || self.sha1_until == day(before) {
            return Ok(before.filter(|_| !self.sha1_until.is_empty()));
        }
        let date = NaiveDate::parse_from_str(&self.sha1_until, DATE).ok();
        let midnight = date.and_then(|date| date.and_hms_opt(0, 0, 0));
        let instant = midnight.map(|midnight| midnight.and_utc());
        let message = "must be a day such as 2027-03-31, or empty";
        instant.map(Some).ok_or_else(|| Problem::new("allow_sha1_until", message))
    }
}

impl Section for Requests {
    const PART: &'static str = "requests";
    const TITLE: &'static str = "Signatures of requests";
    const SAVED: &'static str = "The demands on requests are saved.";
    const GUARDED: bool = true;

    fn stored(sp: &ServiceProvider) -> Self {
        let settings = &sp.settings;
        Self {
            required: settings.authn_requests_signed,
            sha1_until: day(settings.allow_sha1_until),
            keys: settings.signing_keys.iter().map(|key| key.0.clone()).collect(),
            certificate: String::new(),
        }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        Ok(Self {
            required: form.is_set("authn_requests_signed"),
            sha1_until: form.text("allow_sha1_until")?.trim().to_owned(),
            keys: rows::read(form, "keys", "key", |prefix| {
                form.text(&format!("{prefix}.key")).map(str::to_owned)
            })?,
            certificate: form.text("certificate")?.to_owned(),
        })
    }

    fn press(&mut self, _sp: &ServiceProvider, button: &str) -> Vec<Problem> {
        if button == ADD {
            return self.add().err().into_iter().collect();
        }
        rows::press(&mut self.keys, button, String::new);
        Vec::new()
    }

    fn apply(&self, _desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let settings = &mut draft.settings;
        let mut problems = Vec::new();
        let mut all = self.clone();
        if !all.certificate.trim().is_empty() {
            problems.extend(all.add().err());
        }
        match self.sha1_until(settings.allow_sha1_until) {
            Ok(until) => settings.allow_sha1_until = until,
            Err(problem) => problems.push(problem),
        }
        if self.required && all.keys.is_empty() {
            let message = "needs a key to verify signatures with: add a certificate first";
            problems.push(Problem::new("authn_requests_signed", message));
        }
        // A key that is none cannot come from a page of ours; the description of it tells.
        if all.keys.iter().any(|key| describe_key(&PublicKeyDer(key.clone())).is_none()) {
            problems.push(Problem::new("", "One of the keys cannot be read: open the page again."));
        }
        settings.authn_requests_signed = self.required;
        settings.signing_keys = all.keys.into_iter().map(PublicKeyDer).collect();
        problems
    }

    fn fields(&self) -> Fields {
        Fields::new()
            .with_box("authn_requests_signed", self.required)
            .called("authn_requests_signed", "Requests must be signed")
            .with("allow_sha1_until", &self.sha1_until)
            .called("allow_sha1_until", "SHA-1")
            .with("certificate", &self.certificate)
            .called("certificate", "Certificate")
    }

    fn content(
        &self,
        desk: &Desk<'_>,
        sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let known = certificates(&desk.admin(), sp.id)?;
        let count = self.keys.len();
        let row = |(number, text): (usize, &String)| {
            let key = PublicKeyDer(text.clone());
            let legend = format!("Key {}", number + 1);
            let mut facts = vec![
                ("Key", describe_key(&key).unwrap_or_else(|| "unreadable".to_owned())),
                ("Fingerprint", fingerprint(&key)),
            ];
            if let Some(certificate) = known.iter().find(|one| one.key == key) {
                facts.push(("Certificate", certificate.subject.clone()));
                facts.push(("Its last day", words::moment(certificate.not_after)));
            }
            let tools = Tools::new(&legend, number, count, false);
            let hidden = vec![(format!("keys[{number}].key"), text.clone())];
            Row { legend, facts, hidden, fields: Vec::new(), tools }
        };
        let rows = Rows {
            title: "Keys that sign requests",
            empty: "There is none, so no signature can be verified.",
            list: self.keys.iter().enumerate().map(row).collect(),
            adding: vec![
                form.area("certificate", "Certificate or public key of the service provider (PEM)")
                    .hint(
                        "Begins with -----BEGIN CERTIFICATE-----. Only the key in it counts, not \
                           its dates or issuer.",
                    )
                    .mono(),
            ],
            add: "Add this certificate",
            offers: Vec::new(),
        };
        let required = form
            .tick("authn_requests_signed", "Requests must be signed")
            .hint("Unsigned requests are refused. A signature that is there is always verified.");
        let sha1 = form
            .input("date", "allow_sha1_until", "Accept SHA-1 signatures until")
            .hint("They can be forged. Leave it empty to refuse them; a day ends it at 00:00 UTC.");
        Ok(Content {
            before: vec![required],
            rows: Some(rows),
            after: vec![sha1],
            ..Content::default()
        })
    }
}

fn day(instant: Option<Instant>) -> String {
    instant.map(|instant| instant.format(DATE).to_string()).unwrap_or_default()
}
