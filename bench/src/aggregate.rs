//! An aggregate of many service providers: how long it takes until they can be used, and how much memory.
//! A publisher of its own, in this process, answers with a document that it signed.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use openssl::x509::{X509, X509NameBuilder};

use crate::site::Site;

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0";
const C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// After this it will not come any more.
const PATIENCE: Duration = Duration::from_mins(5);

/// What loading it took.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Service providers in it.
    pub entities: usize,
    /// Its size, in millions of bytes.
    pub megabytes: f64,
    /// From the fetch to the last service provider in the database.
    pub seconds: f64,
    /// The most memory the server ever had, in MiB.
    pub peak: f64,
}

/// Loads an aggregate of so many service providers into this installation.
pub fn load(site: &Site, entities: usize) -> Result<Load> {
    let key = PKey::from_rsa(Rsa::generate(2048)?)?;
    let certificate = certificate(&key)?;
    let document = Arc::new(signed(&key, &certificate, entities)?);
    let (address, asked) = publish(Arc::clone(&document))?;
    let pem = String::from_utf8(certificate.to_pem()?)?;
    site.apply(
        "aggregate.toml",
        &format!(
            "[[metadata_source]]\nname = \"Aggregate\"\nkind = \"aggregate\"\naddress = \"{address}\"\n\
             signing_certificates = ['''{pem}''']\nvalid_until_required = false\n"
        ),
    )?;
    // The server tells in its log when it is done.
    let settings = std::fs::read_to_string(&site.command.settings)?;
    std::fs::write(
        &site.command.settings,
        settings.replace("level = \"warn\"", "level = \"info\""),
    )?;
    let server = site.start_with("[metadata]\nallowed_networks = [\"127.0.0.1\"]\n")?;
    asked.recv_timeout(PATIENCE).context("the server does not fetch the aggregate")?;
    let begun = Instant::now();
    let done = format!("added: {entities},");
    while !std::fs::read_to_string(&site.command.log)?.contains(&done) {
        if begun.elapsed() > PATIENCE {
            bail!("the aggregate is not loaded:\n{}", crate::process::tail(&site.command.log));
        }
        pause();
    }
    let seconds = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "some tens of millions")]
    let megabytes = document.len() as f64 / 1e6;
    Ok(Load { entities, megabytes, seconds, peak: server.memory()?.peak })
}

#[expect(clippy::disallowed_methods, reason = "the server says in its log when it is done")]
fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}

fn certificate(key: &PKey<Private>) -> Result<X509> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_text("CN", "bench")?;
    let name = name.build();
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    builder.set_pubkey(key)?;
    let (from, until) = (Asn1Time::days_from_now(0)?, Asn1Time::days_from_now(3_650)?);
    builder.set_not_before(&from)?;
    builder.set_not_after(&until)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}

/// The document, in canonical form from the start, with its signature.
fn signed(key: &PKey<Private>, certificate: &X509, entities: usize) -> Result<Vec<u8>> {
    let root = format!("<md:EntitiesDescriptor xmlns:md=\"{MD}\" ID=\"_bench\" Name=\"bench\">");
    let certificate = STANDARD.encode(certificate.to_der()?);
    let mut rest = String::with_capacity(entities * 4_096);
    for number in 0..entities {
        entity(&mut rest, number, &certificate)?;
    }
    rest.push_str("</md:EntitiesDescriptor>");
    let digest = openssl::hash::hash(MessageDigest::sha256(), format!("{root}{rest}").as_bytes())?;
    let info = |declared: &str| {
        format!(
            "<ds:SignedInfo{declared}><ds:CanonicalizationMethod Algorithm=\"{C14N}\"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod><ds:Reference URI=\"#_bench\"><ds:Transforms><ds:Transform Algorithm=\"{DS}enveloped-signature\"></ds:Transform><ds:Transform Algorithm=\"{C14N}\"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
            STANDARD.encode(digest)
        )
    };
    let mut signer = Signer::new(MessageDigest::sha256(), key)?;
    let value = signer.sign_oneshot_to_vec(info(&format!(" xmlns:ds=\"{DS}\"")).as_bytes())?;
    let signature = format!(
        "<ds:Signature xmlns:ds=\"{DS}\">{}<ds:SignatureValue>{}</ds:SignatureValue></ds:Signature>",
        info(""),
        STANDARD.encode(value)
    );
    Ok(format!("{root}{signature}{rest}").into_bytes())
}

/// A service provider of the size that those of federations have.
fn entity(text: &mut String, number: usize, certificate: &str) -> Result<()> {
    let key = |use_: &str| {
        format!(
            "<md:KeyDescriptor use=\"{use_}\"><ds:KeyInfo xmlns:ds=\"{DS}\"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        )
    };
    let base = format!("https://sp{number}.bench.example/saml");
    write!(
        text,
        "<md:EntityDescriptor entityID=\"{base}\"><md:Extensions><mdrpi:RegistrationInfo xmlns:mdrpi=\"urn:oasis:names:tc:SAML:metadata:rpi\" registrationAuthority=\"https://federation.bench.example\" registrationInstant=\"2026-01-01T00:00:00Z\"></mdrpi:RegistrationInfo></md:Extensions><md:SPSSODescriptor AuthnRequestsSigned=\"true\" protocolSupportEnumeration=\"{SAML}:protocol\"><md:Extensions><mdui:UIInfo xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\"><mdui:DisplayName xml:lang=\"en\">Service {number}</mdui:DisplayName></mdui:UIInfo></md:Extensions>{}{}<md:SingleLogoutService Binding=\"{SAML}:bindings:HTTP-Redirect\" Location=\"{base}/slo\"></md:SingleLogoutService><md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>",
        key("signing"),
        key("encryption"),
    )?;
    for index in 0..4 {
        write!(
            text,
            "<md:AssertionConsumerService Binding=\"{SAML}:bindings:HTTP-POST\" Location=\"{base}/acs/{index}\" index=\"{index}\"></md:AssertionConsumerService>"
        )?;
    }
    text.push_str("</md:SPSSODescriptor></md:EntityDescriptor>\n");
    Ok(())
}

/// Answers whoever asks with the document, and says when somebody does.
fn publish(document: Arc<Vec<u8>>) -> Result<(String, Receiver<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").context("looking for a free port")?;
    let address = format!("http://{}/all.xml", listener.local_addr()?);
    let (tell, asked) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (tell, document) = (tell.clone(), Arc::clone(&document));
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 8_192]);
                let _ = tell.send(());
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    document.len()
                );
                let _ =
                    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&document));
            });
        }
    });
    Ok((address, asked))
}
