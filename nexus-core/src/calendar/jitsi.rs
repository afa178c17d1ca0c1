//! Video rooms.

use super::{CalendarPolicy, Interval, SessionStatus};
use crate::{Pseudonyms, SessionId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::Timestamp;
use std::fmt::Write;
use url::Url;

/// The server that is used unless another is configured.
pub const DEFAULT_SERVER: &str = "https://meet.jit.si";

/// The room of a lesson: 160 bits that only who has the secret of the server can compute. Who is told it once may come back,
/// who knows the lesson's id cannot.
pub fn room_name(secret: &Pseudonyms, lesson: &SessionId) -> String {
    let digest = secret.of(&[b"video room", lesson.as_str().as_bytes()]).into_bytes();
    digest.iter().take(20).fold("nexus-".to_owned(), |mut name, byte| {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// The room that the existing application wrote into its old links: guessable by whoever knows the lesson's id, and shared by
/// lessons whose ids begin alike. Only for telling which lesson an old link belongs to; no lesson gets one any more.
pub fn former_room(lesson: &str, seed: &str) -> String {
    let code = STANDARD_NO_PAD.encode(format!("{lesson}-{seed}"));
    let code = code.chars().filter(char::is_ascii_alphanumeric).take(12);
    let code: String = code.map(|letter| letter.to_ascii_lowercase()).collect();
    format!("nexus-reussite-{}-{code}", lesson.chars().take(8).collect::<String>())
}

/// Whether the room of a lesson is open: from a while before it to a while after it, both included, as long as the lesson is
/// active.
pub fn is_open(status: SessionStatus, lesson: &Interval, policy: &CalendarPolicy, now: Timestamp) -> bool {
    let opens = lesson.start().checked_sub(policy.margin).unwrap_or(Timestamp::MIN);
    let closes = lesson.end().checked_add(policy.margin).unwrap_or(Timestamp::MAX);
    status.is_active() && opens <= now && now <= closes
}

/// Where a room is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomAddress {
    /// The server: scheme, host and port.
    pub server: String,
    /// The room; empty when the address names none.
    pub room: String,
}

/// Reads the address of a room; `None` when it is no address.
pub fn parse(address: &str) -> Option<RoomAddress> {
    let url = Url::parse(address).ok()?;
    url.host()?;
    Some(RoomAddress {
        server: url.origin().ascii_serialization(),
        room: url.path().trim_start_matches('/').to_owned(),
    })
}

/// The address of a room for one person: in French, muted by nobody, straight into the room. The settings stand behind `#`,
/// where Jitsi reads them, and where no server logs the name of a child; each value is JSON, as Jitsi wants it.
pub fn join_address(server: &str, room: &str, displayed_name: &str, is_host: bool) -> String {
    let text = |value: &str| serde_json::Value::from(value);
    let mut settings = vec![
        ("userInfo.displayName", text(displayed_name)),
        ("config.startWithAudioMuted", false.into()),
        ("config.startWithVideoMuted", false.into()),
        ("config.prejoinPageEnabled", false.into()),
        ("config.subject", text("Session Nexus Réussite")),
        ("config.defaultLanguage", text("fr")),
    ];
    if !is_host {
        settings.push(("config.disableModeratorIndicator", true.into()));
        settings.push(("config.disableProfile", true.into()));
    }
    settings.extend([
        ("interfaceConfig.SHOW_JITSI_WATERMARK", false.into()),
        ("interfaceConfig.SHOW_WATERMARK_FOR_GUESTS", false.into()),
        ("interfaceConfig.BRAND_WATERMARK_LINK", text("")),
        ("interfaceConfig.SHOW_POWERED_BY", false.into()),
    ]);
    let pairs: Vec<_> =
        settings.iter().map(|(name, value)| format!("{name}={}", percent(&value.to_string()))).collect();
    format!("{}/{room}#{}", server.trim_end_matches('/'), pairs.join("&"))
}

/// As `encodeURIComponent` does: a space is `%20`, since Jitsi does not read `+` as one.
fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PseudonymKey;
    use std::collections::HashSet;

    fn secret(byte: u8) -> Pseudonyms {
        Pseudonyms::new(&PseudonymKey::new([byte; 32]))
    }

    fn lesson(id: &str) -> SessionId {
        SessionId::parse(id).unwrap()
    }

    /// Vector J1, and the collision of J2 in what the existing application made.
    #[test]
    fn old_links_can_still_be_read() {
        for (lesson, room) in [
            ("cmf1vek3u00r5qs94ctqulawl", "nexus-reussite-cmf1vek3-y21mmxzlazn1"),
            ("session-123", "nexus-reussite-session--c2vzc2lvbi0x"),
            ("a", "nexus-reussite-a-ys1uzxh1cy1k"),
            ("ab", "nexus-reussite-ab-ywitbmv4dxmt"),
        ] {
            assert_eq!(former_room(lesson, "nexus-default"), room);
        }
        assert_eq!(former_room("cmf1vek3u00zzzzzzzzzzzzzz", "seedX"), "nexus-reussite-cmf1vek3-y21mmxzlazn1");
    }

    /// Vectors J2 and J5.
    #[test]
    fn a_room_is_of_its_lesson_and_of_the_secret() {
        let one = room_name(&secret(1), &lesson("cmf1vek3u00r5qs94ctqulawl"));
        assert_eq!(one, room_name(&secret(1), &lesson("cmf1vek3u00r5qs94ctqulawl")));
        let others = [
            room_name(&secret(1), &lesson("cmf1vek3u00zzzzzzzzzzzzzz")),
            room_name(&secret(2), &lesson("cmf1vek3u00r5qs94ctqulawl")),
            one.clone(),
        ];
        assert_eq!(others.iter().collect::<HashSet<_>>().len(), 3);
        assert_eq!(one.len(), "nexus-".len() + 40);
        assert!(one["nexus-".len()..].bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    /// Vector J3.
    #[test]
    fn addresses_are_read() {
        for (address, expected) in [
            ("https://meet.jit.si/nexus-abc", Some(("https://meet.jit.si", "nexus-abc"))),
            ("https://h:8443/r1", Some(("https://h:8443", "r1"))),
            ("https://meet.jit.si/", Some(("https://meet.jit.si", ""))),
            ("not a url", None),
        ] {
            let read = parse(address);
            let read = read.as_ref().map(|read| (read.server.as_str(), read.room.as_str()));
            assert_eq!(read, expected, "{address}");
        }
    }

    fn pairs(address: &str) -> Vec<(String, serde_json::Value)> {
        let (_, fragment) = address.split_once('#').unwrap();
        fragment
            .split('&')
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap();
                let (decoded, _) = url::form_urlencoded::parse(value.as_bytes()).next().unwrap();
                (name.to_owned(), serde_json::from_str(&decoded).unwrap())
            })
            .collect()
    }

    /// Vector J4: the same pairs, behind `#`.
    #[test]
    fn the_settings_are_french_and_the_host_keeps_his_rights() {
        let guest = join_address("https://meet.jit.si/", "nexus-abc", "Élève Test", false);
        assert!(
            guest.starts_with(
                "https://meet.jit.si/nexus-abc#userInfo.displayName=%22%C3%89l%C3%A8ve%20Test%22&"
            )
        );
        assert!(!guest.contains('?') && !guest.contains('+'));
        let names = |address: &str| pairs(address).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(
            names(&guest),
            [
                "userInfo.displayName",
                "config.startWithAudioMuted",
                "config.startWithVideoMuted",
                "config.prejoinPageEnabled",
                "config.subject",
                "config.defaultLanguage",
                "config.disableModeratorIndicator",
                "config.disableProfile",
                "interfaceConfig.SHOW_JITSI_WATERMARK",
                "interfaceConfig.SHOW_WATERMARK_FOR_GUESTS",
                "interfaceConfig.BRAND_WATERMARK_LINK",
                "interfaceConfig.SHOW_POWERED_BY"
            ]
        );
        let value = |name: &str| pairs(&guest).into_iter().find(|(known, _)| known == name).unwrap().1;
        assert_eq!(value("config.subject"), "Session Nexus Réussite");
        assert_eq!(value("config.defaultLanguage"), "fr");
        assert_eq!(value("config.prejoinPageEnabled"), false);
        let host = join_address("https://meet.jit.si", "nexus-abc", "Coach H", true);
        assert!(!host.contains("disableProfile") && !host.contains("disableModeratorIndicator"));
        let sly = join_address("https://meet.jit.si", "r", "a&config.prejoinPageEnabled=true#\"", false);
        assert_eq!(pairs(&sly)[0].1, "a&config.prejoinPageEnabled=true#\"");
        assert_eq!(pairs(&sly).len(), 12);
    }

    /// Vector J6.
    #[test]
    fn a_room_is_open_around_its_lesson() {
        let lesson = Interval::from_minutes("2025-09-08T14:00:00Z".parse().unwrap(), 60).unwrap();
        for (time, open) in
            [("13:44", false), ("13:45", true), ("14:30", true), ("15:15", true), ("15:16", false)]
        {
            let now: Timestamp = format!("2025-09-08T{time}:00Z").parse().unwrap();
            let policy = CalendarPolicy::default();
            assert_eq!(is_open(SessionStatus::Scheduled, &lesson, &policy, now), open, "{time}");
            assert!(!is_open(SessionStatus::Cancelled, &lesson, &policy, now));
        }
    }
}
