//! Watching over changes: whoever guards a store sees the database before and after each transaction
//! of it, within that transaction, and may have it undone. What can be looked at beforehand need not hold
//! up those who wait for the writer.

use crate::StoreError;
use crate::access::{Reader, Writer};

/// Watches over the transactions of one handle ([`crate::Store::guarded`]).
pub trait Guard: Send + Sync {
    /// Looks at the database before the transaction begins. Others may write in between.
    fn prepare(&self, _reader: &mut Reader<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    /// Calls `change` once and looks at the database before and after as it likes. An error undoes the
    /// whole transaction, [`StoreError::Vetoed`] for one.
    fn around(
        &self,
        writer: &mut Writer<'_>,
        change: &mut dyn FnMut(&mut Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;
}
