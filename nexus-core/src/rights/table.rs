use crate::Role;
use serde::Serialize;

/// Who calls, as far as the table cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Nobody is signed in.
    Anonymous,
    /// Somebody with this role.
    Person(Role),
}

impl Caller {
    /// The six kinds of callers.
    pub const ALL: [Self; 6] = [
        Self::Anonymous,
        Self::Person(Role::Eleve),
        Self::Person(Role::Parent),
        Self::Person(Role::Coach),
        Self::Person(Role::Assistante),
        Self::Person(Role::Admin),
    ];
}

/// How somebody must be related to what he touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Any object.
    Any,
    /// His own account, record, sessions.
    Own,
    /// What belongs to one of his children.
    OwnChild,
    /// What belongs to a pupil with whom he has a session within 180 days.
    OwnPupil,
}

impl Relation {
    /// The word of the printed table.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Any => "tout",
            Self::Own => "soi",
            Self::OwnChild => "son enfant",
            Self::OwnPupil => "ses élèves",
        }
    }
}

macro_rules! relation {
    (no) => {
        None
    };
    (any) => {
        Some(Relation::Any)
    };
    (own) => {
        Some(Relation::Own)
    };
    (child) => {
        Some(Relation::OwnChild)
    };
    (pupil) => {
        Some(Relation::OwnPupil)
    };
}

macro_rules! rights_table {
    ($($name:ident $code:literal $sentence:literal:
        $anonymous:ident $eleve:ident $parent:ident $coach:ident $assistante:ident $admin:ident;)+) => {
        /// Everything that can be asked of the system.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Action { $(#[doc = $sentence] $name,)+ }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable name, as the contract and the logs write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What it is, in French.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }

            /// The relation that a caller must have with what he touches; `None` when he may not at all.
            pub const fn relation(self, caller: Caller) -> Option<Relation> {
                let [anonymous, eleve, parent, coach, assistante, admin]: [Option<Relation>; 6] = match self {
                    $(Self::$name => [relation!($anonymous), relation!($eleve), relation!($parent), relation!($coach),
                                      relation!($assistante), relation!($admin)],)+
                };
                match caller {
                    Caller::Anonymous => anonymous,
                    Caller::Person(Role::Eleve) => eleve,
                    Caller::Person(Role::Parent) => parent,
                    Caller::Person(Role::Coach) => coach,
                    Caller::Person(Role::Assistante) => assistante,
                    Caller::Person(Role::Admin) => admin,
                }
            }
        }
    };
}

// The columns:                                                      anonymous eleve parent coach assistante admin
#[rustfmt::skip]
rights_table! {
    // open to everybody
    ReadHealth          "read_health"          "Savoir si le service répond":            any any   any   any   any any;
    ReadContract        "read_contract"        "Lire le contrat de l'interface":         any any   any   any   any any;
    ReadPublicPages     "read_public_pages"    "Lire les pages légales, prix et offres": any any   any   any   any any;
    Register            "register"             "S'inscrire au bilan gratuit":            any any   any   any   any any;
    SignIn              "sign_in"              "Se connecter, se déconnecter":           any any   any   any   any any;
    RedeemLink          "redeem_link"          "Utiliser un lien reçu par courriel":     any any   any   any   any any;
    // one's own account
    ReadAccount         "read_account"         "Lire son compte":                        no  own   own   own   own own;
    ManageAccount       "manage_account"       "Gérer son compte et sa sécurité":        no  own   own   own   own own;
    // people
    ManageUsers         "manage_users"         "Gérer les comptes":                      no  no    no    no    no  any;
    ReadCoaches         "read_coaches"         "Lister les coachs à gérer":              no  no    no    no    any any;
    ManageCoaches       "manage_coaches"       "Créer et modifier un coach":             no  no    no    no    any any;
    DeleteCoach         "delete_coach"         "Supprimer un coach":                     no  no    no    no    no  any;
    InviteChild         "invite_child"         "Inviter un enfant à activer son compte": no  no    child no    any any;
    GiveConsent         "give_consent"         "Consentir pour un enfant":               no  no    child no    any any;
    ReadStudent         "read_student"         "Lire le profil d'un élève":              no  own   child pupil any any;
    // bilans
    StartBilan          "start_bilan"          "Commencer un bilan":                     no  own   child no    any any;
    AnswerBilan         "answer_bilan"         "Répondre à un bilan":                    no  own   no    no    any any;
    ReadBilan           "read_bilan"           "Suivre un bilan":                        no  own   child pupil any any;
    ReadReport          "read_report"          "Lire les documents d'un bilan":          no  own   child pupil any any;
    ReviewBilan         "review_bilan"         "Relire et publier un bilan":             no  no    no    no    any any;
    // sessions and availability
    ReadSessions        "read_sessions"        "Lire les cours":                        no  own   child own   any any;
    ReadCalendarFeed    "read_calendar_feed"   "Lire un calendrier par son lien":       any any   any   any   any any;
    BookSession         "book_session"         "Réserver un cours":                      no  own   child no    any any;
    CancelSession       "cancel_session"       "Annuler un cours":                       no  own   child own   any any;
    JoinSession         "join_session"         "Rejoindre un cours en ligne":            no  own   no    own   any any;
    ConductSession      "conduct_session"      "Confirmer, commencer, terminer un cours": no no    no    own   any any;
    ManageAvailability  "manage_availability"  "Gérer des disponibilités":               no  no    no    own   any any;
    ReadAvailability    "read_availability"    "Lire les disponibilités d'un coach":     no  any   any   own   any any;
    ListCoaches         "list_coaches"         "Lister les coachs disponibles":          no  any   any   no    any any;
    // credits and money
    ReadCredits         "read_credits"         "Lire un portefeuille de crédits":        no  own   child own   any any;
    ReadPupilCredits    "read_pupil_credits"   "Lire les crédits d'un élève":            no  own   child no    any any;
    SpendCredits        "spend_credits"        "Dépenser des crédits":                   no  own   child no    any any;
    TransferCredits     "transfer_credits"     "Donner de ses crédits à un enfant":      no  no    child no    no  no;
    AdjustCredits       "adjust_credits"       "Ajuster des crédits, décider":           no  no    no    no    any any;
    RequestCredits      "request_credits"      "Demander des crédits, un abonnement":    no  no    child no    no  no;
    DecideSubscription  "decide_subscription"  "Décider d'un abonnement":                no  no    no    no    any any;
    EditSubscription    "edit_subscription"    "Modifier tout abonnement":               no  no    no    no    no  any;
    ManageCatalogue     "manage_catalogue"     "Modifier prix, packs, offres, réglages": no  no    no    no    any any;
    DeleteFromCatalogue "delete_from_catalogue" "Retirer packs et usages":               no  no    no    no    no  any;
    ReserveCash         "reserve_cash"         "Réserver un pack à payer en espèces":    no  own   child no    any any;
    OrderForOneself     "order_for_oneself"    "Commander un pack":                      no  own   own   no    any any;
    OrderForChild       "order_for_child"      "Commander par Konnect ou virement":      no  no    child no    no  no;
    ManageTill          "manage_till"          "Tenir la caisse":                        no  no    no    no    any any;
    SubmitProof         "submit_proof"         "Envoyer la preuve d'un virement":       no  no    own   no    no  no;
    ReadInvoice         "read_invoice"         "Télécharger une facture":                no  own   child no    any any;
    RefundPayments      "refund_payments"      "Rembourser un paiement":                no  no    no    no    any any;
    Reconcile           "reconcile"            "Rapprocher un relevé de paiements":     no  no    no    no    any any;
    TestPayments        "test_payments"        "Essayer les paiements par carte":       no  no    no    no    no  any;
    ReceiveNotice       "receive_notice"       "Annoncer un paiement, sur signature":   any any   any   any   any any;
    ValidatePayment     "validate_payment"     "Valider un paiement":                    no  no    no    no    any any;
    // messages
    ReadBadges          "read_badges"          "Lire les badges d'un élève":             no  own   child pupil any any;
    ExchangeMessages    "exchange_messages"    "Échanger des messages":                  no  own   own   own   any any;
    ReadNotifications   "read_notifications"   "Lire ses notifications":                 no  own   own   own   own own;
    // the office and its machine room
    WriteLegalPages     "write_legal_pages"    "Écrire les pages légales":               no  no    no    no    any any;
    ReadOfficeDashboard "read_office_dashboard" "Lire le tableau de l'assistante":       no  no    no    no    any any;
    ReadAdministration  "read_administration"  "Lire analyses, activités, cohérence":    no  no    no    no    no  any;
    ReadAudit           "read_audit"           "Lire le journal d'audit":                no  no    no    no    no  any;
    ReadMetrics         "read_metrics"         "Lire les mesures du serveur":            no  no    no    no    no  any;
    ManageKnowledge     "manage_knowledge"     "Déposer des documents de cours":         no  no    no    no    no  any;
    ManagePersonalData  "manage_personal_data" "Exporter et purger des données":         no  no    no    no    no  any;
    TestMail            "test_mail"            "Essayer l'envoi de courriels":           no  no    no    no    no  any;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique() {
        let names: HashSet<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(names.len(), Action::ALL.len());
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
        }
    }

    /// Decision 16: an administrator may do whatever the assistant may.
    #[test]
    fn an_administrator_may_do_what_the_assistant_may() {
        for action in Action::ALL {
            let assistant = action.relation(Caller::Person(Role::Assistante));
            assert!(
                assistant.is_none() || action.relation(Caller::Person(Role::Admin)) == assistant,
                "{action:?}"
            );
        }
    }

    /// A right of everybody does not end by signing in.
    #[test]
    fn what_everybody_may_do_every_role_may_do() {
        for action in Action::ALL.iter().filter(|action| action.relation(Caller::Anonymous).is_some()) {
            for caller in Caller::ALL {
                assert_eq!(action.relation(caller), Some(Relation::Any), "{action:?} {caller:?}");
            }
        }
    }

    #[test]
    fn table() {
        let word = |relation: Option<Relation>| relation.map_or("-", Relation::label);
        let lines: Vec<_> = Action::ALL
            .iter()
            .map(|action| {
                let cells: Vec<_> = Caller::ALL.iter().map(|caller| word(action.relation(*caller))).collect();
                format!("{} | {}", action.as_str(), cells.join(" | "))
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
