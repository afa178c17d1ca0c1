use crate::arguments::ServeCommand;
use crate::failure::Failure;
use nexus_http::HttpState;
use nexus_runtime::{
    Configuration, Overrides, ProcessMeasures, SecretOrigin, Services, Workshop, migrate_when_possible,
};
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// `nexus serve`.
pub(crate) async fn run(overrides: Overrides, command: &ServeCommand) -> Result<ExitCode, Failure> {
    let examination = Configuration::examine(&overrides);
    let notices: Vec<_> = examination.notices().map(ToString::to_string).collect();
    let configuration = examination.into_configuration()?;
    for notice in notices {
        tracing::warn!(notice, "configuration");
    }
    let services = Services::open(&configuration).await?;
    // Refused before anything is changed or listened to.
    let state = services.http_state(&configuration)?;
    migrate_when_possible(&services.store, &configuration).await?;
    welcome(&configuration, &services).await;
    serve(&configuration, &services, state, !command.no_worker).await?;
    Ok(ExitCode::SUCCESS)
}

/// What somebody who starts for the first time could not guess.
async fn welcome(configuration: &Configuration, services: &Services) {
    if let SecretOrigin::Drawn(path) = &services.secrets.origin {
        eprintln!(
            "Aucun secret de session n'est configuré : un secret a été tiré au sort et gardé dans « {} » (développement \
             seulement ; renseignez NEXTAUTH_SECRET pour partager les sessions avec le site).",
            path.display()
        );
    }
    if services.bilans.store.count_people().await.is_ok_and(|people| people == 0)
        && !configuration.is_production()
    {
        eprintln!("La base est vide : « nexus seed » y met une école d'essai.");
    }
}

/// Serves, and works, until Ctrl-C or SIGTERM; requests and documents in hand are finished.
pub(crate) async fn serve(
    configuration: &Configuration,
    services: &Services,
    state: HttpState,
    with_worker: bool,
) -> Result<(), Failure> {
    let address = configuration.listen.to_string();
    let listener = TcpListener::bind(configuration.listen)
        .await
        .map_err(|error| Failure::Listen(address.clone(), error))?;
    let bound = listener.local_addr().map_or(address, |address| address.to_string());
    eprintln!("Nexus écoute sur http://{bound} (Ctrl-C pour arrêter).");

    let (stopping, stopped) = watch::channel(false);
    let worker = with_worker.then(|| {
        let workshop = services.workshop(configuration);
        tokio::spawn(work(workshop, wait_for(stopped.clone())))
    });
    let folding = tokio::spawn(async { ProcessMeasures::install().keep_folded().await });
    let signal = tokio::spawn(async move {
        interruption().await;
        let _ = stopping.send(true);
    });
    let served = nexus_http::serve(listener, state, wait_for(stopped)).await;
    signal.abort();
    folding.abort();
    if let Some(worker) = worker {
        let _ = worker.await;
    }
    services.store.close().await;
    served.map_err(|error| Failure::Listen(bound, error))
}

/// Works until it is told to stop.
pub(crate) async fn work(workshop: Workshop, until: impl Future<Output = ()>) {
    if workshop.job_lanes > 0
        && let Err(error) = workshop.bilans.renderer.prepare().await
    {
        // Told now, and by each job.
        tracing::error!(error = &error as &dyn std::error::Error, "the typesetting engine is not ready");
    }
    workshop.work_until(until).await;
}

async fn wait_for(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is an end too.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Ctrl-C or SIGTERM.
pub(crate) async fn interruption() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
