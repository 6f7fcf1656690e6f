//! By which name a service provider knows a person.

use idp_admin::Problem;
use idp_admin::claims;
use idp_admin::service_providers::ServiceProviderDraft;
use idp_core::claim::ClaimUri;
use idp_core::saml::urn::NameIdFormat;
use idp_core::service_provider::ServiceProvider;

use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::error::WebError;

/// As it is typed.
pub struct NameIds {
    omit: bool,
    format: String,
    formats: Vec<String>,
    /// The URI; empty for the usual one.
    subject_claim: String,
}

/// What each format is, for people.
const FORMATS: [(NameIdFormat, &str); 4] = [
    (NameIdFormat::Persistent, "persistent: opaque, the same at every login, another elsewhere"),
    (NameIdFormat::Transient, "transient: random, another at every session"),
    (NameIdFormat::EmailAddress, "emailAddress: an e-mail address"),
    (NameIdFormat::Unspecified, "unspecified: the user name, or the subject claim"),
];

impl Section for NameIds {
    const PART: &'static str = "name-id";
    const TITLE: &'static str = "NameID";
    const SAVED: &'static str = "The rule for the NameID is saved.";

    fn stored(sp: &ServiceProvider) -> Self {
        let rule = &sp.settings.name_id;
        let claim = rule.subject_claim.as_ref();
        Self {
            omit: rule.omit,
            format: rule.default_format.short().to_owned(),
            formats: rule.formats.iter().map(|format| format.short().to_owned()).collect(),
            subject_claim: claim.map(ClaimUri::to_string).unwrap_or_default(),
        }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        Ok(Self {
            omit: form.is_set("name_id.omit"),
            format: form.text("name_id.format")?.to_owned(),
            formats: form.all("name_id.formats").map(str::to_owned).collect(),
            subject_claim: form.text("name_id.subject_claim")?.to_owned(),
        })
    }

    fn apply(&self, _desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let rule = &mut draft.settings.name_id;
        let mut problems = Vec::new();
        match NameIdFormat::from_short(&self.format) {
            Some(format) => rule.default_format = format,
            None => problems.push(Problem::new("name_id.format", "must be one of the choices")),
        }
        rule.formats =
            self.formats.iter().filter_map(|name| NameIdFormat::from_short(name)).collect();
        rule.omit = self.omit;
        rule.subject_claim = ClaimUri::parse(&self.subject_claim);
        if rule.subject_claim.is_none() && !self.subject_claim.is_empty() {
            let message = "must be one of the choices";
            problems.push(Problem::new("name_id.subject_claim", message));
        }
        problems
    }

    fn fields(&self) -> Fields {
        Fields::new()
            .with_box("name_id.omit", self.omit)
            .with("name_id.format", &self.format)
            .called("name_id.format", "Format")
            .with_all("name_id.formats", self.formats.iter().cloned())
            .with("name_id.subject_claim", &self.subject_claim)
            .called("name_id.subject_claim", "Subject claim")
    }

    fn content(
        &self,
        desk: &Desk<'_>,
        _sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let formats: Vec<(&str, &str)> =
            FORMATS.iter().map(|(format, text)| (format.short(), *text)).collect();
        let short: Vec<(&str, &str)> =
            FORMATS.iter().map(|(format, _)| (format.short(), format.short())).collect();
        let usual = "the usual one: the e-mail address for emailAddress, else the user name";
        let known = ClaimChoices::of(desk, [self.subject_claim.as_str()])?;
        let mut claims = vec![("", usual)];
        claims.extend(known.options());
        let before = vec![
            form.radios("name_id.format", "Format unless a request asks for another", &formats)
                .required(),
            form.boxes("name_id.formats", "Formats a request may ask for", &short)
                .hint("None ticked means every one of them."),
            form.choice("name_id.subject_claim", "Subject claim", &claims).hint(
                "Fills a NameID of the format emailAddress or unspecified. Choose one that \
                       never passes to another person.",
            ),
            form.tick("name_id.omit", "Leave the NameID out unless a request asks for one")
                .hint("For service providers that know people by an attribute."),
        ];
        let mobile = "A mobile number as the name of a person is personal data, and numbers are given \
                      to other people later, who would then be taken for this one. Prefer a \
                      persistent NameID, and release the number as an attribute.";
        let chosen = self.subject_claim == ClaimUri::MOBILE.as_str();
        let warning = chosen.then(|| mobile.to_owned());
        Ok(Content { warning, before, ..Content::default() })
    }
}

/// The claims to choose from, with the chosen ones among them even if they are gone.
pub struct ClaimChoices(Vec<(String, String)>);

impl ClaimChoices {
    /// Every claim, by its name for people, and these.
    pub fn of<'a>(
        desk: &Desk<'_>,
        chosen: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Stop> {
        let claims = claims::list(&desk.admin())?;
        let choice = |claim: idp_core::claim::ClaimDefinition| {
            let label = format!("{} – {}", claim.display_name, claim.uri);
            (claim.uri.to_string(), label)
        };
        let mut all: Vec<(String, String)> = claims.into_iter().map(choice).collect();
        for uri in chosen {
            if !uri.is_empty() && !all.iter().any(|(known, _)| known == uri) {
                all.push((uri.to_owned(), format!("{uri} (not defined)")));
            }
        }
        Ok(Self(all))
    }

    /// Value and label of each.
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(uri, label)| (uri.as_str(), label.as_str()))
    }
}
