//! One number that moves on with every change of the configuration, so that each node can tell with
//! one cheap read whether its copy in memory is current.

use diesel::prelude::*;

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::on_each;
use crate::schema::configuration_version::dsl;

impl Reader<'_> {
    /// The number of the current configuration.
    pub fn configuration_version(&mut self) -> Result<i64, StoreError> {
        self.run(
            |c| on_each!(c, c => dsl::configuration_version.select(dsl::version).get_result(c)),
        )
    }
}

impl Writer<'_> {
    pub(crate) fn advance_configuration_version(&mut self) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::update(dsl::configuration_version)
                .set(dsl::version.eq(dsl::version + 1))
                .execute(c)
        })?;
        Ok(())
    }
}
