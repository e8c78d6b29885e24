//! The status lines for the person who started webterm: what is shared, and where. It knows the
//! words only, not when they are printed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use crate::right::Right;

/// What is said once the server listens.
#[derive(Debug)]
pub struct Banner {
    /// What is shared, and where.
    pub status: Vec<String>,
    /// What the user typed that weakens the machine's safety; said even where status is not.
    pub warnings: Vec<String>,
}

/// What is said of a `command` that is shared with this `right` on the address `local`.
pub fn banner(command: &str, right: Right, local: SocketAddr) -> Banner {
    let what = match right {
        Right::Write => "writable: who opens the address can type",
        Right::View => "read-only",
    };
    let mut status = vec![format!("sharing {command} ({what})")];
    status.push(match local.ip().is_unspecified() {
        true => format!(
            "open {} or, from elsewhere, {}",
            url(loopback(local)),
            url(outside(local))
        ),
        false => format!("open {}", url(local)),
    });
    let exposed = right == Right::Write && !local.ip().is_loopback();
    let warning = "warning: everyone who can reach this machine can type into the terminal";
    let warnings = exposed.then(|| warning.to_owned()).into_iter().collect();
    Banner { status, warnings }
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}/")
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
    use super::*;

    fn of(right: Right, local: &str) -> String {
        let banner = banner("bash -l", right, local.parse().unwrap());
        [banner.status, banner.warnings].concat().join("\n")
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
        assert!(of(Right::Write, "0.0.0.0:80").contains("warning"));
        assert!(!of(Right::Write, "127.0.0.1:80").contains("warning"));
        assert!(!of(Right::View, "0.0.0.0:80").contains("warning"));
    }
}
