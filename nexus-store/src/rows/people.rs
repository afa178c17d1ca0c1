//! Accounts, profiles and links as they come from a database.

use super::checksum;
use crate::columns::{Instant, RoleColumn};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use nexus_core::identity::account::{Account, SealedSecret, SecondFactor};
use nexus_core::identity::account_token::{AccountToken, TokenPurpose};
use nexus_core::identity::consent::{Consent, ConsentKind};
use nexus_core::identity::email_address::EmailAddress;
use nexus_core::identity::password::PasswordHash;
use nexus_core::identity::profile::{CoachProfile, ParentProfile, Profile, PupilProfile};
use nexus_core::identity::session_directory::SessionFacts;
use nexus_core::identity::views::AccountView;
use nexus_core::{CoachId, InvalidId, ParentId, Role, SchoolSubject, StoreError, StudentId, UserId};

pub(crate) fn malformed(_: InvalidId) -> StoreError {
    StoreError::Corrupt("an identifier is malformed")
}

/// A day of birth is stored as the midnight of UTC at which it begins, as the existing application does.
pub(crate) fn birth_instant(date: Date) -> Option<Instant> {
    date.to_zoned(TimeZone::UTC).ok().map(|midnight| Instant(midnight.timestamp()))
}

fn birth_date(instant: Option<Instant>) -> Option<Date> {
    instant.map(|instant| instant.0.to_zoned(TimeZone::UTC).date())
}

fn instant(column: Option<Instant>) -> Option<Timestamp> {
    column.map(|column| column.0)
}

/// Subjects are JSON in a text. What cannot be read, or is no subject, is left out: one bad row must not hide a whole list.
fn subjects(text: &str) -> Vec<SchoolSubject> {
    let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    names.iter().filter_map(|name| SchoolSubject::parse(name)).collect()
}

/// The text of subjects.
pub(crate) fn subjects_text(subjects: &[SchoolSubject]) -> String {
    serde_json::to_string(subjects).unwrap_or_else(|_| "[]".to_owned())
}

#[derive(sqlx::FromRow)]
pub(crate) struct AccountRow {
    id: String,
    email: String,
    role: RoleColumn,
    first_name: String,
    last_name: String,
    phone: Option<String>,
    password: Option<String>,
    totp_secret: Option<String>,
    totp_enabled_at: Option<Instant>,
    totp_last_step: Option<i64>,
    session_version: i64,
    created_at: Instant,
    activated_at: Option<Instant>,
    disabled_at: Option<Instant>,
    deleted_at: Option<Instant>,
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;
    fn try_from(row: AccountRow) -> Result<Self, StoreError> {
        let second_factor = match (row.totp_secret.map(SealedSecret::from_stored), row.totp_enabled_at) {
            (None, _) => SecondFactor::Off,
            (Some(secret), None) => SecondFactor::Pending(secret),
            (Some(secret), Some(_)) => SecondFactor::On {
                secret,
                last_step: row
                    .totp_last_step
                    .map(u64::try_from)
                    .transpose()
                    .map_err(|_| StoreError::Corrupt("a step of a second factor is negative"))?,
            },
        };
        Ok(Self {
            id: UserId::parse(row.id).map_err(malformed)?,
            email: row.email,
            role: row.role.0,
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone,
            password: row.password.map(PasswordHash::from_stored),
            second_factor,
            session_version: session_version(row.session_version)?,
            created_at: row.created_at.0,
            activated_at: instant(row.activated_at),
            disabled_at: instant(row.disabled_at),
            deleted_at: instant(row.deleted_at),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ParentRow {
    id: String,
    address: Option<String>,
    city: Option<String>,
    country: Option<String>,
}

impl TryFrom<ParentRow> for ParentProfile {
    type Error = StoreError;
    fn try_from(row: ParentRow) -> Result<Self, StoreError> {
        let id = ParentId::parse(row.id).map_err(malformed)?;
        Ok(Self { id, address: row.address, city: row.city, country: row.country })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct PupilRow {
    id: String,
    guardian: String,
    grade: Option<String>,
    school: Option<String>,
    birth_date: Option<Instant>,
    registered_at: Instant,
}

impl TryFrom<PupilRow> for PupilProfile {
    type Error = StoreError;
    fn try_from(row: PupilRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: StudentId::parse(row.id).map_err(malformed)?,
            guardian: ParentId::parse(row.guardian).map_err(malformed)?,
            grade: row.grade,
            school: row.school,
            birth_date: birth_date(row.birth_date),
            registered_at: row.registered_at.0,
        })
    }
}

/// A pupil with the accounts that concern him.
#[derive(sqlx::FromRow)]
pub(crate) struct PupilInScopeRow {
    #[sqlx(flatten)]
    pub(crate) pupil: PupilRow,
    pub(crate) account: String,
    pub(crate) guardian_account: String,
}

#[derive(sqlx::FromRow)]
pub(crate) struct CoachRow {
    id: String,
    pseudonym: String,
    title: Option<String>,
    tag: Option<String>,
    description: Option<String>,
    philosophy: Option<String>,
    expertise: Option<String>,
    subjects: String,
    available_online: bool,
    available_in_person: bool,
}

impl TryFrom<CoachRow> for CoachProfile {
    type Error = StoreError;
    fn try_from(row: CoachRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: CoachId::parse(row.id).map_err(malformed)?,
            pseudonym: row.pseudonym,
            title: row.title,
            tag: row.tag,
            description: row.description,
            philosophy: row.philosophy,
            expertise: row.expertise,
            subjects: subjects(&row.subjects),
            available_online: row.available_online,
            available_in_person: row.available_in_person,
        })
    }
}

/// An account with the profiles that it may have, one of which is its role's.
#[derive(sqlx::FromRow)]
pub(crate) struct ViewRow {
    id: String,
    email: String,
    role: RoleColumn,
    first_name: String,
    last_name: String,
    phone: Option<String>,
    created_at: Instant,
    has_password: bool,
    has_second_factor: bool,
    disabled_at: Option<Instant>,
    parent_id: Option<String>,
    address: Option<String>,
    city: Option<String>,
    country: Option<String>,
    student_id: Option<String>,
    guardian: Option<String>,
    grade: Option<String>,
    school: Option<String>,
    birth_date: Option<Instant>,
    registered_at: Option<Instant>,
    coach_id: Option<String>,
    pseudonym: Option<String>,
    title: Option<String>,
    tag: Option<String>,
    description: Option<String>,
    philosophy: Option<String>,
    expertise: Option<String>,
    subjects: Option<String>,
    available_online: Option<bool>,
    available_in_person: Option<bool>,
}

impl ViewRow {
    /// The profile of the role; absent where there is none.
    fn profile(&mut self) -> Result<Option<Profile>, StoreError> {
        match self.role.0 {
            Role::Admin | Role::Assistante => Ok(None),
            Role::Parent => self.parent_id.take().map_or(Ok(None), |id| {
                let row = ParentRow {
                    id,
                    address: self.address.take(),
                    city: self.city.take(),
                    country: self.country.take(),
                };
                ParentProfile::try_from(row).map(|parent| Some(Profile::Parent(parent)))
            }),
            Role::Eleve => match (self.student_id.take(), self.guardian.take(), self.registered_at) {
                (Some(id), Some(guardian), Some(registered_at)) => {
                    let row = PupilRow {
                        id,
                        guardian,
                        grade: self.grade.take(),
                        school: self.school.take(),
                        birth_date: self.birth_date,
                        registered_at,
                    };
                    PupilProfile::try_from(row).map(|pupil| Some(Profile::Pupil(pupil)))
                }
                _ => Ok(None),
            },
            Role::Coach => match (self.coach_id.take(), self.pseudonym.take()) {
                (Some(id), Some(pseudonym)) => {
                    let row = CoachRow {
                        id,
                        pseudonym,
                        title: self.title.take(),
                        tag: self.tag.take(),
                        description: self.description.take(),
                        philosophy: self.philosophy.take(),
                        expertise: self.expertise.take(),
                        subjects: self.subjects.take().unwrap_or_default(),
                        available_online: self.available_online.unwrap_or(true),
                        available_in_person: self.available_in_person.unwrap_or(true),
                    };
                    CoachProfile::try_from(row).map(|coach| Some(Profile::Coach(coach)))
                }
                _ => Ok(None),
            },
        }
    }
}

impl TryFrom<ViewRow> for AccountView {
    type Error = StoreError;
    fn try_from(mut row: ViewRow) -> Result<Self, StoreError> {
        let profile = row.profile()?;
        Ok(Self {
            id: UserId::parse(row.id).map_err(malformed)?,
            email: row.email,
            role: row.role.0,
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone,
            created_at: row.created_at.0,
            has_password: row.has_password,
            has_second_factor: row.has_second_factor,
            disabled_at: instant(row.disabled_at),
            profile,
        })
    }
}

/// A coach of a list.
#[derive(sqlx::FromRow)]
pub(crate) struct CoachViewRow {
    #[sqlx(flatten)]
    pub(crate) account: ViewRow,
    pub(crate) todays_sessions: i64,
}

/// What counts today about a session.
#[derive(sqlx::FromRow)]
pub(crate) struct SessionRow {
    role: RoleColumn,
    student: Option<String>,
    parent: Option<String>,
    coach: Option<String>,
    session_version: i64,
    disabled: bool,
}

impl TryFrom<SessionRow> for SessionFacts {
    type Error = StoreError;
    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok(Self {
            role: row.role.0,
            student: row.student.map(StudentId::parse).transpose().map_err(malformed)?,
            parent: row.parent.map(ParentId::parse).transpose().map_err(malformed)?,
            coach: row.coach.map(CoachId::parse).transpose().map_err(malformed)?,
            session_version: session_version(row.session_version)?,
            disabled: row.disabled,
        })
    }
}

fn session_version(stored: i64) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| StoreError::Corrupt("a session version is out of range"))
}

#[derive(sqlx::FromRow)]
pub(crate) struct TokenRow {
    id: String,
    user_id: String,
    purpose: String,
    hash: String,
    bound_to: String,
    new_email: Option<String>,
    created_at: Instant,
    expires_at: Instant,
    used_at: Option<Instant>,
    voided_at: Option<Instant>,
}

impl TryFrom<TokenRow> for AccountToken {
    type Error = StoreError;
    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            user: UserId::parse(row.user_id).map_err(malformed)?,
            purpose: TokenPurpose::parse(&row.purpose)
                .ok_or(StoreError::Corrupt("the purpose of a link is unknown"))?,
            hash: checksum(&row.hash)?,
            bound_to: checksum(&row.bound_to)?,
            new_email: row
                .new_email
                .map(|email| EmailAddress::parse(&email))
                .transpose()
                .map_err(|_| StoreError::Corrupt("the address of a link is malformed"))?,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            used_at: instant(row.used_at),
            voided_at: instant(row.voided_at),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ConsentRow {
    id: String,
    subject: String,
    given_by: String,
    kind: String,
    text_version: String,
    given_at: Instant,
    withdrawn_at: Option<Instant>,
}

impl TryFrom<ConsentRow> for Consent {
    type Error = StoreError;
    fn try_from(row: ConsentRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            subject: UserId::parse(row.subject).map_err(malformed)?,
            given_by: UserId::parse(row.given_by).map_err(malformed)?,
            kind: ConsentKind::parse(&row.kind)
                .ok_or(StoreError::Corrupt("the kind of a consent is unknown"))?,
            text_version: row.text_version,
            given_at: row.given_at.0,
            withdrawn_at: instant(row.withdrawn_at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_text_of_subjects_hides_nothing_else() {
        let known = [SchoolSubject::Nsi, SchoolSubject::HistoireGeo];
        assert_eq!(subjects(&subjects_text(&known)), known);
        assert_eq!(subjects(r#"["NSI","MAGIE"]"#), [SchoolSubject::Nsi]);
        for text in ["", "null", "{}", "[1]", "NSI"] {
            assert_eq!(subjects(text), [], "{text}");
        }
    }

    #[test]
    fn a_day_of_birth_is_the_same_day_again() {
        let day = jiff::civil::date(2011, 3, 30);
        assert_eq!(birth_date(birth_instant(day)), Some(day));
    }
}
