//! Commits that wait for the disk together: while one transaction is being made durable, what
//! arrives meanwhile is gathered and becomes the next. Every caller still returns only when its own
//! part is on the disk.
//!
//! Whoever is about to commit says so early ([`GroupCommit::announce`]). The first to arrive leads: it
//! waits, for a moment at most, for those who are announced, runs the transaction for all, tells them,
//! and hands the lead to the first who came later. No thread of its own, no delay for a lone caller.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::StoreError;

/// How long the leader waits for those who are announced: less than a commit takes on most disks.
const PATIENCE: Duration = Duration::from_micros(500);

/// Gathers parts of type `P`.
pub(crate) struct GroupCommit<P> {
    state: Mutex<State<P>>,
    /// Somebody arrived, or will not.
    arrivals: Condvar,
}

struct State<P> {
    waiting: Vec<Arc<Job<P>>>,
    led: bool,
    /// Callers on their way, those who wait here included.
    announced: usize,
    /// The leader sleeps until everybody announced is here.
    gathering: bool,
}

/// Somebody who will probably commit soon.
pub(crate) struct Announcement<'a, P>(&'a GroupCommit<P>);

impl<P> Drop for Announcement<'_, P> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.announced -= 1;
        if state.gathering && state.waiting.len() >= state.announced {
            self.0.arrivals.notify_one();
        }
    }
}

/// One caller's part and how it stands.
struct Job<P> {
    part: P,
    standing: Mutex<Standing>,
    news: Condvar,
}

enum Standing {
    Waits,
    Leads,
    Done(Result<(), StoreError>),
}

impl<P> GroupCommit<P> {
    pub(crate) fn new() -> Self {
        let state = State { waiting: Vec::new(), led: false, announced: 0, gathering: false };
        Self { state: Mutex::new(state), arrivals: Condvar::new() }
    }

    /// Says that a commit is likely to come. Ends when the value is dropped, after the commit.
    pub(crate) fn announce(&self) -> Announcement<'_, P> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).announced += 1;
        Announcement(self)
    }

    /// Commits the part, alone or with others. `commit` makes one transaction of all parts and
    /// returns one result for each.
    pub(crate) fn run(
        &self,
        part: P,
        commit: impl FnOnce(&[&P]) -> Vec<Result<(), StoreError>>,
    ) -> Result<(), StoreError> {
        let job =
            Arc::new(Job { part, standing: Mutex::new(Standing::Waits), news: Condvar::new() });
        let leads = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.waiting.push(Arc::clone(&job));
            if state.gathering && state.waiting.len() >= state.announced {
                self.arrivals.notify_one();
            }
            !std::mem::replace(&mut state.led, true)
        };
        if !leads && let Some(result) = job.wait() {
            return result;
        }
        let lead = Lead::take(self);
        let parts: Vec<&P> = lead.batch.iter().map(|job| &job.part).collect();
        let results = commit(&parts);
        for (job, result) in lead.batch.iter().zip(results) {
            job.tell(Standing::Done(result));
        }
        drop(lead);
        job.wait().unwrap_or_else(|| Err(given_up()))
    }
}

impl<P> Job<P> {
    /// Waits for the result; `None` when it is this caller's turn to lead.
    fn wait(&self) -> Option<Result<(), StoreError>> {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match std::mem::replace(&mut *standing, Standing::Waits) {
                Standing::Waits => {
                    standing = self.news.wait(standing).unwrap_or_else(PoisonError::into_inner);
                }
                Standing::Leads => return None,
                Standing::Done(result) => return Some(result),
            }
        }
    }

    fn tell(&self, news: Standing) {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = news;
        self.news.notify_one();
    }
}

/// The lead over one batch. Dropping it, by a panic too, leaves nobody waiting: the lead passes on.
struct Lead<'a, P> {
    group: &'a GroupCommit<P>,
    batch: Vec<Arc<Job<P>>>,
}

impl<'a, P> Lead<'a, P> {
    fn take(group: &'a GroupCommit<P>) -> Self {
        let deadline = Instant::now() + PATIENCE;
        let mut state = group.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.gathering = true;
        while state.waiting.len() < state.announced {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let woken = group.arrivals.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.gathering = false;
        Self { group, batch: std::mem::take(&mut state.waiting) }
    }
}

impl<P> Drop for Lead<'_, P> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.batch.iter().for_each(|job| job.tell(Standing::Done(Err(given_up()))));
        }
        let mut state = self.group.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.waiting.first() {
            Some(next) => next.tell(Standing::Leads),
            None => state.led = false,
        }
    }
}

fn given_up() -> StoreError {
    StoreError::Unavailable("the transaction that carried this change was given up".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::Conflict;

    #[test]
    fn everybody_gets_the_result_of_their_own_part() {
        let group = GroupCommit::new();
        let transactions = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for part in 0..200_u32 {
                let (group, transactions) = (&group, &transactions);
                scope.spawn(move || {
                    let result = group.run(part, |parts| {
                        transactions.fetch_add(1, Ordering::SeqCst);
                        let judge = |part: &&u32| {
                            if (**part).is_multiple_of(3) {
                                Err(Conflict::Version.into())
                            } else {
                                Ok(())
                            }
                        };
                        parts.iter().map(judge).collect()
                    });
                    assert_eq!(result.is_err(), part % 3 == 0);
                });
            }
        });
        assert!(transactions.into_inner() <= 200);
    }

    #[test]
    fn what_arrives_during_a_commit_is_committed_together() {
        let group = GroupCommit::new();
        let transactions = AtomicUsize::new(0);
        let entered = Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                group.run(0, |parts| {
                    entered.wait();
                    // Until the nine others have come.
                    while group.state.lock().unwrap().waiting.len() < 9 {
                        std::thread::yield_now();
                    }
                    transactions.fetch_add(1, Ordering::SeqCst);
                    parts.iter().map(|_| Ok(())).collect()
                })
            });
            entered.wait();
            for part in 1..10 {
                let (group, transactions) = (&group, &transactions);
                scope.spawn(move || {
                    group.run(part, |parts| {
                        transactions.fetch_add(1, Ordering::SeqCst);
                        parts.iter().map(|_| Ok(())).collect()
                    })
                });
            }
        });
        assert_eq!(transactions.into_inner(), 2);
    }

    #[test]
    fn a_panic_leaves_nobody_waiting() {
        let group = GroupCommit::new();
        std::thread::scope(|scope| {
            let panics = scope.spawn(|| group.run(0, |_| panic!("the disk is on fire")));
            assert!(panics.join().is_err());
        });
        assert_eq!(group.run(1, |parts| parts.iter().map(|_| Ok(())).collect()), Ok(()));
    }
}
