use super::{HALF_WIDTH, LABEL_HEIGHT, phases, polar, radar, tones};
use crate::report::RadarAxis;
use crate::scoring::Rational;
use proptest::prelude::*;

/// The golden vectors Q-radar-n: values 10.5, 20.5, … on n axes.
#[test]
fn golden_angles_are_exact() {
    let golden: [(usize, &str); 4] = [
        (1, "(0,11)"),
        (3, "(0,11) (120,21) (240,31)"),
        (6, "(0,11) (60,21) (120,31) (180,41) (240,51) (300,61)"),
        (7, "(0,11) (51,21) (103,31) (154,41) (206,51) (257,61) (309,71)"),
    ];
    for (count, expected) in golden {
        let values: Vec<_> =
            (1..=count).map(|index| Rational::new(20 * i64::try_from(index).unwrap() + 1, 2)).collect();
        let written: Vec<_> = polar(&values)
            .iter()
            .map(|point| format!("({},{})", point.angle, point.value.unwrap()))
            .collect();
        assert_eq!(written.join(" "), expected, "Q-radar-{count}");
    }
}

fn axes(percents: &[Option<u8>]) -> Vec<RadarAxis> {
    percents.iter().map(|percent| RadarAxis { label: "Fonctions".into(), percent: *percent }).collect()
}

#[test]
fn the_first_axis_goes_up_and_the_next_clockwise() {
    let drawn = radar(&axes(&[Some(100), Some(100), Some(100), Some(100)])).unwrap();
    let marks: Vec<_> = drawn.marks.iter().map(|mark| serde_json::to_string(mark).unwrap()).collect();
    assert_eq!(
        marks,
        [
            r#"{"x":"0","y":"25"}"#,
            r#"{"x":"25","y":"0"}"#,
            r#"{"x":"0","y":"-25"}"#,
            r#"{"x":"-25","y":"0"}"#
        ]
    );
    assert_eq!(drawn.surface.len(), 4);
    assert_eq!(drawn.outline.len(), 4);
    assert_eq!(drawn.labels.iter().map(|label| label.side).collect::<Vec<_>>(), ["b", "l", "t", "r"]);
}

#[test]
fn an_axis_without_data_is_dashed_and_interrupts_the_outline() {
    let drawn = radar(&axes(&[Some(50), None, Some(50), Some(50)])).unwrap();
    assert!(drawn.surface.is_empty());
    assert_eq!((drawn.axes.len(), drawn.outline.len(), drawn.marks.len()), (3, 2, 3));
    assert_eq!(drawn.dashes.len(), 10);
    assert_eq!(drawn.labels[1].value, "non évalué");
    assert_eq!(drawn.labels[0].value, "50\u{202f}%");
}

#[test]
fn fewer_than_three_axes_are_no_radar() {
    assert!(radar(&axes(&[Some(1); 2])).is_none());
    assert!(radar(&axes(&[Some(1); 10])).is_none());
    assert!(radar(&[]).is_none());
}

#[test]
fn phases_are_grouped() {
    assert_eq!(tones(["a", "a", "b", "a", "c", "d", "e"].into_iter()), [1, 1, 2, 1, 3, 4, 1]);
    let grouped = phases(&["a", "a", "b", "b"]);
    assert_eq!(
        serde_json::to_value(&grouped).unwrap(),
        serde_json::json!([
            { "x": "0", "width": "85", "tone": 1, "text": "a" },
            { "x": "85", "width": "85", "tone": 2, "text": "b" }
        ])
    );
    assert!(phases(&[]).is_empty());
}

proptest! {
    /// The boxes of labels, three lines high, meet neither each other nor the margins.
    #[test]
    fn labels_have_their_own_room(percents in prop::collection::vec(prop::option::of(0_u8..=100), 3..=9)) {
        let drawn = radar(&axes(&percents)).unwrap();
        let boxes: Vec<_> = drawn.labels.iter().map(|label| {
            let (x, y, width) = (label.at.x.0, label.at.y.0, label.width.0);
            let half = LABEL_HEIGHT / 2.0;
            match label.side {
                "l" => (x, x + width, y - half, y + half),
                "r" => (x - width, x, y - half, y + half),
                "b" => (x - width / 2.0, x + width / 2.0, y, y + LABEL_HEIGHT),
                _ => (x - width / 2.0, x + width / 2.0, y - LABEL_HEIGHT, y),
            }
        }).collect();
        for (index, first) in boxes.iter().enumerate() {
            prop_assert!(first.0 >= -HALF_WIDTH && first.1 <= HALF_WIDTH, "{:?}", first);
            prop_assert!(first.2 >= -drawn.centre.0 && first.3 <= drawn.height.0 - drawn.centre.0 + 1e-9, "{:?}", first);
            for second in &boxes[index + 1..] {
                let apart = first.1 <= second.0 || second.1 <= first.0 || first.3 <= second.2 || second.3 <= first.2;
                prop_assert!(apart, "{:?} {:?}", first, second);
            }
        }
    }
}
