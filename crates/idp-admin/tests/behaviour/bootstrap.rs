//! The first start: a link that works once makes the first administrator.

use std::sync::Barrier;

use chrono::TimeDelta;
use idp_admin::bootstrap::{complete, link_if_needed, usable_until};
use idp_admin::{Actor, AdminError};
use idp_core::id::LinkToken;
use idp_core::secret::Secret;
use idp_core::user::Role;

use crate::support::{PASSWORD, World, fields, now, rng};

fn link(world: &World) -> LinkToken {
    link_if_needed(&world.store, now(), &mut rng()).unwrap().unwrap()
}

fn finish(world: &World, token: &LinkToken, username: &str) -> Result<(), AdminError> {
    let password = Secret::new(PASSWORD.to_owned());
    let admin = world.admin_as(Actor::Bootstrap);
    complete(&admin, token, username, &password, &mut rng()).map(|_| ())
}

/// C221.
fn the_link_makes_the_first_administrator_and_works_once(world: &World) {
    let token = link(world);
    finish(world, &token, "root").unwrap();
    assert_eq!(world.user("root").roles, [Role::Administrator]);
    assert!(matches!(finish(world, &token, "second"), Err(AdminError::Conflict(_))));
    assert!(world.person("second").is_none());
    assert!(link_if_needed(&world.store, now(), &mut rng()).unwrap().is_none());
    assert!(world.audited("bootstrap-completed"));
}

fn a_later_start_withdraws_the_links_of_earlier_ones(world: &World) {
    let first = link(world);
    let second = link(world);
    assert_eq!(usable_until(&world.store, &first, now()).unwrap(), None);
    assert!(matches!(finish(world, &first, "root"), Err(AdminError::Conflict(_))));
    finish(world, &second, "root").unwrap();
}

fn the_link_ends_after_a_day(world: &World) {
    let token = link(world);
    let day = now() + TimeDelta::hours(24);
    let before = day - TimeDelta::milliseconds(1);
    assert_eq!(usable_until(&world.store, &token, before).unwrap(), Some(day));
    assert_eq!(usable_until(&world.store, &token, day).unwrap(), None);
    // A start after that makes a new one.
    assert!(link_if_needed(&world.store, day, &mut rng()).unwrap().is_some());
}

fn a_refused_password_leaves_the_link_usable(world: &World) {
    let token = link(world);
    let admin = world.admin_as(Actor::Bootstrap);
    let short = Secret::new("short".to_owned());
    assert_eq!(fields(complete(&admin, &token, "root", &short, &mut rng())), ["password"]);
    finish(world, &token, "root").unwrap();
}

fn an_unknown_token_makes_nobody(world: &World) {
    link(world);
    let guessed = LinkToken::new(&mut rng());
    assert!(finish(world, &guessed, "mallory").is_err());
    assert!(world.person("mallory").is_none());
}

fn of_four_parallel_uses_one_wins(world: &World) {
    let token = link(world);
    let start = Barrier::new(4);
    let won: usize = std::thread::scope(|scope| {
        let uses: Vec<_> = ["ann", "ben", "cid", "dan"]
            .map(|name| {
                let (token, start) = (&token, &start);
                scope.spawn(move || {
                    start.wait();
                    usize::from(finish(world, token, name).is_ok())
                })
            })
            .into_iter()
            .collect();
        uses.into_iter().map(|handle| handle.join().unwrap()).sum()
    });
    assert_eq!(won, 1);
    assert_eq!(world.store.read(|reader| reader.user_count()).unwrap(), 1);
}

on_both!(
    the_link_makes_the_first_administrator_and_works_once,
    a_later_start_withdraws_the_links_of_earlier_ones,
    the_link_ends_after_a_day,
    a_refused_password_leaves_the_link_usable,
    an_unknown_token_makes_nobody,
    of_four_parallel_uses_one_wins,
);
