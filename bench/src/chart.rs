//! The chart: CPU per single sign-on hit of every run as bars, each with its aim as a mark.

use std::fmt::Write;

use crate::results::{Results, aim};
use crate::site::RSA;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 300.0;
const RIGHT: f64 = 90.0;
const TOP: f64 = 70.0;
const ROW: f64 = 34.0;

struct Bar {
    label: String,
    /// CPU milliseconds.
    cost: f64,
    /// CPU milliseconds; `None` for a physical limit.
    aim: Option<f64>,
}

/// The chart as an SVG document.
pub fn svg(results: &Results) -> String {
    let bars = bars(results);
    let largest =
        bars.iter().flat_map(|bar| [bar.cost, bar.aim.unwrap_or(0.0)]).fold(0.001, f64::max);
    let scale = (WIDTH - LEFT - RIGHT) / largest;
    let height = bars.iter().fold(TOP, |height, _| height + ROW) + 30.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"20\" y=\"30\" font-size=\"18\">CPU of the server per single sign-on hit, in ms</text>\n\
         <text x=\"20\" y=\"50\" fill=\"#555\">A black mark is the aim: at most.</text>\n"
    );
    let mut top = TOP;
    for bar in &bars {
        draw(&mut svg, bar, top, scale);
        top += ROW;
    }
    svg.push_str("</svg>\n");
    svg
}

fn bars(results: &Results) -> Vec<Bar> {
    let (rsa, p_256) = (results.rsa_2048, results.p_256);
    let mut bars = vec![
        Bar { label: "bare RSA-2048 signature".into(), cost: rsa, aim: None },
        Bar { label: "bare P-256 signature".into(), cost: p_256, aim: None },
    ];
    for site in &results.sites {
        bars.extend(site.hits.iter().map(|hits| {
            let (key, aim) = if hits.key == RSA {
                ("RSA-2048", site.ratio_aim * hits.bare)
            } else {
                ("P-256", aim::P_256_MS)
            };
            let plural = if hits.connections == 1 { "" } else { "s" };
            Bar {
                label: format!("{}, {key}, {} connection{plural}", site.database, hits.connections),
                cost: hits.run.cpu_per_request(),
                aim: Some(aim),
            }
        }));
    }
    bars
}

fn draw(svg: &mut String, bar: &Bar, top: f64, scale: f64) {
    let cost = if bar.cost.is_finite() { bar.cost } else { 0.0 };
    let colour = match bar.aim {
        None => "#8a8f98",
        Some(aim) if cost <= aim => "#2f7d5b",
        Some(_) => "#b3402f",
    };
    let (length, middle) = (cost * scale, top + 18.0);
    let _ = writeln!(
        svg,
        "<text x=\"{:.0}\" y=\"{middle:.0}\" text-anchor=\"end\">{}</text>\
         <rect x=\"{LEFT:.0}\" y=\"{top:.0}\" width=\"{length:.1}\" height=\"24\" fill=\"{colour}\"/>",
        LEFT - 12.0,
        bar.label
    );
    let mut end = LEFT + length;
    if let Some(aim) = bar.aim {
        let x = LEFT + aim * scale;
        end = end.max(x);
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{:.0}\" width=\"2\" height=\"30\" fill=\"#111\"/>",
            top - 3.0
        );
    }
    let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{middle:.0}\">{cost:.3}</text>", end + 8.0);
}

/// Results as a run could have found them.
#[cfg(test)]
pub fn example() -> Results {
    use std::time::Duration;

    use crate::load::Run;
    use crate::process::Memory;
    use crate::results::{Growth, Hits, InFlight, PageCost, Sending, SiteResults};
    use crate::statistics::Latencies;

    let run = Run {
        wall: Duration::from_secs(1),
        server_cpu: Duration::from_millis(10),
        database_cpu: None,
        latencies: Latencies::new(vec![Duration::from_millis(1); 20]),
    };
    let memory = Memory { now: 30.0, peak: 60.0 };
    let site = SiteResults {
        database: "SQLite",
        ratio_aim: 1.6,
        hits: vec![Hits { key: crate::site::P_256, connections: 8, bare: 0.25, run: run.clone() }],
        login_cpu: 17.0,
        login_hash: 14.0,
        login_wall: 20.0,
        start: 50.0,
        memory_at_start: memory,
        memory_under_load: memory,
        sending: Sending {
            healthy: run.latencies.clone(),
            hanging_closed: run.latencies.clone(),
            hanging_open: run.latencies.clone(),
            in_flight: InFlight { logins: 500, slowdown: 1.02, memory: 20.0, threads: 3.0 },
        },
        by_service_providers: Vec::new(),
        by_sessions: vec![Growth { size: 10, cpu: 0.2 }, Growth { size: 1_000, cpu: 0.3 }],
        pages: vec![PageCost { name: "users", cpu: 12.5, database_cpu: None }],
        aggregate: crate::aggregate::Load {
            entities: 10_000,
            megabytes: 50.0,
            seconds: 5.0,
            peak: 200.0,
        },
    };
    Results { rsa_2048: 0.25, p_256: 0.025, argon2: 14.0, sites: vec![site] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_aim_is_red_and_marked() {
        // 0.5 ms against an aim of 0.15 ms.
        let chart = svg(&example());
        assert!(chart.contains("#b3402f") && chart.contains("#111"));
        assert!(chart.contains("SQLite, P-256, 8 connections"));
    }

    #[test]
    fn what_was_not_measured_draws_nothing_broken() {
        let chart = svg(&Results { rsa_2048: f64::NAN, sites: Vec::new(), ..example() });
        assert!(!chart.contains("NaN") && chart.ends_with("</svg>\n"));
    }
}
