//! The Assertion (saml-core 2.3.3): one authenticated person, told to one service provider.
//!
//! Not public: an assertion leaves the crate only through `sso::issue`, which demands a finished
//! login.

use std::borrow::Cow;

use chrono::TimeDelta;

use super::date_time::date_time;
use super::encryption::Encrypted;
use super::message_id::MessageId;
use super::name_id::NameId;
use super::signature::key::SigningKey;
use super::signature::sign::{EmitError, Signed, sign};
use super::xml::writer::{
    Attribute as XmlAttribute, Emitted, IllegalCharacter, Namespace, Signable, Writer, attr,
};
use crate::Instant;

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// Assertions are valid this long before they are made, for service providers whose clock is slow.
const CLOCK_ALLOWANCE: TimeDelta = TimeDelta::seconds(60);

/// Everything an assertion says.
pub(crate) struct Assertion<'a> {
    /// Its ID.
    pub(crate) id: MessageId,
    /// Our entityID.
    pub(crate) issuer: &'a str,
    /// The instant it is made.
    pub(crate) issue_instant: Instant,
    /// Nobody accepts it from this instant on.
    pub(crate) not_on_or_after: Instant,
    /// Who it is about; some service providers want attributes only.
    pub(crate) name_id: Option<&'a NameId>,
    /// The same encrypted, which then stands in its place.
    pub(crate) encrypted_name_id: Option<Encrypted<'a>>,
    /// The ACS that may accept it.
    pub(crate) recipient: &'a str,
    /// The request it answers, if there was one.
    pub(crate) in_response_to: Option<&'a str>,
    /// The service provider's entityID.
    pub(crate) audience: &'a str,
    /// How the person authenticated.
    pub(crate) authn: AuthnStatement<'a>,
    /// What is told of the person.
    pub(crate) attributes: Vec<Attribute<'a>>,
}

/// How and when the person authenticated (saml-core 2.7.2).
pub(crate) struct AuthnStatement<'a> {
    /// When.
    pub(crate) instant: Instant,
    /// Names the session toward this service provider, for logout.
    pub(crate) session_index: &'a str,
    /// The absolute end of our session.
    pub(crate) session_not_on_or_after: Instant,
    /// The AuthnContextClassRef.
    pub(crate) context_class: &'a str,
}

/// One attribute (saml-core 2.7.3.1).
pub(crate) struct Attribute<'a> {
    /// The Name.
    pub(crate) name: &'a str,
    /// The NameFormat.
    pub(crate) name_format: &'a str,
    /// The FriendlyName.
    pub(crate) friendly_name: Option<&'a str>,
    /// The values; an empty one becomes an empty element. Without any, the person has none.
    pub(crate) values: Vec<Cow<'a, str>>,
    /// That there is no value is told by one that is nil.
    pub(crate) nil: bool,
}

impl Assertion<'_> {
    /// Writes it without a signature of its own, into a Response that will be signed.
    pub(super) fn write(&self, w: &mut Writer) {
        let issued = date_time(self.issue_instant);
        let [instant, version] = root_attributes(&issued);
        w.element(
            Namespace::Saml,
            "Assertion",
            &[attr("ID", self.id.as_str()), instant, version],
            |w| self.content(w),
        );
    }

    /// The assertion with a signature of its own.
    pub(super) fn sign(&self, key: &SigningKey) -> Result<Signed, EmitError> {
        sign(self.emit()?, key)
    }

    /// The assertion as an element of its own, without a signature yet.
    pub(super) fn emit(&self) -> Result<Signable, IllegalCharacter> {
        let issued = date_time(self.issue_instant);
        Writer::emit_signable(
            Namespace::Saml,
            "Assertion",
            self.id.clone(),
            &root_attributes(&issued),
            |w| self.content(w),
        )
    }

    fn content(&self, w: &mut Writer) {
        w.text(Namespace::Saml, "Issuer", &[], self.issuer);
        w.signature_here();
        self.subject(w);
        self.conditions(w);
        self.authn.write(w);
        if !self.attributes.is_empty() {
            w.element(Namespace::Saml, "AttributeStatement", &[], |w| {
                for attribute in &self.attributes {
                    attribute.write(w);
                }
            });
        }
    }

    fn subject(&self, w: &mut Writer) {
        let end = date_time(self.not_on_or_after);
        w.element(Namespace::Saml, "Subject", &[], |w| {
            match (&self.encrypted_name_id, self.name_id) {
                (Some(encrypted), _) => encrypted.write(w, "EncryptedID"),
                (None, Some(name_id)) => write_name_id(w, name_id),
                (None, None) => {}
            }
            w.element(Namespace::Saml, "SubjectConfirmation", &[attr("Method", BEARER)], |w| {
                let data = [
                    attr("InResponseTo", self.in_response_to),
                    attr("NotOnOrAfter", end.as_str()),
                    attr("Recipient", self.recipient),
                ];
                w.empty(Namespace::Saml, "SubjectConfirmationData", &data);
            });
        });
    }

    fn conditions(&self, w: &mut Writer) {
        let begin = date_time(self.issue_instant - CLOCK_ALLOWANCE);
        let end = date_time(self.not_on_or_after);
        let validity = [attr("NotBefore", begin.as_str()), attr("NotOnOrAfter", end.as_str())];
        w.element(Namespace::Saml, "Conditions", &validity, |w| {
            w.element(Namespace::Saml, "AudienceRestriction", &[], |w| {
                w.text(Namespace::Saml, "Audience", &[], self.audience);
            });
        });
    }
}

fn root_attributes(issue_instant: &str) -> [XmlAttribute<'_>; 2] {
    [attr("IssueInstant", issue_instant), attr("Version", "2.0")]
}

pub(super) fn write_name_id(w: &mut Writer, name_id: &NameId) {
    w.text(Namespace::Saml, "NameID", &name_id_attributes(name_id), name_id.value());
}

/// The NameID as an element of its own, to be encrypted.
pub(crate) fn emit_name_id(name_id: &NameId) -> Result<Emitted, IllegalCharacter> {
    Writer::emit(Namespace::Saml, "NameID", &name_id_attributes(name_id), |w| {
        w.characters("NameID", name_id.value());
    })
}

fn name_id_attributes(name_id: &NameId) -> [XmlAttribute<'_>; 3] {
    [
        attr("Format", name_id.format().uri()),
        attr("NameQualifier", name_id.name_qualifier()),
        attr("SPNameQualifier", name_id.sp_name_qualifier()),
    ]
}

impl AuthnStatement<'_> {
    fn write(&self, w: &mut Writer) {
        let instant = date_time(self.instant);
        let end = date_time(self.session_not_on_or_after);
        let attributes = [
            attr("AuthnInstant", instant.as_str()),
            attr("SessionIndex", self.session_index),
            attr("SessionNotOnOrAfter", end.as_str()),
        ];
        w.element(Namespace::Saml, "AuthnStatement", &attributes, |w| {
            w.element(Namespace::Saml, "AuthnContext", &[], |w| {
                w.text(Namespace::Saml, "AuthnContextClassRef", &[], self.context_class);
            });
        });
    }
}

impl Attribute<'_> {
    fn write(&self, w: &mut Writer) {
        let attributes = [
            attr("FriendlyName", self.friendly_name),
            attr("Name", self.name),
            attr("NameFormat", self.name_format),
        ];
        w.element(Namespace::Saml, "Attribute", &attributes, |w| {
            for value in &self.values {
                w.text(Namespace::Saml, "AttributeValue", &[], value);
            }
            if self.nil {
                w.nil(Namespace::Saml, "AttributeValue");
            }
        });
    }
}
