//! The contract, read as a list of operations that a test can walk.

use crate::App;
use axum::http::Method;
use serde_json::Value;

/// One operation of the contract.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}`.
    pub path: String,
    /// The action of the table of rights that it stands for.
    pub action: String,
    description: Value,
}

impl Operation {
    /// The relation that a caller (`anonymous` or a role) must have; `None` when he may not call it.
    pub fn relation(&self, caller: &str) -> Option<&str> {
        self.description["x-nexus-rights"][caller].as_str()
    }

    /// The path with every parameter replaced.
    pub fn path_with(&self, value: &str) -> String {
        let parts: Vec<_> =
            self.path.split('/').map(|part| if part.starts_with('{') { value } else { part }).collect();
        parts.join("/")
    }

    /// The names of the parameters in the path.
    pub fn path_parameters(&self) -> Vec<&str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
    }

    /// The names of the parameters in the query.
    pub fn query_parameters(&self) -> Vec<&str> {
        let parameters = self.description["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let of_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
        of_query.filter_map(|parameter| parameter["name"].as_str()).collect()
    }

    /// Whether it is about one object that the request names.
    pub fn names_an_object(&self) -> bool {
        let body = self.body_example().and_then(Value::as_object);
        let in_body =
            body.is_some_and(|fields| fields.keys().any(|name| name == "id" || name.ends_with("Id")));
        let in_query = self.query_parameters().iter().any(|name| *name == "id" || name.ends_with("Id"));
        !self.path_parameters().is_empty() || in_query || in_body
    }

    /// The example of its body, when it takes one.
    pub fn body_example(&self) -> Option<&Value> {
        let example = &self.description["requestBody"]["content"]["application/json"]["example"];
        (!example.is_null()).then_some(example)
    }

    /// The statuses that it may answer.
    pub fn statuses(&self) -> Vec<u16> {
        let responses = self.description["responses"].as_object();
        responses.into_iter().flat_map(|map| map.keys()).filter_map(|status| status.parse().ok()).collect()
    }

    /// Whether its successful answer and its body, when they are JSON, come with an example.
    pub fn has_example(&self) -> bool {
        let body = &self.description["requestBody"]["content"]["application/json"];
        let answers = self.description["responses"].as_object();
        let good = answers.into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
        let described = good.clone().all(|(_, answer)| {
            let json = &answer["content"]["application/json"];
            json.is_null() || !json["example"].is_null() || !json["examples"].is_null()
        });
        described && (body.is_null() || !body["example"].is_null())
    }
}

/// Every operation of the running contract.
pub fn operations(app: &App) -> Vec<Operation> {
    let contract = serde_json::to_value(app.contract()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, description) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if !description.is_object() {
                continue;
            }
            operations.push(Operation {
                method,
                path: path.clone(),
                action: description["x-nexus-action"].as_str().unwrap_or_default().to_owned(),
                description: description.clone(),
            });
        }
    }
    operations
}
