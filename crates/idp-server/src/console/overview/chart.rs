//! Sums over time as a picture of stacked bars, drawn here as SVG, with a legend and a table that say
//! the same. Bars carry no style of their own: their colours are classes of the style sheet.

use askama::Template;
use idp_admin::activity::{Activity, Range, Series};
use idp_core::Instant;

use crate::console::words;
use crate::pages::render;

/// The size of the picture in its own units. It is stretched to the page, so it holds no text.
const WIDTH: i64 = 1_000;
const HEIGHT: i64 = 1_000;
/// One of ten thousand is seen as well.
const LEAST: i64 = 6;

/// A picture with what it shows.
#[derive(Template)]
#[template(path = "console/overview/chart.html")]
pub struct Chart {
    id: &'static str,
    title: &'static str,
    /// What there is to see, in a sentence.
    summary: String,
    /// What to read when nothing happened.
    empty: &'static str,
    bars: Vec<Bar>,
    legend: Vec<Entry>,
    /// The highest bar.
    most: i64,
    ticks: [String; 3],
    heads: Vec<String>,
    rows: Vec<(Instant, String, Vec<i64>)>,
}

/// A part of a bar.
struct Bar {
    class: usize,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
}

/// A line of the legend.
struct Entry {
    class: usize,
    label: String,
    total: i64,
}

impl Chart {
    /// The picture of these series. `label` names a subject for people.
    pub fn of(
        (id, title, empty): (&'static str, &'static str, &'static str),
        activity: &Activity,
        series: &[Series],
        label: impl Fn(&str) -> String,
    ) -> Self {
        let slots = &activity.slots;
        let column =
            |slot: usize| series.iter().filter_map(move |one| one.counts.get(slot).copied());
        let most = (0..slots.len()).map(|slot| column(slot).sum()).max().unwrap_or(0);
        let legend: Vec<Entry> = series
            .iter()
            .enumerate()
            .map(|(class, one)| Entry { class, label: label(&one.subject), total: one.total() })
            .collect();
        let bars = (0..slots.len()).flat_map(|slot| {
            let counts: Vec<i64> = column(slot).collect();
            stack(slot, slots.len(), &counts, most)
        });
        let range = activity.range;
        let rows = slots
            .iter()
            .enumerate()
            .rev()
            .map(|(slot, at)| (*at, moment(range, *at), column(slot).collect()));
        Self {
            id,
            title,
            empty,
            summary: summary(range, &legend, most),
            bars: bars.collect(),
            most,
            ticks: ticks(range, slots),
            heads: legend.iter().map(|entry| entry.label.clone()).collect(),
            rows: rows.collect(),
            legend,
        }
    }

    /// The picture as HTML.
    pub fn html(&self) -> String {
        render(self, 8 * 1024)
    }
}

/// The parts of one bar, from the bottom up.
fn stack(slot: usize, slots: usize, counts: &[i64], most: i64) -> Vec<Bar> {
    let slots = i64::try_from(slots).unwrap_or(1).max(1);
    let slot = i64::try_from(slot).unwrap_or_default();
    let (begin, end) = (slot * WIDTH / slots, (slot + 1) * WIDTH / slots);
    let gap = (end - begin) / 8;
    let mut y = HEIGHT;
    let mut bars = Vec::new();
    for (class, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = (count.saturating_mul(HEIGHT) / most.max(1)).max(LEAST);
        y = (y - height).max(0);
        bars.push(Bar { class, x: begin + gap, y, width: end - begin - 2 * gap, height });
    }
    bars
}

fn summary(range: Range, legend: &[Entry], most: i64) -> String {
    let parts: Vec<String> =
        legend.iter().map(|entry| format!("{} {}", entry.total, entry.label)).collect();
    let (back, slot) = match range {
        Range::Day => ("24 hours", "hour"),
        Range::Week => ("7 days", "six hours"),
        Range::Month => ("30 days", "day"),
    };
    format!("In the last {back}: {}. At most {most} per {slot}.", parts.join(", "))
}

/// The first, the middle and the last slot, for the line below the picture.
fn ticks(range: Range, slots: &[Instant]) -> [String; 3] {
    [0, slots.len() / 2, slots.len().saturating_sub(1)]
        .map(|slot| slots.get(slot).map_or_else(String::new, |at| short_moment(range, *at)))
}

fn short_moment(range: Range, at: Instant) -> String {
    let form = if range == Range::Day { "%H:%M" } else { "%d %b" };
    at.format(form).to_string()
}

fn moment(range: Range, at: Instant) -> String {
    let form = if range == Range::Month { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
    at.format(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn activity(counts: &[(&str, Vec<i64>)]) -> (Activity, Vec<Series>) {
        let slots = (0..2).map(|hour| Instant::UNIX_EPOCH + TimeDelta::hours(hour)).collect();
        let (logins, refusals, sms, factors) = (vec![], vec![], vec![], vec![]);
        let activity = Activity { range: Range::Day, slots, logins, refusals, sms, factors };
        let series = |(subject, counts): &(&str, Vec<i64>)| Series {
            subject: (*subject).to_owned(),
            counts: counts.clone(),
        };
        (activity, counts.iter().map(series).collect())
    }

    #[test]
    fn bars_are_stacked_to_the_height_of_the_highest() {
        let (activity, series) = activity(&[("a", vec![1, 3]), ("b", vec![1, 1])]);
        let chart = Chart::of(("x", "X", "none"), &activity, &series, str::to_owned);
        assert_eq!(chart.most, 4);
        let places: Vec<(usize, i64, i64)> =
            chart.bars.iter().map(|bar| (bar.class, bar.y, bar.height)).collect();
        assert_eq!(places, [(0, 750, 250), (1, 500, 250), (0, 250, 750), (1, 0, 250)]);
        assert_eq!(chart.summary, "In the last 24 hours: 4 a, 2 b. At most 4 per hour.");
    }

    #[test]
    fn names_are_escaped_and_nothing_carries_a_style() {
        let (activity, series) = activity(&[("<script>", vec![1, 0])]);
        let html = Chart::of(("x", "X", "none"), &activity, &series, str::to_owned).html();
        assert!(html.contains("&#60;script&#62;") && !html.contains("<script"), "{html}");
        assert!(!html.contains("style="), "{html}");
        assert!(html.contains("<table") && html.contains("role=\"img\""), "{html}");
    }

    #[test]
    fn where_nothing_happened_there_is_no_picture() {
        let (activity, series) = activity(&[]);
        let html = Chart::of(("x", "X", "Nothing here."), &activity, &series, str::to_owned).html();
        assert!(html.contains("Nothing here.") && !html.contains("<svg"), "{html}");
    }
}
