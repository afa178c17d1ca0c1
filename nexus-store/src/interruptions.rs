//! Where proofs make a database fail: at the n-th call that a store makes of it, whichever that is.
//!
//! Compiled with the feature `conformance` only; without it, a store has sqlx's own transaction and pool in the same places
//! (`sqlite.rs`, `postgres.rs`).
//!
//! Counted are the beginning and the end of a transaction, and every statement that an adapter makes of its transaction or of
//! its pools. What several adapters read through a bare connection (`find_coach`…) is not.

use futures_util::future::{BoxFuture, ready};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::pool::PoolConnection;
use sqlx::{Database, Describe, Either, Error, Execute, Executor, Pool, SqlStr, Transaction};
use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, io};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// The database refuses: another transaction was in the way.
    Conflict,
    /// The connection is gone before the call reaches the database.
    Gone,
    /// The database does it, and the connection is gone before its answer is back.
    AnswerLost,
}

/// Which call of a store will fail. A clone is the same; none fails until one is chosen.
#[derive(Debug, Clone, Default)]
pub struct Interruptions(Arc<Mutex<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    calls: u64,
    nth: Option<(u64, Interruption)>,
}

impl Interruptions {
    /// Lets the n-th call from now on fail, counted from 1.
    pub fn interrupt(&self, nth: u64, how: Interruption) {
        *self.plan() = Plan { calls: 0, nth: Some((nth, how)) };
    }

    /// Lets every call be answered again; tells how many were made since [`Self::interrupt`].
    pub fn clear(&self) -> u64 {
        std::mem::take(&mut *self.plan()).calls
    }

    fn plan(&self) -> std::sync::MutexGuard<'_, Plan> {
        // Nothing that holds it can panic half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Interruption> {
        let mut plan = self.plan();
        plan.calls += 1;
        plan.nth.filter(|(nth, _)| *nth == plan.calls).map(|(_, how)| how)
    }
}

/// What the database would have said.
#[derive(Debug)]
struct Refusal {
    code: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a proof interrupts")
    }
}

impl std::error::Error for Refusal {}

impl DatabaseError for Refusal {
    fn message(&self) -> &'static str {
        "a proof interrupts"
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.code.into())
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

fn error<Db: Database>(how: Interruption) -> Error {
    match how {
        // A serialisation failure, or a file that is busy.
        Interruption::Conflict => {
            Error::Database(Box::new(Refusal { code: if Db::NAME == "SQLite" { "5" } else { "40001" } }))
        }
        Interruption::Gone | Interruption::AnswerLost => {
            Error::Io(io::Error::new(io::ErrorKind::ConnectionReset, "a proof interrupts"))
        }
    }
}

/// Makes a call, unless it is the one that fails.
async fn call<Db: Database, T>(
    interruption: Option<Interruption>,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match interruption {
        None => call.await,
        Some(Interruption::AnswerLost) => {
            call.await?;
            Err(error::<Db>(Interruption::AnswerLost))
        }
        Some(how) => Err(error::<Db>(how)),
    }
}

/// What a statement answers: rows, and what it changed.
type Answers<'e, Db> =
    BoxStream<'e, Result<Either<<Db as Database>::QueryResult, <Db as Database>::Row>, Error>>;

fn stream_of<'e, Db: Database>(
    interruption: Option<Interruption>,
    answer: impl FnOnce() -> Answers<'e, Db>,
) -> Answers<'e, Db> {
    match interruption {
        None => answer(),
        Some(Interruption::AnswerLost) => {
            let done = answer().try_for_each(|_| ready(Ok(())));
            let lost = async {
                done.await?;
                Err(error::<Db>(Interruption::AnswerLost))
            };
            stream::once(lost).boxed()
        }
        Some(how) => stream::once(ready(Err(error::<Db>(how)))).boxed(),
    }
}

/// An open transaction whose calls are counted. After one that failed, none is answered, as in PostgreSQL; but SQLite, after
/// what it refused, goes on as if nothing were: whoever does not look at a refusal commits half of what he does.
pub(crate) struct Unit<Db: Database>(Line<Db>);

/// The connection of a [`Unit`].
pub(crate) struct Line<Db: Database> {
    tx: Transaction<'static, Db>,
    interruptions: Interruptions,
    broken: Option<Interruption>,
}

impl<Db: Database> Unit<Db> {
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        let interruption = self.0.next();
        call::<Db, _>(interruption, self.0.tx.commit()).await
    }
}

impl<Db: Database> Line<Db> {
    fn next(&mut self) -> Option<Interruption> {
        if self.broken.is_some() {
            // Its answer was lost once; what comes after is not even done.
            return Some(Interruption::Gone);
        }
        let interruption = self.interruptions.next();
        self.broken = interruption.filter(|how| *how != Interruption::Conflict || Db::NAME != "SQLite");
        interruption
    }
}

impl<Db: Database> Deref for Unit<Db> {
    type Target = Line<Db>;
    fn deref(&self) -> &Line<Db> {
        &self.0
    }
}

impl<Db: Database> DerefMut for Unit<Db> {
    fn deref_mut(&mut self) -> &mut Line<Db> {
        &mut self.0
    }
}

impl<Db: Database> Deref for Line<Db> {
    type Target = Db::Connection;
    fn deref(&self) -> &Db::Connection {
        &self.tx
    }
}

impl<Db: Database> DerefMut for Line<Db> {
    fn deref_mut(&mut self) -> &mut Db::Connection {
        &mut self.tx
    }
}

impl<Db: Database> fmt::Debug for Line<Db> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Line").finish_non_exhaustive()
    }
}

/// A pool whose calls are counted.
#[derive(Debug)]
pub(crate) struct Source<Db: Database> {
    pool: Pool<Db>,
    interruptions: Interruptions,
}

impl<Db: Database> Source<Db> {
    pub(crate) fn interrupted_by(&mut self, interruptions: Interruptions) {
        self.interruptions = interruptions;
    }

    pub(crate) async fn begin_with(&self, statement: &'static str) -> Result<Unit<Db>, Error> {
        let tx = call::<Db, _>(self.interruptions.next(), self.pool.begin_with(statement)).await?;
        Ok(Unit(Line { tx, interruptions: self.interruptions.clone(), broken: None }))
    }

    pub(crate) async fn acquire(&self) -> Result<PoolConnection<Db>, Error> {
        call::<Db, _>(self.interruptions.next(), self.pool.acquire()).await
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

impl<Db: Database> Clone for Source<Db> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), interruptions: self.interruptions.clone() }
    }
}

impl<Db: Database> From<Pool<Db>> for Source<Db> {
    fn from(pool: Pool<Db>) -> Self {
        Self { pool, interruptions: Interruptions::default() }
    }
}

impl<Db: Database> Deref for Source<Db> {
    type Target = Pool<Db>;
    fn deref(&self) -> &Pool<Db> {
        &self.pool
    }
}

impl<'c, Db: Database> Executor<'c> for &'c mut Line<Db>
where
    for<'a> &'a mut Db::Connection: Executor<'a, Database = Db>,
{
    type Database = Db;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> Answers<'e, Db>
    where
        'c: 'e,
        E: 'q + Execute<'q, Db>,
    {
        stream_of::<Db>(self.next(), move || (&mut *self.tx).fetch_many(query))
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<Db::Row>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Db>,
    {
        let interruption = self.next();
        Box::pin(async move { call::<Db, _>(interruption, (&mut *self.tx).fetch_optional(query)).await })
    }

    fn prepare_with<'e>(
        self,
        statement: SqlStr,
        parameters: &'e [Db::TypeInfo],
    ) -> BoxFuture<'e, Result<Db::Statement, Error>>
    where
        'c: 'e,
    {
        (&mut *self.tx).prepare_with(statement, parameters)
    }

    // sqlx asks for it when it is built with its macros.
    fn describe<'e>(self, statement: SqlStr) -> BoxFuture<'e, Result<Describe<Db>, Error>>
    where
        'c: 'e,
    {
        (&mut *self.tx).describe(statement)
    }
}

impl<'c, Db: Database> Executor<'c> for &'c Source<Db>
where
    for<'a> &'a mut Db::Connection: Executor<'a, Database = Db>,
{
    type Database = Db;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> Answers<'e, Db>
    where
        'c: 'e,
        E: 'q + Execute<'q, Db>,
    {
        stream_of::<Db>(self.interruptions.next(), move || (&self.pool).fetch_many(query))
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<Db::Row>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Db>,
    {
        let interruption = self.interruptions.next();
        Box::pin(async move { call::<Db, _>(interruption, (&self.pool).fetch_optional(query)).await })
    }

    fn prepare_with<'e>(
        self,
        statement: SqlStr,
        parameters: &'e [Db::TypeInfo],
    ) -> BoxFuture<'e, Result<Db::Statement, Error>>
    where
        'c: 'e,
    {
        (&self.pool).prepare_with(statement, parameters)
    }

    // sqlx asks for it when it is built with its macros.
    fn describe<'e>(self, statement: SqlStr) -> BoxFuture<'e, Result<Describe<Db>, Error>>
    where
        'c: 'e,
    {
        (&self.pool).describe(statement)
    }
}
