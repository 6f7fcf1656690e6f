//! Metadata of many entities (saml-metadata 2.3.1), as federations publish it: read one entity at a time,
//! so that ten thousand of them cost the memory of the document and not of a tree. `pieces` cuts a
//! document, `surroundings` keeps what stands around a piece, `entities` lists the service providers.
//!
//! The signature of an aggregate is verified by `signature::aggregate`, with the same pieces.

mod entities;
mod pieces;
mod surroundings;

pub use entities::{Entities, Entity, Head, head};
pub use pieces::{Piece, Pieces, local_name};
pub(in crate::saml) use surroundings::Surroundings;

/// Whether the root element is an EntitiesDescriptor, by its name.
pub fn is_aggregate(text: &str) -> bool {
    matches!(Pieces::of(text).next(), Some(Ok(Piece::Open(_))))
}
