//! Every mistake of a configuration file, with its line and column, in one run.

use std::path::Path;

use crate::support::World;
use crate::support::files::{self, Place};

fn mistakes(world: &World, text: &str) -> String {
    let environment = &[("SHORT", "short")];
    let place = Place { name: "bad.toml", beside: &[], environment };
    files::mistakes(place.plan_in(Path::new("/nonexistent"), world, text))
}

fn every_mistake_is_reported_at_once_with_its_place(world: &World) {
    let found = mistakes(world, include_str!("bad.toml"));
    let expected = include_str!("bad.expected");
    assert_eq!(found.trim(), expected.trim(), "\n--- found ---\n{found}\n");
    assert!(!found.contains("hunter2"), "a secret is repeated");
}

fn text_that_is_no_toml_is_reported_with_its_place(world: &World) {
    let found = mistakes(world, "[[user]]\nusername = alice\n");
    assert!(found.starts_with("bad.toml:2:"), "{found}");
}

fn a_mistake_in_an_entry_does_not_hide_those_that_only_the_database_shows(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let text = "[[service_provider]]\nentity_id = \"https://sp.example.org/saml\"\nsing = \"both\"\n\
                steps = [[\"sms-otp\"]]\n";
    let found = mistakes(world, text);
    assert_eq!(found.lines().count(), 2, "{found}");
    assert!(found.contains("did you mean \"sign\"?") && found.contains(":4:1 "), "{found}");
}

fn a_file_with_a_mistake_changes_nothing(world: &World) {
    let before = world.configuration_version();
    mistakes(world, "[[claim]]\nuri = \"badge\"\ndisplay_name = \"Badge\"\n[[claim]]\n");
    assert_eq!(world.configuration_version(), before);
}

on_both!(
    every_mistake_is_reported_at_once_with_its_place,
    text_that_is_no_toml_is_reported_with_its_place,
    a_mistake_in_an_entry_does_not_hide_those_that_only_the_database_shows,
    a_file_with_a_mistake_changes_nothing,
);
