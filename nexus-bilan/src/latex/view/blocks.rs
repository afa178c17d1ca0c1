//! The blocks of a report, as the templates see them. The name of a variant is the name of its partial.

use super::Words;
use crate::latex::charts::{self, Phase, Radar};
use crate::latex::format;
use crate::report::{
    BandWord, BarRow, Block, Callout, ItemRow, NodeRow, OfferCard, PlanWeek, Priority, RadarAxis, Statement,
    Tone, TraitRow, Variant,
};
use crate::scoring::{MasteryClass, Rational};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum BlockView {
    Paragraph {
        paragraphs: Vec<String>,
    },
    Bullets {
        items: Vec<String>,
    },
    Callout(CalloutView),
    Radar {
        radar: Option<Radar>,
        table: Vec<AxisView>,
        table_height: usize,
    },
    /// `height` is what the table is likely to take, in millimetres: it goes to the next page rather than be cut.
    Bars {
        rows: Vec<BarView>,
        height: usize,
    },
    Priorities {
        items: Vec<PriorityView>,
    },
    Plan {
        phases: Vec<Phase>,
        weeks: Vec<WeekView>,
        total: String,
    },
    Traits {
        rows: Vec<TraitView>,
    },
    Offer(OfferView),
    Items {
        rows: Vec<ItemView>,
    },
    Nodes {
        rows: Vec<NodeView>,
    },
    Figures {
        rows: Vec<FigureView>,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct CalloutView {
    shape: &'static str,
    word: &'static str,
    bar: &'static str,
    tint: &'static str,
    title: String,
    text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct AxisView {
    label: String,
    value: String,
    /// Length of a bar, when the figures have no radar and something was evaluated.
    length: Option<u8>,
}

#[derive(Debug, Serialize)]
pub(super) struct BarView {
    label: String,
    length: Option<u8>,
    /// Ends of the error bar, in percent with one decimal.
    whisker: Option<Whisker>,
    points: String,
    percent: String,
    interval: String,
    answered: String,
    shape: &'static str,
    class: &'static str,
}

#[derive(Debug, Serialize)]
struct Whisker {
    low: String,
    high: String,
}

#[derive(Debug, Serialize)]
pub(super) struct PriorityView {
    rank: u32,
    title: String,
    why: String,
    actions: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct WeekView {
    number: u8,
    tone: usize,
    phase: String,
    goal: String,
    duration: String,
    actions: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct TraitView {
    label: String,
    /// Place of the mark on its scale, 0 to 100.
    position: Option<i64>,
    value: String,
    reading: String,
    answered: String,
}

#[derive(Debug, Serialize)]
pub(super) struct OfferView {
    name: String,
    description: String,
    why: Vec<String>,
    alternatives: Vec<String>,
    /// For staff only.
    rule: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ItemView {
    id: String,
    notion: String,
    shape: &'static str,
    status: String,
    points: String,
    confidence: String,
    diagnosis: String,
}

#[derive(Debug, Serialize)]
pub(super) struct NodeView {
    label: String,
    standing: String,
    profile: String,
    percent: String,
    answered: String,
    criticality: u8,
    before: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct FigureView {
    label: String,
    value: String,
}

/// The blocks of a section; empty ones are left out.
pub(super) fn views(blocks: &[Block], words: &Words, variant: Variant) -> Vec<BlockView> {
    blocks
        .iter()
        .enumerate()
        .filter_map(|(index, block)| {
            let followed_by_bars = blocks.iter().skip(index).any(|later| matches!(later, Block::Bars { .. }));
            view(block, words, variant, followed_by_bars)
        })
        .collect()
}

/// Height in millimetres of a heading with the blocks that should not leave it: the paragraphs that introduce a chart,
/// and the chart.
pub(super) fn need(blocks: &[BlockView]) -> usize {
    let mut height = 16;
    for block in blocks {
        height += match block {
            BlockView::Paragraph { paragraphs } => 12 * paragraphs.len(),
            BlockView::Radar { radar: Some(_), .. } => 80,
            BlockView::Bars { height, .. } | BlockView::Radar { table_height: height, .. } => *height,
            // A short table is not cut: its heading waits for the page that holds it.
            BlockView::Figures { rows } if rows.len() <= 6 => 14 + 7 * rows.len(),
            BlockView::Plan { .. } | BlockView::Priorities { .. } | BlockView::Offer(_) => 40,
            _ => 16,
        };
        if !matches!(block, BlockView::Paragraph { .. }) {
            break;
        }
    }
    // A long introduction may be cut.
    height.min(150)
}

fn view(block: &Block, words: &Words, variant: Variant, followed_by_bars: bool) -> Option<BlockView> {
    let view = match block {
        Block::Paragraph { statement } => BlockView::Paragraph { paragraphs: paragraphs(statement, words)? },
        Block::Bullets { items } => BlockView::Bullets { items: statements(items, words)? },
        Block::Callout(callout) => BlockView::Callout(callout_view(callout, words)),
        Block::Radar { axes } => radar_view(axes, words, followed_by_bars)?,
        Block::Bars { rows } => {
            BlockView::Bars { rows: filled(rows, |row| bar(row, words))?, height: table_height(rows.len()) }
        }
        Block::Priorities { items } => {
            BlockView::Priorities { items: filled(items, |item| priority(item, words))? }
        }
        Block::Plan { weeks } => plan(weeks, words)?,
        Block::Traits { rows } => BlockView::Traits { rows: filled(rows, |row| trait_view(row, words))? },
        Block::Offer(offer) => BlockView::Offer(offer_view(offer, words, variant)),
        Block::Items { rows } => BlockView::Items { rows: filled(rows, |row| item(row, words))? },
        Block::Nodes { rows } => BlockView::Nodes { rows: filled(rows, |row| node(row, words))? },
        Block::Figures { rows } => BlockView::Figures {
            rows: filled(rows, |(label, value)| FigureView {
                label: words.label(label),
                value: words.cell(value),
            })?,
        },
    };
    Some(view)
}

/// `None` for an empty list: LaTeX has no empty lists and readers need none.
fn filled<T, V>(rows: &[T], view: impl Fn(&T) -> V) -> Option<Vec<V>> {
    (!rows.is_empty()).then(|| rows.iter().map(view).collect())
}

/// The paragraphs of a text, which blank lines separate.
fn paragraphs(statement: &Statement, words: &Words) -> Option<Vec<String>> {
    let text = words.prose(&statement.text);
    let paragraphs: Vec<_> =
        text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    (!paragraphs.is_empty()).then_some(paragraphs)
}

fn statements(items: &[Statement], words: &Words) -> Option<Vec<String>> {
    filled(items, |item| words.prose(&item.text))
}

fn cells(items: &[Statement], words: &Words) -> Vec<String> {
    items.iter().map(|item| words.cell(&item.text)).collect()
}

fn callout_view(callout: &Callout, words: &Words) -> CalloutView {
    let (shape, word, bar, tint) = match callout.tone {
        Tone::Positive => ("positive", "POINT D’APPUI", "NexusGreenText", "NexusGreenTint"),
        Tone::Neutral => ("neutral", "À SAVOIR", "NexusBlue", "NexusBlueTint"),
        Tone::Attention => ("attention", "À SURVEILLER", "NexusAmberText", "NexusAmberTint"),
    };
    let (title, text) = (words.label(&callout.title), words.prose(&callout.statement.text));
    CalloutView { shape, word, bar, tint, title, text }
}

fn radar_view(axes: &[RadarAxis], words: &Words, followed_by_bars: bool) -> Option<BlockView> {
    let named: Vec<_> = axes
        .iter()
        .map(|axis| RadarAxis {
            label: words.label(&axis.label),
            percent: axis.percent.map(|value| value.min(100)),
        })
        .collect();
    let radar = charts::radar(&named);
    let table: Vec<_> = if followed_by_bars {
        Vec::new()
    } else {
        named
            .into_iter()
            .map(|axis| AxisView {
                value: axis
                    .percent
                    .map_or_else(|| "non évalué".to_owned(), |_| format::percent(axis.percent)),
                label: axis.label,
                length: axis.percent,
            })
            .collect()
    };
    (radar.is_some() || !table.is_empty()).then(|| BlockView::Radar {
        radar,
        table_height: table_height(table.len()),
        table,
    })
}

/// Height of a table of so many rows, in millimetres; a table taller than half a page may be cut.
const fn table_height(rows: usize) -> usize {
    if rows > 12 { 40 } else { 18 + 8 * rows }
}

fn bar(row: &BarRow, words: &Words) -> BarView {
    let ends = row.interval.and_then(format::ends);
    BarView {
        label: words.label(&row.label),
        length: row.percent.map(|percent| percent.min(100)),
        whisker: ends.map(|(low, high)| Whisker { low: format!("{low:.1}"), high: format!("{high:.1}") }),
        points: format::points(row.points, row.max),
        percent: format::percent(row.percent),
        interval: format::interval(ends),
        answered: format::answered(row.answered, row.items),
        shape: shape(row.class),
        class: row.class.label(),
    }
}

const fn shape(class: BandWord) -> &'static str {
    match class.0 {
        MasteryClass::Weak => "weak",
        MasteryClass::Medium => "medium",
        MasteryClass::Strong => "strong",
        MasteryClass::Insufficient => "insufficient",
    }
}

fn priority(item: &Priority, words: &Words) -> PriorityView {
    PriorityView {
        rank: item.rank,
        title: words.label(&item.title),
        why: words.prose(&item.why.text),
        actions: item.actions.iter().map(|action| words.prose(&action.text)).collect(),
    }
}

fn plan(weeks: &[PlanWeek], words: &Words) -> Option<BlockView> {
    let names: Vec<_> = weeks.iter().map(|week| words.label(&week.phase)).collect();
    let tones = charts::tones(names.iter().map(String::as_str));
    let phases = charts::phases(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let total = format::duration(weeks.iter().fold(0_u32, |sum, week| sum.saturating_add(week.minutes)));
    let weeks: Vec<_> = weeks
        .iter()
        .zip(names)
        .zip(tones)
        .map(|((week, phase), tone)| WeekView {
            number: week.number,
            tone,
            phase,
            goal: words.label(&week.goal),
            duration: format::duration(week.minutes),
            actions: cells(&week.actions, words),
        })
        .collect();
    (!weeks.is_empty()).then_some(BlockView::Plan { phases, weeks, total })
}

fn trait_view(row: &TraitRow, words: &Words) -> TraitView {
    TraitView {
        label: words.label(&row.label),
        position: row.value.and_then(|value| position(value, row.min, row.max)),
        value: row.value.map_or_else(
            || "–".to_owned(),
            |value| format!("{} sur {}", format::number(value), format::number(row.max)),
        ),
        reading: words.label(&row.reading),
        answered: format::answered(row.answered, row.items),
    }
}

/// Where a value stands on its scale, in whole percent kept 4 away from the ends so that the mark stays inside.
fn position(value: Rational, min: Rational, max: Rational) -> Option<i64> {
    let share = value.checked_sub(min)?.checked_div(max.checked_sub(min)?)?;
    Some(share.checked_mul(Rational::whole(100))?.round_half_up().clamp(4, 96))
}

fn offer_view(offer: &OfferCard, words: &Words, variant: Variant) -> OfferView {
    OfferView {
        name: words.label(&offer.name),
        description: words.prose(&offer.description),
        why: offer.why.iter().map(|why| words.prose(&why.text)).collect(),
        alternatives: offer.alternatives.iter().map(|name| words.label(name)).collect(),
        rule: (variant == Variant::Nexus).then(|| words.label(&offer.rule)),
    }
}

fn item(row: &ItemRow, words: &Words) -> ItemView {
    let shape = if row.max > Rational::ZERO && row.points >= row.max {
        "right"
    } else if row.points > Rational::ZERO {
        "partial"
    } else if row.status == "Faux" {
        "wrong"
    } else {
        "other"
    };
    ItemView {
        id: crate::latex::escape::cut_to(&row.item_id, super::LABEL),
        notion: words.label(&row.notion),
        shape,
        status: words.label(&row.status),
        points: format::points(row.points, row.max),
        confidence: row.confidence.map_or_else(|| "–".to_owned(), |confidence| confidence.to_string()),
        diagnosis: row.diagnosis.as_deref().map_or_else(String::new, |diagnosis| words.cell(diagnosis)),
    }
}

fn node(row: &NodeRow, words: &Words) -> NodeView {
    NodeView {
        label: words.label(&row.label),
        standing: words.label(&row.standing),
        profile: row.profile.as_deref().map_or_else(|| "–".to_owned(), |profile| words.label(profile)),
        percent: row.percent.map_or_else(|| "–".to_owned(), format::share),
        answered: format::answered(row.answered, row.items),
        criticality: row.criticality,
        before: row.before.iter().map(|label| words.label(label)).collect(),
    }
}
