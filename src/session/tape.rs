//! What happens in a session, with its times, for somebody who must miss none of it: a cursor that may
//! not skip. Where it falls behind by more than a bounded amount, the program waits for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::backend::Exit;
use crate::size::TermSize;
use crate::viewer_id::ViewerId;
use crate::who::Who;

use super::Shared;

/// The most that may wait to be fetched, in bytes. Past that the program waits, and who types.
const ROOM: usize = 512 * 1024;

/// What waits is fetched as soon as it is so much, in bytes...
const PLENTY: usize = 128 * 1024;

/// ...or has waited for so long: seldom enough to cost nothing, and little to lose in a crash.
const GATHER: Duration = Duration::from_millis(200);

/// What an entry takes besides its text, in bytes.
const ENTRY: usize = size_of::<Entry>();

/// What of a session is kept on tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taped {
    /// What is printed.
    Output,
    /// And what is typed.
    InputToo,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taking<'a> {
    /// The program printed this.
    Output(&'a str),
    /// The terminal took this size.
    Size(TermSize),
    /// Somebody typed this; it is empty where input is not kept, and told once for each who types.
    Input(Arc<str>, &'a [u8]),
    /// The program ended.
    Ended(Exit),
}

/// What happened since the tape was fetched last.
#[derive(Debug, Default)]
pub struct Takings {
    /// All output.
    text: String,
    /// All input.
    typed: Vec<u8>,
    entries: Vec<Entry>,
}

/// Something that happened, whose text lies with that of others.
#[derive(Debug)]
struct Entry {
    at: Duration,
    what: What,
}

#[derive(Debug)]
enum What {
    /// So many bytes of output.
    Output(usize),
    Size(TermSize),
    /// So many bytes of input, and whose.
    Input(Arc<str>, usize),
    Ended(Exit),
}

impl Takings {
    /// All that happened in its order, each with the time since the session began.
    pub fn iter(&self) -> impl Iterator<Item = (Duration, Taking<'_>)> {
        let (mut text, mut typed) = (self.text.as_str(), self.typed.as_slice());
        self.entries.iter().map(move |entry| {
            let what = match &entry.what {
                What::Output(length) => {
                    let (output, rest) = text.split_at(*length);
                    text = rest;
                    Taking::Output(output)
                }
                What::Input(who, length) => {
                    let (input, rest) = typed.split_at(*length);
                    typed = rest;
                    Taking::Input(Arc::clone(who), input)
                }
                What::Size(size) => Taking::Size(*size),
                What::Ended(exit) => Taking::Ended(*exit),
            };
            (entry.at, what)
        })
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.typed.len() + self.entries.len() * ENTRY
    }

    fn has_ended(&self) -> bool {
        let last = self.entries.last();
        last.is_some_and(|entry| matches!(entry.what, What::Ended(_)))
    }

    /// Forgets all, and keeps the memory.
    fn clear(&mut self) {
        self.text.clear();
        self.typed.clear();
        self.entries.clear();
    }
}

/// The end of a tape that the session writes on.
#[derive(Debug)]
pub(super) struct Reel {
    began: Instant,
    taped: Taped,
    takings: Takings,
    /// Those who typed, and what they are called.
    typists: HashMap<ViewerId, Arc<str>>,
    /// Wakes whoever fetches it: there is a first thing, plenty, or the end.
    filled: Arc<Notify>,
}

impl Reel {
    pub(super) fn new(began: Instant, taped: Taped) -> Self {
        Self {
            began,
            taped,
            takings: Takings::default(),
            typists: HashMap::new(),
            filled: Arc::default(),
        }
    }

    /// What wakes whoever fetches it.
    pub(super) fn filled(&self) -> Arc<Notify> {
        Arc::clone(&self.filled)
    }

    /// Whether the session has to wait until it was fetched.
    pub(super) fn is_full(&self) -> bool {
        self.takings.bytes() > ROOM
    }

    pub(super) fn output(&mut self, text: &str) {
        if !text.is_empty() {
            self.takings.text.push_str(text);
            self.push(What::Output(text.len()));
        }
    }

    pub(super) fn size(&mut self, size: TermSize) {
        self.push(What::Size(size));
    }

    pub(super) fn input(&mut self, id: ViewerId, who: &Who, input: &[u8]) {
        let is_new = !self.typists.contains_key(&id);
        let typist = self
            .typists
            .entry(id)
            .or_insert_with(|| who.named(id).into());
        let typist = Arc::clone(typist);
        match self.taped {
            Taped::Output if is_new => self.push(What::Input(typist, 0)),
            Taped::Output => {}
            Taped::InputToo => {
                self.takings.typed.extend_from_slice(input);
                self.push(What::Input(typist, input.len()));
            }
        }
    }

    /// Somebody left, who will not come back by the same number.
    pub(super) fn left(&mut self, id: ViewerId) {
        self.typists.remove(&id);
    }

    pub(super) fn ended(&mut self, exit: Exit) {
        self.push(What::Ended(exit));
    }

    fn push(&mut self, what: What) {
        let is_first = self.takings.entries.is_empty();
        let is_end = matches!(what, What::Ended(_));
        let at = self.began.elapsed();
        self.takings.entries.push(Entry { at, what });
        if is_first || is_end || self.takings.bytes() >= PLENTY {
            self.filled.notify_one();
        }
    }
}

/// The end of a tape that is fetched from. Once it is dropped, the session waits for it no longer.
#[derive(Debug)]
pub struct Tape {
    shared: Arc<Shared>,
    filled: Arc<Notify>,
}

impl Tape {
    pub(super) fn new(shared: Arc<Shared>, filled: Arc<Notify>) -> Self {
        Self { shared, filled }
    }

    /// Fetches what happened since the last time into `takings`, which it clears first; waits until
    /// there is something, and a little longer for more. After the program's end nothing comes any
    /// more. Safe to be cancelled.
    pub async fn fetch(&mut self, takings: &mut Takings) {
        takings.clear();
        let (mut bytes, mut ended) = self.waiting();
        while bytes == 0 {
            self.filled.notified().await;
            (bytes, ended) = self.waiting();
        }
        let due = Instant::now() + GATHER;
        while bytes < PLENTY && !ended {
            tokio::select! {
                () = self.filled.notified() => (bytes, ended) = self.waiting(),
                () = sleep_until(due) => break,
            }
        }
        if let Some(reel) = &mut self.shared.state().reel {
            std::mem::swap(&mut reel.takings, takings);
        }
        self.shared.tape_fetched();
    }

    /// How much waits, in bytes, and whether nothing will come after it.
    fn waiting(&self) -> (usize, bool) {
        let state = self.shared.state();
        let takings = state.reel.as_ref().map(|reel| &reel.takings);
        takings.map_or((0, true), |takings| (takings.bytes(), takings.has_ended()))
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        self.shared.state().reel = None;
        self.shared.tape_fetched();
    }
}
