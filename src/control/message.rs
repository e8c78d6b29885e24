//! The messages on the control socket: pure functions between a line of JSON and values.

use std::time::Duration;

use serde_json::{Value, json};

use crate::right::Right;
use crate::viewer_id::ViewerId;

/// What the host wants of a running webterm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// To know which one it is.
    About,
    /// To know who is there.
    Guests,
    /// That a viewer may do this from now on.
    SetRight(ViewerId, Right),
    /// That a viewer goes.
    ThrowOut(ViewerId),
}

/// What a running webterm answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Which one it is.
    About(About),
    /// Who is there.
    Guests(Vec<Guest>),
    /// It is done, with these viewers: the one that was meant, and others of the same browser.
    Done(Vec<ViewerId>),
    /// It was not done, for this reason.
    Refused(String),
}

/// Which webterm it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The command that it shares.
    pub command: String,
    /// The address that it listens on.
    pub address: String,
}

/// A viewer. Its texts may hold anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Its number.
    pub id: ViewerId,
    /// The name that it gave proof of, if it was asked for one.
    pub user: Option<String>,
    /// The name of the session that it looks at.
    pub session: String,
    /// Where it comes from.
    pub address: String,
    /// For how long it has been there, in whole seconds.
    pub age: Duration,
    /// What it may do.
    pub right: Right,
    /// How it is connected.
    pub transport: String,
    /// The bytes that it was sent.
    pub sent: u64,
    /// The bytes that it sent.
    pub received: u64,
}

impl Request {
    /// The request as a line, without its end.
    pub(super) fn encode(&self) -> String {
        let request = match self {
            Self::About => json!({ "do": "about" }),
            Self::Guests => json!({ "do": "guests" }),
            Self::SetRight(id, right) => {
                json!({ "do": "set-right", "viewer": id.number(), "right": word(*right) })
            }
            Self::ThrowOut(id) => json!({ "do": "throw-out", "viewer": id.number() }),
        };
        request.to_string()
    }

    /// Reads a line; `None` where it is no request.
    pub(super) fn decode(line: &[u8]) -> Option<Self> {
        let request: Value = serde_json::from_slice(line).ok()?;
        match request.get("do")?.as_str()? {
            "about" => Some(Self::About),
            "guests" => Some(Self::Guests),
            "set-right" => Some(Self::SetRight(
                viewer(request.get("viewer")?)?,
                right(request.get("right")?)?,
            )),
            "throw-out" => Some(Self::ThrowOut(viewer(request.get("viewer")?)?)),
            _ => None,
        }
    }
}

impl Answer {
    /// The answer as a line, without its end.
    pub(super) fn encode(&self) -> String {
        let answer = match self {
            Self::About(about) => json!({
                "about": { "command": about.command, "address": about.address },
            }),
            Self::Guests(guests) => {
                json!({ "guests": guests.iter().map(Guest::to_json).collect::<Vec<_>>() })
            }
            Self::Done(ids) => {
                json!({ "done": ids.iter().map(|id| id.number()).collect::<Vec<_>>() })
            }
            Self::Refused(reason) => json!({ "refused": reason }),
        };
        answer.to_string()
    }

    /// Reads a line; `None` where it is no answer.
    pub(super) fn decode(line: &[u8]) -> Option<Self> {
        let answer: Value = serde_json::from_slice(line).ok()?;
        let (name, value) = answer.as_object()?.iter().next()?;
        match name.as_str() {
            "about" => Some(Self::About(About {
                command: text(value.get("command")?)?,
                address: text(value.get("address")?)?,
            })),
            "guests" => {
                let guests = value.as_array()?.iter().map(Guest::from_json);
                guests.collect::<Option<_>>().map(Self::Guests)
            }
            "done" => {
                let ids = value.as_array()?.iter().map(viewer);
                ids.collect::<Option<_>>().map(Self::Done)
            }
            "refused" => text(value).map(Self::Refused),
            _ => None,
        }
    }
}

impl Guest {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id.number(),
            "user": self.user,
            "session": self.session,
            "address": self.address,
            "age": self.age.as_secs(),
            "right": word(self.right),
            "transport": self.transport,
            "sent": self.sent,
            "received": self.received,
        })
    }

    fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            id: viewer(value.get("id")?)?,
            user: text(value.get("user")?),
            session: text(value.get("session")?)?,
            address: text(value.get("address")?)?,
            age: Duration::from_secs(value.get("age")?.as_u64()?),
            right: right(value.get("right")?)?,
            transport: text(value.get("transport")?)?,
            sent: value.get("sent")?.as_u64()?,
            received: value.get("received")?.as_u64()?,
        })
    }
}

fn word(right: Right) -> &'static str {
    match right {
        Right::View => "view",
        Right::Write => "write",
    }
}

fn right(value: &Value) -> Option<Right> {
    [Right::View, Right::Write]
        .into_iter()
        .find(|right| value == word(*right))
}

fn viewer(value: &Value) -> Option<ViewerId> {
    ViewerId::new(value.as_u64()?)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: u64) -> ViewerId {
        ViewerId::new(number).unwrap()
    }

    #[test]
    fn every_request_is_read_as_it_was_meant() {
        for request in [
            Request::About,
            Request::Guests,
            Request::SetRight(id(3), Right::Write),
            Request::SetRight(id(u64::MAX), Right::View),
            Request::ThrowOut(id(1)),
        ] {
            let line = request.encode();
            assert!(!line.contains('\n'));
            assert_eq!(Request::decode(line.as_bytes()), Some(request));
        }
    }

    #[test]
    fn what_is_no_request_is_none() {
        for line in [
            "",
            "about",
            "[]",
            r#"{"do":"end"}"#,
            r#"{"do":"throw-out"}"#,
            r#"{"do":"throw-out","viewer":0}"#,
            r#"{"do":"throw-out","viewer":"1"}"#,
            r#"{"do":"set-right","viewer":1,"right":"all"}"#,
        ] {
            assert_eq!(Request::decode(line.as_bytes()), None, "{line}");
        }
    }

    fn guest(user: Option<String>, address: String, numbers: [u64; 4]) -> Guest {
        Guest {
            id: id(numbers[0].max(1)),
            user,
            session: "main".to_owned(),
            address: address.clone(),
            age: Duration::from_secs(numbers[1]),
            right: Right::Write,
            transport: address,
            sent: numbers[2],
            received: numbers[3],
        }
    }

    proptest! {
        #[test]
        fn every_answer_is_read_as_it_was_meant(
            user in proptest::option::of(".*"),
            text in ".*",
            numbers in any::<[u64; 4]>(),
        ) {
            let about = About { command: text.clone(), address: text.clone() };
            for answer in [
                Answer::About(about),
                Answer::Guests(vec![guest(user, text.clone(), numbers); 2]),
                Answer::Guests(Vec::new()),
                Answer::Done(vec![id(1), id(2)]),
                Answer::Refused(text),
            ] {
                let line = answer.encode();
                prop_assert!(!line.contains('\n'));
                prop_assert_eq!(Answer::decode(line.as_bytes()), Some(answer));
            }
        }

        #[test]
        fn r41_no_line_panics(line in any::<Vec<u8>>()) {
            let _ = Request::decode(&line);
            let _ = Answer::decode(&line);
        }
    }
}
