//! Editors of claims: one per claim of the profile, of the type that the claim has. Every value of a
//! claim has a field of its own, and one is left for a further value.

use askama::Template;
use idp_admin::Problem;
use idp_core::claim::{ClaimDefinition, ClaimUri, Claims};

use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::signed_in::countries::COUNTRIES;

/// Names the claims that a form shows, so that nothing else is changed by it.
const SHOWN: &str = "shown";
const COUNTRY: ClaimUri = ClaimUri::from_static("http://wso2.org/claims/country");

/// What a claim holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EditorKind {
    /// Yes or no.
    Switch,
    /// An address.
    Email,
    /// A number.
    Phone,
    /// A country.
    Country,
    /// Anything else.
    Text,
}

impl EditorKind {
    fn of(uri: &ClaimUri) -> Self {
        match uri {
            uri if *uri == ClaimUri::SMS_OTP_DISABLED => Self::Switch,
            uri if *uri == ClaimUri::EMAIL => Self::Email,
            uri if *uri == ClaimUri::MOBILE => Self::Phone,
            uri if *uri == COUNTRY => Self::Country,
            _ => Self::Text,
        }
    }

    /// The type of input.
    const fn input(self) -> &'static str {
        match self {
            // Browsers judge addresses more narrowly than we do.
            Self::Email | Self::Switch | Self::Country | Self::Text => "text",
            Self::Phone => "tel",
        }
    }

    const fn mode(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "tel",
            _ => "text",
        }
    }
}

/// The editor of one claim.
pub struct Editor {
    id: String,
    uri: ClaimUri,
    label: String,
    description: String,
    kind: EditorKind,
    values: Vec<String>,
    required: bool,
    read_only: bool,
    /// What a whole value must match; empty when anything will do.
    expression: String,
    /// What is known of the stored value.
    note: String,
    /// The page where it is changed, when that is another one.
    place: Option<&'static str>,
    mistakes: Vec<String>,
}

impl Editor {
    /// The name of its fields, and of problems with it.
    fn field(&self) -> String {
        field_of(&self.uri)
    }

    fn is_on(&self) -> bool {
        self.values.iter().any(|value| is_true(value))
    }

    /// What the fields hold; one empty field when there is no value.
    fn shown(&self) -> Vec<&str> {
        if self.values.is_empty() {
            return vec![""];
        }
        self.values.iter().map(String::as_str).collect()
    }

    /// The ids of the texts that explain it.
    fn described_by(&self) -> String {
        let mistake = if self.mistakes.is_empty() { "" } else { "-mistake " };
        let hint = format!("{}-hint", self.id);
        if mistake.is_empty() { hint } else { format!("{}{mistake}{hint}", self.id) }
    }

    /// The values that a form asks for.
    fn wished(&self, form: &Form) -> Vec<String> {
        let field = self.field();
        if self.kind == EditorKind::Switch {
            let on = form.all(&field).any(|value| value == Fields::TICKED);
            // A switch that was not moved keeps its text, such as `FALSE`.
            return match (on, self.is_on()) {
                (true, false) => vec!["true".to_owned()],
                (false, true) => Vec::new(),
                _ => self.values.clone(),
            };
        }
        let typed = form.all(&field).map(str::trim).filter(|value| !value.is_empty());
        typed.map(str::to_owned).collect()
    }
}

fn field_of(uri: &ClaimUri) -> String {
    format!("claims.{uri}")
}

fn is_true(value: &str) -> bool {
    value.trim().eq_ignore_ascii_case("true")
}

/// The editors of a profile, in display order; shown as the fields of a form.
#[derive(Template)]
#[template(path = "console/users/editors.html")]
pub struct Editors {
    all: Vec<Editor>,
    may_change: bool,
    /// Backup codes are part of the profile: they have a page of their own.
    backup_codes: Option<String>,
}

impl Editors {
    /// Those for the claims of every profile, for required ones, and for what the person has beside
    /// them.
    pub fn of(definitions: Vec<ClaimDefinition>, claims: &Claims, may_change: bool) -> Self {
        let belongs = |claim: &ClaimDefinition| {
            claim.supported_by_default || claim.required || !claims.values(&claim.uri).is_empty()
        };
        let own_place = [ClaimUri::USERNAME, ClaimUri::BACKUP_CODES];
        let backup_codes = definitions
            .iter()
            .find(|claim| claim.uri == ClaimUri::BACKUP_CODES && claim.supported_by_default)
            .map(|claim| claim.display_name.clone());
        let editor = |(number, claim): (usize, ClaimDefinition)| Editor {
            id: format!("claim-{number}"),
            kind: EditorKind::of(&claim.uri),
            values: claims.values(&claim.uri).to_vec(),
            label: claim.display_name,
            description: claim.description,
            required: claim.required,
            read_only: claim.read_only,
            expression: claim.regular_expression,
            uri: claim.uri,
            note: String::new(),
            place: None,
            mistakes: Vec::new(),
        };
        let shown = definitions.into_iter().filter(belongs);
        let shown = shown.filter(|claim| !own_place.contains(&claim.uri));
        Self { all: shown.enumerate().map(editor).collect(), may_change, backup_codes }
    }

    /// The same with what is known of the stored value of a claim.
    #[must_use]
    pub fn noting(mut self, claim: &ClaimUri, note: &str) -> Self {
        for editor in self.all.iter_mut().filter(|editor| editor.uri == *claim) {
            note.clone_into(&mut editor.note);
        }
        self
    }

    /// The same with a claim that is shown here and changed on another page.
    #[must_use]
    pub fn changed_at(mut self, claim: &ClaimUri, place: &'static str) -> Self {
        for editor in self.all.iter_mut().filter(|editor| editor.uri == *claim) {
            editor.place = Some(place);
        }
        self
    }

    /// What a form asks for: of each claim that it showed every value.
    pub fn wishes(&self, form: &Form) -> Vec<(String, Vec<String>)> {
        let shown: Vec<&str> = form.all(SHOWN).collect();
        let on_form = |editor: &&Editor| shown.contains(&editor.uri.as_str());
        let wishes = self.all.iter().filter(on_form);
        wishes.map(|editor| (editor.uri.to_string(), editor.wished(form))).collect()
    }

    /// The same as they were typed, with what is wrong.
    #[must_use]
    pub fn typed(mut self, form: &Form, problems: &[Problem]) -> Self {
        for editor in &mut self.all {
            if editor.place.is_none() {
                editor.values = editor.wished(form);
            }
            let field = editor.field();
            let own = problems.iter().filter(|problem| problem.field == field);
            editor.mistakes = own.map(|problem| problem.message.clone()).collect();
        }
        self
    }

    /// The problems that are about none of them.
    pub fn others(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let of_editor =
            |problem: &Problem| self.all.iter().any(|editor| editor.field() == problem.field);
        problems.into_iter().filter(|problem| !of_editor(problem)).collect()
    }

    /// Whether anything is wrong.
    pub fn have_problems(&self) -> bool {
        self.all.iter().any(|editor| !editor.mistakes.is_empty())
    }

    /// What backup codes are called here, when they are part of every profile.
    pub fn backup_codes(&self) -> Option<&str> {
        self.backup_codes.as_deref()
    }

    /// Everything that is wrong, for the summary: id of the field, label, problem.
    pub fn mistakes(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.all.iter().flat_map(|editor| {
            let told = |mistake| (editor.id.as_str(), editor.label.as_str(), mistake);
            editor.mistakes.iter().map(String::as_str).map(told)
        })
    }

    /// Names to choose from, if one of them is for countries.
    fn countries(&self) -> &'static [&'static str] {
        let any = self.all.iter().any(|editor| editor.kind == EditorKind::Country);
        if any { &COUNTRIES } else { &[] }
    }
}
