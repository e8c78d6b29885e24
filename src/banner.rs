//! The status lines for the person who started webterm: what is shared, and where. It knows the
//! words only, not when they are printed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use crate::access::{Link, Links, Rules};
use crate::right::Right;
use crate::secrets::Exposure;

/// What is said once the server listens.
#[derive(Debug)]
pub struct Banner {
    /// What is shared, and where.
    pub status: Vec<String>,
    /// The secret addresses: said even where the status is not, for nobody else knows them.
    pub links: Vec<String>,
    /// What the user typed that weakens the machine's safety; said even where the status is not.
    pub warnings: Vec<String>,
}

/// What is said of a `command` that is shared by these `rules` on the address `local`, and of
/// passwords that could be seen.
pub fn banner(command: &str, rules: &Rules, local: SocketAddr, exposure: Exposure) -> Banner {
    let status = format!("sharing {command} ({})", who(rules));
    let (open, links) = match &rules.links {
        Links::Open => (Some(format!("open {}", address(local, "/"))), Vec::new()),
        Links::Secret(links) => (None, links.iter().map(|link| secret(local, link)).collect()),
    };
    Banner {
        status: [status].into_iter().chain(open).collect(),
        links,
        warnings: warnings(rules, local, exposure),
    }
}

/// Who may do what.
fn who(rules: &Rules) -> String {
    let asks = rules.ask_for_password();
    if rules.right == Right::View {
        return match asks {
            true => "read-only, for who logs in".to_owned(),
            false => "read-only".to_owned(),
        };
    }
    let lookers: Vec<_> = rules
        .credentials
        .iter()
        .filter(|credential| credential.right == Right::View)
        .map(|credential| credential.user.as_str())
        .collect();
    let secret = matches!(rules.links, Links::Secret(_));
    let writers = match (asks, secret) {
        (true, _) => "who logs in can type",
        (false, true) => "who has the first address can type",
        (false, false) => "who opens the address can type",
    };
    match lookers.as_slice() {
        [] => format!("writable: {writers}"),
        lookers => format!("writable: {writers}, but for {}", lookers.join(", ")),
    }
}

fn secret(local: SocketAddr, link: &Link) -> String {
    let purpose = match link.right() {
        Right::Write => "to type, open",
        Right::View => "only to look, open",
    };
    format!("{purpose} {}", address(local, &link.path()))
}

/// The addresses of a page as they can be opened.
fn address(local: SocketAddr, path: &str) -> String {
    match local.ip().is_unspecified() {
        true => format!(
            "{} or, from elsewhere, {}",
            url(loopback(local), path),
            url(outside(local), path)
        ),
        false => url(local, path),
    }
}

fn warnings(rules: &Rules, local: SocketAddr, exposure: Exposure) -> Vec<String> {
    let is_exposed = !local.ip().is_loopback();
    let anyone = "everyone who can reach this machine can type into the terminal";
    let plain = "passwords, secret addresses and all that is typed cross the network unencrypted; \
                 anyone on the way can read them";
    let wiped = "the password could be seen in the list of processes until now; \
                 use WEBTERM_CREDENTIAL, --credential-file, or --credential USER to be asked for it";
    let visible = "the password can be seen in the list of processes; \
                 use WEBTERM_CREDENTIAL, --credential-file, or --credential USER to be asked for it";
    let open = rules.right == Right::Write && !rules.ask_for_secret();
    [
        (is_exposed && open).then_some(anyone),
        (is_exposed && rules.ask_for_secret()).then_some(plain),
        (exposure == Exposure::Wiped).then_some(wiped),
        (exposure == Exposure::Visible).then_some(visible),
    ]
    .into_iter()
    .flatten()
    .map(|text| format!("warning: {text}"))
    .collect()
}

fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}

fn loopback(local: SocketAddr) -> SocketAddr {
    let ip = match local.ip() {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    SocketAddr::new(ip, local.port())
}

/// The address that this machine has towards others: that of a socket which is connected to an
/// address for documentation (RFC 5737, RFC 3849). Nothing is sent.
fn outside(local: SocketAddr) -> SocketAddr {
    let ip = match local.ip() {
        IpAddr::V4(_) => towards(
            (Ipv4Addr::UNSPECIFIED, 0).into(),
            (Ipv4Addr::new(192, 0, 2, 1), 9).into(),
        ),
        IpAddr::V6(_) => {
            let example = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
            towards((Ipv6Addr::UNSPECIFIED, 0).into(), (example, 9).into())
        }
    };
    ip.map_or(local, |ip| SocketAddr::new(ip, local.port()))
}

fn towards(from: SocketAddr, to: SocketAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind(from).ok()?;
    socket.connect(to).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use crate::access::{Credential, Hosts};

    use super::*;

    fn rules(right: Right) -> Rules {
        Rules {
            right,
            hosts: Hosts::default(),
            origins: Vec::new(),
            links: Links::Open,
            credentials: Vec::new(),
            credential_file: None,
        }
    }

    fn said(rules: &Rules, local: &str) -> String {
        let banner = banner("bash -l", rules, local.parse().unwrap(), Exposure::None);
        [banner.status, banner.links, banner.warnings]
            .concat()
            .join("\n")
    }

    fn of(right: Right, local: &str) -> String {
        said(&rules(right), local)
    }

    #[test]
    fn the_address_to_open_and_who_may_type_are_named() {
        let text = of(Right::View, "127.0.0.1:8080");
        assert!(
            text.contains("bash -l") && text.contains("read-only"),
            "{text}"
        );
        assert!(text.contains("http://127.0.0.1:8080/"), "{text}");
        assert!(of(Right::Write, "[::1]:80").contains("http://[::1]:80/"));
        assert!(of(Right::Write, "[::1]:80").contains("writable"));
    }

    #[test]
    fn all_addresses_are_named_as_ones_that_can_be_opened() {
        let text = of(Right::View, "0.0.0.0:8080");
        assert!(text.contains("http://127.0.0.1:8080/"), "{text}");
        assert!(of(Right::View, "[::]:8080").contains("http://[::1]:8080/"));
    }

    #[test]
    fn typing_from_beyond_this_machine_is_warned_of() {
        assert!(of(Right::Write, "0.0.0.0:80").contains("warning: everyone"));
        assert!(!of(Right::Write, "127.0.0.1:80").contains("warning"));
        assert!(!of(Right::View, "0.0.0.0:80").contains("warning"));
    }

    #[test]
    fn secret_addresses_are_told_apart_and_the_open_one_is_not_named() {
        let mut rules = rules(Right::Write);
        let links = [Right::Write, Right::View].map(|right| Link::random(22, right));
        rules.links = Links::Secret(links.to_vec());
        let text = said(&rules, "127.0.0.1:80");
        let [write, view] = links.map(|link| link.path());
        assert!(text.contains(&format!("to type, open http://127.0.0.1:80{write}")));
        assert!(text.contains(&format!("only to look, open http://127.0.0.1:80{view}")));
        assert!(!text.contains("open http://127.0.0.1:80/\n"), "{text}");
    }

    #[test]
    fn who_may_type_is_told_and_no_password_is() {
        let mut rules = rules(Right::Write);
        rules.credentials = [("alice", Right::Write), ("bob", Right::View)]
            .map(|(user, right)| Credential {
                user: user.to_owned(),
                password: "hunter2".into(),
                right,
            })
            .to_vec();
        let text = said(&rules, "10.0.0.1:80");
        assert!(text.contains("who logs in can type, but for bob"), "{text}");
        assert!(text.contains("unencrypted"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!said(&rules, "127.0.0.1:80").contains("unencrypted"));
    }
}
