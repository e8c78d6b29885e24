//! The names and addresses that this machine is reached under. It knows nothing of who asks, or what
//! for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The address to open on this machine for a server that listens on `local`.
pub fn inside(local: SocketAddr) -> SocketAddr {
    let ip = match local.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    SocketAddr::new(ip, local.port())
}

/// The address that this machine has towards others: that of a socket which is connected to an
/// address for documentation (RFC 5737, RFC 3849). Nothing is sent.
pub fn outside(local: SocketAddr) -> SocketAddr {
    let ip = match local.ip() {
        IpAddr::V4(_) => outside_v4(),
        IpAddr::V6(_) => outside_v6(),
    };
    ip.map_or(local, |ip| SocketAddr::new(ip, local.port()))
}

/// All names and addresses, without a port, that a server which listens on `local` is reached under,
/// and `others` that it is known by.
pub fn names(local: SocketAddr, others: &[String]) -> Vec<String> {
    let mut addresses = vec![
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
        inside(local).ip(),
    ];
    if local.ip().is_unspecified() {
        addresses.extend([outside_v4(), outside_v6()].into_iter().flatten());
    }
    let mut names = Vec::new();
    let texts = addresses.iter().map(ToString::to_string);
    for name in [String::from("localhost")]
        .into_iter()
        .chain(texts)
        .chain(others.iter().cloned())
    {
        let is_wildcard = name.parse().is_ok_and(|ip: IpAddr| ip.is_unspecified());
        if !is_wildcard && !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn outside_v4() -> Option<IpAddr> {
    towards(
        (Ipv4Addr::UNSPECIFIED, 0).into(),
        (Ipv4Addr::new(192, 0, 2, 1), 9).into(),
    )
}

fn outside_v6() -> Option<IpAddr> {
    let example = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    towards((Ipv6Addr::UNSPECIFIED, 0).into(), (example, 9).into())
}

fn towards(from: SocketAddr, to: SocketAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind(from).ok()?;
    socket.connect(to).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(local: &str, others: &[&str]) -> Vec<String> {
        let others: Vec<String> = others.iter().map(|&name| name.to_owned()).collect();
        names(local.parse().unwrap(), &others)
    }

    #[test]
    fn this_machine_is_always_reached_under_its_own_names() {
        let names = of("10.1.2.3:8080", &["box.example", "localhost"]);
        for name in ["localhost", "127.0.0.1", "::1", "10.1.2.3", "box.example"] {
            let times = names.iter().filter(|known| *known == name).count();
            assert_eq!(times, 1, "{name} in {names:?}");
        }
    }

    #[test]
    fn all_addresses_is_no_address_to_be_reached_under() {
        for local in ["0.0.0.0:1", "[::]:1"] {
            let names = of(local, &["0.0.0.0", "::"]);
            assert!(!names.iter().any(|name| name == "0.0.0.0" || name == "::"));
            assert!(names.len() >= 3, "{names:?}");
        }
    }
}
