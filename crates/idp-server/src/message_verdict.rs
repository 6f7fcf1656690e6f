//! Who made a message, as far as it can be proved, and whether this server would accept it: judged by
//! the same code that judges real ones.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::EntityId;
use idp_core::saml::authn_request::{RequestRules, UnverifiedRequest};
use idp_core::saml::binding::{post, redirect};
use idp_core::saml::lab::{self, Decoded, Explained, Kind, SignedPart};
use idp_core::saml::request::{Reason, Rejected};
use idp_core::saml::signature::algorithm::AlgorithmPolicy;
use idp_core::saml::signature::verification_key::VerificationKey;

use crate::app::App;
use crate::configuration::Configuration;
use crate::error::WebError;

/// What a message is judged with.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The server's parts.
    pub app: &'a App,
    /// The configuration in force.
    pub configuration: &'a Configuration,
    /// The instant of the question.
    pub now: Instant,
}

/// One thing that was found out.
pub struct Verdict {
    /// Whether it is well; `None` when it is neither.
    pub good: Option<bool>,
    /// A sentence.
    pub text: String,
    /// The rule that failed.
    pub reason: Option<Reason>,
}

impl Verdict {
    fn good(text: impl Into<String>) -> Self {
        Self { good: Some(true), text: text.into(), reason: None }
    }

    fn open(text: impl Into<String>) -> Self {
        Self { good: None, text: text.into(), reason: None }
    }

    fn bad(text: impl Into<String>, reason: Option<Reason>) -> Self {
        Self { good: Some(false), text: text.into(), reason }
    }
}

/// Everything that can be found out.
pub fn verdicts(
    bench: Bench<'_>,
    decoded: &Decoded,
    explained: &Explained,
) -> Result<Vec<Verdict>, WebError> {
    match explained.kind {
        Kind::AuthnRequest => request(bench, decoded, explained),
        _ => signatures(bench, decoded, explained),
    }
}

/// What the endpoint for single sign-on would make of it at the instant it was made.
fn request(
    bench: Bench<'_>,
    decoded: &Decoded,
    explained: &Explained,
) -> Result<Vec<Verdict>, WebError> {
    let unverified: Result<UnverifiedRequest, _> = match &decoded.query {
        Some(query) => redirect::decode(query),
        None => post::decode(&STANDARD.encode(&decoded.xml), None),
    };
    let unverified = match unverified {
        Ok(unverified) => unverified,
        Err(error) => {
            return Ok(vec![Verdict::bad("It would be refused.", Some(error.reason))]);
        }
    };
    let issuer = unverified.issuer().clone();
    let Some(sp) = bench.configuration.service_provider(&bench.app.store, &issuer)? else {
        return Ok(vec![Verdict::bad(
            "It would be refused: no service provider is registered under the name it comes from.",
            None,
        )]);
    };
    let limits = &bench.app.limits;
    let rules = RequestRules {
        destination: bench.app.sso_url.clone(),
        now: explained.issue_instant.unwrap_or(bench.now),
        clock_skew: limits.clock_skew,
        window: limits.request_window,
        denied_algorithms: limits.denied_algorithms,
        decryption_keys: bench.configuration.decryption_keys(),
    };
    let mut all = vec![match unverified.verify(&sp.service_provider, &sp.keys, &rules) {
        Ok(request) if request.signed() => Verdict::good(
            "Its signature was made by the service provider, and it would have been accepted when \
             it was made.",
        ),
        Ok(_) => Verdict::good(
            "It has no signature, which this service provider need not make. It would have been \
             accepted when it was made.",
        ),
        Err(Rejected::Local(error)) => Verdict::bad(
            "It would be refused, and the person would see a page with an incident code.",
            Some(error.reason),
        ),
        Err(Rejected::ToServiceProvider(refusal)) => Verdict::bad(
            "It would be answered with a status that is no success.",
            Some(refusal.reason),
        ),
    }];
    all.extend(age(bench, explained));
    Ok(all)
}

/// A request that is too old to be used now.
fn age(bench: Bench<'_>, explained: &Explained) -> Option<Verdict> {
    let limits = &bench.app.limits;
    let age: TimeDelta = bench.now - explained.issue_instant?;
    let too_old = age > limits.request_window + limits.clock_skew;
    too_old.then(|| {
        Verdict::open(format!(
            "It was made {} minutes ago. Sent now it would be refused as too old, and one that was \
             used already is refused in any case.",
            age.num_minutes()
        ))
    })
}

/// Whose signatures it has.
fn signatures(
    bench: Bench<'_>,
    decoded: &Decoded,
    explained: &Explained,
) -> Result<Vec<Verdict>, WebError> {
    let known = keys(bench, explained.issuer.as_deref())?;
    let (who, keys) = known.unwrap_or_default();
    let policy = AlgorithmPolicy::at(bench.now, None).denying(bench.app.limits.denied_algorithms);
    let parts = match lab::signatures(&decoded.xml, &keys, policy) {
        Ok(parts) => parts,
        Err(reason) => return Ok(vec![Verdict::bad("It cannot be read.", Some(reason))]),
    };
    if parts.is_empty() {
        let in_query = decoded.query.as_ref().is_some_and(|query| query.contains("Signature="));
        return Ok(vec![Verdict::open(if in_query {
            "Its signature stands in the address. Only those of requests are judged here."
        } else {
            "It has no signature: nothing proves who made it."
        })]);
    }
    if who.is_empty() {
        return Ok(vec![Verdict::open(
            "It has a signature, but it comes from nobody whose keys are known here: neither this \
             server nor a registered service provider.",
        )]);
    }
    let judged = |(part, outcome)| {
        let what = match part {
            SignedPart::Message => "The message",
            SignedPart::Assertion => "The assertion in it",
        };
        match outcome {
            Ok(()) => {
                Verdict::good(format!("{what} has a valid signature of {who}, and is unchanged."))
            }
            Err(reason) => {
                let text = format!("{what} has a signature that no key of {who} verifies.");
                Verdict::bad(text, Some(reason))
            }
        }
    };
    Ok(parts.into_iter().map(judged).collect())
}

/// The keys of who a message claims to come from.
fn keys(
    bench: Bench<'_>,
    issuer: Option<&str>,
) -> Result<Option<(String, Vec<VerificationKey>)>, WebError> {
    let Some(issuer) = issuer.and_then(EntityId::parse) else { return Ok(None) };
    if issuer == bench.app.identity.entity_id {
        let published = bench.configuration.keys().published();
        let keys = published.filter_map(|own| own.public().ok()).collect();
        return Ok(Some(("this server".to_owned(), keys)));
    }
    let Some(sp) = bench.configuration.service_provider(&bench.app.store, &issuer)? else {
        return Ok(None);
    };
    let parse = |key| VerificationKey::parse(key).ok();
    let keys = sp.service_provider.settings.signing_keys.iter().filter_map(parse).collect();
    let name = crate::pages::short(&sp.service_provider.name).into_owned();
    Ok(Some((format!("“{name}”"), keys)))
}
