use super::Variant;
use crate::lifecycle::BilanState;
use nexus_core::Role;
use nexus_core::rights::Permit;

/// Who reads, as far as reports care. It comes from the reader's role and from nothing that he sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The pupil.
    Pupil,
    /// The family.
    Family,
    /// A coach: part of the staff, without the family's letter.
    Coach,
    /// The office, and the system itself.
    Office,
}

impl Audience {
    /// The audience of whoever holds a permit.
    pub fn of(permit: &Permit) -> Self {
        match permit.actor().map(|actor| actor.role) {
            Some(Role::Eleve) => Self::Pupil,
            Some(Role::Parent) => Self::Family,
            Some(Role::Coach) => Self::Coach,
            Some(Role::Assistante | Role::Admin) | None => Self::Office,
        }
    }

    /// Every variant that may be read, the most fitting first.
    pub const fn variants(self) -> &'static [Variant] {
        match self {
            Self::Pupil => &[Variant::Eleve, Variant::General],
            Self::Family => &[Variant::Parent, Variant::Eleve, Variant::General],
            Self::Coach => &[Variant::Nexus, Variant::Eleve, Variant::General],
            Self::Office => &[Variant::General, Variant::Eleve, Variant::Parent, Variant::Nexus],
        }
    }

    /// Whether a variant may be read.
    pub fn may_read(self, variant: Variant) -> bool {
        self.variants().contains(&variant)
    }

    /// The variant that is written for this reader.
    pub fn own_variant(self) -> Variant {
        self.variants().first().copied().unwrap_or(Variant::General)
    }

    /// Whether the documents of a bilan in this state are open to this reader: to the family once they are published, to the
    /// staff as soon as they exist.
    pub const fn is_open(self, state: BilanState) -> bool {
        match self {
            Self::Pupil | Self::Family => matches!(state, BilanState::Published),
            Self::Coach | Self::Office => state.has_report(),
        }
    }

    /// The word that the existing pages poll for. A report that waits for its review is not done for the family.
    pub const fn job_status(self, state: BilanState) -> &'static str {
        if state.has_report() && !self.is_open(state) { "running" } else { state.job_status() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Audience; 4] = [Audience::Pupil, Audience::Family, Audience::Coach, Audience::Office];

    /// Decision 23: the staff's variant is for the staff, and offers (`parent`, `nexus`) are not for pupils.
    #[test]
    fn nobody_reads_what_is_written_for_others() {
        for audience in ALL {
            assert!(audience.may_read(audience.own_variant()));
        }
        assert!(!Audience::Pupil.may_read(Variant::Nexus) && !Audience::Family.may_read(Variant::Nexus));
        assert!(!Audience::Pupil.may_read(Variant::Parent) && !Audience::Coach.may_read(Variant::Parent));
    }

    #[test]
    fn nothing_reaches_a_family_before_it_is_published() {
        for state in [BilanState::ReportPendingReview, BilanState::Validated, BilanState::Rejected] {
            assert!(!Audience::Family.is_open(state) && Audience::Coach.is_open(state));
            assert_eq!(
                (Audience::Pupil.job_status(state), Audience::Office.job_status(state)),
                ("running", "done")
            );
        }
        assert!(ALL.iter().all(|audience| audience.is_open(BilanState::Published)));
        assert!(!ALL.iter().any(|audience| audience.is_open(BilanState::Submitted)));
    }
}
