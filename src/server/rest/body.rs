//! What the body of a request wishes for: JSON, whatever its type is called (Jupyter's clients say
//! `text/plain`). Members that nobody here knows are passed over, as those clients send some. It knows
//! no session.

use std::pin::pin;
use std::time::Duration;

use futures::{Stream, StreamExt};
use serde_json::{Map, Value};
use tokio::time::timeout;
use warp::Buf;

use crate::name::SessionName;
use crate::size::TermSize;

use super::super::head::MAX_BODY;
use super::super::watch::Line;
use super::problem::Problem;

/// The members of a body.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Wishes(Map<String, Value>);

/// Reads a body, which has to come within `patience`.
pub(super) async fn read(
    body: impl Stream<Item = Result<impl Buf, warp::Error>>,
    patience: Duration,
) -> Result<Wishes, Problem> {
    let collected = timeout(patience, collect(body)).await;
    Wishes::parse(&collected.map_err(|_| Problem::late())??)
}

async fn collect(
    body: impl Stream<Item = Result<impl Buf, warp::Error>>,
) -> Result<Vec<u8>, Problem> {
    let mut body = pin!(body);
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await {
        let mut piece = piece.map_err(|_| Problem::cut_off())?;
        if (bytes.len() + piece.remaining()) as u64 > MAX_BODY {
            return Err(Problem::large());
        }
        while piece.has_remaining() {
            let chunk = piece.chunk();
            bytes.extend_from_slice(chunk);
            let read = chunk.len();
            piece.advance(read);
        }
    }
    Ok(bytes)
}

impl Wishes {
    fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(Value::Null) => Ok(Self::default()),
            Ok(_) => Err(Problem::bad("the body must be a JSON object")),
            Err(_) => Err(Problem::bad("Invalid JSON in body of request")),
        }
    }

    /// The name of a session.
    pub(super) fn name(&self) -> Result<Option<SessionName>, Problem> {
        let name = self.text("name")?.map(str::parse);
        let named = name.transpose();
        named.map_err(|bad| Problem::bad(format!("\"name\" can't be taken: {bad}")))
    }

    /// A directory.
    pub(super) fn cwd(&self) -> Result<Option<String>, Problem> {
        Ok(self.text("cwd")?.map(str::to_owned))
    }

    /// A line to be typed.
    pub(super) fn line(&self) -> Result<Line, Problem> {
        let text = self.text("line")?;
        let text = text.ok_or_else(|| Problem::bad("\"line\" is missing: what is to be typed"))?;
        Line::new(text).map_err(|bad| Problem::bad(bad.to_string()))
    }

    /// The sessions that it is for, by their ids.
    pub(super) fn sessions(&self) -> Result<Vec<String>, Problem> {
        let bad = || Problem::bad("\"sessions\" must be a list of ids, as /sessions/ws tells them");
        let Some(Value::Array(ids)) = self.0.get("sessions") else {
            return Err(bad());
        };
        let ids: Option<Vec<String>> = ids.iter().map(|id| Some(id.as_str()?.to_owned())).collect();
        ids.filter(|ids| !ids.is_empty()).ok_or_else(bad)
    }

    /// The size of a terminal.
    pub(super) fn size(&self) -> Result<Option<TermSize>, Problem> {
        let size = match self.0.get("size") {
            None | Some(Value::Null) => return Ok(None),
            Some(size) => size,
        };
        let side = |name| u16::try_from(size.get(name)?.as_u64()?).ok();
        let sides = side("cols").zip(side("rows"));
        let size = sides.and_then(|(cols, rows)| TermSize::new(cols, rows));
        let bad =
            || Problem::bad("\"size\" must have \"cols\", 2 to 2000, and \"rows\", 1 to 1000");
        size.map(Some).ok_or_else(bad)
    }

    fn text(&self, member: &str) -> Result<Option<&str>, Problem> {
        match self.0.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Problem::bad(format!("\"{member}\" must be a string"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Wishes, String> {
        Wishes::parse(text.as_bytes()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn nothing_may_be_wished_for() {
        for text in [
            "",
            " \n",
            "null",
            "{}",
            r#"{"name":null,"cwd":null,"size":null}"#,
        ] {
            let wishes = parse(text).unwrap();
            assert!(wishes.name().unwrap().is_none(), "{text}");
            assert!(wishes.cwd().unwrap().is_none(), "{text}");
            assert!(wishes.size().unwrap().is_none(), "{text}");
        }
    }

    #[test]
    fn r39_a_name_and_a_directory_are_and_all_else_is_passed_over() {
        let text = r#"{"name":"fox","cwd":"a/b","shell_command":["sh"],"env":{"A":"b"},"name2":1}"#;
        let wishes = parse(text).unwrap();
        assert_eq!(wishes.name().unwrap().unwrap().as_str(), "fox");
        assert_eq!(wishes.cwd().unwrap().unwrap(), "a/b");
    }

    #[test]
    fn a_size_is_one_that_a_terminal_can_have() {
        let text = r#"{"size":{"cols":90,"rows":20,"depth":3}}"#;
        let size = parse(text).unwrap().size().unwrap().unwrap();
        assert_eq!((size.cols(), size.rows()), (90, 20));
        for text in [
            r#"{"size":"90x20"}"#,
            r#"{"size":[90,20]}"#,
            r#"{"size":{"cols":90}}"#,
            r#"{"size":{"cols":1,"rows":20}}"#,
            r#"{"size":{"cols":90,"rows":0}}"#,
            r#"{"size":{"cols":90,"rows":1001}}"#,
            r#"{"size":{"cols":90.5,"rows":20}}"#,
            r#"{"size":{"cols":-90,"rows":20}}"#,
            r#"{"size":{"cols":65626,"rows":20}}"#,
        ] {
            let error = parse(text).unwrap().size().unwrap_err().to_string();
            assert!(error.starts_with("\"size\" must have"), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let deep = "[".repeat(60_000);
        let closed = format!("{}{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
        for text in [
            "[",
            "{",
            r#"{"name":"#,
            "nonsense",
            &deep,
            &closed,
            "{}{}",
            "\u{feff}{}",
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error, "Invalid JSON in body of request");
        }
        for text in ["[]", "[1]", "1", "true", r#""name""#] {
            let error = parse(text).unwrap_err();
            assert_eq!(error, "the body must be a JSON object");
        }
        assert!(Wishes::parse(b"{\"name\":\"\xff\"}").is_err());
    }

    #[test]
    fn a_wrong_member_is_named() {
        for text in [
            r#"{"name":5}"#,
            r#"{"name":{}}"#,
            r#"{"name":["a"]}"#,
            r#"{"name":true}"#,
        ] {
            let error = parse(text).unwrap().name().unwrap_err().to_string();
            assert_eq!(error, "\"name\" must be a string");
        }
        for text in [
            r#"{"name":""}"#,
            r#"{"name":"a/b"}"#,
            r#"{"name":"a\u0000"}"#,
        ] {
            let error = parse(text).unwrap().name().unwrap_err().to_string();
            assert!(error.starts_with("\"name\" can't be taken: "), "{error}");
        }
        let error = parse(r#"{"cwd":5}"#).unwrap().cwd().unwrap_err();
        assert_eq!(error.to_string(), "\"cwd\" must be a string");
    }

    proptest! {
        #[test]
        fn r41_no_body_panics_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(wishes) = Wishes::parse(&bytes) {
                let _ = (wishes.name(), wishes.cwd(), wishes.size());
            }
        }
    }
}
