//! The events by name and field: what clients may ask for, and what is wrong with what they send.
//! It knows no session.

use serde_json::{Map, Value};

use crate::size::TermSize;

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Request {
    /// `terminal:create`
    Create(TermSize),
    /// `terminal:input`
    Input(String, String),
    /// `terminal:resize`
    Resize(String, TermSize),
    /// `terminal:close`
    Close(String),
    /// `terminal:list`
    List,
    /// `terminal:reconnect`
    Reconnect(String),
}

/// What is wrong with an event, for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The session that it meant, as far as that can be told.
    pub(super) session: Option<String>,
    pub(super) error: String,
}

impl Request {
    /// Understands an event.
    pub(super) fn parse(event: &str, data: Value) -> Result<Self, Wrong> {
        let mut fields = match data {
            Value::Object(fields) => fields,
            // A list needs nothing.
            Value::Null => Map::new(),
            _ => {
                return Err(wrong(
                    None,
                    format!("the data of {event} must be an object"),
                ));
            }
        };
        match event {
            "terminal:create" => {
                check_label(&fields)?;
                size(&fields)
                    .map(Self::Create)
                    .map_err(|error| wrong(None, error))
            }
            "terminal:input" => {
                let session = session(&fields)?;
                match fields.remove("data") {
                    Some(Value::String(data)) => Ok(Self::Input(session, data)),
                    Some(_) => Err(wrong(Some(session), "data must be a string")),
                    None => Err(wrong(Some(session), "Missing data")),
                }
            }
            "terminal:resize" => {
                let session = session(&fields)?;
                match size(&fields) {
                    Ok(size) => Ok(Self::Resize(session, size)),
                    Err(error) => Err(wrong(Some(session), error)),
                }
            }
            "terminal:close" => session(&fields).map(Self::Close),
            "terminal:list" => check_label(&fields).map(|()| Self::List),
            "terminal:reconnect" => session(&fields).map(Self::Reconnect),
            _ => Err(wrong(
                None,
                "there is no such event; see the README's protocol section",
            )),
        }
    }
}

fn wrong(session: Option<String>, error: impl Into<String>) -> Wrong {
    let error = error.into();
    Wrong { session, error }
}

fn session(fields: &Map<String, Value>) -> Result<String, Wrong> {
    match fields.get("session_id") {
        Some(Value::String(session)) if !session.is_empty() => Ok(session.clone()),
        Some(Value::String(_) | Value::Null) | None => Err(wrong(None, "Missing session_id")),
        Some(_) => Err(wrong(None, "session_id must be a string")),
    }
}

/// A label says nothing about who somebody is, so nothing is done with it but this.
fn check_label(fields: &Map<String, Value>) -> Result<(), Wrong> {
    match fields.get("user_id") {
        None | Some(Value::Null | Value::String(_) | Value::Number(_)) => Ok(()),
        Some(_) => Err(wrong(None, "user_id must be a string or a number")),
    }
}

/// Whole numbers within bounds and nothing else (requirement R20).
fn size(fields: &Map<String, Value>) -> Result<TermSize, String> {
    for name in ["cols", "rows"] {
        if fields.get(name).is_none_or(Value::is_null) {
            return Err(format!("Missing {name}"));
        }
    }
    let number = |name| fields.get(name)?.as_u64()?.try_into().ok();
    let size = number("cols").zip(number("rows"));
    size.and_then(|(cols, rows)| TermSize::new(cols, rows))
        .ok_or_else(|| {
            format!(
                "cols must be a whole number from {} to {}, and rows one from 1 to {}",
                TermSize::MIN_COLS,
                TermSize::MAX_COLS,
                TermSize::MAX_ROWS
            )
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error(event: &str, data: Value) -> String {
        Request::parse(event, data).unwrap_err().error
    }

    #[test]
    fn what_clients_ask_for_is_understood() {
        let size = TermSize::new(80, 24).unwrap();
        let id = || "main".to_owned();
        for (event, data, expected) in [
            (
                "terminal:create",
                json!({"cols": 80, "rows": 24, "user_id": "u"}),
                Request::Create(size),
            ),
            (
                "terminal:create",
                json!({"cols": 80, "rows": 24, "user_id": null}),
                Request::Create(size),
            ),
            (
                "terminal:input",
                json!({"session_id": "main", "data": ""}),
                Request::Input(id(), String::new()),
            ),
            (
                "terminal:resize",
                json!({"session_id": "main", "cols": 80, "rows": 24}),
                Request::Resize(id(), size),
            ),
            (
                "terminal:close",
                json!({"session_id": "main"}),
                Request::Close(id()),
            ),
            ("terminal:list", json!({"user_id": 7}), Request::List),
            ("terminal:list", Value::Null, Request::List),
            (
                "terminal:reconnect",
                json!({"session_id": "main"}),
                Request::Reconnect(id()),
            ),
        ] {
            assert_eq!(Request::parse(event, data), Ok(expected), "{event}");
        }
    }

    #[test]
    fn missing_and_wrong_fields_are_named() {
        for event in [
            "terminal:input",
            "terminal:resize",
            "terminal:close",
            "terminal:reconnect",
        ] {
            for data in [
                json!({}),
                json!({"session_id": ""}),
                json!({"session_id": null}),
                Value::Null,
            ] {
                assert_eq!(error(event, data), "Missing session_id");
            }
            assert_eq!(
                error(event, json!({"session_id": 7})),
                "session_id must be a string"
            );
            assert!(error(event, json!("main")).contains("must be an object"));
        }
        assert_eq!(
            error("terminal:input", json!({"session_id": "a"})),
            "Missing data"
        );
        assert_eq!(
            error("terminal:input", json!({"session_id": "a", "data": [1]})),
            "data must be a string"
        );
        assert_eq!(
            error("terminal:create", json!({"rows": 24})),
            "Missing cols"
        );
        assert_eq!(
            error("terminal:create", json!({"cols": 24})),
            "Missing rows"
        );
        assert!(
            error(
                "terminal:create",
                json!({"cols": 80, "rows": 24, "user_id": {}})
            )
            .contains("user_id")
        );
        assert!(error("terminal:blow-up", json!({})).contains("no such event"));
        assert!(error("", json!({})).contains("no such event"));
    }

    #[test]
    fn r20_sizes_are_whole_numbers_within_bounds() {
        for (cols, rows) in [
            (json!(1), json!(24)),
            (json!(2001), json!(24)),
            (json!(80), json!(0)),
            (json!(80), json!(1001)),
            (json!(-80), json!(24)),
            (json!(80.5), json!(24)),
            (json!("80"), json!(24)),
            (json!(65616), json!(24)),
            (json!(1e300), json!(24)),
            (json!([80]), json!(24)),
        ] {
            let data = json!({"session_id": "a", "cols": cols, "rows": rows});
            assert!(
                error("terminal:resize", data.clone()).contains("whole number"),
                "{data}"
            );
        }
    }
}
