//! Certificates that SMS gateways may name beside those the system trusts. `choice` looks into files that
//! hold several.

mod choice;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_admin::access_tokens::Scope;
use idp_admin::trust::{self, CertificateView, Import, Imported};
use idp_core::Instant;
use idp_core::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::problem::{FieldProblem, field_problems};
use super::refusal::Refusal;
use super::reply::Reply;
use crate::rng::rng;

/// The longest import, in bytes.
const LONGEST: usize = 512 * 1024;

/// A trusted certificate.
#[derive(Serialize, ToSchema)]
pub struct Certificate {
    /// SHA-256 in hexadecimal digits; names it.
    fingerprint: String,
    /// What administrators call it.
    alias: String,
    /// Whose it is.
    subject: String,
    /// Who signed it.
    issuer: String,
    /// From when on it is valid.
    #[schema(value_type = String, format = DateTime)]
    not_before: Instant,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    not_after: Instant,
    /// It may issue certificates; otherwise it stands for one server only.
    ca: bool,
    /// The gateways that name it.
    gateways: Vec<String>,
    /// The certificate itself; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pem: Option<String>,
}

/// Every trusted certificate.
#[derive(Serialize, ToSchema)]
pub struct CertificateList {
    /// In the order of the aliases.
    items: Vec<Certificate>,
}

/// What to trust: either `pem` or `file`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportBody {
    /// What to call it; of several the next are called `alias-2` and so on.
    alias: Option<String>,
    /// Certificates as text (PEM).
    pem: Option<String>,
    /// A file in base64: PEM, DER, PKCS#12 or a Java key store.
    file: Option<String>,
    /// The password of a key store.
    #[schema(value_type = Option<String>, write_only)]
    password: Option<Secret<String>>,
    /// Only the entry with this alias of a key store.
    entry: Option<String>,
    /// Put it in the place of the certificate that has the alias.
    #[serde(default)]
    replace: bool,
    /// Only these certificates of the file, each under its alias: all of them or, when something is
    /// wrong, none. In the place of `alias`, `entry` and `replace`.
    choose: Option<Vec<choice::Chosen>>,
}

/// What an import did.
#[derive(Serialize, ToSchema)]
pub struct ImportResult {
    /// The aliases of certificates that are new or were replaced.
    changed: Vec<String>,
    /// The aliases of those that were there already.
    unchanged: Vec<String>,
    /// What was passed over or is unwise.
    warnings: Vec<FieldProblem>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let (all, one) = ("/certificates", "/certificates/{fingerprint}");
    vec![
        Operation::get(
            (all, "listCertificates", "Every trusted certificate"),
            Scope::CertificatesRead,
            list,
        )
        .answers::<CertificateList>(),
        Operation::post(
            (all, "importCertificates", "Trust the certificates of a file"),
            Scope::CertificatesWrite,
            import,
        )
        .takes::<ImportBody>()
        .at_most(LONGEST)
        .answers::<ImportResult>(),
        Operation::post(
            (
                "/certificates/examine",
                "examineCertificates",
                "Say which certificates a file holds; nothing is saved",
            ),
            Scope::CertificatesRead,
            choice::examine,
        )
        .takes::<choice::ExamineBody>()
        .at_most(LONGEST)
        .answers::<choice::ExaminedFile>()
        .asking(),
        Operation::get(
            (one, "getCertificate", "One trusted certificate"),
            Scope::CertificatesRead,
            get,
        )
        .answers::<Certificate>(),
        Operation::delete(
            (one, "removeCertificate", "Trust a certificate no longer"),
            Scope::CertificatesWrite,
            remove,
        ),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let items = trust::list(&call.admin())?.into_iter().map(|view| shown(view, None)).collect();
    Reply::json(&CertificateList { items })
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (view, der) = trust::find_by_fingerprint(&call.admin(), call.part("fingerprint"))?;
    Reply::json(&shown(view, Some(trust::to_pem(&der))))
}

fn import(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: ImportBody = call.json()?;
    let bytes = bytes(body.pem, body.file)?;
    if let Some(chosen) = body.choose {
        if body.alias.is_some() || body.entry.is_some() || body.replace {
            let message = "stands in the place of alias, entry and replace";
            return Err(Refusal::invalid("choose", message));
        }
        return imported(choice::trusted(call, &bytes, body.password.as_ref(), &chosen)?);
    }
    let wish = Import {
        alias: body.alias.as_deref(),
        entry: body.entry.as_deref(),
        bytes: &bytes,
        password: body.password.as_ref(),
        replace: body.replace,
    };
    imported(trust::import(&call.admin(), wish, &mut rng())?)
}

/// The file that was sent, in one of two ways.
fn bytes(pem: Option<String>, file: Option<String>) -> Result<Vec<u8>, Refusal> {
    match (pem, file) {
        (Some(pem), None) => Ok(pem.into_bytes()),
        (None, Some(file)) => {
            STANDARD.decode(file.trim()).map_err(|_| Refusal::invalid("file", "must be base64"))
        }
        _ => Err(Refusal::invalid("pem", "give either pem or file")),
    }
}

fn imported(done: Imported) -> Result<Reply, Refusal> {
    Reply::json(&ImportResult {
        changed: done.changed.into_iter().map(|(alias, _)| alias).collect(),
        unchanged: done.unchanged,
        warnings: field_problems(done.warnings),
    })
}

fn remove(call: &Call<'_>) -> Result<Reply, Refusal> {
    trust::remove_seen(&call.admin(), call.part("fingerprint"), &mut rng())?;
    Ok(Reply::done())
}

fn shown(view: CertificateView, pem: Option<String>) -> Certificate {
    Certificate {
        fingerprint: view.fingerprint,
        alias: view.alias,
        subject: view.subject,
        issuer: view.issuer,
        not_before: view.not_before,
        not_after: view.not_after,
        ca: view.ca,
        gateways: view.gateways,
        pem,
    }
}
