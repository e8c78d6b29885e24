//! Which client has which session for itself. It knows nothing of what they do with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// Who has what, by what names a session's stream. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Holders(Arc<Mutex<All>>);

#[derive(Debug, Default)]
struct All {
    next: u64,
    by: HashMap<Arc<str>, (u64, CancellationToken)>,
}

impl Holders {
    /// Takes a session over from whoever has it.
    pub(super) fn take(&self, stream: &str) -> Hold {
        let mut all = self.all();
        let number = all.next;
        all.next += 1;
        let (stream, lost) = (Arc::<str>::from(stream), CancellationToken::new());
        let holder = (number, lost.clone());
        if let Some((_, before)) = all.by.insert(Arc::clone(&stream), holder) {
            before.cancel();
        }
        drop(all);
        Hold {
            holders: self.clone(),
            stream,
            number,
            lost,
        }
    }

    fn all(&self) -> MutexGuard<'_, All> {
        // Each change is complete when the lock is dropped.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That a client has a session. Dropping it is letting go.
#[derive(Debug)]
pub(super) struct Hold {
    holders: Holders,
    stream: Arc<str>,
    number: u64,
    lost: CancellationToken,
}

impl Hold {
    /// Cancelled when somebody else took the session over.
    pub(super) fn lost(&self) -> &CancellationToken {
        &self.lost
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut all = self.holders.all();
        if all
            .by
            .get(&self.stream)
            .is_some_and(|(number, _)| *number == self.number)
        {
            all.by.remove(&self.stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_a_session_has_it_and_who_had_it_is_told() {
        let holders = Holders::default();
        let (first, other) = (holders.take("a"), holders.take("b"));
        let second = holders.take("a");
        assert!(first.lost().is_cancelled());
        assert!(!second.lost().is_cancelled() && !other.lost().is_cancelled());
        // That the first lets go takes nothing from the second.
        drop(first);
        assert_eq!(holders.all().by.len(), 2);
        drop((second, other));
        assert!(holders.all().by.is_empty());
    }
}
