use nexus_core::identity::password::{HashingCost, PasswordHash, PasswordHashing, Verdict};
use nexus_tests::node;
use serde_json::{Value, json};

const PASSWORDS: [&str; 5] =
    ["azertyuiop", "Élève n°1 – été 🦀", " espaces autour ", "'; DROP TABLE users; --", "é"];

fn hashing() -> PasswordHashing {
    PasswordHashing::new(HashingCost::LEAST).unwrap()
}

#[test]
fn hashes_of_bcryptjs_open_to_their_passwords() {
    let long = "é".repeat(100);
    let passwords: Vec<&str> = PASSWORDS.into_iter().chain([long.as_str()]).collect();
    // The costs of the existing application are 10 and 12.
    let requests: Vec<Value> = passwords
        .iter()
        .flat_map(|text| [4, 10].map(|cost| json!({"does": "hash", "text": text, "cost": cost})))
        .chain([json!({"does": "hash", "text": PASSWORDS[0], "cost": 12})])
        .collect();
    let hashes = node::run("tokens.mjs", &json!(requests));
    for (request, hash) in requests.iter().zip(hashes.as_array().unwrap()) {
        let stored = PasswordHash::from_stored(hash.as_str().unwrap().to_owned());
        let text = request["text"].as_str().unwrap();
        assert_eq!(
            hashing().verify(&text.into(), Some(&stored)).unwrap(),
            Verdict::RightButOutdated,
            "{request}"
        );
        assert_eq!(hashing().verify(&format!("x{text}").into(), Some(&stored)).unwrap(), Verdict::Wrong);
    }
}
