//! Writes events as lines: JSON without a character that a terminal acts on, numbered, and chained
//! where that is wanted. It knows no file.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::utc::iso8601;
use crate::visible::is_deceptive;

use super::chain::{self, Hash};
use super::desk::Entry;
use super::event::Event;

/// Where in the log the next line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scribe {
    /// The number of the last line.
    pub(super) number: u64,
    /// Its hash, where lines are chained.
    pub(super) hash: Option<Hash>,
}

#[derive(Serialize)]
struct Line<'a> {
    seq: u64,
    time: String,
    #[serde(flatten)]
    event: &'a Event,
}

impl Scribe {
    /// Writes an event as the next line.
    pub(super) fn write(&mut self, entry: &Entry, to: &mut Vec<u8>) {
        let begin = to.len();
        let line = Line {
            seq: self.number + 1,
            time: iso8601(entry.time),
            event: &entry.event,
        };
        let mut json = Serializer::with_formatter(&mut *to, Safe);
        let written = line.serialize(&mut json);
        debug_assert!(written.is_ok(), "{written:?}");
        self.number += 1;
        if let Some(hash) = &mut self.hash {
            // Its closing brace.
            to.pop();
            *hash = chain::close(hash, to, begin);
        }
        to.push(b'\n');
    }
}

/// JSON in which whatever could deceive who reads it is escaped: `cat` shows what is there.
struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_deceptive) {
            let (plain, from) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut chars = from.chars();
            let mut units = [0; 2];
            let deceptive = chars.next().unwrap_or_default();
            for unit in deceptive.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use proptest::prelude::*;
    use serde_json::Value;

    use crate::right::Right;
    use crate::viewer_id::ViewerId;

    use super::super::event::{Visitor, foreign};
    use super::*;

    fn entry(event: Event) -> Entry {
        let time = UNIX_EPOCH + Duration::from_micros(1_795_195_611_217_225);
        Entry { time, event }
    }

    fn written(scribe: &mut Scribe, event: Event) -> String {
        let mut line = Vec::new();
        scribe.write(&entry(event), &mut line);
        String::from_utf8(line).unwrap()
    }

    fn loose() -> Scribe {
        Scribe {
            number: 6,
            hash: None,
        }
    }

    fn visitor(user: &str, agent: &[u8]) -> Visitor {
        Visitor {
            viewer: ViewerId::new(3).unwrap(),
            user: Some(user.into()),
            address: "10.0.0.5:4711".parse().unwrap(),
            user_agent: Some(foreign(agent)),
            session: Some("main".parse().unwrap()),
            transport: "raw",
        }
    }

    #[test]
    fn an_event_is_a_line_whose_fields_have_an_order() {
        let event = Event::ViewerAttached {
            visitor: visitor("alice", b"curl/8"),
            right: Right::Write,
        };
        assert_eq!(
            written(&mut loose(), event),
            "{\"seq\":7,\"time\":\"2026-11-20T17:26:51.217225Z\",\"event\":\"viewer_attached\",\
             \"viewer\":3,\"user\":\"alice\",\"address\":\"10.0.0.5:4711\",\
             \"user_agent\":\"curl/8\",\"session\":\"main\",\"transport\":\"raw\",\
             \"right\":\"write\"}\n"
        );
    }

    #[test]
    fn lines_of_a_chain_end_with_their_hashes() {
        let mut scribe = Scribe {
            number: 0,
            hash: Some(Hash::ZERO),
        };
        let opened = Event::LogOpened {
            previous: scribe.hash,
            gap: None,
        };
        let first = written(&mut scribe, opened);
        assert!(
            first.contains(r#""event":"log_opened","previous":"0000"#),
            "{first}"
        );
        let (content, hash) = chain::split(first.trim_end().as_bytes()).unwrap();
        assert_eq!(hash, Hash::link(&Hash::ZERO, content));
        assert_eq!(scribe.hash, Some(hash));
        assert_eq!(scribe.number, 1);
    }

    #[test]
    fn r14_of_a_secret_session_no_more_than_its_beginning_is_written() {
        let name = crate::name::SessionName::secret();
        let event = Event::SessionEnded {
            session: name.clone(),
            status: 0,
            seconds: 1,
        };
        let line = written(&mut loose(), event);
        assert!(!line.contains(&name.as_str()[..12]), "{line}");
        assert!(
            line.contains(&format!("{}…", &name.as_str()[..6])),
            "{line}"
        );
    }

    proptest! {
        #[test]
        fn any_foreign_text_stays_in_its_line_and_shows_as_what_it_is(
            user in any::<String>(),
            agent in proptest::collection::vec(any::<u8>(), 0..2000),
            odd in "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{2028}\u{2029}\u{202a}-\u{202e}\u{200b}\u{feff}\u{e0001}\"\\\\]{0,40}",
        ) {
            let user = user + &odd;
            let event = Event::ViewerAttached { visitor: visitor(&user, &agent), right: Right::View };
            for hash in [None, Some(Hash::ZERO)] {
                let line = written(&mut Scribe { number: 0, hash }, event.clone());
                let body = line.strip_suffix('\n').unwrap();
                prop_assert!(!body.contains(is_deceptive), "{body:?}");
                let value: Value = serde_json::from_str(body).unwrap();
                prop_assert_eq!(value["user"].as_str().unwrap(), &user);
                prop_assert!(value["user_agent"].as_str().unwrap().len() <= 256);
            }
        }
    }
}
