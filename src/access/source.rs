//! Where a request may come from: its Host must name this server, its Origin our own page. It knows
//! no web framework.

use std::net::IpAddr;
use std::str::FromStr;

use regex_lite::Regex;

/// Why a request is turned away for where it comes from, or where it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSource {
    /// There is not exactly one `Host` (RFC 9112, 3.2).
    #[error("the request needs exactly one Host header")]
    Host,
    /// It is for a name that is none of ours (requirement R4).
    #[error("this server does not go by that name; start it with --allow-host NAME if it should")]
    Name,
    /// A page of another site sent it (requirement R3).
    #[error(
        "pages of other sites may not come here; open the address itself, or start webterm with --ws-origin"
    )]
    Origin,
}

/// The names that requests may be for, besides addresses and `localhost`.
///
/// A page of any site can give its own name the address of this machine (DNS rebinding), and is then
/// of the same origin as this server. Addresses can't be given so, and `localhost` is nobody's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// These names.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().collect())
    }

    /// The names.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Whether a request may be for `host`, which may end with a port.
    pub fn allow(&self, host: &[u8]) -> bool {
        let Ok(host) = std::str::from_utf8(host) else {
            return false;
        };
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<IpAddr>().is_ok()
            || name.eq_ignore_ascii_case("localhost")
            || self.0.iter().any(|known| name.eq_ignore_ascii_case(known))
    }
}

/// Origins of other sites whose pages may come: a regular expression for all of an origin.
#[derive(Debug, Clone)]
pub struct OriginPattern(Regex);

impl FromStr for OriginPattern {
    type Err = regex_lite::Error;

    fn from_str(pattern: &str) -> Result<Self, Self::Err> {
        // By itself first, so that a parenthesis too many can't reach out of the group.
        Regex::new(pattern)?;
        Regex::new(&format!("^(?:{pattern})$")).map(Self)
    }
}

/// Checks that a request is for this server: `hosts` are the values of its `Host` headers. Gives the
/// one.
pub(super) fn check_host<'a>(names: &Hosts, hosts: &[&'a [u8]]) -> Result<&'a [u8], BadSource> {
    match hosts {
        [b""] => Err(BadSource::Host),
        [host] if names.allow(host) => Ok(host),
        [_] => Err(BadSource::Name),
        _ => Err(BadSource::Host),
    }
}

/// Checks that a request which names the page it comes from comes from a page of ours: a web page
/// anywhere can open connections to this machine from within the user's own browser.
///
/// `scheme` is the one that we serve, `host` the value of `Host`, `origins` are the values of `Origin`.
/// It must be `scheme://host` to the letter, or match one of `others` from end to end. Without an
/// origin there is nothing to check.
pub(super) fn check_origin(
    scheme: &str,
    host: &[u8],
    others: &[OriginPattern],
    origins: &[&[u8]],
) -> Result<(), BadSource> {
    match origins {
        [] => Ok(()),
        [origin] if is_own(origin, scheme, host) || is_among(others, origin) => Ok(()),
        _ => Err(BadSource::Origin),
    }
}

fn is_own(origin: &[u8], scheme: &str, host: &[u8]) -> bool {
    origin
        .strip_prefix(scheme.as_bytes())
        .and_then(|rest| rest.strip_prefix(b"://"))
        .is_some_and(|origin_host| origin_host.eq_ignore_ascii_case(host))
}

fn is_among(others: &[OriginPattern], origin: &[u8]) -> bool {
    std::str::from_utf8(origin).is_ok_and(|origin| others.iter().any(|o| o.0.is_match(origin)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "127.0.0.1:8080";

    fn bytes<'a>(values: &[&'a str]) -> Vec<&'a [u8]> {
        values.iter().map(|value| value.as_bytes()).collect()
    }

    fn origin(host: &str, origins: &[&str], others: &[&str]) -> Result<(), BadSource> {
        let others: Vec<_> = others.iter().map(|other| other.parse().unwrap()).collect();
        check_origin("http", host.as_bytes(), &others, &bytes(origins))
    }

    #[test]
    fn r3_our_own_page_and_no_page_at_all_may_come() {
        assert_eq!(origin(OWN, &["http://127.0.0.1:8080"], &[]), Ok(()));
        assert_eq!(origin("Box.Example", &["http://box.example"], &[]), Ok(()));
        assert_eq!(origin(OWN, &[], &[]), Ok(()));
    }

    #[test]
    fn r3_pages_of_other_sites_may_not() {
        for other in [
            "null",
            "",
            "http://evil.example",
            "http://127.0.0.1",
            "http://127.0.0.1:8081",
            "https://127.0.0.1:8080",
            "http://127.0.0.1:8080.evil.example",
            "http://evil.example/127.0.0.1:8080",
            "http://user@127.0.0.1:8080",
            "http://127.0.0.1:8080 http://evil.example",
        ] {
            assert_eq!(
                origin(OWN, &[other], &[]),
                Err(BadSource::Origin),
                "{other}"
            );
        }
        let twice = ["http://127.0.0.1:8080", "http://127.0.0.1:8080"];
        assert_eq!(origin(OWN, &twice, &[]), Err(BadSource::Origin));
    }

    #[test]
    fn r3_other_sites_that_are_allowed_match_from_end_to_end() {
        let others = [r"https://a\.example|https://(b|bc)\.example"];
        for allowed in [
            "https://a.example",
            "https://b.example",
            "https://bc.example",
        ] {
            assert_eq!(origin(OWN, &[allowed], &others), Ok(()), "{allowed}");
        }
        for other in [
            "https://a.example.evil",
            "xhttps://a.example",
            "https://a-example",
            "https://a.example\n",
        ] {
            assert_eq!(
                origin(OWN, &[other], &others),
                Err(BadSource::Origin),
                "{other}"
            );
        }
        assert!("a)|(b".parse::<OriginPattern>().is_err());
    }

    #[test]
    fn r4_a_request_names_exactly_one_host() {
        let names = Hosts::new(["a".to_owned(), "b".to_owned()]);
        let check = |hosts: &[&'static str]| check_host(&names, &bytes(hosts));
        assert_eq!(check(&["a"]), Ok(b"a".as_slice()));
        assert_eq!(check(&[]), Err(BadSource::Host));
        assert_eq!(check(&[""]), Err(BadSource::Host));
        assert_eq!(check(&["a", "b"]), Err(BadSource::Host));
    }

    #[test]
    fn r4_names_of_other_sites_are_none_of_ours() {
        let names = Hosts::new(["box.example".to_owned()]);
        for host in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "localhost",
            "LOCALHOST:1",
            "Box.Example:8080",
            "10.1.2.3",
        ] {
            assert!(names.allow(host.as_bytes()), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "box.example.evil",
        ] {
            assert!(!names.allow(host.as_bytes()), "{host}");
        }
    }
}
