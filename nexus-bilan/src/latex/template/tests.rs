use super::{TEMPLATES, insert};
use crate::latex::PREAMBLE;
use std::collections::HashMap;

/// What would insert a value without escaping it, or be eaten by Handlebars.
#[test]
fn no_template_inserts_a_raw_value() {
    for (name, text) in TEMPLATES {
        for raw in ["{{{", "{{&", "\\{{", "{{~{", "{{~&"] {
            assert!(!text.contains(raw), "{name} holds {raw}");
        }
    }
}

#[test]
fn the_name_is_a_macro_outside_formulas() {
    assert_eq!(
        insert("[ELEVE] a lu [ELEVE]. [ELEVE] sait"),
        "\\NexusFirstNameStart{} a lu \\NexusFirstName{}. \\NexusFirstNameStart{} sait"
    );
    assert_eq!(insert("$[ELEVE]$"), "\\$\\NexusFirstName{}\\$");
    assert_eq!(insert("50 %"), "50 \\%");
}

/// Relative luminance of an sRGB colour, as WCAG 2.2 defines it.
fn luminance(hexadecimal: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

#[test]
fn colours_of_text_are_readable() {
    let mut colours: HashMap<&str, &str> = PREAMBLE
        .lines()
        .filter_map(|line| line.strip_prefix("\\definecolor{")?.strip_suffix('}')?.split_once("}{HTML}{"))
        .collect();
    colours.insert("white", "FFFFFF");
    let pairs = [
        ("NexusSlate", "white"),
        ("NexusSlate", "NexusBlueTint"),
        ("NexusSlate", "NexusVioletTint"),
        ("NexusSlate", "NexusGreenTint"),
        ("NexusSlate", "NexusAmberTint"),
        ("NexusSlate", "NexusSlateTint"),
        ("NexusGrey", "white"),
        ("NexusGrey", "NexusSlateTint"),
        ("NexusBlue", "white"),
        ("NexusViolet", "white"),
        ("NexusGreenText", "white"),
        ("NexusAmberText", "white"),
        ("NexusBlue", "NexusBlueTint"),
        ("NexusViolet", "NexusVioletTint"),
        ("NexusGreenText", "NexusGreenTint"),
        ("NexusAmberText", "NexusAmberTint"),
        ("NexusAmberText", "NexusSlateTint"),
        ("NexusSky", "NexusSlate"),
        ("white", "NexusSlate"),
    ];
    for (text, ground) in pairs {
        let (one, other) = (luminance(colours[text]), luminance(colours[ground]));
        let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
        assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
    }
}
