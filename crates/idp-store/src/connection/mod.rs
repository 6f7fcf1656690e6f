//! One connection to either database, and the pool that keeps them. Nothing here knows a table.

mod location;
mod pool;

pub(crate) use location::Location;
pub(crate) use pool::{Pool, Slot};

use diesel::{PgConnection, SqliteConnection};

/// A connection to either database. Diesel's derive makes one query text serve both.
#[derive(diesel::MultiConnection)]
pub(crate) enum Conn {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// A database server.
    Postgres(PgConnection),
}

/// Runs an expression with the concrete connection: for the few statements that diesel cannot write
/// for both at once, and for those of every sign-in, whose text it would otherwise put together anew
/// for each step of their execution.
macro_rules! on_each {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::connection::Conn::Sqlite($c) => $body,
            $crate::connection::Conn::Postgres($c) => $body,
        }
    };
}
pub(crate) use on_each;
