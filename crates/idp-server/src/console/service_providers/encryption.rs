//! What is encrypted, and the keys it is encrypted with.

use idp_admin::Problem;
use idp_admin::service_providers::{
    ServiceProviderDraft, certificates, describe_key, fingerprint, protection, public_key,
};
use idp_core::encryption::{EncryptAssertions, Encryption, EncryptionMethod, PublishedKey};
use idp_core::saml::encryption::{DataAlgorithm, EncryptionKey, KeyTransport};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::service_provider::ServiceProvider;

use super::rows::{self, ADD, Row, Rows, Tools};
use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop, words};
use crate::error::WebError;

/// What the choice is called that leaves an algorithm to this server.
const AUTOMATIC: &str = "auto";

/// What can be chosen of assertions.
const CHOICES: [(&str, &str); 3] = [
    ("auto", "Whenever it publishes a key for encryption"),
    ("required", "Always: without a key nobody can sign in"),
    ("off", "Never: https alone protects them on their way"),
];
const DATA: [(&str, &str); 5] = [
    (AUTOMATIC, "The first that both sides support"),
    ("aes256-gcm", "AES-256-GCM"),
    ("aes128-gcm", "AES-128-GCM"),
    ("aes256-cbc", "AES-256-CBC (not authenticated)"),
    ("aes128-cbc", "AES-128-CBC (not authenticated)"),
];
const TRANSPORT: [(&str, &str); 3] = [
    (AUTOMATIC, "The first that both sides support"),
    ("rsa-oaep-mgf1p", "RSA-OAEP (rsa-oaep-mgf1p)"),
    ("rsa-oaep", "RSA-OAEP of XML Encryption 1.1 (rsa-oaep)"),
];

/// As it is typed.
#[derive(Clone)]
pub struct EncryptionPart {
    assertions: String,
    name_id: bool,
    data: String,
    key_transport: String,
    /// Each as JSON: what its metadata lists stays with it.
    keys: Vec<String>,
    /// A certificate to add.
    certificate: String,
}

impl EncryptionPart {
    /// Takes the certificate that was pasted.
    fn add(&mut self) -> Result<(), Problem> {
        let wrong = |message: String| Problem::new("certificate", message);
        let key = public_key(&self.certificate).map_err(wrong)?;
        EncryptionKey::parse(&key)
            .map_err(|problem| wrong(format!("cannot be used: {problem}")))?;
        if self.keys.iter().filter_map(|text| published(text)).any(|known| known.key == key) {
            return Err(wrong("holds a key that is in the list already".to_owned()));
        }
        self.keys.push(in_json(&PublishedKey { key, methods: Vec::new() }));
        self.certificate.clear();
        Ok(())
    }

    fn chosen(&self) -> Result<Encryption, Problem> {
        let wrong = |field: &str| Problem::new(field, "must be one of the choices");
        let assertions = EncryptAssertions::from_name(&self.assertions)
            .ok_or_else(|| wrong("encryption.assertions"))?;
        let data = match self.data.as_str() {
            AUTOMATIC => None,
            name => Some(DataAlgorithm::from_name(name).ok_or_else(|| wrong("encryption.data"))?),
        };
        let key_transport = match self.key_transport.as_str() {
            AUTOMATIC => None,
            name => {
                let known = KeyTransport::from_name(name);
                Some(known.ok_or_else(|| wrong("encryption.key_transport"))?)
            }
        };
        Ok(Encryption { assertions, name_id: self.name_id, data, key_transport })
    }
}

impl Section for EncryptionPart {
    const PART: &'static str = "encryption";
    const TITLE: &'static str = "Encryption";
    const SAVED: &'static str = "What is encrypted is saved.";
    const GUARDED: bool = true;

    fn stored(sp: &ServiceProvider) -> Self {
        let Encryption { assertions, name_id, data, key_transport } = sp.settings.encryption;
        Self {
            assertions: assertions.name().to_owned(),
            name_id,
            data: data.map_or(AUTOMATIC, DataAlgorithm::name).to_owned(),
            key_transport: key_transport.map_or(AUTOMATIC, KeyTransport::name).to_owned(),
            keys: sp.settings.encryption_keys.iter().map(in_json).collect(),
            certificate: String::new(),
        }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        let text = |name| form.text(name).map(|text| text.trim().to_owned());
        Ok(Self {
            assertions: text("encryption.assertions")?,
            name_id: form.is_set("encryption.name_id"),
            data: text("encryption.data")?,
            key_transport: text("encryption.key_transport")?,
            keys: rows::read(form, "encryption_keys", "key", |prefix| {
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
        let mut problems = Vec::new();
        let mut all = self.clone();
        if !all.certificate.trim().is_empty() {
            problems.extend(all.add().err());
        }
        match all.chosen() {
            Ok(chosen) => draft.settings.encryption = chosen,
            Err(problem) => problems.push(problem),
        }
        let keys: Option<Vec<PublishedKey>> = all.keys.iter().map(|text| published(text)).collect();
        match keys {
            Some(keys) => draft.settings.encryption_keys = keys,
            // It cannot come from a page of ours.
            None => problems
                .push(Problem::new("", "One of the keys cannot be read: open the page again.")),
        }
        problems
    }

    fn fields(&self) -> Fields {
        Fields::new()
            .with("encryption.assertions", &self.assertions)
            .called("encryption.assertions", "Assertions")
            .with_box("encryption.name_id", self.name_id)
            .called("encryption.name_id", "NameID")
            .with("encryption.data", &self.data)
            .called("encryption.data", "Content")
            .with("encryption.key_transport", &self.key_transport)
            .called("encryption.key_transport", "Keys of the content")
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
            let legend = format!("Key {}", number + 1);
            let mut facts = published(text).map(|own| facts(&own)).unwrap_or_default();
            let certificate =
                published(text).and_then(|own| known.iter().find(|one| one.key == own.key));
            if let Some(certificate) = certificate {
                facts.push(("Certificate", certificate.subject.clone()));
                facts.push(("Its last day", words::moment(certificate.not_after)));
            }
            let tools = Tools::new(&legend, number, count, true);
            let hidden = vec![(format!("encryption_keys[{number}].key"), text.clone())];
            Row { legend, facts, hidden, fields: Vec::new(), tools }
        };
        let rows = Rows {
            title: "Keys to encrypt to",
            empty: "There is none: nothing can be encrypted.",
            list: self.keys.iter().enumerate().map(row).collect(),
            adding: vec![
                form.area("certificate", "Certificate or public key of the service provider (PEM)")
                    .hint(
                        "An RSA key of at least 2048 bits. The first key that can be used is used.",
                    )
                    .mono(),
            ],
            add: "Add this certificate",
            offers: Vec::new(),
        };
        let before = vec![
            form.radios("encryption.assertions", "Assertions are encrypted", &CHOICES).required(),
        ];
        let after = vec![
            form.choice("encryption.data", "Content is encrypted with", &DATA)
                .hint("AES-CBC only where it must be: the response is signed in addition.")
                .required(),
            form.choice("encryption.key_transport", "Its key is encrypted with", &TRANSPORT)
                .required(),
            form.tick("encryption.name_id", "The NameID is encrypted on its own as well").hint(
                "Only for a service provider that asks for it: where assertions are encrypted, nobody \
                 on the way reads the NameID in them.",
            ),
        ];
        let intro = "What is encrypted, only the service provider can read, not the browser that carries \
                     it. What is to be encrypted and cannot be is not sent at all.";
        let warning = (self.data.ends_with("-cbc")).then(|| {
            "AES-CBC does not tell the service provider that a ciphertext was changed.".to_owned()
        });
        Ok(Content {
            intro: vec![intro.to_owned()],
            warning,
            before,
            rows: Some(rows),
            after,
            ..Content::default()
        })
    }
}

fn facts(own: &PublishedKey) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Key", describe_key(&own.key).unwrap_or_else(|| "unreadable".to_owned())),
        ("Fingerprint", fingerprint(&own.key)),
    ];
    if let Err(problem) = EncryptionKey::parse(&own.key) {
        facts.push(("Not used", problem.to_string()));
    }
    if !own.methods.is_empty() {
        facts.push(("Its metadata lists", listed(&own.methods)));
    }
    facts
}

/// The algorithms by the ends of their URIs.
pub fn listed(methods: &[EncryptionMethod]) -> String {
    let short = |uri: &str| uri.rsplit('#').next().unwrap_or(uri).to_owned();
    let name = |method: &EncryptionMethod| match &method.digest {
        Some(digest) => format!("{} with {}", short(&method.algorithm), short(digest)),
        None => short(&method.algorithm),
    };
    methods.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What is encrypted for a draft, in a sentence or two.
pub fn in_words(draft: &ServiceProviderDraft, denied: DeniedAlgorithms) -> Vec<String> {
    let protection = protection(draft, denied);
    let encryption = draft.settings.encryption;
    if let Some(obstacle) = protection.obstacle() {
        let text = format!("Nobody can sign in: {obstacle}. Nothing is sent in clear instead.");
        return vec![text];
    }
    let recipe = protection.recipe().map(|recipe| recipe.in_words()).unwrap_or_default();
    let assertions = match (protection.of_assertions(), encryption.assertions) {
        (Ok(Some(_)), _) => format!("Assertions are encrypted with {recipe}."),
        (_, EncryptAssertions::Off) => "Assertions are not encrypted.".to_owned(),
        _ => "Assertions are not encrypted, because it publishes no key for encryption; they will be \
              once it does."
            .to_owned(),
    };
    let name_id =
        encryption.name_id.then(|| format!("The NameID is encrypted on its own: {recipe}."));
    std::iter::once(assertions).chain(name_id).collect()
}

fn in_json(own: &PublishedKey) -> String {
    serde_json::to_string(own).unwrap_or_default()
}

fn published(text: &str) -> Option<PublishedKey> {
    serde_json::from_str(text).ok()
}
