//! All that the engines can see of the world: files in memory. There is no file system behind it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::rc::Rc;

use tectonic_bridge_core::DriverHooks;
use tectonic_io_base::{InputFeatures, InputHandle, InputOrigin, IoProvider, OpenResult, OutputHandle};
use tectonic_status_base::StatusBackend;

use crate::pdf::protocol::{EXIT_OUTPUT, Request};

type Written = Rc<RefCell<Vec<u8>>>;

/// Content that several open files share.
#[derive(Clone)]
pub(in crate::pdf) struct Content(Rc<Vec<u8>>);

impl AsRef<[u8]> for Content {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Rc::new(bytes))
    }
}

/// The engine's own files.
pub(in crate::pdf) struct Library {
    /// Content of the TeX files, by name.
    pub files: HashMap<String, Content>,
    /// The format; read anew from its open file at each pass, for it is large.
    pub format: Option<Rc<File>>,
}

pub(super) struct Sealed {
    primary: Content,
    assets: HashMap<String, Content>,
    library: Library,
    written: HashMap<String, Written>,
    budget: Rc<Cell<u64>>,
}

impl Sealed {
    pub(super) fn new(library: Library, request: Request, output_bytes: u64) -> Self {
        Self {
            primary: request.source.into(),
            assets: request.assets.into_iter().map(|(name, content)| (name, content.into())).collect(),
            library,
            written: HashMap::new(),
            budget: Rc::new(Cell::new(output_bytes)),
        }
    }

    /// Takes a file that the engine has written; an empty one counts as absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Vec<u8>> {
        self.written.remove(name).map(|content| content.take()).filter(|content| !content.is_empty())
    }

    pub(super) fn log(&self) -> String {
        self.written
            .get("texput.log")
            .map(|content| String::from_utf8_lossy(&content.borrow()).into_owned())
            .unwrap_or_default()
    }

    /// What a pass leaves to the next one.
    pub(super) fn references(&self) -> Vec<Vec<u8>> {
        ["texput.aux", "texput.toc", "texput.out"]
            .iter()
            .map(|name| self.written.get(*name).map(|content| content.borrow().clone()).unwrap_or_default())
            .collect()
    }

    /// Whether the last pass says in its log that what it wrote must be read again.
    pub(super) fn asks_for_another_pass(&self) -> bool {
        // Lines of a log are broken at 79 characters: only short beginnings can be found.
        let wishes = ["Rerun to get", "Rerun LaTeX", "may have changed", "There were undefined references"];
        let log = self.log();
        wishes.iter().any(|wish| log.contains(wish))
    }
}

impl DriverHooks for Sealed {
    fn io(&mut self) -> &mut dyn IoProvider {
        self
    }
}

impl IoProvider for Sealed {
    fn output_open_name(&mut self, name: &str) -> OpenResult<OutputHandle> {
        let content = Written::default();
        self.written.insert(name.to_owned(), Rc::clone(&content));
        OpenResult::Ok(OutputHandle::new(name, Sink { content, budget: Rc::clone(&self.budget) }))
    }

    fn output_open_stdout(&mut self) -> OpenResult<OutputHandle> {
        OpenResult::Ok(OutputHandle::new("", io::sink()))
    }

    fn input_open_name(&mut self, name: &str, _status: &mut dyn StatusBackend) -> OpenResult<InputHandle> {
        if let Some(content) = self.written.get(name) {
            return opened(name, content.borrow().clone().into());
        }
        match self.assets.get(name).or_else(|| self.library.files.get(name)) {
            Some(content) => opened(name, content.clone()),
            None => OpenResult::NotAvailable,
        }
    }

    fn input_open_format(&mut self, name: &str, _status: &mut dyn StatusBackend) -> OpenResult<InputHandle> {
        let Some(format) = &self.library.format else { return OpenResult::NotAvailable };
        let reader = BufReader::with_capacity(1 << 16, FormatReader { file: Rc::clone(format), position: 0 });
        OpenResult::Ok(InputHandle::new_read_only(name, FormatSource(reader), InputOrigin::Other))
    }

    fn input_open_primary(&mut self, _status: &mut dyn StatusBackend) -> OpenResult<InputHandle> {
        opened("texput.tex", self.primary.clone())
    }
}

fn opened(name: &str, content: Content) -> OpenResult<InputHandle> {
    OpenResult::Ok(InputHandle::new_read_only(name, Source(Cursor::new(content)), InputOrigin::Other))
}

struct Source(Cursor<Content>);

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl InputFeatures for Source {
    fn get_size(&mut self) -> tectonic_errors::Result<usize> {
        Ok(self.0.get_ref().as_ref().len())
    }

    fn try_seek(&mut self, position: SeekFrom) -> tectonic_errors::Result<u64> {
        Ok(self.0.seek(position)?)
    }
}

/// Reads a file that stays open, from a position of its own: the process may open nothing, not even a duplicate.
struct FormatReader {
    file: Rc<File>,
    position: u64,
}

impl Read for FormatReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for FormatReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.file.metadata()?.len().checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

struct FormatSource(BufReader<FormatReader>);

impl Read for FormatSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl InputFeatures for FormatSource {
    fn get_size(&mut self) -> tectonic_errors::Result<usize> {
        Ok(usize::try_from(self.0.get_ref().file.metadata()?.len())?)
    }

    fn try_seek(&mut self, position: SeekFrom) -> tectonic_errors::Result<u64> {
        Ok(self.0.seek(position)?)
    }
}

struct Sink {
    content: Written,
    budget: Rc<Cell<u64>>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.budget.get().checked_sub(bytes.len() as u64) {
            Some(left) => self.budget.set(left),
            // The engine takes a failed write for a warning and writes on, for ever: the worker ends here.
            None => std::process::exit(i32::from(EXIT_OUTPUT)),
        }
        self.content.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
