//! The golden vectors, where they are present beside the repository.

use serde_json::Value;
use std::path::PathBuf;

/// One golden case of bilans by its id; `None`, told on stderr, where the vectors are absent.
pub fn case(id: &str) -> Option<Value> {
    find("golden/bilan.json", "cases", id)
}

/// One golden vector of the core by its id; `None`, told on stderr, where the vectors are absent.
pub fn core(id: &str) -> Option<Value> {
    find("golden/core.json", "vectors", id)
}

/// The ids of the golden vectors of some areas of the core; none where the vectors are absent.
pub fn core_ids(areas: &[&str]) -> Vec<String> {
    let Some(document) = document("golden/core.json") else { return Vec::new() };
    let vectors = document["vectors"].as_array().unwrap().iter();
    let wanted = vectors.filter(|vector| areas.iter().any(|area| vector["area"] == *area));
    wanted.map(|vector| vector["id"].as_str().unwrap().to_owned()).collect()
}

/// The test's own copy of a golden vector of the core. Where the vectors are present, every field of the copy is compared
/// with theirs: a copy cannot drift.
pub fn core_copy(id: &str, copy: Value) -> Value {
    if let Some(vector) = core(id) {
        for (field, value) in copy.as_object().unwrap() {
            assert_eq!(vector[field], *value, "{id}: the copy of {field} is not the vector's");
        }
    }
    copy
}

fn find(file: &str, list: &str, id: &str) -> Option<Value> {
    let Some(document) = document(file) else {
        eprintln!("golden vectors are absent: {id} is checked against the test's own values only");
        return None;
    };
    let cases = document[list].as_array().unwrap();
    Some(cases.iter().find(|case| case["id"] == id).unwrap_or_else(|| panic!("no case {id}")).clone())
}

#[allow(clippy::disallowed_methods)] // where the vectors are is a matter of this machine
fn document(file: &str) -> Option<Value> {
    let named = std::env::var("NEXUS_SHARED").ok().map(PathBuf::from);
    let above = || {
        let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        manifest.ancestors().map(|folder| folder.join("shared")).find(|shared| shared.is_dir())
    };
    let bytes = named.or_else(above).and_then(|shared| std::fs::read(shared.join(file)).ok())?;
    Some(serde_json::from_slice(&bytes).unwrap())
}
