use sqlx::Sqlite;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::types::Json;
use sqlx::{Database, Decode, Encode, Type};

/// A list of texts: JSON on SQLite, `text[]` on PostgreSQL. As a parameter it is what `dialect::is_among!` looks into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextList(pub(crate) Vec<String>);

impl Type<Sqlite> for TextList {
    fn type_info() -> <Sqlite as Database>::TypeInfo {
        <Json<Vec<String>> as Type<Sqlite>>::type_info()
    }

    fn compatible(column: &<Sqlite as Database>::TypeInfo) -> bool {
        <Json<Vec<String>> as Type<Sqlite>>::compatible(column)
    }
}

impl Encode<'_, Sqlite> for TextList {
    fn encode_by_ref(
        &self,
        buffer: &mut <Sqlite as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode_by_ref(&Json(&self.0), buffer)
    }
}

impl<'r> Decode<'r, Sqlite> for TextList {
    fn decode(value: <Sqlite as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <Json<Vec<String>> as Decode<Sqlite>>::decode(value).map(|list| Self(list.0))
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::TextList;
    use sqlx::encode::IsNull;
    use sqlx::error::BoxDynError;
    use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, Postgres};
    use sqlx::{Decode, Encode, Type};

    impl Type<Postgres> for TextList {
        fn type_info() -> PgTypeInfo {
            <Vec<String> as Type<Postgres>>::type_info()
        }

        fn compatible(column: &PgTypeInfo) -> bool {
            <Vec<String> as Type<Postgres>>::compatible(column)
        }
    }

    impl Encode<'_, Postgres> for TextList {
        fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            Encode::<Postgres>::encode_by_ref(&self.0, buffer)
        }
    }

    impl<'r> Decode<'r, Postgres> for TextList {
        fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
            <Vec<String> as Decode<Postgres>>::decode(value).map(Self)
        }
    }
}
