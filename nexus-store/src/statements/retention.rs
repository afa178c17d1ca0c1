//! What is old, kind by kind: `$1` is the cutoff, `$2` the most rows. Each selection is the rule of the same name in
//! `nexus_core::retention`; the conformance suite compares them.

/// Removes the rows of a table that a selection finds. The selection is made once, whatever the database thinks of joins.
macro_rules! forget {
    ($table:literal, $selection:expr, $locked:expr) => {
        concat!(
            "WITH old AS MATERIALIZED (",
            $selection,
            $locked,
            ") DELETE FROM ",
            $table,
            r#" WHERE "id" IN (SELECT "id" FROM old)"#
        )
    };
}

/// An effect is made before it is settled: its creation, which has an index, narrows the search.
macro_rules! effects {
    () => {
        r#"SELECT "id" FROM outbox WHERE "createdAt" < $1 AND "settledAt" < $1 ORDER BY "createdAt" LIMIT $2"#
    };
}

/// A line of the mail log has the id of its effect, which may be gone already.
macro_rules! mail_log {
    () => {
        r#"SELECT m."id" FROM mail_logs m WHERE m."createdAt" < $1
    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o."id" = m."id" AND o."settledAt" IS NULL)
ORDER BY m."createdAt" LIMIT $2"#
    };
}

macro_rules! notifications {
    () => {
        r#"SELECT "id" FROM notifications WHERE "read" AND "updatedAt" < $1 AND "quarantinedAt" IS NULL
ORDER BY "updatedAt" LIMIT $2"#
    };
}

pub(crate) use {effects, forget, mail_log, notifications};
