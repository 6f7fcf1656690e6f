//! The report: a page of Markdown that is also printed, with every measurement beside its aim.

use std::fmt::Write;
use std::fs;

use crate::results::{Growth, Hits, InFlight, PageCost, Results, SiteResults, aim};
use crate::statistics::{Latencies, millis};

/// The whole report.
pub fn markdown(results: &Results) -> String {
    let mut text = String::from("# Benchmark of the identity provider\n\n");
    machine(&mut text, results);
    hits(&mut text, results);
    logins(&mut text, results);
    sending(&mut text, results);
    processes(&mut text, results);
    growth(&mut text, results);
    pages(&mut text, results);
    aggregates(&mut text, results);
    text.push_str("![CPU per single sign-on hit](chart.svg)\n");
    text
}

fn machine(text: &mut String, results: &Results) {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = cpuinfo.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, value)| value)
    };
    let ifma = if field("flags").contains("avx512ifma") { "with" } else { "without" };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let _ = writeln!(
        text,
        "CPU: {} ({cores} cores, {ifma} AVX-512 IFMA), {}. Server, load client and database share it.\n",
        field("model name"),
        openssl::version::version(),
    );
    let rows = [
        ("RSA-2048 signature", results.rsa_2048),
        ("ECDSA P-256 signature", results.p_256),
        ("Argon2id, 19 MiB, t = 2, p = 1", results.argon2),
    ]
    .map(|(name, cost)| {
        vec![name.to_owned(), format!("{cost:.3}"), format!("{:.0}", 1_000.0 / cost)]
    });
    section(text, "Physical limits of one core", &["Operation", "CPU ms", "Per second"], &rows);
}

/// CPU of a hit with the same number of connections whose assertion is not encrypted.
fn in_clear(site: &SiteResults, encrypted: &Hits) -> f64 {
    let same =
        |hits: &&Hits| hits.key == crate::site::RSA && hits.connections == encrypted.connections;
    site.hits.iter().find(same).map_or(f64::NAN, |hits| hits.run.cpu_per_request())
}

fn hits(text: &mut String, results: &Results) {
    let mut rows = Vec::new();
    for site in &results.sites {
        for hits in &site.hits {
            let (cpu, bare) = (hits.run.cpu_per_request(), hits.bare);
            let (measured, aimed, unit) = match hits.key {
                crate::site::RSA => (cpu / bare, site.ratio_aim, " x RSA"),
                crate::site::ENCRYPTED => {
                    (cpu / in_clear(site, hits), aim::ENCRYPTED, " x in clear")
                }
                _ => (cpu, aim::P_256_MS, " ms"),
            };
            let database_cpu = hits.run.database_cpu_per_request();
            rows.push(vec![
                site.database.to_owned(),
                hits.key.to_owned(),
                hits.connections.to_string(),
                format!("{:.0}", hits.run.rate()),
                format!("{cpu:.3}"),
                format!("{bare:.3}"),
                format!("{:.2}", cpu / bare),
                format!("{aimed}{unit}"),
                verdict(measured, aimed),
                database_cpu.map_or_else(|| "in it".to_owned(), |cpu| format!("{cpu:.3}")),
                format!("{:.2}", millis(hits.run.latencies.percentile(50))),
                format!("{:.2}", millis(hits.run.latencies.percentile(99))),
            ]);
        }
    }
    let columns = [
        "Database",
        "Key",
        "Connections",
        "Requests/s",
        "CPU ms",
        "Bare RSA ms",
        "x RSA",
        "Aim at most",
        "Verdict",
        "Database CPU ms",
        "p50 ms",
        "p99 ms",
    ];
    section(
        text,
        "Single sign-on hit: AuthnRequest to signed Response, live session",
        &columns,
        &rows,
    );
}

fn logins(text: &mut String, results: &Results) {
    let rows: Vec<_> = results
        .sites
        .iter()
        .map(|site| {
            let rest = site.login_cpu - site.login_hash;
            vec![
                site.database.to_owned(),
                format!("{:.2}", site.login_wall),
                format!("{:.2}", site.login_cpu),
                format!("{:.2}", site.login_hash),
                format!("{rest:.2}"),
                format!("{}", aim::LOGIN_MS),
                verdict(rest, aim::LOGIN_MS),
            ]
        })
        .collect();
    let columns = [
        "Database",
        "Wall ms",
        "CPU ms",
        "Argon2id ms",
        "CPU without it",
        "Aim at most",
        "Verdict",
    ];
    section(text, "Whole login: AuthnRequest, password, code, Response", &columns, &rows);
}

fn sending(text: &mut String, results: &Results) {
    let mut rows = Vec::new();
    for SiteResults { database, sending, .. } in &results.sites {
        let InFlight { logins, slowdown, memory, threads } = sending.in_flight;
        let p95 = |latencies: &Latencies| millis(latencies.percentile(95));
        let lines = [
            ("good gateway, ms at p95", p95(&sending.healthy), aim::SENDING_MS),
            ("first one hangs, ms at p95", p95(&sending.hanging_closed), aim::HANGING_MS),
            ("and its breaker is open, ms at p95", p95(&sending.hanging_open), aim::SENDING_MS),
            ("SSO hit of others, x quiet", slowdown, aim::SLOWDOWN),
            ("memory of all waiting, MiB", memory, aim::WAITING_MIB),
            ("threads of all waiting", threads, aim::WAITING_THREADS),
        ];
        rows.extend(lines.iter().enumerate().map(|(index, (name, measured, aimed))| {
            let waiting = if index < 3 { String::new() } else { logins.to_string() };
            vec![
                (*database).to_owned(),
                waiting,
                (*name).to_owned(),
                format!("{measured:.2}"),
                aimed.to_string(),
                verdict(*measured, *aimed),
            ]
        }));
    }
    let columns = ["Database", "Waiting", "What", "Measured", "Aim at most", "Verdict"];
    section(
        text,
        "Codes: from the submitted password, its hash included, to the gateway; logins waiting for a gateway that takes 2 s",
        &columns,
        &rows,
    );
}

fn processes(text: &mut String, results: &Results) {
    let mut rows = Vec::new();
    for site in &results.sites {
        let lines = [
            ("start to first answer, ms", site.start, aim::START_MS),
            ("resident after start, MiB", site.memory_at_start.now, aim::MEMORY_START_MIB),
            ("resident under load, most, MiB", site.memory_under_load.peak, aim::MEMORY_LOAD_MIB),
        ];
        rows.extend(lines.map(|(name, measured, aimed)| {
            let measured_text = format!("{measured:.1}");
            let aim_text = aimed.to_string();
            vec![
                site.database.into(),
                name.into(),
                measured_text,
                aim_text,
                verdict(measured, aimed),
            ]
        }));
    }
    let columns = ["Database", "What", "Measured", "Aim at most", "Verdict"];
    section(text, "Process", &columns, &rows);
}

fn aggregates(text: &mut String, results: &Results) {
    let row = |site: &SiteResults| {
        let load = site.aggregate;
        vec![
            site.database.to_owned(),
            load.entities.to_string(),
            format!("{:.1}", load.megabytes),
            format!("{:.1}", load.seconds),
            format!("{:.0}", aim::AGGREGATE_S),
            format!("{:.0}", load.peak),
            format!("{:.0}", aim::AGGREGATE_MIB),
        ]
    };
    let rows: Vec<_> = results.sites.iter().map(row).collect();
    let columns = ["Database", "Service providers", "MB", "Seconds", "Aim", "Peak MiB", "Aim"];
    section(text, "Loading an aggregate", &columns, &rows);
}

fn growth(text: &mut String, results: &Results) {
    let mut rows = Vec::new();
    for site in &results.sites {
        rows.extend(growth_rows(site, "service providers", &site.by_service_providers));
        rows.extend(growth_rows(site, "live sessions", &site.by_sessions));
    }
    let columns = ["Database", "Grows", "To", "CPU ms", "Ratio", "Aim at most", "Verdict"];
    section(text, "Growth: CPU per single sign-on hit at 8 connections", &columns, &rows);
}

fn growth_rows(site: &SiteResults, name: &str, growth: &[Growth]) -> Vec<Vec<String>> {
    let smallest = growth.first().map_or(f64::NAN, |first| first.cpu);
    let row = |step: &Growth| {
        let ratio = step.cpu / smallest;
        vec![
            site.database.to_owned(),
            name.to_owned(),
            step.size.to_string(),
            format!("{:.3}", step.cpu),
            format!("{ratio:.2}"),
            format!("{:.2}", aim::GROWTH),
            verdict(ratio, aim::GROWTH),
        ]
    };
    growth.iter().map(row).collect()
}

/// A row per page, the databases beside each other.
fn pages(text: &mut String, results: &Results) {
    let Some(first) = results.sites.first() else { return };
    let mut columns = vec!["Page"];
    for site in &results.sites {
        columns.push(site.database);
        if site.pages.iter().any(|page| page.database_cpu.is_some()) {
            columns.push("and in the database");
        }
    }
    columns.extend(["Aim at most", "Verdict"]);
    let row = |(index, page): (usize, &PageCost)| {
        let of_sites: Vec<&PageCost> =
            results.sites.iter().filter_map(|site| site.pages.get(index)).collect();
        let mut cells = vec![page.name.to_owned()];
        for page in &of_sites {
            cells.push(format!("{:.2}", page.cpu));
            cells.extend(page.database_cpu.map(|cpu| format!("{cpu:.2}")));
        }
        let most = of_sites.iter().map(|page| page.cpu).fold(0.0, f64::max);
        cells.extend([aim::PAGE_MS.to_string(), verdict(most, aim::PAGE_MS)]);
        cells
    };
    let rows: Vec<_> = first.pages.iter().enumerate().map(row).collect();
    section(
        text,
        "Console pages: CPU ms per GET with many service providers and people",
        &columns,
        &rows,
    );
}

/// Whether an aim of "at most" was met. What could not be measured did not meet it.
fn verdict(measured: f64, aimed: f64) -> String {
    if measured <= aimed { "met".to_owned() } else { format!("MISSED ({:.2} x)", measured / aimed) }
}

fn section(text: &mut String, title: &str, columns: &[&str], rows: &[Vec<String>]) {
    let _ = writeln!(text, "## {title}\n\n{}", table(columns, rows));
}

/// A table of Markdown whose columns stand below each other in a terminal too.
fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let width = |index: usize, column: &str| {
        let cells = rows.iter().filter_map(|row| row.get(index));
        cells.map(|cell| cell.chars().count()).chain([column.chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<_> = columns.iter().enumerate().map(|(i, column)| width(i, column)).collect();
    let line = |cells: &[String]| {
        let padded: Vec<_> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("| {} |\n", padded.join(" | "))
    };
    let header: Vec<_> = columns.iter().map(ToString::to_string).collect();
    let rule: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let body: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}{body}", line(&header), line(&rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aim_is_met_up_to_its_value() {
        assert_eq!(verdict(1.6, 1.6), "met");
        assert_eq!(verdict(3.2, 1.6), "MISSED (2.00 x)");
        assert_eq!(verdict(f64::NAN, 1.6), "MISSED (NaN x)");
    }

    #[test]
    fn columns_of_a_table_stand_below_each_other() {
        let rows =
            [vec!["SQLite".to_owned(), "1".to_owned()], vec!["é".to_owned(), "23".to_owned()]];
        assert_eq!(
            table(&["Database", "n"], &rows),
            "| Database | n  |\n| -------- | -- |\n| SQLite   | 1  |\n| é        | 23 |\n"
        );
    }

    #[test]
    fn growth_is_told_against_the_smallest_site() {
        let site = crate::chart::example().sites.remove(0);
        let rows = growth_rows(&site, "sessions", &site.by_sessions);
        assert_eq!(rows[0][4], "1.00");
        assert_eq!(rows[1][4..], ["1.50", "1.10", "MISSED (1.36 x)"]);
    }

    #[test]
    fn the_report_names_every_database_and_its_chart() {
        let text = markdown(&crate::chart::example());
        assert!(text.contains("| SQLite") && text.contains("(chart.svg)"));
    }

    #[test]
    fn a_page_that_costs_too_much_on_one_database_misses_its_aim() {
        let results = crate::chart::example();
        let text = markdown(&results);
        let line = text.lines().find(|line| line.starts_with("| users")).unwrap();
        assert!(line.contains("12.50") && line.contains("MISSED (1.25 x)"), "{line}");
    }
}
