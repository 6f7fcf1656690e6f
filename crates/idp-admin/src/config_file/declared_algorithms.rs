//! `declared_algorithms` of a service provider: what its metadata says that it can verify, for entries
//! without metadata.
//!
//! ```toml
//! declared_algorithms = { digests = ["…"], signatures = [{ algorithm = "…", min_key_size = 2048 }] }
//! ```

use idp_core::declared_algorithms::{DeclaredAlgorithms, SigningMethod};

use super::reader::TableReader;
use super::report::Report;

/// Reads the table.
pub fn read(mut table: TableReader<'_>, report: &mut Report) -> DeclaredAlgorithms {
    let digests = table.strings("digests", report).unwrap_or_default();
    let tables = table.tables("signatures", report).unwrap_or_default();
    let signatures = tables.into_iter().filter_map(|method| signature(method, report)).collect();
    table.finish(report);
    DeclaredAlgorithms { digests, signatures }
}

fn signature(mut table: TableReader<'_>, report: &mut Report) -> Option<SigningMethod> {
    let algorithm = table.required("algorithm", report);
    let min_key_size = table.integer("min_key_size", (0, u32::MAX), report);
    let max_key_size = table.integer("max_key_size", (0, u32::MAX), report);
    table.finish(report);
    Some(SigningMethod { algorithm: algorithm?, min_key_size, max_key_size })
}
