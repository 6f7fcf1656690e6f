//! The booking desk itself: making and viewing bookings, and the user details.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{go_to, refuse_foreign};
use crate::bookings::{BookingForm, MOST_BOOKINGS, Problems};
use crate::desk::{Desk, Session};
use crate::pages::{self, Frame, Home, Place, Profile};
use crate::world;

/// Which tab is wanted.
#[derive(Deserialize)]
pub struct HomeQuery {
    tab: Option<String>,
}

/// `GET /home`: the booking form or the list of bookings.
pub async fn home(desk: Data<Desk>, request: HttpRequest, query: Query<HomeQuery>) -> HttpResponse {
    let now = world::now();
    let place = if query.tab.as_deref() == Some("view") { Place::View } else { Place::Book };
    let Some(session) = desk.session(&request, now) else { return ask_to_log_in(&desk, place) };
    let form = BookingForm { passenger: session.identity.display_name(), ..BookingForm::default() };
    show(&desk, &session, place, &form, &Problems::default(), now)
}

/// `POST /bookings`: books, or shows what is wrong with the form.
pub async fn book(desk: Data<Desk>, request: HttpRequest, form: Form<BookingForm>) -> HttpResponse {
    if let Some(refused) = refuse_foreign(&desk, &request) {
        return refused;
    }
    let now = world::now();
    let outcome = desk.change_session(&request, now, |session| make_booking(session, &form, now));
    match outcome {
        None => ask_to_log_in(&desk, Place::Book),
        Some(Ok(())) => go_to(&desk, Place::View.path()),
        Some(Err(problems)) => match desk.session(&request, now) {
            Some(session) => show(&desk, &session, Place::Book, &form, &problems, now),
            None => ask_to_log_in(&desk, Place::Book),
        },
    }
}

fn make_booking(
    session: &mut Session,
    form: &BookingForm,
    now: DateTime<Utc>,
) -> Result<(), Problems> {
    if session.bookings.len() >= MOST_BOOKINGS {
        session.notice =
            Some(format!("This sample keeps {MOST_BOOKINGS} bookings; no more can be made."));
        return Ok(());
    }
    let booking = form.check(session.bookings.len() + 1, now)?;
    session.notice = Some(format!("{} is booked: {}.", booking.reference, booking.vehicle));
    session.bookings.push(booking);
    Ok(())
}

/// `POST /bookings/{reference}/cancel`.
pub async fn cancel(
    desk: Data<Desk>,
    request: HttpRequest,
    reference: Path<String>,
) -> HttpResponse {
    if let Some(refused) = refuse_foreign(&desk, &request) {
        return refused;
    }
    let cancelled = desk.change_session(&request, world::now(), |session| {
        let booking = session.bookings.iter_mut().find(|booking| booking.reference == *reference);
        session.notice = Some(match booking {
            Some(booking) => {
                booking.is_cancelled = true;
                format!("{} is cancelled.", booking.reference)
            }
            None => "There is no such booking.".to_owned(),
        });
    });
    match cancelled {
        Some(()) => go_to(&desk, Place::View.path()),
        None => ask_to_log_in(&desk, Place::View),
    }
}

/// `GET /profile`: the user details.
pub async fn profile(desk: Data<Desk>, request: HttpRequest) -> HttpResponse {
    let Some(session) = desk.session(&request, world::now()) else {
        return ask_to_log_in(&desk, Place::Profile);
    };
    let page = Profile {
        frame: Frame::of(&desk, &session, Place::Profile, "User details"),
        notice: session.notice.as_deref(),
        identity: &session.identity,
    };
    pages::page(StatusCode::OK, &page)
}

fn show(
    desk: &Desk,
    session: &Session,
    place: Place,
    form: &BookingForm,
    problems: &Problems,
    now: DateTime<Utc>,
) -> HttpResponse {
    let title = if place == Place::View { "Your bookings" } else { "Book a vehicle" };
    let page = Home {
        frame: Frame::of(desk, session, place, title),
        place,
        notice: session.notice.as_deref(),
        form,
        problems,
        today: now.date_naive().to_string(),
        bookings: session.bookings.iter().rev().collect(),
    };
    let status = if problems.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    pages::page(status, &page)
}

fn ask_to_log_in(desk: &Desk, place: Place) -> HttpResponse {
    go_to(desk, &format!("/?page={}", place.slug()))
}
