//! What is wrong with the record.

use std::collections::BTreeMap;

use crate::Record;
use crate::rows::{Level, Row};
use crate::scan::Test;

/// How a row stands.
#[derive(Debug, PartialEq, Eq)]
pub enum State<'a> {
    /// These tests prove it.
    Proven(Vec<&'a str>),
    /// It is not done, for this reason.
    NotDone(&'a str),
    /// Its proof is on its way.
    BeingBuilt,
    /// Nobody knows.
    Open,
}

impl Record {
    /// How a row stands.
    pub fn state<'a>(&'a self, row: &'a Row) -> State<'a> {
        let tests: Vec<&str> = self
            .tests
            .iter()
            .filter(|test| test.rows.contains(&row.id))
            .map(|test| test.name.as_str())
            .collect();
        match &row.not_done {
            Some(reason) => State::NotDone(reason),
            None if !tests.is_empty() => State::Proven(tests),
            None if self.rows.being_built.contains(&row.id) => State::BeingBuilt,
            None => State::Open,
        }
    }

    /// Every mistake in a sentence of its own; empty when the record is complete.
    pub fn mistakes(&self) -> Vec<String> {
        let mut mistakes: Vec<String> =
            self.rows.iter().filter_map(|row| self.mistake(row)).collect();
        let mut names = BTreeMap::new();
        for test in &self.tests {
            *names.entry(&test.name).or_insert(0) += 1;
            mistakes.extend(self.mistakes_of(test));
        }
        for (name, _) in names.into_iter().filter(|(_, times)| *times > 1) {
            mistakes.push(format!("two tests are called {name}: give one another name"));
        }
        mistakes
    }

    fn mistake(&self, row: &Row) -> Option<String> {
        let Row { id, level, requirement, .. } = row;
        let tested = self.tests.iter().find(|test| test.rows.contains(id));
        if let (Some(_), Level::Must) = (&row.not_done, level) {
            return Some(format!("{id} is a MUST and cannot be not_done: {requirement}"));
        }
        if let (Some(_), Some(test)) = (&row.not_done, tested) {
            let name = &test.name;
            return Some(format!("{id} is not_done, but {name} proves it: remove one of both"));
        }
        match (self.state(row), level) {
            (State::Open, Level::Must) => Some(format!(
                "{id} is a MUST without a test: {requirement}. Name it in the doc comment of the test \
                 that proves it"
            )),
            (State::Open, _) => Some(format!(
                "{id} has neither a test nor a reason: {requirement}. Name it in the doc comment of the \
                 test that proves it, or say why it is not_done"
            )),
            _ => None,
        }
    }

    fn mistakes_of<'a>(&'a self, test: &'a Test) -> impl Iterator<Item = String> + 'a {
        let unknown = test.rows.iter().filter(|id| self.rows.find(id).is_none());
        let unknown = unknown.map(|id| format!("{} names {id}, which is no row", test.name));
        let range = format!("{} names a range of rows: name each", test.name);
        unknown.chain(test.names_a_range.then_some(range))
    }
}
