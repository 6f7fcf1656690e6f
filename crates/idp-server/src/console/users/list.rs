//! The list of people, with search.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::users::{self, Search};
use idp_core::claim::ClaimUri;
use idp_core::user::{AccountState, User, Username};

use crate::console::forms::Fields;
use crate::console::frame::{Frame, Section};
use crate::console::serve::{Answer, show as show_page};
use crate::console::{Desk, Pager, Stop, routes};
use crate::handlers::Shared;
use crate::pages::{render, short};

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |desk| page(desk).map(Answer::Page)).await
}

/// What the page shows.
#[derive(Template)]
#[template(path = "console/users/list.html")]
struct ListPage {
    frame: Frame,
    search: String,
    with_roles: bool,
    rows: Vec<Line>,
    pager: Pager,
}

/// One person.
struct Line {
    user: User,
    /// The whole name, as far as it is known.
    name: String,
    email: String,
    active: bool,
}

impl Line {
    fn of(user: User) -> Self {
        let claim = |uri: &ClaimUri| user.claims.first(uri);
        let parts = [&ClaimUri::GIVEN_NAME, &ClaimUri::LAST_NAME];
        let parts: Vec<&str> = parts.into_iter().filter_map(claim).collect();
        Self {
            name: short(&parts.join(" ")).into_owned(),
            email: short(claim(&ClaimUri::EMAIL).unwrap_or_default()).into_owned(),
            active: user.state == AccountState::Active,
            user,
        }
    }
}

fn page(desk: &Desk<'_>) -> Result<String, Stop> {
    let search = desk.query("search").unwrap_or_default().trim().to_owned();
    let with_roles = desk.query("roles").is_some();
    let after = desk.query("after").and_then(|name| Username::parse(&name));
    let after = after.as_ref().map(Username::as_str);
    let wanted = Search { text: &search, with_roles };
    let found = users::search(&desk.admin(), wanted, after, Pager::ROWS)?;
    let roles = if with_roles { Fields::TICKED } else { "" };
    let pager = Pager::new(
        routes::USERS,
        &[("search", &search), ("roles", roles)],
        after,
        found.last.as_ref().map(Username::as_str),
    );
    let frame = desk.frame(Section::Users, Section::Users.title());
    let rows = found.rows.into_iter().map(Line::of).collect();
    let page = ListPage { frame, search, with_roles, rows, pager };
    Ok(render(&page, 32 * 1024))
}
