//! Both trees of migrations apply, and give the tables of `schema.rs`.

use idp_store::testing::{Column, TestDatabase};

const SCHEMA: &str = include_str!("../../src/schema.rs");

on_both! {
    migrations_apply_once,
    nodes_that_start_at_once_migrate_together,
    a_database_without_tables_says_to_migrate,
}

fn migrations_apply_once(database: &TestDatabase) {
    let store = database.open();
    let pending = store.pending_migrations().expect("pending");
    assert!(!pending.is_empty());
    assert_eq!(store.migrate(), Ok(pending));
    assert_eq!(store.migrate(), Ok(Vec::new()));
    assert_eq!(store.pending_migrations(), Ok(Vec::new()));
}

fn nodes_that_start_at_once_migrate_together(database: &TestDatabase) {
    let all = database.open().pending_migrations().expect("pending");
    let mut applied: Vec<String> = std::thread::scope(|scope| {
        let nodes: Vec<_> =
            (0..4).map(|_| scope.spawn(|| database.open().migrate().expect("migrated"))).collect();
        nodes.into_iter().flat_map(|node| node.join().expect("no panic")).collect()
    });
    applied.sort();
    assert_eq!(applied, all);
}

fn a_database_without_tables_says_to_migrate(database: &TestDatabase) {
    let refused = database.open().read(|r| r.user_count()).expect_err("there is no table");
    assert!(refused.to_string().contains("idp-server migrate"), "{refused}");
}

mod sqlite_columns {
    use super::*;
    use idp_store::testing::Backend;

    #[test]
    fn are_those_of_the_schema() {
        let database = TestDatabase::new(Backend::Sqlite);
        let _store = database.store();
        assert_eq!(database.columns(), columns_of_schema(sqlite_type));
    }
}

mod postgres_columns {
    use super::*;
    use idp_store::testing::Backend;

    #[test]
    fn are_those_of_the_schema() {
        let database = TestDatabase::new(Backend::Postgres);
        let _store = database.store();
        assert_eq!(database.columns(), columns_of_schema(postgres_type));
    }
}

#[test]
fn both_trees_have_the_same_names() {
    let names = |tree: &str| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/");
        let mut names: Vec<_> = std::fs::read_dir(format!("{root}{tree}"))
            .expect("the folder exists")
            .map(|entry| entry.expect("readable").file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Reads `schema.rs`: `table (key) {` opens a table, `column -> Type,` is a column.
fn columns_of_schema(type_of: fn(&str) -> &'static str) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut table = "";
    for line in SCHEMA.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name;
        }
        if let Some((name, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            let optional = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            columns.push(Column {
                table_name: table.to_owned(),
                column_name: name.to_owned(),
                data_type: type_of(optional.unwrap_or(kind)).to_owned(),
                nullable: optional.is_some(),
            });
        }
    }
    columns.sort();
    columns
}

fn sqlite_type(kind: &str) -> &'static str {
    match kind {
        "Text" => "TEXT",
        "BigInt" | "Bool" => "INTEGER",
        "Binary" => "BLOB",
        other => panic!("{other} is not one of the portable types"),
    }
}

fn postgres_type(kind: &str) -> &'static str {
    match kind {
        "Text" => "text",
        "BigInt" => "bigint",
        "Bool" => "boolean",
        "Binary" => "bytea",
        other => panic!("{other} is not one of the portable types"),
    }
}
