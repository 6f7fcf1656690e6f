//! Providers' recipes on the wire, and the mistakes that are explained.

use authenticators::gateway::{
    AnswerRule, GatewayDefinition, Headers, HttpCall, NamedSecrets, Place, RenderError, Severity,
};
use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;

pub fn text_message(number: &str, message: &str, code: &str) -> TextMessage {
    TextMessage {
        to: Secret::new(number.to_owned()),
        body: Secret::new(message.to_owned()),
        code: Secret::new(code.to_owned()),
        wording: None,
    }
}

fn rendered(definition: &GatewayDefinition) -> HttpCall {
    definition.render(&text_message("+94771234567", "Code: 123456 & more", "123456")).unwrap()
}

fn gateway(url: &str, headers: &str, body: &str) -> GatewayDefinition {
    let headers = Headers::parse(headers).unwrap();
    GatewayDefinition { headers, body: body.to_owned(), ..GatewayDefinition::new(url) }
}

fn headers_of(call: &HttpCall) -> Vec<(&str, &str)> {
    call.headers.iter().map(|(n, v)| (n.as_str(), v.expose().as_str())).collect()
}

#[test]
fn values_in_a_query_are_percent_encoded() {
    let call = rendered(&gateway(
        "https://rest.nexmo.com/sms/json?api_key=k&api_secret=s&from=NEXMO&to=$ctx.num&text=$ctx.msg",
        "",
        "",
    ));
    assert_eq!(
        call.url.expose(),
        "https://rest.nexmo.com/sms/json?api_key=k&api_secret=s&from=NEXMO&to=94771234567&text=Code%3A%20123456%20%26%20more"
    );
    assert_eq!((call.method.as_str(), call.body.expose().as_str()), ("POST", ""));
    assert!(call.headers.is_empty());
}

#[test]
fn blanks_around_a_value_that_is_alone_in_its_json_string_are_not_sent() {
    let call = rendered(&gateway(
        "https://api.clickatell.com/rest/message",
        "X-Version: 1,Authorization: bearer t,Accept: application/json,Content-Type: application/json",
        r#"{"text":" $ctx.msg ","to":[" $ctx.num "]}"#,
    ));
    assert_eq!(call.body.expose(), r#"{"text":"Code: 123456 & more","to":["94771234567"]}"#);
    assert_eq!(headers_of(&call)[1], ("Authorization", "bearer t"));
    let mixed = rendered(&gateway(
        "https://sms.example/",
        "Content-Type: application/json",
        r#"{"a":" to $ctx.num ","b":" $ctx.otp $ctx.otp ","c":"\" $ctx.otp \""}"#,
    ));
    assert_eq!(
        mixed.body.expose(),
        r#"{"a":" to +94771234567 ","b":" 123456 123456 ","c":"\" 123456 \""}"#
    );
}

#[test]
fn a_body_without_content_type_is_a_form() {
    let call = rendered(&gateway(
        "https://api.twilio.com/2010-04-01/Accounts/AC0/SMS/Messages.json",
        "Authorization: Basic QUMwOnQ=",
        "Body=$ctx.msg&To=$ctx.num&From=%2B15550100",
    ));
    assert_eq!(
        call.body.expose(),
        "Body=Code%3A%20123456%20%26%20more&To=%2B94771234567&From=%2B15550100"
    );
    assert_eq!(headers_of(&call)[1], ("Content-Type", "application/x-www-form-urlencoded"));
}

#[test]
fn values_in_xml_are_escaped() {
    let call = rendered(&gateway(
        "https://sms.example/soap",
        "Content-Type: text/xml;charset=UTF-8",
        "<sms to=\"$ctx.num\">$ctx.msg</sms>",
    ));
    assert_eq!(call.body.expose(), "<sms to=\"+94771234567\">Code: 123456 &amp; more</sms>");
}

#[test]
fn a_value_is_never_read_as_a_template() {
    let definition = gateway("https://sms.example/?to=$ctx.num&text=$ctx.msg", "", "");
    let message = text_message("+94771234567", "$ctx.otp $ctx.num", "123456");
    let call = definition.render(&message).unwrap();
    assert!(call.url.expose().ends_with("text=%24ctx.otp%20%24ctx.num"));
}

#[test]
fn a_line_break_cannot_become_a_header() {
    let mut definition = gateway("https://sms.example/?to=$ctx.num", "X-Code: $ctx.otp", "");
    assert_eq!(headers_of(&rendered(&definition)), [("X-Code", "123456")]);
    let split = text_message("+94771234567", "", "1\r\nX-Evil: 1");
    assert_eq!(
        definition.render(&split).unwrap_err(),
        RenderError::Unrepresentable(Place::Headers)
    );
    definition.headers = Headers::from_pairs([("X-Code", "$ctx.otp\r\nX-Evil: 1")]);
    assert!(matches!(definition.render(&split), Err(RenderError::Definition(_))));
}

#[test]
fn a_message_of_dots_cannot_climb_the_path() {
    let definition = gateway("https://sms.example/send/$ctx.num/$ctx.msg/now", "", "");
    let climbing = text_message("+94771234567", "..", "123456");
    assert_eq!(definition.render(&climbing).unwrap_err(), RenderError::AddressChanged);
    let slashes = text_message("+94771234567", "../..\\?#@x", "123456");
    assert_eq!(
        definition.render(&slashes).unwrap().url.expose(),
        "https://sms.example/send/%2B94771234567/..%2F..%5C%3F%23%40x/now"
    );
}

fn errors(definition: &GatewayDefinition) -> Vec<String> {
    let problems = definition.check().into_iter();
    problems.filter(|p| p.severity == Severity::Error).map(|p| p.to_string()).collect()
}

fn warnings(definition: &GatewayDefinition) -> Vec<String> {
    let problems = definition.check().into_iter();
    problems.filter(|p| p.severity == Severity::Warning).map(|p| p.to_string()).collect()
}

#[test]
fn a_forgotten_dollar_sign_is_found() {
    let definition = gateway(
        "https://api.plivo.com/v1/Account/x/Message/",
        "Content-Type: application/json",
        r#"{"src":"+94","dst":"ctx.num","text":"ctx.msg"}"#,
    );
    let found = errors(&definition);
    assert_eq!(
        found[0],
        r#"body: ctx.num stands there without its dollar sign and would be sent as it is; write "dst":"$ctx.num""#
    );
    assert_eq!(
        found[1],
        r#"body: ctx.msg stands there without its dollar sign and would be sent as it is; write "text":"$ctx.msg""#
    );
    assert!(found[2].contains("$ctx.num stands nowhere"));
}

#[test]
fn mistakes_that_would_send_nothing_good_are_errors() {
    let url = "https://sms.example/?to=$ctx.num&text=$ctx.msg";
    for (definition, said) in [
        (gateway("sms.example/?to=$ctx.num&text=$ctx.msg", "", ""), "no absolute URL"),
        (gateway("ftp://sms.example/$ctx.num$ctx.msg", "", ""), "scheme ftp"),
        (gateway("https://$ctx.num.example/$ctx.msg", "", ""), "in its host"),
        (gateway("https:/$ctx.num/$ctx.msg", "", ""), "in its host"),
        (gateway("https://sms.example:$ctx.otp/$ctx.num", "", ""), "in its host or port"),
        (gateway("https://u:p@sms.example/$ctx.num$ctx.msg", "", ""), "Authorization header"),
        (gateway("https://sms.example/$ctx.num#$ctx.msg", "", ""), "never sent"),
        (gateway("https://sms.example/?to=$ctx.number&t=$ctx.msg", "", ""), "no placeholder"),
        (gateway("https://sms.example/?to=$ctx.num", "", ""), "neither $ctx.msg nor $ctx.otp"),
        (gateway(url, "Host: other.example", ""), "leave it out"),
        (gateway(url, "Content-Type: $ctx.msg", ""), "Content-Type has a placeholder"),
        (gateway(url, "Content-Type: text/plain,Content-Type: text/xml", ""), "twice"),
        (gateway(url, "Content-Type: application/json", "{\"a\":$ctx.num"), "is not JSON"),
        (gateway(url, "Content-Type: multipart/form-data", "x"), "multipart"),
        (gateway(url, "Authorization: Basic base64{a:b", ""), "base64{ needs its closing }"),
        (gateway(url, "X: base64{urlencode{a}}", ""), "cannot stand in another"),
        (gateway(url, "Authorization: bearer ,Accept: text/plain", ""), "has no credentials"),
        (gateway(url, "Authorization: Basic ********", ""), "has no credentials"),
        (gateway(url, "X-Key: $secret.key", ""), "$secret.key has no value"),
        (gateway(url, "X-Key: $secret.", ""), "needs the name of a secret"),
        (
            gateway("https://sms.example/<AccountSID>/?to=$ctx.num&text=$ctx.msg", "", ""),
            "<AccountSID> was not filled in",
        ),
        (
            gateway("https://sms.example/{auth_id}/?to=$ctx.num&text=$ctx.msg", "", ""),
            "{auth_id} was not filled in",
        ),
        (
            GatewayDefinition { message: Some("Hello".into()), ..gateway(url, "", "") },
            "lacks {code}",
        ),
        (
            GatewayDefinition {
                answer: vec![AnswerRule::Matches { matches: "(".into() }],
                ..gateway(url, "", "")
            },
            "rule 1 has a regular expression",
        ),
        (GatewayDefinition { trust: vec![" ".into()], ..gateway(url, "", "") }, "trust list"),
        (
            GatewayDefinition {
                secrets: NamedSecrets::from_iter([("a key", "x")]),
                ..gateway(url, "", "")
            },
            "other characters than letters",
        ),
        (
            GatewayDefinition {
                secrets: NamedSecrets::from_iter([("key", " ")]),
                ..gateway(url, "", "")
            },
            "the secret key is empty",
        ),
        (GatewayDefinition { method: "GE T".into(), ..gateway(url, "", "") }, "no HTTP method"),
        (GatewayDefinition { connect_timeout_ms: 0, ..gateway(url, "", "") }, "connect_timeout_ms"),
        (
            GatewayDefinition {
                headers: Headers::from_pairs([("$ctx.msg", "x")]),
                ..gateway(url, "", "")
            },
            "no header name",
        ),
    ] {
        let found = errors(&definition);
        assert!(found.iter().any(|text| text.contains(said)), "{said}: {found:?}");
        let refused = definition.render(&text_message("+94771234567", "Code", "123456"));
        assert!(matches!(refused, Err(RenderError::Definition(_))), "{said}");
    }
}

#[test]
fn what_is_odd_but_may_be_meant_is_a_warning() {
    let url = "https://sms.example/?to=$ctx.num&text=$ctx.msg";
    for (definition, said) in [
        (gateway("http://localhost:8090/?to=$ctx.num&text=$ctx.msg", "", ""), "plain http"),
        (gateway(url, "", "From=+15550100"), "means a blank"),
        (gateway(url, "", "{\"a\":1}"), "looks like JSON"),
        (gateway(url, "X-Text: $ctx.msg", ""), "line breaks"),
        (GatewayDefinition { method: "GET".into(), ..gateway(url, "", "a=b") }, "GET with a body"),
        (gateway(url, "Authorization: bearer abc", ""), "such as authorization, and write"),
        (gateway(url, "", "api_key=abc"), "write $secret.api_key here"),
        (
            gateway(url, "Content-Type: application/json", "{\"password\":\"abc\"}"),
            "$secret.password",
        ),
        (
            GatewayDefinition {
                secrets: NamedSecrets::from_iter([("key", "x")]),
                ..gateway(url, "", "")
            },
            "the secret key is used nowhere",
        ),
        (
            GatewayDefinition {
                message: Some("{code} – {lifetime}".repeat(3)),
                ..gateway(url, "", "")
            },
            "messages (UCS-2, because of \"–\")",
        ),
        (
            GatewayDefinition {
                message: Some("{code}".into()),
                ..gateway("https://sms.example/?to=$ctx.num&text=$ctx.otp", "", "")
            },
            "is never sent",
        ),
    ] {
        let found = warnings(&definition);
        assert!(found.iter().any(|text| text.contains(said)), "{said}: {found:?}");
        assert_eq!(errors(&definition), [""; 0], "{said}");
    }
    assert!(gateway(url, "", "").check().is_empty());
}

#[test]
fn previews_and_debug_output_show_names_and_no_values() {
    let definition = gateway(
        "https://sms.example/Accounts/AC0123456789abcdef0/$ctx.num/send?api_key=s3cret&to=$ctx.num",
        "Authorization: bearer s3cret,Content-Type: application/json",
        r#"{"key":"s3cret","text":"$ctx.msg"}"#,
    );
    let call = rendered(&definition);
    assert_eq!(
        definition.preview(),
        "POST https://sms.example/Accounts/…/$ctx.num/send?api_key=…&to=…\nAuthorization: …\nContent-Type: application/json\n\n… (a template of 34 bytes)"
    );
    let forged = GatewayDefinition {
        headers: Headers::from_pairs([("X\nlevel=info", "y")]),
        ..GatewayDefinition::new("https://sms.example/")
    };
    assert_eq!(forged.preview(), "POST https://sms.example/\nX\\nlevel=info: …");
    for shown in [format!("{definition:?}"), format!("{call:?}")] {
        for secret in ["s3cret", "123456", "94771234567"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[test]
fn definitions_are_read_from_files_and_unknown_keys_refused() {
    let text = r#"{"url":"https://sms.example/?to=$ctx.num&text=$ctx.msg","accepted":"200-202"}"#;
    let definition: GatewayDefinition = serde_json::from_str(text).unwrap();
    assert_eq!((definition.method.as_str(), definition.total_timeout_ms), ("POST", 10_000));
    assert!(definition.accepted.accepts(201) && !definition.accepted.accepts(204));
    let kept = serde_json::to_string(&definition).unwrap();
    assert!(serde_json::from_str::<GatewayDefinition>(&kept).unwrap() == definition);
    let misspelt = r#"{"url":"https://sms.example","methd":"GET"}"#;
    assert!(serde_json::from_str::<GatewayDefinition>(misspelt).is_err());
}
