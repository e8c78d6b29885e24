//! What is refused at the start, rather than held less than was asked for.

use std::process::Stdio;

use crate::support::{OldKernel, TempDir, Webterm, wait_until};

use super::{each, executing, file};

/// What webterm ends with at once, and says.
fn refused(kernel: Option<OldKernel>, options: &[String], command: &[&str]) -> (i32, String) {
    let mut webterm = Webterm::command();
    webterm.args(options).args(command);
    webterm.stdin(Stdio::null()).stdout(Stdio::null());
    webterm.stderr(Stdio::piped());
    let child = match kernel {
        Some(kernel) => kernel.spawn(&mut webterm),
        None => webterm.spawn().unwrap(),
    };
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("://"), "nothing was shared: {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    (output.status.code().unwrap(), said)
}

fn read() -> Vec<String> {
    each("--allow-read", &["/usr"])
}

fn write() -> Vec<String> {
    each("--allow-write", &["/tmp"])
}

fn no_net() -> Vec<String> {
    vec!["--no-net".to_owned()]
}

#[test]
fn a_kernel_that_cannot_hold_it_is_told_and_nothing_is_shared() {
    let bash = executing(&["bash"]);
    let none = OldKernel::WithoutLandlock;
    for (kernel, options, name, needed) in [
        (none(libc::ENOSYS), &bash, "--allow-exec", "Linux 5.13"),
        (none(libc::EOPNOTSUPP), &bash, "--allow-exec", "Linux 5.13"),
        (none(libc::ENOSYS), &read(), "--allow-read", "Linux 5.13"),
        (none(libc::ENOSYS), &write(), "--allow-write", "Linux 6.2"),
        (none(libc::ENOSYS), &no_net(), "--no-net", "Linux 6.7"),
        (
            OldKernel::Landlock(2),
            &write(),
            "--allow-write",
            "Linux 6.2",
        ),
        (OldKernel::Landlock(3), &no_net(), "--no-net", "Linux 6.7"),
        (
            OldKernel::WithoutNamespaces,
            &no_net(),
            "--no-net",
            "namespace",
        ),
    ] {
        let (status, said) = refused(Some(kernel), options, &["bash"]);
        assert_eq!(status, 1, "{said}");
        assert!(said.matches("not permitted").count() < 2, "{said}");
        assert!(
            said.contains(name) && said.contains(needed),
            "{kernel:?}: {said}"
        );
    }
}

#[test]
fn an_older_kernel_that_can_hold_it_does_and_says_what_it_cannot() {
    let dir = TempDir::new();
    let place = dir.path().to_str().unwrap();
    let options = [executing(&["bash"]), each("--allow-write", &[place])].concat();
    for (version, warns) in [(3, true), (4, true), (5, false), (7, false), (99, false)] {
        let mut command = Webterm::command();
        command.args(&options);
        command.args(["bash", "-c", "cat /etc/passwd; echo > /etc/none; exit 9"]);
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        let child = OldKernel::Landlock(version).spawn(&mut command);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(9), "{said}");
        assert_eq!(said.contains("ioctl"), warns, "{version}: {said}");
    }
    // What takes no more than the first version is held by it.
    let first = OldKernel::Landlock(1);
    let mut command = Webterm::command();
    command.args(executing(&["bash"]));
    command.args(["bash", "-c", "cat /etc/passwd"]);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let mut child = first.spawn(&mut command);
    let ended = wait_until("the end", || child.try_wait().unwrap());
    assert_eq!(ended.code(), Some(126));
}

#[test]
fn a_command_that_is_not_allowed_is_refused_with_the_remedy() {
    let (status, said) = refused(None, &executing(&["ls"]), &["bash"]);
    assert_eq!(status, 2, "{said}");
    let remedy = format!("give --allow-exec {:?}", file("bash"));
    assert!(said.contains(&remedy), "{said}");
    let mode = [executing(&["ls"]), each("--mode", &["per-viewer"])].concat();
    assert_eq!(refused(None, &mode, &["bash"]).0, 2);
}

#[test]
fn a_script_without_its_interpreter_is_refused_with_the_remedy() {
    let dir = TempDir::new();
    let script = dir.file("script");
    std::fs::write(&script, "#!/bin/sh\n").unwrap();
    crate::support::output_of("chmod", &["+x", &script]);
    let (status, said) = refused(None, &each("--allow-exec", &[&script]), &[&script]);
    assert_eq!(status, 2, "{said}");
    assert!(
        said.contains("any script") && said.contains(&file("sh")),
        "{said}"
    );
}

#[test]
fn what_is_not_there_is_refused_by_its_name() {
    for option in ["--allow-exec", "--allow-read", "--allow-write"] {
        let (status, said) = refused(None, &each(option, &["/usr", "/none"]), &["bash"]);
        assert_eq!(status, 1, "{said}");
        assert!(said.contains(option) && said.contains("/none"), "{said}");
    }
}

#[test]
fn what_the_command_is_held_to_is_told_in_a_line_unless_quiet() {
    let dir = TempDir::new();
    let place = dir.path().to_str().unwrap();
    let paths = format!("{}:{}", file("sleep"), file("ls"));
    let start = |options: &[&str]| {
        let mut command = Webterm::command();
        command.env("WEBTERM_ALLOW_EXEC", &paths);
        command.env("WEBTERM_ALLOW_WRITE", place);
        command.env("WEBTERM_NO_NET", "1");
        Webterm::launch(command.args(options).args(["sleep", "100"]))
    };
    let log = wait_until("the line", || {
        let log = start(&[]).log();
        log.contains("the command may").then_some(log)
    });
    let (sleep, ls) = (file("sleep"), file("ls"));
    let line =
        format!("the command may execute only {sleep}, {ls}; write only {place}; use no network\n");
    assert!(log.contains(&line), "{log}");
    let quiet = start(&["--quiet", "--random-url"]).log();
    assert!(!quiet.contains("the command may"), "{quiet}");
}
