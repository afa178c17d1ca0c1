use serde::{Deserialize, Serialize};

/// Where an effect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum EffectState {
    /// Waiting for its time, or claimed by a worker that has handed nothing over yet.
    Pending,
    /// A worker is handing it over, or disappeared while it did.
    Sending,
    /// Accepted by the other side. Its payload is erased.
    Sent,
    /// Given up, with a reason; a person has to look.
    Dead,
    /// It may have been accepted; a person has to decide.
    Ambiguous,
    /// A person decided that it shall not be sent (again). Its payload is erased.
    Discarded,
}

/// What a person decides about an effect that no worker goes on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonDecision {
    /// Send it, at the risk of sending it twice.
    Retry,
    /// Let it be.
    Discard,
}

/// The state of the effect does not allow the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an effect that is {state:?} cannot be decided about in this way")]
pub struct InvalidDecision {
    /// Where the effect stands.
    pub state: EffectState,
}

impl EffectState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Sending, Self::Sent, Self::Dead, Self::Ambiguous, Self::Discarded];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Sending => "SENDING",
            Self::Sent => "SENT",
            Self::Dead => "DEAD",
            Self::Ambiguous => "AMBIGUOUS",
            Self::Discarded => "DISCARDED",
        }
    }

    /// Reads a stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The word for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "en attente",
            Self::Sending => "en cours d'envoi",
            Self::Sent => "envoyé",
            Self::Dead => "abandonné",
            Self::Ambiguous => "à vérifier",
            Self::Discarded => "écarté",
        }
    }

    /// Whether nothing will ever happen to it again.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Sent | Self::Discarded)
    }

    /// The state that follows a person's decision.
    ///
    /// # Errors
    /// [`InvalidDecision`] on an effect that is settled, and on one that a worker still goes on with: it is waited for.
    pub const fn after(self, decision: PersonDecision) -> Result<Self, InvalidDecision> {
        match (self, decision) {
            (Self::Dead | Self::Ambiguous, PersonDecision::Retry) => Ok(Self::Pending),
            (Self::Dead | Self::Ambiguous, PersonDecision::Discard) => Ok(Self::Discarded),
            _ => Err(InvalidDecision { state: self }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_match_their_json() {
        for state in EffectState::ALL {
            assert_eq!(EffectState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert_eq!(EffectState::parse("sent"), None);
    }

    #[test]
    fn a_person_decides_only_where_no_worker_goes_on() {
        for state in EffectState::ALL {
            let open = matches!(state, EffectState::Dead | EffectState::Ambiguous);
            assert_eq!(state.after(PersonDecision::Retry).is_ok(), open, "{state:?}");
            assert_eq!(state.after(PersonDecision::Discard).is_ok(), open, "{state:?}");
        }
    }
}
