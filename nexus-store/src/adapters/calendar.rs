use super::calendar_reading::{find_coach, within_sessions};
use super::scope::within;
use super::{BackendTx, dialect, store_error};
use crate::columns::{Instant, ParticipantColumn, ReminderColumn, StatusColumn, json_object};
use crate::rows::calendar::{
    BusyCoachRow, ParticipantRow, PartiesRow, PupilRow, RuleRow, SessionRow, StoredClosureRow, busy,
    day_instant,
};
use crate::rows::people::malformed;
use crate::statements::calendar as sql;
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use nexus_core::calendar::{
    Busy, CalendarOf, CalendarTx, Calendars, Clash, Closure, Coach, Days, Interval, Modality, Participant,
    PartiesAsked, Pupil, ReminderKind, Session, SessionStatus, StatusChange, StoredClosure, StoredRule,
    TimeAsked, TimeTaken, day_number,
};
use nexus_core::rights::Scope;
use nexus_core::{Checksum, CoachId, SessionId, StoreError, StudentId, UserId};
use serde_json::Value;
use sqlx::types::Json;

const LOCK_SESSION: &str = concat!(sql::select_session!(), dialect::for_update!("x"));
const LOCK_CLOSURE: &str = concat!(sql::one_closure!(), dialect::for_update!("c"));
const TAKE_REMINDERS: &str = sql::take_reminders!(dialect::skip_locked!());
const BUSY: &str = sql::busy!("$1", "$2", "$3", "$4", "$5", "$6");
const SELECT_TIME_TAKEN: &str = sql::select_time_taken!();
const INSERT_SESSION: &str = sql::insert_session!();
const INSERT_HISTORY: &str = sql::insert_history!();
const PLAN_REMINDERS: &str = sql::plan_reminders!();

/// The kinds of calendars in the names under which they are held.
macro_rules! calendar_of {
    (coach) => {
        "calendar of a coach"
    };
    (student) => {
        "calendar of a pupil"
    };
    (room) => {
        "calendar of a room"
    };
}

const HOLD_PARTIES: &str = sql::hold_parties!(calendar_of!(coach), calendar_of!(student), calendar_of!(room));

/// Why the database refused to write, if it is a rule of the calendar.
pub(super) fn clash(error: &sqlx::Error) -> Option<Clash> {
    let database = error.as_database_error()?;
    // PostgreSQL names the constraint; the triggers of SQLite have their name as their message.
    let name = database.constraint().unwrap_or_else(|| database.message());
    let known = [
        ("sessions_coach_no_overlap", Clash::Coach),
        ("sessions_student_no_overlap", Clash::Student),
        ("session_participants_no_overlap", Clash::Student),
        ("sessions_room_no_overlap", Clash::Room),
        ("session_participants_seats", Clash::Seats),
    ];
    known.into_iter().find(|(rule, _)| name.contains(rule)).map(|(_, clash)| clash)
}

fn refused<T>(written: Result<T, sqlx::Error>) -> Result<Result<T, Clash>, StoreError> {
    match written {
        Ok(value) => Ok(Ok(value)),
        Err(error) => clash(&error).map(Err).ok_or_else(|| store_error(error)),
    }
}

/// The name under which a calendar is held.
fn lock_of(calendar: &CalendarOf) -> (&'static str, &str) {
    match calendar {
        CalendarOf::Coach(coach) => (calendar_of!(coach), coach.as_str()),
        CalendarOf::Student(student) => (calendar_of!(student), student.as_str()),
        CalendarOf::Room(room) => (calendar_of!(room), room),
    }
}

impl BackendTx {
    /// Writes lessons that wait: the first step of whatever reads lessons.
    async fn write_sessions(&mut self) -> Result<(), StoreError> {
        self.write_late_rows_of(&[INSERT_SESSION]).await
    }

    fn tell(&mut self, change: &StatusChange, from: Option<SessionStatus>) -> Result<(), StoreError> {
        let row = json_object!({
            "session": change.session, "from": from.map(SessionStatus::as_str), "to": change.to.as_str(),
            "actor": change.actor, "reason": change.reason, "at": change.at.as_millisecond(),
        })?;
        self.late.add(INSERT_HISTORY, row);
        Ok(())
    }
}

#[async_trait]
impl CalendarTx for BackendTx {
    async fn lock_calendars(&mut self, calendars: &[CalendarOf]) -> Result<(), StoreError> {
        let mut names: Vec<_> = calendars.iter().map(lock_of).collect();
        // One order for everybody: nobody waits for somebody who waits for him.
        names.sort_unstable();
        names.dedup();
        dialect::lock_names(self, &names).await
    }

    async fn pupil(&mut self, id: &str, scope: &Scope) -> Result<Option<Pupil>, StoreError> {
        let row: Option<PupilRow> = within(scope, sql::SELECT_PUPIL)
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Pupil::try_from).transpose()
    }

    async fn hold_parties(
        &mut self,
        asked: &PartiesAsked<'_>,
    ) -> Result<(Option<Pupil>, Option<CoachId>), StoreError> {
        let row: PartiesRow = within(asked.scope, HOLD_PARTIES)
            .bind(asked.student)
            .bind(asked.coach)
            .bind(asked.room)
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let holds_wallet = row.wallet;
        let (pupil, coach) = row.try_into()?;
        if holds_wallet && let Some(Pupil { user, .. }) = &pupil {
            dialect::note_held_wallet(self, user.as_str());
            self.wallet_beside.expect(user);
        }
        Ok((pupil, coach))
    }

    async fn time_taken(&mut self, asked: &TimeAsked<'_>) -> Result<Option<TimeTaken>, StoreError> {
        self.write_sessions().await?;
        // The wallet that is held is asked for next: it comes along.
        let owner = self.wallet_beside.expected();
        if owner.is_some() {
            self.write_ledger().await?;
        }
        let row: Option<BusyCoachRow> = sqlx::query_as(SELECT_TIME_TAKEN)
            .bind(asked.coach)
            .bind(day_instant(asked.days.0))
            .bind(day_instant(asked.days.1))
            .bind(asked.except.map_or("", SessionId::as_str))
            .bind(Instant(asked.within.start()))
            .bind(Instant(asked.within.end()))
            .bind(asked.student.map(StudentId::as_str))
            .bind(asked.room)
            .bind(owner)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let Some(row) = row else { return Ok(None) };
        let (taken, wallet) = row.try_into()?;
        self.wallet_beside.read(wallet);
        Ok(Some(taken))
    }

    async fn coach(
        &mut self,
        id: &str,
        days: (Date, Date),
    ) -> Result<Option<(Coach, Vec<Closure>)>, StoreError> {
        find_coach(&mut self.tx, id, days).await
    }

    async fn busy(
        &mut self,
        of: &Calendars<'_>,
        within: &Interval,
        except: Option<&SessionId>,
    ) -> Result<Busy, StoreError> {
        self.write_sessions().await?;
        let rows: Vec<(String, Instant, Instant)> = sqlx::query_as(BUSY)
            .bind(of.coach.map(CoachId::as_str))
            .bind(Instant(within.start()))
            .bind(Instant(within.end()))
            .bind(except.map_or("", SessionId::as_str))
            .bind(of.student.map(StudentId::as_str))
            .bind(of.room)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(busy(rows))
    }

    async fn insert_session(&mut self, session: &Session, actor: &str) -> Result<(), StoreError> {
        let moved = session.root != session.id;
        let row = json_object!({
            "id": session.id, "root": moved.then_some(&session.root), "rescheduledFrom": session.rescheduled_from,
            "series": session.series, "sequence": session.sequence, "student": session.student,
            "coach": session.coach, "service": session.service.as_str(), "kind": session.kind.as_str(),
            "modality": session.modality.map(Modality::as_str), "subject": session.subject.as_str(),
            "title": session.title, "description": session.description,
            "start": session.lesson.start().as_millisecond(), "minutes": session.lesson.minutes(),
            "room": session.room, "seats": session.seats, "price": session.price,
            "status": session.status.as_str(), "bookedBy": session.booked_by,
            "createdAt": session.created_at.as_millisecond(),
        })?;
        // A step of the story of another lesson may wait already, and this one's will join it.
        self.late.add_first(INSERT_SESSION, row);
        let beginning = StatusChange {
            session: session.id.clone(),
            from: session.status,
            to: session.status,
            actor: actor.to_owned(),
            reason: None,
            report: None,
            refunded: None,
            at: session.created_at,
        };
        self.tell(&beginning, None)?;
        Ok(())
    }

    async fn lock_session(&mut self, id: &SessionId, scope: &Scope) -> Result<Option<Session>, StoreError> {
        self.write_sessions().await?;
        let row: Option<SessionRow> = within_sessions(scope, LOCK_SESSION)
            .bind(id.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Session::try_from).transpose()
    }

    async fn change_status(&mut self, change: &StatusChange) -> Result<bool, StoreError> {
        self.write_sessions().await?;
        let written = sqlx::query(sql::CHANGE_STATUS)
            .bind(change.session.as_str())
            .bind(StatusColumn(change.from))
            .bind(StatusColumn(change.to))
            .bind(Instant(change.at))
            .bind(change.to == SessionStatus::Completed)
            .bind(change.to == SessionStatus::Cancelled)
            .bind(&change.reason)
            .bind(&change.report)
            .bind(change.refunded)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        if written.rows_affected() != 1 {
            return Ok(false);
        }
        self.tell(change, Some(change.from))?;
        Ok(true)
    }

    async fn save_video_room(&mut self, session: &SessionId, room: &str) -> Result<(), StoreError> {
        self.write_sessions().await?;
        let query = sqlx::query(sql::SAVE_VIDEO_ROOM).bind(session.as_str()).bind(room);
        query.execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn save_first_student(
        &mut self,
        session: &SessionId,
        student: &StudentId,
    ) -> Result<(), StoreError> {
        self.write_sessions().await?;
        sqlx::query(sql::SAVE_FIRST_STUDENT)
            .bind(session.as_str())
            .bind(student.as_str())
            .bind(Instant(self.clock.now()))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn participants(&mut self, session: &SessionId) -> Result<Vec<Participant>, StoreError> {
        self.write_sessions().await?;
        let rows: Vec<ParticipantRow> = sqlx::query_as(sql::SELECT_PARTICIPANTS)
            .bind(session.as_str())
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(Participant::try_from).collect()
    }

    async fn insert_participant(
        &mut self,
        participant: &Participant,
    ) -> Result<Result<(), Clash>, StoreError> {
        self.write_sessions().await?;
        let written = sqlx::query(sql::INSERT_PARTICIPANT)
            .bind(participant.id.as_str())
            .bind(participant.session.as_str())
            .bind(participant.student.as_str())
            .bind(participant.ledger.as_str())
            .bind(ParticipantColumn(participant.state))
            .bind(participant.state.holds_a_seat())
            .bind(participant.offered_until.map(Instant))
            .bind(Instant(participant.created_at))
            .execute(&mut *self.tx)
            .await;
        Ok(refused(written)?.map(drop))
    }

    async fn save_participant(&mut self, participant: &Participant) -> Result<Result<(), Clash>, StoreError> {
        self.write_sessions().await?;
        let written = sqlx::query(sql::SAVE_PARTICIPANT)
            .bind(participant.id.as_str())
            .bind(ParticipantColumn(participant.state))
            .bind(participant.state.holds_a_seat())
            .bind(participant.offered_until.map(Instant))
            .bind(Instant(self.clock.now()))
            .bind(participant.ledger.as_str())
            .execute(&mut *self.tx)
            .await;
        Ok(refused(written)?.map(drop))
    }

    async fn plan_reminder(
        &mut self,
        session: &SessionId,
        kind: ReminderKind,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let row = json_object!({ "session": session, "kind": kind.as_str(), "at": at.as_millisecond() })?;
        self.late.add(PLAN_REMINDERS, row);
        Ok(())
    }

    async fn cancel_reminders(&mut self, session: &SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.write_late_rows_of(&[PLAN_REMINDERS]).await?;
        let query = sqlx::query(sql::CANCEL_REMINDERS).bind(session.as_str()).bind(Instant(now));
        query.execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn take_due_reminders(
        &mut self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(SessionId, ReminderKind)>, StoreError> {
        self.write_late_rows_of(&[PLAN_REMINDERS]).await?;
        let rows: Vec<(String, ReminderColumn)> = sqlx::query_as(TAKE_REMINDERS)
            .bind(Instant(now))
            .bind(i64::from(most))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(|(id, kind)| Ok((SessionId::parse(id).map_err(malformed)?, kind.0))).collect()
    }

    async fn sessions_with_expired_offers(
        &mut self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.write_sessions().await?;
        let rows: Vec<String> = sqlx::query_scalar(sql::EXPIRED_OFFERS)
            .bind(Instant(now))
            .bind(i64::from(most))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(|id| SessionId::parse(id).map_err(malformed)).collect()
    }

    async fn replace_rules(
        &mut self,
        coach: &UserId,
        date: Option<Date>,
        rules: &[StoredRule],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let delete = match date {
            None => sqlx::query(sql::DELETE_WEEKLY_RULES).bind(coach.as_str()),
            Some(date) => sqlx::query(sql::DELETE_DATED_RULES).bind(coach.as_str()).bind(day_instant(date)),
        };
        delete.execute(&mut *self.tx).await.map_err(store_error)?;
        for StoredRule { id, coach, rule } in rules {
            let (weekday, date) = match rule.days {
                Days::Weekly(weekday) => (weekday, None),
                Days::On(date) => (date.weekday(), day_instant(date)),
            };
            sqlx::query(sql::INSERT_RULE)
                .bind(id)
                .bind(coach.as_str())
                .bind(i32::from(day_number(weekday)))
                .bind(rule.range.start().to_string())
                .bind(rule.range.end().to_string())
                .bind(date)
                .bind(rule.open)
                .bind(date.is_none())
                .bind(rule.valid_from.and_then(day_instant).unwrap_or(Instant(now)))
                .bind(rule.valid_until.and_then(day_instant))
                .bind(Instant(now))
                .execute(&mut *self.tx)
                .await
                .map_err(store_error)?;
        }
        Ok(())
    }

    async fn rule(&mut self, id: &str) -> Result<Option<StoredRule>, StoreError> {
        let row: Option<RuleRow> = sqlx::query_as(sql::SELECT_RULE)
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(row.and_then(RuleRow::into_rule))
    }

    async fn remove_rule(&mut self, id: &str) -> Result<(), StoreError> {
        sqlx::query(sql::DELETE_RULE).bind(id).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn insert_closure(
        &mut self,
        id: &str,
        coach: Option<&UserId>,
        closure: &Closure,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_CLOSURE)
            .bind(id)
            .bind(coach.map(UserId::as_str))
            .bind(day_instant(closure.first))
            .bind(day_instant(closure.last))
            .bind(&closure.label)
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn lock_closure(&mut self, id: &str) -> Result<Option<StoredClosure>, StoreError> {
        let row: Option<StoredClosureRow> =
            sqlx::query_as(LOCK_CLOSURE).bind(id).fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(StoredClosure::try_from).transpose()
    }

    async fn remove_closure(&mut self, id: &str) -> Result<(), StoreError> {
        sqlx::query(sql::DELETE_CLOSURE).bind(id).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn insert_series(
        &mut self,
        id: &str,
        pattern: &Value,
        by: Option<&UserId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_SERIES)
            .bind(id)
            .bind(Json(pattern))
            .bind(by.map(UserId::as_str))
            .bind(Instant(now))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn replace_feed(
        &mut self,
        id: &str,
        user: &UserId,
        hash: Option<&Checksum>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let revoke = sqlx::query(sql::REVOKE_FEEDS).bind(user.as_str()).bind(Instant(now));
        revoke.execute(&mut *self.tx).await.map_err(store_error)?;
        if let Some(hash) = hash {
            sqlx::query(sql::INSERT_FEED)
                .bind(id)
                .bind(user.as_str())
                .bind(hash.to_string())
                .bind(Instant(now))
                .execute(&mut *self.tx)
                .await
                .map_err(store_error)?;
        }
        Ok(())
    }
}
