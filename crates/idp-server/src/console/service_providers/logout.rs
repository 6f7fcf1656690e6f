//! Where logout messages go: the single logout services.

use idp_admin::Problem;
use idp_admin::service_providers::ServiceProviderDraft;
use idp_core::service_provider::{LogoutBinding, ServiceProvider, SingleLogoutService};

use super::rows::{self, Row, Rows, Tools};
use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::error::WebError;

/// The rows.
pub struct Logout(Vec<Endpoint>);

/// An address as it is typed.
struct Endpoint {
    binding: String,
    url: String,
    response_url: String,
}

impl Section for Logout {
    const PART: &'static str = "logout";
    const TITLE: &'static str = "Single logout services";
    const SAVED: &'static str = "The addresses for logout are saved.";
    const GUARDED: bool = true;

    fn stored(sp: &ServiceProvider) -> Self {
        let endpoint = |service: &SingleLogoutService| Endpoint {
            binding: service.binding.name().to_owned(),
            url: service.url.clone(),
            response_url: service.response_url.clone().unwrap_or_default(),
        };
        Self(sp.settings.single_logout_services.iter().map(endpoint).collect())
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        let endpoint = |prefix: &str| {
            let text = |part| form.text(&format!("{prefix}.{part}")).map(|t| t.trim().to_owned());
            Ok(Endpoint {
                binding: text("binding")?,
                url: text("url")?,
                response_url: text("response_url")?,
            })
        };
        rows::read(form, "slo", "url", endpoint).map(Self)
    }

    fn press(&mut self, _sp: &ServiceProvider, button: &str) -> Vec<Problem> {
        rows::press(&mut self.0, button, || Endpoint {
            binding: LogoutBinding::Redirect.name().to_owned(),
            url: String::new(),
            response_url: String::new(),
        });
        Vec::new()
    }

    fn apply(&self, _desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut services = Vec::new();
        for (number, row) in self.0.iter().enumerate() {
            let Some(binding) = LogoutBinding::from_name(&row.binding) else {
                let message = "must be one of the bindings";
                problems.push(Problem::new(format!("slo[{number}].binding"), message));
                continue;
            };
            let response_url = Some(row.response_url.clone()).filter(|url| !url.is_empty());
            services.push(SingleLogoutService { binding, url: row.url.clone(), response_url });
        }
        draft.settings.single_logout_services = services;
        problems
    }

    fn fields(&self) -> Fields {
        self.0.iter().enumerate().fold(Fields::new(), |form, (number, row)| {
            let parts = [
                ("binding", &*row.binding, "Binding"),
                ("url", &row.url, "Location"),
                ("response_url", &row.response_url, "ResponseLocation"),
            ];
            form.with_row(("slo", number), "address", &parts)
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
            let name = |part: &str| format!("slo[{number}].{part}");
            let bindings = [("redirect", "HTTP-Redirect"), ("post", "HTTP-POST"), ("soap", "SOAP")];
            let legend = format!("Address {}", number + 1);
            Row {
                facts: Vec::new(),
                hidden: Vec::new(),
                fields: vec![
                    form.choice(&name("binding"), "Binding", &bindings),
                    form.input("url", &name("url"), "Location").mono().required(),
                    form.input("url", &name("response_url"), "ResponseLocation, if it is another")
                        .mono(),
                ],
                tools: Tools::new(&legend, number, count, true),
                legend,
            }
        };
        let intro = "A service provider is told here that a session ended, and answered here when it \
                     asks for a logout. Its messages must be signed. People are sent through the \
                     addresses with HTTP-Redirect and HTTP-POST; the one with SOAP is asked by this \
                     server.";
        let rows = Rows {
            title: "Addresses",
            empty: "There is none: the service provider cannot be told that a session ended.",
            list: (0..count).map(row).collect(),
            adding: Vec::new(),
            add: "Add an address",
            offers: Vec::new(),
        };
        Ok(Content { intro: vec![intro.to_owned()], rows: Some(rows), ..Content::default() })
    }
}
