//! Where logout messages go: from metadata, from files, and what a change of it means.

use idp_admin::service_providers::{
    self, ImportedMetadata, ServiceProviderDraft, ServiceProviderPatch, Weakening, weakenings,
};
use idp_core::service_provider::{LogoutBinding, SingleLogoutService};

use crate::support::files::{Place, mistakes};
use crate::support::{SP, World, now, rng};

const PLACE: Place<'_> = Place { name: "config.toml", beside: &[], environment: &[] };

fn file(slo: &str) -> String {
    format!(
        "[[service_provider]]\nentity_id = \"{SP}\"\nacs = [{{ url = \"https://sp.example.org/acs\" }}]\n{slo}\n"
    )
}

fn services(world: &World) -> Vec<SingleLogoutService> {
    let sp = service_providers::find(&world.admin(), SP).unwrap();
    sp.value.settings.single_logout_services
}

fn service(binding: LogoutBinding, url: &str, response_url: Option<&str>) -> SingleLogoutService {
    let response_url = response_url.map(str::to_owned);
    SingleLogoutService { binding, url: url.to_owned(), response_url }
}

fn c131_endpoints_come_from_metadata_with_their_response_location(world: &World) {
    const BINDINGS: &str = "urn:oasis:names:tc:SAML:2.0:bindings";
    let metadata = format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{SP}">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:SingleLogoutService Binding="{BINDINGS}:SOAP" Location="https://sp.example.org/soap"/>
    <md:SingleLogoutService Binding="{BINDINGS}:HTTP-Redirect" Location="https://sp.example.org/slo" ResponseLocation="https://sp.example.org/done"/>
    <md:SingleLogoutService Binding="{BINDINGS}:HTTP-Artifact" Location="https://sp.example.org/art"/>
    <md:SingleLogoutService Binding="{BINDINGS}:HTTP-POST" Location="javascript:alert(1)"/>
    <md:AssertionConsumerService index="1" Binding="{BINDINGS}:HTTP-POST" Location="https://sp.example.org/acs"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>"#
    );
    let read = ImportedMetadata::parse(metadata.as_bytes(), now()).unwrap();
    assert!(read.notes.iter().any(|note| note.contains("HTTP-Artifact")), "{:?}", read.notes);
    assert!(read.notes.iter().any(|note| note.contains("javascript:")), "{:?}", read.notes);
    let patch = ServiceProviderPatch::default();
    service_providers::import(&world.admin(), &read, &patch, &mut rng()).unwrap();
    assert_eq!(
        services(world),
        [
            service(LogoutBinding::Soap, "https://sp.example.org/soap", None),
            service(
                LogoutBinding::Redirect,
                "https://sp.example.org/slo",
                Some("https://sp.example.org/done")
            ),
        ]
    );
}

fn a_file_sets_them_and_a_change_of_nothing_else_is_a_change(world: &World) {
    let slo = "slo = [{ url = \"https://sp.example.org/slo\" }]";
    PLACE.apply(world, &file(slo));
    let first = service(LogoutBinding::Redirect, "https://sp.example.org/slo", None);
    assert_eq!(services(world), [first]);
    assert!(PLACE.apply(world, &file(slo)).changes.is_empty());
    assert!(PLACE.apply(world, &file("")).changes.is_empty(), "what is not said stays");
    let post = "slo = [{ binding = \"post\", url = \"https://sp.example.org/slo\", response_url = \"https://sp.example.org/done\" }]";
    assert_eq!(PLACE.apply(world, &file(post)).changes.len(), 1);
    assert_eq!(services(world)[0].binding, LogoutBinding::Post);
    assert_eq!(services(world)[0].response_location(), "https://sp.example.org/done");
    PLACE.apply(world, &file("slo = []"));
    assert!(services(world).is_empty());
}

fn odd_endpoints_are_mistakes_with_their_place(world: &World) {
    for (slo, expected) in [
        ("slo = [{ binding = \"artifact\", url = \"https://a.example/\" }]", "slo[0].binding"),
        ("slo = [{ binding = \"post\" }]", "slo[0].url"),
        ("slo = [{ url = \"ftp://a.example/\" }]", "slo[0].url"),
        ("slo = [{ url = \"https://a.example/\", response_url = \"/x\" }]", "slo[0].response_url"),
    ] {
        let found = mistakes(PLACE.plan(world, &file(slo)));
        assert!(found.contains(expected), "{slo}: {found}");
    }
}

fn another_host_for_logout_messages_weakens(world: &World) {
    PLACE.apply(world, &file("slo = [{ url = \"https://sp.example.org/slo\" }]"));
    let before = service_providers::find(&world.admin(), SP).unwrap().value;
    let mut after = ServiceProviderDraft::of(&before);
    let elsewhere = service(LogoutBinding::Redirect, "https://evil.example/slo", None);
    after.settings.single_logout_services = vec![elsewhere];
    assert_eq!(weakenings(&before, &after), [Weakening::Hosts]);
    after.settings.single_logout_services = Vec::new();
    assert!(weakenings(&before, &after).is_empty());
}

on_both!(
    c131_endpoints_come_from_metadata_with_their_response_location,
    a_file_sets_them_and_a_change_of_nothing_else_is_a_change,
    odd_endpoints_are_mistakes_with_their_place,
    another_host_for_logout_messages_weakens,
);
