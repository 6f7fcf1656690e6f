//! The dialects of the product. They are part of it, and not rows that a migration makes: every installation
//! has them as its version knows them, an export holds only what an administrator added, and no change of
//! theirs can rename what a service provider is told.

use std::sync::LazyLock;

use idp_core::claim::ClaimUri;
use idp_core::claim_dialect::{ClaimDialect, ExternalClaim};
use idp_core::saml::urn::attribute_name_format;

use crate::claims::claim_named;

/// Object identifier, friendly name, local claim (RFC 4519, RFC 2798, eduPerson; saml-profiles 8.2).
const LDAP: &[(&str, &str, &str)] = &[
    ("0.9.2342.19200300.100.1.1", "uid", "username"),
    ("2.5.4.42", "givenName", "givenname"),
    ("2.5.4.4", "sn", "lastname"),
    ("2.16.840.1.113730.3.1.241", "displayName", "fullname"),
    ("1.3.6.1.4.1.5923.1.1.1.2", "eduPersonNickname", "nickname"),
    ("2.5.4.12", "title", "title"),
    ("0.9.2342.19200300.100.1.3", "mail", "emailaddress"),
    ("0.9.2342.19200300.100.1.41", "mobile", "mobile"),
    ("2.5.4.20", "telephoneNumber", "telephone"),
    ("2.5.4.10", "o", "organization"),
    ("2.5.4.11", "ou", "department"),
    ("2.5.4.6", "c", "country"),
    ("2.5.4.9", "street", "streetaddress"),
    ("2.5.4.7", "l", "locality"),
    ("2.5.4.8", "st", "region"),
    ("2.5.4.17", "postalCode", "postalcode"),
    ("2.16.840.1.113730.3.1.39", "preferredLanguage", "preferredLanguage"),
    ("1.3.6.1.4.1.250.1.57", "labeledURI", "url"),
    ("1.3.6.1.4.1.5923.1.1.1.7", "eduPersonEntitlement", "role"),
    ("1.3.6.1.4.1.5923.1.5.1.1", "isMemberOf", "groups"),
];

/// What a name of the identity claims begins with, and the rest with the local claim.
const SOAP: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
const MICROSOFT: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/";
const WS_FEDERATION: &[(&str, &str, &str)] = &[
    (SOAP, "upn", "username"),
    (SOAP, "givenname", "givenname"),
    (SOAP, "surname", "lastname"),
    (SOAP, "name", "fullname"),
    (SOAP, "emailaddress", "emailaddress"),
    (SOAP, "mobilephone", "mobile"),
    (SOAP, "otherphone", "telephone"),
    (SOAP, "country", "country"),
    (SOAP, "streetaddress", "streetaddress"),
    (SOAP, "locality", "locality"),
    (SOAP, "stateorprovince", "region"),
    (SOAP, "postalcode", "postalcode"),
    (SOAP, "webpage", "url"),
    (MICROSOFT, "role", "role"),
    ("http://schemas.xmlsoap.org/claims/", "Group", "groups"),
];

/// Name and local claim (OpenID Connect Core 5.1).
const OPENID_CONNECT: &[(&str, &str)] = &[
    ("preferred_username", "username"),
    ("given_name", "givenname"),
    ("family_name", "lastname"),
    ("name", "fullname"),
    ("nickname", "nickname"),
    ("email", "emailaddress"),
    ("phone_number", "mobile"),
    ("locale", "preferredLanguage"),
    ("zoneinfo", "timeZone"),
    ("website", "url"),
    ("roles", "role"),
    ("groups", "groups"),
];

static DIALECTS: LazyLock<Vec<ClaimDialect>> = LazyLock::new(|| {
    let external = |name: String, format: Option<&str>, friendly: Option<&str>, claim: &str| {
        Some(ExternalClaim {
            name,
            claim: claim_named(claim)?,
            name_format: format.map(str::to_owned),
            friendly_name: friendly.map(str::to_owned),
        })
    };
    let dialect = |uri, display_name: &str, claims: Vec<ExternalClaim>| ClaimDialect {
        uri: ClaimUri::from_static(uri),
        display_name: display_name.to_owned(),
        claims,
    };
    let ldap = LDAP.iter().filter_map(|(oid, friendly, claim)| {
        external(format!("urn:oid:{oid}"), None, Some(friendly), claim)
    });
    let federation = WS_FEDERATION
        .iter()
        .filter_map(|(begin, rest, claim)| external(format!("{begin}{rest}"), None, None, claim));
    let basic = Some(attribute_name_format::BASIC);
    let connect = OPENID_CONNECT
        .iter()
        .filter_map(|(name, claim)| external((*name).to_owned(), basic, None, claim));
    vec![
        dialect(
            "urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500",
            "LDAP and eduPerson",
            ldap.collect(),
        ),
        dialect(
            "http://schemas.xmlsoap.org/ws/2005/05/identity",
            "WS-Federation (ADFS)",
            federation.collect(),
        ),
        dialect("http://wso2.org/oidc/claim", "OpenID Connect", connect.collect()),
    ]
});

/// The dialects that every installation has.
pub fn built_in_dialects() -> &'static [ClaimDialect] {
    &DIALECTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim_dialects::check;
    use crate::claims::default_claims;

    #[test]
    fn the_dialects_of_the_product_pass_their_own_rules() {
        let sizes: Vec<usize> = built_in_dialects().iter().map(|one| one.claims.len()).collect();
        assert_eq!(sizes, [LDAP.len(), WS_FEDERATION.len(), OPENID_CONNECT.len()]);
        for dialect in built_in_dialects() {
            let others: Vec<_> =
                built_in_dialects().iter().filter(|other| *other != dialect).cloned().collect();
            assert_eq!(check(dialect, &others, &default_claims()), [], "{}", dialect.uri);
        }
    }
}
