//! Whatever number, message and code: the request stays well-formed and no value leaves its place.

use authenticators::gateway::{GatewayDefinition, Headers, RenderError};
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
            "\r\n", "\n", "\0", "\"", "'", "\\", "&", "=", "#", "?", "/", "..", "%", "%2e", "+",
            ";", "<", ">", "]]>", "<!--", "$ctx.num", "$ctx.msg", "$ctx.otp", "{", "}", "@", ":",
            "\u{2028}", "\u{feff}", "é", "😀",
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

proptest! {
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
        let _ = (definition.check(), definition.preview());
        if let Ok(call) = definition.render(&text_message("+94771234567", &message, "123456")) {
            prop_assert!(call.url.expose().starts_with("https://sms.example/"));
            let lines = call.headers.iter().flat_map(|(n, v)| [n.as_str(), v.expose().as_str()]);
            prop_assert!(lines.into_iter().all(|text| !text.contains(['\r', '\n', '\0'])));
        }
    }
}
