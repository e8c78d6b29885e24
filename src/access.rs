//! Who may do what: decisions from plain facts about a request. It knows no web framework.

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// There is not exactly one `Host` (RFC 9112, 3.2).
    #[error("the request needs exactly one Host header")]
    Host,
    /// A page of another site sent it (requirement R3).
    #[error("pages of other sites may not come here; open the address itself")]
    Origin,
}

/// Checks that a request which names the page it comes from comes from a page of ours: a web page
/// anywhere can open connections to this machine from within the user's own browser.
///
/// `scheme` is the one that we serve, `hosts` and `origins` are the values of these headers. The
/// origin must be `scheme://host` to the letter; without an origin the request comes from no page.
pub fn check_source<'a>(
    scheme: &str,
    mut hosts: impl Iterator<Item = &'a [u8]>,
    mut origins: impl Iterator<Item = &'a [u8]>,
) -> Result<(), Denial> {
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Denial::Host);
    };
    if host.is_empty() {
        return Err(Denial::Host);
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
        check_source("http", hosts.into_iter(), origins.into_iter())
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
}
