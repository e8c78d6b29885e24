//! One line for several sessions: each gets it where who sends it may write, at the moment of writing.
//! It knows nothing of how it was asked for.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use tokio::time::timeout;

use crate::access::Grant;
use crate::registry::Seen;
use crate::right::Right;
use crate::session::{Entry, Role, Session, Writer, Written};
use crate::visible::is_deceptive;

use super::super::peer::Peer;
use super::super::viewers::{Arrival, Carrier, Parting};
use super::super::{AUDIT, App};

/// The longest line, in bytes. With its end it is handed over in one piece, and no terminal's own
/// editing takes a longer one.
const MOST: usize = 4000;

/// How long a program may leave what was typed before unread; it gets nothing of the line then.
const PATIENCE: Duration = Duration::from_secs(1);

/// A line to be typed, without its end. It holds nothing that a person can't see in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Line(String);

/// Why a text is no line to be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::server) enum BadLine {
    /// It is too long.
    #[error(
        "\"line\" is longer than {MOST} bytes; send it in parts, or a file's name in its place"
    )]
    Long,
    /// A key is in it that no text has: it would do what nobody sees.
    #[error("\"line\" has control characters in it; only text can be sent, its end is added")]
    Control,
    /// A character is in it that shows as nothing, or changes the direction of what follows: it would
    /// not be what it looks like.
    #[error(
        "\"line\" has {} in it, which shows as nothing or reorders what is around it \
         (as zero-width, direction and tag characters do); take it out",
        .0.escape_unicode()
    )]
    Unseen(char),
}

impl Line {
    pub(in crate::server) fn new(text: &str) -> Result<Self, BadLine> {
        if text.len() > MOST {
            return Err(BadLine::Long);
        }
        if text.chars().any(char::is_control) {
            return Err(BadLine::Control);
        }
        match text.chars().find(|c| is_deceptive(*c)) {
            Some(unseen) => Err(BadLine::Unseen(unseen)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// As it is typed.
    fn typed(&self) -> Bytes {
        format!("{}\r", self.0).into()
    }
}

/// What became of a line in one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Outcome {
    /// It is on its way to the program.
    Sent,
    /// Who sent it may only look there.
    Refused,
    /// There is no such session, or not for him.
    Gone,
    /// The program does not read: it got nothing.
    Busy,
}

impl Outcome {
    /// The word that it is told by.
    pub(in crate::server) fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Gone => "gone",
            Self::Busy => "busy",
        }
    }
}

/// Types a line into the sessions with these ids, each once, at the same time: none waits for another.
/// Tells what became of it in each.
pub(in crate::server) async fn send(
    app: &App,
    peer: &Peer,
    grant: &Arc<Grant>,
    line: &Line,
    ids: &[String],
) -> Vec<(String, Outcome)> {
    let seen = app.0.registry.seen(grant.user.as_deref(), grant.sight);
    let mut asked = HashSet::new();
    let once = ids.iter().filter(|id| asked.insert(id.as_str()));
    let sent = join_all(once.map(async |id| {
        let found = seen.iter().find(|one| one.session.handle() == id);
        let outcome = match found {
            Some(one) => type_into(app, peer, grant, line, one).await,
            None => Outcome::Gone,
        };
        (id.clone(), outcome)
    }))
    .await;
    if sent.iter().any(|(_, outcome)| *outcome == Outcome::Refused) {
        app.note_denied_to("read_only", peer.address, grant);
    }
    let took = |(_, outcome): &&(String, Outcome)| *outcome == Outcome::Sent;
    let count = sent.iter().filter(took).count();
    let user = grant.user.as_deref();
    tracing::info!(target: AUDIT, peer = %peer.address, user, asked = sent.len(), sent = count, "a line was sent to sessions");
    sent
}

/// What others have for themselves is not typed into, however it is seen.
async fn type_into(app: &App, peer: &Peer, grant: &Arc<Grant>, line: &Line, one: &Seen) -> Outcome {
    match one.is_told && app.right_of(grant) == Right::Write {
        true => write(app, peer, grant, line, &one.session).await,
        false => Outcome::Refused,
    }
}

/// Who sends a line is a viewer for that moment, so that the host's word reaches him; but none who is
/// looked at, waited for, or keeps the session alive.
async fn write(
    app: &App,
    peer: &Peer,
    grant: &Arc<Grant>,
    line: &Line,
    session: &Session,
) -> Outcome {
    let (mut view, _) = session.attach(Entry {
        who: grant.who(peer.address),
        right: grant.right,
        scrollback: 0,
        resume: None,
        role: Role::Unseen,
    });
    let mut presence = app.0.guests.enter(Arrival {
        id: view.id(),
        address: peer.address,
        grant: Arc::clone(grant),
        attached: session.into(),
        by: Carrier::Api,
        role: Role::Unseen,
        most: Right::Write,
    });
    let typed = line.typed();
    let bytes_in = typed.len() as u64;
    let outcome = match view.writer() {
        Some(writer) => hand_over(&writer, typed, session).await,
        None => Outcome::Refused,
    };
    presence.leaves(Parting {
        reason: format!("one line for several sessions: {}", outcome.word()),
        bytes_in,
        bytes_out: 0,
        refused: u64::from(outcome == Outcome::Refused),
    });
    outcome
}

async fn hand_over(writer: &Writer, line: Bytes, session: &Session) -> Outcome {
    let mut pending = VecDeque::from([line]);
    match timeout(PATIENCE, writer.write(&mut pending)).await {
        Err(_) => Outcome::Busy,
        Ok(Written::Refused) => Outcome::Refused,
        Ok(Written::Done) if session.has_ended() => Outcome::Gone,
        Ok(Written::Done) => Outcome::Sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_text_of_any_script() {
        for text in [
            "",
            "ls -l",
            "echo 'über' 日本 👍 ❤\u{fe0f} 👍\u{1f3fd}",
            &"x".repeat(MOST),
        ] {
            let line = Line::new(text).unwrap();
            assert_eq!(line.typed(), format!("{text}\r"));
        }
    }

    #[test]
    fn what_does_more_than_it_shows_is_none() {
        for text in [
            "a\rb",
            "a\nb",
            "\x03",
            "\x1b[A",
            "a\tb",
            "\x7f",
            "\u{9b}31m",
            "\0",
        ] {
            assert_eq!(Line::new(text), Err(BadLine::Control), "{text:?}");
        }
        assert_eq!(Line::new(&"x".repeat(MOST + 1)), Err(BadLine::Long));
    }

    #[test]
    fn what_is_not_what_it_looks_like_is_none() {
        for unseen in [
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{200d}',
            '\u{ad}',
            '\u{feff}',
            '\u{e0041}',
        ] {
            let text = format!("ls {unseen}x");
            assert_eq!(Line::new(&text), Err(BadLine::Unseen(unseen)), "{text:?}");
        }
        let told = BadLine::Unseen('\u{202e}').to_string();
        assert!(told.contains("\\u{202e}"), "{told}");
    }
}
