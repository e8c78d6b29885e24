//! What the command may execute, read, write and connect to, as the kernel holds it.

mod network;
mod refusals;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Talker, TempDir, Viewer, Webterm, get, output_of, require, wait_until};

/// A program's file, links followed.
fn file(program: &str) -> String {
    require(program);
    let path = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|dir| dir.join(program))
        .find(|path| path.is_file())
        .unwrap();
    text(&path.canonicalize().unwrap())
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// An option, once for each value.
fn each(option: &str, values: &[&str]) -> Vec<String> {
    let words = |value: &&str| [option.to_owned(), (*value).to_owned()];
    values.iter().flat_map(words).collect()
}

fn executing(programs: &[&str]) -> Vec<String> {
    let files: Vec<String> = programs.iter().map(|program| file(program)).collect();
    each(
        "--allow-exec",
        &files.iter().map(String::as_str).collect::<Vec<_>>(),
    )
}

/// What a line of bash does once there is somebody to see it.
fn line(script: &str) -> String {
    format!("read go; {script}; echo ALL SAID; read end")
}

fn start(options: &[String], script: &str) -> Webterm {
    start_by(&mut Webterm::command(), options, script)
}

fn start_by(command: &mut Command, options: &[String], script: &str) -> Webterm {
    let command = command.arg("-w").args(options);
    Webterm::launch(command.args(["bash", "-c", &line(script)]))
}

/// What it prints in a terminal.
fn printed(viewer: &mut Viewer) -> String {
    viewer.type_in("\r");
    viewer.wait_for_output("ALL SAID");
    viewer.output.clone()
}

/// What a line of bash prints where it is held to these options.
fn held_to(options: &[String], script: &str) -> String {
    printed(&mut start(options, script).viewer())
}

/// Each of `attempts`, with how it ended.
fn tried(attempts: &[&str]) -> String {
    let each = |(number, attempt): (usize, &&str)| format!("({attempt}); echo try {number}: $?.");
    let lines: Vec<String> = attempts.iter().enumerate().map(each).collect();
    lines.join("; ")
}

/// The status that each of `number` attempts ended with.
fn statuses(output: &str, number: usize) -> Vec<u8> {
    let status = |number| {
        let (_, rest) = output.split_once(&format!("try {number}: ")).unwrap();
        rest.split_once('.').unwrap().0.parse().unwrap()
    };
    (0..number).map(status).collect()
}

/// That with these options all of the first are done, and none of the others.
fn assert_held(options: &[String], done: &[&str], refused: &[&str]) {
    let attempts = [done, refused].concat();
    let output = held_to(options, &tried(&attempts));
    let statuses = statuses(&output, attempts.len());
    for (index, (attempt, status)) in attempts.iter().zip(statuses).enumerate() {
        assert_eq!(status == 0, index < done.len(), "{attempt}: {output}");
    }
}

#[test]
fn nothing_but_what_is_allowed_is_executed_however_it_is_tried() {
    let dir = TempDir::new();
    let copy = dir.file("copy");
    let options = executing(&["bash", "ls", "cp", "timeout"]);
    let attempts = [
        "cat /etc/passwd".to_owned(),
        "exec cat /etc/passwd".to_owned(),
        "bash -c 'bash -c \"cat /etc/passwd\"'".to_owned(),
        "timeout 9 cat /etc/passwd".to_owned(),
        format!("{copy} /etc/passwd"),
        format!("exec -a ls {copy} /etc/passwd"),
    ];
    let attempts: Vec<&str> = attempts.iter().map(String::as_str).collect();
    let script = format!(
        "cp {} {copy} && ls {copy}; {}",
        file("cat"),
        tried(&attempts)
    );
    let output = held_to(&options, &script);
    assert!(output.contains(&copy), "ls ran: {output}");
    assert!(Path::new(&copy).exists(), "cp ran: {output}");
    assert_eq!(
        statuses(&output, attempts.len()),
        vec![126; attempts.len()],
        "{output}"
    );
    assert!(
        output.matches("Permission denied").count() >= attempts.len(),
        "{output}"
    );
    assert!(!output.contains("root:"), "{output}");
    let free = held_to(&[], "cat /etc/passwd");
    assert!(free.contains("root:"), "{free}");
}

#[test]
fn a_directory_allows_what_is_in_it_and_a_link_what_it_leads_to() {
    let dir = TempDir::new();
    let (inside, deep, outside) = (dir.file("in"), dir.file("in/a/b"), dir.file("out"));
    fs::create_dir_all(&deep).unwrap();
    fs::create_dir(&outside).unwrap();
    for place in [&deep, &outside] {
        fs::copy(file("cat"), Path::new(place).join("cat")).unwrap();
    }
    let link = dir.file("link");
    symlink(file("true"), &link).unwrap();
    let options = [
        executing(&["bash"]),
        each("--allow-exec", &[&inside, &link]),
    ]
    .concat();
    assert_held(
        &options,
        &[
            &format!("{deep}/cat /dev/null"),
            &link,
            "true",
            &file("true"),
        ],
        &[
            &format!("{outside}/cat /dev/null"),
            "cat /dev/null",
            "false || cat /dev/null",
        ],
    );
}

#[test]
fn a_script_runs_if_its_interpreter_may() {
    let dir = TempDir::new();
    let script = dir.file("script");
    fs::write(
        &script,
        format!("#!{}\necho the script ran\n", file("bash")),
    )
    .unwrap();
    output_of("chmod", &["+x", &script]);
    let refused = held_to(&executing(&["bash"]), &tried(&[&script]));
    assert_eq!(statuses(&refused, 1), [126], "{refused}");
    let options = [executing(&["bash"]), each("--allow-exec", &[&script])].concat();
    let output = held_to(&options, &script);
    assert!(output.contains("the script ran"), "{output}");
}

#[test]
fn what_cannot_be_read_cannot_be_executed_by_the_loader() {
    let loader = named_by_bash("/ld");
    let around = format!("{loader} {} /etc/hosts", file("cat"));
    let alone = executing(&["bash"]);
    // As the help says; the day that this fails, it may say something better.
    assert_held(&alone, &[&around], &["cat /etc/hosts"]);
    let dir = TempDir::new();
    let own = dir.file("own");
    fs::copy(file("cat"), &own).unwrap();
    let options = [alone, each("--allow-read", &["/opt"])].concat();
    let library = dir.file("library.so");
    fs::copy(named_by_bash("libc.so"), &library).unwrap();
    let preloaded =
        format!("LD_PRELOAD={library} bash -c true 2>&1 | (read line; [ -z \"$line\" ])");
    assert_held(
        &options,
        &["bash -c true"],
        &[&around, &format!("{loader} {own} /dev/null"), &preloaded],
    );
}

/// A file that bash is loaded by or with.
fn named_by_bash(part: &str) -> String {
    let parts = output_of("ldd", &[&file("bash")]);
    let mut words = parts.split_whitespace();
    let named = words.find(|word| word.starts_with('/') && word.contains(part));
    named.unwrap().to_owned()
}

#[test]
fn only_what_is_allowed_is_read_besides_what_every_program_needs() {
    let dir = TempDir::new();
    for name in ["open", "shut"] {
        fs::create_dir(dir.file(name)).unwrap();
        fs::write(dir.file(&format!("{name}/text")), name).unwrap();
    }
    let (open, shut) = (dir.file("open"), dir.file("shut"));
    symlink(dir.file("shut/text"), dir.file("open/link")).unwrap();
    let options = each("--allow-read", &[&open]);
    assert_held(
        &options,
        &[
            &format!("cat {open}/text && ls {open} && cd {shut}"),
            "cat /etc/passwd < /dev/null && echo > /dev/tty && cat <(echo)",
            "tput -T xterm-256color cup 1 1 && ls -l /usr/bin > /dev/null",
            // Nothing is said of writing and executing.
            &format!("echo > {shut}/new && cp {open}/text {open}/copy && mv {open}/copy {shut}"),
        ],
        &[
            &format!("cat {shut}/text"),
            &format!("cat {open}/link"),
            &format!("ls {shut}"),
            &format!("ln {shut}/text {open}/hard && cat {open}/hard"),
            "ls /proc",
            "cat /etc/fstab /etc/shadow",
            "ls /dev/pts",
            "ls /",
        ],
    );
}

#[test]
fn only_where_it_is_allowed_is_anything_written_made_moved_or_removed() {
    let dir = TempDir::new();
    for name in ["open/a", "open/b", "shut"] {
        fs::create_dir_all(dir.file(name)).unwrap();
    }
    let (open, shut) = (dir.file("open"), dir.file("shut"));
    for name in ["open/text", "shut/text", "shut/one"] {
        fs::write(dir.file(name), "before").unwrap();
    }
    let one = dir.file("shut/one");
    let options = each("--allow-write", &[&open, &one]);
    assert_held(
        &options,
        &[
            &format!("cat {shut}/text && echo > {open}/new && mkdir {open}/c && rm {open}/text"),
            &format!("mv {open}/new {open}/a && ln {open}/a/new {open}/b && ln -s x {open}/link"),
            &format!("mkfifo {open}/fifo && echo x > {one} && rmdir {open}/c"),
            "echo > /dev/null && echo > /dev/tty && echo > $(tty) && echo x > /dev/stderr",
        ],
        &[
            &format!("echo > {shut}/new"),
            &format!("echo >> {shut}/text"),
            &format!("truncate -s 0 {shut}/text"),
            &format!("python3 -c 'import os; os.truncate(\"{shut}/text\", 0)'"),
            &format!("rm {shut}/text"),
            &format!("rm {one}"),
            &format!("mkdir {shut}/c"),
            &format!("mv {open}/a/new {shut}"),
            &format!("ln {open}/a/new {shut}"),
            &format!("ln {shut}/text {open}/text"),
            &format!("mknod {open}/null c 1 3"),
            "echo > /dev/ptmx",
        ],
    );
    assert_eq!(fs::read_to_string(dir.file("shut/text")).unwrap(), "before");
}

#[test]
fn a_file_does_not_gain_rights_by_being_moved() {
    let dir = TempDir::new();
    for name in ["from", "to", "programs"] {
        fs::create_dir(dir.file(name)).unwrap();
    }
    fs::copy(file("true"), dir.file("from/it")).unwrap();
    let (from, to, programs) = (dir.file("from"), dir.file("to"), dir.file("programs"));
    let options = [
        executing(&["bash", "ln"]),
        each("--allow-exec", &[&programs]),
    ]
    .concat();
    assert_held(
        &options,
        &[&format!("ln {from}/it {to}")],
        &[&format!("ln {from}/it {programs}"), &format!("{to}/it")],
    );
}

/// Everything held at once, with `more` to be executed and read.
fn strict(programs: &[&str], read: &[&str], write: &[&str]) -> Vec<String> {
    let options = [
        executing(programs),
        each("--allow-read", read),
        each("--allow-write", write),
        vec!["--no-net".to_owned()],
    ];
    options.concat()
}

#[test]
fn the_terminal_is_whole() {
    let dir = TempDir::new();
    let place = text(dir.path());
    let options = strict(&["bash", "stty", "tty"], &[&place], &[&place]);
    let script = "stty -F $(tty) -echo; echo BEGIN; \
                  while read line; do stty size < /dev/tty; echo heard $line.; done";
    let webterm = start(&options, script);
    let mut viewer = webterm.viewer();
    viewer.type_in("\r");
    viewer.wait_for_output("BEGIN");
    viewer.set_size(91, 23);
    viewer.wait_for_size(91, 23);
    viewer.type_in("one\r");
    viewer.wait_for_output("23 91\r\nheard one.");
    viewer.type_in("\u{3}");
    assert_eq!(viewer.wait_for_close().0, 1000);
}

#[test]
fn no_terminal_but_its_own_can_be_read_or_written_to() {
    let dir = TempDir::new();
    let place = text(dir.path());
    let mut options = each("--allow-read", &[&place]);
    options.extend(each("--allow-write", &[&place]));
    options.extend(each("--mode", &["per-viewer"]));
    let other = "[ -e terminal ] || { tty > terminal; read wait; }; other=$(< terminal); \
                 (echo I was here > $other) || echo not written; (: < $other) || echo not read";
    options.extend(each("--cwd", &[&place]));
    let webterm = start(&options, other);
    let mut one = webterm.viewer();
    one.type_in("\r");
    wait_until("a terminal's name", || {
        fs::read_to_string(dir.file("terminal"))
            .ok()
            .filter(|name| name.ends_with('\n'))
    });
    let output = printed(&mut webterm.viewer());
    assert!(
        output.contains("not written") && output.contains("not read"),
        "{output}"
    );
    one.type_in("\r");
    one.wait_for_output("ALL SAID");
    assert!(
        one.output.contains("I was here"),
        "its own: {:?}",
        one.output
    );
}

#[test]
fn vim_htop_and_tmux_work_with_what_they_need() {
    let dir = TempDir::new();
    let place = text(dir.path());
    let note = dir.file("note");
    let start = |options: Vec<String>, command: &[&str]| {
        let words = [&["-w".to_owned()], options.as_slice()].concat();
        Webterm::launch(Webterm::command().args(words).args(command))
    };
    let vim = start(
        strict(&["vim"], &[&place], &[&place]),
        &["vim", "-u", "NONE", &note],
    );
    let mut viewer = vim.viewer();
    viewer.wait_for_output("[New");
    viewer.type_in("ikept\u{1b}:wq\r");
    viewer.wait_for_close();
    assert_eq!(fs::read_to_string(&note).unwrap(), "kept\n");
    let htop = start(strict(&["htop"], &["/proc", "/sys"], &[&place]), &["htop"]);
    let mut viewer = htop.viewer();
    viewer.wait_for_output("Load average");
    viewer.type_in("q");
    viewer.wait_for_close();
    let terminals = ["/dev/ptmx", "/dev/pts", &place];
    let socket = dir.file("tmux");
    let tmux = strict(&["tmux", "bash", "sh"], &terminals, &terminals);
    let command = [
        "tmux",
        "-S",
        &socket,
        "-f",
        "/dev/null",
        "new",
        "exec bash --norc",
    ];
    let tmux = start(tmux, &command);
    let mut viewer = tmux.viewer();
    viewer.type_in("echo $((6*7)) answers; ls\r");
    viewer.wait_for_output("42 answers");
    viewer.wait_for_output("Permission denied");
    viewer.type_in("exit\r");
    viewer.wait_for_close();
}

#[test]
fn in_every_mode_the_command_is_held() {
    let options = executing(&["bash"]);
    let script = "cat /etc/passwd";
    for mode in [vec![], each("--mode", &["per-viewer"])] {
        let webterm = start(&[options.clone(), mode].concat(), script);
        let output = printed(&mut webterm.viewer());
        assert!(output.contains("Permission denied"), "{output}");
    }
    let named = start(
        &[options.clone(), each("--mode", &["named"])].concat(),
        script,
    );
    let address = named.address();
    let origin = format!("Origin: http://{address}");
    let request = format!(
        "POST /api/terminals HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{origin}\r\n\
         Content-Length: 2\r\n\r\n{{}}"
    );
    let made = crate::support::exchange(&address, &request).text();
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let path = format!("/terminals/websocket/{}", made["name"].as_str().unwrap());
    let output = printed(&mut Viewer::connect_to(&address, &path));
    assert!(output.contains("Permission denied"), "{output}");
    let mut lines = vec!["--lines".to_owned(), "--no-net".to_owned()];
    lines.extend(options);
    let talker = start(
        &lines,
        "(cat /etc/passwd) 2>&1; (echo > /dev/tcp/127.0.0.1/9) 2>&1",
    );
    let mut talker = Talker::connect(&talker);
    talker.send("go");
    assert!(talker.line().ends_with("Permission denied"));
    let connected = talker.line();
    assert!(connected.ends_with("Permission denied"), "{connected}");
}

#[test]
fn the_command_gains_no_privileges_and_webterm_stays_as_it_was() {
    let webterm = start(
        &executing(&["bash"]),
        "kill -9 $PPID && echo killed; cd /proc/$PPID/cwd && echo seen",
    );
    let mut viewer = webterm.viewer();
    let children = wait_until("the command", || {
        Some(webterm.children()).filter(|children| !children.is_empty())
    });
    let own = |pid: i32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("NoNewPrivs:"));
        line.unwrap().ends_with('1')
    };
    assert!(own(children[0]) && !own(webterm.pid()));
    let output = printed(&mut viewer);
    assert!(
        !output.contains("killed") && !output.contains("seen"),
        "{output}"
    );
    assert_eq!(get(&webterm.address(), "/", "").status, 200);
    let free = start(&[], "kill -0 $PPID && cd /proc/$PPID/cwd && echo free to");
    let output = printed(&mut free.viewer());
    assert!(output.contains("free to"), "{output}");
    assert!(!own(free.children()[0]));
}

#[test]
fn r27_a_held_command_dies_with_a_webterm_that_is_killed() {
    for options in [executing(&["bash"]), vec!["--no-net".to_owned()]] {
        let mut webterm = start_by(&mut network::lesser(), &options, "echo I am $$.");
        let output = printed(&mut webterm.viewer());
        let (_, rest) = output.split_once("I am ").unwrap();
        let stat = format!("/proc/{}/stat", rest.split_once('.').unwrap().0);
        assert!(fs::exists(&stat).unwrap());
        webterm.signal(9);
        webterm.wait();
        wait_until("the program's end", || {
            let stat = fs::read_to_string(&stat).unwrap_or_default();
            (stat.is_empty() || stat.contains(") Z ")).then_some(())
        });
    }
}

#[test]
fn r23_what_holds_a_command_ends_with_it() {
    let options = strict(&["bash"], &["/opt"], &["/opt"]);
    let options = [options, vec!["--lines".to_owned()]].concat();
    let webterm = start(&options, "true");
    let talk = || {
        let mut talker = Talker::connect(&webterm);
        talker.send("go");
        assert_eq!(talker.line(), "ALL SAID");
    };
    talk();
    let before = webterm.descriptors();
    for _ in 0..50 {
        talk();
    }
    wait_until("the descriptors to be closed", || {
        (webterm.descriptors() <= before).then_some(())
    });
}

#[test]
fn a_command_that_is_nowhere_in_the_system_can_be_read_to_be_run() {
    let dir = TempDir::new();
    let own = dir.file("own");
    fs::copy(file("bash"), &own).unwrap();
    let options = each("--allow-read", &["/opt"]);
    let words = [&["-w".to_owned()], options.as_slice()].concat();
    let script = line(&tried(&[
        "ls /usr",
        &format!("head -c 4 {own}"),
        &format!("ls {}", text(dir.path())),
    ]));
    let webterm = Webterm::launch(Webterm::command().args(words).args([&own, "-c", &script]));
    let output = printed(&mut webterm.viewer());
    assert_eq!(statuses(&output, 3), [0, 0, 2], "{output}");
}

#[test]
fn what_is_moved_to_the_place_of_an_allowed_program_is_not_allowed() {
    let dir = TempDir::new();
    let tool: PathBuf = dir.path().join("tool");
    fs::copy(file("true"), &tool).unwrap();
    let tool = text(&tool);
    let options = [
        executing(&["bash", "mv", "cp"]),
        each("--allow-exec", &[&tool]),
    ]
    .concat();
    let other = format!("cp {} {tool}.new && mv {tool}.new {tool}", file("cat"));
    assert_held(&options, &[&tool, &other], &[&tool]);
}

#[test]
fn that_the_command_may_write_to_its_own_records_is_warned_of() {
    let dir = TempDir::new();
    let (recordings, log) = (dir.file("deep/er"), dir.file("audit.log"));
    let other = TempDir::new();
    for (allowed, about) in [
        (dir.path(), &["recordings", "the audit log"][..]),
        (Path::new(&recordings), &["recordings"]),
        (other.path(), &[]),
    ] {
        fs::create_dir_all(&recordings).unwrap();
        let mut options = each("--allow-write", &[&text(allowed)]);
        options.extend(["--record", &recordings, "--audit-log", &log].map(str::to_owned));
        let said = start(&options, "true").log();
        for what in ["recordings", "the audit log"] {
            let warning = format!("alter or remove {what};");
            assert_eq!(said.contains(&warning), about.contains(&what), "{said}");
        }
    }
    let without = start(&[], "true").log();
    assert!(!without.contains("alter or remove"), "{without}");
}
