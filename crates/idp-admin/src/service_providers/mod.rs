//! Service providers: registration from metadata or by hand, and changes of what an administrator
//! may choose.
//!
//! `draft` is a service provider before it is checked, `rules` (with `acs`, `attribute_release`
//! and `certificate`) checks it, `setting_change` is a part of a change, `metadata` reads it from a
//! file, `view` shows it, `search` finds it. `review` tells beforehand what would be saved, `edit`
//! changes what somebody looked at (`weakening` judges the change), `assessment` tells
//! how one stands, `health` how it fares and what of it expires, `inquiry` what it would be told of a
//! person, `quarantine` keeps it for test users. `unanswerable` finds those that a
//! change of settings or keys broke.

mod acs;
mod assessment;
mod attribute_release;
mod certificate;
mod draft;
mod edit;
mod encryption;
mod health;
mod inquiry;
mod instead_of_metadata;
mod metadata;
mod metadata_certificates;
mod operations;
mod quarantine;
mod review;
mod rules;
mod search;
mod setting_change;
mod suggested_claim;
mod unanswerable;
mod unverified;
mod view;
mod weakening;

pub use assessment::assess;
pub use certificate::{any_public_key, describe_key, public_key};
pub use draft::{AllowSha1, ServiceProviderDraft, ServiceProviderPatch};
pub use edit::{register, remove_seen, replace, update};
pub use encryption::{EncryptionPatch, protection, protection_of};
pub use health::{NOTABLE_DRIFT, health, look_at_changed};
pub use inquiry::{Inquiry, inquire};
pub use metadata::{ImportedMetadata, choices};
pub use metadata_certificates::{KeyCertificate, key_certificates, metadata_certificates};
pub use operations::{Saved, add, certificates, change, find, find_by_id, import, list, remove};
pub use quarantine::{RoundTrip, Unproven, odd_test_users, promote, round_trips, unknown};
pub use review::{Owner, Review, review_metadata, review_new, review_update};
pub use rules::{AllowPlainHttp, ServiceProviderRules};
pub use search::{Found, search};
pub use setting_change::SettingChange;
pub use suggested_claim::suggested_claim;
pub use unanswerable::{Unanswerable, unanswerable};
pub use unverified::unverified;
pub use view::{fingerprint, view};
pub use weakening::{Weakening, weakenings};

pub(crate) use operations::{Prepared, ServiceProviderChange, all};
