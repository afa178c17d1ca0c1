//! All that the engines can see of the world: files in memory. There is no file system behind it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use tectonic_bridge_core::DriverHooks;
use tectonic_io_base::{InputFeatures, InputHandle, InputOrigin, IoProvider, OpenResult, OutputHandle};
use tectonic_status_base::StatusBackend;

use crate::pdf::protocol::{EXIT_OUTPUT, Request};

type Written = Rc<RefCell<Vec<u8>>>;

pub(super) struct Sealed {
    primary: Rc<[u8]>,
    given: HashMap<String, Rc<[u8]>>,
    written: HashMap<String, Written>,
    budget: Rc<Cell<u64>>,
}

impl Sealed {
    pub(super) fn new(mut given: HashMap<String, Rc<[u8]>>, request: Request, output_bytes: u64) -> Self {
        given.extend(request.assets.into_iter().map(|(name, content)| (name, content.into())));
        Self {
            primary: request.source.into(),
            given,
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
            let content = Rc::from(content.borrow().as_slice());
            return opened(name, content);
        }
        match self.given.get(name) {
            Some(content) => opened(name, Rc::clone(content)),
            None => OpenResult::NotAvailable,
        }
    }

    fn input_open_primary(&mut self, _status: &mut dyn StatusBackend) -> OpenResult<InputHandle> {
        opened("texput.tex", Rc::clone(&self.primary))
    }
}

fn opened(name: &str, content: Rc<[u8]>) -> OpenResult<InputHandle> {
    OpenResult::Ok(InputHandle::new_read_only(name, Source(Cursor::new(content)), InputOrigin::Other))
}

struct Source(Cursor<Rc<[u8]>>);

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl InputFeatures for Source {
    fn get_size(&mut self) -> tectonic_errors::Result<usize> {
        Ok(self.0.get_ref().len())
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
