//! Where a session's program is at work, as its terminal's foreground tells.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::Path;

use bytes::Bytes;
use tokio::runtime::Runtime;
use webterm::audit::Audit;
use webterm::backend::{self, Place};
use webterm::name::SessionName;
use webterm::process::Program;
use webterm::pty;
use webterm::right::Right;
use webterm::screen::DARK;
use webterm::session::{Entry, Role, Session, SessionOptions, SizePolicy, View, Writer};
use webterm::size::TermSize;
use webterm::viewer_id::ViewerIds;
use webterm::who::Who;

use crate::support::{TempDir, require, wait_until};

const OPTIONS: SessionOptions = SessionOptions {
    size: TermSize::DEFAULT,
    policy: SizePolicy::Fixed,
    buffer: 100_000,
    scrollback: 10,
    theme: DARK,
    resizes: SessionOptions::RESIZES,
    audit: Audit::none(),
};

/// A shell in a session, and somebody who types into it.
struct Shell {
    session: Session,
    writer: Writer,
    _view: View,
    runtime: Runtime,
}

impl Shell {
    /// A shell in `dir`.
    fn start(dir: &Path) -> Self {
        require("bash");
        let program = Program {
            name: "bash".into(),
            args: ["--norc", "--noprofile"].map(OsString::from).to_vec(),
            term: "xterm-256color".to_owned(),
            cwd: Some(dir.to_owned()),
            env: Vec::new(),
            sandbox: None,
        };
        let runtime = Runtime::new().unwrap();
        let inside = runtime.enter();
        let backend = pty::spawn(&program, OPTIONS.size, runtime.handle()).unwrap();
        let session = Session::start(
            SessionName::shared(),
            backend,
            &OPTIONS,
            ViewerIds::default(),
        );
        let (view, writer) = session.attach(Entry {
            role: Role::Viewer,
            who: Who::default(),
            right: Right::Write,
            scrollback: 0,
            resume: None,
        });
        drop(inside);
        Self {
            session,
            writer: writer.unwrap(),
            _view: view,
            runtime,
        }
    }

    fn type_in(&self, keys: &str) {
        let mut keys = VecDeque::from([Bytes::copy_from_slice(keys.as_bytes())]);
        let written = self.runtime.block_on(self.writer.write(&mut keys));
        assert_eq!(written, webterm::session::Written::Done);
    }

    /// Waits until the program is at work like this.
    fn wait_for(&self, program: &str, cwd: &Path) {
        let sought = Place {
            cwd: Some(cwd.to_owned()),
            program: Some(program.to_owned()),
        };
        wait_until(&format!("{program} in {cwd:?}"), || {
            (self.session.place() == sought).then_some(())
        });
    }
}

#[test]
fn the_place_is_where_the_shell_went() {
    let shell = Shell::start(Path::new("/"));
    shell.wait_for("bash", Path::new("/"));
    shell.type_in("cd /usr\r");
    shell.wait_for("bash", Path::new("/usr"));
}

#[test]
fn the_program_is_the_one_that_has_the_keyboard() {
    require("vim");
    let shell = Shell::start(Path::new("/usr"));
    shell.type_in("vim -u NONE\r");
    shell.wait_for("vim", Path::new("/usr"));
    shell.type_in("\x1b:q!\r");
    shell.wait_for("bash", Path::new("/usr"));
    shell.type_in("sleep 1000 &\r");
    shell.type_in("cd /\r");
    shell.wait_for("bash", Path::new("/"));
}

#[test]
fn of_a_pipeline_it_is_the_first_that_is_still_there() {
    let shell = Shell::start(Path::new("/"));
    shell.type_in("sleep 1000 | cat\r");
    shell.wait_for("sleep", Path::new("/"));
    shell.type_in("\x03(cd /usr; true) | (cd /usr; sleep 0.05; exec cat /dev/tty)\r");
    shell.wait_for("cat", Path::new("/usr"));
    // The group of one in a shell of a shell's is led by one that is gone as well.
    shell.type_in("\x03bash --norc\r");
    shell.type_in("true | (cd /usr/bin; sleep 0.05; exec cat /dev/tty)\r");
    shell.wait_for("cat", Path::new("/usr/bin"));
}

#[test]
fn a_directory_that_was_removed_is_named_as_it_was() {
    let dir = TempDir::new();
    let shell = Shell::start(dir.path());
    shell.type_in("mkdir gone 'there (deleted)'; cd gone; rmdir ../gone\r");
    let gone = dir.path().join("gone");
    wait_until("a removed directory", || {
        let place = shell.session.place();
        (place.cwd.as_ref() == Some(&gone) && !gone.exists()).then_some(())
    });
    shell.type_in("cd '../there (deleted)'\r");
    shell.wait_for("bash", &dir.path().join("there (deleted)"));
}

#[test]
fn names_that_are_foreign_text_are_shown_without_their_controls() {
    let dir = TempDir::new();
    let shell = Shell::start(dir.path());
    shell.type_in("d=$'new\\nline\\e[31m\\xff'; mkdir \"$d\"; cd \"$d\"\r");
    let shown = wait_until("the directory", || {
        let shown = shell.session.place().shown_cwd()?;
        shown.contains("line").then_some(shown)
    });
    let expected = format!("{}/new\\nline\\u{{1b}}[31m\u{fffd}", dir.path().display());
    assert_eq!(shown, expected);
    shell.type_in("ln -s $(command -v bash) $'v\\eim'; PATH=. $'v\\eim' --norc\r");
    let shown = wait_until("the program", || {
        let shown = shell.session.place().shown_program()?;
        shown.contains("im").then_some(shown)
    });
    assert_eq!(shown, r"v\u{1b}im");
}

#[test]
fn a_long_name_is_told_whole() {
    let dir = TempDir::new();
    let shell = Shell::start(dir.path());
    shell
        .type_in("cp $(command -v bash) a-shell-of-a-long-name; ./a-shell-of-a-long-name --norc\r");
    shell.wait_for("a-shell-of-a-long-name", dir.path());
}

#[test]
fn after_the_end_there_is_no_place() {
    let shell = Shell::start(Path::new("/"));
    shell.wait_for("bash", Path::new("/"));
    shell.type_in("exit\r");
    shell.runtime.block_on(shell.session.ended());
    wait_until("no place", || {
        (shell.session.place() == Place::default()).then_some(())
    });
}

#[test]
fn what_is_no_program_has_no_place() {
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let (backend, _feed) = backend::pair();
    let session = Session::start(
        SessionName::shared(),
        backend,
        &OPTIONS,
        ViewerIds::default(),
    );
    assert_eq!(session.place(), Place::default());
}
