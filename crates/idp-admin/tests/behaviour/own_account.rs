//! What people may do to their own account, and what a stolen password or session may not.

use std::net::{IpAddr, Ipv4Addr};

use chrono::TimeDelta;
use idp_admin::own_account::{
    self, Confirmation, Fixed, Given, OwnAccount, OwnError, WhyFixed, change_password,
    confirm_number, end_other_sessions, end_session, give_number, new_backup_codes, profile,
    resend_code, set_profile, set_sms_otp_disabled, sms_otp_choice,
};
use idp_admin::users::{self, NewUser};
use idp_admin::{Actor, Admin, AdminError, claims, service_providers};
use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{AuthenticatorId, CompletedStep, Factor};
use idp_core::flow::limits::Limits;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::id::{LinkToken, SessionId, SessionToken};
use idp_core::saml::urn::NameIdFormat;
use idp_core::secret::Secret;
use idp_core::service_provider::NameIdRule;
use idp_core::session::{Session, SessionLimits};
use idp_store::{Conflict, StoreError};

use crate::support::{PASSWORD, SP, World, at, chain, now, rng};

const OTHER: &str = "gravel otter plum hums";
const NEW_NUMBER: &str = "+94 77 999 8877";
const SESSIONS: SessionLimits =
    SessionLimits { idle: TimeDelta::hours(1), absolute: TimeDelta::hours(8) };

on_both!(
    a_number_counts_once_its_code_came_back,
    a_stolen_password_alone_changes_no_factor,
    what_was_passed_long_ago_changes_no_factor,
    who_has_nothing_enrolled_needs_a_link_or_a_fresh_account,
    a_link_is_used_up_by_what_it_let_through,
    a_change_goes_on_only_in_the_session_in_which_it_began,
    a_number_is_not_confirmed_by_a_proof_that_is_gone,
    wrong_codes_count_like_those_of_logins,
    codes_to_new_numbers_are_limited_like_every_other,
    a_password_is_changed_by_who_knows_it_and_ends_other_sessions,
    wrong_present_passwords_count_like_those_of_logins,
    nobody_changes_what_others_decide,
    a_claim_by_which_applications_know_people_is_not_theirs_to_choose,
    an_address_that_an_application_may_ask_for_as_the_name_is_not_theirs_to_choose,
    a_profile_that_changed_meanwhile_is_not_overwritten,
    codes_are_switched_off_only_where_an_administrator_leaves_it_to_people,
    backup_codes_are_made_anew_and_told,
    a_session_of_somebody_else_is_not_found,
    a_session_that_ended_or_an_account_that_is_off_changes_nothing,
    notices_are_bounded,
    an_administrator_is_no_owner,
);

/// A signed-in person.
struct Signed<'w> {
    world: &'w World,
    name: &'static str,
    session: SessionId,
    limits: Limits,
    link: Option<LinkToken>,
    now: Instant,
}

impl<'w> Signed<'w> {
    /// Signs a person in with these factors, passed so long ago.
    fn with(
        world: &'w World,
        name: &'static str,
        factors: &[&'static str],
        ago: TimeDelta,
    ) -> Self {
        let user = world.user(name).id;
        let token = SessionToken::new(&mut rng());
        let step = |id: &&'static str| CompletedStep {
            authenticator: AuthenticatorId::from_static(id),
            factor: if *id == "sms-otp" { Factor::Possession } else { Factor::Knowledge },
            at: now() - ago,
            substitute: false,
        };
        let session = Session {
            id: token.id(),
            user,
            steps: factors.iter().map(step).collect(),
            created_at: now() - ago,
            last_seen_at: now(),
            expires_at: now() + TimeDelta::hours(1),
        };
        world.store.write(|w| w.insert_session(&session)).unwrap();
        // Accounts of tests are made now: without this every one of them is fresh.
        let limits = Limits { fresh_account: TimeDelta::zero(), ..Limits::default() };
        Self { world, name, session: token.id(), limits, link: None, now: now() }
    }

    fn fully(world: &'w World, name: &'static str) -> Self {
        Self::with(world, name, &["basic-auth", "sms-otp"], TimeDelta::zero())
    }

    fn own(&self) -> OwnAccount<'_> {
        let user = self.world.user(self.name);
        let actor =
            Actor::Owner { id: user.id, username: user.username, session: self.session.clone() };
        OwnAccount {
            admin: Admin { now: self.now, ..self.world.admin_as(actor) },
            limits: &self.limits,
            session_limits: SESSIONS,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            link: self.link.as_ref(),
            languages: &[],
            chosen_language: None,
            host: "idp.example.org",
        }
    }

    fn give(&self, number: &str) -> Result<Given, OwnError> {
        give_number(&self.own(), number, &mut rng())
    }

    /// Gives the number and returns the code that was sent to it.
    fn code_for(&self, number: &str) -> String {
        match self.give(number) {
            Ok(Given::Sent(sending)) => sending.message.code.expose().clone(),
            other => panic!("{other:?}"),
        }
    }

    fn confirm(&self, code: &str) -> Result<Confirmation, OwnError> {
        confirm_number(&self.own(), code, &mut rng())
    }

    fn number(&self) -> Option<String> {
        self.world.user(self.name).claims.first(&ClaimUri::MOBILE).map(str::to_owned)
    }

    fn is_live(&self) -> bool {
        self.world.store.read(|r| r.live_session(&self.session)).unwrap().is_some()
    }
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// Makes an account with a password and nothing else.
fn without_factor(world: &World, username: &str) {
    let password = secret(PASSWORD);
    let new =
        NewUser { username, password: Some(&password), roles: Vec::new(), claims: Vec::new() };
    users::add(&world.admin(), new, &mut rng()).unwrap();
}

fn a_number_counts_once_its_code_came_back(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let code = alice.code_for(NEW_NUMBER);
    assert_eq!(alice.number().as_deref(), Some("+94771234567"), "nothing changes before the code");
    let mobile = own_account::mobile(&alice.own()).unwrap();
    assert_eq!(mobile.number.as_deref(), Some("+94 ••• ••• •67"));
    assert_eq!(mobile.pending.unwrap().number, "+94779998877");
    assert_eq!(mobile.verified_at, None, "an administrator set the old one");
    let Ok(Confirmation::Done(notices)) = alice.confirm(&code) else { panic!("not confirmed") };
    assert_eq!(alice.number().as_deref(), Some("+94779998877"));
    let at = own_account::mobile(&alice.own()).unwrap().verified_at;
    assert_eq!(at, Some(alice.now), "the code went to exactly this number");
    let told: Vec<&str> = notices.iter().map(|notice| notice.to.expose().as_str()).collect();
    assert_eq!(told, ["+94779998877", "+94771234567"], "the new number and the old one");
    assert!(matches!(alice.confirm(&code), Ok(Confirmation::Over)), "a code works once");
    assert!(world.audited("account.number-changed"));
    let trail = world.audit_text();
    assert!(!trail.contains("9998877") && !trail.contains(&code), "no number, no code: {trail}");
    assert!(trail.contains("user alice"));
}

fn a_stolen_password_alone_changes_no_factor(world: &World) {
    world.with_user("alice");
    let thief = Signed::with(world, "alice", &["basic-auth"], TimeDelta::zero());
    assert!(matches!(thief.give(NEW_NUMBER), Err(OwnError::SignInAgain)));
    assert!(matches!(new_backup_codes(&thief.own(), &mut rng()), Err(OwnError::SignInAgain)));
    let asked = own_account::steps_to_confirm(&thief.own(), &only_password(world)).unwrap();
    let steps: Vec<(&str, StepPolicy)> =
        asked.steps().iter().map(|step| (step.options()[0].as_str(), step.policy())).collect();
    let required = StepPolicy::Required;
    assert_eq!(steps, [("basic-auth", required), ("sms-otp", required)]);
    // The same with backup codes in the place of a number.
    without_factor(world, "bob");
    users::generate_backup_codes(&world.admin(), "bob", &mut rng()).unwrap();
    let thief = Signed::with(world, "bob", &["basic-auth"], TimeDelta::zero());
    assert!(matches!(thief.give(NEW_NUMBER), Err(OwnError::SignInAgain)));
    assert_eq!(thief.number(), None);
}

fn only_password(world: &World) -> idp_core::flow::chain::Chain {
    idp_core::flow::chain::Chain::new(&chain(&["basic-auth"]), world.admin().rules.registry)
        .unwrap()
}

fn what_was_passed_long_ago_changes_no_factor(world: &World) {
    world.with_user("alice");
    let factors = ["basic-auth", "sms-otp"];
    let stale = Signed::with(world, "alice", &factors, TimeDelta::minutes(6));
    assert!(matches!(stale.give(NEW_NUMBER), Err(OwnError::SignInAgain)));
    // Who is shown a form has three minutes left to send it.
    let late = Signed::with(world, "alice", &factors, TimeDelta::minutes(4));
    let shown = own_account::may_change_factors(&late.own());
    assert!(matches!(shown, Err(OwnError::SignInAgain)));
    assert!(matches!(late.give(NEW_NUMBER), Ok(Given::Sent(_))));
}

fn who_has_nothing_enrolled_needs_a_link_or_a_fresh_account(world: &World) {
    without_factor(world, "bob");
    let mut bob = Signed::with(world, "bob", &["basic-auth"], TimeDelta::zero());
    assert!(matches!(bob.give(NEW_NUMBER), Err(OwnError::Unproven)));
    assert!(matches!(new_backup_codes(&bob.own(), &mut rng()), Err(OwnError::Unproven)));
    bob.limits.fresh_account = TimeDelta::days(1);
    let code = bob.code_for(NEW_NUMBER);
    assert!(matches!(bob.confirm(&code), Ok(Confirmation::Done(_))));
    assert_eq!(bob.number().as_deref(), Some("+94779998877"));
}

fn a_link_is_used_up_by_what_it_let_through(world: &World) {
    without_factor(world, "bob");
    let mut bob = Signed::with(world, "bob", &["basic-auth"], TimeDelta::zero());
    bob.link = Some(users::enrolment_link(&world.admin(), "bob", 24, &mut rng()).unwrap());
    let code = bob.code_for(NEW_NUMBER);
    assert!(matches!(bob.confirm(&code), Ok(Confirmation::Done(_))));
    let again = new_backup_codes(&bob.own(), &mut rng());
    assert!(matches!(again, Err(OwnError::SignInAgain)), "the link works once");
    // That of somebody else is none.
    without_factor(world, "carol");
    let mut carol = Signed::with(world, "carol", &["basic-auth"], TimeDelta::zero());
    carol.link = Some(users::enrolment_link(&world.admin(), "bob", 24, &mut rng()).unwrap());
    assert!(matches!(carol.give(NEW_NUMBER), Err(OwnError::Unproven)));
}

fn a_change_goes_on_only_in_the_session_in_which_it_began(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let code = alice.code_for(NEW_NUMBER);
    let elsewhere = Signed::fully(world, "alice");
    assert!(matches!(elsewhere.confirm(&code), Ok(Confirmation::Over)));
    assert_eq!(alice.number().as_deref(), Some("+94771234567"));
    assert!(matches!(alice.confirm(&code), Ok(Confirmation::Done(_))));
}

fn a_number_is_not_confirmed_by_a_proof_that_is_gone(world: &World) {
    // The number that was the proof was taken away, for it was in wrong hands.
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let code = alice.code_for(NEW_NUMBER);
    users::set_claim(&world.admin(), "alice", "mobile", &[], &mut rng()).unwrap();
    assert!(matches!(alice.confirm(&code), Err(OwnError::Unproven)));
    assert_eq!(alice.number(), None);
    // The account was fresh and without a factor, and has one by now.
    without_factor(world, "bob");
    let mut bob = Signed::with(world, "bob", &["basic-auth"], TimeDelta::zero());
    bob.limits.fresh_account = TimeDelta::days(1);
    let code = bob.code_for("+94 77 999 8878");
    users::generate_backup_codes(&world.admin(), "bob", &mut rng()).unwrap();
    assert!(matches!(bob.confirm(&code), Err(OwnError::Unproven)));
    assert_eq!(bob.number(), None);
}

fn wrong_codes_count_like_those_of_logins(world: &World) {
    world.with_user("alice");
    let mut alice = Signed::fully(world, "alice");
    alice.limits.attempts.free = 2;
    let code = alice.code_for(NEW_NUMBER);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..2 {
        assert!(matches!(alice.confirm(wrong), Ok(Confirmation::NotYet(_))));
    }
    assert!(matches!(alice.confirm(&code), Err(OwnError::Throttled(_))), "not even the right one");
    let counted = users::wrong_answers(&world.admin(), "alice", &alice.limits.attempts).unwrap();
    assert_eq!(counted.iter().map(|wrong| wrong.count).collect::<Vec<_>>(), [2]);
    alice.now = now() + TimeDelta::seconds(6);
    assert!(matches!(alice.confirm(&code), Ok(Confirmation::Done(_))));
}

fn codes_to_new_numbers_are_limited_like_every_other(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    assert!(matches!(alice.give(NEW_NUMBER), Ok(Given::Sent(_))));
    assert!(matches!(alice.give("+94779998878"), Ok(Given::Refused(_))), "a cool-down is on");
    assert!(matches!(resend_code(&alice.own(), &mut rng()), Ok(Given::Refused(_))));
    // Beginning anew is no way around the limits of the account.
    let mut sent = 1;
    for number in 0..9 {
        own_account::give_up_number(&alice.own()).unwrap();
        let given = alice.give(&format!("+9477555000{number}")).unwrap();
        sent += usize::from(matches!(given, Given::Sent(_)));
    }
    assert_eq!(sent, 5);
}

fn a_password_is_changed_by_who_knows_it_and_ends_other_sessions(world: &World) {
    world.with_user("alice");
    let (alice, elsewhere) = (Signed::fully(world, "alice"), Signed::fully(world, "alice"));
    let change = |current: &str, new: &str| {
        change_password(&alice.own(), &secret(current), &secret(new), &mut rng())
    };
    let fields = |outcome: Result<_, OwnError>| match outcome {
        Err(OwnError::Admin(AdminError::Invalid(problems))) => problems[0].field.clone(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("no error"),
    };
    assert_eq!(fields(change(OTHER, OTHER)), "current_password");
    assert_eq!(fields(change(PASSWORD, PASSWORD)), "password");
    assert_eq!(fields(change(PASSWORD, "short")), "password");
    assert!(elsewhere.is_live());
    let notices = change(PASSWORD, OTHER).unwrap();
    assert_eq!(notices.len(), 1);
    assert!(notices[0].body.expose().contains("password"));
    assert!(alice.is_live() && !elsewhere.is_live());
    assert_eq!(fields(change(PASSWORD, OTHER)), "current_password", "the old one is gone");
    assert!(world.audited("account.password-changed"));
    assert!(world.audited("account.password-refused"));
    assert!(!world.audit_text().contains(OTHER));
}

fn wrong_present_passwords_count_like_those_of_logins(world: &World) {
    world.with_user("alice");
    let mut alice = Signed::fully(world, "alice");
    alice.limits.attempts.free = 1;
    let change =
        |current: &str| change_password(&alice.own(), &secret(current), &secret(OTHER), &mut rng());
    assert!(matches!(change(OTHER), Err(OwnError::Admin(AdminError::Invalid(_)))));
    assert!(matches!(change(PASSWORD), Err(OwnError::Throttled(_))));
    assert_eq!(
        users::wrong_answers(&world.admin(), "alice", &alice.limits.attempts).unwrap().len(),
        1
    );
}

fn save(alice: &Signed<'_>, claim: &str, value: &str) -> Result<(), OwnError> {
    let version = profile(&alice.own()).unwrap().version;
    let wishes = [(claim.to_owned(), vec![value.to_owned()])];
    set_profile(&alice.own(), version, &wishes, &mut rng())
}

fn nobody_changes_what_others_decide(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    save(&alice, "lastname", "O'Brien <x>").unwrap();
    assert_eq!(world.user("alice").claims.first(&ClaimUri::LAST_NAME), Some("O'Brien <x>"));
    for claim in [
        "mobile",
        "identity/smsotp_disabled",
        "otpbackupcodes",
        "username",
        "role",
        "department",
        "unknown",
    ] {
        let refused = save(&alice, claim, "true");
        assert!(matches!(refused, Err(OwnError::Admin(AdminError::Invalid(_)))), "{claim}");
    }
    assert_eq!(alice.number().as_deref(), Some("+94771234567"));
    let fields = profile(&alice.own()).unwrap().fields;
    assert!(fields.iter().all(|field| field.claim.uri != ClaimUri::MOBILE));
}

fn a_claim_by_which_applications_know_people_is_not_theirs_to_choose(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    save(&alice, "emailaddress", "alice@example.org").unwrap();
    let mut patch = at("https://sp.example.org/acs");
    patch.steps = Some(chain(&["basic-auth"]));
    patch.name_id = Some(NameIdRule { subject_claim: Some(ClaimUri::EMAIL), ..Default::default() });
    service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    let refused = save(&alice, "emailaddress", "boss@example.org");
    assert!(matches!(refused, Err(OwnError::Admin(AdminError::Invalid(_)))));
    let fields = profile(&alice.own()).unwrap().fields;
    let email = fields.iter().find(|field| field.claim.uri == ClaimUri::EMAIL).unwrap();
    assert_eq!(email.fixed, Some(Fixed::NamesYou));
    save(&alice, "lastname", "Lee").unwrap();
}

fn an_address_that_an_application_may_ask_for_as_the_name_is_not_theirs_to_choose(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let mut patch = at("https://sp.example.org/acs");
    patch.steps = Some(chain(&["basic-auth"]));
    let persistent = NameIdFormat::Persistent;
    let mut rule = NameIdRule { default_format: persistent, ..NameIdRule::default() };
    rule.formats = vec![persistent];
    patch.name_id = Some(rule.clone());
    service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    save(&alice, "emailaddress", "alice@example.org").unwrap();
    // A request may name each of these formats; none at all stands for every one.
    for formats in [vec![persistent, NameIdFormat::EmailAddress], Vec::new()] {
        rule.formats = formats;
        let mut other = at("https://other.example.org/acs");
        other.steps = Some(chain(&["basic-auth"]));
        other.name_id = Some(rule.clone());
        let name = "https://other.example.org";
        service_providers::add(&world.admin(), name, &other, &mut rng()).unwrap();
        let refused = save(&alice, "emailaddress", "boss@example.org");
        assert!(matches!(refused, Err(OwnError::Admin(AdminError::Invalid(_)))));
        service_providers::remove(&world.admin(), name, &mut rng()).unwrap();
    }
    save(&alice, "emailaddress", "lee@example.org").unwrap();
}

fn a_profile_that_changed_meanwhile_is_not_overwritten(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let version = profile(&alice.own()).unwrap().version;
    save(&alice, "lastname", "Lee").unwrap();
    let wishes = [("lastname".to_owned(), vec!["Old".to_owned()])];
    let refused = set_profile(&alice.own(), version, &wishes, &mut rng());
    let conflict = AdminError::from(StoreError::from(Conflict::Version)).to_string();
    assert_eq!(refused.unwrap_err().to_string(), conflict);
}

fn codes_are_switched_off_only_where_an_administrator_leaves_it_to_people(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let fixed = || sms_otp_choice(&alice.own()).unwrap().fixed;
    assert_eq!(fixed(), Some(WhyFixed::ClaimReadOnly));
    let list = claims::list(&world.admin()).unwrap();
    let claim = list.into_iter().find(|claim| claim.uri == ClaimUri::SMS_OTP_DISABLED).unwrap();
    let open = idp_core::claim::ClaimDefinition { read_only: false, ..claim };
    claims::save(&world.admin(), &open, &mut rng()).unwrap();
    assert_eq!(fixed(), Some(WhyFixed::NoApplication));
    let refused = set_sms_otp_disabled(&alice.own(), true, &mut rng());
    assert!(matches!(refused, Err(OwnError::AdministratorDecides)));
    let mut steps = chain(&["basic-auth", "sms-otp"]);
    steps[1].policy = StepPolicy::UnlessDisabled;
    let mut patch = at("https://sp.example.org/acs");
    patch.steps = Some(steps);
    service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    assert_eq!(fixed(), None);
    // Switching codes off takes the code; switching them on takes nothing.
    let thief = Signed::with(world, "alice", &["basic-auth"], TimeDelta::zero());
    let refused = set_sms_otp_disabled(&thief.own(), true, &mut rng());
    assert!(matches!(refused, Err(OwnError::SignInAgain)));
    assert_eq!(set_sms_otp_disabled(&alice.own(), true, &mut rng()).unwrap().len(), 1);
    assert!(sms_otp_choice(&alice.own()).unwrap().disabled);
    assert_eq!(set_sms_otp_disabled(&thief.own(), false, &mut rng()).unwrap().len(), 1);
    assert!(!sms_otp_choice(&alice.own()).unwrap().disabled);
    assert!(world.audited("account.sms-otp-disabled") && world.audited("account.sms-otp-enabled"));
}

fn backup_codes_are_made_anew_and_told(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let first = new_backup_codes(&alice.own(), &mut rng()).unwrap();
    let second = new_backup_codes(&alice.own(), &mut rng()).unwrap();
    assert_eq!((first.codes.len(), second.codes.len(), first.notices.len()), (10, 10, 1));
    assert_ne!(first.codes[0].expose(), second.codes[0].expose());
    let status = own_account::overview(&alice.own()).unwrap().backup_codes;
    assert_eq!((status.left, status.total), (10, 10));
    assert!(!world.audit_text().contains(second.codes[0].expose().as_str()));
}

fn a_session_of_somebody_else_is_not_found(world: &World) {
    world.with_user("alice");
    without_factor(world, "bob");
    let (alice, bob) = (Signed::fully(world, "alice"), Signed::fully(world, "bob"));
    let refused = end_session(&alice.own(), &bob.session, &mut rng());
    assert!(matches!(refused, Err(OwnError::Admin(AdminError::NotFound { .. }))));
    let elsewhere = Signed::fully(world, "alice");
    assert_eq!(own_account::sessions(&alice.own()).unwrap().len(), 2);
    end_session(&alice.own(), &elsewhere.session, &mut rng()).unwrap();
    let third = Signed::fully(world, "alice");
    assert_eq!(end_other_sessions(&alice.own(), &mut rng()).unwrap(), 1);
    assert!(alice.is_live() && bob.is_live() && !third.is_live() && !elsewhere.is_live());
}

fn a_session_that_ended_or_an_account_that_is_off_changes_nothing(world: &World) {
    world.with_user("alice");
    without_factor(world, "bob");
    let alice = Signed::fully(world, "alice");
    // The session of one person is none of another.
    let mixed = Signed { name: "bob", ..Signed::fully(world, "alice") };
    assert!(matches!(save_blindly(&mixed), Err(OwnError::SignedOut)));
    let elsewhere = Signed::fully(world, "alice");
    end_other_sessions(&alice.own(), &mut rng()).unwrap();
    assert!(matches!(save_blindly(&elsewhere), Err(OwnError::SignedOut)));
    users::disable(&world.admin(), "alice", &mut rng()).unwrap();
    assert!(matches!(save_blindly(&alice), Err(OwnError::SignedOut)));
    assert!(matches!(alice.give(NEW_NUMBER), Err(OwnError::SignedOut)));
}

fn save_blindly(person: &Signed<'_>) -> Result<(), OwnError> {
    let wishes = [("lastname".to_owned(), vec!["Lee".to_owned()])];
    set_profile(&person.own(), 1, &wishes, &mut rng())
}

fn notices_are_bounded(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let made = (0..15).map(|_| new_backup_codes(&alice.own(), &mut rng()).unwrap());
    assert_eq!(made.map(|made| made.notices.len()).sum::<usize>(), 10);
}

fn an_administrator_is_no_owner(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let own = OwnAccount { admin: world.admin(), ..alice.own() };
    let refused = profile(&own);
    assert!(matches!(refused, Err(OwnError::Admin(AdminError::Forbidden { .. }))));
    // And an owner is no administrator.
    let listed = users::list(&alice.own().admin, None, 1);
    assert!(matches!(listed, Err(AdminError::Forbidden { .. })));
}
