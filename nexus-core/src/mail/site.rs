use super::OneTimeLink;
use jiff::tz::TimeZone;

/// What every mail says about the school, and where its links lead.
#[derive(Debug, Clone)]
pub struct MailSite {
    /// Address of the site, without a final slash: `https://nexusreussite.academy`.
    pub url: String,
    /// Name of the school.
    pub school: String,
    /// Where families write to.
    pub contact: String,
    /// The zone in which times are written.
    pub zone: TimeZone,
    /// The town after which the zone is called, for people: `Tunis`.
    pub zone_name: String,
}

impl MailSite {
    /// The site of a school in a zone of the time-zone database.
    pub fn new(
        url: impl AsRef<str>,
        school: impl Into<String>,
        contact: impl Into<String>,
        zone: TimeZone,
    ) -> Self {
        let town = zone.iana_name().and_then(|name| name.rsplit('/').next()).unwrap_or("UTC");
        Self {
            url: url.as_ref().trim_end_matches('/').to_owned(),
            school: school.into(),
            contact: contact.into(),
            zone_name: town.replace('_', " "),
            zone,
        }
    }

    /// The address behind a one-time link. The token comes after `#`: browsers keep that part for the page, so that no server,
    /// proxy or log on the way sees it.
    pub fn link(&self, link: &OneTimeLink) -> String {
        format!("{}{}#jeton={}", self.url, link.page().path(), link.token())
    }

    /// The sign-in page.
    pub fn sign_in(&self) -> String {
        format!("{}/auth/signin", self.url)
    }

    /// The page on which a new password is asked for.
    pub fn forgotten_password(&self) -> String {
        format!("{}/auth/mot-de-passe-oublie", self.url)
    }
}
