//! Our own metadata (saml-metadata 2): a signed EntityDescriptor that advertises what works and
//! nothing else.
//!
//! Elements stand in the order of the schemas. Optional parts appear only when they are configured.

use chrono::TimeDelta;
use rand::RngCore;

use crate::Instant;
use crate::id::EntityId;
use crate::saml::date_time::{date_time, duration};
use crate::saml::encryption::{KeyTransport, mgf_uri};
use crate::saml::message_id::MessageId;
use crate::saml::signature::denied::DeniedAlgorithms;
use crate::saml::signature::key::SigningKey;
use crate::saml::signature::sign::{EmitError, sign, write_key_info};
use crate::saml::urn::{KeyKind, NameIdFormat, binding, ns};
use crate::saml::xml::writer::{Namespace, Writer, attr, lang};
use crate::service_provider::LogoutBinding;

use super::algorithms;
pub use super::https_url::HttpsUrl;

/// How long our metadata stays valid when nothing else is configured.
pub const DEFAULT_VALIDITY: TimeDelta = TimeDelta::days(7);

/// How long a copy may be used without looking again when nothing else is configured.
pub const DEFAULT_CACHE_DURATION: TimeDelta = TimeDelta::hours(6);

/// What our metadata says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdpMetadata {
    /// Our entityID.
    pub entity_id: EntityId,
    /// Where AuthnRequests go, by HTTP-Redirect and by HTTP-POST.
    pub single_sign_on_url: String,
    /// Where logout messages go, each binding once.
    pub single_logout_services: Vec<(LogoutBinding, String)>,
    /// The name people see where they choose an identity provider.
    pub display_name: String,
    /// A picture beside the name.
    pub logo: Option<Logo>,
    /// A page that explains errors to people.
    pub error_url: Option<HttpsUrl>,
    /// The scopes of scoped attributes, as plain domain names.
    pub scopes: Vec<String>,
    /// Who runs it.
    pub organization: Option<Organization>,
    /// Whom to ask about technical matters.
    pub technical_contact: Option<Contact>,
    /// How long it stays valid, counted from `now`.
    pub validity: TimeDelta,
    /// How long a copy may be used without looking again.
    pub cache_duration: TimeDelta,
    /// Algorithms that are neither accepted nor used, and so not published.
    pub denied_algorithms: DeniedAlgorithms,
}

/// A picture for people to recognise us by (saml-metadata-ui 2.1.5).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logo {
    /// Where it is.
    pub url: HttpsUrl,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// Who runs the identity provider (saml-metadata 2.3.2.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Organization {
    /// Its legal name.
    pub name: String,
    /// The name people know.
    pub display_name: String,
    /// Where to read about it.
    pub url: String,
}

/// A contact for technical matters (saml-metadata 2.3.2.2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contact {
    /// A name, best of a team.
    pub name: Option<String>,
    /// An e-mail address, without `mailto:`.
    pub email: String,
}

/// The metadata document. `keys` are published for verifying what we sign, each in a KeyDescriptor
/// of its own; `decrypting`, if there is one, for encrypting to us; `signer` signs the document.
pub fn idp_metadata(
    about: &IdpMetadata,
    (keys, decrypting): (&[&SigningKey], Option<&SigningKey>),
    signer: &SigningKey,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Result<String, EmitError> {
    let valid_until = date_time(now + about.validity);
    let cache_duration = duration(about.cache_duration);
    let attributes = [
        attr("cacheDuration", cache_duration.as_str()),
        attr("entityID", about.entity_id.as_str()),
        attr("validUntil", valid_until.as_str()),
    ];
    let id = MessageId::new(rng);
    let document =
        Writer::emit_signable(Namespace::Md, "EntityDescriptor", id, &attributes, |w| {
            w.signature_here();
            w.element(Namespace::Md, "Extensions", &[], |w| {
                write_algorithms(w, about.denied_algorithms);
            });
            write_role(w, about, keys, decrypting);
            write_organization(w, about.organization.as_ref());
            write_contact(w, about.technical_contact.as_ref());
        })?;
    Ok(sign(document, signer)?.into_string())
}

/// The algorithms peers may use toward us and meet from us (saml-metadata-algsupport).
fn write_algorithms(w: &mut Writer, denied: DeniedAlgorithms) {
    for digest in algorithms::digests(denied) {
        w.empty(Namespace::Alg, "DigestMethod", &[attr("Algorithm", digest)]);
    }
    for signature in algorithms::signatures(denied) {
        w.empty(Namespace::Alg, "SigningMethod", &[attr("Algorithm", signature)]);
    }
}

fn write_role(
    w: &mut Writer,
    about: &IdpMetadata,
    keys: &[&SigningKey],
    decrypting: Option<&SigningKey>,
) {
    // WantAuthnRequestsSigned is left out, which means false (saml-metadata 2.4.3): service providers that
    // read it take an explicit false as the wish not to sign.
    let attributes = [
        attr("errorURL", about.error_url.as_ref().map(HttpsUrl::as_str)),
        attr("protocolSupportEnumeration", ns::SAMLP),
    ];
    w.element(Namespace::Md, "IDPSSODescriptor", &attributes, |w| {
        w.element(Namespace::Md, "Extensions", &[], |w| {
            for scope in &about.scopes {
                w.text(Namespace::Shibmd, "Scope", &[attr("regexp", "false")], scope);
            }
            write_ui_info(w, about);
        });
        for key in keys {
            w.element(Namespace::Md, "KeyDescriptor", &[attr("use", "signing")], |w| {
                write_key_info(w, key);
            });
        }
        write_decrypting(w, decrypting, about.denied_algorithms);
        for (binding, url) in &about.single_logout_services {
            let place = [attr("Binding", binding.uri()), attr("Location", url.as_str())];
            w.empty(Namespace::Md, "SingleLogoutService", &place);
        }
        for format in NameIdFormat::ALL {
            w.text(Namespace::Md, "NameIDFormat", &[], format.uri());
        }
        for binding in [binding::REDIRECT, binding::POST] {
            let location = attr("Location", about.single_sign_on_url.as_str());
            w.empty(Namespace::Md, "SingleSignOnService", &[attr("Binding", binding), location]);
        }
    });
}

/// The key that identifiers may be encrypted to, with what is accepted (C116); left out where nothing is.
fn write_decrypting(w: &mut Writer, key: Option<&SigningKey>, denied: DeniedAlgorithms) {
    let Some(key) = key.filter(|key| matches!(key.kind(), KeyKind::Rsa2048 | KeyKind::Rsa3072))
    else {
        return;
    };
    let data: Vec<_> = algorithms::content(denied).collect();
    let transports: Vec<_> = algorithms::key_transports(denied).collect();
    if data.is_empty() || transports.is_empty() {
        return;
    }
    w.element(Namespace::Md, "KeyDescriptor", &[attr("use", "encryption")], |w| {
        write_key_info(w, key);
        for algorithm in data {
            w.empty(Namespace::Md, "EncryptionMethod", &[attr("Algorithm", algorithm.uri())]);
        }
        for (transport, digest) in transports {
            let algorithm = [attr("Algorithm", transport.uri())];
            w.element(Namespace::Md, "EncryptionMethod", &algorithm, |w| {
                w.empty(Namespace::Ds, "DigestMethod", &[attr("Algorithm", digest.uri())]);
                if transport == KeyTransport::RsaOaep {
                    let mgf = [attr("Algorithm", mgf_uri(digest))];
                    w.empty(Namespace::Xenc11, "MGF", &mgf);
                }
            });
        }
    });
}

fn write_ui_info(w: &mut Writer, about: &IdpMetadata) {
    w.element(Namespace::Mdui, "UIInfo", &[], |w| {
        w.text(Namespace::Mdui, "DisplayName", &[lang("en")], &about.display_name);
        if let Some(logo) = &about.logo {
            let (height, width) = (logo.height.to_string(), logo.width.to_string());
            let size = [attr("height", height.as_str()), attr("width", width.as_str())];
            w.text(Namespace::Mdui, "Logo", &size, logo.url.as_str());
        }
    });
}

fn write_organization(w: &mut Writer, organization: Option<&Organization>) {
    let Some(organization) = organization else { return };
    w.element(Namespace::Md, "Organization", &[], |w| {
        w.text(Namespace::Md, "OrganizationName", &[lang("en")], &organization.name);
        let display_name = &organization.display_name;
        w.text(Namespace::Md, "OrganizationDisplayName", &[lang("en")], display_name);
        w.text(Namespace::Md, "OrganizationURL", &[lang("en")], &organization.url);
    });
}

fn write_contact(w: &mut Writer, contact: Option<&Contact>) {
    let Some(contact) = contact else { return };
    w.element(Namespace::Md, "ContactPerson", &[attr("contactType", "technical")], |w| {
        if let Some(name) = &contact.name {
            w.text(Namespace::Md, "GivenName", &[], name);
        }
        w.text(Namespace::Md, "EmailAddress", &[], &format!("mailto:{}", contact.email));
    });
}
