/// An address as it may be shown and stored beside a person's id: `ma…e@e….tn`. Enough to recognise one's own, not to write to it.
pub fn mask_address(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else { return "…".to_owned() };
    let (name, suffix) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let dot = if suffix.is_empty() { "" } else { "." };
    format!("{}@{}{dot}{suffix}", masked(local), masked(name))
}

fn masked(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    match letters.as_slice() {
        [] => "…".to_owned(),
        [first, second, .., last] if letters.len() > 5 => format!("{first}{second}…{last}"),
        [first, ..] => format!("{first}…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hides_most_of_an_address() {
        let cases = [
            ("marie.dupont@gmail.com", "ma…t@g….com"),
            ("a@b.tn", "a…@b….tn"),
            ("élève@lycée-carthage.tn", "é…@ly…e.tn"),
            ("x@localhost", "x…@lo…t"),
            ("not an address", "…"),
            ("@", "…@…"),
        ];
        for (address, masked) in cases {
            assert_eq!(mask_address(address), masked);
        }
    }

    proptest! {
        #[test]
        fn never_shows_more_than_three_letters_of_a_part(local in "[a-z]{4,20}", domain in "[a-z]{4,20}") {
            let masked = mask_address(&format!("{local}@{domain}.tn"));
            prop_assert!(!masked.contains(&local) && !masked.contains(&domain));
            prop_assert!(masked.chars().count() <= "aa…a@aa…a.tn".chars().count());
        }
    }
}
