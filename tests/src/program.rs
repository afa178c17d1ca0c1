//! The real `nexus` program, as a person or a service manager runs it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Exit code; absent when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Outcome {
    /// What was printed, once the run ended well.
    #[track_caller]
    pub fn succeeded(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        &self.stdout
    }

    /// The sentence of a refusal, once the run ended with this exit code and this stable error code.
    #[track_caller]
    pub fn refused(&self, exit: i32, code: &str) -> &str {
        assert_eq!(self.code, Some(exit), "{self:?}");
        let marker = format!("Erreur [{code}] : ");
        let Some((_, sentence)) = self.stderr.split_once(&marker) else {
            panic!("no « {marker} » in {self:?}")
        };
        crate::reply::assert_is_for_people(sentence);
        assert!(sentence.trim_end().ends_with('.') || sentence.contains('\n'), "{sentence}");
        sentence
    }
}

/// The program, built once from the sources of this workspace, in the profile of the running test; or the one that whoever
/// runs all tests has built with them (`make test`), which saves compiling its libraries again with fewer features.
pub fn nexus() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    #[allow(clippy::disallowed_methods)] // where the program is is a matter of this run
    let built = || std::env::var_os("NEXUS_TEST_PROGRAM").map(PathBuf::from);
    PROGRAM.get_or_init(|| {
        if let Some(program) = built() {
            assert!(program.is_file(), "NEXUS_TEST_PROGRAM names no program");
            return program;
        }
        // target/PROFILE/deps/this-test
        let test = std::env::current_exe().unwrap();
        let folder = test.parent().and_then(Path::parent).unwrap();
        let target = folder.parent().unwrap();
        let profile = match folder.file_name().and_then(OsStr::to_str).unwrap() {
            "debug" => "dev",
            other => other,
        };
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "nexus-cli", "--bin", "nexus", "--profile", profile])
            .arg("--target-dir")
            .arg(target)
            .current_dir(crate::sheets::repository())
            .status()
            .unwrap();
        assert!(built.success(), "the nexus program does not build");
        folder.join("nexus")
    })
}

/// A run to be made: no setting of the outside reaches it but the search path and the place of the TeX files.
#[derive(Debug, Clone)]
pub struct Run {
    wrapper: Vec<OsString>,
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
}

impl Run {
    /// `nexus` with arguments.
    pub fn new<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        Self {
            wrapper: Vec::new(),
            program: nexus().to_owned(),
            arguments: arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect(),
            environment: Vec::new(),
            folder: None,
        }
    }

    /// Sets a variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Says something else to the same program in the same environment.
    #[must_use]
    pub fn words<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        self
    }

    /// Runs in this folder.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Runs through another program: `setpriv`, `prlimit`…
    #[must_use]
    pub fn through<S: AsRef<OsStr>>(mut self, wrapper: impl IntoIterator<Item = S>) -> Self {
        self.wrapper = wrapper.into_iter().map(|word| word.as_ref().to_owned()).collect();
        self
    }

    /// Uses a copy of the program.
    #[must_use]
    pub fn program(mut self, program: &Path) -> Self {
        program.clone_into(&mut self.program);
        self
    }

    /// The command, ready to be spawned.
    #[allow(clippy::disallowed_methods)] // what this machine has is handed to the program as it is
    pub fn command(&self) -> Command {
        let mut words = self.wrapper.iter().cloned().chain([self.program.clone().into_os_string()]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(&self.arguments).env_clear();
        for name in ["PATH", "HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "NEXUS_TEX_BUNDLE", "LD_LIBRARY_PATH"]
        {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(self.environment.iter().cloned());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs to the end.
    pub fn finish(&self) -> Outcome {
        let output = self.command().output().unwrap();
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs `nexus` with arguments, to the end.
pub fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Outcome {
    Run::new(arguments).finish()
}
