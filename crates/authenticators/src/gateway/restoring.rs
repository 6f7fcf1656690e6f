//! Taking back a definition that was shown with masks: what came back as it was shown is meant to
//! stay, and a mask that came back anywhere else is a mistake, for it would be sent as it is.

use super::GatewayDefinition;
use super::check::{Place, Problem, Severity};
use super::headers::Headers;
use super::masking::MASK;

impl GatewayDefinition {
    /// The definition with its masks replaced by what the stored one has in their places: address and
    /// body as a whole, headers one by one. Named secrets are
    /// [`keep_secrets_of`](Self::keep_secrets_of)'s.
    pub fn restored(mut self, stored: &Self) -> Result<Self, Vec<Problem>> {
        let shown = stored.masked();
        let mut problems = Vec::new();
        self.url = part(Place::Url, self.url, (&shown.url, &stored.url), &mut problems);
        self.body = part(Place::Body, self.body, (&shown.body, &stored.body), &mut problems);
        let mut headers = Vec::new();
        for (name, value) in self.headers.iter() {
            let mut pairs = shown.headers.iter().zip(stored.headers.iter());
            let same = pairs.find(|(shown, _)| *shown == (name, value)).map(|(_, stored)| stored);
            let (shown, stored) = same.map_or(("", ""), |(_, stored)| (value, stored));
            let value = part(Place::Headers, value.to_owned(), (shown, stored), &mut problems);
            headers.push((name.to_owned(), value));
        }
        self.headers = Headers::from_pairs(headers);
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }
}

fn part(
    place: Place,
    given: String,
    (shown, stored): (&str, &str),
    problems: &mut Vec<Problem>,
) -> String {
    if given == shown {
        return stored.to_owned();
    }
    if given.contains(MASK) {
        let text = format!(
            "has {MASK} where a secret is not shown; write the secret again, or keep it as a named \
             secret and write $secret.NAME"
        );
        problems.push(Problem { severity: Severity::Error, place, text });
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> GatewayDefinition {
        let mut stored = GatewayDefinition::new(
            "https://sms.example.org/send?api_key=hidden-1&to=$ctx.num&text=$ctx.msg",
        );
        stored.headers =
            Headers::from_pairs([("Authorization", "Bearer hidden-2"), ("Accept", "text/plain")]);
        stored.body = "password=hidden-3".to_owned();
        stored
    }

    #[test]
    fn what_comes_back_as_it_was_shown_stays() {
        let shown = stored().masked();
        assert!(!format!("{} {}", shown.url, shown.body).contains("hidden"));
        assert_eq!(shown.restored(&stored()).unwrap(), stored());
    }

    #[test]
    fn a_part_that_was_written_anew_replaces_the_stored_one() {
        let mut back = stored().masked();
        back.url = "https://other.example.org/?to=$ctx.num".to_owned();
        let headers = [("Accept", "text/plain"), ("Authorization", "Bearer xxxxxxxx")];
        back.headers = Headers::from_pairs(headers);
        let restored = back.restored(&stored()).unwrap();
        assert_eq!(restored.url, "https://other.example.org/?to=$ctx.num");
        assert_eq!(restored.headers.value("authorization"), Some("Bearer hidden-2"));
    }

    #[test]
    fn a_mask_in_a_part_that_was_changed_is_told() {
        let mut back = stored().masked();
        back.url.push_str("&from=Us");
        back.body = format!("pin={MASK}");
        back.headers = Headers::from_pairs([("X-Api-Key", MASK)]);
        let places: Vec<Place> =
            back.restored(&stored()).unwrap_err().iter().map(|problem| problem.place).collect();
        assert_eq!(places, [Place::Url, Place::Body, Place::Headers]);
    }

    #[test]
    fn a_secret_is_never_moved_to_another_header() {
        let mut back = stored().masked();
        back.headers = Headers::from_pairs([("X-Elsewhere", "Bearer xxxxxxxx")]);
        assert!(back.restored(&stored()).is_err());
    }
}
