//! Passes: what a browser that was let in shows instead of its password, as a cookie. They hold for
//! this run of the server only. It knows no headers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::right::Right;

use super::book::{Mark, User};
use super::secret::Sealer;

/// How long a pass holds (requirement R34).
pub(super) const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// The bytes before a user's name: number, end, right, mark.
const HEAD: usize = 16 + 8 + 1 + 8;

/// The bytes of a seal.
const SEAL: usize = 32;

/// Which pass is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PassId(u128);

/// A pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pass {
    pub(super) id: PassId,
    pub(super) until: Instant,
    /// Who it was given to; nobody in particular where a link was enough.
    pub(super) user: Option<User>,
}

/// All passes: they are not kept, only those that ended early are.
#[derive(Debug)]
pub(super) struct Passes {
    sealer: Sealer,
    start: Instant,
    /// The passes that are ended, and until when they would have held.
    ended: Mutex<HashMap<PassId, Instant>>,
}

impl Passes {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            sealer: Sealer::new(),
            start: now,
            ended: Mutex::default(),
        }
    }

    /// A new pass.
    pub(super) fn issue(&self, user: Option<User>, now: Instant) -> Pass {
        // Whole seconds since the start, as the text holds them.
        let since = now.saturating_duration_since(self.start) + LIFETIME;
        Pass {
            id: PassId(rand::random()),
            until: self.start + Duration::from_secs(since.as_secs()),
            user,
        }
    }

    /// The pass as a text that can't be made without our key.
    pub(super) fn write(&self, pass: &Pass) -> String {
        let seconds = pass.until.saturating_duration_since(self.start).as_secs();
        let (right, mark, name) = match &pass.user {
            None => (0, Mark::default(), ""),
            Some(user) => (code(user.right), user.mark, &*user.name),
        };
        let mut bytes = Vec::with_capacity(HEAD + name.len() + SEAL);
        bytes.extend(pass.id.0.to_be_bytes());
        bytes.extend(seconds.to_be_bytes());
        bytes.push(right);
        bytes.extend(mark);
        bytes.extend(name.as_bytes());
        let seal = self.sealer.seal(&bytes);
        bytes.extend(seal.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The pass that a text is, if we wrote it and it still holds by time.
    pub(super) fn read(&self, text: &[u8], now: Instant) -> Option<Pass> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (content, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        let is_ours = self.sealer.matches(content, seal);
        let pass = self.parse(content).filter(|_| is_ours)?;
        (now < pass.until).then_some(pass)
    }

    fn parse(&self, content: &[u8]) -> Option<Pass> {
        let (id, rest) = content.split_first_chunk::<16>()?;
        let (seconds, rest) = rest.split_first_chunk::<8>()?;
        let (right, rest) = rest.split_first()?;
        let (mark, name) = rest.split_first_chunk::<8>()?;
        let lasts = Duration::from_secs(u64::from_be_bytes(*seconds));
        let right = match right {
            0 => None,
            1 => Some(Right::View),
            2 => Some(Right::Write),
            _ => return None,
        };
        let name: Arc<str> = std::str::from_utf8(name).ok()?.into();
        let mark = *mark;
        Some(Pass {
            id: PassId(u128::from_be_bytes(*id)),
            until: self.start.checked_add(lasts)?,
            user: right.map(|right| User { name, right, mark }),
        })
    }

    /// Ends a pass before its time.
    pub(super) fn end(&self, id: PassId, now: Instant) {
        let mut ended = self.ended();
        ended.retain(|_, until| now < *until);
        ended.insert(id, now + LIFETIME);
    }

    /// Whether a pass was ended before its time.
    pub(super) fn is_ended(&self, id: PassId) -> bool {
        self.ended().contains_key(&id)
    }

    fn ended(&self) -> MutexGuard<'_, HashMap<PassId, Instant>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn code(right: Right) -> u8 {
    match right {
        Right::View => 1,
        Right::Write => 2,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user() -> User {
        User {
            name: "älice".into(),
            right: Right::View,
            mark: [7; 8],
        }
    }

    #[test]
    fn r5_a_pass_is_read_as_it_was_written() {
        let now = Instant::now();
        let passes = Passes::new(now);
        for user in [None, Some(user())] {
            let pass = passes.issue(user, now);
            let text = passes.write(&pass);
            assert_eq!(passes.read(text.as_bytes(), now), Some(pass));
        }
    }

    #[test]
    fn r34_a_pass_holds_for_its_time_and_this_run_alone() {
        let now = Instant::now();
        let passes = Passes::new(now);
        let pass = passes.issue(Some(user()), now);
        let text = passes.write(&pass);
        let nearly = now + LIFETIME - Duration::from_secs(1);
        assert!(passes.read(text.as_bytes(), nearly).is_some());
        assert!(passes.read(text.as_bytes(), now + LIFETIME).is_none());
        assert!(Passes::new(now).read(text.as_bytes(), now).is_none());
    }

    #[test]
    fn r5_a_pass_of_which_anything_is_changed_is_none() {
        let now = Instant::now();
        let passes = Passes::new(now);
        let text = passes.write(&passes.issue(Some(user()), now));
        for index in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            assert!(passes.read(&changed, now).is_none(), "{index}");
            assert!(passes.read(&changed[..index], now).is_none(), "{index}");
        }
    }

    #[test]
    fn a_pass_that_was_ended_stays_so() {
        let now = Instant::now();
        let passes = Passes::new(now);
        let (one, two) = (passes.issue(None, now), passes.issue(None, now));
        passes.end(one.id, now);
        assert!(passes.is_ended(one.id) && !passes.is_ended(two.id));
        passes.end(two.id, now + LIFETIME);
        assert!(!passes.is_ended(one.id), "it would be over by now");
    }

    proptest! {
        #[test]
        fn r41_no_text_panics_the_reader(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let passes = Passes::new(Instant::now());
            prop_assert_eq!(passes.read(&text, Instant::now()), None);
            let text = URL_SAFE_NO_PAD.encode(&text);
            prop_assert_eq!(passes.read(text.as_bytes(), Instant::now()), None);
        }
    }
}
