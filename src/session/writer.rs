//! The way to type into a session. It knows nothing of where input comes from.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;

use crate::viewer_id::ViewerId;

use super::Shared;
use super::state::Standing;

/// The most bytes of input that are handed over at once. The kernel's terminal takes no more at a
/// time, and what is handed over can't be taken back from somebody who loses the right to type.
const MAX_INPUT: usize = 4 * 1024;

/// The right to type into a session, as a value: there is no other way in. It is good until the
/// right is taken away, and stays void when that is given again.
#[derive(Debug)]
pub struct Writer {
    shared: Arc<Shared>,
    id: ViewerId,
    standing: Standing,
}

/// What became of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is on its way to the program, or was dropped because that has ended.
    Done,
    /// The viewer may no longer type; the input was left where it was.
    Refused,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, id: ViewerId, standing: Standing) -> Self {
        Self {
            shared,
            id,
            standing,
        }
    }

    /// Types a first part of what is `pending`, once the program has room for it. Safe to be
    /// cancelled: it is taken only when it is typed. What is typed after the program's end is dropped.
    pub async fn write(&self, pending: &mut VecDeque<Bytes>) -> Written {
        self.shared.room_on_tape().await;
        let room = self.shared.input.reserve().await;
        // The lock is held until the input is handed over, so that none is once `set_right` is through.
        let mut state = self.shared.state();
        if !state.still_writes(self.id, self.standing) {
            return Written::Refused;
        }
        state.stir();
        match room {
            Ok(room) => {
                if let Some(bytes) = first(pending) {
                    state.typed(self.id, &bytes);
                    room.send(bytes);
                }
            }
            Err(_) => pending.clear(),
        }
        Written::Done
    }
}

/// Takes the first part of what is pending, whole characters of it.
fn first(pending: &mut VecDeque<Bytes>) -> Option<Bytes> {
    let front = pending.front_mut()?;
    if front.len() <= MAX_INPUT {
        return pending.pop_front();
    }
    let goes_on = |at: &usize| front.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    // Of bytes that are no text any cut is as good.
    let cut = (MAX_INPUT - 3..=MAX_INPUT).rev().find(|at| !goes_on(at));
    Some(front.split_to(cut.unwrap_or(MAX_INPUT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_input_is_handed_over_in_parts_of_whole_characters() {
        let text = "€".repeat(5000);
        let mut pending = VecDeque::from([Bytes::from("a"), Bytes::from(text.clone())]);
        let parts: Vec<Bytes> = std::iter::from_fn(|| first(&mut pending)).collect();
        assert_eq!(parts[0], "a");
        assert!(parts.iter().all(|part| part.len() <= MAX_INPUT));
        assert!(parts.iter().all(|part| std::str::from_utf8(part).is_ok()));
        assert_eq!(parts[1..].concat(), text.as_bytes());
    }

    #[test]
    fn bytes_that_are_no_text_are_handed_over_as_well() {
        let bytes = vec![0x80; 3 * MAX_INPUT + 1];
        let mut pending = VecDeque::from([Bytes::from(bytes.clone())]);
        let parts: Vec<Bytes> = std::iter::from_fn(|| first(&mut pending)).collect();
        assert_eq!(parts.concat(), bytes);
    }
}
