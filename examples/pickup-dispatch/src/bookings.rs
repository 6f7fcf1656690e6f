//! Booking a vehicle: the form, what is wrong with it, and the booking it becomes.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

/// How many bookings one session keeps.
pub const MOST_BOOKINGS: usize = 50;

/// The vehicles to choose from: value and name.
pub const VEHICLES: &[(&str, &str)] = &[
    ("car", "Car, up to 3 passengers"),
    ("van", "Van, up to 7 passengers"),
    ("pickup", "Pickup truck, up to 900 kg"),
    ("accessible", "Wheelchair-accessible van"),
];

/// A booking that was made.
#[derive(Debug, Clone)]
pub struct Booking {
    /// Its number, such as `PD-0001`.
    pub reference: String,
    /// The vehicle's name.
    pub vehicle: &'static str,
    /// Who travels.
    pub passenger: String,
    /// Where to pick up.
    pub from: String,
    /// Where to go.
    pub to: String,
    /// The day.
    pub date: NaiveDate,
    /// The time of day.
    pub time: NaiveTime,
    /// Whether it was cancelled.
    pub is_cancelled: bool,
}

/// The booking form as a browser sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BookingForm {
    /// Value of [`VEHICLES`].
    pub vehicle: String,
    /// Who travels.
    pub passenger: String,
    /// Where to pick up.
    pub from: String,
    /// Where to go.
    pub to: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// `HH:MM`.
    pub time: String,
}

/// What is wrong with a form, field by field; empty when the field is right.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// About the vehicle.
    pub vehicle: &'static str,
    /// About the passenger.
    pub passenger: &'static str,
    /// About the pickup place.
    pub from: &'static str,
    /// About the destination.
    pub to: &'static str,
    /// About the day.
    pub date: &'static str,
    /// About the time.
    pub time: &'static str,
}

impl Problems {
    /// Whether anything is wrong.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }
}

impl BookingForm {
    /// The booking with this number, or what is wrong.
    pub fn check(&self, number: usize, now: DateTime<Utc>) -> Result<Booking, Problems> {
        let vehicle = VEHICLES.iter().find(|(value, _)| *value == self.vehicle);
        let date = NaiveDate::parse_from_str(&self.date, "%Y-%m-%d").ok();
        // Some browsers add seconds.
        let time = self.time.get(..5).unwrap_or(&self.time);
        let time = NaiveTime::parse_from_str(time, "%H:%M").ok();
        let problems = Problems {
            vehicle: if vehicle.is_none() { "Choose a vehicle." } else { "" },
            passenger: text_problem(&self.passenger, "Enter who travels."),
            from: text_problem(&self.from, "Enter where to pick up."),
            to: text_problem(&self.to, "Enter where to go."),
            date: date_problem(date, now),
            time: if time.is_none() { "Enter a time such as 14:30." } else { "" },
        };
        match (vehicle, date, time) {
            (Some((_, vehicle)), Some(date), Some(time)) if !problems.any() => Ok(Booking {
                reference: format!("PD-{number:04}"),
                vehicle,
                passenger: self.passenger.trim().into(),
                from: self.from.trim().into(),
                to: self.to.trim().into(),
                date,
                time,
                is_cancelled: false,
            }),
            _ => Err(problems),
        }
    }
}

fn text_problem(text: &str, missing: &'static str) -> &'static str {
    match text.trim().chars().count() {
        0 => missing,
        1..=120 => "",
        _ => "Use at most 120 characters.",
    }
}

/// Yesterday is allowed, because the browser may be west of UTC.
fn date_problem(date: Option<NaiveDate>, now: DateTime<Utc>) -> &'static str {
    match date {
        None => "Choose a day.",
        Some(date) if Some(date) < now.date_naive().pred_opt() => {
            "Choose a day that is not in the past."
        }
        Some(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(date: &str) -> BookingForm {
        BookingForm {
            vehicle: "van".into(),
            passenger: " Nimal Perera ".into(),
            from: "Galle Road 12".into(),
            to: "Airport".into(),
            date: date.into(),
            time: "14:30".into(),
        }
    }

    #[test]
    fn a_complete_form_becomes_a_booking() {
        let booking = form("2030-01-02").check(7, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(booking.reference, "PD-0007");
        assert_eq!(booking.passenger, "Nimal Perera");
        assert_eq!(booking.time, NaiveTime::from_hms_opt(14, 30, 0).unwrap());
    }

    #[test]
    fn every_missing_field_is_named() {
        let problems = BookingForm::default().check(1, DateTime::UNIX_EPOCH).unwrap_err();
        for problem in [
            problems.vehicle,
            problems.passenger,
            problems.from,
            problems.to,
            problems.date,
            problems.time,
        ] {
            assert!(!problem.is_empty());
        }
    }

    #[test]
    fn the_past_cannot_be_booked() {
        let problems = form("1969-12-30").check(1, DateTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(problems.date, "Choose a day that is not in the past.");
    }
}
