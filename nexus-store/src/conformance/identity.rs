//! Accounts, profiles, links and sign-ins, their races included. The use-cases themselves run on the store under test.

use super::{Fixture, beside, samples};
use jiff::SignedDuration;
use nexus_core::identity::email_address::EmailAddress;
use nexus_core::identity::member::{Member, NewAccount};
use nexus_core::identity::origin::{Network, Origin};
use nexus_core::identity::password::PasswordHash;
use nexus_core::identity::profile::{CoachProfile, ParentProfile, Profile, PupilProfile};
use nexus_core::identity::registration::RegistrationForm;
use nexus_core::identity::sealing::Sealer;
use nexus_core::identity::use_cases::{
    Activate, Behalf, IdentityContext, IdentityError, IdentitySettings, InvitedAdministrator,
    NewAdministrator, SignIn, SignInError, SignedIn, UpdateUser, activate_account, create_administrator,
    delete_user, invite_administrator_again, list_coaches, purge_attempts, register_family, sign_in,
    update_user,
};
use nexus_core::identity::views::AccountFilter;
use nexus_core::mail::{MailMessage, MailSite, MailTo};
use nexus_core::outbox::{Effect, EffectKind};
use nexus_core::rights::{Action, Permit, Scope, authorize};
use nexus_core::testing::{CountingIds, QuickHasher, SeededSecrets};
use nexus_core::{
    Actor, Clock, CoachId, Coded, ErrorCode, Page, ParentId, PseudonymKey, Pseudonyms, Role, SchoolSubject,
    StudentId, UserId,
};
use secrecy::SecretString;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

pub(super) const PASSWORD: &str = "quatre mots bien choisis";

pub(super) fn context(fixture: &Fixture) -> IdentityContext {
    IdentityContext {
        store: fixture.store.clone(),
        clock: fixture.clock.clone(),
        ids: Arc::new(CountingIds::new("made")),
        secrets: Arc::new(SeededSecrets::new(7)),
        hasher: Arc::new(QuickHasher::new(7)),
        sealer: Sealer::new([&SecretString::from("a secret of the configuration")]).unwrap(),
        pseudonyms: Pseudonyms::new(&PseudonymKey::derive(&"a secret of the configuration".into())),
        settings: IdentitySettings::default(),
    }
}

pub(super) fn anybody(action: Action) -> Permit {
    authorize(None, action, jiff::Timestamp::UNIX_EPOCH).unwrap()
}

/// The permit of an administrator with this account.
pub(super) fn administrator(id: &str) -> Permit {
    let actor = Actor::without_profile(UserId::parse(id).unwrap(), Role::Admin);
    authorize(Some(&actor), Action::ManageUsers, jiff::Timestamp::UNIX_EPOCH).unwrap()
}

pub(super) fn account(fixture: &Fixture, id: &str, email: &str) -> NewAccount {
    NewAccount {
        id: UserId::parse(id).unwrap(),
        email: EmailAddress::parse(email).unwrap(),
        first_name: "Élodie".into(),
        last_name: "O'Connor".into(),
        phone: Some("+216 99 19 28 29".into()),
        // Of `PASSWORD`, as the existing application made it, at the least cost.
        password: Some(PasswordHash::from_stored(BCRYPT.into())),
        now: fixture.clock.now(),
    }
}

pub(super) const BCRYPT: &str = "$2b$04$SzFwyexFuWEUlosAv8VLOeQbaW8k8lS4DA6TGgp0nvV7tbzhlkV/i";

pub(super) async fn save(fixture: &Fixture, member: &Member) -> bool {
    let mut tx = fixture.store.begin().await.unwrap();
    let written = tx.insert_member(member).await.unwrap();
    tx.commit().await.unwrap();
    written
}

fn parent_profile(id: &str) -> ParentProfile {
    ParentProfile::new(ParentId::parse(id).unwrap())
}

fn pupil_profile(fixture: &Fixture, id: &str, guardian: &str) -> PupilProfile {
    PupilProfile {
        id: StudentId::parse(id).unwrap(),
        guardian: ParentId::parse(guardian).unwrap(),
        grade: Some("terminale".into()),
        school: Some("Lycée de Carthage".into()),
        birth_date: Some(jiff::civil::date(2011, 3, 30)),
        registered_at: fixture.clock.now(),
    }
}

fn coach_profile(id: &str, pseudonym: &str) -> CoachProfile {
    let mut profile = CoachProfile::new(CoachId::parse(id).unwrap(), pseudonym.into());
    profile.subjects = vec![SchoolSubject::Mathematiques, SchoolSubject::Nsi];
    profile.available_in_person = false;
    profile
}

pub(super) fn form(parent: &str) -> RegistrationForm {
    let text = |text: &str| Some(text.to_owned());
    RegistrationForm {
        parent_first_name: text("Hélène"),
        parent_last_name: text("Ben Salah"),
        parent_email: text(parent),
        parent_phone: text("+216 99 19 28 29"),
        parent_password: Some(PASSWORD.into()),
        student_first_name: text("Zoé"),
        student_last_name: text("Ben Salah"),
        student_grade: text("terminale"),
        student_birth_date: text("2013-03-30"),
        subjects: vec!["MATHEMATIQUES".into()],
        current_level: text("moyen"),
        objectives: text("Passer en classe préparatoire"),
        preferred_modality: text("hybride"),
        accept_terms: true,
        ..RegistrationForm::default()
    }
}

/// Every mail that waits, in the order of its cause.
async fn mails(fixture: &Fixture) -> Vec<(MailTo, MailMessage)> {
    let mut mails = Vec::new();
    let lease = SignedDuration::from_hours(24);
    while let Some(claimed) =
        fixture.store.claim_effect(EffectKind::ALL, fixture.clock.now(), lease).await.unwrap()
    {
        if let Some(Effect::SendMail(mail)) = claimed.effect {
            mails.push((mail.to, mail.message));
        }
    }
    mails
}

/// The secret of the link that opens a pupil's account.
async fn activation_secret(fixture: &Fixture) -> String {
    let site = MailSite::new("https://site.test", "Nexus", "c@site.test", jiff::tz::TimeZone::UTC);
    let link = mails(fixture).await.into_iter().find_map(|(_, message)| match message {
        MailMessage::ChildActivation { link, .. } => Some(site.link(&link)),
        _ => None,
    });
    link.unwrap().split_once("#jeton=").unwrap().1.to_owned()
}

pub(super) fn attempt(email: &str, password: &str, code: Option<String>) -> SignIn {
    SignIn {
        email: email.into(),
        password: password.into(),
        code,
        from: Origin::network(Network::of("192.0.2.7".parse().unwrap())),
    }
}

pub(super) async fn enter(context: &IdentityContext, command: &SignIn) -> Result<SignedIn, SignInError> {
    sign_in(context, Behalf::of(&anybody(Action::SignIn)), command).await
}

/// Runs the same thing many times at one moment.
pub(super) async fn race<T: Send + 'static, F>(times: usize, run: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(times));
    let mut tasks = JoinSet::new();
    for number in 0..times {
        let (barrier, work) = (Arc::clone(&barrier), run(number));
        tasks.spawn(async move {
            barrier.wait().await;
            work.await
        });
    }
    tasks.join_all().await
}

/// Every role is read back with its profile, and what leaves the system holds no hash.
pub async fn every_role_comes_with_its_profile(fixture: &Fixture) {
    let parent = parent_profile("p1");
    let pupil = pupil_profile(fixture, "s1", "p1");
    let coach = coach_profile("c1", "Hélios");
    let members = [
        (Member::administrator(account(fixture, "u1", "a@x.test")), None),
        (Member::assistant(account(fixture, "u2", "b@x.test")), None),
        (Member::parent(account(fixture, "u3", "c@x.test"), parent.clone()), Some(Profile::Parent(parent))),
        (Member::pupil(account(fixture, "u4", "d@x.test"), pupil.clone()), Some(Profile::Pupil(pupil))),
        (Member::coach(account(fixture, "u5", "e@x.test"), coach.clone()), Some(Profile::Coach(coach))),
    ];
    for (member, profile) in &members {
        assert!(save(fixture, member).await);
        let id = &member.account().id;
        let read = fixture.store.account(id).await.unwrap().unwrap();
        assert_eq!(&read, member.account());
        let mut tx = fixture.store.begin().await.unwrap();
        assert_eq!(&tx.profile(&read).await.unwrap(), profile);
        assert_eq!(tx.lock_account(id).await.unwrap().as_ref(), Some(&read));
        drop(tx);
        let view = fixture.store.account_view(id).await.unwrap().unwrap();
        assert_eq!((&view.profile, view.role, view.has_password), (profile, read.role, true));
        assert!(!format!("{view:?}").contains("$2b$"));

        let facts = fixture.store.session_facts(id).await.unwrap().unwrap();
        let ids = [
            facts.student.is_some() == matches!(profile, Some(Profile::Pupil(_))),
            facts.parent.is_some() == matches!(profile, Some(Profile::Parent(_))),
            facts.coach.is_some() == matches!(profile, Some(Profile::Coach(_))),
        ];
        assert_eq!(
            (facts.role, facts.session_version, facts.disabled, ids),
            (read.role, 0, false, [true; 3])
        );
    }
    assert_eq!(fixture.store.session_facts(&UserId::parse("nobody").unwrap()).await.unwrap(), None);
    let mut tx = fixture.store.begin().await.unwrap();
    assert_eq!(tx.lock_administrators().await.unwrap(), 1);
}

/// Whatever can change of an account and of its profile is written whole, and nothing of anybody else.
pub async fn what_changes_is_written_whole(fixture: &Fixture) {
    use nexus_core::identity::account::{SealedSecret, SecondFactor};
    save(fixture, &Member::parent(account(fixture, "u1", "a@x.test"), parent_profile("p1"))).await;
    save(fixture, &Member::parent(account(fixture, "u2", "b@x.test"), parent_profile("p2"))).await;
    let untouched = fixture.store.account(&UserId::parse("u2").unwrap()).await.unwrap();

    let mut tx = fixture.store.begin().await.unwrap();
    let mut changed = tx.lock_account(&UserId::parse("u1").unwrap()).await.unwrap().unwrap();
    let mut profile = tx.profile(&changed).await.unwrap().unwrap();
    let secret = SealedSecret::from_stored("v1.sealed".into());
    for factor in [
        SecondFactor::Pending(secret.clone()),
        SecondFactor::On { secret: secret.clone(), last_step: None },
        SecondFactor::On { secret, last_step: Some(60_000_000) },
        SecondFactor::Off,
    ] {
        changed.second_factor = factor;
        tx.save_account(&changed).await.unwrap();
        assert_eq!(tx.lock_account(&changed.id).await.unwrap().as_ref(), Some(&changed));
    }
    changed.email = "other@x.test".into();
    changed.first_name = "Inès".into();
    changed.phone = None;
    changed.close_sessions();
    changed.disable(fixture.clock.now());
    tx.save_account(&changed).await.unwrap();
    if let Profile::Parent(parent) = &mut profile {
        parent.city = Some("La Marsa".into());
        parent.country = None;
    }
    tx.save_profile(&profile).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(fixture.store.account(&changed.id).await.unwrap(), Some(changed.clone()));
    assert_eq!(fixture.store.account_view(&changed.id).await.unwrap().unwrap().profile, Some(profile));
    assert!(fixture.store.session_facts(&changed.id).await.unwrap().unwrap().disabled);
    assert_eq!(fixture.store.account(&UserId::parse("u2").unwrap()).await.unwrap(), untouched);
}

/// Profiles of every role change and go away, and what hangs on them is counted.
pub async fn profiles_change_and_go(fixture: &Fixture) {
    save(fixture, &Member::parent(account(fixture, "u1", "a@x.test"), parent_profile("p1"))).await;
    save(fixture, &Member::parent(account(fixture, "u2", "b@x.test"), parent_profile("p2"))).await;
    let pupil = pupil_profile(fixture, "s1", "p1");
    save(fixture, &Member::pupil(account(fixture, "u3", "c@x.test"), pupil.clone())).await;
    save(fixture, &Member::coach(account(fixture, "u4", "d@x.test"), coach_profile("c1", "Hélios"))).await;

    let mut tx = fixture.store.begin().await.unwrap();
    tx.lock_pseudonyms().await.unwrap();
    assert_eq!(tx.pseudonyms().await.unwrap(), ["Hélios"]);
    let guardian = ParentId::parse("p2").unwrap();
    assert!(tx.parent_exists(&guardian).await.unwrap());
    assert!(!tx.parent_exists(&ParentId::parse("absent").unwrap()).await.unwrap());
    let moved = PupilProfile { guardian, grade: None, school: None, birth_date: None, ..pupil };
    let mut renamed = coach_profile("c1", "Séléné");
    renamed.title = Some("Agrégée".into());
    renamed.subjects = vec![];
    for profile in [Profile::Pupil(moved.clone()), Profile::Coach(renamed.clone())] {
        tx.save_profile(&profile).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut tx = fixture.store.begin().await.unwrap();
    let user = |id: &str| UserId::parse(id).unwrap();
    for (id, profile) in [("u3", Profile::Pupil(moved)), ("u4", Profile::Coach(renamed))] {
        let account = tx.lock_account(&user(id)).await.unwrap().unwrap();
        assert_eq!(tx.profile(&account).await.unwrap(), Some(profile));
    }
    assert_eq!(tx.ties(&user("u1")).await.unwrap().children, 0);
    assert_eq!(tx.ties(&user("u2")).await.unwrap().children, 1);
    for id in ["u1", "u4"] {
        let account = tx.lock_account(&user(id)).await.unwrap().unwrap();
        let profile = tx.profile(&account).await.unwrap().unwrap();
        tx.remove_profile(&profile).await.unwrap();
        assert_eq!(tx.profile(&account).await.unwrap(), None);
        tx.insert_profile(&account.id, &profile).await.unwrap();
        assert_eq!(tx.profile(&account).await.unwrap(), Some(profile));
    }
}

/// Links, recovery codes and consents are counted, voided, replaced and taken back for one person, and nobody else.
pub async fn links_and_consents_belong_to_one_person(fixture: &Fixture) {
    use nexus_core::Checksum;
    use nexus_core::identity::account_token::{AccountToken, TokenPurpose};
    use nexus_core::identity::consent::{Consent, ConsentKind};
    for (id, email) in [("u1", "a@x.test"), ("u2", "b@x.test")] {
        save(fixture, &Member::administrator(account(fixture, id, email))).await;
    }
    let now = fixture.clock.now();
    let user = |id: &str| UserId::parse(id).unwrap();
    let token = |id: &str, owner: &str, purpose| AccountToken {
        id: id.into(),
        user: user(owner),
        purpose,
        hash: Checksum::of_bytes(id.as_bytes()),
        bound_to: Checksum::of_bytes(b"state"),
        new_email: (purpose == TokenPurpose::ConfirmEmail)
            .then(|| EmailAddress::parse("new@x.test").unwrap()),
        created_at: now,
        expires_at: now.checked_add(SignedDuration::from_hours(1)).unwrap(),
        used_at: None,
        voided_at: None,
    };
    let mut tx = fixture.store.begin().await.unwrap();
    for purpose in TokenPurpose::ALL {
        for owner in ["u1", "u2"] {
            let token = token(&format!("{owner}-{}", purpose.as_str()), owner, purpose);
            tx.insert_token(&token).await.unwrap();
            assert_eq!(tx.lock_token(&token.hash).await.unwrap(), Some(token));
        }
    }
    let before = now.checked_sub(SignedDuration::from_secs(1)).unwrap();
    assert_eq!(tx.count_tokens(&user("u1"), TokenPurpose::ResetPassword, before).await.unwrap(), 1);
    assert_eq!(tx.count_tokens(&user("u1"), TokenPurpose::ResetPassword, now).await.unwrap(), 0);
    tx.use_token("u1-CONFIRM_EMAIL", now).await.unwrap();
    let voided = [TokenPurpose::ResetPassword, TokenPurpose::ConfirmEmail];
    tx.void_tokens(&user("u1"), &voided, now).await.unwrap();
    let mut closed = Vec::new();
    for purpose in TokenPurpose::ALL {
        for owner in ["u1", "u2"] {
            let hash = Checksum::of_bytes(format!("{owner}-{}", purpose.as_str()).as_bytes());
            let read = tx.lock_token(&hash).await.unwrap().unwrap();
            closed.extend(read.used_at.map(|_| format!("{} used", read.id)));
            closed.extend(read.voided_at.map(|_| format!("{} void", read.id)));
        }
    }
    assert_eq!(closed, ["u1-RESET_PASSWORD void", "u1-CONFIRM_EMAIL used"]);

    for owner in ["u1", "u2"] {
        for kind in ConsentKind::ALL {
            let consent = Consent {
                id: format!("{owner}-{}", kind.as_str()),
                subject: user(owner),
                given_by: user("u2"),
                kind,
                text_version: "2026-09".into(),
                given_at: now,
                withdrawn_at: None,
            };
            tx.insert_consent(&consent).await.unwrap();
        }
    }
    tx.withdraw_consents(&user("u1"), ConsentKind::Parental, now).await.unwrap();
    let standing =
        |consents: &[Consent]| ConsentKind::ALL.map(|kind| consents.iter().any(|one| one.is_standing(kind)));
    assert_eq!(standing(&tx.consents(&user("u1")).await.unwrap()), [true, false, true, true]);
    assert_eq!(standing(&tx.consents(&user("u2")).await.unwrap()), [true; 4]);

    let codes = [Checksum::of_bytes(b"one"), Checksum::of_bytes(b"two")];
    tx.replace_recovery_codes(&user("u1"), &codes, now).await.unwrap();
    assert!(!tx.use_recovery_code(&user("u2"), &codes[0], now).await.unwrap());
    assert!(tx.use_recovery_code(&user("u1"), &codes[0], now).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(fixture.store.recovery_codes_left(&user("u1")).await.unwrap(), 1);
    assert!(fixture.store.has_recovery_code(&user("u1"), &codes[1]).await.unwrap());
    assert!(!fixture.store.has_recovery_code(&user("u1"), &codes[0]).await.unwrap());
    let hash = Checksum::of_bytes(b"u2-GIVE_CONSENT");
    assert_eq!(fixture.store.token(&hash).await.unwrap().unwrap().user, user("u2"));
}

/// An address has one account, however it is written (N3); accounts of the existing application that differ by case only are
/// both found.
pub async fn an_address_has_one_account(fixture: &Fixture) {
    assert!(save(fixture, &Member::administrator(account(fixture, "u1", "zoé@x.test"))).await);
    assert!(!save(fixture, &Member::administrator(account(fixture, "u2", " ZOÉ@X.test"))).await);
    let at = |text: &str| EmailAddress::parse(text).unwrap();
    let found = fixture.store.accounts_at(&at("Zoé@x.test ")).await.unwrap();
    assert_eq!(found.iter().map(|account| account.id.as_str()).collect::<Vec<_>>(), ["u1"]);
    assert!(fixture.store.accounts_at(&at("nobody@x.test")).await.unwrap().is_empty());

    let insert = |id: &str, email: &str, quarantine: &str| {
        format!(
            r#"INSERT INTO users ("id", "email", "password", "role", "createdAt", "updatedAt", "quarantinedAt")
            SELECT '{id}', '{email}', "password", 'PARENT', "createdAt", "updatedAt", {quarantine} FROM users WHERE "id" = 'u1'"#
        )
    };
    beside::execute(fixture, &insert("old1", "Parent@x.test", "NULL")).await;
    assert!(beside::try_execute(fixture, &insert("old2", "parent@x.test", "NULL")).await.is_err());
    beside::execute(fixture, &insert("old2", "parent@x.test", r#""createdAt""#)).await;
    assert_eq!(fixture.store.accounts_at(&at("PARENT@x.test")).await.unwrap().len(), 2);
    let refused = enter(&context(fixture), &attempt("parent@x.test", PASSWORD, None)).await;
    assert!(matches!(refused, Err(SignInError::Ambiguous)), "{refused:?}");
}

/// Lists are filtered, searched without regard to case, and paged; forgotten people are in none.
pub async fn lists_are_filtered_and_paged(fixture: &Fixture) {
    for number in 0..7 {
        let id = format!("u{number}");
        let mut new = account(fixture, &id, &format!("{id}@x.test"));
        new.first_name = ["Élodie", "Ines", "50%_\\"][number % 3].into();
        save(fixture, &Member::parent(new, parent_profile(&format!("p{number}")))).await;
        fixture.clock.advance(SignedDuration::from_secs(1));
    }
    save(fixture, &Member::administrator(account(fixture, "admin", "admin@x.test"))).await;
    let list = |role: Option<Role>, search: &str, page: Page| {
        let filter = AccountFilter { role, search: Some(search.to_owned()) };
        async move {
            let (views, total) = fixture.store.account_views(&filter, page).await.unwrap();
            (views.into_iter().map(|view| view.id.to_string()).collect::<Vec<_>>(), total)
        }
    };
    let all = Page::new(1, 100);
    assert_eq!(
        list(Some(Role::Parent), "", Page::new(1, 3)).await,
        (vec!["u6".into(), "u5".into(), "u4".into()], 7)
    );
    assert_eq!(list(Some(Role::Parent), "", Page::new(3, 3)).await, (vec!["u0".into()], 7));
    assert_eq!(list(None, "", Page::new(Page::LAST, 100)).await, (vec![], 8));
    assert_eq!(list(Some(Role::Coach), "", all).await, (vec![], 0));
    for search in ["éLODIE", "élodie", "Élodie", "ÉLODIE"] {
        assert_eq!(list(Some(Role::Parent), search, all).await.1, 3, "{search}");
    }
    assert_eq!(list(None, "U3@X", all).await, (vec!["u3".into()], 1));
    assert_eq!(list(None, "ines o'connor", all).await.1, 2);
    // What is searched for is a text, never a pattern or a statement.
    assert_eq!(list(None, "%", all).await.1, 2);
    assert_eq!(list(None, "_\\", all).await.1, 2);
    assert_eq!(list(None, "' OR 1=1 --", all).await.1, 0);

    let context = context(fixture);
    delete_user(&context, Behalf::of(&administrator("admin")), &UserId::parse("u3").unwrap()).await.unwrap();
    assert_eq!(list(Some(Role::Parent), "", all).await.1, 6);
    assert_eq!(fixture.store.account_view(&UserId::parse("u3").unwrap()).await.unwrap(), None);
}

/// The sessions of a coach that count are those of the very day at the school.
pub async fn the_sessions_of_today_are_counted(fixture: &Fixture) {
    save(fixture, &Member::parent(account(fixture, "u1", "p@x.test"), parent_profile("p1"))).await;
    save(fixture, &Member::pupil(account(fixture, "u2", "s@x.test"), pupil_profile(fixture, "s1", "p1")))
        .await;
    save(fixture, &Member::coach(account(fixture, "u3", "c@x.test"), coach_profile("c1", "Hélios"))).await;
    let mut context = context(fixture);
    context.settings.zone = jiff::tz::TimeZone::get("Africa/Tunis").unwrap();
    let today = fixture.clock.now().to_zoned(context.settings.zone.clone());
    let midnight = today.start_of_day().unwrap().timestamp();
    let hours = |hours: i64| midnight.checked_add(SignedDuration::from_hours(hours)).unwrap();
    for (number, at, status) in [
        (1, hours(-1), "SCHEDULED"),
        (2, hours(0), "SCHEDULED"),
        (3, hours(10), "COMPLETED"),
        (4, hours(12), "CANCELLED"),
        (5, hours(23), "CONFIRMED"),
        (6, hours(24), "SCHEDULED"),
    ] {
        samples::session(fixture, &format!("x{number}"), ("s1", "c1"), at, status).await;
    }
    let coaches = list_coaches(&context).await.unwrap();
    assert_eq!(coaches.len(), 1);
    assert_eq!((coaches[0].todays_sessions, coaches[0].profile.pseudonym.as_str()), (3, "Hélios"));
    let mut tx = fixture.store.begin().await.unwrap();
    let coach = CoachId::parse("c1").unwrap();
    assert_eq!(tx.sessions_ahead(&coach, hours(22)).await.unwrap(), 2);
    assert_eq!(tx.ties(&UserId::parse("u3").unwrap()).await.unwrap().teachings, 6);
    assert_eq!(tx.ties(&UserId::parse("u1").unwrap()).await.unwrap().children, 1);
}

/// A pupil whom the scope does not reach is absent, and so is one who does not exist.
pub async fn a_pupil_is_reached_through_the_scope(fixture: &Fixture) {
    for name in ["a", "b"] {
        let (parent, child) = (format!("{name}-parent"), format!("{name}-child"));
        let (email, other) = (format!("{parent}@x.test"), format!("{child}@x.test"));
        save(fixture, &Member::parent(account(fixture, &parent, &email), parent_profile(name))).await;
        save(fixture, &Member::pupil(account(fixture, &child, &other), pupil_profile(fixture, name, name)))
            .await;
    }
    let student = StudentId::parse("a").unwrap();
    let own = |parent: &str| Scope::Children { parent: ParentId::parse(parent).unwrap() };
    let mut tx = fixture.store.begin().await.unwrap();
    let reached = tx.lock_pupil(&own("a"), &student).await.unwrap().unwrap();
    assert_eq!(reached.profile, pupil_profile(fixture, "a", "a"));
    assert_eq!((reached.account.id.as_str(), reached.guardian.id.as_str()), ("a-child", "a-parent"));
    for (scope, id) in [(own("b"), "a"), (Scope::Nothing, "a"), (Scope::Any, "nobody")] {
        let id = StudentId::parse(id).unwrap();
        assert!(tx.lock_pupil(&scope, &id).await.unwrap().is_none(), "{scope:?}");
    }
    assert!(tx.lock_pupil(&Scope::Any, &student).await.unwrap().is_some());
}

/// Of many registrations of one address, one makes a family; every answer is the same (N8).
pub async fn one_of_many_registrations_makes_a_family(fixture: &Fixture) {
    let context = context(fixture);
    let answers = race(12, |number| {
        let (context, mut form) = (context.clone(), form(["Parent@x.test", "parent@X.test"][number % 2]));
        form.student_email = Some("zoe@x.test".into());
        async move { register_family(&context, Behalf::of(&anybody(Action::Register)), &form).await.unwrap() }
    })
    .await;
    assert!(answers.iter().all(|answer| answer.email.as_str() == "parent@x.test"));
    assert_eq!(fixture.store.count_people().await.unwrap(), 2);
    let mails = mails(fixture).await;
    let count = |template: &str| mails.iter().filter(|(_, message)| message.template() == template).count();
    // Whoever was too late is told once, at the address that he gave; the child is told too.
    assert_eq!((count("family_welcome"), count("child_activation")), (1, 1));
    assert_eq!(count("address_already_known"), 2);
    for (table, rows) in
        [("registrations", "1"), ("consents", "2"), ("account_tokens", "1"), ("students", "1")]
    {
        let counted = beside::text(fixture, &format!("SELECT CAST(count(*) AS TEXT) FROM {table}")).await;
        assert_eq!(counted.as_deref(), Some(rows), "{table}");
    }
}

/// A link opens an account once, for whoever comes first.
pub async fn a_link_opens_once(fixture: &Fixture) {
    let context = context(fixture);
    register_family(&context, Behalf::of(&anybody(Action::Register)), &form("parent@x.test")).await.unwrap();
    let secret = activation_secret(fixture).await;
    let results = race(8, |number| {
        let context = context.clone();
        let token = secret.clone();
        let password = format!("un autre mot de passe {number}").into();
        async move {
            let permit = anybody(Action::RedeemLink);
            activate_account(&context, Behalf::of(&permit), &Activate { token, password, consent: true })
                .await
        }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for result in results.iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(result.code(), ErrorCode::DeadLink);
    }
}

fn first_administrator(by_mail: bool) -> NewAdministrator {
    NewAdministrator {
        email: " Direction@X.test".into(),
        first_name: "Salma".into(),
        last_name: "Trabelsi".into(),
        by_mail,
    }
}

fn secret_of(invited: &InvitedAdministrator) -> String {
    let site = MailSite::new("https://site.test", "Nexus", "c@site.test", jiff::tz::TimeZone::UTC);
    site.link(&invited.link).split_once("#jeton=").unwrap().1.to_owned()
}

/// However many ask for the first administrator at one moment, there is one, whose link opens his account once.
pub async fn the_first_administrator_is_made_once(fixture: &Fixture) {
    let context = context(fixture);
    let system = Permit::system(Action::ManageUsers);
    let results = race(6, |_| {
        let (context, system) = (context.clone(), system.clone());
        async move { create_administrator(&context, Behalf::of(&system), &first_administrator(false)).await }
    })
    .await;
    let codes: Vec<_> = results.iter().filter_map(|result| result.as_ref().err().map(Coded::code)).collect();
    assert_eq!(codes, [ErrorCode::AddressTaken; 5]);
    let invited = results.into_iter().find_map(Result::ok).unwrap();
    assert_eq!((invited.account.role, invited.account.has_password), (Role::Admin, false));
    assert_eq!(invited.account.email, "direction@x.test");
    assert_eq!(fixture.store.count_people().await.unwrap(), 1);
    assert_eq!(mails(fixture).await, [], "nobody asked for a mail");

    let open = |secret: String| {
        let context = context.clone();
        let command = Activate { token: secret, password: PASSWORD.into(), consent: false };
        async move { activate_account(&context, Behalf::of(&anybody(Action::RedeemLink)), &command).await }
    };
    assert_eq!(open(secret_of(&invited)).await.unwrap().role, Role::Admin);
    assert_eq!(open(secret_of(&invited)).await.unwrap_err().code(), ErrorCode::DeadLink);
    enter(&context, &attempt("direction@x.test", PASSWORD, None)).await.unwrap();
    let rows = fixture.store.recent_audit(10).await.unwrap();
    let made = rows.iter().find(|row| row.action == "USER_CREATE").unwrap();
    assert_eq!(
        (made.actor.as_str(), rows.iter().filter(|row| row.action == "USER_CREATE").count()),
        ("system", 1)
    );
    assert_eq!(made.subject.as_deref(), Some(format!("user:{}", invited.account.id).as_str()));
    // An account that is open has another way to another password.
    let again = invite_administrator_again(&context, Behalf::of(&system), "direction@x.test", false).await;
    assert_eq!(again.unwrap_err().code(), ErrorCode::AlreadyActivated);
}

/// A link that was lost is replaced, and opens nothing any more; nobody but an administrator is given one.
pub async fn a_lost_link_of_an_administrator_is_replaced(fixture: &Fixture) {
    let context = context(fixture);
    let system = Permit::system(Action::ManageUsers);
    let behalf = Behalf::of(&system);
    let first = create_administrator(&context, behalf, &first_administrator(true)).await.unwrap();
    fixture.clock.advance(SignedDuration::from_hours(1));
    let second = invite_administrator_again(&context, behalf, "DIRECTION@x.test ", true).await.unwrap();
    assert_eq!(second.account.id, first.account.id);
    assert!(second.valid_until > first.valid_until);
    let sent: Vec<_> =
        mails(fixture).await.into_iter().map(|(to, message)| (to, message.template())).collect();
    assert_eq!(sent, vec![(MailTo::Person(first.account.id.clone()), "staff_invitation"); 2]);
    let permit = anybody(Action::RedeemLink);
    for (invited, opens) in [(&first, false), (&second, true)] {
        let command = Activate { token: secret_of(invited), password: PASSWORD.into(), consent: false };
        assert_eq!(activate_account(&context, Behalf::of(&permit), &command).await.is_ok(), opens);
    }

    let mut closed = account(fixture, "closed", "closed@x.test");
    closed.password = None;
    save(fixture, &Member::administrator(closed)).await;
    let mut tx = fixture.store.begin().await.unwrap();
    let mut closed = tx.lock_account(&UserId::parse("closed").unwrap()).await.unwrap().unwrap();
    closed.disable(fixture.clock.now());
    tx.save_account(&closed).await.unwrap();
    tx.commit().await.unwrap();
    let mut office = account(fixture, "office", "office@x.test");
    office.password = None;
    save(fixture, &Member::assistant(office)).await;
    for email in ["nobody@x.test", "closed@x.test", "office@x.test"] {
        let refused = invite_administrator_again(&context, behalf, email, false).await;
        assert_eq!(refused.unwrap_err().code(), ErrorCode::AccountNotFound, "{email}");
    }
    let unreadable = create_administrator(&context, behalf, &NewAdministrator::default()).await.unwrap_err();
    let fields: Vec<_> = unreadable.fields().into_iter().map(|field| field.field).collect();
    assert_eq!(fields, ["email", "firstName", "lastName"]);
}

/// Two administrators who demote each other at one moment: one of them stays.
pub async fn an_administrator_always_remains(fixture: &Fixture) {
    for id in ["one", "two"] {
        save(fixture, &Member::administrator(account(fixture, id, &format!("{id}@x.test")))).await;
    }
    let context = context(fixture);
    for _ in 0..5 {
        let results = race(2, |number| {
            let context = context.clone();
            let (actor, target) = [("one", "two"), ("two", "one")][number];
            async move {
                let command = UpdateUser { role: Some("ASSISTANTE".into()), ..UpdateUser::default() };
                let target = UserId::parse(target).unwrap();
                update_user(&context, Behalf::of(&administrator(actor)), &target, &command).await
            }
        })
        .await;
        let refused: Vec<_> =
            results.iter().filter_map(|result| result.as_ref().err().map(Coded::code)).collect();
        assert_eq!(refused, [ErrorCode::LastAdministrator]);
        let mut tx = fixture.store.begin().await.unwrap();
        assert_eq!(tx.lock_administrators().await.unwrap(), 1);
        for id in ["one", "two"] {
            let mut account = tx.lock_account(&UserId::parse(id).unwrap()).await.unwrap().unwrap();
            account.role = Role::Admin;
            tx.save_account(&account).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
}

/// Guesses that are made all at one time get no further than guesses one after the other; the owner gets in afterwards.
pub async fn many_guesses_at_one_time_are_throttled(fixture: &Fixture) {
    save(fixture, &Member::administrator(account(fixture, "u1", "a@x.test"))).await;
    let context = context(fixture);
    let results = race(64, |number| {
        let (context, command) = (context.clone(), attempt("a@x.test", &format!("guess {number}"), None));
        async move { enter(&context, &command).await }
    })
    .await;
    let failed = results.iter().filter(|result| matches!(result, Err(SignInError::Failed))).count();
    let waiting =
        results.iter().filter(|result| matches!(result, Err(SignInError::Throttled { .. }))).count();
    assert_eq!((failed, waiting), (6, 58));
    fixture.clock.advance(SignedDuration::from_mins(20));
    enter(&context, &attempt("A@x.test", PASSWORD, None)).await.unwrap();
    assert_eq!(purge_attempts(&context).await.unwrap(), 0);
    fixture.clock.advance(SignedDuration::from_hours(25));
    assert_eq!(purge_attempts(&context).await.unwrap(), 6);
}

/// Sign-ins at one time replace an old hash once, and none of them fails for it.
pub async fn an_old_hash_is_replaced_by_sign_ins_at_one_time(fixture: &Fixture) {
    save(fixture, &Member::administrator(account(fixture, "u1", "a@x.test"))).await;
    let context = context(fixture);
    let results = race(6, |number| {
        let mut command = attempt("a@x.test", PASSWORD, None);
        command.from = Origin::network(Network::of(format!("192.0.{number}.1").parse().unwrap()));
        let context = context.clone();
        async move { enter(&context, &command).await }
    })
    .await;
    for result in results {
        assert_eq!(result.unwrap().session_version, 0);
    }
    let hash = fixture.store.account(&UserId::parse("u1").unwrap()).await.unwrap().unwrap().password.unwrap();
    assert!(hash.as_str().starts_with("$argon2id$"), "{hash:?}");
}

/// Forgetting a parent leaves his children, and everything that refers to him, where they are.
pub async fn a_forgotten_parent_leaves_his_children(fixture: &Fixture) {
    save(fixture, &Member::administrator(account(fixture, "admin", "admin@x.test"))).await;
    let context = context(fixture);
    let registered =
        register_family(&context, Behalf::of(&anybody(Action::Register)), &form("parent@x.test"))
            .await
            .unwrap();
    delete_user(&context, Behalf::of(&administrator("admin")), &registered.id).await.unwrap();

    let account = fixture.store.account(&registered.id).await.unwrap().unwrap();
    assert!(account.deleted_at.is_some() && account.password.is_none() && account.phone.is_none());
    assert!(!account.email.contains("parent@x.test") && account.mailbox().is_none());
    assert!(!account.full_name().contains("Hélène"));
    assert_eq!(fixture.store.count_people().await.unwrap(), 3);
    let held = beside::text(
        fixture,
        r#"SELECT s."id" FROM students s JOIN parent_profiles p ON p."id" = s."parentId""#,
    );
    assert!(held.await.is_some());
    assert!(matches!(
        delete_user(&context, Behalf::of(&administrator("admin")), &registered.id).await,
        Err(IdentityError::AccountNotFound)
    ));
    // The address is free again.
    let again =
        register_family(&context, Behalf::of(&anybody(Action::Register)), &form("parent@x.test")).await;
    assert!(fixture.store.account(&again.unwrap().id).await.unwrap().is_some());
}
