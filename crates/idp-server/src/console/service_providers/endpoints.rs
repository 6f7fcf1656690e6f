//! Where answers may be delivered: the assertion consumer services.

use idp_admin::Problem;
use idp_admin::service_providers::ServiceProviderDraft;
use idp_core::service_provider::{AssertionConsumerService, ServiceProvider};

use super::rows::{self, Row, Rows, Tools};
use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::error::WebError;

/// The rows.
pub struct Endpoints(Vec<Endpoint>);

/// An address as it is typed.
struct Endpoint {
    url: String,
    index: String,
    /// `isDefault`: `true`, `false`, or empty where it is not said.
    default: String,
}

impl Section for Endpoints {
    const PART: &'static str = "endpoints";
    const TITLE: &'static str = "Assertion consumer services";
    const SAVED: &'static str = "The addresses are saved.";
    const GUARDED: bool = true;

    fn stored(sp: &ServiceProvider) -> Self {
        let endpoint = |service: &AssertionConsumerService| Endpoint {
            url: service.url.clone(),
            index: service.index.to_string(),
            default: service.is_default.map(|default| default.to_string()).unwrap_or_default(),
        };
        Self(sp.settings.assertion_consumer_services.iter().map(endpoint).collect())
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        let endpoint = |prefix: &str| {
            let text = |part| form.text(&format!("{prefix}.{part}")).map(|t| t.trim().to_owned());
            Ok(Endpoint { url: text("url")?, index: text("index")?, default: text("default")? })
        };
        rows::read(form, "acs", "url", endpoint).map(Self)
    }

    fn press(&mut self, _sp: &ServiceProvider, button: &str) -> Vec<Problem> {
        let used = |index: u16| self.0.iter().any(|row| row.index == index.to_string());
        let free = (0..u16::MAX).find(|index| !used(*index)).unwrap_or_default();
        rows::press(&mut self.0, button, || Endpoint {
            url: String::new(),
            index: free.to_string(),
            default: String::new(),
        });
        Vec::new()
    }

    fn apply(&self, _desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        if self.0.is_empty() {
            return vec![Problem::new("", "At least one address is needed: add one.")];
        }
        let mut problems = Vec::new();
        let mut services = Vec::new();
        for (number, row) in self.0.iter().enumerate() {
            let Ok(index) = row.index.parse() else {
                let message = "must be a whole number between 0 and 65535";
                problems.push(Problem::new(format!("acs[{number}].index"), message));
                continue;
            };
            let is_default = row.default.parse().ok();
            let url = row.url.clone();
            services.push(AssertionConsumerService { index, url, is_default });
        }
        draft.settings.assertion_consumer_services = services;
        problems
    }

    fn fields(&self) -> Fields {
        self.0.iter().enumerate().fold(Fields::new(), |form, (number, row)| {
            let parts = [
                ("url", &*row.url, "Location"),
                ("index", &row.index, "Index"),
                ("default", &row.default, "isDefault"),
            ];
            form.with_row(("acs", number), "address", &parts)
        })
    }

    fn content(
        &self,
        _desk: &Desk<'_>,
        _sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let count = self.0.len();
        let row = |number: usize| {
            let name = |part: &str| format!("acs[{number}].{part}");
            let defaults = [("", "not said"), ("true", "yes"), ("false", "no")];
            let legend = format!("Address {}", number + 1);
            Row {
                facts: Vec::new(),
                hidden: Vec::new(),
                fields: vec![
                    form.input("url", &name("url"), "Location").mono().required(),
                    form.input("number", &name("index"), "Index").required(),
                    form.choice(&name("default"), "isDefault", &defaults),
                ],
                tools: Tools::new(&legend, number, count, true),
                legend,
            }
        };
        let intro = "Answers go to these addresses and no others, always by HTTP-POST. A request can \
                     name one by its location or its index; otherwise the default is used: the first \
                     that says yes, else the first that does not say no.";
        let rows = Rows {
            title: "Addresses",
            empty: "There is none: answers could not be delivered.",
            list: (0..count).map(row).collect(),
            adding: Vec::new(),
            add: "Add an address",
            offers: Vec::new(),
        };
        Ok(Content { intro: vec![intro.to_owned()], rows: Some(rows), ..Content::default() })
    }
}
