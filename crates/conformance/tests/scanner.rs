//! What counts as a proof, and what does not.
#![cfg(test)]

use std::fs;
use std::path::Path;

use conformance::Record;

/// A repository with these rows and files of one package; its mistakes, and its tests as
/// `name: rows`.
fn record(rows: &str, files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let root = tempfile::tempdir().unwrap();
    let write = |file: &Path, text: &str| {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    let text = format!("{rows}\n");
    write(&root.path().join("docs/conformance/rows.toml"), &text);
    let package = root.path().join("crates/p");
    write(&package.join("Cargo.toml"), "[package]\nname = \"p\"\n");
    for (file, text) in files {
        write(&package.join(file), text);
    }
    let record = Record::read(root.path()).unwrap();
    let tests = record.tests.iter().map(|test| {
        let rows: Vec<&str> = test.rows.iter().map(String::as_str).collect();
        format!("{}: {}", test.name, rows.join(" "))
    });
    (record.mistakes(), tests.collect())
}

fn row(id: &str, level: &str, more: &str) -> String {
    format!(
        "[[section.row]]\nid = \"{id}\"\nlevel = \"{level}\"\nrequirement = \"r\"\nsource = \"s\"\n{more}\n"
    )
}

fn rows(rows: &[String]) -> String {
    format!(
        "being_built = [\"C009\"]\n[[section]]\ntitle = \"t\"\n{}{}",
        rows.concat(),
        row("C009", "M", "")
    )
}

#[test]
fn tests_of_every_form_are_found_by_the_names_that_cargo_has_for_them() {
    let three: Vec<String> = ["C001", "C002", "C003"].map(|id| row(id, "M", "")).into();
    let (mistakes, tests) = record(
        &rows(&three),
        &[
            ("src/lib.rs", "mod a; /// C001.\nfn no_test() {}"),
            ("src/a.rs", "#[cfg(test)] mod tests { /// C001, C002.\n#[test] fn plain() {} }"),
            ("src/orphan.rs", "/// C001.\n#[test] fn nobody_declares_this() {}"),
            (
                "tests/alone.rs",
                "/// (C003) words\n#[tokio::test(flavor = \"x\")] async fn later() {}",
            ),
            (
                "tests/whole/main.rs",
                "mod inner; #[path = \"../shared.rs\"] mod by_path;\n\
                 /// C001.\n#[test] #[ignore = \"slow\"] fn ignored() {}\n\
                 macro_rules! on_both { () => { /// C001.\n#[test] fn template() {} } }",
            ),
            (
                "tests/whole/inner/mod.rs",
                "/// C001.\n/// And C003.\nfn named(world: &World) {}\n/// C002.\nfn other() {}\n\
                 on_both! { named }\n\
                 on_both_databases! { /// C002.\n with_body(backend) { let x = 1; } }\n\
                 proptest! { #![config(1)] /// C003.\n#[test] fn generated(x in any()) { } fn none() {} }",
            ),
            ("tests/shared.rs", "const X: &str = \"/// C001\"; // C001\n#[test] fn untagged() {}"),
        ],
    );
    assert!(mistakes.is_empty(), "{mistakes:?}");
    assert_eq!(
        tests,
        [
            "p::a::tests::plain: C001 C002",
            "p::alone::later: C003",
            "p::whole::inner::generated: C003",
            "p::whole::inner::named: C001 C003",
            "p::whole::inner::with_body: C002",
        ]
    );
}

#[test]
fn a_row_without_proof_or_reason_is_a_mistake() {
    let open = [row("C001", "M", ""), row("C002", "S", ""), row("C003", "O", "not_done = \"why\"")];
    let (mistakes, _) = record(&rows(&open), &[("src/lib.rs", "")]);
    let [must, should] = &*mistakes else { panic!("{mistakes:?}") };
    assert!(must.starts_with("C001 is a MUST without a test"), "{must}");
    assert!(should.starts_with("C002 has neither a test nor a reason"), "{should}");
}

#[test]
fn a_record_that_contradicts_itself_is_a_mistake() {
    let both = [row("C001", "M", "not_done = \"no\""), row("C002", "S", "not_done = \"no\"")];
    let source = "/// C002, C555.\n#[test] fn a() {}\n/// C001 to C002\n#[test] fn b() {}\n\
                  /// C001–C002\n#[test] fn c() {}";
    let (mistakes, _) = record(&rows(&both), &[("src/lib.rs", source)]);
    for expected in [
        "C001 is a MUST and cannot be not_done",
        "C002 is not_done, but p::a proves it",
        "p::a names C555, which is no row",
        "p::b names a range of rows",
        "p::c names a range of rows",
    ] {
        assert!(
            mistakes.iter().any(|mistake| mistake.starts_with(expected)),
            "{expected}: {mistakes:?}"
        );
    }
}
