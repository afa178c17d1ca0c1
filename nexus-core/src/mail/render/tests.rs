use super::*;
use crate::SchoolSubject;
use crate::calendar::icalendar::{CalendarFile, Method};
use crate::mail::{LessonNews, LinkPage};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn site() -> MailSite {
    let zone = TimeZone::get("Africa/Tunis").unwrap();
    MailSite::new("https://nexus.example.test/", "Nexus Réussite", "contact@nexus.example.test", zone)
}

fn recipient(name: &str) -> Recipient {
    Recipient { user: None, address: "x@example.test".into(), name: name.into() }
}

fn instant() -> Timestamp {
    "2026-11-27T16:05:00Z".parse().unwrap()
}

fn link(page: LinkPage) -> OneTimeLink {
    OneTimeLink::new(page, "j3ton-A_1")
}

fn lesson(news: LessonNews, name: &str, remark: &str) -> MailMessage {
    MailMessage::Lesson(LessonMail {
        news,
        subject: SchoolSubject::Mathematiques,
        starts_at: instant(),
        minutes: 60,
        place: Modality::Online,
        child: name.to_owned(),
        coach: name.to_owned(),
        lessons: if news == LessonNews::Booked { 3 } else { 1 },
        remark: remark.to_owned(),
        calendar: Some(CalendarFile {
            entries: Vec::new(),
            method: Method::Publish,
            domain: "nexus.test".to_owned(),
            name: "Cours".to_owned(),
            zone: None,
        }),
    })
}

fn every_message(name: &str) -> Vec<(&'static str, MailMessage)> {
    let activation = |reader| MailMessage::ChildActivation {
        child: name.to_owned(),
        reader,
        link: link(LinkPage::Activate),
        valid_until: instant(),
    };
    vec![
        ("child_activation_child", activation(Reader::Child)),
        ("child_activation_parent", activation(Reader::Parent)),
        ("address_already_known", MailMessage::AddressAlreadyKnown),
        (
            "password_reset",
            MailMessage::PasswordReset { link: link(LinkPage::ResetPassword), valid_until: instant() },
        ),
        ("password_changed", MailMessage::PasswordChanged { at: instant() }),
        (
            "sign_in_address_changed",
            MailMessage::SignInAddressChanged { new_address: "ma…t@g….com".into(), at: instant() },
        ),
        (
            "staff_invitation",
            MailMessage::StaffInvitation {
                role: Role::Coach,
                link: link(LinkPage::Activate),
                valid_until: instant(),
            },
        ),
        (
            "cash_reserved",
            MailMessage::CashReserved {
                reference: "PR-42".into(),
                amount: "500,000\u{a0}TND".into(),
                credits: 55,
            },
        ),
        (
            "payment_confirmed",
            MailMessage::PaymentConfirmed {
                reference: "PR-42".into(),
                amount: "500,000\u{a0}TND".into(),
                credits: 55,
            },
        ),
        ("reservation_cancelled", MailMessage::ReservationCancelled { reference: "PR-42".into() }),
        ("family_welcome", MailMessage::FamilyWelcome { children: vec![name.into(), "Inès".into()] }),
        (
            "joint_consent",
            MailMessage::JointConsent {
                child: name.to_owned(),
                link: link(LinkPage::Consent),
                valid_until: instant(),
            },
        ),
        (
            "address_confirmation",
            MailMessage::AddressConfirmation { link: link(LinkPage::ConfirmAddress), valid_until: instant() },
        ),
        ("second_factor_on", MailMessage::SecondFactorChanged { on: true, at: instant() }),
        ("second_factor_off", MailMessage::SecondFactorChanged { on: false, at: instant() }),
        (
            "credits_ending_child",
            MailMessage::CreditsEnding {
                amount: "2,5 crédits".into(),
                day: "31 décembre 2026".into(),
                child: Some(name.to_owned()),
            },
        ),
        (
            "credits_ending_own",
            MailMessage::CreditsEnding {
                amount: "1 crédit".into(),
                day: "31 décembre 2026".into(),
                child: None,
            },
        ),
        ("delivery_test", MailMessage::DeliveryTest { at: instant() }),
        ("lesson_booked", lesson(LessonNews::Booked, name, "")),
        ("lesson_cancelled", lesson(LessonNews::Cancelled, name, "Le coach est malade")),
        ("lesson_moved", lesson(LessonNews::Moved, name, "")),
        ("lesson_reminder", lesson(LessonNews::Reminder, name, "")),
        (
            "seat_offered",
            lesson(LessonNews::SeatOffered, name, "vendredi 27 novembre 2026 à 12\u{a0}h\u{a0}00"),
        ),
    ]
}

#[test]
fn every_mail() {
    for (name, message) in every_message("Léa-Maëlle") {
        let mail = render(&message, &site(), &recipient("Hélène")).unwrap();
        insta::assert_snapshot!(format!("{name}.txt"), format!("Objet : {}\n\n{}", mail.subject, mail.text));
        insta::assert_snapshot!(format!("{name}.html"), mail.html);
    }
}

#[test]
fn a_page_needs_nothing_from_elsewhere_and_is_readable_by_everybody() {
    for (name, message) in every_message("Léa") {
        let html = render(&message, &site(), &recipient("")).unwrap().html;
        for outside in ["<img", "<script", "<link", "url(", "@import", "<style"] {
            assert!(!html.contains(outside), "{name}: {outside}");
        }
        assert!(html.contains("<html lang=\"fr\""), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<table").count(), html.matches("role=\"presentation\"").count(), "{name}");
        assert!(html.contains("Bonjour,"), "{name}: nobody is called by an empty name");
    }
}

#[test]
fn a_link_is_whole_in_both_parts_and_its_token_stays_behind_the_hash() {
    let mut found = 0;
    for (name, message) in every_message("Léa") {
        let mail = render(&message, &site(), &recipient("Hélène")).unwrap();
        assert!(!mail.subject.contains("j3ton"), "{name}");
        if message.valid_until().is_none() {
            assert!(!mail.text.contains("j3ton"), "{name}");
            continue;
        }
        found += 1;
        let link = mail.text.lines().find(|line| line.starts_with("https://")).unwrap();
        let (before, token) = link.split_once('#').unwrap();
        assert_eq!(token, "jeton=j3ton-A_1", "{name}");
        assert!(before.starts_with("https://nexus.example.test/auth/"), "{name}");
        // Handlebars writes `=` as an entity, which is the same address.
        let escaped = link.replace('=', "&#x3D;");
        assert_eq!(mail.html.matches(&escaped).count(), 3, "{name}: {link}");
        assert!(mail.text.contains("vendredi 27 novembre 2026 à 17\u{a0}h\u{a0}05"), "{name}");
    }
    assert_eq!(found, 6);
}

#[test]
fn a_name_cannot_become_a_header_a_tag_or_a_link() {
    let attacks = [
        "Léa\r\nBcc: tout@le.monde",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=1>",
        "Cliquez https://voleur.example/gagner",
        "{{contact}}",
        "O'Brien & Fils",
        "a\u{2028}b\u{0}c\u{202e}d",
    ];
    for attack in attacks {
        for (name, message) in every_message(attack) {
            let mail = render(&message, &site(), &recipient(attack)).unwrap();
            assert!(!mail.subject.chars().any(char::is_control), "{name}: {:?}", mail.subject);
            for part in [&mail.html, &mail.text, &mail.subject] {
                for trace in
                    ["<script", "<img", "onerror=", "voleur.example", "://voleur", "Bcc:", "{{", "\u{202e}"]
                {
                    assert!(!part.contains(trace), "{name}: {trace} in {part}");
                }
            }
        }
    }
    let (_, message) = &every_message("O'Brien")[0];
    let mail = render(message, &site(), &recipient("O'Brien")).unwrap();
    assert!(mail.text.contains("Bonjour O’Brien,"), "{}", mail.text);
}

/// A word without a place to break is broken rather than making the page wider than a telephone.
#[test]
fn a_long_name_does_not_widen_the_page() {
    for (name, message) in every_message("Wolfeschlegelsteinhausenbergerdorff") {
        let html = render(&message, &site(), &recipient("Léa")).unwrap().html;
        assert_eq!(html.matches("table-layout:fixed").count(), 2, "{name}");
        assert_eq!(html.matches("overflow-wrap:anywhere").count(), 1, "{name}");
    }
}

#[test]
fn a_child_is_spoken_of_in_good_french() {
    let text = |child: &str, reader| {
        let link = link(LinkPage::Activate);
        let message =
            MailMessage::ChildActivation { child: child.into(), reader, link, valid_until: instant() };
        let mail = render(&message, &site(), &recipient("Hélène")).unwrap();
        format!("{} — {}", mail.subject, mail.text)
    };
    assert!(text("Inès", Reader::Parent).starts_with("Activez l’espace élève d’Inès — "));
    assert!(text("Yassine", Reader::Parent).contains("Le compte de Yassine a été créé."));
    assert!(text("123", Reader::Parent).contains("Le compte de votre enfant a été créé."));
    assert!(!text("", Reader::Child).contains("pas ,"));
}

#[test]
fn a_family_of_any_size_is_named() {
    let names = |names: &[&str]| listed(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    assert_eq!(names(&[]), "votre enfant");
    assert_eq!(names(&["Léa"]), "Léa");
    assert_eq!(names(&["Léa", "123"]), "Léa");
    assert_eq!(names(&["Léa", "Inès", "ياسمين"]), "Léa, Inès et ياسمين");
}

proptest! {
    #[test]
    fn any_name_gives_one_line_and_no_markup(name in "\\PC{0,60}|[\\x00-\\x7f]{0,60}") {
        let message = MailMessage::FamilyWelcome { children: vec![name.clone()] };
        let calm = MailMessage::FamilyWelcome { children: vec!["Léa".into()] };
        let mail = render(&message, &site(), &recipient(&name)).unwrap();
        let reference = render(&calm, &site(), &recipient("Léa")).unwrap();
        prop_assert_eq!(mail.subject, reference.subject);
        prop_assert_eq!(mail.html.matches('<').count(), reference.html.matches('<').count());
        prop_assert_eq!(mail.text.lines().count(), reference.text.lines().count());
        prop_assert!(displayed_name(&name).chars().count() <= 40);
    }
}
