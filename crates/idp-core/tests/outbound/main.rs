//! What leaves the identity provider: Responses and metadata, judged by implementations that are
//! not ours (xmlsec1, samael) and compared with files that people have read.

// `cfg(test)` is always set here; it tells clippy that the helpers are test code too.
#[cfg(test)]
mod attribute_release;
#[cfg(test)]
mod encryption;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod issuing;
#[cfg(test)]
mod logout;
#[cfg(test)]
mod mandatory_claims;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod name_ids;
#[cfg(test)]
mod release_rules;
#[cfg(test)]
mod samael_sp;
#[cfg(test)]
mod schema;
#[cfg(test)]
#[path = "../schemas/mod.rs"]
mod schemas;
#[cfg(test)]
mod shape;
#[cfg(test)]
mod subject_ids;
#[cfg(test)]
mod support;
