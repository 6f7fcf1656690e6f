//! The step sequencer: every sequence of events against a model of it (`model`), what policies
//! make of a person's facts (`step_policies`), and what authenticators are told (`forced`), in one
//! small `world`.

// Always set here; it tells clippy that all of this is test code.
#![cfg(test)]

mod forced;
mod model;
mod step_policies;
mod world;
