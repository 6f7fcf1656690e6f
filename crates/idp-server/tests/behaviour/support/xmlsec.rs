//! Enveloped signatures by the xmlsec1 command, an implementation that shares no code with ours: it
//! signs what service providers send, and verifies what they receive.

use std::path::Path;
use std::process::Command;

use super::xml;
use super::{AuthnRequest, Browser, Idp, Sp};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// A signature in the making. The default is what every honest service provider makes.
pub struct SignatureTemplate {
    pub signature_method: &'static str,
    pub digest_method: &'static str,
    /// Replaces the two standard transforms.
    pub transforms: String,
    /// Replaces `#ID`.
    pub uri: Option<String>,
    /// Further References, as XML.
    pub more_references: String,
    /// XML after the SignatureValue: a KeyInfo or an Object.
    pub rest: String,
}

impl Default for SignatureTemplate {
    fn default() -> Self {
        Self {
            signature_method: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            digest_method: "http://www.w3.org/2001/04/xmlenc#sha256",
            transforms: format!(
                r#"<ds:Transform Algorithm="{DS}enveloped-signature"/><ds:Transform Algorithm="{EXCLUSIVE}"/>"#
            ),
            uri: None,
            more_references: String::new(),
            rest: String::new(),
        }
    }
}

impl SignatureTemplate {
    pub fn xml(&self, id: &str) -> String {
        let uri = self.uri.clone().unwrap_or_else(|| format!("#{id}"));
        let Self { signature_method, digest_method, transforms, more_references, rest, .. } = self;
        format!(
            r#"<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{signature_method}"/><ds:Reference URI="{uri}"><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod Algorithm="{digest_method}"/><ds:DigestValue/></ds:Reference>{more_references}</ds:SignedInfo><ds:SignatureValue/>{rest}</ds:Signature>"#
        )
    }
}

impl Sp {
    /// The request with an enveloped signature.
    pub fn signed(&self, request: &AuthnRequest) -> String {
        self.signed_with(request, &SignatureTemplate::default())
    }

    /// The request with a signature of any shape that xmlsec1 can make.
    pub fn signed_with(&self, request: &AuthnRequest, template: &SignatureTemplate) -> String {
        let mut request = request.clone();
        request.elements.insert_str(0, &template.xml(&request.id));
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (input, key) = (directory.path().join("in.xml"), directory.path().join("key.pem"));
        std::fs::write(&input, request.xml()).expect("written");
        std::fs::write(&key, self.key().private_key_to_pem_pkcs8().expect("PEM")).expect("written");
        let output = Command::new("xmlsec1")
            .args(["--sign", "--privkey-pem"])
            .arg(&key)
            .args(["--id-attr:ID", &format!("{PROTOCOL}:AuthnRequest")])
            .args(["--id-attr:ID", "urn:example:Thing"])
            .arg(&input)
            .output()
            .expect("xmlsec1 is installed (scripts/dependencies test)");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        // xmlsec1 breaks values into lines and adds a declaration; an honest peer may do so too.
        text.trim_start_matches("<?xml version=\"1.0\"?>").trim().to_owned()
    }
}

/// Verifies every signature of a document with the keys that our metadata lists, and names the
/// elements that carry one, outermost first.
pub async fn verified_by_xmlsec1(idp: &Idp, document: &str) -> Vec<String> {
    let metadata = Browser::new().get(&format!("{}/saml/metadata", idp.url)).await.text;
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("document.xml");
    std::fs::write(&file, document).expect("written");
    let role = metadata.split("<md:IDPSSODescriptor").nth(1).expect("a role");
    let certificates: Vec<_> = xml::texts(role, "ds:X509Certificate")
        .into_iter()
        .enumerate()
        .map(|(number, base64)| {
            let path = directory.path().join(format!("{number}.pem"));
            let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
            std::fs::write(&path, pem).expect("written");
            path
        })
        .collect();
    let elements = ["EntityDescriptor", "Response", "Assertion"];
    let signed = elements.into_iter().filter(|element| carries_signature(document, element));
    signed
        .inspect(|element| {
            let good = certificates.iter().any(|certificate| verifies(&file, certificate, element));
            assert!(good, "xmlsec1 refuses the signature of {element}:\n{document}");
        })
        .map(str::to_owned)
        .collect()
}

/// Whether the element has a signature that refers to it.
fn carries_signature(document: &str, element: &str) -> bool {
    let prefix = match element {
        "EntityDescriptor" => "md",
        "Response" => "samlp",
        _ => "saml",
    };
    let Some(id) = xml::attribute(document, &format!("{prefix}:{element}"), "ID") else {
        return false;
    };
    document.contains(&format!("<ds:Reference URI=\"#{id}\">"))
}

fn verifies(file: &Path, certificate: &Path, element: &str) -> bool {
    let output = Command::new("xmlsec1")
        .args(["--verify", "--pubkey-cert-pem"])
        .arg(certificate)
        .args(["--id-attr:ID", &format!("{PROTOCOL}:Response")])
        .args(["--id-attr:ID", &format!("{ASSERTION}:Assertion")])
        .args(["--id-attr:ID", &format!("{METADATA}:EntityDescriptor")])
        .args([
            "--node-xpath",
            &format!("//*[local-name()='{element}']/*[local-name()='Signature']"),
        ])
        .arg(file)
        .output()
        .expect("xmlsec1 is installed (scripts/dependencies test)");
    output.status.success()
}
