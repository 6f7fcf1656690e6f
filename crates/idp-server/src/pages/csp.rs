//! The Content-Security-Policy of pages.

/// Where the forms of a page may lead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormAction {
    /// To this server only, redirects included: every page but the one below.
    SelfOnly,
    /// To a service provider: the page that carries a Response.
    ServiceProvider,
}

macro_rules! policy {
    ($form_action:literal) => {
        concat!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action ",
            $form_action,
            "; frame-ancestors 'none'; base-uri 'none'"
        )
    };
}

/// The policy of a page.
///
/// The page with a Response does not name the assertion consumer service. Chromium and WebKit apply
/// `form-action` to the redirects that follow the form too, and many service providers take the
/// Response at one origin and then redirect to the application at another: naming the endpoint
/// ends those logins on a blank page. (An IPv6 address cannot be named at all.) The address itself
/// comes from registered metadata only, and the page has no room for another form.
pub const fn csp(form_action: FormAction) -> &'static str {
    match form_action {
        FormAction::SelfOnly => policy!("'self'"),
        FormAction::ServiceProvider => policy!("https: http:"),
    }
}
