//! Logout messages that come in: nothing unsigned, misdirected, old or foreign has an effect.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::saml::authn_request::RequestRules;
use idp_core::saml::logout::{
    LogoutAnswer, LogoutRefusal, LogoutRejected, UnverifiedLogout, UnverifiedLogoutRequest,
    UnverifiedLogoutResponse, VerifiedLogoutRequest, VerifiedLogoutResponse,
};
use idp_core::saml::request::Reason;
use idp_core::saml::status::Status;

use crate::support::*;

const SLO: &str = "https://idp.example/saml/slo";
const NAME: &str = "<saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\" \
    NameQualifier=\"https://idp.example\" SPNameQualifier=\"https://sp.example/saml\">abc</saml:NameID>";

fn slo_rules() -> RequestRules {
    RequestRules::new(SLO.to_owned(), now())
}

fn message(name: &str, attributes: &str, children: &str) -> String {
    format!(
        "<samlp:{name} xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_r1\" Version=\"2.0\" \
         IssueInstant=\"{NOW}\"{attributes}>\
         <saml:Issuer>{ISSUER}</saml:Issuer>{children}</samlp:{name}>"
    )
}

fn logout_with(attributes: &str, children: &str) -> String {
    message("LogoutRequest", &format!(" Destination=\"{SLO}\"{attributes}"), children)
}

fn logout() -> String {
    logout_with("", &format!("{NAME}<samlp:SessionIndex>_s1</samlp:SessionIndex>"))
}

fn answer_with(attributes: &str, status: &str) -> String {
    let status = format!("<samlp:Status>{status}</samlp:Status>");
    message("LogoutResponse", &format!(" Destination=\"{SLO}\"{attributes}"), &status)
}

fn code(uri: &str, inner: &str) -> String {
    let prefix = "urn:oasis:names:tc:SAML:2.0:status:";
    format!("<samlp:StatusCode Value=\"{prefix}{uri}\">{inner}</samlp:StatusCode>")
}

fn signed(xml: &str) -> String {
    Recipe::default().sign(xml)
}

fn envelope(content: &str) -> String {
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>{content}\
         </e:Body></e:Envelope>"
    )
}

#[derive(Debug)]
enum Failed {
    Here(Reason),
    Answered(Box<LogoutRefusal>),
}

impl Failed {
    fn here(&self) -> &str {
        let Self::Here(reason) = self else { panic!("answered: {self:?}") };
        &reason.code
    }

    fn answered(self) -> LogoutRefusal {
        let Self::Answered(refusal) = self else { panic!("not answered: {self:?}") };
        *refusal
    }
}

fn verified(request: UnverifiedLogoutRequest) -> Result<VerifiedLogoutRequest, Failed> {
    let sp = sp();
    request.verify(&sp, &keys(&sp), &slo_rules()).map_err(|rejected| match rejected {
        LogoutRejected::Local(error) => Failed::Here(error.reason),
        LogoutRejected::ToServiceProvider(refusal) => Failed::Answered(refusal),
    })
}

fn of_decoded(decoded: UnverifiedLogout) -> Result<VerifiedLogoutRequest, Failed> {
    let UnverifiedLogout::Request(request) = decoded else { panic!("a response") };
    verified(request)
}

fn posted(xml: &str) -> Result<VerifiedLogoutRequest, Failed> {
    let decoded = UnverifiedLogout::by_post(Some(&STANDARD.encode(xml)), None, Some("state"));
    of_decoded(decoded.map_err(|error| Failed::Here(error.reason))?)
}

fn redirected(query: &str) -> Result<VerifiedLogoutRequest, Failed> {
    let decoded = UnverifiedLogout::by_redirect(query);
    of_decoded(decoded.map_err(|error| Failed::Here(error.reason))?)
}

fn by_soap(body: &str) -> Result<VerifiedLogoutRequest, Failed> {
    let decoded = UnverifiedLogoutRequest::by_soap(body.as_bytes());
    verified(decoded.map_err(|error| Failed::Here(error.reason))?)
}

fn signed_query(parameter: &str, xml: &str) -> String {
    let octets = format!(
        "{parameter}={}&RelayState=a%20b&SigAlg={}",
        redirect_parameter(xml),
        percent(RSA_SHA256, "-._~")
    );
    let signature = STANDARD.encode(sign(&RSA, RSA_SHA256, octets.as_bytes()));
    format!("{octets}&Signature={}", percent(&signature, "-._~"))
}

fn heard(xml: &str) -> Result<VerifiedLogoutResponse, Reason> {
    let decoded = UnverifiedLogout::by_post(None, Some(&STANDARD.encode(xml)), None);
    let UnverifiedLogout::Response(response) = decoded.map_err(|error| error.reason)? else {
        panic!("a request")
    };
    let sp = sp();
    response.verify(&sp, &keys(&sp), &slo_rules()).map_err(|error| error.reason)
}

/// C120.
#[test]
fn c120_a_signed_request_by_redirect_is_accepted() {
    let request = redirected(&signed_query("SAMLRequest", &logout())).unwrap();
    assert_eq!(request.name_id().value, "abc");
    assert_eq!(request.session_indexes(), ["_s1"]);
    assert_eq!(request.origin().id, "_r1");
    assert_eq!(request.origin().relay_state.as_ref().unwrap().as_str(), "a b");
    assert!(!request.origin().asynchronous);
}

#[test]
fn a_signed_request_by_post_and_by_soap_is_accepted() {
    assert_eq!(posted(&signed(&logout())).unwrap().session_indexes(), ["_s1"]);
    let bare = message("LogoutRequest", "", NAME);
    assert!(by_soap(&envelope(&signed(&bare))).unwrap().session_indexes().is_empty());
}

/// C121, C132.
#[test]
fn c121_c132_an_unsigned_request_is_refused_by_every_binding() {
    let parameter = redirect_parameter(&logout());
    assert_eq!(
        redirected(&format!("SAMLRequest={parameter}")).unwrap_err().here(),
        "logout-unsigned"
    );
    assert_eq!(posted(&logout()).unwrap_err().here(), "logout-unsigned");
    assert_eq!(by_soap(&envelope(&logout())).unwrap_err().here(), "logout-unsigned");
}

/// C132.
#[test]
fn c132_an_xml_signature_inside_a_redirect_message_counts_as_none() {
    let parameter = redirect_parameter(&signed(&logout()));
    let refused = redirected(&format!("SAMLRequest={parameter}")).unwrap_err();
    assert_eq!(refused.here(), "logout-unsigned");
}

/// C121.
#[test]
fn c121_a_signature_by_another_key_is_refused() {
    let forged = Recipe { key: &OTHER_RSA, ..Recipe::default() }.sign(&logout());
    assert!(posted(&forged).unwrap_err().here().starts_with("signature-"));
    let altered = signed(&logout()).replace(">abc<", ">abd<");
    assert!(posted(&altered).unwrap_err().here().starts_with("signature-"));
    let query = signed_query("SAMLRequest", &logout()).replace("a%20b", "a%20c");
    assert!(redirected(&query).unwrap_err().here().starts_with("signature-"));
}

/// C121.
#[test]
fn c121_a_signature_over_a_response_does_not_sign_a_request() {
    let query = signed_query("SAMLResponse", &logout()).replace("SAMLResponse=", "SAMLRequest=");
    assert!(redirected(&query).unwrap_err().here().starts_with("signature-"));
}

/// C130.
#[test]
fn c130_the_destination_must_be_ours() {
    let elsewhere = logout().replace(SLO, "https://other.example/slo");
    assert_eq!(posted(&signed(&elsewhere)).unwrap_err().here(), "destination-mismatch");
    let nowhere = message("LogoutRequest", "", NAME);
    assert_eq!(posted(&signed(&nowhere)).unwrap_err().here(), "destination-missing");
    let query = signed_query("SAMLRequest", &elsewhere);
    assert_eq!(redirected(&query).unwrap_err().here(), "destination-mismatch");
    // Over SOAP it may be left out, but not be another.
    let elsewhere = envelope(&signed(&elsewhere));
    assert_eq!(by_soap(&elsewhere).unwrap_err().here(), "destination-mismatch");
}

/// C130.
#[test]
fn c130_other_transforms_are_refused_in_logout_messages_too() {
    let xslt = transform("http://www.w3.org/TR/1999/REC-xslt-19991116");
    let recipe =
        Recipe { transforms: format!("{}{xslt}", transform(ENVELOPED)), ..Recipe::default() };
    assert!(posted(&recipe.sign(&logout())).unwrap_err().here().starts_with("signature-"));
    let sha1 = Recipe { method: RSA_SHA1, ..Recipe::default() };
    assert!(posted(&sha1.sign(&logout())).is_err());
}

/// C193.
#[test]
fn c193_a_request_past_its_end_is_refused_and_answered() {
    let past = logout_with(" NotOnOrAfter=\"2026-03-01T11:56:59Z\"", NAME);
    let refusal = posted(&signed(&past)).unwrap_err().answered();
    assert_eq!(
        (&*refusal.reason.code, refusal.status),
        ("logout-request-expired", Status::Requester)
    );
    let skewed = logout_with(" NotOnOrAfter=\"2026-03-01T11:57:01Z\"", NAME);
    assert!(posted(&signed(&skewed)).is_ok(), "three minutes of skew are tolerated");
    let odd = logout_with(" NotOnOrAfter=\"tomorrow\"", NAME);
    let refusal = posted(&signed(&odd)).unwrap_err().answered();
    assert_eq!(refusal.reason.code, "not-on-or-after-invalid");
}

#[test]
fn an_old_request_is_refused_and_answered() {
    let old = logout().replace(NOW, "2026-03-01T11:50:00Z");
    assert_eq!(posted(&signed(&old)).unwrap_err().answered().reason.code, "request-too-old");
}

/// C122.
#[test]
fn c122_several_session_indexes_are_read() {
    let two = format!(
        "{NAME}<samlp:SessionIndex>_s1</samlp:SessionIndex><samlp:SessionIndex>_s2</samlp:SessionIndex>"
    );
    let request =
        posted(&signed(&logout_with(" Reason=\"urn:oasis:names:tc:SAML:2.0:logout:user\"", &two)));
    let request = request.unwrap();
    assert_eq!(request.session_indexes(), ["_s1", "_s2"]);
    assert_eq!(request.reason(), Some("urn:oasis:names:tc:SAML:2.0:logout:user"));
}

/// C128.
#[test]
fn c128_the_asynchronous_extension_is_seen() {
    let extension = "<samlp:Extensions><aslo:Asynchronous \
        xmlns:aslo=\"urn:oasis:names:tc:SAML:2.0:protocol:ext:async-slo\"/></samlp:Extensions>";
    let request = posted(&signed(&logout_with("", &format!("{extension}{NAME}")))).unwrap();
    assert!(request.origin().asynchronous);
    let elsewhere = "<samlp:Extensions><x:Asynchronous xmlns:x=\"urn:x\"/></samlp:Extensions>";
    let request = posted(&signed(&logout_with("", &format!("{elsewhere}{NAME}")))).unwrap();
    assert!(!request.origin().asynchronous);
}

#[test]
fn c129_every_encrypted_identifier_fails_alike() {
    for content in ["", "<x xmlns=\"urn:x\"/>", "<saml:NameID>abc</saml:NameID>"] {
        let encrypted = format!("<saml:EncryptedID>{content}</saml:EncryptedID>");
        let refusal = posted(&signed(&logout_with("", &encrypted))).unwrap_err().answered();
        assert_eq!(refusal.reason.code, "encrypted-id-undecipherable");
        assert_eq!(refusal.reason.found, "an EncryptedID");
    }
}

#[test]
fn messages_that_break_the_schema_are_refused_and_answered() {
    let index = "<samlp:SessionIndex>_s1</samlp:SessionIndex>";
    for children in [
        String::new(),
        index.to_owned(),
        format!("{index}{NAME}"),
        format!("{NAME}{NAME}"),
        format!("{NAME}<samlp:SessionIndex/>"),
        format!("{NAME}<samlp:SessionIndex>a<!-- -->b</samlp:SessionIndex>"),
        format!("{NAME}<samlp:Status/>"),
        format!("{NAME}text"),
        "<saml:NameID>a<!-- -->b</saml:NameID>".to_owned(),
        "<saml:NameID/>".to_owned(),
        format!("{NAME}{}", index.repeat(65)),
    ] {
        let result = posted(&signed(&logout_with("", &children)));
        // A comment leaves the canonical form, and with it what is read.
        if children.contains("<!--") {
            assert!(result.is_ok_and(|request| !request.name_id().value.contains('<')));
            continue;
        }
        assert_eq!(result.unwrap_err().answered().reason.code, "schema-invalid", "{children}");
    }
}

#[test]
fn a_message_of_another_kind_is_refused() {
    assert_eq!(posted(&signed(&request())).unwrap_err().here(), "xml-unexpected-root");
    let answer = answer_with(" InResponseTo=\"_q\"", &code("Success", ""));
    assert_eq!(posted(&signed(&answer)).unwrap_err().here(), "xml-unexpected-root");
    assert_eq!(heard(&signed(&logout())).unwrap_err().code, "xml-unexpected-root");
}

#[test]
fn two_messages_or_none_are_refused() {
    let parameter = redirect_parameter(&logout());
    let both = format!("SAMLRequest={parameter}&SAMLResponse={parameter}");
    assert_eq!(redirected(&both).unwrap_err().here(), "logout-message-ambiguous");
    assert_eq!(redirected("RelayState=x").unwrap_err().here(), "logout-message-missing");
    assert_eq!(redirected("SAMLRequest=").unwrap_err().here(), "logout-message-missing");
    assert!(UnverifiedLogout::by_post(Some("PGE+"), Some("PGE+"), None).is_err());
}

#[test]
fn no_wrapping_makes_an_evil_request_count() {
    let bare = logout();
    let signature = Recipe::default().signature(&bare);
    let signed = signed(&bare);
    let evil = |id: &str, children: &str| {
        let name = NAME.replace("abc", "victim");
        logout_with("", &format!("{children}{name}")).replacen("_r1", id, 1)
    };
    let extensions = |content: &str| format!("<samlp:Extensions>{content}</samlp:Extensions>");
    let holding = |content: &str| {
        signature
            .replace("</ds:Signature>", &format!("<ds:Object>{content}</ds:Object></ds:Signature>"))
    };
    for (number, attack) in (1..).zip([
        evil("_e", &holding(&signed)),
        evil("_e", &format!("{signature}{}", extensions(&bare))),
        evil("_e", &extensions(&signed)),
        evil("_e", &extensions(&evil("_e2", &signed))),
        evil("_e", &format!("{signature}{bare}")),
        evil("_e", &holding(&bare)),
        evil("_r1", &format!("{signature}{}", extensions(&bare))),
        evil("_r1", &holding(&bare)),
    ]) {
        for refused in [posted(&attack), by_soap(&envelope(&attack))] {
            let error = refused.unwrap_err();
            let code = error.here();
            assert!(
                code.starts_with("signature-") || code == "logout-unsigned",
                "XSW{number}: {code}"
            );
        }
    }
}

#[test]
fn a100_soap_bodies_other_than_one_signed_request_are_refused() {
    let good = signed(&message("LogoutRequest", "", NAME));
    let must = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header>\
        <x xmlns=\"urn:x\" e:mustUnderstand=\"1\"/></e:Header><e:Body>";
    for (body, expected) in [
        ("<html><body>no</body></html>".to_owned(), "soap-envelope"),
        ("not xml".to_owned(), "xml-ill-formed"),
        (good.clone(), "soap-envelope"),
        (envelope(""), "soap-body"),
        (envelope(&format!("{good}{good}")), "soap-body"),
        (envelope("<a/>"), "soap-message"),
        (format!("{must}{good}</e:Body></e:Envelope>"), "soap-header"),
        (envelope(&format!("<!DOCTYPE a>{good}")), "xml-doctype"),
    ] {
        assert_eq!(by_soap(&body).unwrap_err().here(), expected, "{body}");
    }
    // A signature beside the message in the envelope is none of the message.
    let signature = Recipe::default().signature(&logout());
    let beside = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header>{signature}\
         </e:Header><e:Body>{}</e:Body></e:Envelope>",
        logout()
    );
    assert_eq!(by_soap(&beside).unwrap_err().here(), "logout-unsigned");
}

#[test]
fn answers_are_told_apart_by_their_status() {
    let to = " InResponseTo=\"_q1\"";
    for (status, expected) in [
        (code("Success", ""), LogoutAnswer::Ended),
        (
            code("Success", &code("PartialLogout", "")),
            LogoutAnswer::Refused("PartialLogout".into()),
        ),
        (code("Responder", ""), LogoutAnswer::Refused("Responder".into())),
        (
            code("Requester", &code("RequestDenied", "")),
            LogoutAnswer::Refused("RequestDenied".into()),
        ),
    ] {
        let response = heard(&signed(&answer_with(to, &status))).unwrap();
        assert_eq!((response.answer(), response.in_response_to()), (&expected, "_q1"));
    }
}

#[test]
fn a98_answers_without_signature_destination_or_reference_are_refused() {
    let good = answer_with(" InResponseTo=\"_q1\"", &code("Success", ""));
    assert_eq!(heard(&good).unwrap_err().code, "logout-unsigned");
    let unasked = answer_with("", &code("Success", ""));
    assert_eq!(heard(&signed(&unasked)).unwrap_err().code, "schema-invalid");
    let elsewhere = good.replace(SLO, "https://other.example/slo");
    assert_eq!(heard(&signed(&elsewhere)).unwrap_err().code, "destination-mismatch");
    let forged = Recipe { key: &OTHER_RSA, ..Recipe::default() }.sign(&good);
    assert!(heard(&forged).unwrap_err().code.starts_with("signature-"));
    let old = good.replace(NOW, "2026-03-01T11:50:00Z");
    assert_eq!(heard(&signed(&old)).unwrap_err().code, "request-too-old");
    let without = answer_with(" InResponseTo=\"_q1\"", "");
    assert_eq!(heard(&signed(&without)).unwrap_err().code, "schema-invalid");
}

#[test]
fn an_answer_by_soap_is_read_from_its_envelope() {
    let xml = message(
        "LogoutResponse",
        " InResponseTo=\"_q1\"",
        &format!("<samlp:Status>{}</samlp:Status>", code("Success", "")),
    );
    let response = UnverifiedLogoutResponse::by_soap(envelope(&signed(&xml)).as_bytes()).unwrap();
    let sp = sp();
    let response = response.verify(&sp, &keys(&sp), &slo_rules()).unwrap();
    assert_eq!(response.answer(), &LogoutAnswer::Ended);
}
