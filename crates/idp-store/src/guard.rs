//! Watching over changes: whoever guards a store sees the database before and after each transaction
//! of it, within that transaction, and may have it undone.

use crate::StoreError;
use crate::access::Writer;

/// Watches over the transactions of one handle ([`crate::Store::guarded`]).
pub trait Guard: Send + Sync {
    /// Calls `change` once and looks at the database before and after as it likes. An error undoes the
    /// whole transaction, [`StoreError::Vetoed`] for one.
    fn around(
        &self,
        writer: &mut Writer<'_>,
        change: &mut dyn FnMut(&mut Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;
}
