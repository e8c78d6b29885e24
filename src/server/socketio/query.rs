//! What the query of a Socket.IO request asks for (Engine.IO protocol 4). It knows no session.

/// How packets travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// In requests and responses.
    Polling,
    /// In a WebSocket's messages.
    WebSocket,
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) way: Way,
    /// The engine that is meant; none where one is to be opened.
    pub(super) sid: Option<String>,
}

/// Why a request is refused, in the numbers and words that its clients know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    UnknownTransport,
    UnknownSid,
    BadRequest,
    Forbidden,
    UnsupportedVersion,
}

impl Fault {
    /// The answer's body.
    pub(super) fn body(self) -> &'static str {
        match self {
            Self::UnknownTransport => r#"{"code":0,"message":"Transport unknown"}"#,
            Self::UnknownSid => r#"{"code":1,"message":"Session ID unknown"}"#,
            Self::BadRequest => r#"{"code":3,"message":"Bad request"}"#,
            Self::Forbidden => r#"{"code":4,"message":"Forbidden"}"#,
            Self::UnsupportedVersion => r#"{"code":5,"message":"Unsupported protocol version"}"#,
        }
    }
}

impl Query {
    /// Reads a query; what is said twice is said wrongly.
    pub(super) fn parse(query: &str) -> Result<Self, Fault> {
        let (mut version, mut way, mut sid) = (None, None, None);
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let place = match name {
                "EIO" => &mut version,
                "transport" => &mut way,
                "sid" => &mut sid,
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(Fault::BadRequest);
            }
        }
        let way = match way {
            Some("polling") => Way::Polling,
            Some("websocket") => Way::WebSocket,
            _ => return Err(Fault::UnknownTransport),
        };
        match version {
            Some("4") => Ok(Self {
                way,
                sid: sid.map(str::to_owned),
            }),
            _ => Err(Fault::UnsupportedVersion),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_send_is_understood() {
        let open = Query::parse("EIO=4&transport=polling&t=abc").unwrap();
        assert_eq!((open.way, open.sid), (Way::Polling, None));
        let more = Query::parse("EIO=4&transport=websocket&sid=x-1_").unwrap();
        assert_eq!(
            (more.way, more.sid.as_deref()),
            (Way::WebSocket, Some("x-1_"))
        );
    }

    #[test]
    fn what_is_missing_wrong_or_doubled_is_refused_in_the_words_of_engine_io() {
        for (query, fault) in [
            ("", Fault::UnknownTransport),
            ("EIO=4", Fault::UnknownTransport),
            ("EIO=4&transport=carrier-pigeon", Fault::UnknownTransport),
            ("transport=polling", Fault::UnsupportedVersion),
            ("EIO=3&transport=polling", Fault::UnsupportedVersion),
            ("EIO=4&transport=polling&sid=a&sid=b", Fault::BadRequest),
            ("EIO=4&EIO=4&transport=polling", Fault::BadRequest),
        ] {
            assert_eq!(Query::parse(query), Err(fault), "{query}");
            let body: serde_json::Value = serde_json::from_str(fault.body()).unwrap();
            assert!(body["code"].is_number() && body["message"].is_string());
        }
    }
}
