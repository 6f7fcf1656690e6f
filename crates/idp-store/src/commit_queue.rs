//! Commits that wait for the disk together: while one transaction is being made durable, what
//! arrives meanwhile is gathered and becomes the next. Every part is told its own result, only after
//! it is on the disk.
//!
//! One thread commits, so that whoever submits a part can go on with other work. Whoever is about to
//! submit says so early ([`CommitQueue::announce`]); the thread waits, for a moment at most, until
//! everybody announced is here. A lone part is committed at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::StoreError;

/// How long the thread waits for those who are announced: about as long as a commit takes on a disk.
const PATIENCE: Duration = Duration::from_millis(2);

/// Told to the submitter, on the committing thread.
type Done = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Gathers parts of type `P`.
pub(crate) struct CommitQueue<P>(Arc<Shared<P>>);

struct Shared<P> {
    state: Mutex<State<P>>,
    /// A part arrived, somebody announced will not come, or the queue is closed.
    news: Condvar,
}

struct State<P> {
    waiting: Vec<(P, Done)>,
    /// Callers on their way, not yet in `waiting`.
    announced: usize,
    /// Whether a thread commits.
    staffed: bool,
    closed: bool,
}

impl<P> Shared<P> {
    fn state(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who will probably submit a part soon. Dropped when the part is submitted, or will not be.
pub(crate) struct Announcement<P>(Arc<Shared<P>>);

impl<P> Drop for Announcement<P> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.announced -= 1;
        if state.announced == 0 && !state.waiting.is_empty() {
            self.0.news.notify_one();
        }
    }
}

impl<P: Send + 'static> CommitQueue<P> {
    pub(crate) fn new() -> Self {
        let state = State { waiting: Vec::new(), announced: 0, staffed: false, closed: false };
        Self(Arc::new(Shared { state: Mutex::new(state), news: Condvar::new() }))
    }

    /// Says that a part is likely to come.
    pub(crate) fn announce(&self) -> Announcement<P> {
        self.0.state().announced += 1;
        Announcement(Arc::clone(&self.0))
    }

    /// Submits a part. `committer` makes what commits batches, when no thread does so yet: it returns
    /// one result for each part.
    pub(crate) fn submit<C>(&self, part: P, done: Done, committer: impl FnOnce() -> C)
    where
        C: Fn(&[P]) -> Vec<Result<(), StoreError>> + Send + 'static,
    {
        let mut state = self.0.state();
        state.waiting.push((part, done));
        if state.staffed {
            // The first wakes the thread, which then waits for the last.
            if state.waiting.len() == 1 || state.announced == 0 {
                self.0.news.notify_one();
            }
            return;
        }
        let (shared, commit) = (Arc::clone(&self.0), committer());
        let thread = std::thread::Builder::new().name("commit".to_owned());
        match thread.spawn(move || work(&shared, commit)) {
            Ok(_) => state.staffed = true,
            Err(error) => {
                let waiting = std::mem::take(&mut state.waiting);
                drop(state);
                let failure = StoreError::Unavailable(format!("no thread to commit: {error}"));
                waiting.into_iter().for_each(|(_, done)| done(Err(failure.clone())));
            }
        }
    }
}

impl<P> Drop for CommitQueue<P> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.news.notify_one();
    }
}

/// Commits batch after batch until the queue is closed.
fn work<P>(shared: &Shared<P>, commit: impl Fn(&[P]) -> Vec<Result<(), StoreError>>) {
    while let Some(batch) = gather(shared) {
        let (parts, done): (Vec<P>, Vec<Done>) = batch.into_iter().unzip();
        // A panic leaves nobody waiting, and the next batch is tried again.
        let outcome = catch_unwind(AssertUnwindSafe(|| commit(&parts)));
        let results = outcome.unwrap_or_default();
        let missing = std::iter::repeat_with(|| Err(given_up()));
        for (done, result) in done.into_iter().zip(results.into_iter().chain(missing)) {
            done(result);
        }
    }
}

/// The next batch; `None` when the queue is closed and empty.
fn gather<P>(shared: &Shared<P>) -> Option<Vec<(P, Done)>> {
    let mut state = shared.state();
    while state.waiting.is_empty() {
        if state.closed {
            return None;
        }
        state = shared.news.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    let deadline = Instant::now() + PATIENCE;
    while state.announced > 0 {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        let woken = shared.news.wait_timeout(state, left);
        state = woken.unwrap_or_else(PoisonError::into_inner).0;
    }
    Some(std::mem::take(&mut state.waiting))
}

pub(crate) fn given_up() -> StoreError {
    StoreError::Unavailable("the transaction that carried this change was given up".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;

    use super::*;
    use crate::Conflict;

    type Results = std::sync::mpsc::Receiver<(u32, Result<(), StoreError>)>;

    /// Submits these parts at once; every third fails, 99 panics.
    fn submit(queue: &CommitQueue<u32>, parts: &[u32], batches: &Arc<AtomicUsize>) -> Results {
        let (tell, told) = channel();
        let together: Vec<_> = parts.iter().map(|_| queue.announce()).collect();
        for (part, announced) in parts.iter().copied().zip(together) {
            let (tell, batches) = (tell.clone(), Arc::clone(batches));
            let done = Box::new(move |result| tell.send((part, result)).unwrap());
            queue.submit(part, done, move || {
                move |parts: &[u32]| {
                    batches.fetch_add(1, Ordering::SeqCst);
                    assert!(!parts.contains(&99), "the disk is on fire");
                    let judge = |part: &u32| {
                        if part.is_multiple_of(3) { Err(Conflict::Version.into()) } else { Ok(()) }
                    };
                    parts.iter().map(judge).collect()
                }
            });
            drop(announced);
        }
        told
    }

    #[test]
    fn everybody_gets_the_result_of_their_own_part() {
        let (queue, batches) = (CommitQueue::new(), Arc::default());
        let parts: Vec<u32> = (0..200).filter(|part| *part != 99).collect();
        let told: Vec<_> = submit(&queue, &parts, &batches).iter().take(parts.len()).collect();
        assert_eq!(told.len(), parts.len());
        assert!(told.iter().all(|(part, result)| result.is_err() == part.is_multiple_of(3)));
    }

    #[test]
    fn what_is_announced_together_is_committed_together() {
        let (queue, batches) = (CommitQueue::new(), Arc::default());
        // The thread may begin with the first part alone only when patience ends before the loop does.
        let told: Vec<_> = submit(&queue, &[1, 2, 4], &batches).iter().take(3).collect();
        assert_eq!(told.len(), 3);
        assert!(batches.load(Ordering::SeqCst) < 3);
    }

    #[test]
    fn a_part_whose_announcement_is_still_held_is_committed() {
        let (queue, batches) = (CommitQueue::new(), Arc::default());
        // The thread is there and idle.
        assert!(submit(&queue, &[1], &batches).recv().is_ok());
        let _held = queue.announce();
        assert_eq!(submit(&queue, &[2], &batches).recv(), Ok((2, Ok(()))));
    }

    #[test]
    fn a_panic_leaves_nobody_waiting() {
        let (queue, batches) = (CommitQueue::new(), Arc::default());
        let (_, failed) = submit(&queue, &[99], &batches).recv().unwrap();
        assert_eq!(failed, Err(given_up()));
        assert_eq!(submit(&queue, &[1], &batches).recv().unwrap(), (1, Ok(())));
    }
}
