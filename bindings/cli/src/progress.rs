//! Progress on anything that a person has to wait for.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A line that turns while a step runs. Without a terminal, each step is one printed line.
pub(crate) struct Steps {
    bar: ProgressBar,
}

impl Steps {
    /// A line for `count` steps.
    pub(crate) fn new(count: u64) -> Self {
        let bar = ProgressBar::new(count);
        let style = ProgressStyle::with_template("{spinner:.cyan} [{pos}/{len}] {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }

    /// A line for steps whose number is not known.
    pub(crate) fn unbounded() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }

    /// Names the step that begins.
    pub(crate) fn begin(&self, message: impl Into<String>) {
        let message = message.into();
        if self.bar.is_hidden() {
            eprintln!("· {message}");
        }
        self.bar.set_message(message);
    }

    /// Prints, without the line in the way.
    pub(crate) fn aside(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Tells how far the step is, where somebody watches.
    pub(crate) fn count(&self, message: impl Into<String>) {
        self.bar.set_message(message.into());
    }

    /// Ends the step.
    pub(crate) fn end(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
