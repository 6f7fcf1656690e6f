//! Signing keys of the database with the stage each key is at, whom another key than the current one
//! answers, and who read our metadata when.

use std::fmt;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use idp_core::Instant;
use idp_core::id::ServiceProviderId;
use idp_core::saml::urn::KeyKind;

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::Conn;
use crate::convert::{corrupt, instant, stored};
use crate::schema::{metadata_readers, service_providers, signing_key_choices, signing_keys};

/// At which stage of a rollover a key is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum KeyStage {
    /// Published; signs only for whom it was promoted.
    Next,
    /// Signs for everybody of its kind who has no other.
    Current,
    /// Published still; signs for those who were left on it.
    Previous,
    /// Neither published nor used.
    Retired,
}

impl KeyStage {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Retired => "retired",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Next, Self::Current, Self::Previous, Self::Retired];
        all.into_iter().find(|stage| stage.word() == word)
    }
}

/// A key and its stage.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// The SHA-256 of its certificate, in hexadecimal digits.
    pub id: String,
    /// Its kind.
    pub kind: KeyKind,
    /// What it is called beside its kind.
    pub number: u32,
    /// Its stage.
    pub stage: KeyStage,
    /// Private key and certificate, encrypted; `None` when they lie in the key directory.
    pub sealed: Option<Vec<u8>>,
    /// Since when our metadata has it.
    pub published_at: Instant,
}

impl fmt::Debug for SigningKeyRow {
    /// Leaves out the sealed bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeyRow")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("number", &self.number)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

/// When a service provider read our metadata last, or was told of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MetadataReader {
    /// When it read our metadata at its own address.
    pub fetched_at: Option<Instant>,
    /// When a person said that it has our keys.
    pub told_at: Option<Instant>,
}

/// A service provider in a rollover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyUser {
    /// Which.
    pub id: ServiceProviderId,
    /// Its name in messages.
    pub entity_id: String,
    /// What people call it.
    pub name: String,
    /// When it read our metadata.
    pub reader: MetadataReader,
    /// The key it is answered with instead of the current one.
    pub choice: Option<String>,
}

/// How many service providers a key concerns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct KeyUserCount {
    /// All of the kind.
    pub all: u64,
    /// Those who read our metadata or were told since.
    pub ready: u64,
}

type KeyColumns = (String, String, i64, String, Option<Vec<u8>>, i64);
type UserColumns = (String, String, String, Option<i64>, Option<i64>, Option<String>);

impl Reader<'_> {
    /// Every key that has a stage, by kind, the highest number first.
    pub fn signing_key_rows(&mut self) -> Result<Vec<SigningKeyRow>, StoreError> {
        use signing_keys::dsl;
        let rows: Vec<KeyColumns> =
            self.run(|c| dsl::signing_keys.order((dsl::kind, dsl::number.desc())).load(c))?;
        rows.into_iter().map(key_row).collect()
    }

    /// The key that was chosen for this service provider alone.
    pub fn signing_key_choice(
        &mut self,
        id: ServiceProviderId,
    ) -> Result<Option<String>, StoreError> {
        let id = id.to_string();
        self.run(|c| {
            let row = signing_key_choices::table.find(&id).select(signing_key_choices::key_id);
            row.first(c).optional()
        })
    }

    /// Who is answered with another key than the current one, and with which.
    pub fn signing_key_choices(&mut self) -> Result<Vec<(ServiceProviderId, String)>, StoreError> {
        let rows: Vec<(String, String)> = self.run(|c| signing_key_choices::table.load(c))?;
        let choice = |(id, key)| Ok((stored("signing_key_choices.service_provider_id", id)?, key));
        rows.into_iter().map(choice).collect()
    }

    /// For how many service providers each key was chosen that is not the current one.
    pub fn signing_key_choice_counts(&mut self) -> Result<Vec<(String, u64)>, StoreError> {
        use signing_key_choices::dsl;
        let rows: Vec<(String, i64)> = self.run(|c| {
            dsl::signing_key_choices
                .group_by(dsl::key_id)
                .select((dsl::key_id, diesel::dsl::count_star()))
                .load(c)
        })?;
        Ok(rows.into_iter().map(|(key, count)| (key, count.unsigned_abs())).collect())
    }

    /// How many service providers are answered with keys of this kind.
    pub fn key_user_count(&mut self, kind: KeyKind) -> Result<u64, StoreError> {
        // Most are answered with one kind: PostgreSQL would read the settings of all to count them.
        let all: i64 = self.run(|c| service_providers::table.count().get_result(c))?;
        let others: i64 = self.run(|c| {
            let kind_of = kind_of(c);
            service_providers::table
                .filter(
                    sql::<Bool>(kind_of).sql(" < ").bind::<Text, _>(kind.name()).or(sql::<Bool>(
                        kind_of,
                    )
                    .sql(" > ")
                    .bind::<Text, _>(kind.name())),
                )
                .count()
                .get_result(c)
        })?;
        let count = all - others;
        Ok(count.unsigned_abs())
    }

    /// How many of them read our metadata or were told since an instant.
    pub fn ready_key_user_count(
        &mut self,
        kind: KeyKind,
        since: Instant,
    ) -> Result<u64, StoreError> {
        use metadata_readers::dsl as read;
        let since = since.timestamp_millis();
        // Most service providers are answered with one kind: those of others are few to leave out.
        let count: i64 = self.run(|c| {
            let kind_of = kind_of(c);
            let others = service_providers::table
                .filter(
                    sql::<Bool>(kind_of).sql(" < ").bind::<Text, _>(kind.name()).or(sql::<Bool>(
                        kind_of,
                    )
                    .sql(" > ")
                    .bind::<Text, _>(kind.name())),
                )
                .select(service_providers::id);
            metadata_readers::table
                .filter(read::fetched_at.ge(since).or(read::told_at.ge(since)))
                // PostgreSQL makes a table of what is negated like this, and of `<> ALL` it does not.
                .filter(diesel::dsl::not(read::service_provider_id.eq_any(others)))
                .count()
                .get_result(c)
        })?;
        Ok(count.unsigned_abs())
    }

    /// At most `limit` of the service providers that are answered with keys of this kind, in the order
    /// of their entityIDs, from the first one after `after`.
    pub fn key_users(
        &mut self,
        kind: KeyKind,
        after: &str,
        limit: u32,
    ) -> Result<Vec<KeyUser>, StoreError> {
        use {metadata_readers::dsl as read, signing_key_choices::dsl as choice};
        let rows: Vec<UserColumns> = self.run(|c| {
            service_providers::table
                .left_join(
                    metadata_readers::table.on(read::service_provider_id.eq(service_providers::id)),
                )
                .left_join(
                    signing_key_choices::table
                        .on(choice::service_provider_id.eq(service_providers::id)),
                )
                .filter(sql::<Bool>(kind_of(c)).sql(" = ").bind::<Text, _>(kind.name()))
                .filter(service_providers::entity_id.gt(after))
                .order(service_providers::entity_id)
                .limit(limit.into())
                .select((
                    service_providers::id,
                    service_providers::entity_id,
                    service_providers::name,
                    read::fetched_at.nullable(),
                    read::told_at.nullable(),
                    choice::key_id.nullable(),
                ))
                .load(c)
        })?;
        rows.into_iter().map(key_user).collect()
    }

    /// When a service provider last read our metadata, or was told of our keys.
    pub fn last_metadata_reading(&mut self) -> Result<Option<Instant>, StoreError> {
        use diesel::dsl::max;
        use metadata_readers::dsl;
        let last: (Option<i64>, Option<i64>) = self.run(|c| {
            dsl::metadata_readers.select((max(dsl::fetched_at), max(dsl::told_at))).first(c)
        })?;
        last.0.max(last.1).map(|at| instant("metadata_readers.fetched_at", at)).transpose()
    }

    /// When this service provider read our metadata.
    pub fn metadata_reader(&mut self, id: ServiceProviderId) -> Result<MetadataReader, StoreError> {
        use metadata_readers::dsl;
        let id = id.to_string();
        let row: Option<(Option<i64>, Option<i64>)> = self.run(|c| {
            dsl::metadata_readers
                .find(&id)
                .select((dsl::fetched_at, dsl::told_at))
                .first(c)
                .optional()
        })?;
        row.map_or_else(|| Ok(MetadataReader::default()), |(fetched, told)| reader(fetched, told))
    }
}

impl Writer<'_> {
    /// Adds a key with its stage. Another one at the stage next or current of the kind is a conflict.
    pub fn insert_signing_key(&mut self, row: &SigningKeyRow) -> Result<(), StoreError> {
        use signing_keys::dsl;
        let values = (
            dsl::id.eq(&row.id),
            dsl::kind.eq(row.kind.name()),
            dsl::number.eq(i64::from(row.number)),
            dsl::stage.eq(row.stage.word()),
            dsl::sealed.eq(&row.sealed),
            dsl::published_at.eq(row.published_at.timestamp_millis()),
        );
        self.run(|c| diesel::insert_into(dsl::signing_keys).values(values).execute(c))?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Brings a key to another stage.
    pub fn set_signing_key_stage(&mut self, id: &str, stage: KeyStage) -> Result<(), StoreError> {
        use signing_keys::dsl;
        let row = dsl::signing_keys.find(id);
        self.run(|c| diesel::update(row).set(dsl::stage.eq(stage.word())).execute(c))?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Forgets a key, and whom it was chosen for.
    pub fn remove_signing_key(&mut self, id: &str) -> Result<(), StoreError> {
        self.run(|c| diesel::delete(signing_keys::table.find(id)).execute(c))?;
        self.remove_signing_key_choices(id)
    }

    /// Forgets the private part of a key, keeps its stage, and forgets whom it was chosen for.
    pub fn retire_signing_key(&mut self, id: &str) -> Result<(), StoreError> {
        use signing_keys::dsl;
        let gone = (dsl::stage.eq(KeyStage::Retired.word()), dsl::sealed.eq(None::<Vec<u8>>));
        self.run(|c| diesel::update(dsl::signing_keys.find(id)).set(gone.clone()).execute(c))?;
        self.remove_signing_key_choices(id)
    }

    /// Answers a service provider with this key from now on.
    pub fn choose_signing_key(
        &mut self,
        service_provider: ServiceProviderId,
        key: &str,
    ) -> Result<(), StoreError> {
        use signing_key_choices::dsl;
        let id = service_provider.to_string();
        let row = dsl::signing_key_choices.find(&id);
        let updated = self.run(|c| diesel::update(row).set(dsl::key_id.eq(key)).execute(c))?;
        if updated == 0 {
            let values = (dsl::service_provider_id.eq(&id), dsl::key_id.eq(key));
            self.run(|c| diesel::insert_into(dsl::signing_key_choices).values(values).execute(c))?;
        }
        self.bump_configuration_version();
        Ok(())
    }

    /// Answers a service provider with the current key again.
    pub fn forget_signing_key_choice(
        &mut self,
        service_provider: ServiceProviderId,
    ) -> Result<(), StoreError> {
        let row = signing_key_choices::table.find(service_provider.to_string());
        self.run(|c| diesel::delete(row.clone()).execute(c))?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Answers everybody for whom this key was chosen with the current one again.
    pub fn remove_signing_key_choices(&mut self, key: &str) -> Result<(), StoreError> {
        use signing_key_choices::dsl;
        let rows = dsl::signing_key_choices.filter(dsl::key_id.eq(key));
        self.run(|c| diesel::delete(rows).execute(c))?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Notes that a service provider read our metadata.
    pub fn set_metadata_fetched(
        &mut self,
        id: ServiceProviderId,
        at: Instant,
    ) -> Result<(), StoreError> {
        use metadata_readers::dsl;
        let (id, at) = (id.to_string(), at.timestamp_millis());
        let row = dsl::metadata_readers.find(&id);
        let updated = self.run(|c| diesel::update(row).set(dsl::fetched_at.eq(at)).execute(c))?;
        if updated == 0 {
            let values = (dsl::service_provider_id.eq(&id), dsl::fetched_at.eq(at));
            self.run(|c| diesel::insert_into(dsl::metadata_readers).values(values).execute(c))?;
        }
        Ok(())
    }

    /// Notes that a person said a service provider has our keys.
    pub fn set_metadata_told(
        &mut self,
        id: ServiceProviderId,
        at: Instant,
    ) -> Result<(), StoreError> {
        use metadata_readers::dsl;
        let (id, at) = (id.to_string(), at.timestamp_millis());
        let row = dsl::metadata_readers.find(&id);
        let updated = self.run(|c| diesel::update(row).set(dsl::told_at.eq(at)).execute(c))?;
        if updated == 0 {
            let values = (dsl::service_provider_id.eq(&id), dsl::told_at.eq(at));
            self.run(|c| diesel::insert_into(dsl::metadata_readers).values(values).execute(c))?;
        }
        Ok(())
    }
}

/// The name of the kind that a service provider is answered with, as the index has it.
const fn kind_of(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "json_extract(settings, '$.signing_key')",
        Conn::Postgres(_) => r#"((settings::jsonb ->> 'signing_key') COLLATE "C")"#,
    }
}

fn key_row(columns: KeyColumns) -> Result<SigningKeyRow, StoreError> {
    let (id, kind, number, stage, sealed, published_at) = columns;
    Ok(SigningKeyRow {
        id,
        kind: KeyKind::from_name(&kind).ok_or_else(|| corrupt("signing_keys.kind", &kind))?,
        number: number.try_into().map_err(|error| corrupt("signing_keys.number", &error))?,
        stage: KeyStage::from_word(&stage).ok_or_else(|| corrupt("signing_keys.stage", &stage))?,
        sealed,
        published_at: instant("signing_keys.published_at", published_at)?,
    })
}

fn key_user(columns: UserColumns) -> Result<KeyUser, StoreError> {
    let (id, entity_id, name, fetched, told, choice) = columns;
    let id = stored("service_providers.id", id)?;
    Ok(KeyUser { id, entity_id, name, reader: reader(fetched, told)?, choice })
}

fn reader(fetched: Option<i64>, told: Option<i64>) -> Result<MetadataReader, StoreError> {
    let at = |column: &'static str, millis: Option<i64>| {
        millis.map(|millis| instant(column, millis)).transpose()
    };
    Ok(MetadataReader {
        fetched_at: at("metadata_readers.fetched_at", fetched)?,
        told_at: at("metadata_readers.told_at", told)?,
    })
}
