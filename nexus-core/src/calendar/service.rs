use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stored and transmitted name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads a stored or transmitted name, as it is written: case matters.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == text)
            }
        }
    };
}
pub(super) use words;

words! {
    /// What a lesson costs by (`ServiceType` of the existing application).
    ServiceType {
        /// An individual lesson at a distance.
        Online = "COURS_ONLINE",
        /// An individual lesson at the school.
        InPerson = "COURS_PRESENTIEL",
        /// A workshop for several pupils.
        Workshop = "ATELIER_GROUPE",
    }
}

words! {
    /// Where a lesson takes place (`SessionModality`).
    Modality {
        /// At a distance.
        Online = "ONLINE",
        /// At the school.
        InPerson = "IN_PERSON",
        /// Both.
        Hybrid = "HYBRID",
    }
}

words! {
    /// For how many a lesson is (`SessionType`).
    SessionKind {
        /// For one pupil.
        Individual = "INDIVIDUAL",
        /// For some, who each have a seat.
        Group = "GROUP",
        /// For many, who each have a seat.
        Masterclass = "MASTERCLASS",
    }
}

impl ServiceType {
    /// Where such a lesson takes place unless something else is said.
    pub const fn modality(self) -> Modality {
        match self {
            Self::Online => Modality::Online,
            Self::InPerson | Self::Workshop => Modality::InPerson,
        }
    }
}

impl SessionKind {
    /// Whether it has seats.
    pub const fn has_seats(self) -> bool {
        !matches!(self, Self::Individual)
    }
}

/// The price of a lesson in milli-credits (decision 7): an hour at a distance is one credit, an hour at the school 1.25; a
/// workshop is 1.5 credits, however long. Of a part of an hour, half a milli-credit is rounded up.
pub const fn price(service: ServiceType, minutes: u16) -> i64 {
    let per_hour = match service {
        ServiceType::Online => 1_000,
        ServiceType::InPerson => 1_250,
        ServiceType::Workshop => return 1_500,
    };
    (per_hour * minutes as i64 + 30) / 60
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vector C1.
    #[test]
    fn prices() {
        for (service, minutes, milli_credits) in [
            (ServiceType::Online, 60, 1_000),
            (ServiceType::Online, 30, 500),
            (ServiceType::Online, 50, 833),
            (ServiceType::Online, 180, 3_000),
            (ServiceType::InPerson, 60, 1_250),
            (ServiceType::InPerson, 30, 625),
            (ServiceType::InPerson, 45, 938),
            (ServiceType::InPerson, 90, 1_875),
            (ServiceType::Workshop, 60, 1_500),
            (ServiceType::Workshop, 120, 1_500),
        ] {
            assert_eq!(price(service, minutes), milli_credits, "{service:?} {minutes}");
        }
    }

    /// Vector C2.
    #[test]
    fn an_unknown_service_has_no_price() {
        for text in ["", "COURS", "cours_online", "MASTERCLASS"] {
            assert_eq!(ServiceType::parse(text), None, "{text}");
        }
        for service in ServiceType::ALL {
            assert_eq!(serde_json::to_value(service).unwrap(), service.as_str());
        }
    }
}
