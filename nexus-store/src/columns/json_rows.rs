use nexus_core::StoreError;
use serde::{Serialize, Serializer};
use serde_json::Value;
use sqlx::Sqlite;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::types::Json;
use sqlx::{Database, Encode, Type};

/// Room for a row before it has to grow, in bytes: most are longer than half of it.
const USUAL_LENGTH: usize = 512;

/// A row of a table as a JSON object. It is written at once: a tree of values in between would be most of what writing a row
/// costs. [`json_object!`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonRow(Vec<u8>);

/// Writes a [`JsonRow`]: `json_object!({ "id": id, "at": at })`. Each name is a literal that needs no escape.
macro_rules! json_object {
    ({ $($name:literal: $value:expr),+ $(,)? }) => {{
        let mut fields = $crate::columns::JsonFields::new();
        $(fields.add(concat!(",\"", $name, "\":"), &$value);)+
        fields.end()
    }};
}
pub(crate) use json_object;

/// The fields of a row that is being written.
#[derive(Debug)]
pub(crate) struct JsonFields {
    text: Vec<u8>,
    is_writable: bool,
}

impl JsonFields {
    pub(crate) fn new() -> Self {
        Self { text: Vec::with_capacity(USUAL_LENGTH), is_writable: true }
    }

    /// Adds a field, whose name stands between a comma and a colon.
    pub(crate) fn add(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        self.text.extend_from_slice(name.as_bytes());
        self.is_writable &= serde_json::to_writer(&mut self.text, value).is_ok();
    }

    /// The row.
    ///
    /// # Errors
    /// A value has no JSON form.
    pub(crate) fn end(mut self) -> Result<JsonRow, StoreError> {
        if let Some(first) = self.text.first_mut() {
            // The comma before the first field.
            *first = b'{';
        }
        self.text.push(b'}');
        if self.is_writable {
            Ok(JsonRow(self.text))
        } else {
            Err(StoreError::Corrupt("a row cannot be written"))
        }
    }
}

/// JSON that goes into a field as its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonText<'a>(pub(crate) &'a Value);

impl Serialize for JsonText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&serde_json::to_string(self.0).map_err(serde::ser::Error::custom)?)
    }
}

/// Rows as the JSON array that `dialect::rows!` reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonRows(Vec<u8>);

impl JsonRows {
    /// The array of these rows.
    pub(crate) fn of(rows: &[JsonRow]) -> Self {
        let length = rows.iter().map(|JsonRow(text)| text.len() + 1).sum::<usize>();
        let mut list = Vec::with_capacity(length + 2);
        list.push(b'[');
        for (place, JsonRow(text)) in rows.iter().enumerate() {
            if place > 0 {
                list.push(b',');
            }
            list.extend_from_slice(text);
        }
        list.push(b']');
        Self(list)
    }
}

impl Type<Sqlite> for JsonRows {
    fn type_info() -> <Sqlite as Database>::TypeInfo {
        <Json<()> as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for JsonRows {
    fn encode(self, buffer: &mut <Sqlite as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(String::from_utf8(self.0)?, buffer)
    }

    fn encode_by_ref(
        &self,
        buffer: &mut <Sqlite as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(String::from_utf8(self.0.clone())?, buffer)
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::JsonRows;
    use sqlx::encode::IsNull;
    use sqlx::error::BoxDynError;
    use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, Postgres};
    use sqlx::types::Json;
    use sqlx::{Encode, Type};

    /// The version of PostgreSQL's `jsonb` on the wire, which comes before its text.
    const VERSION: u8 = 1;

    impl Type<Postgres> for JsonRows {
        fn type_info() -> PgTypeInfo {
            <Json<()> as Type<Postgres>>::type_info()
        }
    }

    impl Encode<'_, Postgres> for JsonRows {
        fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            buffer.push(VERSION);
            buffer.extend_from_slice(&self.0);
            Ok(IsNull::No)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(rows: &[JsonRow]) -> Value {
        serde_json::from_slice(&JsonRows::of(rows).0).unwrap()
    }

    proptest! {
        #[test]
        fn rows_read_back(texts in prop::collection::vec((".*", any::<i64>(), any::<Option<bool>>()), 0..5)) {
            let rows: Vec<_> = texts
                .iter()
                .map(|(text, number, flag)| json_object!({ "text": text, "number": number, "flag": flag }).unwrap())
                .collect();
            let expected: Vec<_> = texts
                .iter()
                .map(|(text, number, flag)| json!({ "text": text, "number": number, "flag": flag }))
                .collect();
            prop_assert_eq!(read(&rows), Value::Array(expected));
        }
    }

    #[test]
    fn json_goes_in_as_its_text() {
        let value = json!({"b": ["\"", null], "a": 1.5});
        let row = json_object!({ "data": JsonText(&value) }).unwrap();
        assert_eq!(read(&[row]), json!([{"data": value.to_string()}]));
        assert_eq!(read(&[]), json!([]));
    }

    #[test]
    fn what_has_no_json_form_is_no_row() {
        let names_that_are_no_texts = std::collections::BTreeMap::from([([1], 1)]);
        assert!(json_object!({ "a": 1, "b": names_that_are_no_texts }).is_err());
    }
}
