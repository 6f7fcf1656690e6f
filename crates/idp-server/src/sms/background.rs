//! Where sends run: a thread and a runtime of their own. A browser that leaves cancels no send, a
//! worker that serves pages is never busy with a gateway's TLS, and a server that stops waits for
//! what is under way.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, spawn_blocking};

/// Threads for what blocks. Looking up a gateway's name is among it, and a name server that hangs
/// must not take the last of them; they are started only when needed.
const BLOCKING_THREADS: usize = 256;
/// How much works on the database at the same time. More would only wait for its connections.
const DATABASE_PLACES: usize = 4;

/// A runtime that can be waited for.
pub struct Background {
    /// Taken out when dropped.
    runtime: Option<Runtime>,
    under_way: Arc<watch::Sender<usize>>,
    database_places: Semaphore,
}

impl Background {
    /// Starts the thread.
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_name("sms")
            .enable_all()
            .build()?;
        Ok(Self {
            runtime: Some(runtime),
            under_way: Arc::new(watch::Sender::new(0)),
            database_places: Semaphore::new(DATABASE_PLACES),
        })
    }

    /// Runs something to its end, whether or not anybody waits for the handle. `None` once the
    /// server is being torn down.
    pub fn spawn<F>(&self, work: F) -> Option<JoinHandle<F::Output>>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let runtime = self.runtime.as_ref()?;
        let counted = Counted::one_more(&self.under_way);
        Some(runtime.spawn(async move {
            let _counted = counted;
            work.await
        }))
    }

    /// Does something with the database, on a thread that may block.
    pub async fn on_database<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, String> {
        let _place = self.database_places.acquire().await.map_err(|error| error.to_string())?;
        spawn_blocking(work).await.map_err(|error| error.to_string())
    }

    /// Waits for what is under way, so long at most. Returns how much is left.
    pub async fn finish(&self, patience: Duration) -> usize {
        let mut under_way = self.under_way.subscribe();
        let done = under_way.wait_for(|count| *count == 0);
        let _ = tokio::time::timeout(patience, done).await;
        *self.under_way.borrow()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // The plain drop waits, which a thread of a runtime must not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Counts as under way until dropped.
struct Counted(Arc<watch::Sender<usize>>);

impl Counted {
    fn one_more(under_way: &Arc<watch::Sender<usize>>) -> Self {
        under_way.send_modify(|count| *count += 1);
        Self(Arc::clone(under_way))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
