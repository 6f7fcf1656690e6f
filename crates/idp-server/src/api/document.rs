//! The description of the API as OpenAPI 3.1, made from the table and the types.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::http::{Method, StatusCode};
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Content, Header, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required,
    ResponseBuilder, Schema,
};

use super::ROOT;
use super::operation::{Answered, Operation, Shape, Taken};
use super::problem::ProblemDocument;
use super::table::operations;

/// The name of the security scheme.
const TOKEN: &str = "accessToken";

const ABOUT: &str = "The operations of the console for programs. Send a personal access token as \
    `Authorization: Bearer ptc_…`; make one in the console under Access tokens or with \
    `idp-server token create`. It may do what its scopes and, at that moment, the roles of its owner \
    allow. A token with a write scope may also weaken security, such as removing a step; every change \
    is in the audit trail with the owner and the token.\n\n\
    Changes of something that has an ETag need it in If-Match: 428 without it, 412 when somebody else \
    was faster. Lists answer `next`, which goes into `after`. Questions that are too long for an address \
    are POST requests that need a scope to read and change nothing. Errors are problem documents \
    (RFC 9457).";

static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(build);

/// The document.
pub fn openapi() -> &'static OpenApi {
    &DOCUMENT
}

fn build() -> OpenApi {
    let mut schemas = BTreeMap::new();
    add(&mut schemas, Shape::of::<ProblemDocument>());
    let mut paths = Paths::new();
    for operation in operations() {
        let shapes = operation.takes.iter().filter_map(|taken| taken.shape);
        let answered = operation.answers.shape.into_iter().chain(operation.answers.rehearsed);
        shapes.chain(answered).for_each(|shape| add(&mut schemas, shape));
        let path = format!("{ROOT}{}", operation.path);
        paths.add_path_operation(path, vec![method(&operation.method)], described(operation));
    }
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("ptc_")
        .description(Some("A personal access token."))
        .build();
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme(TOKEN, SecurityScheme::Http(token))
        .build();
    let info = InfoBuilder::new()
        .title("Portcullis management API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

fn add(schemas: &mut BTreeMap<String, RefOr<Schema>>, shape: Shape) {
    let mut found = Vec::new();
    (shape.collect)(&mut found);
    schemas.extend(found);
}

fn method(method: &Method) -> HttpMethod {
    match method.as_str() {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn described(operation: &Operation) -> utoipa::openapi::path::Operation {
    let scope = operation.scope.name();
    let mut built = OperationBuilder::new()
        .tag(operation.tag())
        .summary(Some(operation.summary))
        .description(Some(format!("Needs the scope `{scope}`.")))
        .operation_id(Some(operation.id))
        .security(SecurityRequirement::new(TOKEN, [scope]));
    for name in operation.parameters() {
        built = built.parameter(parameter(name, ParameterIn::Path, Required::True, None));
    }
    for (name, words) in operation.query {
        built = built.parameter(parameter(name, ParameterIn::Query, Required::False, Some(words)));
    }
    if operation.matched {
        let words = "The ETag of the version that is changed.";
        built = built.parameter(parameter(
            "If-Match",
            ParameterIn::Header,
            Required::True,
            Some(words),
        ));
    }
    if !operation.takes.is_empty() {
        let mut body = RequestBodyBuilder::new().required(Some(Required::True));
        for taken in &operation.takes {
            let kind = taken.media.types().first().copied().unwrap_or_default();
            body = body.content(kind, content(taken));
        }
        built = built.request_body(Some(body.build()));
    }
    let answers = operation.answers;
    built = built.response(answers.status.as_str(), answered(answers, operation.tagged));
    if let (Some(shape), true) = (answers.rehearsed, answers.status != StatusCode::OK) {
        let rehearsed = ResponseBuilder::new().description("What `dry_run` answers");
        let rehearsed = rehearsed.content("application/json", referring(shape));
        built = built.response(StatusCode::OK.as_str(), rehearsed.build());
    }
    let wrong = ResponseBuilder::new()
        .description("What is wrong, and what to do")
        .content("application/problem+json", referring(Shape::of::<ProblemDocument>()));
    built.response("default", wrong.build()).build()
}

fn parameter(
    name: &str,
    place: ParameterIn,
    required: Required,
    words: Option<&str>,
) -> utoipa::openapi::path::Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(words)
        .schema(Some(text()))
        .build()
}

fn answered(answers: Answered, tagged: bool) -> utoipa::openapi::Response {
    let words = answers.status.canonical_reason().unwrap_or_default();
    let mut response = ResponseBuilder::new().description(words);
    let rehearsed = answers.rehearsed.filter(|_| answers.status == StatusCode::OK);
    match (answers.shape, rehearsed) {
        (Some(shape), None) => response = response.content("application/json", referring(shape)),
        (Some(shape), Some(other)) => {
            let either = OneOfBuilder::new().item(reference(shape)).item(reference(other)).build();
            let either = Content::new(Some(Schema::OneOf(either)));
            response = response.content("application/json", either);
        }
        (None, _) => {}
    }
    for media in answers.texts {
        let kind = media.types().first().copied().unwrap_or_default();
        response = response.content(kind, Content::new(Some(text())));
    }
    if tagged {
        response = response.header("ETag", Header::new(text()));
    }
    response.build()
}

fn content(taken: &Taken) -> Content {
    match taken.shape {
        Some(shape) => referring(shape),
        None => Content::new(Some(text())),
    }
}

fn referring(shape: Shape) -> Content {
    Content::new(Some(reference(shape)))
}

fn reference(shape: Shape) -> Ref {
    Ref::from_schema_name((shape.name)())
}

fn text() -> Schema {
    Schema::Object(ObjectBuilder::new().schema_type(Type::String).build())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn document() -> Value {
        serde_json::to_value(openapi()).unwrap()
    }

    #[test]
    fn every_operation_of_the_table_is_described_once() {
        let document = document();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let ids: BTreeSet<&str> = operations().iter().map(|operation| operation.id).collect();
        assert_eq!(ids.len(), operations().len());
        for operation in operations() {
            let path = format!("{ROOT}{}", operation.path);
            let method = operation.method.as_str().to_ascii_lowercase();
            let found = &document["paths"][&path][&method];
            assert_eq!(found["operationId"], operation.id, "{path}");
        }
        let described: usize = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .map(|path| path.as_object().unwrap().len())
            .sum();
        assert_eq!(described, operations().len());
    }

    #[test]
    fn every_schema_that_is_referred_to_is_there() {
        fn look(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(name)) = fields.get("$ref") {
                        found.insert(name.clone());
                    }
                    fields.values().for_each(|value| look(value, found));
                }
                Value::Array(values) => values.iter().for_each(|value| look(value, found)),
                _ => {}
            }
        }
        let document = document();
        let mut found = BTreeSet::new();
        look(&document, &mut found);
        assert!(found.len() > 20);
        for name in found {
            let name = name.strip_prefix("#/components/schemas/").unwrap();
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
    }

    #[test]
    fn whatever_changes_something_needs_a_scope_to_write() {
        for operation in operations() {
            let writes = operation.scope.name().ends_with(":write");
            assert_eq!(writes, operation.changes(), "{}", operation.id);
            assert!(!operation.asks || operation.method == Method::POST, "{}", operation.id);
        }
    }

    #[test]
    fn the_settings_of_service_providers_are_described_as_they_are_stored() {
        let entity_id = idp_core::id::EntityId::parse("urn:x").unwrap();
        let draft = idp_admin::service_providers::ServiceProviderDraft::new(entity_id);
        let stored = serde_json::to_value(draft.settings).unwrap();
        let document = document();
        let schema = &document["components"]["schemas"]["ServiceProviderSettingsDocument"];
        for field in stored.as_object().unwrap().keys() {
            assert!(schema["properties"][field].is_object(), "{field}");
        }
    }
}
