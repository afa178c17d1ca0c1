/// Declares the column of an enum of the domain that has `as_str` and `parse`: TEXT on SQLite; on PostgreSQL the enum type
/// of this name, which the existing application made, or `text` where a column of our own has no such type.
///
/// A stored name that the domain does not know is an error of the row, never a default.
macro_rules! enum_column {
    ($(#[$doc:meta])* $column:ident($value:ty), $type_name:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $column(pub(crate) $value);

        impl sqlx::Type<sqlx::Sqlite> for $column {
            fn type_info() -> sqlx::sqlite::SqliteTypeInfo {
                <str as sqlx::Type<sqlx::Sqlite>>::type_info()
            }

            fn compatible(column: &sqlx::sqlite::SqliteTypeInfo) -> bool {
                <str as sqlx::Type<sqlx::Sqlite>>::compatible(column)
            }
        }

        impl sqlx::Encode<'_, sqlx::Sqlite> for $column {
            fn encode_by_ref(
                &self,
                buffer: &mut <sqlx::Sqlite as sqlx::Database>::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                sqlx::Encode::<sqlx::Sqlite>::encode(self.0.as_str(), buffer)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::Sqlite> for $column {
            fn decode(value: sqlx::sqlite::SqliteValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let name = <&str as sqlx::Decode<sqlx::Sqlite>>::decode(value)?;
                <$value>::parse(name).map(Self).ok_or_else(|| $crate::columns::enumeration::unknown_name($type_name))
            }
        }

        #[cfg(feature = "postgres")]
        impl sqlx::Type<sqlx::Postgres> for $column {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                $crate::columns::enumeration::INFERRED
            }

            fn compatible(column: &sqlx::postgres::PgTypeInfo) -> bool {
                sqlx::TypeInfo::name(column).trim_matches('"') == $type_name
                    || <str as sqlx::Type<sqlx::Postgres>>::compatible(column)
            }
        }

        #[cfg(feature = "postgres")]
        impl sqlx::Encode<'_, sqlx::Postgres> for $column {
            fn encode_by_ref(
                &self,
                buffer: &mut sqlx::postgres::PgArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                sqlx::Encode::<sqlx::Postgres>::encode(self.0.as_str(), buffer)
            }
        }

        #[cfg(feature = "postgres")]
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $column {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let name = <&str as sqlx::Decode<sqlx::Postgres>>::decode(value)?;
                <$value>::parse(name).map(Self).ok_or_else(|| $crate::columns::enumeration::unknown_name($type_name))
            }
        }
    };
}

/// The type `unknown`: PostgreSQL then takes the type of the column that the parameter meets, an enum like any other. A
/// lookup by name would cost a query per connection, and would find nothing where the name is quoted.
#[cfg(feature = "postgres")]
pub(crate) const INFERRED: sqlx::postgres::PgTypeInfo =
    sqlx::postgres::PgTypeInfo::with_oid(sqlx::postgres::types::Oid(705));

/// The stored name itself is not repeated: it may be anything.
pub(crate) fn unknown_name(type_name: &'static str) -> sqlx::error::BoxDynError {
    format!("a stored name is not one of {type_name}").into()
}

enum_column!(
    /// `users.role`.
    RoleColumn(nexus_core::Role),
    "UserRole"
);

enum_column!(
    /// `sessions.status`.
    StatusColumn(nexus_core::calendar::SessionStatus),
    "SessionStatus"
);

enum_column!(
    /// `sessions.type`.
    ServiceColumn(nexus_core::calendar::ServiceType),
    "ServiceType"
);

enum_column!(
    /// `sessions.subject`.
    SubjectColumn(nexus_core::SchoolSubject),
    "Subject"
);

enum_column!(
    /// `sessions.modality`.
    ModalityColumn(nexus_core::calendar::Modality),
    "text"
);

enum_column!(
    /// `sessions.kind`.
    KindColumn(nexus_core::calendar::SessionKind),
    "text"
);

enum_column!(
    /// `session_participants.state`.
    ParticipantColumn(nexus_core::calendar::ParticipantState),
    "text"
);

enum_column!(
    /// `session_reminders.reminderType`.
    ReminderColumn(nexus_core::calendar::ReminderKind),
    "text"
);
