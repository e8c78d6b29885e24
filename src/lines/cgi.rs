//! What a program is told of who talks to it, as variables like those of CGI (RFC 3875, 4.1). It
//! decides what is told, and knows nothing of how the program is started.
//!
//! Of the request's headers only the name in `Host` is told, which was checked before, and of the
//! address only what is below the page's: neither passwords, cookies nor secret words.

use std::net::SocketAddr;

use crate::viewer_id::ViewerId;

/// The variables of CGI, and those that other servers set besides. A program gets none of them from
/// webterm's own environment: one that is missing must not be taken from there.
pub const NAMES: [&str; 21] = [
    "AUTH_TYPE",
    "CONTENT_LENGTH",
    "CONTENT_TYPE",
    "GATEWAY_INTERFACE",
    "HTTPS",
    "PATH_INFO",
    "PATH_TRANSLATED",
    "QUERY_STRING",
    "REMOTE_ADDR",
    "REMOTE_HOST",
    "REMOTE_IDENT",
    "REMOTE_PORT",
    "REMOTE_USER",
    "REQUEST_METHOD",
    "REQUEST_URI",
    "SCRIPT_NAME",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "SERVER_SOFTWARE",
    "UNIQUE_ID",
];

/// The longest query that is told, in bytes.
const MAX_QUERY: usize = 2048;

/// The longest other value that comes from outside, in bytes: as long as a host's name may be.
const MAX_VALUE: usize = 255;

/// Who asks for a program, and how.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// Its number.
    pub id: ViewerId,
    /// Where it comes from.
    pub address: SocketAddr,
    /// The name that it gave proof of, if it was asked for one.
    pub user: Option<&'a str>,
    /// `Host`, as the request had it.
    pub host: &'a str,
    /// The port that it connected to.
    pub port: u16,
    /// `http` or `https`.
    pub scheme: &'a str,
    /// The path below the page's, from its `/` on: never with a secret word.
    pub path: &'a str,
    /// What follows the path's `?`.
    pub query: &'a str,
}

/// A query that can't be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the query has at most 2048 visible ASCII characters, none of them \", < or >")]
pub struct BadQuery;

/// The variables for one program.
pub fn variables(asker: &Asker<'_>) -> Result<Vec<(&'static str, String)>, BadQuery> {
    let Asker {
        id,
        address,
        user,
        host,
        port,
        scheme,
        path,
        query,
    } = *asker;
    if query.len() > MAX_QUERY || !query.bytes().all(may_be_in_query) {
        return Err(BadQuery);
    }
    let ip = address.ip().to_canonical().to_string();
    let target = match query {
        "" => path.to_owned(),
        _ => format!("{path}?{query}"),
    };
    let mut all = vec![
        ("GATEWAY_INTERFACE", "CGI/1.1".to_owned()),
        ("QUERY_STRING", query.to_owned()),
        ("REMOTE_ADDR", ip.clone()),
        ("REMOTE_HOST", ip),
        ("REMOTE_PORT", address.port().to_string()),
        ("REQUEST_METHOD", "GET".to_owned()),
        ("REQUEST_URI", target),
        ("SCRIPT_NAME", path.to_owned()),
        ("SERVER_PORT", port.to_string()),
        ("SERVER_PROTOCOL", "HTTP/1.1".to_owned()),
        (
            "SERVER_SOFTWARE",
            format!("webterm/{}", env!("CARGO_PKG_VERSION")),
        ),
        ("UNIQUE_ID", id.to_string()),
    ];
    let name = Some(name_in(host)).filter(|name| is_host_name(name));
    all.extend(name.map(|name| ("SERVER_NAME", name.to_owned())));
    let user = user.filter(|user| user.len() <= MAX_VALUE && !user.contains(char::is_control));
    all.extend(user.map(|user| ("REMOTE_USER", user.to_owned())));
    if scheme == "https" {
        all.push(("HTTPS", "on".to_owned()));
    }
    Ok(all)
}

/// As browsers leave them as they are (URL standard, query percent-encode set).
fn may_be_in_query(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>".contains(&byte)
}

/// A host without its port.
fn name_in(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn is_host_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    (1..=MAX_VALUE).contains(&name.len()) && name.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asker() -> Asker<'static> {
        Asker {
            id: ViewerId::new(1).unwrap(),
            address: "127.0.0.1:4711".parse().unwrap(),
            user: None,
            host: "box.example:8080",
            port: 8080,
            scheme: "http",
            path: "/ws",
            query: "",
        }
    }

    fn value<'a>(all: &'a [(&'static str, String)], name: &str) -> Option<&'a str> {
        let mut found = all.iter().filter(|(known, _)| *known == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} is there twice");
        value
    }

    fn told(asker: Asker<'_>, name: &str) -> Option<String> {
        value(&variables(&asker).unwrap(), name).map(str::to_owned)
    }

    #[test]
    fn a_program_is_told_who_talks_to_it() {
        let all = variables(&Asker {
            user: Some("alice"),
            scheme: "https",
            query: "a=1&b=%20",
            ..asker()
        })
        .unwrap();
        for (name, expected) in [
            ("GATEWAY_INTERFACE", "CGI/1.1"),
            ("HTTPS", "on"),
            ("QUERY_STRING", "a=1&b=%20"),
            ("REMOTE_ADDR", "127.0.0.1"),
            ("REMOTE_HOST", "127.0.0.1"),
            ("REMOTE_PORT", "4711"),
            ("REMOTE_USER", "alice"),
            ("REQUEST_METHOD", "GET"),
            ("REQUEST_URI", "/ws?a=1&b=%20"),
            ("SCRIPT_NAME", "/ws"),
            ("SERVER_NAME", "box.example"),
            ("SERVER_PORT", "8080"),
            ("SERVER_PROTOCOL", "HTTP/1.1"),
            ("UNIQUE_ID", "1"),
        ] {
            assert_eq!(value(&all, name), Some(expected), "{name}");
        }
        assert!(value(&all, "SERVER_SOFTWARE").is_some());
        assert_eq!(all.len(), 15);
        assert!(all.iter().all(|(name, _)| NAMES.contains(name)));
    }

    #[test]
    fn what_is_not_known_is_not_there() {
        assert_eq!(told(asker(), "REMOTE_USER"), None);
        assert_eq!(told(asker(), "HTTPS"), None);
        assert_eq!(told(asker(), "QUERY_STRING").as_deref(), Some(""));
        assert_eq!(told(asker(), "REQUEST_URI").as_deref(), Some("/ws"));
    }

    #[test]
    fn a_user_with_control_characters_or_of_great_length_is_not_told() {
        let long = "x".repeat(256);
        for user in ["a\nb", "a\u{7f}", "\0", &long] {
            let user = Some(user);
            assert_eq!(told(Asker { user, ..asker() }, "REMOTE_USER"), None);
        }
        let user = Some("Jürgen K.");
        let told = told(Asker { user, ..asker() }, "REMOTE_USER");
        assert_eq!(told.as_deref(), Some("Jürgen K."));
    }

    #[test]
    fn a_host_is_told_without_its_port() {
        let long = "x".repeat(256);
        for (host, name) in [
            ("localhost:80", Some("localhost")),
            ("localhost", Some("localhost")),
            ("[::1]:8080", Some("[::1]")),
            ("[::1]", Some("[::1]")),
            ("10.0.0.1:", Some("10.0.0.1")),
            ("", None),
            ("a b", None),
            ("a\"b:1", None),
            (&long, None),
        ] {
            let told = told(Asker { host, ..asker() }, "SERVER_NAME");
            assert_eq!(told.as_deref(), name, "{host}");
        }
    }

    #[test]
    fn an_address_of_the_other_family_is_told_as_what_it_is() {
        let address = "[::ffff:192.0.2.7]:5".parse().unwrap();
        let told = told(Asker { address, ..asker() }, "REMOTE_ADDR");
        assert_eq!(told.as_deref(), Some("192.0.2.7"));
    }

    #[test]
    fn a_strange_or_long_query_is_refused() {
        let long = "x".repeat(MAX_QUERY);
        assert!(
            variables(&Asker {
                query: &long,
                ..asker()
            })
            .is_ok()
        );
        let longer = "x".repeat(MAX_QUERY + 1);
        for query in ["a b", "a\nb", "ä", "a\"b", "<x>", "\0", &longer] {
            let asker = Asker { query, ..asker() };
            assert_eq!(variables(&asker), Err(BadQuery), "{query}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_no_value_has_control_characters_or_great_length(
            user in prop::option::of(any::<String>()), host in any::<String>(), query in any::<String>(),
        ) {
            let asker = Asker { user: user.as_deref(), host: &host, query: &query, ..asker() };
            for (name, value) in variables(&asker).unwrap_or_default() {
                prop_assert!(!value.contains(char::is_control), "{name}");
                prop_assert!(value.len() <= MAX_QUERY + 16, "{name}");
            }
        }
    }
}
