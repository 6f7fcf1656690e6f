//! One table of an exported file while it is put together: keys with values, rows of a list, tables
//! below it. Order and form follow from the calls alone, so that equal things are written equally.

use std::io::{self, Write};

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

/// A table of the file.
#[derive(Default)]
pub struct Entry(Table);

impl Entry {
    /// A key with its value.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key, Item::Value(value.into()));
    }

    /// A key that may have no value, and is left out then.
    pub fn set_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// A text in which `${NAME}` would stand for a variable.
    pub fn set_text(&mut self, key: &str, text: &str) {
        self.set(key, literally(text));
    }

    /// A list with an element per line; `[]` when it is empty.
    pub fn set_rows(&mut self, key: &str, rows: impl IntoIterator<Item = impl Into<Value>>) {
        self.set(key, rows_of(rows));
    }

    /// A list of tables with headers of their own; `[]` when it is empty.
    pub fn set_tables(&mut self, key: &str, tables: impl IntoIterator<Item = Self>) {
        let tables: ArrayOfTables = tables.into_iter().map(|entry| entry.0).collect();
        if tables.is_empty() {
            self.set(key, Array::new());
        } else {
            self.0.insert(key, Item::ArrayOfTables(tables));
        }
    }

    /// A table with a header of its own, and perhaps a line of comment before it.
    pub fn set_table(&mut self, key: &str, mut table: Self, comment: &str) {
        if !comment.is_empty() {
            table.0.decor_mut().set_prefix(format!("\n# {comment}\n"));
        }
        self.0.insert(key, Item::Table(table.0));
    }

    /// A table that has only tables below it, and no header; `{}` when it is empty.
    pub fn set_tables_by_name(
        &mut self,
        key: &str,
        tables: impl IntoIterator<Item = (String, Self)>,
    ) {
        let mut parent = Table::new();
        parent.set_implicit(true);
        for (name, table) in tables {
            parent.insert(&name, Item::Table(table.0));
        }
        if parent.is_empty() {
            self.set(key, InlineTable::new());
        } else {
            self.0.insert(key, Item::Table(parent));
        }
    }

    /// A line of comment before a key.
    pub fn comment(&mut self, key: &str, text: &str) {
        if let Some(mut key) = self.0.key_mut(key) {
            key.leaf_decor_mut().set_prefix(format!("# {text}\n"));
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes it as `[kind]`, the only one of its kind, after a blank line.
    pub fn write_alone(mut self, kind: &str, out: &mut dyn Write) -> io::Result<()> {
        self.0.decor_mut().set_prefix("\n");
        let mut document = DocumentMut::new();
        document.insert(kind, Item::Table(self.0));
        write!(out, "{document}")
    }

    /// Writes it as `[[kind]]`, after a blank line.
    pub fn write(mut self, kind: &str, out: &mut dyn Write) -> io::Result<()> {
        self.0.decor_mut().set_prefix("\n");
        let mut document = DocumentMut::new();
        let tables: ArrayOfTables = [self.0].into_iter().collect();
        document.insert(kind, Item::ArrayOfTables(tables));
        write!(out, "{document}")
    }
}

/// A table on one line: those of the values that there are.
pub fn row(values: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> InlineTable {
    let present = values.into_iter().filter_map(|(key, value)| Some((key, value?)));
    present.collect()
}

/// A list with an element per line.
pub fn rows_of(rows: impl IntoIterator<Item = impl Into<Value>>) -> Array {
    let mut array = Array::new();
    for row in rows {
        let mut value = row.into();
        value.decor_mut().set_prefix("\n  ");
        array.push_formatted(value);
    }
    if !array.is_empty() {
        array.set_trailing_comma(true);
        array.set_trailing("\n");
    }
    array
}

/// A list on one line.
pub fn list<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Value {
    Value::Array(values.into_iter().map(Into::into).collect())
}

/// A text that is read as it stands, whatever is in it.
pub fn literally(text: &str) -> Value {
    text.replace("${", "$${").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(entry: Entry) -> String {
        let mut out = Vec::new();
        entry.write("thing", &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_come_before_tables_whatever_their_order() {
        let mut inner = Entry::default();
        inner.set("a", 1);
        let mut entry = Entry::default();
        entry.set_tables_by_name("by", [("x y".to_owned(), inner)]);
        entry.set_tables("none", []);
        entry.set_rows("rows", [row([("a", Some(1.into())), ("b", None)])]);
        entry.set_rows("no_rows", Vec::<Value>::new());
        entry.set("name", "it's \"here\"");
        entry.comment("name", "what it is");
        assert_eq!(
            written(entry),
            "\n[[thing]]\nnone = []\nrows = [\n  { a = 1 },\n]\nno_rows = []\n# what it is\n\
             name = \"\"\"it's \"here\"\"\"\"\n\n[thing.by.\"x y\"]\na = 1\n"
        );
    }

    #[test]
    fn what_would_stand_for_a_variable_is_escaped() {
        let mut entry = Entry::default();
        entry.set_text("a", "${A} $ {B} $${C}");
        assert_eq!(written(entry), "\n[[thing]]\na = \"$${A} $ {B} $$${C}\"\n");
    }
}
