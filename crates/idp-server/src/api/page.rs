//! The document for programs, and the same for people. Neither says anything about this installation,
//! so neither asks for a token.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::access_tokens::Scope;
use serde_json::Value;

use super::DOCUMENT;
use super::document::openapi;
use super::refusal::{Kind, Refusal, kinds};
use super::reply::plain_headers;
use crate::handlers::Shared;
use crate::handlers::response::page;
use crate::pages::{FormAction, render};

/// The page.
#[derive(Template)]
#[template(path = "api_docs.html")]
struct DocsPage<'a> {
    product: &'a str,
    about: Vec<String>,
    scopes: &'a [Scope],
    areas: Vec<Area>,
    types: Vec<TypeShown>,
}

/// The operations of one area.
struct Area {
    name: String,
    operations: Vec<OperationShown>,
}

/// An operation.
struct OperationShown {
    id: String,
    method: String,
    path: String,
    summary: String,
    scope: String,
    parameters: Vec<(String, String)>,
    takes: Vec<String>,
    answers: String,
}

/// A type.
struct TypeShown {
    name: String,
    words: String,
    fields: Vec<(String, String, String)>,
}

/// The document.
pub async fn document() -> HttpResponse {
    match serde_json::to_string(openapi()) {
        Ok(text) => {
            let mut response = HttpResponse::Ok();
            plain_headers(&mut response);
            response.insert_header((header::CONTENT_TYPE, "application/json")).body(text)
        }
        Err(error) => Refusal::new(Kind::Internal, error.to_string()).respond(),
    }
}

/// The page, made from the document.
pub async fn show(app: Shared, _request: HttpRequest) -> HttpResponse {
    let document = serde_json::to_value(openapi()).unwrap_or_default();
    let about = document.pointer("/info/description").and_then(Value::as_str).unwrap_or_default();
    let html = render(
        &DocsPage {
            product: &app.configuration.current().brand().product_name,
            about: about.split("\n\n").map(|part| part.replace('`', "")).collect(),
            scopes: Scope::ALL,
            areas: areas(&document),
            types: types(&document),
        },
        128 * 1024,
    );
    page(StatusCode::OK, html, FormAction::SelfOnly)
}

fn areas(document: &Value) -> Vec<Area> {
    let mut areas: Vec<Area> = Vec::new();
    for (path, methods) in entries(at(document, "/paths")) {
        for (method, operation) in entries(methods) {
            let name = text(at(operation, "/tags/0"));
            let shown = shown(path, method, operation);
            match areas.iter_mut().find(|area| area.name == name) {
                Some(area) => area.operations.push(shown),
                None => areas.push(Area { name, operations: vec![shown] }),
            }
        }
    }
    areas
}

fn shown(path: &str, method: &str, operation: &Value) -> OperationShown {
    let parameters = at(operation, "/parameters").as_array().into_iter().flatten();
    let security = at(operation, "/security").as_array().into_iter().flatten();
    let scopes = security.flat_map(|one| entries(one).map(|(_, scopes)| text(at(scopes, "/0"))));
    let takes = entries(at(operation, "/requestBody/content"));
    let answers = entries(at(operation, "/responses")).filter(|(status, _)| *status != "default");
    OperationShown {
        id: text(at(operation, "/operationId")),
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        summary: text(at(operation, "/summary")),
        scope: scopes.collect(),
        parameters: parameters
            .map(|one| (text(at(one, "/name")), text(at(one, "/description")).replace('`', "")))
            .collect(),
        takes: takes.map(|(kind, one)| format!("{kind} {}", type_of(at(one, "/schema")))).collect(),
        answers: answers
            .map(|(status, one)| {
                let body = |(kind, one): (&str, &Value)| match kind {
                    "application/json" => type_of(at(one, "/schema")),
                    other => other.to_owned(),
                };
                let bodies: Vec<String> = entries(at(one, "/content")).map(body).collect();
                format!("{status} {}", bodies.join(" or "))
            })
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn types(document: &Value) -> Vec<TypeShown> {
    let one = |(name, schema): (&str, &Value)| {
        let mut fields = Vec::new();
        gather(schema, &mut fields);
        let words = text(at(schema, "/description")).replace('`', "");
        TypeShown { name: name.to_owned(), words, fields }
    };
    entries(at(document, "/components/schemas")).map(one).collect()
}

fn gather(schema: &Value, fields: &mut Vec<(String, String, String)>) {
    for (name, field) in entries(at(schema, "/properties")) {
        let words = text(at(field, "/description")).replace('`', "");
        fields.push((name.to_owned(), type_of(field), words));
    }
    // A type that has the fields of another one.
    for part in at(schema, "/allOf").as_array().into_iter().flatten() {
        gather(part, fields);
        if at(part, "/$ref").is_string() {
            fields.push(("…".to_owned(), type_of(part), "all its fields".to_owned()));
        }
    }
}

/// A type in a few words.
fn type_of(schema: &Value) -> String {
    if let Some(name) = at(schema, "/$ref").as_str() {
        return name.rsplit('/').next().unwrap_or(name).to_owned();
    }
    for (key, between) in [("oneOf", " or "), ("allOf", " and ")] {
        if let Some(parts) = schema.get(key).and_then(Value::as_array) {
            return parts.iter().map(type_of).collect::<Vec<_>>().join(between);
        }
    }
    let kinds: Vec<String> = match at(schema, "/type") {
        Value::Array(kinds) => kinds.iter().map(text).collect(),
        kind => vec![text(kind)],
    };
    if kinds.iter().any(|kind| kind == "array") {
        return format!("list of {}", type_of(at(schema, "/items")));
    }
    let name = kinds.join(" or ");
    if name.is_empty() { "any".to_owned() } else { name }
}

/// A part of the document, by its pointer (RFC 6901); nothing where it has none.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
