//! What is read of the database for a question. With the rules of the server it decides the answer, so that
//! a question need not be judged again while it is the same.

use std::collections::BTreeMap;

use idp_core::flow::authenticator::{AuthenticatorId, Credential};
use idp_core::id::EntityId;
use idp_core::service_provider::ServiceProvider;
use idp_core::user::{Person, Username};
use idp_store::Reader;

use super::Unaskable;
use super::login_rules::LoginRules;
use super::question::Question;
use crate::claim_dialects::completed;
use crate::error::Problem;

/// What was read.
pub(crate) struct Inputs {
    pub(super) sp: ServiceProvider,
    pub(super) person: Person,
    pub(super) pairwise: Option<String>,
    /// The key that was promoted for the service provider alone.
    pub(super) chosen_key: Option<String>,
}

impl PartialEq for Inputs {
    fn eq(&self, other: &Self) -> bool {
        let texts = |person: &Person| -> BTreeMap<AuthenticatorId, String> {
            let text = |credential: &Credential| credential.expose().to_owned();
            person.credentials.iter().map(|(id, found)| (id.clone(), text(found))).collect()
        };
        self.sp == other.sp
            && self.person.user == other.person.user
            && texts(&self.person) == texts(&other.person)
            && self.pairwise == other.pairwise
            && self.chosen_key == other.chosen_key
    }
}

impl Inputs {
    /// Reads what the question is about.
    pub(crate) fn load(
        reader: &mut Reader<'_>,
        rules: &LoginRules,
        question: &Question,
    ) -> Result<Self, Unaskable> {
        let mut problems = Vec::new();
        let sp = match EntityId::parse(&question.service_provider) {
            Some(id) => reader.service_provider_by_entity_id(&id)?.map(|found| found.value),
            None => None,
        };
        if sp.is_none() {
            let message = format!("\"{}\" is not registered", question.service_provider);
            problems.push(Problem::new("service_provider", message));
        }
        let user = match Username::parse(&question.user) {
            Some(name) => reader.user_by_username(&name)?,
            None => None,
        };
        let person = match user {
            Some(user) => reader.person_by_id(user.value.id)?,
            None => None,
        };
        if person.is_none() {
            let message = format!("there is no account with the name \"{}\"", question.user);
            problems.push(Problem::new("user", message));
        }
        let known = |name: &String| rules.registry.find(name).is_some();
        let session = question.session.iter().map(|step| ("session", &step.authenticator));
        let prefer = question.prefer.iter().map(|name| ("prefer", name));
        for (field, name) in session.chain(prefer).filter(|(_, name)| !known(name)) {
            let known = rules.registry.names();
            let message = format!("there is no authenticator \"{name}\"; known are {known}");
            problems.push(Problem::new(field, message));
        }
        let (Some(sp), Some(person), true) = (sp, person, problems.is_empty()) else {
            return Err(Unaskable::Problems(problems));
        };
        let settings = completed(reader, &sp.settings)?;
        let sp = ServiceProvider { settings, ..sp };
        let pairwise = reader.pairwise_id(person.user.id, sp.id)?;
        let chosen_key = reader.signing_key_choice(sp.id)?;
        Ok(Self { sp, person, pairwise, chosen_key })
    }
}
