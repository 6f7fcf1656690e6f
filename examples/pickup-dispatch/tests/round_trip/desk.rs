//! The booking desk for somebody who is logged in.

use crate::support::{Answer, Browser, TestIdp, desk};

/// A browser that is logged in.
async fn logged_in() -> Browser {
    let folder = tempfile::tempdir().unwrap();
    let idp = TestIdp::new();
    idp.write_metadata(&folder.path().join("idp.xml"));
    let mut browser = Browser::of(&desk(&folder.path().join("idp.xml"), &[]));
    let start = browser.open("/login").await;
    let xml = idp.response(&Answer::to(&start.request_id()));
    let answer = browser.deliver(&xml, &start.parameter("RelayState").unwrap()).await;
    browser.follow(&answer).await;
    browser
}

const TRIP: &[(&str, &str)] = &[
    ("vehicle", "pickup"),
    ("passenger", "Nimal"),
    ("from", "<Depot>"),
    ("to", "Harbour"),
    ("date", "2099-05-06"),
    ("time", "07:45"),
];

#[actix_web::test]
async fn a_booking_is_made_listed_and_cancelled() {
    let mut browser = logged_in().await;
    let booked = browser.post("/bookings", TRIP).await;
    assert_eq!(booked.status, 303);
    let list = browser.follow(&booked).await;
    assert!(
        list.text.contains("PD-0001")
            && list.text.contains("&#60;Depot&#62;")
            && list.text.contains("Confirmed")
    );
    let cancelled = browser.post("/bookings/PD-0001/cancel", &[]).await;
    let list = browser.follow(&cancelled).await;
    assert!(list.text.contains("Cancelled") && !list.text.contains("Confirmed"));
}

#[actix_web::test]
async fn an_incomplete_booking_says_what_is_missing_and_keeps_the_rest() {
    let mut browser = logged_in().await;
    let page = browser.post("/bookings", &[("vehicle", "van"), ("from", "Depot 7")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("Enter where to go.") && page.text.contains("Depot 7"));
}

#[actix_web::test]
async fn the_user_details_show_everything_received() {
    let mut browser = logged_in().await;
    let page = browser.open("/profile").await;
    for expected in [
        "nimal@example.com",
        "nameid-format:emailAddress",
        "s-42",
        "PasswordProtectedTransport",
        "displayName",
        "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
        "<li>drivers</li>",
        "<li>dispatch &#60;desk&#62;</li>",
    ] {
        assert!(page.text.contains(expected), "{expected}");
    }
}

#[actix_web::test]
async fn the_panel_shows_both_messages_byte_for_byte() {
    let mut browser = logged_in().await;
    let page = browser.open("/home").await;
    assert!(page.text.contains("AuthnRequest by HTTP-Redirect"));
    assert!(page.text.contains("Response by HTTP-POST"));
    assert!(page.text.contains("&#60;p:Response"));
}

#[actix_web::test]
async fn logging_out_ends_this_session_and_says_that_the_other_lives() {
    let mut browser = logged_in().await;
    let session = browser.cookies["pickup_dispatch_session"].clone();
    let left = browser.post("/logout", &[]).await;
    assert!(browser.follow(&left).await.text.contains("session at the identity provider lives on"));
    browser.cookies.insert("pickup_dispatch_session".into(), session);
    assert_eq!(browser.open("/home").await.status, 303, "the old cookie opens nothing");
}

#[actix_web::test]
async fn a_page_of_another_origin_cannot_act() {
    let mut browser = logged_in().await;
    for path in ["/bookings", "/bookings/PD-0001/cancel", "/logout"] {
        assert_eq!(browser.post_from("http://localhost:9999", path).await.status, 403, "{path}");
    }
    assert_eq!(browser.post_from("http://localhost:8080", "/logout").await.status, 303);
}

#[actix_web::test]
async fn nothing_is_shown_without_a_login() {
    let mut browser = logged_in().await;
    browser.cookies.clear();
    for path in ["/home", "/home?tab=view", "/profile"] {
        assert_eq!(browser.open(path).await.status, 303, "{path}");
    }
    assert_eq!(browser.post("/bookings", TRIP).await.status, 303);
}

#[actix_web::test]
async fn no_page_holds_anything_inline() {
    let mut browser = logged_in().await;
    for path in ["/", "/home", "/home?tab=view", "/profile", "/nowhere"] {
        let page = browser.open(path).await;
        assert!(!page.text.contains("style=") && !page.text.contains("<script>"), "{path}");
        if path != "/nowhere" {
            assert!(page.policy.contains("default-src 'none'"), "{path}");
        }
    }
}
