//! Finding accounts: by user names, by how the user name begins, by e-mail address, by mobile number, by role. Each
//! along an index, so that it takes as long with a hundred thousand accounts as with ten.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use idp_core::claim::ClaimUri;
use idp_core::user::{User, Username};

use super::users::Row;
use crate::access::Reader;
use crate::connection::Conn;
use crate::convert::stored;
use crate::schema::users::dsl;
use crate::{StoreError, Versioned};

/// How to reach a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contact<'a> {
    /// An e-mail address, in any case of ASCII letters.
    Email(&'a str),
    /// A mobile number as it is stored, in its international form.
    Mobile(&'a str),
}

impl Contact<'_> {
    /// The condition on a row as the index has it, up to the value.
    const fn condition(self, conn: &Conn) -> &'static str {
        match (self, conn) {
            (Self::Email(_), Conn::Sqlite(_)) => {
                r#"lower(json_extract(claims, '$."http://wso2.org/claims/emailaddress"[0]')) = "#
            }
            (Self::Mobile(_), Conn::Sqlite(_)) => {
                r#"json_extract(claims, '$."http://wso2.org/claims/mobile"[0]') = "#
            }
            (Self::Email(_), Conn::Postgres(_)) => {
                r#"lower(((claims::jsonb -> 'http://wso2.org/claims/emailaddress') ->> 0) COLLATE "C") = "#
            }
            (Self::Mobile(_), Conn::Postgres(_)) => {
                r#"(((claims::jsonb -> 'http://wso2.org/claims/mobile') ->> 0) COLLATE "C") = "#
            }
        }
    }

    fn value(self) -> String {
        match self {
            Self::Email(address) => address.to_ascii_lowercase(),
            Self::Mobile(number) => number.to_owned(),
        }
    }
}

impl Reader<'_> {
    /// At most `limit` accounts whose user names begin like this, in their order, from the first one
    /// after `after`.
    pub fn users_beginning_with(
        &mut self,
        beginning: &Username,
        after: Option<&Username>,
        limit: u32,
    ) -> Result<Vec<Versioned<User>>, StoreError> {
        let (first, after) = (beginning.as_str(), after.map_or("", Username::as_str));
        // No user name holds this last character of Unicode, so all that begin alike come before it.
        let end = format!("{first}\u{10ffff}");
        let rows = self.run(|c| {
            dsl::users
                .filter(dsl::username.ge(first))
                .filter(dsl::username.lt(&end))
                .filter(dsl::username.gt(after))
                .order(dsl::username)
                .limit(limit.into())
                .select(Row::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Row::into_versioned).collect()
    }

    /// At most `limit` accounts with a role in the console, in the order of their user names, from the
    /// first one after `after`.
    pub fn users_with_roles(
        &mut self,
        after: Option<&Username>,
        limit: u32,
    ) -> Result<Vec<Versioned<User>>, StoreError> {
        let after = after.map_or("", Username::as_str);
        let rows = self.run(|c| {
            dsl::users
                // As the index has it.
                .filter(sql::<Bool>("roles <> '[]'"))
                .filter(dsl::username.gt(after))
                .order(dsl::username)
                .limit(limit.into())
                .select(Row::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Row::into_versioned).collect()
    }

    /// Those of these user names that are taken, in their order.
    pub fn taken_usernames(&mut self, names: &[Username]) -> Result<Vec<Username>, StoreError> {
        let mut taken = Vec::new();
        // No database takes any number of parameters.
        for some in names.chunks(Self::NAMES_AT_A_TIME) {
            let some: Vec<&str> = some.iter().map(Username::as_str).collect();
            let found: Vec<String> = self.run(|c| {
                dsl::users
                    .filter(dsl::username.eq_any(&some))
                    .order(dsl::username)
                    .select(dsl::username)
                    .load(c)
            })?;
            for name in found {
                taken.push(stored("users.username", name)?);
            }
        }
        Ok(taken)
    }

    const NAMES_AT_A_TIME: usize = 500;

    /// At most `limit` accounts that are reached like this, in the order of their user names. Of
    /// several addresses or numbers the first one counts.
    pub fn users_with_contact(
        &mut self,
        contact: Contact<'_>,
        limit: u32,
    ) -> Result<Vec<Versioned<User>>, StoreError> {
        let value = contact.value();
        let rows = self.run(|c| {
            dsl::users
                .filter(sql::<Bool>(contact.condition(c)).bind::<Text, _>(&value))
                .order(dsl::username)
                .limit(limit.into())
                .select(Row::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Row::into_versioned).collect()
    }

    /// At most `limit` user names of people with a value for this claim, in their order.
    pub fn users_with_claim(
        &mut self,
        claim: &ClaimUri,
        limit: u32,
    ) -> Result<Vec<Username>, StoreError> {
        use crate::schema::user_claims::dsl as of;
        let names: Vec<String> = self.run(|c| {
            of::user_claims
                .filter(of::claim.eq(claim.as_str()))
                .order(of::username)
                .limit(limit.into())
                .select(of::username)
                .load(c)
        })?;
        names.into_iter().map(|name| stored("user_claims.username", name)).collect()
    }
}
