//! People from CSV files: judged line by line, made without passwords.

use idp_admin::users::{self, LineOutcome, MOST_LINES};
use idp_admin::{Actor, AdminError};
use idp_core::claim::ClaimUri;
use idp_core::secret::Secret;

use crate::support::{PASSWORD, World, rng};

on_both!(
    a_file_makes_accounts_with_links_and_no_passwords,
    every_line_is_judged_and_the_right_ones_are_made,
    the_same_file_again_makes_nothing,
    what_is_wrong_with_the_whole_file_is_said_first,
    files_of_spreadsheets_are_read,
    links_that_were_made_are_not_lost_when_the_rest_fails,
);

fn judged(world: &World, text: &str) -> users::Import {
    users::import(&world.admin(), text.as_bytes(), &mut rng())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn refused(world: &World, content: &[u8]) -> String {
    match users::import(&world.admin(), content, &mut rng()) {
        Err(AdminError::Invalid(problems)) => problems[0].to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was accepted"),
    }
}

fn a_file_makes_accounts_with_links_and_no_passwords(world: &World) {
    let text = "username,mobile,http://wso2.org/claims/emailaddress,emailaddress\n\
                Ann,+94 77 123 4567,a@example.org,b@example.org\nbert,,,\n";
    let import = judged(world, text);
    assert_eq!(import.count(), 2);
    assert!(world.person("ann").is_none(), "judging makes nothing");
    let made = import.make(&world.admin(), Some(72), &mut |_| {}, &mut rng()).unwrap();
    assert_eq!((made.made, made.links.len()), (2, 2));
    let ann = world.person("ann").unwrap();
    assert_eq!(ann.user.claims.first(&ClaimUri::MOBILE), Some("+94771234567"));
    assert_eq!(ann.user.claims.values(&ClaimUri::EMAIL), ["a@example.org", "b@example.org"]);
    assert!(ann.credentials.is_empty() && ann.user.roles.is_empty());
    assert!(world.user("bert").claims.iter().next().is_none());
    let holder = world.admin_as(Actor::PasswordLink);
    let (name, token) = &made.links[0];
    let password = Secret::new(PASSWORD.to_owned());
    let chosen = users::choose_password(&holder, token, &password, &mut rng()).unwrap();
    assert_eq!((name.as_str(), &chosen), ("ann", name));
    let text = world.audit_text();
    assert!(world.audited("user-added") && !text.contains("94771234567"), "{text}");
}

fn every_line_is_judged_and_the_right_ones_are_made(world: &World) {
    world.with_user("alice");
    let text = "username,mobile,country\nann,077 1234567,LK\nALICE,,\nbert,,Germany\n\n\
                two words,,\nbert,,\n=cmd,,\ncarl,,x,y\n";
    let import = judged(world, text);
    let told: Vec<(u64, &str, String)> = import
        .lines
        .iter()
        .map(|line| {
            let outcome = match &line.outcome {
                LineOutcome::New => "new".to_owned(),
                LineOutcome::Exists => "exists".to_owned(),
                LineOutcome::Wrong(problems) => problems[0].field.clone(),
            };
            (line.number, line.username.as_str(), outcome)
        })
        .collect();
    let expected = [
        (2, "ann", "claims.mobile"),
        (3, "ALICE", "exists"),
        (4, "bert", "new"),
        (6, "two words", "username"),
        (7, "bert", "username"),
        (8, "=cmd", "username"),
        (9, "carl", ""),
    ];
    assert_eq!(told, expected.map(|(number, name, what)| (number, name, what.to_owned())));
    let made = import.make(&world.admin(), None, &mut |_| {}, &mut rng()).unwrap();
    assert_eq!((made.made, made.links.len()), (1, 0));
    assert_eq!(world.user("bert").claims.iter().count(), 1);
    assert!(world.person("ann").is_none() && world.person("carl").is_none());
}

fn the_same_file_again_makes_nothing(world: &World) {
    let text = "username\nann\nbert\n";
    judged(world, text).make(&world.admin(), None, &mut |_| {}, &mut rng()).unwrap();
    let again = judged(world, text);
    assert_eq!(again.count(), 0);
    assert!(again.lines.iter().all(|line| line.outcome == LineOutcome::Exists));
}

fn what_is_wrong_with_the_whole_file_is_said_first(world: &World) {
    let many = format!("username\n{}", "x\n".repeat(MOST_LINES + 1));
    let large = "username\n".to_owned() + &"x".repeat(2 * 1024 * 1024);
    for (content, words) in [
        (&b""[..], "no column username"),
        (b"name,mobile\nann,\n", "no column username"),
        (b"username,username\nann,ann\n", "several columns username"),
        (b"username,shoesize\nann,43\n", "no claim"),
        (b"username,two words\nann,43\n", "no name of a claim"),
        (b"username,otpbackupcodes\nann,43\n", "not imported"),
        (b"username\n", "no line below"),
        (b"username\n\xff\n", "UTF-8"),
        (many.as_bytes(), "10,000 lines"),
        (large.as_bytes(), "2 MB"),
    ] {
        let message = refused(world, content);
        assert!(message.starts_with("file: ") && message.contains(words), "{message}");
    }
}

fn files_of_spreadsheets_are_read(world: &World) {
    let text = "\u{feff}Username;lastname\r\nann;\"Lee; Ann\"\r\n\"bert\";\"O\"\"Neil\"\r\n";
    let import = judged(world, text);
    assert_eq!(import.count(), 2);
    import.make(&world.admin(), None, &mut |_| {}, &mut rng()).unwrap();
    assert_eq!(world.user("bert").claims.first(&ClaimUri::LAST_NAME), Some("O\"Neil"));
}

fn links_that_were_made_are_not_lost_when_the_rest_fails(world: &World) {
    let names: Vec<String> = (0..250).map(|number| format!("p{number:03}")).collect();
    let text = format!("username\n{}\n", names.join("\n"));
    let import = judged(world, &text);
    assert_eq!(import.count(), 250);
    // Somebody else makes one of them in between.
    world.with_user("p230");
    let made = import.make(&world.admin(), Some(24), &mut |_| {}, &mut rng()).unwrap();
    assert_eq!((made.made, made.links.len()), (200, 200));
    assert!(made.stopped.is_some_and(|error| error.to_string().contains("user name")));
    let password = Secret::new(PASSWORD.to_owned());
    let (name, token) = &made.links[199];
    let holder = world.admin_as(Actor::PasswordLink);
    assert_eq!(&users::choose_password(&holder, token, &password, &mut rng()).unwrap(), name);
    let rest = judged(world, &text).make(&world.admin(), None, &mut |_| {}, &mut rng()).unwrap();
    assert!(rest.made == 49 && rest.stopped.is_none());
}
