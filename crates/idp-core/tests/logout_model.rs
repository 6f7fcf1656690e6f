//! The telling of participants, against a model: everybody gets a turn, nobody stops the others, and
//! only who was asked can answer.

// Always set here; it tells clippy that all of this is test code.
#![cfg(test)]

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::{EntityId, ServiceProviderId, SessionToken, UserId};
use idp_core::logout::{Deaf, LogoutRun, ParticipantState, Participation, Party, participants};
use idp_core::saml::logout::{LogoutAnswer, LogoutOrigin, LogoutStatus};
use idp_core::saml::name_id::NameId;
use idp_core::service_provider::LogoutBinding;
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

const EACH: TimeDelta = TimeDelta::seconds(15);
const ALL: TimeDelta = TimeDelta::seconds(120);

fn start() -> Instant {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn sp(number: u64) -> ServiceProviderId {
    ServiceProviderId::new(start(), &mut StdRng::seed_from_u64(number))
}

fn name_id(value: &str) -> NameId {
    serde_json::from_value(serde_json::json!({ "value": value, "format": "transient" })).unwrap()
}

fn told(number: u64, name: Option<&str>, index: &str) -> Participation {
    let mut rng = StdRng::seed_from_u64(99);
    Participation {
        session: SessionToken::new(&mut rng).id(),
        user: UserId::new(start(), &mut rng),
        service_provider: sp(number),
        name_id: name.map(name_id),
        session_index: index.to_owned(),
        assertion_lifetime_seconds: 300,
    }
}

fn origin(asynchronous: bool) -> LogoutOrigin {
    LogoutOrigin {
        id: "_r".to_owned(),
        service_provider: sp(0),
        issuer: EntityId::parse("https://sp.example").unwrap(),
        binding: LogoutBinding::Redirect,
        relay_state: None,
        asynchronous,
    }
}

fn run_of(count: u64, asked_by: Party) -> LogoutRun {
    let all: Vec<_> = (1..=count).map(|number| told(number, Some("n"), "_s")).collect();
    let user = UserId::new(start(), &mut StdRng::seed_from_u64(99));
    LogoutRun::new(user, asked_by, participants(&all, None), start())
}

fn asked_by_sp() -> Party {
    Party::ServiceProvider(origin(false))
}

#[test]
fn one_service_provider_is_told_once_for_all_its_sessions() {
    let all = [
        told(1, Some("a"), "_s1"),
        told(2, Some("a"), "_s1"),
        told(1, Some("a"), "_s2"),
        told(1, Some("b"), "_s1"),
        told(3, None, "_s1"),
    ];
    let found = participants(&all, Some(sp(2)));
    let indexes: Vec<_> = found.iter().map(|one| one.session_indexes.len()).collect();
    assert_eq!(indexes, [2, 1, 1]);
    let nameless = ParticipantState::CannotBeTold(Deaf::NoNameId);
    assert_eq!(found.last().map(|one| &one.state), Some(&nameless));
}

#[test]
fn c124_who_is_not_confirmed_makes_the_logout_partial() {
    let run = run_of(1, asked_by_sp()).asked("_1", start());
    assert!(run.due_answer().is_none(), "it is waited for");
    let ended = run.clone().heard(sp(1), "_1", &LogoutAnswer::Ended).unwrap();
    assert_eq!(ended.due_answer().map(|due| due.1), Some(LogoutStatus::Success));
    for other in [
        run.clone().heard(sp(1), "_1", &LogoutAnswer::Refused("Responder".to_owned())).unwrap(),
        run.clone().give_up(),
        run.at(start() + EACH, EACH, ALL),
        run_of(1, asked_by_sp()).cannot_tell(Deaf::NoEndpoint),
    ] {
        assert_eq!(other.due_answer().map(|due| due.1), Some(LogoutStatus::Partial));
    }
}

#[test]
fn c123_with_nobody_to_tell_the_logout_is_a_success() {
    let run = run_of(0, asked_by_sp());
    assert_eq!(run.due_answer().map(|due| due.1), Some(LogoutStatus::Success));
    assert!(run.answered().due_answer().is_none(), "it is answered once");
}

#[test]
fn c128_who_asked_asynchronously_gets_no_answer() {
    assert!(run_of(0, Party::ServiceProvider(origin(true))).due_answer().is_none());
    assert!(run_of(0, Party::Person).due_answer().is_none());
}

#[test]
fn a98_answers_to_no_question_or_by_another_change_nothing() {
    let run = run_of(2, Party::Person).asked("_1", start());
    assert!(run.clone().heard(sp(1), "_2", &LogoutAnswer::Ended).is_err());
    assert!(run.clone().heard(sp(2), "_1", &LogoutAnswer::Ended).is_err());
    let heard = run.heard(sp(1), "_1", &LogoutAnswer::Ended).unwrap();
    assert!(heard.heard(sp(1), "_1", &LogoutAnswer::Ended).is_err(), "each answer counts once");
}

#[test]
fn a99_the_whole_has_a_budget() {
    let run = run_of(5, Party::Person).asked("_1", start()).at(start() + ALL, EACH, ALL);
    assert!(run.is_over());
    assert!(run.participants().iter().all(|one| one.state == ParticipantState::TimedOut));
    let again = run.retried(start() + ALL);
    assert_eq!(again.next(), Some(0));
    assert!(!again.at(start() + ALL + EACH, EACH, ALL).is_over(), "a new try has a new budget");
}

#[derive(Clone, Debug)]
enum Step {
    Ask,
    Hear(u64, bool),
    CannotTell,
    GiveUp,
    Wait(i64),
    Retry,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Ask),
        4 => (1_u64..5, any::<bool>()).prop_map(|(who, ended)| Step::Hear(who, ended)),
        1 => Just(Step::CannotTell),
        1 => Just(Step::GiveUp),
        2 => (0_i64..40).prop_map(Step::Wait),
        1 => Just(Step::Retry),
    ]
}

proptest! {
    #[test]
    fn c192_whatever_happens_everybody_gets_a_turn(
        count in 0_u64..5,
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let (mut run, mut now, mut asked) = (run_of(count, asked_by_sp()), start(), 0);
        for step in steps {
            let before = run.clone();
            run = match step {
                Step::Ask => {
                    asked += 1;
                    run.asked(&format!("_{asked}"), now)
                }
                Step::Hear(who, ended) => {
                    let answer = if ended {
                        LogoutAnswer::Ended
                    } else {
                        LogoutAnswer::Refused("Responder".to_owned())
                    };
                    let awaited = before.awaited().unwrap_or("_none").to_owned();
                    let fits = before
                        .waiting()
                        .and_then(|place| before.participants().get(place))
                        .is_some_and(|one| one.service_provider == sp(who));
                    let heard = run.heard(sp(who), &awaited, &answer);
                    prop_assert_eq!(heard.is_ok(), fits);
                    heard.unwrap_or(before.clone())
                }
                Step::CannotTell => run.cannot_tell(Deaf::NoEndpoint),
                Step::GiveUp => run.give_up(),
                Step::Wait(seconds) => {
                    now += TimeDelta::seconds(seconds);
                    run.at(now, EACH, ALL)
                }
                Step::Retry => run.retried(now),
            };
            // Nobody is lost, at most one is waited for, and who confirmed stays so.
            prop_assert_eq!(run.participants().len(), before.participants().len());
            let waiting = |one: &&idp_core::logout::Participant| {
                matches!(one.state, ParticipantState::Waiting { .. })
            };
            prop_assert!(run.participants().iter().filter(waiting).count() <= 1);
            for (was, is) in before.participants().iter().zip(run.participants()) {
                if was.state == ParticipantState::Ended {
                    prop_assert_eq!(&is.state, &ParticipantState::Ended);
                }
            }
            prop_assert_eq!(run.is_over(), run.due_answer().is_some());
        }
        // From anywhere it comes to an end by asking and giving up alone.
        for _ in 0..=count {
            run = run.give_up().asked("_last", now);
        }
        prop_assert!(run.give_up().is_over());
    }
}
