//! The secret that seals sessions: configured, or drawn once and kept, never a constant.

use crate::configuration::Configuration;
use crate::system::SystemSecrets;
use nexus_core::{Coded, ErrorCode, SecretSource};
use secrecy::{ExposeSecret, SecretString};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Name of the kept secret in the data folder.
const FILE: &str = "session-secret";

/// Random bytes of a drawn secret; twice as many characters.
const DRAWN: usize = 32;

/// Where the secret of the sessions comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretOrigin {
    /// From the configuration.
    Configured,
    /// From the data folder, where an earlier run kept it.
    Kept(PathBuf),
    /// Drawn now, and kept in the data folder.
    Drawn(PathBuf),
}

/// The secrets that open sessions.
#[derive(Debug, Clone)]
pub struct SessionSecrets {
    /// Seals new sessions, and opens them.
    pub current: SecretString,
    /// Open older sessions.
    pub previous: Vec<SecretString>,
    /// Where the current one comes from.
    pub origin: SecretOrigin,
}

impl SessionSecrets {
    /// The one that seals, then those that still open.
    pub fn all(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionSecretError {
    /// The kept secret cannot be read or written.
    #[error("the kept session secret cannot be read or written")]
    File(PathBuf, #[source] io::Error),
    /// Others may read the kept secret.
    #[error("the kept session secret may be read by others")]
    Exposed(PathBuf),
    /// The kept secret was cut or emptied.
    #[error("the kept session secret is too short")]
    Short(PathBuf),
}

impl Coded for SessionSecretError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::File(_, error) if error.kind() == io::ErrorKind::StorageFull => ErrorCode::StorageFull,
            Self::File(..) => ErrorCode::StorageReadOnly,
            Self::Exposed(_) | Self::Short(_) => ErrorCode::InvalidConfiguration,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::File(path, _) => format!(
                "Le secret des sessions ne peut être ni lu ni gardé dans « {} » ; corrigez ce dossier ou renseignez \
                 NEXTAUTH_SECRET.",
                path.display()
            ),
            Self::Exposed(path) => format!(
                "« {} » peut être lu par d'autres comptes de cette machine : supprimez-le (les sessions ouvertes le seront \
                 à nouveau) ou réservez-le avec « chmod 600 ».",
                path.display()
            ),
            Self::Short(path) => format!(
                "« {} » ne contient plus de secret utilisable : supprimez-le, un autre sera tiré au sort.",
                path.display()
            ),
        }
    }
}

/// The configured secret; without one, outside production, the one of the data folder, drawn if there is none yet.
/// (In production the configuration was refused before this.)
///
/// # Errors
/// See [`SessionSecretError`].
pub fn session_secrets(configuration: &Configuration) -> Result<SessionSecrets, SessionSecretError> {
    let previous = configuration.previous_session_secrets.clone();
    if let Some(current) = configuration.session_secret.clone() {
        return Ok(SessionSecrets { current, previous, origin: SecretOrigin::Configured });
    }
    let path = configuration.data.join(FILE);
    if let Some(current) = read(&path)? {
        return Ok(SessionSecrets { current, previous, origin: SecretOrigin::Kept(path) });
    }
    let (current, drawn) = draw(&path)?;
    let origin = if drawn { SecretOrigin::Drawn(path) } else { SecretOrigin::Kept(path) };
    Ok(SessionSecrets { current, previous, origin })
}

fn read(path: &Path) -> Result<Option<SecretString>, SessionSecretError> {
    let failed = |error| SessionSecretError::File(path.to_owned(), error);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    // Asked of the opened file, not of the name.
    if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(SessionSecretError::Exposed(path.to_owned()));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    let secret = SecretString::from(text.trim());
    if secret.expose_secret().len() < 2 * DRAWN {
        return Err(SessionSecretError::Short(path.to_owned()));
    }
    Ok(Some(secret))
}

/// Writes a new secret under a name of its own, then gives it the final name unless another process was faster: whole or
/// not at all, and the same for everybody. The answer says whether this process drew it.
fn draw(path: &Path) -> Result<(SecretString, bool), SessionSecretError> {
    let failed = |error| SessionSecretError::File(path.to_owned(), error);
    let mut bytes = [0; DRAWN + 4];
    SystemSecrets.fill(&mut bytes);
    let (secret, mark) = bytes.split_at(DRAWN);
    let mut text = hexadecimal(secret);
    let own_name = path.with_extension(hexadecimal(mark));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let written = write(&own_name, &text).and_then(|()| std::fs::hard_link(&own_name, path));
    // What remains under its own name is of no use to anybody, whatever happened.
    let _ = std::fs::remove_file(&own_name);
    match written {
        Ok(()) => Ok((std::mem::take(&mut text).into(), true)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let other = read(path)?.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
            Ok((other, false))
        }
        Err(error) => Err(failed(error)),
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::Overrides;
    use std::collections::{BTreeMap, HashSet};

    fn configuration(data: &Path, secret: Option<&str>) -> Configuration {
        let overrides = Overrides { data: Some(data.to_owned()), ..Overrides::default() };
        let environment: BTreeMap<_, _> =
            secret.map(|secret| ("NEXTAUTH_SECRET".to_owned(), secret.to_owned())).into_iter().collect();
        Configuration::from_sources(&overrides, &environment).unwrap()
    }

    #[test]
    fn a_configured_secret_leaves_the_data_folder_alone() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = session_secrets(&configuration(folder.path(), Some("dev-secret"))).unwrap();
        assert_eq!(
            (secrets.current.expose_secret(), secrets.origin),
            ("dev-secret", SecretOrigin::Configured)
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_drawn_secret_is_kept_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("données");
        let configuration = configuration(&data, None);
        let first = session_secrets(&configuration).unwrap();
        let path = data.join(FILE);
        assert_eq!(first.origin, SecretOrigin::Drawn(path.clone()));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1);
        let second = session_secrets(&configuration).unwrap();
        assert_eq!(second.origin, SecretOrigin::Kept(path));
        assert_eq!(first.current.expose_secret(), second.current.expose_secret());
        assert!(first.current.expose_secret().len() >= 64);
        assert!(!format!("{first:?}").contains(first.current.expose_secret()));
    }

    #[test]
    fn many_at_once_agree() {
        let folder = tempfile::tempdir().unwrap();
        let configuration = configuration(folder.path(), None);
        let secrets: HashSet<String> = std::thread::scope(|scope| {
            let tasks: Vec<_> =
                (0..16).map(|_| scope.spawn(|| session_secrets(&configuration).unwrap())).collect();
            tasks.into_iter().map(|task| task.join().unwrap().current.expose_secret().to_owned()).collect()
        });
        assert_eq!(secrets.len(), 1);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_exposed_or_emptied_secret_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let configuration = configuration(folder.path(), None);
        session_secrets(&configuration).unwrap();
        let path = folder.path().join(FILE);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(session_secrets(&configuration), Err(SessionSecretError::Exposed(_))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, "abc").unwrap();
        let error = session_secrets(&configuration).unwrap_err();
        assert!(matches!(error, SessionSecretError::Short(_)) && error.sentence().ends_with('.'));
    }
}
