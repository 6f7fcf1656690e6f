//! Service providers: registration from metadata or by hand, and changes of what an administrator
//! may choose.
//!
//! `draft` is a service provider before it is checked, `rules` (with `acs`, `attribute_release`
//! and `certificate`) checks it, `setting_change` is a part of a change, `metadata` reads it from a
//! file, `view` shows it, `search` finds it. `unanswerable` finds those that a change of settings or keys broke.

mod acs;
mod attribute_release;
mod certificate;
mod draft;
mod metadata;
mod metadata_certificates;
mod operations;
mod rules;
mod search;
mod setting_change;
mod unanswerable;
mod view;

pub use certificate::public_key;
pub use draft::{ServiceProviderDraft, ServiceProviderPatch};
pub use metadata::ImportedMetadata;
pub use metadata_certificates::metadata_certificates;
pub use operations::{Saved, add, change, find, find_by_id, import, list, remove};
pub use rules::{AllowPlainHttp, ServiceProviderRules};
pub use search::{Found, search};
pub use setting_change::SettingChange;
pub use unanswerable::{Unanswerable, unanswerable};
pub use view::{fingerprint, view};

pub(crate) use operations::{Prepared, ServiceProviderChange, all};
