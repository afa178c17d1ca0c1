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
    // calendar
    /// No such lesson, or not visible.
    SessionNotFound = "session_not_found", NotFound, "Ce cours n'existe pas.";
    /// The coach has another lesson then.
    SlotTaken = "slot_taken", Conflict, "Ce créneau n'est plus disponible pour ce coach.";
    /// The pupil has another lesson then.
    StudentBusy = "student_busy", Conflict, "L'élève a déjà un cours à ce moment-là.";
    /// The room is taken then.
    RoomBusy = "room_busy", Conflict, "La salle est déjà prise à ce moment-là.";
    /// The coach does not teach the subject.
    SubjectNotTaught = "subject_not_taught", Invalid, "Ce coach n'enseigne pas cette matière.";
    /// The coach does not teach online, or not in person.
    ModalityNotOffered = "modality_not_offered", Invalid, "Ce coach ne propose pas cette forme de cours.";
    /// A lesson that is too short or too long.
    InvalidDuration = "invalid_duration", Invalid, "La durée de ce cours n'est pas acceptée.";
    /// A lesson that ends on another day than it begins.
    CrossesMidnight = "crosses_midnight", Invalid, "Un cours se termine le jour où il commence.";
    /// A lesson that would already have begun.
    SessionInThePast = "session_in_the_past", Invalid, "Cette heure est déjà passée.";
    /// Too little time until the lesson.
    SessionTooSoon = "session_too_soon", Invalid, "La session doit être programmée au minimum 2 heures à l'avance.";
    /// Too much time until the lesson.
    SessionTooFar = "session_too_far", Invalid, "Un cours se réserve au plus trois mois à l'avance.";
    /// Holidays, or another day without lessons.
    SchoolClosed = "school_closed", Invalid, "Il n'y a pas de cours ce jour-là.";
    /// The school is not open at that time.
    OutsideOpeningHours = "outside_opening_hours", Invalid, "L'école n'est pas ouverte à cette heure.";
    /// The coach did not say that he is free then.
    OutsideAvailability = "outside_availability", Invalid, "Le coach n'est pas disponible à cette heure.";
    /// The coach needs a pause between two lessons.
    TooCloseToAnother = "too_close_to_another", Invalid, "Il faut une pause entre ce cours et un autre du coach.";
    /// What is given as a time is not shown by any clock.
    InvalidTime = "invalid_time", Invalid, "Cette heure n'existe pas ; écrivez-la HH:MM, de 00:00 à 23:59.";
    /// A span that ends before it begins, or at once.
    InvalidTimeRange = "invalid_time_range", Invalid, "L'heure de fin doit venir après l'heure de début.";
    /// Two spans of one day that overlap.
    OverlappingSlots = "overlapping_slots", Invalid, "Deux plages du même jour se recouvrent.";
    /// The same span twice.
    DuplicateSlot = "duplicate_slot", Invalid, "La même plage est donnée deux fois.";
    /// No zone of this name.
    UnknownZone = "unknown_zone", Invalid, "Ce fuseau horaire n'existe pas.";
    /// More days than are looked at in one go.
    RangeTooLong = "range_too_long", Invalid, "La période demandée est vide ou trop longue.";
    /// The state of the lesson does not lead there.
    SessionTransitionRefused = "session_transition_refused", Conflict, "L'état de ce cours ne permet pas cette action.";
    /// The clock does not allow it yet.
    TransitionTooEarly = "transition_too_early", Conflict, "Il est trop tôt pour cette action.";
    /// Who cancels in the name of the school, or of a coach, says why.
    ReasonRequired = "reason_required", Invalid, "Indiquez la raison de l'annulation.";
    /// Too late to move a lesson.
    RescheduleTooLate = "reschedule_too_late", Conflict, "Il est trop tard pour déplacer ce cours ; écrivez à l'école.";
    /// Dates of a series that cannot be booked.
    SeriesRefused = "series_refused", Conflict, "Certaines dates de la série ne conviennent pas ; rien n'a été réservé.";
    /// Every seat is taken.
    SessionFull = "session_full", Conflict, "Ce cours est complet.";
    /// A lesson for one pupil.
    NotAGroupSession = "not_a_group_session", Conflict, "Ce cours n'est pas un cours de groupe.";
    /// The pupil has a seat, or waits, already.
    AlreadyEnrolled = "already_enrolled", Conflict, "L'élève est déjà inscrit ou en attente pour ce cours.";
    /// The pupil has no seat and does not wait.
    NotEnrolled = "not_enrolled", NotFound, "L'élève n'est pas inscrit à ce cours.";
    /// No seat is kept for the pupil, or not any more.
    OfferExpired = "offer_expired", Conflict, "La place proposée n'est plus disponible.";
    /// No such availability, or not visible.
    AvailabilityNotFound = "availability_not_found", NotFound, "Cette disponibilité n'existe pas.";
    /// Lessons are planned in it.
    AvailabilityInUse = "availability_in_use", Conflict, "Des cours sont prévus dans cette disponibilité.";
    /// The video room is not open now.
    RoomNotOpen = "room_not_open", Conflict, "La session n'est pas encore disponible ou a expiré.";
    /// A link of a calendar that opens nothing.
    FeedNotFound = "feed_not_found", NotFound, "Ce calendrier n'existe pas ou n'est plus partagé.";
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
    // the till
    /// The school does not take this currency.
    UnknownCurrency = "unknown_currency", Invalid, "Cette devise n'est pas acceptée.";
    /// What is given as an amount of money cannot be one.
    InvalidMoney = "invalid_money", Invalid, "Ce montant n'est pas accepté.";
    /// No fresh rate of exchange is known.
    RateUnavailable = "rate_unavailable", Unavailable, "Le taux de change du jour n'est pas disponible ; réessayez plus tard.";
    /// What is given as an account number cannot be one.
    InvalidIban = "invalid_iban", Invalid, "Ce numéro de compte (IBAN) n'est pas valable.";
    /// A product that does not exist, is not sold, or has no price in dinars. Malformed: the old pages await a 400.
    ItemNotForSale = "item_not_for_sale", Malformed, "Article inconnu, inactif ou non tarifé.";
    /// No such pack of credits.
    PackNotFound = "pack_not_found", NotFound, "Ce pack n'existe pas.";
    /// The pack of a reservation is not sold any more.
    PackGone = "pack_gone", Conflict, "Le pack de cette réservation n'est plus vendu ; remettez-le en vente ou annulez la réservation.";
    /// No such price of a usage.
    UsageNotFound = "usage_not_found", NotFound, "Cet usage n'existe pas.";
    /// Another usage has the key.
    UsageTaken = "usage_taken", Conflict, "Un usage porte déjà cette clef.";
    /// No such pricing variable.
    PricingNotFound = "pricing_not_found", NotFound, "Ce tarif n'existe pas.";
    /// Another pricing variable of the service has the name.
    PricingTaken = "pricing_taken", Conflict, "Un tarif porte déjà ce nom pour ce service.";
    /// The way of paying is switched off.
    PaymentMethodOff = "payment_method_off", Conflict, "Ce moyen de paiement n'est pas proposé en ce moment.";
    /// No such payment, or not visible.
    PaymentNotFound = "payment_not_found", NotFound, "Paiement non trouvé.";
    /// No such reservation.
    ReservationNotFound = "reservation_not_found", NotFound, "Réservation introuvable.";
    /// The state of the payment does not allow it.
    PaymentDecided = "payment_decided", Conflict, "Ce paiement a déjà été traité.";
    /// Whoever reserved would confirm his own payment.
    SamePerson = "same_person", Conflict, "Une autre personne doit valider cette opération.";
    /// The same key was used for another order.
    OrderKeyReused = "order_key_reused", Conflict, "Clé d'idempotence déjà utilisée pour un autre paiement.";
    /// The address to return to is not one of the site's.
    ForeignReturn = "foreign_return", Invalid, "L'adresse de retour doit être une page de ce site.";
    /// The provider of payments is not configured.
    ProviderMissing = "provider_missing", Unavailable, "Le paiement en ligne n'est pas configuré.";
    /// The provider of payments refuses, fails or is silent.
    ProviderFailed = "provider_failed", Unavailable, "Le service de paiement ne répond pas ; réessayez dans un instant.";
    /// A notice of a payment without a signature.
    SignatureMissing = "signature_missing", Unauthenticated, "La signature manque.";
    /// A notice of a payment whose signature is wrong.
    SignatureInvalid = "signature_invalid", Unauthenticated, "La signature n'est pas la bonne.";
    /// A signed notice that lacks what it must say.
    NoticeInvalid = "notice_invalid", Malformed, "L'avis ne nomme pas un paiement et un état.";
    /// A signed notice whose key is blank.
    NoticeKeyMissing = "notice_key_missing", Malformed, "L'avis n'a pas de clef.";
    /// More would be paid back than was paid.
    RefundTooLarge = "refund_too_large", Conflict, "Le remboursement dépasse ce qui reste payé.";
    /// The credits that a refund takes back were spent.
    CreditsSpent = "credits_spent", Conflict, "Les crédits de ce paiement ont déjà été dépensés.";
    /// A file that is none of the accepted kinds.
    ProofRefused = "proof_refused", UnsupportedType, "La preuve doit être un fichier PDF, PNG ou JPEG.";
    /// A table of a provider that cannot be read.
    StatementUnreadable = "statement_unreadable", Invalid, "Ce relevé est illisible.";
    /// Another change of the account number waits for its second person.
    ChangePending = "change_pending", Conflict, "Un changement d'IBAN attend déjà d'être validé.";
    /// No change waits.
    ChangeNotFound = "change_not_found", NotFound, "Aucun changement n'attend d'être validé.";
    // the till's documents, alerts and rates
    /// No such invoice or credit note, or not visible.
    InvoiceNotFound = "invoice_not_found", NotFound, "Cette facture n'existe pas.";
    /// The PDF of the invoice is not printed yet.
    InvoiceNotReady = "invoice_not_ready", Conflict, "La facture n'est pas encore prête ; réessayez dans un instant.";
    /// No such notice was put aside.
    AlertNotFound = "alert_not_found", NotFound, "Cette alerte n'existe pas.";
    /// A notice that was put aside does not say that money came for an order that awaits some.
    AlertNotAcceptable = "alert_not_acceptable", Conflict, "Cet avis ne peut pas être accepté : écartez-le, ou remboursez le paiement.";
    /// Too many pages listen.
    StreamFull = "stream_full", Unavailable, "Trop de pages écoutent les tarifs ; réessayez dans un instant.";
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
    // What the office does with subscriptions, closures and transfers.
    /// No such subscription.
    SubscriptionNotFound = "subscription_not_found", NotFound, "Cet abonnement n'existe pas.";
    /// A subscription would begin that nobody has paid for.
    SubscriptionUnpaid = "subscription_unpaid", Conflict,
        "Aucun paiement validé ne couvre cet abonnement ; validez d'abord le paiement.";
    /// An end of a subscription that is before its beginning, or past.
    SubscriptionEnd = "subscription_end", Invalid,
        "La fin d'un abonnement vient après son début et dans l'avenir.";
    /// No such days without lessons, or not visible.
    ClosureNotFound = "closure_not_found", NotFound, "Cette fermeture n'existe pas.";
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
