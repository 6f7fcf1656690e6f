//! The texts of all authenticators, as functions made of `locales`: what a person is told is the name
//! of a text, and whoever shows it has the words.

use idp_core::flow::phrase::{Part, Phrase};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));
