//! A thread that starts every worker and lives as long as the process.
//!
//! The parent-death signal of a worker is sent when the *thread* that started it ends, and the threads of an
//! asynchronous runtime do end: a worker started by one of them could be killed in the middle of a document.

use std::io;
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

struct Birth {
    command: Command,
    runtime: Handle,
    reply: oneshot::Sender<io::Result<Child>>,
}

static KEEPER: OnceLock<Sender<Birth>> = OnceLock::new();

/// Starts a process from the keeper's thread; its pipes belong to the caller's runtime.
pub(super) async fn spawn(command: Command) -> io::Result<Child> {
    let (reply, answer) = oneshot::channel();
    let birth = Birth { command, runtime: Handle::current(), reply };
    let gone = || io::Error::other("the thread that starts workers is gone");
    KEEPER.get_or_init(keep).send(birth).map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?
}

fn keep() -> Sender<Birth> {
    let (sender, births) = channel::<Birth>();
    // Without a thread the channel is closed and every call says so.
    let _ = std::thread::Builder::new().name("nexus-workers".into()).spawn(move || {
        for mut birth in births {
            let _inside = birth.runtime.enter();
            let _ = birth.reply.send(birth.command.spawn());
        }
    });
    sender
}
