//! The contract of the HTTP side: what every operation has in common is written here, once.

use axum::http::{Method, StatusCode};
use nexus_core::rights::{Action, Caller};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem, Paths};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, RefOr, Response,
    ResponseBuilder, SecurityRequirement,
};
use utoipa::{PartialSchema, ToSchema};

/// Name of the extension that tells the action of an operation.
pub(crate) const ACTION: &str = "x-nexus-action";
/// Name of the extension that tells who may call it, and in which relation.
pub(crate) const RIGHTS: &str = "x-nexus-rights";

/// One of several things that are wrong with a request.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code)] // only its schema is used: the answer itself is written by `Problem`
struct FieldProblem {
    /// Where, as a path of names: `answers.0.itemId`.
    field: String,
    /// Stable code.
    code: String,
    /// French sentence.
    detail: String,
}

/// A refusal: RFC 9457, beside the fields that the pages of the existing application read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
#[allow(dead_code)] // only its schema is used: the answer itself is written by `Problem`
struct ProblemBody {
    /// Always `about:blank`: the code says what it is.
    r#type: String,
    /// The HTTP status; the word `error` at the addresses that the existing pages poll.
    #[schema(value_type = Value)]
    status: Value,
    /// Stable code for programs.
    code: String,
    /// What this code means, in French.
    title: String,
    /// What is wrong this time, in French.
    detail: String,
    /// Always `false`.
    success: bool,
    /// What the existing pages show.
    error: String,
    /// Every wrong field, when there are several.
    errors: Option<Vec<FieldProblem>>,
    /// To be given to whoever looks for the cause.
    request_id: Option<String>,
}

/// What does not come from a route.
pub(crate) fn preamble() -> OpenApi {
    let cookie = |name: &str| SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(name)));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWE").build();
    let components = ComponentsBuilder::new()
        .schema("Problem", ProblemBody::schema())
        .schema("FieldProblem", FieldProblem::schema())
        .security_scheme("session", cookie("next-auth.session-token"))
        .security_scheme("secureSession", cookie("__Secure-next-auth.session-token"))
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .build();
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Nexus Réussite")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Chaque opération nomme son action (`x-nexus-action`) et dit qui en a le droit (`x-nexus-rights`). \
                     Les refus sont des `application/problem+json` au code stable.",
                ))
                .build(),
        )
        .components(Some(components))
        .build()
}

/// Writes into every operation what it has in common with all others: action, rights, security, refusals.
pub(crate) fn complete(paths: &mut Paths, action: Action) {
    for (path, item) in &mut paths.paths {
        for (writes, operation) in operations(item) {
            complete_operation(path, writes, operation, action);
        }
    }
}

/// The methods of a path.
pub(crate) fn methods(item: &PathItem) -> impl Iterator<Item = Method> + use<> {
    [
        (item.get.is_some(), Method::GET),
        (item.post.is_some(), Method::POST),
        (item.put.is_some(), Method::PUT),
        (item.patch.is_some(), Method::PATCH),
        (item.delete.is_some(), Method::DELETE),
    ]
    .into_iter()
    .filter_map(|(present, method)| present.then_some(method))
}

/// The operations of a path, each with whether it takes a body by its method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    [
        (false, &mut item.get),
        (true, &mut item.post),
        (true, &mut item.put),
        (true, &mut item.patch),
        (false, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(writes, operation)| operation.as_mut().map(|operation| (writes, operation)))
}

fn complete_operation(path: &str, writes: bool, operation: &mut Operation, action: Action) {
    let rights: serde_json::Map<String, Value> = Caller::ALL
        .into_iter()
        .filter_map(|caller| Some((caller_name(caller).to_owned(), json!(action.relation(caller)?))))
        .collect();
    operation.extensions =
        Some(ExtensionsBuilder::new().add(ACTION, json!(action.as_str())).add(RIGHTS, json!(rights)).build());
    // The chassis refuses these before any route is asked.
    let mut refusals = vec![
        StatusCode::BAD_REQUEST,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::URI_TOO_LONG,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    let public = action.relation(Caller::Anonymous).is_some();
    if public {
        operation.security = Some(Vec::new());
    } else {
        let schemes = ["session", "secureSession", "bearer"];
        let need = |scheme: &str| SecurityRequirement::new::<_, [&str; 0], &str>(scheme, []);
        operation.security = Some(schemes.map(need).into());
        refusals.extend([StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]);
    }
    // What a path, a query or a body names may be out of reach of whoever asks: to him it does not exist.
    let has_query = operation
        .parameters
        .iter()
        .flatten()
        .any(|each| matches!(each, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query));
    if path.contains('{') || writes || !public {
        refusals.push(StatusCode::NOT_FOUND);
    }
    if has_query {
        refusals.push(StatusCode::UNPROCESSABLE_ENTITY);
    }
    if writes {
        refusals.extend([StatusCode::FORBIDDEN, StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY]);
        refusals.extend([StatusCode::REQUEST_TIMEOUT, StatusCode::PRECONDITION_FAILED]);
    }
    for status in refusals {
        let responses = &mut operation.responses.responses;
        responses.entry(status.as_str().to_owned()).or_insert_with(|| RefOr::T(refusal(status)));
    }
    name_path_parameters(path, operation);
}

fn refusal(status: StatusCode) -> Response {
    let schema = RefOr::Ref(utoipa::openapi::Ref::from_schema_name("Problem"));
    ResponseBuilder::new()
        .description(refusal_sentence(status))
        .content("application/problem+json", ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

const fn refusal_sentence(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "La requête est illisible.",
        401 => "Personne n'est connecté.",
        403 => "Ce rôle n'a pas ce droit.",
        404 => "Absent, ou invisible pour cette personne.",
        408 => "L'envoi est trop lent.",
        412 => "L'objet a changé depuis la version annoncée.",
        414 => "L'adresse demandée est trop longue.",
        431 => "Les en-têtes sont trop volumineux.",
        409 => "L'état des choses l'interdit.",
        413 => "L'envoi est trop volumineux.",
        415 => "Le type de contenu n'est pas accepté.",
        422 => "La requête est lisible mais incorrecte.",
        429 => "Trop de requêtes ; voir Retry-After.",
        _ => "Un service nécessaire est indisponible ; voir Retry-After.",
    }
}

/// A path parameter that the handler's annotation does not describe is an opaque identifier.
fn name_path_parameters(path: &str, operation: &mut Operation) {
    let parameters = operation.parameters.get_or_insert_with(Vec::new);
    for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        let known = parameters.iter().any(|parameter| match parameter {
            RefOr::T(parameter) => parameter.name == name && parameter.parameter_in == ParameterIn::Path,
            RefOr::Ref(_) => false,
        });
        if !known {
            let mut parameter = Parameter::new(name);
            parameter.parameter_in = ParameterIn::Path;
            parameter.schema = Some(String::schema());
            parameters.push(RefOr::T(parameter));
        }
    }
}

/// The name of a caller in the contract.
const fn caller_name(caller: Caller) -> &'static str {
    match caller {
        Caller::Anonymous => "anonymous",
        Caller::Person(role) => role.as_str(),
    }
}
