use super::{AuditHead, AuditLog, AuditRow};
use crate::StoreError;
use std::fmt;

/// Something that is wrong with the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditFinding {
    /// The row does not have the hash that it was sealed with.
    Changed {
        /// Its id.
        id: i64,
        /// Its place.
        sequence: i64,
    },
    /// The row was changed and given a hash that fits; the row after it remembers another one.
    Rewritten {
        /// Its id.
        id: i64,
        /// Its place.
        sequence: i64,
    },
    /// Rows are missing.
    Missing {
        /// First missing place.
        from: i64,
        /// Last missing place.
        to: i64,
        /// Id of the row before them.
        after: Option<i64>,
        /// Id of the row after them; absent at the end of the chain.
        before: Option<i64>,
    },
    /// The row stands at a place that is another row's, or beyond the end.
    Inserted {
        /// Its id.
        id: i64,
        /// The place that it claims.
        sequence: i64,
    },
    /// The row that holds the end of the chain is gone or does not fit the last row.
    Head,
    /// The chain does not contain the end that was noted before: it was rewritten or cut off.
    NotedHead {
        /// The place that was noted.
        sequence: i64,
    },
}

impl fmt::Display for AuditFinding {
    /// In French: it is read by whoever has to act.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { id, sequence } => {
                write!(formatter, "ligne {id} (maillon {sequence}) : modifiée après coup")
            }
            Self::Rewritten { id, sequence } => {
                write!(
                    formatter,
                    "ligne {id} (maillon {sequence}) : remplacée, son empreinte a été recalculée"
                )
            }
            Self::Missing { from, to, after, before } => {
                if from == to {
                    write!(formatter, "maillon {from} : ligne supprimée")?;
                } else {
                    write!(formatter, "maillons {from} à {to} : lignes supprimées")?;
                }
                match (after, before) {
                    (Some(after), Some(before)) => write!(formatter, " entre les lignes {after} et {before}"),
                    (Some(after), None) => write!(formatter, " après la ligne {after}, à la fin du journal"),
                    (None, Some(before)) => {
                        write!(formatter, " avant la ligne {before}, au début du journal")
                    }
                    (None, None) => write!(formatter, " (le journal est vide)"),
                }
            }
            Self::Inserted { id, sequence } => {
                write!(
                    formatter,
                    "ligne {id} : ajoutée hors de la chaîne (elle prétend être le maillon {sequence})"
                )
            }
            Self::Head => write!(formatter, "la fin de la chaîne (audit_head) manque ou ne correspond pas"),
            Self::NotedHead { sequence } => write!(
                formatter,
                "la chaîne ne contient pas la fin notée (maillon {sequence}) : elle a été réécrite ou coupée"
            ),
        }
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// Sealed rows that were read.
    pub rows: u64,
    /// Rows that the existing application wrote and nobody has sealed yet: they prove nothing so far.
    pub unsealed: u64,
    /// The end of the chain as its last row gives it.
    pub head: AuditHead,
    /// What is wrong.
    pub findings: Vec<AuditFinding>,
}

/// Reads a chain from its beginning, row by row.
#[derive(Debug)]
pub struct Verifier {
    expected: AuditHead,
    noted: Option<AuditHead>,
    noted_found: bool,
    last: Option<LastRow>,
    rows: u64,
    findings: Vec<AuditFinding>,
}

#[derive(Debug)]
struct LastRow {
    id: i64,
    sequence: i64,
    intact: bool,
}

impl Verifier {
    /// Begins; `noted` is an end of the chain that an operator has kept elsewhere.
    pub fn new(noted: Option<AuditHead>) -> Self {
        let expected = AuditHead::empty();
        let noted_found = noted.as_ref().is_none_or(|noted| *noted == expected);
        Self { expected, noted, noted_found, last: None, rows: 0, findings: Vec::new() }
    }

    /// Takes the next sealed row, in the order of the chain.
    pub fn next(&mut self, row: &AuditRow) {
        let Some(link) = &row.link else { return };
        self.rows += 1;
        let intact = row.hash_at(link.sequence, &link.previous_hash) == link.hash;
        if link.sequence <= self.expected.sequence {
            self.same_place(row, link.sequence, intact);
            return;
        }
        let follows = link.sequence == self.expected.sequence + 1;
        if !follows {
            self.findings.push(AuditFinding::Missing {
                from: self.expected.sequence + 1,
                to: link.sequence - 1,
                after: self.last.as_ref().map(|last| last.id),
                before: Some(row.id),
            });
        }
        if !intact {
            self.findings.push(AuditFinding::Changed { id: row.id, sequence: link.sequence });
        }
        if follows && link.previous_hash != self.expected.hash {
            self.blame(row, link.sequence, &link.hash);
        }
        self.note(link.sequence, &link.hash);
        self.expected = AuditHead { sequence: link.sequence, hash: link.hash.clone() };
        self.last = Some(LastRow { id: row.id, sequence: link.sequence, intact });
    }

    /// Of two rows at one place, the one whose hash fits belongs there; the first one when both do.
    fn same_place(&mut self, row: &AuditRow, sequence: i64, intact: bool) {
        if let (Some(last), Some(link)) = (&mut self.last, &row.link)
            && intact
            && last.sequence == sequence
            && !last.intact
        {
            let changed = AuditFinding::Changed { id: last.id, sequence };
            let inserted = AuditFinding::Inserted { id: last.id, sequence };
            self.findings
                .iter_mut()
                .filter(|finding| **finding == changed)
                .for_each(|finding| *finding = inserted.clone());
            *last = LastRow { id: row.id, sequence, intact };
            self.expected.hash.clone_from(&link.hash);
            self.note(sequence, &link.hash);
        } else {
            self.findings.push(AuditFinding::Inserted { id: row.id, sequence });
        }
    }

    /// A row remembers another hash than the one before it has. The row itself is to blame when only its memory was changed;
    /// otherwise the one before it was replaced, unless that one was found changed already.
    fn blame(&mut self, row: &AuditRow, sequence: i64, hash: &str) {
        let memory_was_changed = row.hash_at(sequence, &self.expected.hash) == hash;
        if memory_was_changed {
            return;
        }
        match &self.last {
            Some(last) if last.intact => {
                let finding = AuditFinding::Rewritten { id: last.id, sequence: last.sequence };
                self.findings.push(finding);
            }
            Some(_) => {}
            // Nothing stands before the first row: it was replaced itself.
            None => self.findings.push(AuditFinding::Rewritten { id: row.id, sequence }),
        }
    }

    fn note(&mut self, sequence: i64, hash: &str) {
        self.noted_found |=
            self.noted.as_ref().is_some_and(|noted| noted.sequence == sequence && noted.hash == hash);
    }

    /// Ends with the stored end of the chain and the number of rows that are not sealed.
    pub fn finish(mut self, stored: Option<&AuditHead>, unsealed: u64) -> AuditReport {
        match stored {
            Some(stored) if stored.sequence > self.expected.sequence => {
                self.findings.push(AuditFinding::Missing {
                    from: self.expected.sequence + 1,
                    to: stored.sequence,
                    after: self.last.as_ref().map(|last| last.id),
                    before: None,
                });
            }
            Some(stored) if stored.sequence < self.expected.sequence => {
                let last = self.last.as_ref().map_or((0, 0), |last| (last.id, last.sequence));
                self.findings.push(AuditFinding::Inserted { id: last.0, sequence: last.1 });
            }
            Some(stored) if stored.hash == self.expected.hash => {}
            // A last row that was found changed explains that the end does not fit.
            Some(_) if self.last.as_ref().is_some_and(|last| !last.intact) => {}
            Some(_) if self.last.is_some() => {
                let last = self.last.as_ref().map_or((0, 0), |last| (last.id, last.sequence));
                self.findings.push(AuditFinding::Rewritten { id: last.0, sequence: last.1 });
            }
            Some(_) | None => self.findings.push(AuditFinding::Head),
        }
        if let Some(noted) = self.noted.filter(|_| !self.noted_found) {
            self.findings.push(AuditFinding::NotedHead { sequence: noted.sequence });
        }
        AuditReport { rows: self.rows, unsealed, head: self.expected, findings: self.findings }
    }
}

/// Rows that are read at a time.
const PAGE: u32 = 1_000;

/// Reads the whole log from a view that stands still, and tells everything that is wrong with it.
///
/// # What it cannot tell
/// Somebody who may change the database's rules can rewrite the chain from any row to its end, the stored end included; only
/// an end that was noted elsewhere (`noted`) shows that. Rows are vouched for from the moment in which they were sealed.
pub async fn verify_audit(
    log: &dyn AuditLog,
    noted: Option<AuditHead>,
    mut progress: impl FnMut(u64) + Send,
) -> Result<AuditReport, StoreError> {
    let mut reader = log.read_audit().await?;
    let stored = reader.head().await?;
    let unsealed = reader.unsealed().await?;
    let mut verifier = Verifier::new(noted);
    let mut place = (i64::MIN, i64::MIN);
    loop {
        let page = reader.sealed_after(place.0, place.1, PAGE).await?;
        for row in &page {
            if let Some(link) = &row.link {
                place = (link.sequence, row.id);
            }
            verifier.next(row);
        }
        progress(verifier.rows);
        if page.len() < PAGE as usize {
            return Ok(verifier.finish(stored.as_ref(), unsealed));
        }
    }
}

#[cfg(test)]
mod tests;
