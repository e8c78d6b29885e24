//! The lines that a client has sent, on their way to its program for as long as it may. It knows no
//! connection.

use std::collections::VecDeque;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::sync::mpsc;

use crate::right::Right;
use crate::server::keyboard::Fate;

use super::standing::{Acted, Held, Standing};

/// How many bytes may wait for a program that does not read. Past that the client is not heard.
const MAX_WAITING: usize = 1024 * 1024;

/// Lines are joined up to so many bytes, so that many short ones cost what their bytes do. What was
/// handed over can't be taken back.
const PIECE: usize = 4 * 1024;

/// Lines on their way. A line is handed over whole or not at all.
#[derive(Debug)]
pub(super) struct Inbox {
    program: mpsc::Sender<Bytes>,
    standing: Standing,
    held: Held,
    pieces: VecDeque<Bytes>,
    /// What is joined, after all pieces.
    tail: BytesMut,
    waiting: usize,
    /// The lines that were dropped because the client may only look.
    refused: u64,
}

impl Inbox {
    pub(super) fn new(program: mpsc::Sender<Bytes>, standing: Standing) -> Self {
        Self {
            program,
            held: standing.held(),
            standing,
            pieces: VecDeque::new(),
            tail: BytesMut::new(),
            waiting: 0,
            refused: 0,
        }
    }

    /// What the client may do.
    pub(super) fn right(&self) -> Right {
        self.held.right()
    }

    /// The lines that were dropped because it may only look.
    pub(super) fn refused(&self) -> u64 {
        self.refused
    }

    /// Whether far more waits than the program reads.
    pub(super) fn is_stuffed(&self) -> bool {
        self.waiting > MAX_WAITING
    }

    /// Takes a line, without its end.
    pub(super) fn push(&mut self, line: &str) -> Fate {
        if self.right() != Right::Write {
            self.refused += 1;
            return Fate::Dropped;
        }
        let length = line.len() + 1;
        if self.tail.len() + length > PIECE {
            self.close_tail();
        }
        self.tail.reserve(length);
        self.tail.put_slice(line.as_bytes());
        self.tail.put_u8(b'\n');
        self.waiting += length;
        Fate::Kept
    }

    /// Hands over the first of what waits, once there is some and the program has room. Safe to be
    /// cancelled. What comes when the program has closed its input is dropped.
    pub(super) async fn hand_over(&mut self) -> Acted {
        if self.waiting == 0 {
            std::future::pending::<()>().await;
        }
        if self.pieces.is_empty() {
            self.close_tail();
        }
        let Ok(room) = self.program.reserve().await else {
            self.clear();
            return Acted::Done;
        };
        let Some(first) = self.pieces.front().cloned() else {
            return Acted::Done;
        };
        let length = first.len();
        let acted = self.standing.act(self.held, || room.send(first));
        if acted == Acted::Done {
            self.pieces.pop_front();
            self.waiting -= length;
        }
        acted
    }

    /// Waits until the client may do something else than before.
    pub(super) fn right_changed(&self) -> impl Future<Output = ()> + use<> {
        let (standing, held) = (self.standing.clone(), self.held);
        async move { standing.changed(held).await }
    }

    /// Takes what the client may do now; tells what became of what still waits. What was sent before is
    /// not handed over later: who gave the right anew did not mean it.
    pub(super) fn renew(&mut self) -> Fate {
        self.held = self.standing.held();
        if self.waiting == 0 {
            return Fate::Kept;
        }
        self.refused += 1;
        self.clear();
        Fate::Dropped
    }

    fn clear(&mut self) {
        self.pieces.clear();
        self.tail.clear();
        self.waiting = 0;
    }

    fn close_tail(&mut self) {
        if !self.tail.is_empty() {
            self.pieces.push_back(self.tail.split().freeze());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pair(right: Right) -> (Inbox, mpsc::Receiver<Bytes>, Standing) {
        let (program, received) = mpsc::channel(4);
        let standing = Standing::new(right);
        (Inbox::new(program, standing.clone()), received, standing)
    }

    #[tokio::test]
    async fn many_lines_are_few_pieces() {
        let (mut inbox, mut received, _standing) = pair(Right::Write);
        for _ in 0..1000 {
            assert_eq!(inbox.push("k"), Fate::Kept);
        }
        assert_eq!(inbox.hand_over().await, Acted::Done);
        assert_eq!(received.recv().await.unwrap(), "k\n".repeat(1000));
        assert_eq!(inbox.waiting, 0);
    }

    #[tokio::test]
    async fn who_may_only_look_sends_nothing() {
        let (mut inbox, mut received, _standing) = pair(Right::View);
        assert_eq!(inbox.push("rm"), Fate::Dropped);
        assert_eq!((inbox.refused(), inbox.waiting), (1, 0));
        assert!(received.try_recv().is_err());
    }

    #[tokio::test]
    async fn what_waits_when_the_right_is_taken_never_arrives() {
        let (mut inbox, mut received, standing) = pair(Right::Write);
        inbox.push("before");
        standing.set(Right::View);
        assert_eq!(inbox.hand_over().await, Acted::Refused);
        standing.set(Right::Write);
        assert_eq!(inbox.hand_over().await, Acted::Refused);
        assert_eq!(inbox.renew(), Fate::Dropped);
        inbox.push("after");
        inbox.hand_over().await;
        assert_eq!(received.recv().await.unwrap(), "after\n");
    }

    #[tokio::test]
    async fn what_is_for_a_program_that_closed_its_input_is_dropped() {
        let (mut inbox, received, _standing) = pair(Right::Write);
        drop(received);
        inbox.push("x");
        assert_eq!(inbox.hand_over().await, Acted::Done);
        assert_eq!(inbox.waiting, 0);
    }

    proptest! {
        #[test]
        fn lines_arrive_whole_and_in_order(lines in prop::collection::vec(any::<String>(), 1..30), factor in 1usize..2000) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let lines: Vec<String> = lines.iter().map(|line| line.repeat(factor)).collect();
            runtime.block_on(async {
                let (mut inbox, mut received, _standing) = pair(Right::Write);
                for line in &lines {
                    inbox.push(line);
                }
                let mut all = Vec::new();
                while inbox.waiting > 0 {
                    inbox.hand_over().await;
                    let piece = received.recv().await.unwrap();
                    assert!(piece.ends_with(b"\n"));
                    all.extend_from_slice(&piece);
                }
                let expected: String = lines.iter().map(|line| format!("{line}\n")).collect();
                assert_eq!(all, expected.as_bytes());
            });
        }
    }
}
