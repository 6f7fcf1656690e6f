//! Whatever number, message and code: the request stays well-formed and no value leaves its place.

use authenticators::gateway::{GatewayDefinition, Headers, NamedSecrets, NumberForm, RenderError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::Value;

use crate::gateway_recipes::text_message;

/// Text with more than its share of what breaks out of places.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[ -~]{0,6}",
        prop::sample::select(vec![
            "\r\n",
            "\n",
            "\0",
            "\"",
            "'",
            "\\",
            "&",
            "=",
            "#",
            "?",
            "/",
            "..",
            "%",
            "%2e",
            "+",
            ";",
            "<",
            ">",
            "]]>",
            "$secret.k",
            "base64{",
            "urlencode{",
            "<!--",
            "$ctx.num",
            "$ctx.msg",
            "$ctx.otp",
            "{",
            "}",
            "@",
            ":",
            "\u{2028}",
            "\u{feff}",
            "é",
            "😀",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn with(content_type: &str, body: &str) -> GatewayDefinition {
    GatewayDefinition {
        headers: Headers::from_pairs([("Content-Type", content_type)]),
        body: body.to_owned(),
        ..GatewayDefinition::new("https://sms.example/send")
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// A secret as it may be stored: not blank.
fn secret() -> impl Strategy<Value = String> {
    hostile().prop_map(|text| format!("k{text}"))
}

fn with_secret(content_type: &str, body: &str, secret: &str) -> GatewayDefinition {
    GatewayDefinition {
        secrets: NamedSecrets::from_iter([("k", secret)]),
        ..with(content_type, body)
    }
}

/// What a server reads of `key` in a form or query.
fn field(text: &str, key: &str) -> Option<String> {
    let mut fields = url::form_urlencoded::parse(text.as_bytes()).into_owned();
    let found = fields.by_ref().find(|(name, _)| name == key).map(|(_, value)| value);
    assert!(fields.all(|(name, _)| name != key));
    found
}

proptest! {
    #[test]
    fn secrets_and_notations_stay_in_urls_and_forms(
        number in hostile(), message in hostile(), key in secret(),
    ) {
        let template = "a=$secret.k&b=base64{u:$secret.k}&c=urlencode{+1 $secret.k&}&d=$ctx.msg$ctx.num";
        let definition = GatewayDefinition {
            url: format!("https://sms.example/send?{template}"),
            ..with_secret("application/x-www-form-urlencoded", template, &key)
        };
        let call = definition.render(&text_message(&number, &message, "123456")).unwrap();
        let query = call.url.expose().split_once('?').unwrap().1;
        for written in [query, call.body.expose().as_str()] {
            prop_assert_eq!(written.split('&').count(), 4);
            prop_assert_eq!(field(written, "a"), Some(key.clone()));
            prop_assert_eq!(field(written, "b"), Some(STANDARD.encode(format!("u:{key}"))));
            prop_assert_eq!(field(written, "c"), Some(format!("+1 {key}&")));
            prop_assert_eq!(field(written, "d"), Some(format!("{message}{number}")));
        }
    }

    #[test]
    fn secrets_and_notations_stay_in_json(message in hostile(), key in secret()) {
        let template = r#"{"a":"$secret.k","b":$secret.k,"c":["base64{$ctx.msg}",urlencode{$ctx.msg}],"n":"$ctx.num"}"#;
        let definition = with_secret("application/json", template, &key);
        let call = definition.render(&text_message("+94771234567", &message, "123456")).unwrap();
        let body: Value = serde_json::from_str(call.body.expose()).unwrap();
        prop_assert_eq!(body.as_object().unwrap().len(), 4);
        prop_assert_eq!((&body["a"], &body["b"]), (&Value::from(key.clone()), &Value::from(key)));
        prop_assert_eq!(&body["c"][0], &Value::from(STANDARD.encode(&message)));
        prop_assert_eq!(decoded(body["c"][1].as_str().unwrap()), message);
    }

    #[test]
    fn secrets_and_notations_stay_in_headers_and_xml(message in hostile(), key in secret()) {
        let definition = GatewayDefinition {
            headers: Headers::from_pairs([
                ("Content-Type", "text/xml"),
                ("Authorization", "Basic base64{$secret.k:$ctx.msg}"),
                ("X-Text", "urlencode{$ctx.msg}"),
            ]),
            ..with_secret("", "<a k='urlencode{$secret.k}'>base64{$ctx.msg}$ctx.num</a>", &key)
        };
        let call = definition.render(&text_message("+94771234567", &message, "123456")).unwrap();
        let header = |place: usize| call.headers[place].1.expose().as_str();
        prop_assert_eq!(header(1), format!("Basic {}", STANDARD.encode(format!("{key}:{message}"))));
        prop_assert_eq!(decoded(header(2)), message.as_str());
        let document = roxmltree::Document::parse(call.body.expose()).unwrap();
        let root = document.root_element();
        prop_assert_eq!(decoded(root.attribute("k").unwrap()), key);
        prop_assert_eq!(root.text().unwrap(), format!("{}+94771234567", STANDARD.encode(&message)));
    }

    #[test]
    fn a_raw_secret_in_a_header_is_refused_or_written_as_it_is(key in secret()) {
        let definition = GatewayDefinition {
            headers: Headers::from_pairs([("X-Key", "$secret.k")]),
            ..with_secret("", "to=$ctx.num&text=$ctx.otp", &key)
        };
        match definition.render(&text_message("+94771234567", "", "123456")) {
            Ok(call) => prop_assert_eq!(call.headers[0].1.expose(), &key),
            Err(_) => prop_assert!(key.chars().any(|c| !(' '..='~').contains(&c) && c != '\t')),
        }
    }

    #[test]
    fn what_an_administrator_sees_has_no_secret_no_code_and_no_number(
        key in "[B-W]{6,12}[2-9]{3}", code in "[2-9]{6}", subscriber in "[2-9]{7}",
        place in 0_usize..6, form in prop::sample::select(vec![
            NumberForm::E164, NumberForm::Digits, NumberForm::National,
        ]),
    ) {
        let templates = [
            "https://sms.example/$secret.k/?t=$ctx.msg&n=$ctx.num",
            "https://sms.example/?k=$secret.k&t=urlencode{$ctx.msg $secret.k}&n=$ctx.num",
            "https://sms.example/?password=KEY&t=$ctx.msg&n=$ctx.num",
            "https://sms.example/?k=base64{$secret.k$ctx.otp}&t=$ctx.msg&n=$ctx.num",
            "https://sms.example/?t=$ctx.otp&n=base64{$ctx.num}&k=$secret.k",
            "https://sms.example/?n=urlencode{$ctx.num}&t=$ctx.msg&x=a$secret.k",
        ];
        let definition = GatewayDefinition {
            headers: Headers::from_pairs([
                ("Content-Type", "application/json"), ("X-Api-Key", "$secret.k"), ("Authorization", "Bearer KEY"),
            ].map(|(n, v)| (n, v.replace("KEY", &key)))),
            body: r#"{"api_key":"KEY","a":"$secret.k","t":"$ctx.msg"}"#.replace("KEY", &key),
            url: templates[place].replace("KEY", &key),
            number_form: Some(form),
            ..with_secret("", "", &key)
        };
        let number = format!("+9477{subscriber}");
        let call = definition.render(&text_message(&number, &format!("Code {code}"), &code)).unwrap();
        let masked = definition.masked();
        let shown = format!("{} {call:?} {definition:?} {} {}", call.masked(), masked.url, masked.body);
        let base64 = STANDARD.encode(format!("{key}{code}"));
        for hidden in [key.as_str(), code.as_str(), subscriber.as_str(), base64.as_str()] {
            prop_assert!(!shown.contains(hidden), "{} in {}", hidden, shown);
        }
    }

    #[test]
    fn urls_keep_their_structure(number in hostile(), message in hostile(), code in hostile()) {
        let template = "https://sms.example/v1/$ctx.num/send?key=k&text=$ctx.msg&x$ctx.otp=1";
        match GatewayDefinition::new(template).render(&text_message(&number, &message, &code)) {
            Ok(call) => {
                let rest = call.url.expose().strip_prefix("https://sms.example/v1/").unwrap();
                let (path, query) = rest.split_once('?').unwrap();
                prop_assert_eq!(decoded(path.strip_suffix("/send").unwrap()), number);
                let pairs: Vec<_> =
                    query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
                prop_assert_eq!(pairs.len(), 3);
                prop_assert_eq!(pairs[0], ("key", "k"));
                prop_assert_eq!((pairs[1].0, decoded(pairs[1].1)), ("text", message));
                prop_assert_eq!((decoded(pairs[2].0), pairs[2].1), (format!("x{code}"), "1"));
            }
            Err(error) => {
                prop_assert_eq!(error, RenderError::AddressChanged);
                prop_assert!(number == "." || number == "..", "{:?}", number);
            }
        }
    }

    #[test]
    fn json_stays_json(number in hostile(), message in hostile(), code in hostile()) {
        let template = r#"{"a\"$ctx.otp":" $ctx.msg ","to":[$ctx.num,"$ctx.num"],"n":1}"#;
        let definition = with("application/json; charset=utf-8", template);
        let call = definition.render(&text_message(&number, &message, &code)).unwrap();
        let body: Value = serde_json::from_str(call.body.expose()).unwrap();
        let mut expected = serde_json::json!({ "to": [number, number], "n": 1 });
        expected[format!("a\"{code}")] = Value::from(message);
        prop_assert_eq!(body, expected);
    }

    #[test]
    fn forms_keep_their_fields(number in hostile(), message in hostile(), code in hostile()) {
        let definition = with("application/x-www-form-urlencoded", "To=$ctx.num&a b=$ctx.msg$ctx.otp");
        let call = definition.render(&text_message(&number, &message, &code)).unwrap();
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(call.body.expose().as_bytes()).into_owned().collect();
        let expected = [("To".to_owned(), number), ("a b".to_owned(), format!("{message}{code}"))];
        prop_assert_eq!(fields, expected);
    }

    #[test]
    fn xml_stays_xml(number in hostile(), message in hostile(), code in hostile()) {
        let definition = with("application/soap+xml", "<a to='$ctx.num'><b>$ctx.msg</b>$ctx.otp</a>");
        let expressible = |text: &str| {
            !text.chars().any(|c| {
                (c < ' ' && !"\t\r\n".contains(c)) || c == '\u{fffe}' || c == '\u{ffff}'
            })
        };
        match definition.render(&text_message(&number, &message, &code)) {
            Ok(call) => {
                let document = roxmltree::Document::parse(call.body.expose()).unwrap();
                let root = document.root_element();
                prop_assert_eq!(root.attribute("to"), Some(number.as_str()));
                prop_assert_eq!(root.attributes().count(), 1);
                let inner = root.first_element_child().unwrap();
                prop_assert_eq!(inner.text().unwrap_or_default(), message.as_str());
                prop_assert_eq!(inner.children().filter(|n| !n.is_text()).count(), 0);
                let tail: String =
                    root.children().filter(roxmltree::Node::is_text).filter_map(|n| n.text()).collect();
                prop_assert_eq!(tail, code);
            }
            Err(_) => prop_assert!(![number, message, code].iter().all(|v| expressible(v))),
        }
    }

    #[test]
    fn headers_stay_one_line(number in hostile(), message in hostile(), code in hostile()) {
        let definition = GatewayDefinition {
            headers: Headers::from_pairs([("X-A", "to $ctx.num"), ("X-B", "$ctx.msg;$ctx.otp")]),
            ..GatewayDefinition::new("https://sms.example/send")
        };
        let plain = |text: &str| text.chars().all(|c| (' '..='~').contains(&c) || c == '\t');
        match definition.render(&text_message(&number, &message, &code)) {
            Ok(call) => {
                let values: Vec<&str> =
                    call.headers.iter().map(|(_, value)| value.expose().as_str()).collect();
                prop_assert!(values.iter().all(|value| plain(value)));
                prop_assert_eq!(values, [format!("to {number}"), format!("{message};{code}")]);
            }
            Err(_) => prop_assert!(![number, message, code].iter().all(|v| plain(v))),
        }
    }

    #[test]
    fn whatever_the_template_nothing_panics_and_no_header_is_injected(
        url in hostile(), name in hostile(), value in hostile(), body in hostile(),
        content_type in prop::sample::select(vec!["application/json", "text/xml", "text/plain", ""]),
        message in hostile(),
    ) {
        let definition = GatewayDefinition {
            headers: Headers::from_pairs([(name, value), ("Content-Type".into(), content_type.into())]),
            body: format!("{body}$ctx.num$ctx.msg"),
            ..GatewayDefinition::new(format!("https://sms.example/{url}"))
        };
        let _ = (definition.check(), definition.preview(), definition.masked());
        if let Ok(call) = definition.render(&text_message("+94771234567", &message, "123456")) {
            prop_assert!(call.url.expose().starts_with("https://sms.example/"));
            let lines = call.headers.iter().flat_map(|(n, v)| [n.as_str(), v.expose().as_str()]);
            prop_assert!(lines.into_iter().all(|text| !text.contains(['\r', '\n', '\0'])));
        }
    }
}
