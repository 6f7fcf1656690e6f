//! What an incident code is about: the code that a person who was refused reads to the administrator.

use idp_core::saml::request::Reason;
use idp_core::service_provider::ServiceProvider;
use serde::Deserialize;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit_trail::{self, Row};
use crate::error::AdminError;

/// What codes look like, for people.
pub const EXAMPLE: &str = "K7QF-2M9X";

/// What happened.
#[derive(Clone, Debug)]
pub struct Incident {
    /// The code, as it was shown.
    pub code: String,
    /// The row of the audit trail.
    pub row: Row,
    /// The service provider, while it is registered.
    pub service_provider: Option<ServiceProvider>,
    /// The entityID that the request claims to come from, when nobody could prove it.
    pub claimed: Option<String>,
    /// The rule that failed.
    pub reason: Option<Reason>,
}

/// What the code is about. Small letters, blanks and look-alikes (O for 0, I and L for 1) are
/// understood.
pub fn explain(admin: &Admin<'_>, typed: &str) -> Result<Incident, AdminError> {
    admin.actor.require(Permission::Read)?;
    let Some(code) = normal(typed) else {
        let text = format!(
            "this is not an incident code: they have eight letters and digits, such as {EXAMPLE}"
        );
        return Err(AdminError::invalid("code", text));
    };
    let found = admin.store.read(|reader| {
        let Some(event) = reader.audit_event_by_incident(&code)? else { return Ok(None) };
        let provider = match event.service_provider {
            Some(id) => reader.service_provider_by_id(id)?.map(|found| found.value),
            None => None,
        };
        let row = audit_trail::named(reader, vec![event])?.pop();
        Ok(row.map(|row| (row, provider)))
    })?;
    let Some((row, service_provider)) = found else {
        let text = format!(
            "nothing is noted under {code}; look at it again: codes look like {EXAMPLE}, and what \
             was refused too often in a short time is in the server's log only"
        );
        return Err(AdminError::invalid("code", text));
    };
    let detail = &row.event.detail;
    let reason = Reason::deserialize(detail).ok();
    let claimed = detail.get("issuer").and_then(serde_json::Value::as_str).map(str::to_owned);
    Ok(Incident { code, row, service_provider, claimed, reason })
}

/// The code as the trail has it, or `None` when it cannot be one.
fn normal(typed: &str) -> Option<String> {
    let plain = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(9);
    let plain: String = plain
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let shaped = plain.len() == 8 && plain.chars().all(|c| c.is_ascii_alphanumeric() && c != 'U');
    let (first, second) = shaped.then(|| plain.split_at(4))?;
    Some(format!("{first}-{second}"))
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn a_code_is_understood_as_people_type_it() {
        for typed in ["K7QF-2M90", "k7qf2m9o", " K7QF 2M9O "] {
            assert_eq!(normal(typed).as_deref(), Some("K7QF-2M90"), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in ["", "K7QF", "K7QF-2M9XX", "K7QF-2M9U", "<b>12345", "ÄÄÄÄ"] {
            assert_eq!(normal(typed), None, "{typed}");
        }
    }
}
