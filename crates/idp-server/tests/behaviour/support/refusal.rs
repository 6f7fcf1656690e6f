//! What every refusal must be: a page that tells strangers nothing, and a row of the audit trail
//! that tells the administrator everything. Or an error Response, signed, to the registered address.

use serde_json::Value;

use super::{Idp, Page, Sp, verified_by_xmlsec1};

impl Idp {
    /// The row of the audit trail behind an incident code.
    pub fn incident(&self, code: &str) -> Option<(String, Value)> {
        let row = self.app.store.read(|r| r.audit_event_by_incident(code)).expect("read");
        row.map(|row| (row.kind, row.detail))
    }

    /// Checks that the page is a refusal for this reason, and that nothing leaves for anywhere.
    pub fn refused(&self, page: &Page, code: &str) -> Value {
        assert_eq!(page.status, 400, "{code}: {}", page.text);
        self.explained(page, code)
    }

    /// As [`refused`](Self::refused), with any status.
    pub fn explained(&self, page: &Page, code: &str) -> Value {
        assert!(page.header("cache-control").contains("no-store"), "{:?}", page.headers);
        let policy = page.header("content-security-policy");
        for directive in ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
            assert!(policy.contains(directive), "{directive} is missing in {policy}");
        }
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(page.header("content-type").starts_with("text/html"), "{:?}", page.headers);
        for foreign in ["SAMLResponse", "<form", "href=\"http", "src=\"http", "<a "] {
            assert!(!page.text.contains(foreign), "{foreign} on the page:\n{}", page.text);
        }
        assert!(page.text.len() < 4096, "a long page: {}", page.text.len());
        let incident = page.incident().unwrap_or_else(|| panic!("no code on:\n{}", page.text));
        let (kind, detail) =
            self.incident(&incident).unwrap_or_else(|| panic!("no row of {incident}"));
        assert_eq!(kind, "request.rejected", "{detail}");
        check_reason(&detail, code);
        detail
    }

    /// Checks that the page carries an error Response with these status codes (top level first), to
    /// this service provider's default address, for this reason. Gives the row of the trail.
    pub async fn answered_with_error(
        &self,
        sp: &Sp,
        page: &Page,
        status: &[&str],
        code: &str,
    ) -> Value {
        assert_eq!(page.status, 200, "{}", page.text);
        let form = page.form();
        assert_eq!(form.action, sp.acs, "the error goes elsewhere");
        let (response, codes) = Sp::status(page);
        assert_eq!(codes, status, "{code}");
        assert_eq!(response.destination.as_deref(), Some(sp.acs.as_str()));
        let xml = super::received_xml(page);
        assert_eq!(verified_by_xmlsec1(self, &xml).await, ["Response"]);
        let message = super::xml::text(&xml, "samlp:StatusMessage");
        let incident = message.rsplit(' ').next().expect("words").trim_end_matches('.');
        let (kind, detail) =
            self.incident(incident).unwrap_or_else(|| panic!("no row behind: {message}"));
        assert_eq!(kind, "request.refused", "{detail}");
        check_reason(&detail, code);
        detail
    }
}

fn check_reason(detail: &Value, code: &str) {
    assert_eq!(detail["code"], code, "{detail}");
    for part in ["rule", "expected", "found", "advice"] {
        let text = detail[part].as_str().unwrap_or_default();
        assert!(!text.is_empty(), "no {part} in {detail}");
        assert!(text.chars().count() <= 600, "a long {part} in {detail}");
        assert!(!text.chars().any(char::is_control), "control characters in {detail}");
    }
}
