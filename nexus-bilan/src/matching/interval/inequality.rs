//! Inequalities in one unknown, as sets of numbers.

use super::{End, Interval, MAX_PARTS, RealSet, Value};
use crate::matching::number::is_name;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Less { or_equal: bool },
    Greater { or_equal: bool },
    Different,
}

/// Reads `x > 2`, `-1 < x <= 4`, `x < 1 ou x > 2`, `x > 0 et x ≠ 1`; `ou` is read after `et`. All parts are about the same
/// unknown.
pub(super) fn parse(text: &str) -> Option<RealSet> {
    let mut unknown: Option<String> = None;
    let mut union = Vec::new();
    for alternative in text.split(" ou ") {
        let mut set = RealSet(vec![RealSet::everything()]);
        for condition in alternative.split(" et ") {
            let (name, condition) = chain(condition)?;
            if *unknown.get_or_insert_with(|| name.to_owned()) != name {
                return None;
            }
            set = set.intersection(&condition);
        }
        union.extend(set.0);
        if union.len() > MAX_PARTS {
            return None;
        }
    }
    Some(RealSet::of(union))
}

/// One comparison, or a double one whose signs point the same way.
fn chain(text: &str) -> Option<(&str, RealSet)> {
    let mut members = Vec::new();
    let mut relations = Vec::new();
    let mut rest = text;
    while let Some(place) = rest.find(['<', '>', '≠']) {
        let (member, tail) = (rest.get(..place)?, rest.get(place..)?);
        let symbol = tail.chars().next()?;
        let after = tail.get(symbol.len_utf8()..)?;
        let or_equal = after.starts_with('=');
        relations.push(match symbol {
            '<' => Relation::Less { or_equal },
            '>' => Relation::Greater { or_equal },
            _ if or_equal => return None,
            _ => Relation::Different,
        });
        members.push(member.trim());
        rest = if or_equal { after.get(1..)? } else { after };
    }
    members.push(rest.trim());
    match (members.as_slice(), relations.as_slice()) {
        ([left, right], [relation]) if is_unknown(left) => Some((*left, one_sided(*relation, right)?)),
        ([left, right], [relation]) if is_unknown(right) => {
            Some((*right, one_sided(relation.mirrored(), left)?))
        }
        ([low, name, high], [left, right]) if is_unknown(name) => {
            let same_way = matches!(
                (left, right),
                (Relation::Less { .. }, Relation::Less { .. })
                    | (Relation::Greater { .. }, Relation::Greater { .. })
            );
            if !same_way {
                return None;
            }
            let set = one_sided(left.mirrored(), low)?.intersection(&one_sided(*right, high)?);
            // `3 < x < 2` is a slip, not a way to write the empty set.
            (!set.0.is_empty()).then_some((*name, set))
        }
        _ => None,
    }
}

fn is_unknown(text: &str) -> bool {
    is_name(text) && !text.contains('(') && !matches!(text, "e" | "pi" | "oo" | "inf")
}

/// The numbers in this relation with a value.
fn one_sided(relation: Relation, value: &str) -> Option<RealSet> {
    let value = Value::parse(value)?;
    let (low, high) = match relation {
        Relation::Less { or_equal } => (End::Infinite, End::Finite { value, closed: or_equal }),
        Relation::Greater { or_equal } => (End::Finite { value, closed: or_equal }, End::Infinite),
        Relation::Different => return Some(RealSet::without(&[value])),
    };
    Some(RealSet(vec![Interval { low, high }]))
}

impl Relation {
    const fn mirrored(self) -> Self {
        match self {
            Self::Less { or_equal } => Self::Greater { or_equal },
            Self::Greater { or_equal } => Self::Less { or_equal },
            Self::Different => Self::Different,
        }
    }
}
