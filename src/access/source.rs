//! Where a request may come from: its Host must name this server, its Origin our own page. It knows
//! no web framework.

use std::net::IpAddr;

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// There is not exactly one `Host` (RFC 9112, 3.2).
    #[error("the request needs exactly one Host header")]
    Host,
    /// It is for a name that is none of ours (requirement R4).
    #[error("this server does not go by that name; start it with --allow-host NAME if it should")]
    Name,
    /// A page of another site sent it (requirement R3).
    #[error("pages of other sites may not come here; open the address itself")]
    Origin,
}

/// The names that requests may be for.
///
/// A page of any site can give its own name the address of this machine (DNS rebinding), and is then
/// of the same origin as this server. Addresses can't be given so, and `localhost` is nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosts {
    /// Any name: others reach this machine by names that we don't know.
    Any,
    /// Addresses, `localhost`, and these names.
    Local(Vec<String>),
}

impl Hosts {
    /// Whether a request may be for `host`, which may end with a port.
    fn allow(&self, host: &[u8]) -> bool {
        let Self::Local(names) = self else {
            return true;
        };
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
            || names.iter().any(|known| name.eq_ignore_ascii_case(known))
    }
}

/// Checks that a request is for this server, and that one which names the page it comes from comes
/// from a page of ours: a web page anywhere can open connections to this machine from within the user's own browser.
///
/// `scheme` is the one that we serve, `names` those we go by, `hosts` and `origins` are the values of
/// these headers. The origin must be `scheme://host` to the letter; without an origin the request comes from no page.
pub fn check_source<'a>(
    scheme: &str,
    names: &Hosts,
    mut hosts: impl Iterator<Item = &'a [u8]>,
    mut origins: impl Iterator<Item = &'a [u8]>,
) -> Result<(), Denial> {
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Denial::Host);
    };
    if host.is_empty() {
        return Err(Denial::Host);
    }
    if !names.allow(host) {
        return Err(Denial::Name);
    }
    match (origins.next(), origins.next()) {
        (None, _) => Ok(()),
        (Some(origin), None) if is_own(origin, scheme, host) => Ok(()),
        _ => Err(Denial::Origin),
    }
}

fn is_own(origin: &[u8], scheme: &str, host: &[u8]) -> bool {
    origin
        .strip_prefix(scheme.as_bytes())
        .and_then(|rest| rest.strip_prefix(b"://"))
        .is_some_and(|origin_host| origin_host.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hosts: &[&str], origins: &[&str]) -> Result<(), Denial> {
        let bytes = |values: &[&'static str]| -> Vec<&'static [u8]> {
            values.iter().map(|value| value.as_bytes()).collect()
        };
        let leak = |values: &[&str]| -> Vec<&'static str> {
            values
                .iter()
                .map(|v| &*Box::leak(v.to_string().into_boxed_str()))
                .collect()
        };
        let (hosts, origins) = (bytes(&leak(hosts)), bytes(&leak(origins)));
        check_source("http", &Hosts::Any, hosts.into_iter(), origins.into_iter())
    }

    #[test]
    fn r3_our_own_page_and_no_page_at_all_may_come() {
        assert_eq!(
            check(&["127.0.0.1:8080"], &["http://127.0.0.1:8080"]),
            Ok(())
        );
        assert_eq!(check(&["Box.Example"], &["http://box.example"]), Ok(()));
        assert_eq!(check(&["127.0.0.1:8080"], &[]), Ok(()));
    }

    #[test]
    fn r3_pages_of_other_sites_may_not() {
        for origin in [
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
                check(&["127.0.0.1:8080"], &[origin]),
                Err(Denial::Origin),
                "{origin}"
            );
        }
        let twice = ["http://127.0.0.1:8080", "http://127.0.0.1:8080"];
        assert_eq!(check(&["127.0.0.1:8080"], &twice), Err(Denial::Origin));
    }

    #[test]
    fn r4_a_request_names_exactly_one_host() {
        assert_eq!(check(&[], &[]), Err(Denial::Host));
        assert_eq!(check(&[""], &[]), Err(Denial::Host));
        assert_eq!(check(&["a", "b"], &[]), Err(Denial::Host));
    }

    #[test]
    fn r4_names_of_other_sites_are_none_of_ours() {
        let names = Hosts::Local(vec!["box.example".to_owned()]);
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
            assert!(Hosts::Any.allow(host.as_bytes()));
        }
    }
}
