//! The one table of errors: stable code, class, French sentence.

use serde::{Serialize, Serializer};

/// What the caller may do about an error; decides the HTTP status, the Python exception, the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// The request cannot be read at all (HTTP 400).
    Malformed,
    /// Nobody is known behind the request (401).
    Unauthenticated,
    /// The person is known and may not do this (403).
    Forbidden,
    /// Absent, or not visible to this person (404).
    NotFound,
    /// The path exists, not with this method (405).
    MethodNotAllowed,
    /// The state of things forbids it: double decision, stale revision (409).
    Conflict,
    /// Larger than what is accepted (413).
    TooLarge,
    /// Written in a type that is not accepted (415).
    UnsupportedType,
    /// The request did not arrive in time (408).
    TooSlow,
    /// The address is longer than what is accepted (414).
    AddressTooLong,
    /// The headers are more or larger than what is accepted (431).
    HeadersTooLarge,
    /// Asked too often; later it is accepted again (429).
    TooMany,
    /// What the caller saw has changed since (412).
    PreconditionFailed,
    /// Credits are missing (402).
    PaymentRequired,
    /// Readable but wrong (422).
    Invalid,
    /// A bug or a broken invariant; the person can do nothing (500).
    Internal,
    /// A needed service is down, full, slow or not installed; trying again later may work (503).
    Unavailable,
}

macro_rules! error_table {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $class:ident, $sentence:literal;)+) => {
        /// Every error that leaves the system, by its stable code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $($(#[$doc])* $name,)+ }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable identifier that programs compare.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The class of the error.
            pub const fn class(self) -> ErrorClass {
                match self { $(Self::$name => ErrorClass::$class,)+ }
            }

            /// The French sentence for people, without any detail of the case.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
        }
    };
}

error_table! {
    /// The body is not JSON.
    MalformedJson = "malformed_json", Malformed, "Le corps de la requête n'est pas du JSON lisible.";
    /// A parameter of the path or the query cannot be read.
    MalformedParameter = "malformed_parameter", Malformed, "Un paramètre de l'adresse est illisible.";
    /// No or wrong bearer key.
    Unauthenticated = "unauthenticated", Unauthenticated, "Identifiez-vous pour continuer.";
    /// The person is known and his role may not do this.
    Forbidden = "forbidden", Forbidden, "Votre compte ne permet pas cette action.";
    /// The path or the object does not exist for this person.
    NotFound = "not_found", NotFound, "Cette ressource n'existe pas.";
    /// The path exists, not with this method.
    MethodNotAllowed = "method_not_allowed", MethodNotAllowed, "Cette adresse n'accepte pas cette méthode.";
    /// No such pupil, or not visible.
    StudentNotFound = "student_not_found", NotFound, "Cet élève n'existe pas.";
    /// No such bilan, or not visible.
    BilanNotFound = "bilan_not_found", NotFound, "Ce bilan n'existe pas.";
    /// The report is not there yet.
    ReportNotReady = "report_not_ready", Conflict, "Le document n'est pas encore prêt.";
    /// No such questionnaire.
    UnknownBank = "unknown_bank", Invalid, "Ce questionnaire n'existe pas.";
    /// An item that is not in the questionnaire of this attempt.
    UnknownItem = "unknown_item", Invalid, "Cette question n'appartient pas au questionnaire.";
    /// An option that the item does not offer.
    UnknownOption = "unknown_option", Invalid, "Cette réponse n'est pas proposée par la question.";
    /// Two answers to the same item in one request.
    DuplicateAnswer = "duplicate_answer", Invalid, "La même question a reçu deux réponses dans un seul envoi.";
    /// An answer of another type than the item asks for.
    WrongAnswerType = "wrong_answer_type", Invalid, "Le type de la réponse ne convient pas à la question.";
    /// An answer longer than accepted.
    AnswerTooLong = "answer_too_long", Invalid, "La réponse est trop longue.";
    /// The level of the pupil is not the one of the questionnaire.
    LevelMismatch = "level_mismatch", Invalid, "Ce questionnaire ne correspond pas au niveau de l'élève.";
    /// The pupil already has an open attempt on this questionnaire.
    AttemptAlreadyOpen = "attempt_already_open", Conflict, "Un bilan est déjà commencé pour ce questionnaire.";
    /// The answers were saved by somebody else in between.
    StaleRevision = "stale_revision", Conflict, "Les réponses ont été modifiées ailleurs ; rechargez la page.";
    /// The attempt was not submitted in time.
    AttemptExpired = "attempt_expired", Conflict, "Ce bilan a expiré sans avoir été envoyé.";
    /// The attempt no longer accepts answers.
    AttemptClosed = "attempt_closed", Conflict, "Ce bilan a déjà été envoyé ; ses réponses ne changent plus.";
    /// Nothing was answered.
    AttemptEmpty = "attempt_empty", Invalid, "Aucune question n'a reçu de réponse.";
    /// The state machine does not allow it.
    InvalidTransition = "invalid_transition", Conflict, "Cette étape n'est pas possible dans l'état actuel du bilan.";
    /// The report broke a rule and may not be published.
    ReportNotPublishable = "report_not_publishable", Conflict, "Le rapport contient des erreurs et ne peut pas être publié.";
    /// An unknown variant, format, state… in a request.
    UnknownChoice = "unknown_choice", Invalid, "Cette valeur n'est pas acceptée.";
    /// A field is missing, too long, out of range.
    InvalidField = "invalid_field", Invalid, "Un champ de la requête est incorrect.";
    /// A questionnaire file cannot be read.
    BankUnreadable = "bank_unreadable", Invalid, "Ce fichier de questionnaire est illisible.";
    /// A questionnaire file breaks rules.
    BankInvalid = "bank_invalid", Invalid, "Ce questionnaire ne respecte pas toutes les règles.";
    /// Too many bytes.
    TooLarge = "too_large", TooLarge, "L'envoi dépasse la taille acceptée.";
    /// Not `application/json`.
    UnsupportedType = "unsupported_type", UnsupportedType, "Ce type de contenu n'est pas accepté.";
    /// The document cannot be typeset.
    DocumentRejected = "document_rejected", Internal, "Le document n'a pas pu être mis en page.";
    /// The typesetting engine was stopped: too long, too much memory.
    DocumentLimit = "document_limit", Internal, "La mise en page a dépassé ses limites et a été arrêtée.";
    /// No typesetting engine or no TeX files on this machine.
    RendererMissing = "renderer_missing", Unavailable,
        "Le moteur de mise en page n'est pas installé ; lancez « scripts/install-tex » puis réessayez.";
    /// The disk is full.
    StorageFull = "storage_full", Unavailable, "L'espace de stockage est plein ; libérez de la place puis réessayez.";
    /// The data folder cannot be written.
    StorageReadOnly = "storage_read_only", Unavailable, "Le dossier de données ou la base n'est pas accessible en écriture.";
    /// The database is busy or down.
    StorageUnavailable = "storage_unavailable", Unavailable, "Le stockage est momentanément indisponible ; réessayez.";
    /// The schema of the database is newer or was changed by hand.
    SchemaMismatch = "schema_mismatch", Unavailable, "La base de données ne correspond pas à cette version de Nexus.";
    /// The language model cannot be reached or used.
    LanguageModelUnavailable = "language_model_unavailable", Unavailable, "L'assistant de rédaction est indisponible.";
    /// The configuration is wrong.
    InvalidConfiguration = "invalid_configuration", Invalid, "La configuration est incorrecte.";
    /// The database is there and lets this program not in.
    StorageRefused = "storage_refused", Unavailable,
        "La base de données refuse la connexion ; vérifiez son nom, l'utilisateur, le mot de passe et le certificat.";
    /// The database may not be filled with a made-up school.
    SeedRefused = "seed_refused", Conflict, "Cette base ne peut pas recevoir de données d'essai.";
    /// The service is starting, stopping, or lacks something that it needs.
    ServiceNotReady = "service_not_ready", Unavailable, "Le service n'est pas prêt ; réessayez dans un instant.";
    /// No such effect in the outbox.
    EffectNotFound = "effect_not_found", NotFound, "Cet envoi n'existe pas.";
    /// A worker goes on with the effect, or it is settled.
    EffectNotOpen = "effect_not_open", Conflict,
        "Cet envoi n'attend pas de décision : il est parti, écarté, ou un programme s'en occupe encore.";
    /// What was to be sent makes no sense any more.
    EffectExpired = "effect_expired", Conflict, "Cet envoi a expiré ; refaites la demande pour en obtenir un nouveau.";
    /// What is given as an e-mail address cannot be one.
    InvalidEmail = "invalid_email", Invalid, "Cette adresse de courriel est incorrecte.";
    /// A new password that is too short, too long, too common, or made of the person's own name.
    WeakPassword = "weak_password", Invalid, "Ce mot de passe n'est pas accepté.";
    /// The sign-in failed, for whatever reason.
    SignInFailed = "sign_in_failed", Unauthenticated, "L'adresse, le mot de passe ou le code est incorrect.";
    /// Every place of the queue of password hashing is taken.
    SignInBusy = "sign_in_busy", Unavailable, "Trop de connexions en même temps ; réessayez dans un instant.";
    /// A field is missing or blank.
    FieldRequired = "field_required", Invalid, "Ce champ est obligatoire.";
    /// A text or a list is too short.
    FieldTooShort = "field_too_short", Invalid, "Ce champ est trop court.";
    /// A text or a list is too long.
    FieldTooLong = "field_too_long", Invalid, "Ce champ est trop long.";
    /// A text holds control characters, or marks that cannot be seen.
    ForbiddenCharacters = "forbidden_characters", Invalid,
        "Ce champ contient des caractères invisibles ou de contrôle.";
    /// What is given as a telephone number cannot be one.
    InvalidPhone = "invalid_phone", Invalid, "Ce numéro de téléphone n'est pas lisible.";
    /// What is given as a date is no day of the calendar.
    InvalidDate = "invalid_date", Invalid, "Cette date n'existe pas ; écrivez-la AAAA-MM-JJ.";
    /// An hour that the clocks skip on that day.
    NoSuchTime = "no_such_time", Invalid, "Cette heure n'existe pas ce jour-là : les horloges la sautent.";
    /// A date that cannot be somebody's birth.
    ImplausibleDate = "implausible_date", Invalid, "Cette date de naissance n'est pas plausible.";
    /// The pupil's address is the parent's.
    SameAddress = "same_address", Invalid,
        "L'adresse de l'élève doit être différente de celle du parent ; laissez-la vide s'il n'en a pas.";
    /// The terms were not accepted.
    TermsNotAccepted = "terms_not_accepted", Invalid, "Les conditions doivent être acceptées.";
    /// The parent's profile that a pupil is to be attached to does not exist.
    GuardianNotFound = "guardian_not_found", Invalid, "Ce parent n'existe pas.";
    /// A field that the role of the person does not have.
    FieldOfAnotherRole = "field_of_another_role", Invalid, "Ce champ ne concerne pas ce rôle.";
    /// No such account, or not visible.
    AccountNotFound = "account_not_found", NotFound, "Ce compte n'existe pas.";
    /// No such coach.
    CoachNotFound = "coach_not_found", NotFound, "Ce coach n'existe pas.";
    /// Another account has the address.
    AddressTaken = "address_taken", Conflict, "Un compte existe déjà avec cette adresse.";
    /// Another coach has the pseudonym.
    PseudonymTaken = "pseudonym_taken", Conflict, "Un autre coach porte déjà ce pseudonyme.";
    /// A link that opens nothing: unknown, used, too old, replaced.
    DeadLink = "dead_link", Invalid, "Ce lien n'est plus valable ; demandez-en un nouveau.";
    /// Somebody would delete, disable or demote himself.
    OwnAccount = "own_account", Conflict, "Vous ne pouvez pas faire cela à votre propre compte.";
    /// The school would have no administrator left.
    LastAdministrator = "last_administrator", Conflict, "L'école doit garder au moins un administrateur actif.";
    /// A change of role would leave data without their owner.
    RoleChangeRefused = "role_change_refused", Conflict, "Le rôle de ce compte ne peut pas changer.";
    /// The pupil has to agree.
    ConsentRequired = "consent_required", Invalid, "L'élève doit donner son accord pour ouvrir son compte.";
    /// A parent has to agree.
    ParentalConsentRequired = "parental_consent_required", Conflict,
        "L'accord d'un parent est nécessaire avant d'ouvrir ce compte.";
    /// The account has a password already.
    AlreadyActivated = "already_activated", Conflict, "Ce compte est déjà ouvert.";
    /// No mail reaches the account, nor anybody who answers for it.
    NoMailbox = "no_mailbox", Conflict, "Aucune adresse ne permet d'écrire à cette personne.";
    /// The coach still has sessions to give.
    CoachHasSessions = "coach_has_sessions", Conflict,
        "Impossible de supprimer un coach qui a des sessions programmées.";
    /// The present password is not the one that was typed.
    WrongPassword = "wrong_password", Invalid, "Le mot de passe actuel est incorrect.";
    /// The code of the second factor is wrong, or was used already.
    WrongCode = "wrong_code", Invalid, "Ce code est incorrect ou a déjà servi.";
    /// The password is right and a code is asked for.
    SecondFactorRequired = "second_factor_required", Unauthenticated, "Saisissez le code de votre application.";
    /// A second factor is asked for already.
    SecondFactorOn = "second_factor_on", Conflict, "La double authentification est déjà active.";
    /// There is no second factor, or none was begun.
    SecondFactorOff = "second_factor_off", Conflict, "La double authentification n'est pas en place.";
    /// Too many failures; later it is tried again.
    TooManyAttempts = "too_many_attempts", TooMany, "Trop d'essais ; patientez avant de recommencer.";
    /// There is no body where one is needed.
    EmptyBody = "empty_body", Malformed, "Le corps de la requête est vide.";
    /// The body did not come whole.
    MalformedBody = "malformed_body", Malformed, "L'envoi a été interrompu ou ne peut pas être lu.";
    /// The body is compressed, which is not accepted.
    UnsupportedEncoding = "unsupported_encoding", UnsupportedType, "L'envoi compressé n'est pas accepté.";
    /// The body came too slowly.
    TooSlow = "too_slow", TooSlow, "L'envoi est trop lent ; réessayez avec une meilleure connexion.";
    /// The address is too long.
    AddressTooLong = "address_too_long", AddressTooLong, "L'adresse demandée est trop longue.";
    /// The headers are too many or too large.
    HeadersTooLarge = "headers_too_large", HeadersTooLarge, "Les en-têtes de la requête sont trop volumineux.";
    /// Asked too often.
    RateLimited = "rate_limited", TooMany, "Trop de demandes en peu de temps ; patientez un instant.";
    /// Whether the limit is reached cannot be known now.
    RateLimitUnavailable = "rate_limit_unavailable", Unavailable,
        "Le contrôle des demandes est momentanément indisponible ; réessayez.";
    /// The answer was not ready in time.
    Timeout = "timeout", Unavailable, "La réponse prend trop de temps ; réessayez.";
    /// A page of another site sent a request in the name of the person.
    CrossSiteRequest = "cross_site_request", Forbidden, "Cette demande ne vient pas d'une page de Nexus.";
    /// The idempotency key is empty, too long or holds something else than visible ASCII characters.
    MalformedIdempotencyKey = "malformed_idempotency_key", Malformed,
        "La clef d'idempotence doit compter 1 à 255 caractères ASCII visibles.";
    /// A request with the same key is being done.
    RequestInFlight = "request_in_flight", Conflict, "La même demande est déjà en cours ; réessayez dans un instant.";
    /// The same key was used for something else.
    IdempotencyKeyReused = "idempotency_key_reused", Invalid, "Cette clef d'idempotence a déjà servi à une autre demande.";
    /// The request was done before, and its answer was not kept.
    AlreadyProcessed = "already_processed", Conflict, "Cette demande a déjà été traitée ; sa réponse n'est pas redonnée.";
    /// The object is not the one that the caller saw.
    PreconditionFailed = "precondition_failed", PreconditionFailed, "Cette ressource a changé depuis sa lecture ; rechargez-la.";
    /// A field that the request does not have.
    UnknownField = "unknown_field", Invalid, "Ce champ n'est pas accepté ici.";
    // The ledger.
    /// The wallet holds fewer credits than asked for.
    MissingCredits = "missing_credits", PaymentRequired, "Crédits insuffisants.";
    /// An amount of credits that is zero, negative, too large or finer than a thousandth.
    InvalidAmount = "invalid_amount", Invalid, "Ce montant de crédits n'est pas accepté.";
    /// The key of a movement was used for another one.
    MovementKeyReused = "movement_key_reused", Conflict, "Cette clef a déjà servi à un autre mouvement de crédits.";
    /// The lesson was charged already, to somebody else or another amount.
    LessonAlreadyCharged = "lesson_already_charged", Conflict, "Ce cours a déjà été débité.";
    /// The wallet holds something that people have to decide about first.
    WalletInQuarantine = "wallet_in_quarantine", Conflict,
        "Ce portefeuille attend une vérification ; adressez-vous au secrétariat.";
    /// No such movement.
    MovementNotFound = "movement_not_found", NotFound, "Ce mouvement de crédits n'existe pas.";
    /// The movement was undone already.
    MovementAlreadyReversed = "movement_already_reversed", Conflict, "Ce mouvement de crédits a déjà été annulé.";
    /// What the movement gave was spent since, or it is of a kind that has its own way back.
    MovementNotReversible = "movement_not_reversible", Conflict, "Ce mouvement de crédits ne peut plus être annulé.";
    /// No such hold.
    HoldNotFound = "hold_not_found", NotFound, "Cette réserve de crédits n'existe pas.";
    /// The hold was captured, released, or its time is over.
    HoldSettled = "hold_settled", Conflict, "Cette réserve de crédits est déjà réglée.";
    /// Nothing of this name has a price in credits.
    UnknownUsage = "unknown_usage", Invalid, "usageKey inconnu.";
    /// No such request for credits.
    CreditRequestNotFound = "credit_request_not_found", NotFound, "Cette demande de crédits n'existe pas.";
    /// A request for credits that was decided before.
    CreditRequestDecided = "credit_request_decided", Conflict, "Cette demande de crédits a déjà été traitée.";
    // Subscriptions.
    /// No such request about a subscription.
    SubscriptionRequestNotFound = "subscription_request_not_found", NotFound, "Cette demande d'abonnement n'existe pas.";
    /// A request about a subscription that was decided before.
    SubscriptionRequestDecided = "subscription_request_decided", Conflict, "Cette demande d'abonnement a déjà été traitée.";
    /// An addition to a subscription that does not run.
    NoActiveSubscription = "no_active_subscription", Conflict, "Aucun abonnement actif trouvé.";
    /// The state of the subscription does not allow it.
    SubscriptionState = "subscription_state", Conflict, "L'état de cet abonnement ne permet pas ce changement.";
    /// Anything that should not happen.
    Internal = "internal", Internal, "Une erreur interne est survenue ; elle a été enregistrée.";
    /// The database was made by the existing application and was not taken over yet.
    DatabaseNotAdopted = "database_not_adopted", Unavailable,
        "Cette base appartient à l'application existante ; lancez « nexus migrate --check », puis « nexus migrate ».";
}

/// An error that has its place in the table.
pub trait Coded: std::error::Error {
    /// The entry of the table.
    fn code(&self) -> ErrorCode;

    /// The French sentence for this case; by default the one of the table. Must hold no secret, no raw message of a
    /// database and no answer of a pupil.
    fn sentence(&self) -> String {
        self.code().sentence().to_owned()
    }

    /// The fields that are wrong, when there can be several; by default none is named.
    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }
}

/// One of several things that are wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where, as a path of names: `answers.0.itemId`.
    pub field: String,
    /// Why, as a stable code.
    #[serde(serialize_with = "code_as_text")]
    pub code: ErrorCode,
    /// The French sentence.
    pub detail: String,
}

impl FieldError {
    /// A wrong field, with the sentence of the table.
    pub fn new(field: impl Into<String>, code: ErrorCode) -> Self {
        Self { field: field.into(), code, detail: code.sentence().to_owned() }
    }

    /// A wrong field, with a sentence of its own.
    pub fn with_detail(field: impl Into<String>, code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { field: field.into(), code, detail: detail.into() }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature that serde asks for
fn code_as_text<S: Serializer>(code: &ErrorCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_sentences_are_sentences() {
        let codes: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            assert!(code.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
            assert!(code.sentence().ends_with('.'), "{code:?}");
        }
    }

    #[test]
    fn table() {
        let lines: Vec<_> = ErrorCode::ALL
            .iter()
            .map(|code| format!("{} | {:?} | {}", code.as_str(), code.class(), code.sentence()))
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
