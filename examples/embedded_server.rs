//! Nexus inside an axum application of one's own: its routes, its services and its worker in the same process.
//!
//! `cargo run -p nexus-examples --example embedded_server [address]`

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use nexus_core::StoreError;
use nexus_runtime::{Configuration, Overrides, Services};
use std::error::Error;
use std::process::ExitCode;
use tokio::net::TcpListener;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    // As in `report_to_pdf`: this program is also its own typesetting worker.
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next();
    if first.as_deref().is_some_and(|word| word == "render-worker") {
        let order = arguments.next().ok_or("a worker is given an order")?;
        return Ok(nexus_bilan::pdf::worker::run(&order));
    }
    serve(first.and_then(|address| address.into_string().ok()))?;
    Ok(ExitCode::SUCCESS)
}

#[tokio::main]
#[allow(clippy::disallowed_methods)] // the routes of the embedding application are its own
async fn serve(listen: Option<String>) -> Result<(), Box<dyn Error>> {
    // nexus.toml and the environment, unless the application says otherwise.
    let data = std::env::temp_dir().join("nexus-embedded");
    let configuration = Configuration::load(&Overrides { data: Some(data), listen, ..Overrides::default() })?;
    let services = Services::open(&configuration).await?;
    services.store.migrate().await?;

    // The application's routes come first and Nexus answers the others. (`nest` under a prefix works too, but the
    // addresses of documents in its answers begin with /api.)
    let application = Router::new()
        .route("/", get(home))
        .with_state(services.clone())
        .fallback_service(nexus_http::router(services.http_state(&configuration)?));

    // The workshop makes documents and sends mails; it could as well run in another process on the same database.
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let until = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
    let worker = tokio::spawn(services.workshop(&configuration).work_until(until));

    let listener = TcpListener::bind(configuration.listen).await?;
    println!("http://{} (Ctrl-C pour arrêter)", listener.local_addr()?);
    axum::serve(listener, application).with_graceful_shutdown(interrupted()).await?;
    stop.send(true)?;
    worker.await?;
    services.store.close().await;
    Ok(())
}

async fn interrupted() {
    drop(tokio::signal::ctrl_c().await);
}

/// A page of the application that uses the same services as the routes of Nexus.
async fn home(State(services): State<Services>) -> String {
    let people: Result<u64, StoreError> = services.bilans.store.count_people().await;
    let banks: Vec<_> = services.bilans.catalogue.banks().iter().map(|bank| bank.title.as_str()).collect();
    let people = people.map_or_else(|_| "base indisponible".to_owned(), |people| format!("{people} comptes"));
    format!("Mon application, avec Nexus : {people}, questionnaires : {}.\n", banks.join(", "))
}
