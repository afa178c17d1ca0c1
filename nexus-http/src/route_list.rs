//! Every route, by what it is about.

use crate::access::Routes;
use crate::routes;
use nexus_core::rights::Action;
use utoipa_axum::routes;

/// Adds every route of Nexus.
pub(crate) fn every_route(routes: Routes) -> Routes {
    let areas = [operations, bilans, credits, till, accounts, people, lessons, subscriptions, sign_in];
    areas.into_iter().fold(routes, |routes, add| add(routes))
}

/// Whether the service lives, what it measures, its contract.
fn operations(all: Routes) -> Routes {
    use routes::{consistency, contract, health, metrics};
    all.add(Action::ReadHealth, routes!(health::health))
        .probe(Action::ReadHealth, &health::LIVE, routes!(health::live))
        .add(Action::ReadHealth, routes!(health::ready))
        .add(Action::ReadAdministration, routes!(health::status))
        .add(Action::ReadAdministration, routes!(consistency::consistency))
        .admitting(Action::ReadMetrics, metrics::admits, routes!(metrics::metrics))
        .add(Action::ReadContract, routes!(contract::document))
        .add(Action::ReadContract, routes!(contract::entrance))
        .add(Action::ReadContract, routes!(contract::file))
}

/// Diagnostics and their documents.
fn bilans(all: Routes) -> Routes {
    use routes::{answering, bilan, old_pdf, report, review, start, students};
    all.add(Action::StartBilan, routes!(start::start))
        .add(Action::ReadReport, routes!(old_pdf::pdf))
        .add(Action::ReadReport, routes!(old_pdf::redirect))
        .add(Action::ReadBilan, routes!(bilan::state))
        .add(Action::ReadBilan, routes!(bilan::status))
        .add(Action::AnswerBilan, routes!(answering::questions))
        .add(Action::AnswerBilan, routes!(answering::save))
        .add(Action::AnswerBilan, routes!(answering::submit))
        .add(Action::ReadReport, routes!(report::report))
        .add(Action::ReadReport, routes!(report::download))
        .add(Action::ReviewBilan, routes!(review::review))
        .add(Action::ReviewBilan, routes!(review::publish))
        .add(Action::ReviewBilan, routes!(review::regenerate))
        .add(Action::ReviewBilan, routes!(review::retry))
        .add(Action::ReadBilan, routes!(students::bilans))
}

/// Wallets, and what the office does with them.
fn credits(all: Routes) -> Routes {
    use routes::{credit_requests, credits, student_credits};
    all.add(Action::ReadCredits, routes!(credits::wallet))
        .add(Action::SpendCredits, routes!(credits::spend))
        .add(Action::TransferCredits, routes!(credits::transfer))
        .add(Action::AdjustCredits, routes!(credits::reverse))
        .add(Action::ReadPupilCredits, routes!(student_credits::own))
        .add(Action::ReadPupilCredits, routes!(student_credits::explanation))
        .add(Action::ReadPupilCredits, routes!(student_credits::statement))
        .add(Action::AdjustCredits, routes!(student_credits::list, student_credits::adjust))
        .add(Action::RequestCredits, routes!(credit_requests::ask))
        .add(Action::AdjustCredits, routes!(credit_requests::list, credit_requests::decide))
}

/// One's own account.
fn accounts(all: Routes) -> Routes {
    use routes::{account, password, registration, second_factor};
    all.add(Action::Register, routes!(registration::register))
        .add(Action::ReadAccount, routes!(account::read))
        .add(Action::RedeemLink, routes!(account::activate))
        .add(Action::RedeemLink, routes!(account::confirm_email))
        .add(Action::RedeemLink, routes!(account::consent))
        .add(Action::ManageAccount, routes!(account::change_email))
        .add(Action::ManageAccount, routes!(account::sign_out_everywhere))
        .add(Action::RedeemLink, routes!(password::forgot))
        .add(Action::RedeemLink, routes!(password::reset))
        .add(Action::ManageAccount, routes!(password::change))
        .add(Action::ManageAccount, routes!(second_factor::begin))
        .add(Action::ManageAccount, routes!(second_factor::confirm))
        .add(Action::ManageAccount, routes!(second_factor::disable))
        .add(Action::ManageAccount, routes!(second_factor::renew_codes))
}

/// Children, users, coaches.
fn people(all: Routes) -> Routes {
    use routes::{admin_users, children, coaches};
    all.add(Action::InviteChild, routes!(children::invite))
        .add(Action::GiveConsent, routes!(children::give_consent))
        .add(Action::GiveConsent, routes!(children::withdraw_consent))
        .add(Action::ManageUsers, routes!(admin_users::list))
        .add(Action::ManageUsers, routes!(admin_users::create))
        .add(Action::ManageUsers, routes!(admin_users::update))
        .add(Action::ManageUsers, routes!(admin_users::delete))
        .add(Action::ManageUsers, routes!(admin_users::disable))
        .add(Action::ManageUsers, routes!(admin_users::enable))
        .add(Action::ManageUsers, routes!(admin_users::invite))
        .add(Action::ManageUsers, routes!(admin_users::remove_second_factor))
        .add(Action::ReadCoaches, routes!(coaches::list))
        .add(Action::ManageCoaches, routes!(coaches::create))
        .add(Action::ManageCoaches, routes!(coaches::update))
        .add(Action::DeleteCoach, routes!(coaches::delete))
}

/// Lessons, availability, calendars.
fn lessons(all: Routes) -> Routes {
    use routes::calendar::{
        availability, closures, coaches as coaches_to_book, feed, lessons, seats, series, slots, video,
        workshops,
    };
    all.add(Action::BookSession, routes!(lessons::book))
        .add(Action::BookSession, routes!(series::book))
        .add(Action::BookSession, routes!(seats::join))
        .add(Action::BookSession, routes!(seats::accept))
        .add(Action::BookSession, routes!(seats::leave))
        .add(Action::CancelSession, routes!(lessons::cancel))
        .add(Action::CancelSession, routes!(lessons::reschedule))
        .add(Action::ConductSession, routes!(lessons::status))
        .add(Action::ReadSessions, routes!(lessons::list))
        .add(Action::ReadSessions, routes!(lessons::read))
        .add(Action::JoinSession, routes!(video::video))
        .add(Action::ManageAvailability, routes!(availability::set))
        .add(Action::ManageAvailability, routes!(availability::delete))
        .add(Action::ManageAvailability, routes!(closures::list, closures::close, closures::remove))
        .add(Action::ReadPublicPages, routes!(workshops::list))
        .add(Action::ReadAvailability, routes!(availability::read))
        .add(Action::ReadAvailability, routes!(slots::slots))
        .add(Action::ReadAvailability, routes!(coaches_to_book::slots_of_all))
        .add(Action::ReadAvailability, routes!(slots::why))
        .add(Action::ListCoaches, routes!(coaches_to_book::available))
        .add(Action::ManageAccount, routes!(feed::open))
        .add(Action::ManageAccount, routes!(feed::revoke))
        .add(Action::ReadCalendarFeed, routes!(feed::read))
}

/// Subscriptions: requests, decisions, the office's lists.
fn subscriptions(all: Routes) -> Routes {
    use routes::subscriptions::{self, addon, office};
    all.add(Action::RequestCredits, routes!(addon::addon))
        .add(Action::DecideSubscription, routes!(office::office_list, office::office_decide))
        .add(Action::EditSubscription, routes!(office::admin_list, office::admin_edit))
        .add(Action::RequestCredits, routes!(subscriptions::change))
        .add(Action::RequestCredits, routes!(subscriptions::children, subscriptions::subscribe))
        .add(Action::RequestCredits, routes!(subscriptions::own_requests, subscriptions::ask))
        .add(Action::DecideSubscription, routes!(subscriptions::queue, subscriptions::decide))
}

/// Sessions of people, in the form of NextAuth.
fn sign_in(all: Routes) -> Routes {
    use routes::auth::{csrf, entrance, providers, session, sign_in, sign_out, stream};
    all.add(Action::SignIn, routes!(csrf::csrf))
        .add(Action::SignIn, routes!(providers::providers))
        .add(Action::SignIn, routes!(session::session, session::update))
        .add(Action::SignIn, routes!(entrance::sign_in_page))
        .add(Action::SignIn, routes!(entrance::error_page))
        .add(Action::SignIn, routes!(entrance::begin))
        .add(Action::SignIn, routes!(entrance::client_log))
        .add(Action::SignIn, routes!(sign_in::callback))
        .add(Action::SignIn, routes!(sign_out::sign_out))
        .add(Action::ReadAccount, routes!(stream::stream))
}

/// Catalogue, orders, payments and notices.
fn till(all: Routes) -> Routes {
    use routes::till::{
        alerts, cash, credits, exchange, offers, orders, pricing, products, records, refunds, settings,
        stream as prices, test_payments, validation, webhook,
    };
    all.add(Action::ReadPublicPages, routes!(credits::packs))
        .add(Action::ManageCatalogue, routes!(credits::create_pack))
        .add(Action::ManageCatalogue, routes!(credits::change_pack))
        .add(Action::DeleteFromCatalogue, routes!(credits::retire_pack))
        .add(Action::ReadPublicPages, routes!(credits::usages))
        .add(Action::ManageCatalogue, routes!(credits::create_usage))
        .add(Action::ManageCatalogue, routes!(credits::change_usage))
        .add(Action::DeleteFromCatalogue, routes!(credits::remove_usage))
        .add(Action::ReadPublicPages, routes!(pricing::list))
        .add(Action::ManageCatalogue, routes!(pricing::create))
        .add(Action::ManageCatalogue, routes!(pricing::change, pricing::remove))
        .add(Action::ManageCatalogue, routes!(products::list))
        .add(Action::ManageCatalogue, routes!(products::save))
        .add(Action::ReadPublicPages, routes!(prices::stream))
        .add(Action::ReadPublicPages, routes!(exchange::exchange))
        .add(Action::ReadPublicPages, routes!(settings::policy))
        .add(Action::ManageCatalogue, routes!(settings::change_policy))
        .add(Action::ReadPublicPages, routes!(settings::settings))
        .add(Action::ManageCatalogue, routes!(settings::change_settings))
        .add(Action::ManageCatalogue, routes!(settings::decide_iban))
        .add(Action::ReadPublicPages, routes!(settings::wire))
        .add(Action::ReadPublicPages, routes!(offers::list))
        .add(Action::ManageCatalogue, routes!(offers::replace))
        .add(Action::ReserveCash, routes!(cash::reserve))
        .add(Action::ManageTill, routes!(cash::confirm))
        .add(Action::ManageTill, routes!(cash::cancel))
        .add(Action::ManageTill, routes!(records::pending))
        .add(Action::ManageTill, routes!(records::records))
        .add(Action::ReadAccount, routes!(records::invoices))
        .add(Action::ReadInvoice, routes!(records::invoice_pdf))
        .add(Action::OrderForOneself, routes!(orders::checkout))
        .add(Action::OrderForOneself, routes!(orders::intent))
        .add(Action::OrderForChild, routes!(orders::konnect))
        .add(Action::OrderForChild, routes!(orders::wise))
        .add(Action::SubmitProof, routes!(orders::confirm_transfer))
        .add(Action::ValidatePayment, routes!(validation::validate))
        .add(Action::ManageTill, routes!(validation::waiting))
        .add(Action::ValidatePayment, routes!(alerts::list))
        .add(Action::ValidatePayment, routes!(alerts::decide))
        .add(Action::RefundPayments, routes!(refunds::record))
        .add(Action::RefundPayments, routes!(refunds::payment))
        .add(Action::Reconcile, routes!(refunds::reconcile_statement))
        .add(Action::ReceiveNotice, routes!(webhook::konnect))
        .add(Action::ReceiveNotice, routes!(webhook::provider))
        .add(Action::TestPayments, routes!(test_payments::configuration, test_payments::run))
}
