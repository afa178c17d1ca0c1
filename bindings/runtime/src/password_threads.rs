//! Hashing of passwords on threads of its own, few and of low priority: whoever signs in waits a little, nobody else does.

use async_trait::async_trait;
use nexus_core::SecretSource;
use nexus_core::identity::password::{
    HashingError, NewPassword, PasswordHash, PasswordHasher, PasswordHashing, Verdict,
};
use secrecy::SecretString;
use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::oneshot;

/// Passwords that may wait for each thread. At a third of a second each, the last one waits for about five seconds.
const WAITING: usize = 16;

/// Most threads: beyond, more memory than time is taken from the rest.
const MOST_THREADS: usize = 4;

/// How much the threads step back behind all others (`nice`).
#[cfg(target_os = "linux")]
const STEP_BACK: i32 = 10;

type Job = Box<dyn FnOnce(&PasswordHashing, &dyn SecretSource) + Send>;

/// A [`PasswordHasher`] with a bounded queue in front of a bounded number of threads, which end with it.
#[derive(Debug)]
pub struct PasswordThreads {
    queue: SyncSender<Job>,
}

impl PasswordThreads {
    /// Starts as many threads as this machine should spare: half of its cores, at least one.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(hashing: &PasswordHashing, secrets: &Arc<dyn SecretSource>) -> io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self::start_with(hashing, secrets, (cores / 2).clamp(1, MOST_THREADS), WAITING)
    }

    fn start_with(
        hashing: &PasswordHashing,
        secrets: &Arc<dyn SecretSource>,
        threads: usize,
        waiting: usize,
    ) -> io::Result<Self> {
        let (queue, jobs) = sync_channel(waiting * threads);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..threads {
            let (jobs, hashing, secrets) = (Arc::clone(&jobs), hashing.clone(), Arc::clone(secrets));
            thread::Builder::new().name(format!("passwords-{number}")).spawn(move || {
                step_back();
                while let Some(job) = next(&jobs) {
                    // A panic must not take the thread along; whoever waits for the answer sees that there is none.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&hashing, secrets.as_ref())));
                }
            })?;
        }
        Ok(Self { queue })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&PasswordHashing, &dyn SecretSource) -> Result<T, HashingError> + Send + 'static,
    ) -> Result<T, HashingError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |hashing, secrets| {
            // Nobody waits any more: the request was given up in the queue.
            if !answer.is_closed() {
                let _ = answer.send(work(hashing, secrets));
            }
        });
        self.queue.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => HashingError::Busy,
            TrySendError::Disconnected(_) => HashingError::Failed,
        })?;
        answered.await.map_err(|_| HashingError::Failed)?
    }
}

/// The next job; `None` once the hasher is gone.
fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// On Linux a priority is that of one thread. Elsewhere it would be that of the whole process, and stays as it is.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, STEP_BACK) {
        tracing::warn!(%error, "the threads that hash passwords keep the usual priority");
    }
}

#[async_trait]
impl PasswordHasher for PasswordThreads {
    async fn hash(&self, password: NewPassword) -> Result<PasswordHash, HashingError> {
        self.run(move |hashing, secrets| hashing.hash(&password, secrets)).await
    }

    async fn verify(
        &self,
        presented: SecretString,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, HashingError> {
        self.run(move |hashing, _| hashing.verify(&presented, stored.as_ref())).await
    }

    async fn hash_again(&self, presented: SecretString) -> Result<PasswordHash, HashingError> {
        self.run(move |hashing, secrets| hashing.hash_again(&presented, secrets)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemSecrets;
    use nexus_core::identity::password::HashingCost;
    use std::sync::mpsc;

    fn hasher(threads: usize, waiting: usize) -> PasswordThreads {
        let cost = HashingCost { memory: 8, passes: 1, legacy: Some(4) };
        let hashing = PasswordHashing::new(cost).unwrap();
        let secrets: Arc<dyn SecretSource> = Arc::new(SystemSecrets);
        PasswordThreads::start_with(&hashing, &secrets, threads, waiting).unwrap()
    }

    fn chosen(text: &str) -> NewPassword {
        NewPassword::parse(&text.into(), &[]).unwrap()
    }

    /// Holds a thread until the sender is dropped; returns once it does.
    fn occupy(hasher: &PasswordThreads) -> mpsc::Sender<()> {
        let (release, released) = mpsc::channel::<()>();
        let (started, running) = mpsc::channel();
        let job: Job = Box::new(move |_, _| {
            let _ = started.send(());
            let _ = released.recv();
        });
        hasher.queue.try_send(job).unwrap();
        running.recv().unwrap();
        release
    }

    #[tokio::test]
    async fn passwords_are_hashed_compared_and_hashed_again() {
        let hasher = hasher(2, 4);
        let hash = hasher.hash(chosen("correct horse")).await.unwrap();
        let verify = |text: &str, hash| hasher.verify(text.into(), hash);
        assert_eq!(verify("correct horse", Some(hash.clone())).await, Ok(Verdict::Right));
        assert_eq!(verify("correct house", Some(hash)).await, Ok(Verdict::Wrong));
        assert_eq!(verify("correct horse", None).await, Ok(Verdict::Wrong));
        let again = hasher.hash_again("court".into()).await.unwrap();
        assert_eq!(verify("court", Some(again)).await, Ok(Verdict::Right));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_serves_again_when_it_empties() {
        let hasher = Arc::new(hasher(1, 1));
        let release = occupy(&hasher);
        let other = Arc::clone(&hasher);
        let waits = tokio::spawn(async move { other.verify("correct horse".into(), None).await });
        tokio::task::yield_now().await;
        assert_eq!(hasher.verify("correct horse".into(), None).await, Err(HashingError::Busy));
        drop(release);
        assert_eq!(waits.await.unwrap(), Ok(Verdict::Wrong));
        assert_eq!(hasher.verify("correct horse".into(), None).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_not_done() {
        let hasher = hasher(1, 4);
        let release = occupy(&hasher);
        let (done, is_done) = mpsc::channel();
        let mut given_up = Box::pin(hasher.run(move |_, _| {
            let _ = done.send(());
            Ok(())
        }));
        // Polled once, so that it is in the queue.
        assert!(futures_poll(given_up.as_mut()).is_pending());
        drop(given_up);
        drop(release);
        assert_eq!(hasher.verify("correct horse".into(), None).await, Ok(Verdict::Wrong));
        assert!(is_done.recv().is_err());
    }

    fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
        future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    }

    #[tokio::test]
    async fn a_panic_costs_its_own_answer_only() {
        let hasher = hasher(1, 4);
        #[allow(clippy::panic)]
        let answer = hasher.run::<()>(|_, _| panic!("on purpose")).await;
        assert_eq!(answer, Err(HashingError::Failed));
        assert_eq!(hasher.verify("correct horse".into(), None).await, Ok(Verdict::Wrong));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_threads_step_back_and_the_others_do_not() {
        let own = || rustix::process::getpriority_process(None).map_err(|_| HashingError::Failed);
        let before = own().unwrap();
        let theirs = hasher(1, 1).run(move |_, _| own()).await.unwrap();
        assert_eq!((theirs, own().unwrap()), (STEP_BACK.max(before), before));
    }
}
