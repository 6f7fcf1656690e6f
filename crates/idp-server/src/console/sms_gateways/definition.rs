//! From the fields of a form to the definition of a gateway.

use authenticators::gateway::{AnswerRule, GatewayDefinition, Headers};
use idp_admin::sms_gateways::{self, GatewayDraft};
use idp_admin::{AdminError, Problem};
use idp_core::id::GatewayId;
use idp_core::secret::Secret;

use super::fields::{self, SECRET};
use crate::console::form::Form;
use crate::console::{Desk, Stop};
use crate::error::WebError;

/// What a form says, as far as it can be read, and what cannot be.
#[derive(Debug)]
pub struct Read {
    /// The definition; its secrets are those that were given.
    pub definition: GatewayDefinition,
    /// What is wrong with the form itself.
    pub problems: Vec<Problem>,
}

/// Reads the form. `shown` is the stored definition as the form showed it: what came back unchanged
/// but for the line ends that browsers send is that very text.
pub fn read(form: &Form, shown: Option<&GatewayDefinition>) -> Result<Read, WebError> {
    let mut problems = Vec::new();
    let mut definition = GatewayDefinition::new(form.text("url")?.trim());
    definition.method = form.text("method")?.trim().to_ascii_uppercase();
    definition.headers = headers(form, shown, &mut problems)?;
    definition.body = lines(form.text("body")?);
    if let Some(shown) = shown.filter(|shown| lines(&shown.body) == definition.body) {
        definition.body.clone_from(&shown.body);
    }
    match form.text("accept")?.parse() {
        Ok(accepted) => definition.accepted = accepted,
        Err(error) => problems.push(problem("accept", &error)),
    }
    definition.answer = answers(form, &mut problems)?;
    definition.number_form = match form.text("number_form")? {
        "" => None,
        text => match text.parse() {
            Ok(form) => Some(form),
            Err(error) => {
                problems.push(problem("number_form", &error));
                None
            }
        },
    };
    let message = lines(form.text("message")?);
    definition.message = Some(message).filter(|message| !message.trim().is_empty());
    definition.trust = form.all("trust").map(str::to_owned).collect();
    if let Some(limit) = milliseconds(form, "connect_timeout_ms", &mut problems)? {
        definition.connect_timeout_ms = limit;
    }
    if let Some(limit) = milliseconds(form, "total_timeout_ms", &mut problems)? {
        definition.total_timeout_ms = limit;
    }
    for (name, value) in secrets(form) {
        definition.secrets.insert(name, value);
    }
    Ok(Read { definition, problems })
}

impl Read {
    /// What is wrong with the form, and what can be told already of the rest: nothing, while it is not
    /// known what the headers are.
    pub fn all_problems(
        self,
        desk: &Desk<'_>,
        name: &str,
        gateway: Option<GatewayId>,
    ) -> Result<Vec<Problem>, Stop> {
        let Self { definition, mut problems } = self;
        if problems.iter().any(|problem| problem.field == "headers") {
            return Ok(problems);
        }
        let name = name.trim().to_owned();
        let draft = GatewayDraft { name, enabled: None, order: None, definition };
        match sms_gateways::examine(&desk.admin(), draft, gateway) {
            Ok(_) => {}
            Err(AdminError::Invalid(others)) => problems.extend(others),
            Err(other) => return Err(other.into()),
        }
        Ok(problems)
    }
}

/// The secrets that were given; an empty field leaves one as it is.
fn secrets(form: &Form) -> impl Iterator<Item = (String, Secret<String>)> {
    form.fields().filter_map(|(field, value)| {
        let name = field.strip_prefix(SECRET)?;
        let value = value.trim();
        (!value.is_empty()).then(|| (name.to_owned(), Secret::new(value.to_owned())))
    })
}

fn headers(
    form: &Form,
    shown: Option<&GatewayDefinition>,
    problems: &mut Vec<Problem>,
) -> Result<Headers, WebError> {
    let text = lines(form.text("headers")?);
    if let Some(shown) = shown.filter(|shown| fields::header_lines(&shown.headers) == text) {
        return Ok(shown.headers.clone());
    }
    // The parser's message repeats the text, which may hold a key.
    Ok(Headers::parse(&text).unwrap_or_else(|_| {
        let message = "must be \"Name: value\", one per line or separated by commas";
        problems.push(Problem::new("headers", message));
        Headers::default()
    }))
}

fn answers(form: &Form, problems: &mut Vec<Problem>) -> Result<Vec<AnswerRule>, WebError> {
    let mut rules = Vec::new();
    for line in texts(form.text("answer_json")?) {
        match line.split_once('=') {
            Some((pointer, equals)) => rules.push(AnswerRule::Equals {
                pointer: pointer.trim().to_owned(),
                equals: equals.trim().to_owned(),
            }),
            None => problems.push(Problem::new(
                "answer_json",
                "must be a place and its value, such as /messages/0/status=0",
            )),
        }
    }
    rules.extend(
        texts(form.text("answer_contains")?)
            .map(|text| AnswerRule::Contains { contains: text.to_owned() }),
    );
    rules.extend(
        texts(form.text("answer_matches")?)
            .map(|text| AnswerRule::Matches { matches: text.to_owned() }),
    );
    Ok(rules)
}

fn milliseconds(
    form: &Form,
    field: &str,
    problems: &mut Vec<Problem>,
) -> Result<Option<u32>, WebError> {
    let text = form.text(field)?.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let limit = text.parse().ok();
    if limit.is_none() {
        problems.push(Problem::new(field, "must be a number of milliseconds, 1 to 60000"));
    }
    Ok(limit)
}

fn problem(field: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(field, error.to_string())
}

/// Browsers end lines with CR and LF (HTML, 4.10.21.4).
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn texts(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(fields: &[(&str, &str)]) -> Form {
        Form::new(fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn a_whole_form_becomes_a_definition() {
        let form = sent(&[
            ("url", " https://sms.example.org/send "),
            ("method", "post"),
            ("headers", "Accept: text/html, text/plain\r\nX-Key: $secret.key"),
            ("body", "to=$ctx.num&\r\ntext=$ctx.msg"),
            ("accept", "200-299"),
            ("answer_json", "/status = 0\r\n\r\n/a=b=c"),
            ("answer_matches", "^ok"),
            ("number_form", "digits"),
            ("trust", "Nexmo"),
            ("trust", "Bulk"),
            ("total_timeout_ms", "5000"),
            ("secret.key", "hidden"),
            ("secret.other", " "),
        ]);
        let Read { definition, problems } = read(&form, None).unwrap();
        assert_eq!(problems, []);
        assert_eq!(definition.url, "https://sms.example.org/send");
        assert_eq!(definition.method, "POST");
        assert_eq!(definition.headers.value("accept"), Some("text/html, text/plain"));
        assert_eq!(definition.body, "to=$ctx.num&\ntext=$ctx.msg");
        let equals = |pointer: &str, equals: &str| AnswerRule::Equals {
            pointer: pointer.to_owned(),
            equals: equals.to_owned(),
        };
        assert_eq!(definition.answer[..2], [equals("/status", "0"), equals("/a", "b=c")]);
        assert_eq!(definition.trust, ["Nexmo", "Bulk"]);
        assert_eq!((definition.connect_timeout_ms, definition.total_timeout_ms), (2_000, 5_000));
        assert_eq!(definition.secrets.names().collect::<Vec<_>>(), ["key"]);
    }

    #[test]
    fn what_was_shown_comes_back_as_the_very_same_text() {
        let mut shown = GatewayDefinition::new("https://sms.example.org/");
        shown.headers = Headers::from_pairs([("X-List", "a,B: c")]);
        shown.body = "a\r\nb\nc".to_owned();
        let form = sent(&[
            ("url", "https://sms.example.org/"),
            ("method", "POST"),
            ("headers", "X-List: a,B: c"),
            ("body", "a\r\nb\r\nc"),
        ]);
        let Read { definition, .. } = read(&form, Some(&shown)).unwrap();
        assert_eq!(definition, shown);
    }

    #[test]
    fn mistakes_are_told_under_their_fields_without_what_was_typed() {
        let form = sent(&[
            ("headers", "Basic k3y"),
            ("accept", "2xx"),
            ("answer_json", "status"),
            ("number_form", "x"),
            ("connect_timeout_ms", "soon"),
        ]);
        let Read { problems, .. } = read(&form, None).unwrap();
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        let expected = ["headers", "accept", "answer_json", "number_form", "connect_timeout_ms"];
        assert_eq!(fields, expected);
        assert!(!problems[0].message.contains("k3y"));
    }
}
