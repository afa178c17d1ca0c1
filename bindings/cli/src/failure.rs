//! Why a command failed: a place in the table of errors, a French sentence, an exit code.

use nexus_bilan::use_cases::{BilanError, ProcessError};
use nexus_core::{Coded, ErrorClass, ErrorCode, StoreError};
use nexus_runtime::{ConfigurationErrors, StartError, TracesError};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The configuration is wrong.
    #[error(transparent)]
    Configuration(#[from] ConfigurationErrors),
    /// The services cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The traces cannot be sent.
    #[error(transparent)]
    Traces(#[from] TracesError),
    /// A use-case refused.
    #[error(transparent)]
    Bilan(#[from] BilanError),
    /// A document could not be made.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Any other error of the domain.
    #[error("{0}")]
    Domain(Box<dyn Coded + Send + Sync>),
    /// A file cannot be read.
    #[error("{} cannot be read", .0.display())]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// A file cannot be written.
    #[error("{} cannot be written", .0.display())]
    Unwritable(PathBuf, #[source] std::io::Error),
    /// The address is taken or not allowed.
    #[error("cannot listen")]
    Listen(String, #[source] std::io::Error),
    /// Said in full by the command.
    #[error("{1}")]
    Told(ErrorCode, String),
}

impl Failure {
    pub(crate) fn unreadable(path: &Path, error: std::io::Error) -> Self {
        Self::Unreadable(path.to_owned(), error)
    }

    pub(crate) fn unwritable(path: &Path, error: std::io::Error) -> Self {
        Self::Unwritable(path.to_owned(), error)
    }

    pub(crate) fn domain(error: impl Coded + Send + Sync + 'static) -> Self {
        Self::Domain(Box::new(error))
    }

    /// 2 for what the person can mend in his input or configuration, 3 for what may work later, 1 for the rest.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.code().class() {
            ErrorClass::Malformed | ErrorClass::Invalid | ErrorClass::NotFound | ErrorClass::Conflict => 2,
            ErrorClass::Unavailable => 3,
            _ => 1,
        })
    }
}

fn file_code(error: &std::io::Error) -> ErrorCode {
    match error.kind() {
        std::io::ErrorKind::StorageFull => ErrorCode::StorageFull,
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            ErrorCode::StorageReadOnly
        }
        _ => ErrorCode::InvalidField,
    }
}

impl Coded for Failure {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Configuration(error) => error.code(),
            Self::Start(error) => error.code(),
            Self::Traces(error) => error.code(),
            Self::Bilan(error) => error.code(),
            Self::Process(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Domain(error) => error.code(),
            Self::Unreadable(..) => ErrorCode::InvalidField,
            Self::Unwritable(_, error) => file_code(error),
            Self::Listen(..) => ErrorCode::InvalidConfiguration,
            Self::Told(code, _) => *code,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Configuration(error) => error.sentence(),
            Self::Start(error) => error.sentence(),
            Self::Traces(error) => error.sentence(),
            Self::Bilan(error) => error.sentence(),
            Self::Process(error) => error.sentence(),
            Self::Store(error) => error.sentence(),
            Self::Domain(error) => error.sentence(),
            Self::Unreadable(path, error) => format!("« {} » : {}.", path.display(), in_french(error)),
            Self::Unwritable(path, error) => {
                format!("Impossible d'écrire « {} » : {}.", path.display(), in_french(error))
            }
            Self::Listen(address, error) => {
                format!("Impossible d'écouter sur {address} : {}.", in_french(error))
            }
            Self::Told(_, sentence) => sentence.clone(),
        }
    }
}

fn in_french(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "ce fichier n'existe pas",
        std::io::ErrorKind::PermissionDenied => "l'accès est refusé",
        std::io::ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        std::io::ErrorKind::StorageFull => "le disque est plein",
        std::io::ErrorKind::IsADirectory => "c'est un dossier",
        std::io::ErrorKind::AddrInUse => "cette adresse est déjà prise",
        std::io::ErrorKind::AddrNotAvailable => "cette adresse n'est pas celle de la machine",
        _ => "le système a refusé",
    }
}
