//! A command that has no network, and what is reached by one that has.

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::process::Command;

use crate::support::{TempDir, Webterm, output_of, require};

use super::{printed, start_by};

/// Tries every kind of network that there is; prints those that it reached.
const REACH: &str = r#"
import socket, sys
tcp, udp = map(int, sys.argv[1:])
def reach(name, kind, action, protocol=0, family=socket.AF_INET):
    try:
        with socket.socket(family, kind, protocol) as it:
            it.settimeout(5)
            action(it)
            print(name, "reached")
    except OSError as error:
        print(name, "refused:", error)
here = "127.0.0.1"
reach("tcp", socket.SOCK_STREAM, lambda it: it.connect((here, tcp)))
reach("listening", socket.SOCK_STREAM, lambda it: (it.bind((here, 0)), it.listen()))
reach("multipath", socket.SOCK_STREAM, lambda it: it.connect((here, tcp)), 262)
reach("udp", socket.SOCK_DGRAM, lambda it: it.sendto(b"x", (here, udp)))
reach("local", socket.SOCK_STREAM, lambda it: it.bind("\0local%d" % tcp), 0, socket.AF_UNIX)
reach("outer", socket.SOCK_STREAM, lambda it: it.connect("\0outer%d" % tcp), 0, socket.AF_UNIX)
"#;

/// What is reached of a machine that listens everywhere.
fn reached(command: &mut Command, options: &[String]) -> Vec<String> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener};
    require("python3");
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let ports = [
        tcp.local_addr().unwrap().port(),
        udp.local_addr().unwrap().port(),
    ];
    let outer = SocketAddr::from_abstract_name(format!("outer{}", ports[0])).unwrap();
    let _outer = UnixListener::bind_addr(&outer).unwrap();
    let dir = TempDir::new();
    fs::write(dir.file("reach.py"), REACH).unwrap();
    let script = format!("python3 {} {} {}", dir.file("reach.py"), ports[0], ports[1]);
    let webterm = start_by(command, options, &script);
    let output = printed(&mut webterm.viewer());
    assert!(!output.contains("Error"), "{output}");
    let reached = output
        .lines()
        .filter_map(|line| line.trim_end().strip_suffix(" reached"));
    reached.map(str::to_owned).collect()
}

#[test]
fn without_a_network_nothing_is_reached_and_nothing_listens() {
    let reached = |options: &[String]| reached(&mut Webterm::command(), options);
    assert_eq!(
        reached(&[]),
        ["tcp", "listening", "multipath", "udp", "local", "outer"]
    );
    assert_eq!(reached(&["--no-net".to_owned()]), ["local"]);
}

#[test]
fn who_is_not_root_has_no_network_either_and_is_who_he_was() {
    let no_net = ["--no-net".to_owned()];
    assert_eq!(reached(&mut lesser(), &no_net), ["local"]);
    let webterm = start_by(&mut lesser(), &no_net, "echo I am $(id -u) $(id -g).");
    let output = printed(&mut webterm.viewer());
    let (user, group) = (output_of("id", &["-u"]), output_of("id", &["-g"]));
    let expected = format!("I am {} {}.", user.trim(), group.trim());
    assert!(output.contains(&expected), "{output}");
}

/// webterm without the capability that root has a network namespace by: it takes a user namespace.
pub(super) fn lesser() -> Command {
    let command = Webterm::command();
    if !is_root() {
        return command;
    }
    require("setpriv");
    let mut lesser = Command::new("setpriv");
    lesser.args(["--bounding-set", "-sys_admin"]);
    lesser.arg(command.get_program()).args(command.get_args());
    let set = command
        .get_envs()
        .filter_map(|(key, value)| Some((key, value?)));
    lesser.envs(set);
    lesser
}

fn is_root() -> bool {
    output_of("id", &["-u"]).trim() == "0"
}
