//! Messages that somebody pasted, for people who look for a mistake: `decode` unpacks one, `explain`
//! says in plain words what it is. Nothing here is a proof of anything: who sent a message is decided
//! by `authn_request` and `signature` alone.

mod decode;
mod explain;
mod facts;
mod signatures;

pub use decode::{Decoded, MAX_PASTED, decode};
pub use explain::{Explained, Kind, explain};
pub use facts::Fact;
pub use signatures::{SignedPart, signatures};
