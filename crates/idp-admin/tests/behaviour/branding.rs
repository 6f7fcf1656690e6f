//! How the pages of people look: changed by administrators, in configuration files, and exported.

use idp_admin::config_file::PlanReport;
use idp_admin::{AdminError, branding};
use idp_core::appearance::{Branding, HelpContact, Picture, ProductName};
use idp_store::{Conflict, StoreError};

use crate::export::{PLACE, export};
use crate::support::files::Place;
use crate::support::{World, rng};

on_both! {
    a_change_is_stored_and_audited_and_an_outdated_one_is_refused,
    what_a_file_says_is_taken_as_a_whole_and_exported_again,
    every_mistake_of_a_file_is_told_with_its_place,
}

/// The head of a PNG file of 64 by 32 pixels.
fn png() -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    [head.as_slice(), &64_u32.to_be_bytes(), &32_u32.to_be_bytes(), &[8, 6, 0, 0, 0]].concat()
}

fn stored(world: &World) -> Branding {
    branding::find(&world.admin()).unwrap().value
}

fn a_change_is_stored_and_audited_and_an_outdated_one_is_refused(world: &World) {
    let version = branding::find(&world.admin()).unwrap().version;
    let product_name = ProductName::parse("Acme").ok();
    let mut wanted = Branding { product_name, ..Branding::default() };
    wanted.appearance.logo = Picture::read(&png()).ok();
    let changes = branding::replace(&world.admin(), version, wanted.clone(), &mut rng()).unwrap();
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["logo", "product_name"]);
    assert_eq!(stored(world), wanted);
    assert!(world.audited("appearance-changed"));
    let text = world.audit_text();
    assert!(text.contains("sha256:") && text.contains("Acme"), "{text}");
    assert!(!text.contains("iVBORw0KGgo"), "the picture itself is not in the trail");
    let outdated = branding::replace(&world.admin(), version, Branding::default(), &mut rng());
    let refused = AdminError::Store(StoreError::Conflict(Conflict::Version)).to_string();
    assert_eq!(outdated.unwrap_err().to_string(), refused);
    let rows = world.audit_rows();
    assert!(branding::replace(&world.admin(), version + 1, wanted, &mut rng()).unwrap().is_empty());
    assert_eq!(world.audit_rows(), rows, "what changes nothing writes nothing");
}

fn what_a_file_says_is_taken_as_a_whole_and_exported_again(world: &World) {
    let logo = String::from(Picture::read(&png()).unwrap());
    let file = format!(
        "[appearance]\nproduct_name = \"Acme\"\nhelp_contact = \"help@acme.example\"\n\
         accent = \"#a3201d\"\nlogo = \"{logo}\"\n"
    );
    PLACE.apply(world, &file);
    assert_eq!(stored(world).help_contact, HelpContact::parse("help@acme.example").ok());
    let text = export(world);
    assert!(text.contains(&file), "{text}");
    let again = Place { environment: &[], ..PLACE }.plan(world, &text).unwrap();
    assert!(PlanReport::of(&again).changes.is_empty());
    let other = World::new(world.backend());
    PLACE.apply(&other, &text);
    assert_eq!(export(&other), text);

    PLACE.apply(world, "[[claim]]\nuri = \"badge\"\ndisplay_name = \"Badge\"\n");
    assert!(stored(world).product_name.is_some(), "a file without the table leaves it alone");
    PLACE.apply(world, "[appearance]\nproduct_name = \"Acme\"\n");
    assert!(stored(world).appearance.is_plain(), "what is left out is as in the settings");
}

fn every_mistake_of_a_file_is_told_with_its_place(world: &World) {
    let file = "[appearance]\nproduct_name = \"\"\naccent = \"red\"\nlogo = \"PHN2Zz4=\"\ncolor = \"#fff\"\n";
    let told = PLACE.plan(world, file).err().expect("mistakes").to_string();
    for words in [
        "config.toml:2:",
        "appearance.product_name: must be one line",
        "must be a colour of six hexadecimal digits",
        "is no PNG, JPEG or WebP picture",
        "appearance.color",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(stored(world).is_plain());
}
