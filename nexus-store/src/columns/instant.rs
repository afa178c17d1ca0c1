use jiff::{SignedDuration, Timestamp};
use sqlx::Sqlite;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};

/// An instant of UTC in whole milliseconds, as both databases keep it: an INTEGER of milliseconds since 1970 on SQLite,
/// a `timestamp(3)` without zone on PostgreSQL. What is finer than a millisecond is cut off before it is bound, so that
/// neither database rounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(pub(crate) Timestamp);

impl Type<Sqlite> for Instant {
    fn type_info() -> <Sqlite as Database>::TypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }

    fn compatible(column: &<Sqlite as Database>::TypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(column)
    }
}

impl Encode<'_, Sqlite> for Instant {
    fn encode_by_ref(
        &self,
        buffer: &mut <Sqlite as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(self.0.as_millisecond(), buffer)
    }
}

impl<'r> Decode<'r, Sqlite> for Instant {
    fn decode(value: <Sqlite as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let milliseconds = <i64 as Decode<Sqlite>>::decode(value)?;
        // Not `from_millisecond`, which refuses the last second of the calendar.
        Ok(Self(Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_millis(milliseconds))?))
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::Instant;
    use jiff::civil::DateTime;
    use jiff::tz::TimeZone;
    use jiff::{SignedDuration, Timestamp};
    use sqlx::encode::IsNull;
    use sqlx::error::BoxDynError;
    use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueFormat, PgValueRef, Postgres};
    use sqlx::{Decode, Encode, Type, TypeInfo};

    /// PostgreSQL counts from 2000-01-01; this is that instant in milliseconds since 1970.
    const EPOCH_MILLISECONDS: i64 = 946_684_800_000;

    impl Type<Postgres> for Instant {
        fn type_info() -> PgTypeInfo {
            PgTypeInfo::with_oid(sqlx::postgres::types::Oid(1114))
        }

        fn compatible(column: &PgTypeInfo) -> bool {
            // With a zone or without, the bytes are the same: microseconds of UTC.
            matches!(column.name(), "TIMESTAMP" | "TIMESTAMPTZ")
        }
    }

    impl PgHasArrayType for Instant {
        fn array_type_info() -> PgTypeInfo {
            PgTypeInfo::with_oid(sqlx::postgres::types::Oid(1115))
        }
    }

    impl Encode<'_, Postgres> for Instant {
        fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            // The instants of jiff end in the year 9999: neither operation can leave an i64.
            let microseconds = (self.0.as_millisecond() - EPOCH_MILLISECONDS) * 1_000;
            Encode::<Postgres>::encode(microseconds, buffer)
        }
    }

    impl<'r> Decode<'r, Postgres> for Instant {
        fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
            match value.format() {
                PgValueFormat::Binary => {
                    // `infinity` is the largest number, and is out of range below.
                    let since_2000 = SignedDuration::from_micros(<i64 as Decode<Postgres>>::decode(value)?);
                    let epoch = Timestamp::from_millisecond(EPOCH_MILLISECONDS)?;
                    Ok(Self(epoch.checked_add(since_2000)?))
                }
                PgValueFormat::Text => {
                    let text = value.as_str()?;
                    let civil = text.parse::<DateTime>()?;
                    let zoned = text.parse::<Timestamp>();
                    Ok(Self(zoned.or_else(|_| civil.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()))?))
                }
            }
        }
    }
}
