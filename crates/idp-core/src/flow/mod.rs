//! The step sequencer: which steps a login needs, whether an answer passes one, and the proof that
//! all of them were passed or left out by a policy.
//!
//! Pure decisions: facts, an answer, an instant and random numbers go in; a new state of the login
//! and the effects to carry out come out. Persistence and sending happen at the edge.

pub mod answer;
pub mod authenticator;
pub mod chain;
pub mod enrolment;
pub mod limits;
pub mod login;
pub mod phrase;
pub mod policy;
pub mod prompt;
pub mod registry;
pub mod settings;
pub mod situation;
pub mod step_policy;
pub mod subject;
pub mod texts;
pub mod throttle;
pub mod value_mistake;
