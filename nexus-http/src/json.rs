//! JSON as it comes from outside: bounded in depth, no name twice in one object.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::fmt;

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JsonRefusal {
    /// It is no JSON: cut, nested deeper than 128 levels, a number that no float can hold, something behind it…
    Malformed,
    /// An object has this name twice. Readers disagree about which one counts, so neither does.
    TwiceNamed(String),
}

/// Reads a whole text.
pub(crate) fn read(text: &[u8]) -> Result<Value, JsonRefusal> {
    let twice = RefCell::new(None);
    // `serde_json` counts levels as it goes down and stops at 128, so a deep text cannot exhaust the stack. It knows
    // neither NaN nor infinities.
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value =
        Strict { twice: &twice }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|_| twice.take().map_or(JsonRefusal::Malformed, JsonRefusal::TwiceNamed))
}

/// Where a text inside holds the character U+0000, which PostgreSQL keeps in no text and no JSON.
pub(crate) fn nul_in(value: &Value) -> Option<String> {
    place_of_nul(value).map(|place| place.strip_prefix('.').unwrap_or(&place).to_owned())
}

/// As [`nul_in`], each name behind a point.
fn place_of_nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(number, item)| place_of_nul(item).map(|inside| format!("[{number}]{inside}"))),
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let inside = if name.contains('\0') { Some(String::new()) } else { place_of_nul(value) }?;
            Some(format!(".{}{inside}", name.replace('\0', "\u{fffd}")))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Reads any value, and leaves the first name that it met twice.
#[derive(Clone, Copy)]
struct Strict<'a> {
    twice: &'a RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                self.twice.replace(Some(name));
                return Err(A::Error::custom("a name comes twice"));
            }
            object.insert(name, members.next_value_seed(self)?);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_name_that_comes_twice_is_told_wherever_it_is() {
        for (text, name) in [
            (r#"{"role":"ELEVE","role":"ADMIN"}"#, "role"),
            (r#"{"a":[{"b":1,"c":{"d":1,"\u0064":2}}]}"#, "d"),
        ] {
            assert_eq!(read(text.as_bytes()), Err(JsonRefusal::TwiceNamed(name.to_owned())), "{text}");
        }
        assert_eq!(read(br#"{"a":{"x":1},"b":{"x":1}}"#), Ok(json!({"a": {"x": 1}, "b": {"x": 1}})));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in
            ["", "{", "NaN", "-Infinity", "[1e400]", "{} {}", "[1,]", "'a'", "01", "\"\\ud800\"", "\u{feff}1"]
        {
            assert_eq!(read(text.as_bytes()), Err(JsonRefusal::Malformed), "{text:?}");
        }
        assert_eq!(read(b"\"\xff\""), Err(JsonRefusal::Malformed));
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
            assert_eq!(read(deep.as_bytes()), Err(JsonRefusal::Malformed));
        }
    }

    #[test]
    fn a_nul_is_found_wherever_it_is() {
        for (text, place) in [
            (r#""\u0000""#, ""),
            (r#"{"x":1,"a":["b",{"c":"d\u0000"}]}"#, "a[1].c"),
            (r#"{"a":{"b\u0000":1}}"#, "a.b\u{fffd}"),
        ] {
            assert_eq!(nul_in(&read(text.as_bytes()).unwrap()).as_deref(), Some(place), "{text}");
        }
        assert_eq!(nul_in(&read(br#"{"a":["\n\t",0,null,"\\u0000"]}"#).unwrap()), None);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::btree_map(".*", inner, 0..8)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(value in values()) {
            prop_assert_eq!(read(value.to_string().as_bytes()), Ok(value));
        }

        #[test]
        fn nothing_makes_it_fall(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&text);
        }
    }
}
