use super::*;
use crate::UserId;
use crate::ledger::{Lot, LotId, MovementId, MovementLine, Wallet, WalletId};

fn credits(milli: i64) -> Credits {
    Credits::from_milli(milli).unwrap()
}

fn reading() -> WalletReading {
    let lot = |id: i64, origin, milli, end: Option<&str>| Lot {
        id: LotId(id),
        origin,
        amount: credits(8_000),
        remaining: credits(milli),
        expires_at: end.map(|end| end.parse().unwrap()),
        created_at: Timestamp::UNIX_EPOCH,
        key: String::new(),
    };
    let movement = |id: i64, kind, milli, description: &str| MovementLine {
        movement: Movement {
            id: MovementId(id),
            wallet: WalletId(1),
            owner: UserId::parse("u").unwrap(),
            kind,
            delta: credits(milli),
            description: description.to_owned(),
            lesson: None,
            key: None,
            actor: None,
            reverses: None,
            at: "2026-11-02T08:00:00Z".parse().unwrap(),
        },
        expires_at: None,
    };
    WalletReading {
        wallet: Wallet {
            id: WalletId(1),
            owner: UserId::parse("u").unwrap(),
            balance: credits(6_750),
            in_quarantine: false,
            lots: vec![
                lot(1, LotOrigin::Purchase, 5_000, None),
                lot(2, LotOrigin::Allocation, 1_250, Some("2026-12-31T22:59:59.999Z")),
                lot(3, LotOrigin::Adjustment, 500, Some("2026-11-01T00:00:00Z")),
            ],
            loose: Vec::new(),
        },
        movements: vec![
            movement(5, Some(MovementKind::Refund), 1_000, "Cours annulé"),
            movement(4, Some(MovementKind::Usage), -2_750, "=HYPERLINK(\"x\");1"),
            movement(3, Some(MovementKind::Adjustment), 500, "Geste"),
            movement(2, Some(MovementKind::MonthlyAllocation), 3_000, "Novembre"),
            movement(1, Some(MovementKind::Purchase), 5_000, "PACK_1"),
        ],
    }
}

#[test]
fn a_balance_explains_itself() {
    let zone = TimeZone::get("Africa/Tunis").unwrap();
    let now = "2026-11-20T08:00:00Z".parse().unwrap();
    assert_eq!(reading().balance(now), credits(6_250), "what is over does not count");
    assert_eq!(
        explain(&reading(), now, &zone),
        [
            "Il reste 6,25 crédits.",
            "1,25 crédit de l'abonnement, utilisable jusqu'au 31 décembre 2026 inclus ; à utiliser en premier.",
            "5 crédits achetés, sans date de fin.",
            "Depuis l'ouverture : 8,5 crédits reçus, 2,75 crédits utilisés, 1 crédit rendu.",
        ]
    );
}

#[test]
fn a_statement_is_no_formula() {
    let zone = TimeZone::get("Africa/Tunis").unwrap();
    assert_eq!(
        statement_csv(&statement(&reading()), &zone),
        "\u{feff}Date;Opération;Libellé;Crédits;Solde\r\n\
         02/11/2026 09:00;Achat;PACK_1;5;5\r\n\
         02/11/2026 09:00;Allocation mensuelle;Novembre;3;8\r\n\
         02/11/2026 09:00;Ajustement;Geste;0,5;8,5\r\n\
         02/11/2026 09:00;Utilisation;\"'=HYPERLINK(\"\"x\"\");1\";-2,75;5,75\r\n\
         02/11/2026 09:00;Remboursement;Cours annulé;1;6,75\r\n"
    );
    for text in ["+1", " -1", "@x", "\tx", "=1"] {
        assert!(cell(text).contains('\''), "{text:?}");
    }
}
