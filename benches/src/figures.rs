//! Figures of repeated measures, and a table that a terminal and a page both show well.

use std::time::Duration;

/// The value below which this share of the values lies (nearest rank); 0 for none.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share.clamp(0.0, 1.0) * sorted.len() as f64).ceil();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a rank between 0 and the length
    let place = (rank as usize).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(0.0)
}

/// The middle value.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// A duration in milliseconds.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Whether a target is met, in the words of the table.
pub const fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

/// Lines of a table: what was measured, the figure, the target and whether it is met.
#[derive(Debug, Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    /// A figure that is reported only.
    pub fn report(&mut self, name: &str, figure: impl Into<String>) {
        self.0.push([name.to_owned(), figure.into(), String::new(), String::new()]);
    }

    /// A figure with a target.
    pub fn against(&mut self, name: &str, figure: impl Into<String>, target: &str, met: bool) {
        self.0.push([name.to_owned(), figure.into(), target.to_owned(), verdict(met).to_owned()]);
    }

    /// Prints it, with a title.
    pub fn print(&self, title: &str) {
        let head = [title, "measured", "target", ""].map(str::to_owned);
        let width = |column: usize| {
            self.0.iter().chain([&head]).map(|line| line[column].chars().count()).max().unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2)];
        println!();
        for [name, figure, target, met] in [&head].into_iter().chain(&self.0) {
            let [first, second, third] = widths;
            println!("{}", format!("{name:<first$}  {figure:>second$}  {target:>third$}  {met}").trim_end());
        }
        println!();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert!((median(&values) - 3.0).abs() < f64::EPSILON);
        assert!((percentile(&values, 0.99) - 5.0).abs() < f64::EPSILON);
        assert!((percentile(&values, 0.0) - 1.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 0.5).abs() < f64::EPSILON);
    }
}
