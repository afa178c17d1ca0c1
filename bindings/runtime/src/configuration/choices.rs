//! Settings that are one word of a list.

/// Where the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deployment {
    /// On the machine of somebody who works on it.
    Development,
    /// In a test.
    Test,
    /// Where families are served.
    Production,
}

impl Deployment {
    pub(super) const WORDS: &[(&str, Self)] =
        &[("development", Self::Development), ("test", Self::Test), ("production", Self::Production)];
}

/// Which typesetting engine is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RendererChoice {
    /// tectonic when it is compiled in, latexmk otherwise.
    Automatic,
    /// The sandboxed engine.
    Tectonic,
    /// `latexmk -xelatex` of the machine.
    Latexmk,
}

impl RendererChoice {
    pub(super) const WORDS: &[(&str, Self)] =
        &[("auto", Self::Automatic), ("tectonic", Self::Tectonic), ("latexmk", Self::Latexmk)];
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS asked for on a plain connection, and insisted upon.
    StartTls,
    /// None; for a relay on this very machine.
    None,
}

impl MailSecurity {
    /// `true` and `false` are the existing application's `SMTP_SECURE`.
    pub(super) const WORDS: &[(&str, Self)] = &[
        ("true", Self::Tls),
        ("false", Self::StartTls),
        ("tls", Self::Tls),
        ("starttls", Self::StartTls),
        ("none", Self::None),
    ];
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object per line, for machines.
    Json,
}

impl LogFormat {
    pub(super) const WORDS: &[(&str, Self)] = &[("text", Self::Text), ("json", Self::Json)];
}
