//! How the provider answers: a value that the page or `POST /control` changes.

use actix_web::http::StatusCode;
use serde::Serialize;

use crate::fields::Fields;

/// The longest delay that can be asked for, in seconds.
const LONGEST_DELAY: u16 = 120;

/// The provider's answer to a well-formed message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "mode", rename_all = "kebab-case")]
pub enum Behaviour {
    /// Takes the message and says 202.
    #[default]
    Ok,
    /// As `Ok`, after a delay.
    Slow {
        /// The delay.
        seconds: u16,
    },
    /// Refuses with an HTTP status.
    Fail {
        /// The status, 400 to 599.
        status: u16,
    },
    /// Refuses with HTTP 200 and an error in the body, as Vonage does.
    ErrorInBody,
    /// Never answers.
    Hang,
}

impl Behaviour {
    /// Reads `mode` with `seconds` or `status`. The error says what is wrong and what is allowed.
    pub fn from_fields(fields: &Fields) -> Result<Self, String> {
        match fields.first(&["mode"]).unwrap_or_default() {
            "ok" => Ok(Self::Ok),
            "slow" => Self::slow(fields.first(&["seconds"])),
            "fail" => Self::fail(fields.first(&["status"])),
            "error-in-body" => Ok(Self::ErrorInBody),
            "hang" => Ok(Self::Hang),
            other => Err(format!(
                "mode is {other:?}: use ok, slow (with seconds), fail (with status), \
                 error-in-body or hang"
            )),
        }
    }

    fn slow(seconds: Option<&str>) -> Result<Self, String> {
        let seconds = seconds.unwrap_or("5");
        match seconds.parse() {
            Ok(seconds @ 1..=LONGEST_DELAY) => Ok(Self::Slow { seconds }),
            _ => {
                Err(format!("seconds is {seconds:?}: use a whole number from 1 to {LONGEST_DELAY}"))
            }
        }
    }

    fn fail(status: Option<&str>) -> Result<Self, String> {
        let status = status.unwrap_or("500");
        match status.parse() {
            Ok(status @ 400..=599) => Ok(Self::Fail { status }),
            _ => Err(format!("status is {status:?}: use an HTTP status from 400 to 599")),
        }
    }

    /// The word for this behaviour in `POST /control`.
    pub fn mode(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Slow { .. } => "slow",
            Self::Fail { .. } => "fail",
            Self::ErrorInBody => "error-in-body",
            Self::Hang => "hang",
        }
    }

    /// One sentence for the page.
    pub fn sentence(self) -> String {
        match self {
            Self::Ok => "Every message is accepted at once.".into(),
            Self::Slow { seconds } => {
                format!("Every message is accepted after {seconds} seconds.")
            }
            Self::Fail { status } => match reason(status) {
                Some(reason) => format!("Every message is refused with HTTP {status} {reason}."),
                None => format!("Every message is refused with HTTP {status}."),
            },
            Self::ErrorInBody => {
                "Every message is refused with HTTP 200 and an error in the body.".into()
            }
            Self::Hang => "No request is ever answered.".into(),
        }
    }
}

fn reason(status: u16) -> Option<&'static str> {
    StatusCode::from_u16(status).ok()?.canonical_reason()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Behaviour, String> {
        Behaviour::from_fields(&Fields::from_query(query).unwrap())
    }

    #[test]
    fn every_mode_can_be_asked_for() {
        assert_eq!(read("mode=ok"), Ok(Behaviour::Ok));
        assert_eq!(read("mode=slow&seconds=7"), Ok(Behaviour::Slow { seconds: 7 }));
        assert_eq!(read("mode=fail&status=503"), Ok(Behaviour::Fail { status: 503 }));
        assert_eq!(read("mode=error-in-body"), Ok(Behaviour::ErrorInBody));
        assert_eq!(read("mode=hang"), Ok(Behaviour::Hang));
    }

    #[test]
    fn a_behaviour_out_of_range_is_refused_with_what_is_allowed() {
        assert!(read("mode=slow&seconds=999").unwrap_err().contains("1 to 120"));
        assert!(read("mode=fail&status=200").unwrap_err().contains("400 to 599"));
        assert!(read("mode=nap").unwrap_err().contains("error-in-body"));
    }
}
