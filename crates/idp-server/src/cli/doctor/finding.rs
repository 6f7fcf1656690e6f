//! One line of the report: how bad, what about, what it is, what to do.

use std::fmt;

use chrono::TimeDelta;
use idp_core::Instant;
use serde::Serialize;

/// From then on an expiry is a warning.
const SOON: TimeDelta = TimeDelta::days(30);
/// From then on an expiry is an error: there is hardly time left to act.
const AT_ONCE: TimeDelta = TimeDelta::days(7);

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, but not as it should, or not for long.
    Warning,
    /// Something does not work, or will soon not work.
    Error,
}

/// What one check found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What was looked at.
    pub check: &'static str,
    /// What it is.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        write!(f, "{level:7}  {:17}  {}", self.check, self.message)?;
        if let Some(advice) = &self.advice {
            write!(f, "\n                            -> {advice}")?;
        }
        Ok(())
    }
}

/// What all checks found, in their order.
#[derive(Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// As it should be.
    pub fn ok(&mut self, check: &'static str, message: impl Into<String>) {
        self.0.push(Finding { level: Level::Ok, check, message: message.into(), advice: None });
    }

    /// It works, but not as it should.
    pub fn warning(
        &mut self,
        check: &'static str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.push(Level::Warning, check, message.into(), advice.into());
    }

    /// It does not work.
    pub fn error(
        &mut self,
        check: &'static str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.push(Level::Error, check, message.into(), advice.into());
    }

    /// Something that expires: fine, to be renewed within 30 days, within 7, or too late.
    pub fn expiry(
        &mut self,
        check: &'static str,
        what: &str,
        (not_after, now): (Instant, Instant),
        advice: impl Into<String>,
    ) {
        let day = not_after.format("%Y-%m-%d");
        let left = not_after - now;
        if left <= TimeDelta::zero() {
            self.error(check, format!("{what} expired on {day}"), advice);
        } else if left <= SOON {
            let message = format!("{what} expires in {} days, on {day}", left.num_days());
            let level = if left <= AT_ONCE { Level::Error } else { Level::Warning };
            self.push(level, check, message, advice.into());
        } else {
            self.ok(check, format!("{what} is valid until {day}"));
        }
    }

    /// Whether one of these checks found something wrong.
    pub fn is_well(&self, check: &str) -> bool {
        self.0.iter().all(|finding| finding.check != check || finding.level == Level::Ok)
    }

    /// Everything in the order it was found.
    pub fn into_list(self) -> Vec<Finding> {
        self.0
    }

    fn push(&mut self, level: Level, check: &'static str, message: String, advice: String) {
        self.0.push(Finding { level, check, message, advice: Some(advice) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_told_in_time() {
        let now: Instant = "2026-11-23T09:00:00Z".parse().unwrap();
        let level = |days: i64| {
            let mut findings = Findings::default();
            findings.expiry("keys", "the key", (now + TimeDelta::days(days), now), "renew it");
            findings.into_list().remove(0).level
        };
        assert_eq!([31, 30, 8].map(level), [Level::Ok, Level::Warning, Level::Warning]);
        assert_eq!([7, 1, 0, -400].map(level), [Level::Error; 4]);
    }

    #[test]
    fn a_line_says_what_to_do_below_it() {
        let mut findings = Findings::default();
        findings.error("keys", "there is none", "make one");
        assert!(!findings.is_well("keys") && findings.is_well("database"));
        let text = findings.into_list().remove(0).to_string();
        assert!(text.starts_with("error    keys "), "{text}");
        assert!(text.ends_with("-> make one"), "{text}");
    }
}
