//! Judging what a provider answered. Some answer 200 whatever happened and say in the body whether
//! they took the message, so a gateway may have rules for the body.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::GatewayDefinition;

/// What an answer's body must be like.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "an answer rule must be { pointer, equals }, { contains } or { matches }"
)]
pub enum AnswerRule {
    /// The JSON value at a place is this one.
    Equals {
        /// The place (RFC 6901), such as `/messages/0/status`.
        pointer: String,
        /// The value, compared with a string's text or with the value's JSON: `0` equals `"0"`
        /// and `0`.
        equals: String,
    },
    /// The body has this text in it.
    Contains {
        /// The text.
        contains: String,
    },
    /// The body matches this regular expression somewhere.
    Matches {
        /// The expression, in the syntax of Rust's `regex` crate.
        matches: String,
    },
}

/// The verdict on an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// The provider took the message.
    pub accepted: bool,
    /// The rule that decided, in words. It has nothing of the answer's body, which may repeat the
    /// number or a key.
    pub why: String,
}

/// What is read of a body, in bytes.
pub const LONGEST_ANSWER: usize = 64 * 1024;

const LONGEST_RULE: usize = 500;
const REGEX_SIZE: usize = 256 * 1024;

/// The verdict of a definition's accepted codes and rules.
pub(super) fn judge(definition: &GatewayDefinition, status: u16, body: &[u8]) -> Judgement {
    if !definition.accepted.accepts(status) {
        let why = format!(
            "the status is {status}, and the gateway's definition accepts {}",
            definition.accepted.in_words()
        );
        return Judgement { accepted: false, why };
    }
    let rules = definition.effective_answer();
    let broken = rules.iter().find_map(|rule| rule.broken_by(body));
    Judgement {
        accepted: broken.is_none(),
        why: match broken {
            Some(broken) => format!("the status is {status}, but {broken}"),
            None if rules.is_empty() => format!("the status is {status}"),
            None => format!("the status is {status}, and the answer is as its rules say"),
        },
    }
}

impl AnswerRule {
    /// What is wrong with the rule itself.
    pub(super) fn problem(&self) -> Option<String> {
        let text = match self {
            Self::Equals { pointer, equals } => {
                if !pointer.is_empty() && !pointer.starts_with('/') {
                    return Some(
                        "has a pointer that does not begin with /; write it like /messages/0/status"
                            .to_owned(),
                    );
                }
                if pointer.len() > LONGEST_RULE { pointer } else { equals }
            }
            Self::Contains { contains } => contains,
            Self::Matches { matches } => {
                if let Err(error) = compiled(matches) {
                    return Some(format!("has a regular expression that does not work: {error}"));
                }
                matches
            }
        };
        (text.len() > LONGEST_RULE).then(|| format!("is longer than {LONGEST_RULE} bytes"))
    }

    /// Why the rule does not hold for a body.
    pub(super) fn broken_by(&self, body: &[u8]) -> Option<String> {
        let too_long = body.len() > LONGEST_ANSWER;
        let body = body.get(..LONGEST_ANSWER).unwrap_or(body);
        match self {
            Self::Equals { pointer, equals } => {
                if too_long {
                    return Some("the answer is longer than 64 kB".to_owned());
                }
                let Ok(answer) = serde_json::from_slice::<Value>(body) else {
                    return Some(format!("the answer is no JSON, and {pointer} cannot be read"));
                };
                match answer.pointer(pointer) {
                    None => Some(format!("the answer has no {pointer}")),
                    Some(value) if is(value, equals) => None,
                    Some(_) => Some(format!("{pointer} in the answer is not {equals}")),
                }
            }
            Self::Contains { contains } => (!text(body).contains(contains))
                .then(|| format!("the answer does not contain \"{contains}\"")),
            Self::Matches { matches } => {
                let holds = compiled(matches).is_ok_and(|regex| regex.is_match(&text(body)));
                (!holds).then(|| format!("the answer does not match {matches}"))
            }
        }
    }
}

fn text(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body)
}

fn is(value: &Value, wanted: &str) -> bool {
    value.as_str() == Some(wanted)
        || serde_json::from_str::<Value>(wanted).is_ok_and(|wanted| wanted == *value)
}

/// The expression, limited in size so that no pattern takes the server's memory or time.
fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(REGEX_SIZE).dfa_size_limit(REGEX_SIZE).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(rules: &[AnswerRule]) -> GatewayDefinition {
        GatewayDefinition {
            answer: rules.to_vec(),
            ..GatewayDefinition::new("https://sms.example")
        }
    }

    fn equals(pointer: &str, value: &str) -> AnswerRule {
        AnswerRule::Equals { pointer: pointer.to_owned(), equals: value.to_owned() }
    }

    fn accepts(rule: AnswerRule, body: &str) -> bool {
        with(&[rule]).judge(200, body.as_bytes()).accepted
    }

    #[test]
    fn the_status_is_judged_before_the_body() {
        let definition = with(&[]);
        assert!(definition.judge(202, b"whatever").accepted);
        let refused = definition.judge(500, b"");
        assert_eq!(
            refused.why,
            "the status is 500, and the gateway's definition accepts 200,201,202"
        );
        assert!(
            !with(&[AnswerRule::Contains { contains: "ok".into() }]).judge(500, b"ok").accepted
        );
    }

    #[test]
    fn a_value_in_json_is_compared_as_text_or_as_json() {
        let status = || equals("/messages/0/status", "0");
        assert!(accepts(status(), r#"{"messages":[{"status":"0"}]}"#));
        assert!(accepts(status(), r#"{"messages":[{"status":0}]}"#));
        for other in
            [r#"{"messages":[{"status":"4"}]}"#, r#"{"messages":[]}"#, "0", "", "{", "<html>"]
        {
            assert!(!accepts(status(), other), "{other}");
        }
        assert!(accepts(equals("/accepted", "true"), r#"{"accepted":true}"#));
        assert!(accepts(equals("/error", "null"), r#"{"error":null}"#));
        assert!(!accepts(equals("/error", "null"), "{}"));
        assert!(accepts(equals("", "OK"), "\"OK\""));
    }

    #[test]
    fn a_text_is_contained_or_matched() {
        assert!(accepts(AnswerRule::Contains { contains: "queued".into() }, "it is queued"));
        assert!(!accepts(AnswerRule::Contains { contains: "queued".into() }, "no"));
        let begins = || AnswerRule::Matches { matches: r"^0\|".into() };
        assert!(accepts(begins(), "0|IN_PROGRESS|1"));
        assert!(!accepts(begins(), "23|authentication failure"));
        assert!(!accepts(AnswerRule::Matches { matches: "(".into() }, "("));
        assert!(with(&[begins()]).judge(200, b"0|\xff").accepted);
    }

    #[test]
    fn all_rules_must_hold_and_no_reason_repeats_the_answer() {
        let definition = with(&[
            AnswerRule::Contains { contains: "a".into() },
            equals("/key", "1"),
            AnswerRule::Matches { matches: "c$".into() },
        ]);
        for body in ["hidden", "{\"key\":\"a hidden\"}", "{\"key\":\"a\", \"x\": \"hidden\"}"] {
            let judgement = definition.judge(200, body.as_bytes());
            assert!(!judgement.accepted && !judgement.why.contains("hidden"), "{}", judgement.why);
        }
    }

    #[test]
    fn what_follows_64_kilobytes_is_not_read() {
        let mut body = vec![b' '; LONGEST_ANSWER];
        body.extend(b"ok");
        let rule = AnswerRule::Contains { contains: "ok".into() };
        assert!(!with(&[rule]).judge(200, &body).accepted);
        let refused = with(&[equals("", "0")]).judge(200, &body);
        assert!(refused.why.contains("longer than 64 kB"), "{}", refused.why);
    }

    #[test]
    fn mistakes_in_a_rule_are_explained() {
        for (rule, said) in [
            (equals("messages/0", "0"), "does not begin with /"),
            (AnswerRule::Matches { matches: "(".into() }, "regular expression"),
            (AnswerRule::Matches { matches: "(\\w{500}){500}".into() }, "regular expression"),
            (AnswerRule::Contains { contains: "x".repeat(501) }, "longer than 500"),
        ] {
            let problem = rule.problem();
            assert!(problem.as_ref().is_some_and(|text| text.contains(said)), "{problem:?}");
        }
        assert_eq!(equals("/a~1b/0", "x").problem(), None);
    }

    #[test]
    fn rules_are_read_from_documents() {
        let rules: Vec<AnswerRule> = serde_json::from_str(
            r#"[{"pointer":"/a","equals":"0"},{"contains":"ok"},{"matches":"^0"}]"#,
        )
        .unwrap();
        assert_eq!(rules[0], equals("/a", "0"));
        assert!(serde_json::from_str::<AnswerRule>(r#"{"pointer":"/a"}"#).is_err());
        assert!(serde_json::from_str::<AnswerRule>(r#"{"contains":"a","equals":"b"}"#).is_err());
    }
}
