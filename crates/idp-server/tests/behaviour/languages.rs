//! The language of pages: chosen, asked for by the application, or accepted by the browser; and that
//! nothing a request says of languages ever stands on a page.

use crate::support::{Backend, Browser, Idp, PASSWORD, Page, SignIn, Sp};

async fn started() -> (Sp, Idp) {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    (sp, idp)
}

/// Which language a page says it is in, in its markup and in its headers.
fn language(page: &Page) -> String {
    let tag = page.header("content-language").to_owned();
    let direction = if tag == "ar" { "rtl" } else { "ltr" };
    let root = format!("<html lang=\"{tag}\" dir=\"{direction}\">");
    assert!(page.text.contains(&root), "{tag}: {}", page.text);
    assert_eq!(page.header("vary"), "accept-language, cookie");
    tag
}

async fn home(idp: &Idp, browser: &mut Browser) -> Page {
    browser.get(&format!("{}/", idp.url)).await
}

/// Chooses a language in the menu of a page.
async fn choose(browser: &mut Browser, page: &Page, tag: &str) -> Page {
    browser.send((page, "/language"), &[("language", tag)], &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_s_languages_count_by_their_weights_and_the_setting_for_all_others() {
    let sp = Sp::new();
    let mut idp = Idp::start(Backend::Sqlite, &sp).await;
    for (accepted, expected) in [
        ("de-CH, en;q=0.5", "de"),
        ("fr, es-419;q=0.4, de;q=0.9", "de"),
        ("ar-EG", "ar"),
        ("de;q=0, es;q=0.1", "es"),
        ("fi, ja", "en"),
        ("*", "en"),
        ("", "en"),
    ] {
        let page = home(&idp, &mut Browser::reading(accepted.as_bytes())).await;
        assert_eq!(language(&page), expected, "{accepted}");
    }
    assert_eq!(language(&home(&idp, &mut Browser::new()).await), "en");
    idp.restart_with(|settings| "es".clone_into(&mut settings.default_language)).await;
    assert_eq!(language(&home(&idp, &mut Browser::reading(b"fi")).await), "es");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_kept_in_the_middle_of_a_login_and_the_message_is_in_it_too() {
    let (sp, idp) = started().await;
    let mut login = SignIn::begin_in(Browser::reading(b"de"), &idp, &sp).await;
    assert!(login.page.text.contains("Benutzername"), "{}", login.page.text);
    login.page = choose(&mut login.browser, &login.page, "es").await;
    assert_eq!(language(&login.page), "es");
    assert!(login.page.text.contains("Contraseña"), "{}", login.page.text);
    // A notice that is stored with the login is told in the language of whoever reads it.
    login.password("alice", "wrong wrong wrong").await;
    assert!(login.notice().contains("no son correctos"), "{}", login.notice());
    login.page = choose(&mut login.browser, &login.page, "ar").await;
    assert!(login.notice().contains("غير صحيح"), "{}", login.notice());
    login.password("alice", PASSWORD).await;
    assert!(login.is_asked_for("code"), "{}", login.page.text);
    // The masked number keeps its own direction within the Arabic sentence.
    assert!(login.page.text.contains("<bdi dir=\"ltr\">+"), "{}", login.page.text);
    let message = idp.phone.messages().pop().expect("a message").text;
    assert!(message.contains("رمز الدخول"), "{message}");
    login.code(&idp.phone.code()).await;
    assert!(login.has_response() && language(&login.page) == "ar", "{}", login.page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_asks_for_a_language_by_ui_locales_for_the_whole_login() {
    let (sp, idp) = started().await;
    let request = sp.request(&idp);
    let address = sp.redirect_url(&idp, &request, None);
    let mut browser = Browser::reading(b"es");
    let page = browser.get(&format!("{address}&ui_locales=fr-CA%20de-AT%20ar")).await;
    assert_eq!(language(&page), "de");
    // The next page of the same login, without the parameter.
    let again = browser.get(page.url.as_str()).await;
    assert_eq!(language(&again), "de");
    // What the person chose counts before what an application asks for.
    let page = choose(&mut browser, &again, "ar").await;
    assert_eq!(language(&page), "ar");
    let home = browser.get(&format!("{}/?ui_locales=es", idp.url)).await;
    assert_eq!(language(&home), "ar");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_leads_nowhere_but_to_this_server() {
    let (_, idp) = started().await;
    let own = idp.url.as_str();
    for back in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/\r\nX: y",
    ] {
        let fields =
            [("language".to_owned(), "de".to_owned()), ("back".to_owned(), back.to_owned())];
        let page = Browser::new().post(&format!("{own}/language"), &fields).await;
        assert_eq!(page.url.as_str(), format!("{own}/"), "{back}");
        assert_eq!(language(&page), "de");
    }
    let fields = [("language".to_owned(), "xx\"><script>".to_owned())];
    let page = Browser::new().post(&format!("{own}/language"), &fields).await;
    assert_eq!(language(&page), "en");
    assert!(!page.text.contains("xx\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_told_in_the_language_and_keep_their_code() {
    let (_, idp) = started().await;
    let page = Browser::reading(b"de").get(&format!("{}/saml/sso", idp.url)).await;
    assert_eq!((page.status, language(&page).as_str()), (400, "de"));
    assert!(page.text.contains("Diese Anmeldeanfrage ist ungültig"), "{}", page.text);
    assert!(page.incident().is_some());
    // A message that failed is not sent again for the sake of another language.
    assert!(!page.text.contains("/language"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_request_says_of_languages_never_stands_on_a_page() {
    let (_, idp) = started().await;
    let long = "xx-evil ".repeat(900);
    for hostile in
        ["%3Cscript%3E", "evil%0d%0aSet-Cookie:%20a=b", "de-evil%22%3E", &long.replace(' ', "%20")]
    {
        let page = Browser::reading(b"evil-evil;q=NaN, \xff")
            .get(&format!("{}/?ui_locales={hostile}", idp.url))
            .await;
        let shown =
            page.text.replace(page.form_to("/language").hidden("back").unwrap_or_default(), "");
        assert!(page.status == 200 && !shown.contains("<script>"), "{hostile}");
        assert!(page.headers.iter().all(|(_, value)| !value.as_bytes().starts_with(b"evil")));
        assert!(["en", "de"].contains(&language(&page).as_str()));
    }
}
