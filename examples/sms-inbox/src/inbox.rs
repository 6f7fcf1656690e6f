//! The messages in memory, the provider's behaviour, and news of both for open pages.
//! Only the newest [`CAPACITY`] messages are kept; nothing is written to disk.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::behaviour::Behaviour;

/// How many messages are kept; older ones are forgotten.
pub const CAPACITY: usize = 200;

/// How many news an open page may fall behind before it is told to reload.
const NEWS_BACKLOG: usize = 64;

/// One text message as it reached the provider.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// Identifier given to the sender.
    pub id: Uuid,
    /// The number it was sent to, as the sender wrote it.
    pub to: String,
    /// The text.
    pub text: String,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
}

/// What open pages are told about.
#[derive(Debug, Clone)]
pub enum News {
    /// A message arrived.
    Arrived(Arc<Message>),
    /// Something else changed: show the page anew.
    Changed,
}

/// The phone's memory.
pub struct Inbox {
    memory: Mutex<Memory>,
    news: broadcast::Sender<News>,
}

#[derive(Default)]
struct Memory {
    /// Newest first.
    messages: VecDeque<Arc<Message>>,
    behaviour: Behaviour,
}

impl Default for Inbox {
    fn default() -> Self {
        Self { memory: Mutex::default(), news: broadcast::channel(NEWS_BACKLOG).0 }
    }
}

impl Inbox {
    /// Keeps a message and tells open pages.
    pub fn accept(&self, message: Message) {
        let message = Arc::new(message);
        {
            let mut memory = self.memory();
            memory.messages.push_front(Arc::clone(&message));
            memory.messages.truncate(CAPACITY);
        }
        self.tell(News::Arrived(message));
    }

    /// The messages, newest first; only those to `to` when it is given.
    pub fn messages(&self, to: Option<&str>) -> Vec<Arc<Message>> {
        let wanted = |message: &&Arc<Message>| to.is_none_or(|to| message.to == to);
        self.memory().messages.iter().filter(wanted).cloned().collect()
    }

    /// Forgets every message.
    pub fn clear(&self) {
        self.memory().messages.clear();
        self.tell(News::Changed);
    }

    /// How the provider answers at present.
    pub fn behaviour(&self) -> Behaviour {
        self.memory().behaviour
    }

    /// Changes how the provider answers from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.memory().behaviour = behaviour;
        self.tell(News::Changed);
    }

    /// News from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    fn tell(&self, news: News) {
        // The only failure is that no page is open.
        let _ = self.news.send(news);
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(to: &str, text: String) -> Message {
        Message { id: Uuid::nil(), to: to.into(), text, received_at: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn only_the_newest_messages_are_kept() {
        let inbox = Inbox::default();
        for number in 0..=CAPACITY {
            inbox.accept(message("+9477", number.to_string()));
        }
        let kept = inbox.messages(None);
        assert_eq!(kept.len(), CAPACITY);
        assert_eq!(kept[0].text, CAPACITY.to_string());
        assert_eq!(kept[CAPACITY - 1].text, "1");
    }

    #[test]
    fn messages_can_be_chosen_by_number() {
        let inbox = Inbox::default();
        inbox.accept(message("+1", "one".into()));
        inbox.accept(message("+2", "two".into()));
        assert_eq!(inbox.messages(Some("+1")).len(), 1);
        assert!(inbox.messages(Some("+3")).is_empty());
    }
}
