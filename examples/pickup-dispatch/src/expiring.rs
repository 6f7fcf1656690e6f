//! A map in memory whose entries grow old and whose size is bounded: what holds outstanding
//! requests, used identifiers and sessions. When it is full, the oldest entry makes room.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Entries under text keys, each with an end.
pub struct Expiring<T> {
    lifetime: TimeDelta,
    capacity: usize,
    entries: Mutex<HashMap<String, Entry<T>>>,
}

struct Entry<T> {
    ends: DateTime<Utc>,
    value: T,
}

impl<T> Expiring<T> {
    /// An empty map whose entries live for `lifetime`.
    pub fn new(lifetime: TimeDelta, capacity: usize) -> Self {
        Self { lifetime, capacity, entries: Mutex::default() }
    }

    /// Keeps a value under a new key; `false`, changing nothing, when the key is taken.
    pub fn insert(&self, key: &str, value: T, now: DateTime<Utc>) -> bool {
        self.insert_until(key, value, now + self.lifetime, now)
    }

    /// As [`insert`](Self::insert), with an end of its own (at most the map's lifetime).
    pub fn insert_until(
        &self,
        key: &str,
        value: T,
        ends: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> bool {
        let mut entries = self.entries();
        if entries.get(key).is_some_and(|entry| entry.ends > now) {
            return false;
        }
        if entries.len() >= self.capacity {
            make_room(&mut entries, now, self.capacity);
        }
        let ends = ends.min(now + self.lifetime);
        entries.insert(key.to_owned(), Entry { ends, value });
        true
    }

    /// Takes a value out; of several callers exactly one gets it.
    pub fn take(&self, key: &str, now: DateTime<Utc>) -> Option<T> {
        let entry = self.entries().remove(key)?;
        (entry.ends > now).then_some(entry.value)
    }

    /// Removes every value that is meant.
    pub fn remove_where(&self, is_meant: impl Fn(&T) -> bool) {
        self.entries().retain(|_, entry| !is_meant(&entry.value));
    }

    /// Looks at a value, or changes it, in place.
    pub fn with<R>(
        &self,
        key: &str,
        now: DateTime<Utc>,
        look: impl FnOnce(&mut T) -> R,
    ) -> Option<R> {
        let mut entries = self.entries();
        let entry = entries.get_mut(key).filter(|entry| entry.ends > now)?;
        Some(look(&mut entry.value))
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry<T>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room<T>(entries: &mut HashMap<String, Entry<T>>, now: DateTime<Utc>, capacity: usize) {
    entries.retain(|_, entry| entry.ends > now);
    if entries.len() < capacity {
        return;
    }
    let oldest = entries.iter().min_by_key(|(_, entry)| entry.ends).map(|(key, _)| key.clone());
    if let Some(key) = oldest {
        entries.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn map(capacity: usize) -> Expiring<u8> {
        Expiring::new(TimeDelta::seconds(60), capacity)
    }

    #[test]
    fn a_value_is_taken_once() {
        let map = map(9);
        assert!(map.insert("a", 1, NOW));
        assert_eq!(map.take("a", NOW), Some(1));
        assert_eq!(map.take("a", NOW), None);
    }

    #[test]
    fn a_key_is_taken_until_its_entry_is_old() {
        let map = map(9);
        assert!(map.insert("a", 1, NOW));
        assert!(!map.insert("a", 2, NOW + TimeDelta::seconds(59)));
        assert!(map.insert("a", 3, NOW + TimeDelta::seconds(60)));
    }

    #[test]
    fn an_old_value_is_gone() {
        let map = map(9);
        map.insert("a", 1, NOW);
        assert_eq!(map.with("a", NOW + TimeDelta::seconds(60), |value| *value), None);
    }

    #[test]
    fn the_oldest_makes_room() {
        let map = map(2);
        for (second, key) in ["a", "b", "c"].into_iter().enumerate() {
            map.insert(key, 0, NOW + TimeDelta::seconds(i64::try_from(second).unwrap()));
        }
        let at = NOW + TimeDelta::seconds(3);
        assert_eq!(map.take("a", at), None);
        assert_eq!((map.take("b", at), map.take("c", at)), (Some(0), Some(0)));
    }
}
