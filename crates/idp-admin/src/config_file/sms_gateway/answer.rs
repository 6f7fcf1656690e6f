//! `answer`: one rule or a list of them, each a table.

use authenticators::gateway::AnswerRule;

use crate::config_file::reader::{TableReader, as_table};
use crate::config_file::report::Report;

/// The rules; `None` when the key is not there.
pub(super) fn read(table: &mut TableReader<'_>, report: &mut Report) -> Option<Vec<AnswerRule>> {
    let path = table.path_of("answer");
    let value = table.value("answer")?;
    if value.as_table().is_some() {
        let rule = as_table(value, &path, report)?;
        return Some(read_rule(rule, report).into_iter().collect());
    }
    let elements = table.elements("answer", report)?;
    let rules = elements.into_iter().filter_map(|(path, element)| {
        let rule = as_table(element, &path, report)?;
        read_rule(rule, report)
    });
    Some(rules.collect())
}

fn read_rule(mut rule: TableReader<'_>, report: &mut Report) -> Option<AnswerRule> {
    let path = rule.path().to_owned();
    let pointer = rule.string("pointer", report);
    let equals = rule.string("equals", report);
    let contains = rule.string("contains", report);
    let matches = rule.string("matches", report);
    rule.finish(report);
    match (pointer, equals, contains, matches) {
        (Some(pointer), Some(equals), None, None) => Some(AnswerRule::Equals { pointer, equals }),
        (None, None, Some(contains), None) => Some(AnswerRule::Contains { contains }),
        (None, None, None, Some(matches)) => Some(AnswerRule::Matches { matches }),
        _ => {
            let text = "must have pointer and equals, or contains, or matches; write several rules as a list";
            report.mistake(&path, text);
            None
        }
    }
}
