//! What a client of a program of its own may do, which the host can change while it is there. It knows
//! neither the client nor the program.

use std::sync::Arc;

use tokio::sync::watch;

use crate::right::Right;

/// A client's right, and how often it was changed; clones are the same.
#[derive(Debug, Clone)]
pub(in crate::server) struct Standing(Arc<watch::Sender<State>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    right: Right,
    changes: u64,
}

/// A right that somebody has at the moment, good until it is changed; given again it is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held(State);

impl Held {
    pub(super) fn right(self) -> Right {
        self.0.right
    }
}

impl Standing {
    pub(super) fn new(right: Right) -> Self {
        Self(Arc::new(watch::Sender::new(State { right, changes: 0 })))
    }

    /// What the client may do.
    pub(in crate::server) fn right(&self) -> Right {
        self.0.borrow().right
    }

    /// The right that it has at the moment.
    pub(super) fn held(&self) -> Held {
        Held(*self.0.borrow())
    }

    /// Gives it another right. Once this has returned, nothing is done any more under the one before.
    pub(in crate::server) fn set(&self, right: Right) {
        self.0.send_if_modified(|state| {
            let is_other = state.right != right;
            if is_other {
                state.right = right;
                state.changes += 1;
            }
            is_other
        });
    }

    /// Does something under a right to write, unless that was changed.
    pub(super) fn act(&self, under: Held, act: impl FnOnce()) -> Acted {
        let state = self.0.borrow();
        match *state == under.0 && state.right == Right::Write {
            true => {
                act();
                Acted::Done
            }
            false => Acted::Refused,
        }
    }

    /// Waits until it is another right than this.
    pub(super) async fn changed(&self, from: Held) {
        let mut states = self.0.subscribe();
        // The sender is ours, so it can't be gone.
        let _ = states.wait_for(|state| *state != from.0).await;
    }
}

/// Whether something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acted {
    /// It was.
    Done,
    /// The right to it was taken away.
    Refused,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_right_that_was_taken_stays_void_when_it_is_given_again() {
        let standing = Standing::new(Right::Write);
        let held = standing.held();
        assert_eq!(standing.act(held, || {}), Acted::Done);
        standing.set(Right::Write);
        assert_eq!(standing.act(held, || {}), Acted::Done);
        standing.set(Right::View);
        standing.set(Right::Write);
        standing.changed(held).await;
        assert_eq!(standing.act(held, || panic!()), Acted::Refused);
        assert_eq!(standing.act(standing.held(), || {}), Acted::Done);
    }

    #[test]
    fn who_may_only_look_does_nothing() {
        let standing = Standing::new(Right::View);
        assert_eq!(standing.act(standing.held(), || panic!()), Acted::Refused);
    }
}
