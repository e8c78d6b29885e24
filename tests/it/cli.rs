//! The command line, its errors and exit statuses, the status lines.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;

use crate::support::{TempDir, Webterm};

/// Runs webterm to its end; gives its exit status and what it printed on standard error.
fn run(args: &[&str]) -> (i32, String) {
    let output = Webterm::command().args(args).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), errors)
}

/// The error is one line that holds all of `parts`.
fn assert_one_line(errors: &str, parts: &[&str]) {
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.starts_with("webterm: "), "{errors}");
    for part in parts {
        assert!(errors.contains(part), "'{part}' is missing in: {errors}");
    }
    let causes = errors.matches("os error").count() + errors.matches("lookup").count();
    assert!(causes <= 2, "a cause is told twice: {errors}");
}

#[test]
fn status_lines_tell_what_is_shared_and_where_once_it_listens() {
    let webterm = Webterm::start(&["cat", "-u"]);
    let address = webterm.address();
    TcpStream::connect(&address).expect("it listens when the address is printed");
    let log = webterm.log();
    assert!(log.contains("sharing cat -u (read-only)"), "{log}");
    assert!(log.contains(&format!("open http://{address}/")), "{log}");
    assert!(
        address.starts_with("127.0.0.1:"),
        "loopback by default (R1): {address}"
    );
    let writable = Webterm::start(&["-w", "cat"]);
    assert!(writable.log().contains("writable"), "{}", writable.log());
}

#[test]
fn quiet_prints_no_status_lines() {
    assert_eq!(run(&["-q", "true"]), (0, String::new()));
}

#[test]
fn ipv6_is_listened_on() {
    let webterm = Webterm::start(&["-a", "::1", "cat"]);
    assert!(webterm.address().starts_with("[::1]:"));
    TcpStream::connect(webterm.address()).unwrap();
}

#[test]
fn a_command_that_is_not_there_exits_with_127() {
    for name in ["no-such-command-here", "/no/such/command"] {
        let (status, errors) = run(&["-w", name]);
        assert_eq!(status, 127);
        assert_one_line(&errors, &[name, "spelling"]);
    }
}

#[test]
fn a_command_that_cannot_be_run_exits_with_126() {
    let dir = TempDir::new();
    let plain = dir.file("plain");
    std::fs::write(&plain, "text").unwrap();
    let orphan = dir.file("orphan");
    std::fs::write(&orphan, "#!/no/such/interpreter\n").unwrap();
    std::fs::set_permissions(&orphan, PermissionsExt::from_mode(0o755)).unwrap();
    for name in [dir.path().to_str().unwrap(), &plain, &orphan] {
        let (status, errors) = run(&[name]);
        assert_eq!(status, 126, "{errors}");
        assert_one_line(&errors, &[name, "executable"]);
    }
    let (_, errors) = run(&[&orphan]);
    assert!(errors.contains("interpreter"), "{errors}");
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let (status, errors) = run(&["--cwd", "/no/such/directory", "true"]);
    assert_eq!(status, 1);
    assert_one_line(&errors, &["/no/such/directory", "--cwd"]);
    let (status, errors) = run(&["--cwd", "/etc/passwd", "true"]);
    assert_eq!(status, 1);
    assert_one_line(&errors, &["/etc/passwd", "--cwd"]);
}

#[test]
fn a_port_in_use_is_named_and_no_command_is_started() {
    let dir = TempDir::new();
    let marker = dir.file("started");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (status, errors) = run(&["--port", &port, "touch", &marker]);
    assert_eq!(status, 1);
    assert_one_line(&errors, &[&port, "in use", "--port"]);
    assert!(!std::fs::exists(&marker).unwrap());
}

#[test]
fn an_address_that_is_not_ours_is_named() {
    let (status, errors) = run(&["--address", "192.0.2.1", "true"]);
    assert_eq!(status, 1);
    assert_one_line(&errors, &["192.0.2.1", "--address"]);
    let (status, errors) = run(&["--address", "no address", "true"]);
    assert_eq!(status, 1);
    assert_one_line(&errors, &["no address", "--address"]);
}

#[test]
fn a_wrong_command_line_exits_with_2_and_names_what_is_wrong() {
    for (args, part) in [
        (&["--no-such-option", "true"][..], "--no-such-option"),
        (&["--size", "80", "true"], "COLSxROWS"),
        (&["--size", "80x0", "true"], "80x0"),
        (&["--port", "70000", "true"], "70000"),
        (&["--env", "NOVALUE", "true"], "KEY=VALUE"),
    ] {
        let (status, errors) = run(args);
        assert_eq!(status, 2, "{errors}");
        assert!(errors.contains(part), "{errors}");
    }
}

#[test]
fn variables_stand_in_for_options() {
    let mut command = Webterm::command();
    command.env("WEBTERM_PERMIT_WRITE", "1").arg("cat");
    let webterm = Webterm::spawn(&mut command);
    assert_eq!(webterm.viewer().setup["writable"], true);
    let mut command = Webterm::command();
    command.env("WEBTERM_PERMIT_WRITE", "0").arg("cat");
    let webterm = Webterm::spawn(&mut command);
    assert_eq!(webterm.viewer().setup["writable"], false);
}

#[test]
fn without_a_command_it_is_the_users_shell() {
    let dir = TempDir::new();
    let shell = dir.file("shell");
    std::fs::write(&shell, "#!/bin/sh\necho this is the shell\nread line\n").unwrap();
    std::fs::set_permissions(&shell, PermissionsExt::from_mode(0o755)).unwrap();
    let webterm = Webterm::spawn(Webterm::command().env("SHELL", &shell));
    webterm.viewer().wait_for_output("this is the shell");
    let mut webterm = Webterm::spawn(Webterm::command().env_remove("SHELL").arg("-w"));
    let mut viewer = webterm.viewer();
    assert_eq!(viewer.setup["command"], "/bin/sh");
    viewer.type_in("exit 4\r");
    assert_eq!(webterm.wait().code(), Some(4));
}
