//! The steps of a service provider: a list of authenticators each, or a table with a policy.
//!
//! ```toml
//! steps = [["basic-auth"], { any = ["sms-otp"], policy = "unless-disabled" }]
//! ```

use idp_core::flow::chain::StepWish;
use idp_core::flow::step_policy::StepPolicy;
use toml::de::DeValue;

use super::reader::{TableReader, as_strings, as_table, wrong_type};
use super::report::Report;

/// Reads the key `steps`; `None` when it is not there or a step cannot be read (which is reported).
pub fn read(table: &mut TableReader<'_>, report: &mut Report) -> Option<Vec<StepWish>> {
    let elements = table.elements("steps", report)?;
    let read: Vec<Option<StepWish>> =
        elements.into_iter().map(|(path, element)| step(element, &path, report)).collect();
    read.into_iter().collect()
}

fn step(element: &DeValue<'_>, path: &str, report: &mut Report) -> Option<StepWish> {
    match element {
        DeValue::Array(_) => as_strings(element, path, report).map(StepWish::from),
        DeValue::Table(_) => with_policy(as_table(element, path, report)?, report),
        _ => {
            let wanted = "an array of authenticators, or a table such as \
                          { any = [\"sms-otp\"], policy = \"unless-disabled\" }";
            wrong_type(element, wanted, path, report);
            None
        }
    }
}

fn with_policy(mut table: TableReader<'_>, report: &mut Report) -> Option<StepWish> {
    if table.value("any").is_none() {
        table.missing("any", report);
    }
    let any = table.strings("any", report);
    let expected = "required, unless-disabled or when-enrolled";
    let given = table.value("policy").is_some();
    let policy = table.parsed("policy", expected, report, StepPolicy::from_name);
    table.finish(report);
    // A policy that was not understood must not become the default.
    let policy = if given { policy? } else { StepPolicy::Required };
    Some(StepWish { any: any?, policy })
}
