//! Signing in with user name and password.

use std::sync::{Arc, LazyLock};

use authenticators::basic_auth::{
    BasicAuth, BasicAuthConfig, HashParameters, MAX_PASSWORD_BYTES, NewPassword, PasswordContext,
    PasswordHasher, PasswordUse,
};
use idp_core::flow::authenticator::{
    Answer, Authenticator, Credential, DenyReason, Entry, Verdict,
};

use crate::english::english;
use crate::person::{Person, passed, rng, told};

const PASSWORD: &str = "gravel otter sings";

/// The lightest parameters that are accepted.
const LIGHT: HashParameters = HashParameters { memory_kib: 7_168, iterations: 5, lanes: 1 };

fn hasher(hashing: HashParameters) -> Arc<PasswordHasher> {
    Arc::new(PasswordHasher::new(&BasicAuthConfig { hashing, kept_buffers: 1 }).ok().unwrap())
}

static STORED: LazyLock<Credential> = LazyLock::new(|| stored(PASSWORD));

fn stored(password: &str) -> Credential {
    let context =
        PasswordContext { usage: PasswordUse::Alone, username: "alice", words: &["Portcullis"] };
    let password = NewPassword::check(password, &context).ok().unwrap();
    hasher(LIGHT).hash(&password, &mut rng(2)).unwrap()
}

fn alice() -> Person {
    Person { credential: Some(STORED.clone()), ..Person::new() }
}

fn stranger() -> Person {
    Person { known: false, ..Person::new() }
}

fn basic_auth() -> (BasicAuth, Arc<PasswordHasher>) {
    let hasher = hasher(LIGHT);
    (BasicAuth::with_hasher(Arc::clone(&hasher)), hasher)
}

#[test]
fn the_right_password_passes() {
    let (basic_auth, _) = basic_auth();
    let verdict = alice().submit(&basic_auth, &[("username", "alice"), ("password", PASSWORD)]);
    assert!(matches!(verdict, Verdict::Passed { credential: None }));
}

/// C158.
#[test]
fn passwords_are_neither_trimmed_nor_truncated_nor_folded() {
    let (basic_auth, _) = basic_auth();
    for wrong in
        ["gravel otter sings ", " gravel otter sings", "gravel otter sing", "Gravel otter sings"]
    {
        let verdict = alice().submit(&basic_auth, &[("username", "alice"), ("password", wrong)]);
        assert!(matches!(verdict, Verdict::Wrong { .. }), "{wrong}");
    }
    let long = "gravel otter sings ".repeat(6);
    let mut person = Person { credential: Some(stored(&(long.clone() + "a"))), ..Person::new() };
    let mut submit = |text: &str| person.submit(&basic_auth, &[("password", text)]);
    assert!(passed(&submit(&(long.clone() + "a"))));
    assert!(!passed(&submit(&(long + "b"))));
}

#[test]
fn two_spellings_of_one_character_are_one_password() {
    let (basic_auth, _) = basic_auth();
    let mut person = Person { credential: Some(stored("caf\u{e9} gravel otter")), ..Person::new() };
    assert!(passed(&person.submit(&basic_auth, &[("password", "cafe\u{301} gravel otter")])));
}

/// C162.
#[test]
fn an_unknown_user_costs_the_same_hashes_and_reads_the_same_sentence() {
    let mut told_to = Vec::new();
    let unenrolled = Person { credential: None, ..Person::new() };
    for mut person in [alice(), stranger(), unenrolled] {
        let (basic_auth, hasher) = basic_auth();
        let verdict =
            person.submit(&basic_auth, &[("username", "alice"), ("password", "wrong password")]);
        assert_eq!(hasher.computed(), 1);
        told_to.push(told(&verdict));
    }
    let sentence = "wrong: The user name or password is not right. Check both and try again.";
    assert_eq!(told_to, [sentence; 3]);
}

#[test]
fn the_page_before_sign_in_is_the_same_whoever_comes() {
    let (basic_auth, _) = basic_auth();
    let mut person = stranger();
    assert!(matches!(person.enter(&basic_auth), Entry::Ask { challenge: None, effect: None }));
    let names: Vec<_> = person.prompt(&basic_auth).fields.iter().map(|f| f.name).collect();
    assert_eq!(names, ["username", "password"]);
}

#[test]
fn overlong_passwords_are_wrong_without_the_cost_of_a_hash() {
    let long = "x".repeat(MAX_PASSWORD_BYTES + 1);
    let mut told_to = Vec::new();
    for mut person in [alice(), stranger()] {
        let (basic_auth, hasher) = basic_auth();
        let verdict = person.submit(&basic_auth, &[("username", "alice"), ("password", &long)]);
        assert_eq!(hasher.computed(), 0);
        told_to.push(told(&verdict));
    }
    assert_eq!(told_to[0], told_to[1]);
    assert!(told_to[0].starts_with("wrong: The user name or password"));
}

#[test]
fn a_hash_with_older_parameters_is_renewed_when_its_owner_signs_in() {
    let newer = BasicAuth::with_hasher(hasher(HashParameters { iterations: 6, ..LIGHT }));
    let mut person = alice();
    let Verdict::Passed { credential: Some(renewed) } =
        person.submit(&newer, &[("password", PASSWORD)])
    else {
        panic!("not renewed");
    };
    assert!(renewed.expose().starts_with("$argon2id$v=19$m=7168,t=6,p=1$"));
    person.credential = Some(renewed);
    let again = person.submit(&newer, &[("password", PASSWORD)]);
    assert!(matches!(again, Verdict::Passed { credential: None }));
    let wrong = alice().submit(&newer, &[("password", "wrong password")]);
    assert!(matches!(wrong, Verdict::Wrong { .. }));
}

#[test]
fn empty_fields_are_no_attempt() {
    let (basic_auth, hasher) = basic_auth();
    for (fields, expected) in [
        (vec![], "incomplete: Enter your user name and your password."),
        (vec![("username", "alice")], "incomplete: Enter your password."),
        (vec![("password", "x"), ("username", "")], "incomplete: Enter your user name."),
        (
            vec![("username", "alice"), ("password", "a"), ("password", "b")],
            "incomplete: Enter your password.",
        ),
    ] {
        assert_eq!(told(&stranger().submit(&basic_auth, &fields)), expected);
    }
    assert_eq!(hasher.computed(), 0);
}

#[test]
fn a_person_who_is_known_confirms_with_the_password_alone() {
    let (basic_auth, _) = basic_auth();
    let mut person = alice();
    assert!(matches!(person.enter(&basic_auth), Entry::Ask { .. }));
    let prompt = person.prompt(&basic_auth);
    assert_eq!(prompt.intro.as_ref().map(english).as_deref(), Some("Signed in as alice"));
    assert_eq!(prompt.fields.iter().map(|f| f.name).collect::<Vec<_>>(), ["password"]);
    assert_eq!(
        told(&person.submit(&basic_auth, &[("password", "wrong password")])),
        "wrong: The password is not right. Check it and try again."
    );
    assert!(passed(&person.submit(&basic_auth, &[("password", PASSWORD)])));
}

#[test]
fn a_known_person_without_a_password_cannot_be_asked_for_one() {
    let (basic_auth, _) = basic_auth();
    let entry = Person::new().enter(&basic_auth);
    assert!(matches!(entry, Entry::Unavailable(DenyReason::NotEnrolled)));
}

#[test]
fn an_unreadable_hash_fails_closed() {
    let (basic_auth, hasher) = basic_auth();
    let rubbish = Credential::new("{}".to_owned());
    let mut person = Person { credential: Some(rubbish), ..Person::new() };
    let verdict = person.submit(&basic_auth, &[("username", "alice"), ("password", PASSWORD)]);
    assert_eq!(told(&verdict), "unavailable: InternalError");
    assert_eq!(hasher.computed(), 1);
}

#[test]
fn the_typed_name_tells_whose_password_it_is() {
    let (basic_auth, _) = basic_auth();
    let answer = |name: &str| Answer::new([("username".to_owned(), name.to_owned())]);
    assert_eq!(basic_auth.identifier(&answer("alice")), Some("alice"));
    assert_eq!(basic_auth.identifier(&answer("")), None);
}
