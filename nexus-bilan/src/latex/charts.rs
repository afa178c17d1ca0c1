//! Geometry of the charts: from figures to coordinates in millimetres. The templates draw them and nothing else.

use super::escape::cut_to;
use super::format;
use crate::report::RadarAxis;
use crate::scoring::Rational;
use serde::{Serialize, Serializer};

/// Radius of the radar at 100 %.
const RADIUS: f64 = 25.0;
/// From the end of an axis to its label.
const GAP: f64 = 3.0;
/// Half of the width of the page's text.
const HALF_WIDTH: f64 = 85.0;
/// Widest label.
const LABEL_WIDTH: f64 = 46.0;
/// Height of a label of two lines and its value.
const LABEL_HEIGHT: f64 = 9.0;
/// Width of a character on the band of phases.
const CHARACTER: f64 = 1.9;
/// A radar has so many axes.
const AXES: std::ops::RangeInclusive<usize> = 3..=9;

/// A value on an axis of the radar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolarPoint {
    /// Degrees from the top, clockwise, in whole degrees.
    pub angle: u32,
    /// Whole percent, 0 to 100; `None` when nothing was evaluated.
    pub value: Option<u8>,
}

/// Places values on equally spaced axes: the angle of the i-th of n is 360·i/n, the value is rounded; halves go up.
pub fn polar(values: &[Option<Rational>]) -> Vec<PolarPoint> {
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX).max(1);
    (0..count)
        .zip(values)
        .map(|(index, value)| PolarPoint {
            angle: (720 * index + count) / (2 * count),
            value: value.map(|value| u8::try_from(value.round_half_up().clamp(0, 100)).unwrap_or(0)),
        })
        .collect()
}

/// A length or coordinate in millimetres, with two decimals at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Millimetres(f64);

impl Serialize for Millimetres {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Adding zero turns −0 into 0.
        let rounded = (self.0 * 100.0).round() / 100.0 + 0.0;
        serializer.serialize_str(&rounded.to_string())
    }
}

/// A point of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Point {
    x: Millimetres,
    y: Millimetres,
}

/// A line between two points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Segment {
    from: Point,
    to: Point,
}

/// The name and the value at the end of an axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Label {
    at: Point,
    /// `l`, `r`, `t` or `b`: which side of the label is at the point.
    side: &'static str,
    width: Millimetres,
    text: String,
    value: String,
}

/// A radar, ready to be drawn around the origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Radar {
    /// Height of the picture.
    height: Millimetres,
    /// From the bottom of the picture to the origin.
    centre: Millimetres,
    /// Rings at 25 and 100 %.
    rings: Vec<Vec<Point>>,
    /// Rings at the thresholds, 50 and 75 %.
    thresholds: Vec<Vec<Point>>,
    /// Where the rings say their percentage.
    scale: Vec<(Point, u8)>,
    /// Axes with a value.
    axes: Vec<Segment>,
    /// Dashes of the axes without one.
    dashes: Vec<Segment>,
    /// The surface, when every axis has a value; empty otherwise.
    surface: Vec<Point>,
    /// The outline, between neighbours that both have a value.
    outline: Vec<Segment>,
    /// The values.
    marks: Vec<Point>,
    labels: Vec<Label>,
}

/// Draws a radar; `None` unless it has 3 to 9 axes.
pub(super) fn radar(axes: &[RadarAxis]) -> Option<Radar> {
    if !AXES.contains(&axes.len()) {
        return None;
    }
    let values: Vec<_> =
        axes.iter().map(|axis| axis.percent.map(|percent| Rational::whole(percent.into()))).collect();
    let points = polar(&values);
    let ring =
        |percent: u8| points.iter().map(|point| place(point.angle, radius_of(percent))).collect::<Vec<_>>();
    let neighbours = points.iter().zip(points.iter().cycle().skip(1));
    let outline = neighbours
        .filter_map(|(from, to)| Some(Segment { from: place_value(*from)?, to: place_value(*to)? }))
        .collect();
    let marks: Vec<_> = points.iter().copied().filter_map(place_value).collect();
    let labels: Vec<_> =
        axes.iter().zip(&points).map(|(axis, point)| label(axis, *point, axes.len())).collect();
    let lowest = points.iter().map(|point| RADIUS * radians(point.angle).cos()).fold(0.0, f64::min);
    let centre = -lowest + GAP + LABEL_HEIGHT;
    Some(Radar {
        height: Millimetres(centre + RADIUS + GAP + LABEL_HEIGHT),
        centre: Millimetres(centre),
        rings: vec![ring(25), ring(100)],
        thresholds: vec![ring(50), ring(75)],
        scale: scale(points.len()),
        axes: points
            .iter()
            .filter(|point| point.value.is_some())
            .map(|point| Segment { from: shifted(0.0, 0.0), to: place(point.angle, RADIUS) })
            .collect(),
        dashes: points
            .iter()
            .filter(|point| point.value.is_none())
            .flat_map(|point| dashes(point.angle))
            .collect(),
        surface: if marks.len() == points.len() { marks.clone() } else { Vec::new() },
        outline,
        marks,
        labels,
    })
}

/// Where the rings say their percentage: in the middle of their last side, at the left of the first axis.
fn scale(count: usize) -> Vec<(Point, u8)> {
    let half = std::f64::consts::PI / count as f64;
    [25, 50, 75, 100]
        .map(|percent| {
            let distance = radius_of(percent) * half.cos();
            (shifted(-distance * half.sin(), distance * half.cos()), percent)
        })
        .to_vec()
}

fn label(axis: &RadarAxis, point: PolarPoint, count: usize) -> Label {
    let (x, y) = radians(point.angle).sin_cos();
    let distance = RADIUS + GAP;
    let (side, width) = if x.abs() < 0.2 {
        // Between the labels of both neighbours.
        let room = 2.0 * distance * (std::f64::consts::TAU / count as f64).sin() - 1.0;
        (if y > 0.0 { "b" } else { "t" }, room.min(LABEL_WIDTH))
    } else {
        let room = HALF_WIDTH - distance * x.abs() - 1.0;
        (if x > 0.0 { "l" } else { "r" }, room.min(LABEL_WIDTH))
    };
    // Labels at the sides of the lowest or highest axes move away from the centre, so that they do not touch it.
    let lift = if x.abs() < 0.2 { 0.0 } else { 3.0 * y };
    Label {
        at: shifted(distance * x, distance * y + lift),
        side,
        width: Millimetres(width),
        text: axis.label.clone(),
        value: axis.percent.map_or_else(|| "non évalué".to_owned(), |percent| format::percent(Some(percent))),
    }
}

/// Dashes of 1.5 mm, every 2.5 mm.
fn dashes(angle: u32) -> impl Iterator<Item = Segment> {
    (0..10_u32).map(move |index| {
        let start = f64::from(index) * 2.5;
        Segment { from: place(angle, start), to: place(angle, start + 1.5) }
    })
}

fn place_value(point: PolarPoint) -> Option<Point> {
    point.value.map(|value| place(point.angle, radius_of(value)))
}

fn radius_of(percent: u8) -> f64 {
    RADIUS * f64::from(percent) / 100.0
}

fn radians(angle: u32) -> f64 {
    f64::from(angle).to_radians()
}

/// The point of an axis at a distance from the centre: the first axis goes up, the next ones clockwise.
fn place(angle: u32, distance: f64) -> Point {
    let (sine, cosine) = radians(angle).sin_cos();
    shifted(distance * sine, distance * cosine)
}

const fn shifted(x: f64, y: f64) -> Point {
    Point { x: Millimetres(x), y: Millimetres(y) }
}

/// One stretch of weeks in the same phase, on the band above the plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Phase {
    x: Millimetres,
    width: Millimetres,
    /// 1 to 4, in the order in which phases first appear.
    tone: usize,
    text: String,
}

/// Gives each week the number of its phase, 1 to 4, in the order in which phases first appear.
pub(super) fn tones<'a>(phases: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut seen: Vec<&str> = Vec::new();
    phases
        .map(|phase| {
            let index = seen.iter().position(|known| *known == phase).unwrap_or_else(|| {
                seen.push(phase);
                seen.len() - 1
            });
            index % 4 + 1
        })
        .collect()
}

/// Groups neighbouring weeks of the same phase into stretches over the width of the text.
pub(super) fn phases(weeks: &[&str]) -> Vec<Phase> {
    let unit = 2.0 * HALF_WIDTH / weeks.len().max(1) as f64;
    let tones = tones(weeks.iter().copied());
    let mut stretches: Vec<Phase> = Vec::new();
    for (index, (week, tone)) in weeks.iter().zip(tones).enumerate() {
        match stretches.last_mut() {
            Some(last) if last.text == *week => last.width.0 += unit,
            _ => stretches.push(Phase {
                x: Millimetres(index as f64 * unit),
                width: Millimetres(unit),
                tone,
                text: (*week).to_owned(),
            }),
        }
    }
    for stretch in &mut stretches {
        // The band is a reminder: the week itself has the whole name.
        stretch.text = cut_to(&stretch.text, characters_in(stretch.width.0));
    }
    stretches
}

/// How many characters the band of phases shows in a width, at least one.
fn characters_in(width: f64) -> usize {
    (1..200_u8).take_while(|count| f64::from(*count) * CHARACTER <= width).last().unwrap_or(1).into()
}

#[cfg(test)]
#[path = "charts/tests.rs"]
mod tests;
