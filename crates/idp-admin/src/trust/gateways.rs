//! Which gateways name which trusted certificates.

use std::collections::BTreeMap;

use authenticators::gateway::GatewayDefinition;
use idp_store::{TrustedCertificate, alias_key};

use crate::admin::Admin;
use crate::config_file::did_you_mean;
use crate::error::{AdminError, Problem};
use crate::sms_gateways::open_all;

/// The names of gateways by the alias they name, in small letters.
pub type Users = BTreeMap<String, Vec<String>>;

/// Who names what.
pub fn users(admin: &Admin<'_>) -> Result<Users, AdminError> {
    let mut users = Users::new();
    for gateway in open_all(admin.store, &admin.secrets.sealing())? {
        for alias in &gateway.definition.trust {
            users.entry(alias_key(alias)).or_default().push(gateway.name.clone());
        }
    }
    Ok(users)
}

/// What is wrong with the aliases that a definition names.
pub fn problems(present: &[TrustedCertificate], definition: &GatewayDefinition) -> Vec<Problem> {
    let aliases: Vec<&str> = present.iter().map(|one| one.alias.as_str()).collect();
    let missing = missing_aliases(aliases.iter().copied(), &definition.trust);
    let problem = |alias: String| {
        let guess = did_you_mean(&alias, aliases.iter().copied());
        let message = format!(
            "there is no trusted certificate \"{alias}\"{guess}; import it first: `idp-server trust \
             import --alias {alias} FILE`"
        );
        Problem::new("trust", message)
    };
    missing.into_iter().map(problem).collect()
}

/// Those of the named aliases under which there is no certificate. Case makes no difference.
pub fn missing_aliases<'a>(
    present: impl IntoIterator<Item = &'a str>,
    named: &[String],
) -> Vec<String> {
    let present: Vec<String> = present.into_iter().map(alias_key).collect();
    named.iter().filter(|alias| !present.contains(&alias_key(alias))).cloned().collect()
}

/// The certificates under the named aliases, or the aliases under which there is none.
pub fn chosen(
    present: &[TrustedCertificate],
    named: &[String],
) -> Result<Vec<TrustedCertificate>, Vec<String>> {
    let missing = missing_aliases(present.iter().map(|one| one.alias.as_str()), named);
    if !missing.is_empty() {
        return Err(missing);
    }
    let keys: Vec<String> = named.iter().map(|alias| alias_key(alias)).collect();
    Ok(present.iter().filter(|one| keys.contains(&alias_key(&one.alias))).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_found_whatever_its_case() {
        let named = ["nexmo".to_owned(), "BULK".to_owned(), "plivo".to_owned()];
        assert_eq!(missing_aliases(["Nexmo", "bulk"], &named), ["plivo"]);
        assert!(missing_aliases([], &[]).is_empty());
    }
}
