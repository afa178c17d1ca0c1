//! How texts become values. A message never repeats the value: whoever shows it knows whether it may be shown.

use super::layers::Raw;
use ipnet::IpNet;
use jiff::tz::TimeZone;
use reqwest::Url;
use secrecy::SecretString;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

/// Understands one kind of value.
pub(super) trait Reader {
    /// What it makes.
    type Value;

    /// What a value looks like, in French.
    fn kind(&self) -> String;

    /// Reads a value; the error says in French what is wrong, without the value.
    fn read(&self, raw: &Raw) -> Result<Self::Value, String>;
}

fn single(raw: &Raw) -> Result<&str, String> {
    raw.text().ok_or_else(|| "une seule valeur est attendue, pas une liste".to_owned())
}

/// Any text.
pub(super) struct Text;

impl Reader for Text {
    type Value = String;

    fn kind(&self) -> String {
        "texte".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<String, String> {
        single(raw).map(str::to_owned)
    }
}

/// A file or a folder.
pub(super) struct File;

impl Reader for File {
    type Value = PathBuf;

    fn kind(&self) -> String {
        "chemin".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<PathBuf, String> {
        single(raw).map(PathBuf::from)
    }
}

/// Files, between commas.
pub(super) struct Files;

impl Reader for Files {
    type Value = Vec<PathBuf>;

    fn kind(&self) -> String {
        "liste de chemins".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<Vec<PathBuf>, String> {
        Ok(raw.items().into_iter().map(PathBuf::from).collect())
    }
}

/// Folders, between the separators of the system (`PATH`).
pub(super) struct Folders;

impl Reader for Folders {
    type Value = Vec<PathBuf>;

    fn kind(&self) -> String {
        "liste de dossiers".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<Vec<PathBuf>, String> {
        Ok(match raw {
            Raw::Text(text) => std::env::split_paths(text.trim()).collect(),
            Raw::List(folders) => folders.iter().map(PathBuf::from).collect(),
        })
    }
}

/// Yes or no.
pub(super) struct Flag;

impl Reader for Flag {
    type Value = bool;

    fn kind(&self) -> String {
        "oui ou non".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<bool, String> {
        match single(raw)?.to_ascii_lowercase().as_str() {
            "1" | "true" | "oui" | "on" | "yes" => Ok(true),
            "0" | "false" | "non" | "off" | "no" => Ok(false),
            _ => Err("n'est ni « oui » ni « non »".to_owned()),
        }
    }
}

/// A whole number.
pub(super) struct Whole(pub(super) RangeInclusive<u32>);

impl Reader for Whole {
    type Value = u32;

    fn kind(&self) -> String {
        format!("nombre de {} à {}", self.0.start(), self.0.end())
    }

    fn read(&self, raw: &Raw) -> Result<u32, String> {
        let number: i128 = single(raw)?.parse().map_err(|_| "n'est pas un nombre entier".to_owned())?;
        let value = u32::try_from(number).ok().filter(|value| self.0.contains(value));
        value.ok_or_else(|| format!("doit être compris entre {} et {}", self.0.start(), self.0.end()))
    }
}

/// A duration in whole seconds.
pub(super) struct Seconds(pub(super) RangeInclusive<u32>);

impl Reader for Seconds {
    type Value = Duration;

    fn kind(&self) -> String {
        format!("{} à {} secondes", self.0.start(), self.0.end())
    }

    fn read(&self, raw: &Raw) -> Result<Duration, String> {
        Whole(self.0.clone()).read(raw).map(|seconds| Duration::from_secs(seconds.into()))
    }
}

/// A duration in whole milliseconds.
pub(super) struct Milliseconds(pub(super) RangeInclusive<u32>);

impl Reader for Milliseconds {
    type Value = Duration;

    fn kind(&self) -> String {
        format!("{} à {} millisecondes", self.0.start(), self.0.end())
    }

    fn read(&self, raw: &Raw) -> Result<Duration, String> {
        Whole(self.0.clone()).read(raw).map(|milliseconds| Duration::from_millis(milliseconds.into()))
    }
}

/// One word of a list.
pub(super) struct Choice<T: 'static>(pub(super) &'static [(&'static str, T)]);

impl<T: Copy> Reader for Choice<T> {
    type Value = T;

    fn kind(&self) -> String {
        self.0.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ")
    }

    fn read(&self, raw: &Raw) -> Result<T, String> {
        let text = single(raw)?;
        let found = self.0.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        found
            .map(|(_, value)| *value)
            .ok_or_else(|| format!("n'existe pas ; choisissez parmi {}", self.kind()))
    }
}

/// An address to listen on.
pub(super) struct Socket;

impl Reader for Socket {
    type Value = SocketAddr;

    fn kind(&self) -> String {
        "adresse et port".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<SocketAddr, String> {
        single(raw)?.parse().map_err(|_| "n'est pas une adresse comme 127.0.0.1:8080".to_owned())
    }
}

/// A time zone.
pub(super) struct Zone;

impl Reader for Zone {
    type Value = TimeZone;

    fn kind(&self) -> String {
        "fuseau horaire".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<TimeZone, String> {
        TimeZone::get(single(raw)?)
            .map_err(|_| "n'est pas un fuseau comme Africa/Tunis ou Europe/Paris".to_owned())
    }
}

/// An address on the web, without a slash at its end.
pub(super) struct Web;

impl Reader for Web {
    type Value = String;

    fn kind(&self) -> String {
        "adresse https://".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<String, String> {
        let text = single(raw)?.trim_end_matches('/');
        let url = address(text, &["http", "https"])?;
        if url.username().is_empty() && url.password().is_none() {
            Ok(text.to_owned())
        } else {
            Err("ne peut pas contenir de nom ni de mot de passe".to_owned())
        }
    }
}

/// Origins that browsers may call from: scheme, host and port, nothing else.
pub(super) struct Origins;

impl Reader for Origins {
    type Value = Vec<String>;

    fn kind(&self) -> String {
        "liste d'adresses https://".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<Vec<String>, String> {
        let read = |text: &str| {
            let url = address(text, &["http", "https"])?;
            let bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
            if bare {
                Ok(url.origin().ascii_serialization())
            } else {
                Err("a plus que le nom d'un site".to_owned())
            }
        };
        raw.items().into_iter().map(read).collect()
    }
}

/// An address that may hold a password.
pub(super) struct SecretAddress(pub(super) &'static [&'static str]);

impl Reader for SecretAddress {
    type Value = SecretString;

    fn kind(&self) -> String {
        format!("adresse {}://", self.0.join(":// ou "))
    }

    fn read(&self, raw: &Raw) -> Result<SecretString, String> {
        let text = single(raw)?;
        address(text, self.0).map(|_| text.into())
    }
}

fn address(text: &str, schemes: &[&str]) -> Result<Url, String> {
    let form = || format!("n'est pas une adresse qui commence par {}://", schemes.join(":// ou "));
    let url = Url::parse(text).map_err(|_| form())?;
    if !schemes.contains(&url.scheme()) {
        return Err(form());
    }
    if url.host_str().is_none_or(str::is_empty) && !url.query_pairs().any(|(name, _)| name == "host") {
        return Err("ne nomme aucune machine".to_owned());
    }
    Ok(url)
}

/// A secret of at least so many characters.
pub(super) struct Secret(pub(super) usize);

impl Reader for Secret {
    type Value = SecretString;

    fn kind(&self) -> String {
        if self.0 <= 1 { "secret".to_owned() } else { format!("secret de {} caractères ou plus", self.0) }
    }

    fn read(&self, raw: &Raw) -> Result<SecretString, String> {
        // Not trimmed: the existing application uses the same secret to the last space.
        let text = match raw {
            Raw::Text(text) => text.as_str(),
            Raw::List(_) => single(raw)?,
        };
        if text.chars().count() < self.0 {
            return Err(format!("est trop court : il faut au moins {} caractères", self.0));
        }
        Ok(text.into())
    }
}

/// Secrets, between commas.
pub(super) struct Secrets(pub(super) usize);

impl Reader for Secrets {
    type Value = Vec<SecretString>;

    fn kind(&self) -> String {
        format!("liste de secrets de {} caractères ou plus", self.0)
    }

    fn read(&self, raw: &Raw) -> Result<Vec<SecretString>, String> {
        let items = raw.items();
        if items.iter().any(|item| item.chars().count() < self.0) {
            return Err(format!("en compte un trop court : il faut au moins {} caractères", self.0));
        }
        Ok(items.into_iter().map(SecretString::from).collect())
    }
}

/// Networks (`10.0.0.0/8`) or single machines (`10.0.0.1`).
pub(super) struct Networks;

impl Reader for Networks {
    type Value = Vec<IpNet>;

    fn kind(&self) -> String {
        "liste de réseaux (CIDR)".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<Vec<IpNet>, String> {
        let read = |text: &str| {
            let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| "n'est pas une liste de réseaux comme 10.0.0.0/8, 127.0.0.1".to_owned())
        };
        raw.items().into_iter().map(read).collect()
    }
}

/// The name and the address of somebody who sends mail.
pub(super) struct Sender;

impl Reader for Sender {
    type Value = String;

    fn kind(&self) -> String {
        "adresse de courriel".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<String, String> {
        let text = single(raw)?;
        let read: Result<lettre::message::Mailbox, _> = text.parse();
        read.map(|_| text.to_owned())
            .map_err(|_| "n'est pas une adresse comme « Nexus Réussite <contact@exemple.fr> »".to_owned())
    }
}

/// What the log holds: a level, or levels by module.
pub(super) struct LogFilter;

impl Reader for LogFilter {
    type Value = String;

    fn kind(&self) -> String {
        "error, warn, info, debug, trace, off, ou module=niveau".to_owned()
    }

    fn read(&self, raw: &Raw) -> Result<String, String> {
        // The words of the existing application's logger that have no namesake here.
        let text = match single(raw)? {
            "fatal" => "error",
            "silent" => "off",
            text => text,
        };
        tracing_subscriber::EnvFilter::builder()
            .parse(text)
            .map(|_| text.to_owned())
            .map_err(|_| "n'est pas un niveau comme info ou nexus_http=debug".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<R: Reader>(reader: &R, text: &str) -> Result<R::Value, String> {
        reader.read(&Raw::Text(text.into()))
    }

    #[test]
    fn numbers_stay_in_their_range() {
        for text in ["0", "65", "-1", "1.5", "99999999999999999999", "", "deux", "1e1"] {
            assert!(read(&Whole(1..=64), text).is_err(), "{text}");
        }
        assert_eq!(read(&Whole(1..=64), " 64 "), Ok(64));
        assert_eq!(read(&Milliseconds(1..=9_000), "1500"), Ok(Duration::from_millis(1_500)));
    }

    #[test]
    fn addresses_have_a_known_scheme_and_a_machine() {
        let database = SecretAddress(&["postgresql", "postgres"]);
        for text in ["postgresql://u:p@h/d", "postgres://h", "postgresql:///d?host=/run/postgresql"] {
            assert!(read(&database, text).is_ok(), "{text}");
        }
        for text in ["mysql://x", "postgresql://", "h/d", "", "postgresql:///d"] {
            assert!(read(&database, text).is_err(), "{text}");
        }
        assert_eq!(read(&Web, "https://nexus.tn/"), Ok("https://nexus.tn".to_owned()));
        assert!(read(&Web, "javascript:alert(1)").is_err());
    }

    #[test]
    fn origins_are_bare() {
        let read = |text| read(&Origins, text);
        assert_eq!(
            read("https://Nexus.tn/, http://localhost:3000"),
            Ok(vec!["https://nexus.tn".to_owned(), "http://localhost:3000".to_owned()])
        );
        for text in ["*", "null", "https://nexus.tn/chemin", "https://u@nexus.tn", "nexus.tn"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn networks_may_be_single_machines() {
        let networks = read(&Networks, "10.0.0.0/8, 127.0.0.1, ::1").unwrap();
        assert_eq!(
            networks.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["10.0.0.0/8", "127.0.0.1/32", "::1/128"]
        );
        assert!(read(&Networks, "10.0.0.0/33").is_err() && read(&Networks, "partout").is_err());
    }

    #[test]
    fn log_levels_of_the_existing_application_are_understood() {
        for (text, expected) in [
            ("fatal", "error"),
            ("silent", "off"),
            ("info", "info"),
            ("nexus_http=debug", "nexus_http=debug"),
        ] {
            assert_eq!(read(&LogFilter, text).as_deref(), Ok(expected));
        }
        assert!(read(&LogFilter, "nexus=bavard").is_err());
    }

    #[test]
    fn a_single_value_is_no_list() {
        assert!(Text.read(&Raw::List(vec!["a".into()])).is_err());
    }
}
