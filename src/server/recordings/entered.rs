//! Who was entered in the audit log of late as a reader of which recording: a player asks for many
//! parts, and nobody may fill the log by asking. It knows no log.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A reader of a file is entered once in so long.
const EVERY: Duration = Duration::from_secs(60);

/// So many are remembered. Past that the one entered first is forgotten: rather twice than never.
const MOST: usize = 1000;

/// An address, and a user where one is known. Not a pass: a program without cookies gets a new one by
/// each request.
pub(super) type Reader = (IpAddr, Option<Arc<str>>);

/// Who was entered of late.
#[derive(Debug, Default)]
pub(super) struct Entered(HashMap<(String, Reader), Instant>);

impl Entered {
    /// Whether this reader of this file is to be entered now, which is then taken for done.
    pub(super) fn is_due(&mut self, file: &str, reader: Reader, now: Instant) -> bool {
        let is_recent = |at: &Instant| now.saturating_duration_since(*at) < EVERY;
        let key = (file.to_owned(), reader);
        if self.0.get(&key).is_some_and(is_recent) {
            return false;
        }
        if self.0.len() >= MOST {
            self.0.retain(|_, at| is_recent(at));
        }
        if self.0.len() >= MOST {
            let first = self.0.iter().min_by_key(|(_, at)| **at);
            if let Some(first) = first.map(|(key, _)| key.clone()) {
                self.0.remove(&first);
            }
        }
        self.0.insert(key, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(user: &str) -> Reader {
        (IpAddr::from([127, 0, 0, 1]), Some(user.into()))
    }

    #[test]
    fn each_reader_of_each_file_is_entered_once_a_minute() {
        let mut entered = Entered::default();
        let now = Instant::now();
        assert!(entered.is_due("a", reader("ann"), now));
        assert!(!entered.is_due("a", reader("ann"), now + EVERY / 2));
        assert!(entered.is_due("b", reader("ann"), now));
        assert!(entered.is_due("a", reader("bob"), now));
        assert!(entered.is_due("a", reader("ann"), now + EVERY));
    }

    #[test]
    fn however_many_read_a_bounded_number_is_remembered() {
        let mut entered = Entered::default();
        let now = Instant::now();
        for number in 0..2 * MOST {
            assert!(entered.is_due(&number.to_string(), reader("ann"), now));
        }
        assert_eq!(entered.0.len(), MOST);
    }
}
