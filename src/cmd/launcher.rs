//! Starts the programs of sessions that are opened later, on a thread of its own: a program dies with
//! the thread that started it, so that has to live as long as the process.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::thread;

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::backend::Backend;
use crate::process::{Program, SpawnError};
use crate::pty;
use crate::registry::{Launch, LaunchError};
use crate::server::LinesLaunch;
use crate::{lines, pipe};

/// How many may wait to be started; starting one takes a millisecond or two.
const WAITING: usize = 16;

/// Starts what comes over the channel that is given back: `program`, in the directory that is asked
/// for, if that is in the one where it would start by itself. What it prints is read on `readers`.
pub(super) fn start(program: Program, readers: &Handle) -> io::Result<mpsc::Sender<Launch>> {
    let readers = readers.clone();
    let home = home(&program)?;
    on_own_thread("launcher", move |launch: Launch| {
        let started = start_one(&program, &home, &launch, &readers);
        if let Err(error) = &started {
            tracing::warn!(%error, "a program was not started");
        }
        // Whoever asked may be gone: what was started ends when nobody has it.
        let _ = launch.reply.send(started);
    })
}

/// Starts what comes over the channel that is given back: `program`, on pipes.
pub(super) fn start_lines(program: Program) -> io::Result<mpsc::Sender<LinesLaunch>> {
    on_own_thread("launcher", move |launch: LinesLaunch| {
        let started = pipe::spawn(&program, &lines::NAMES, &launch.variables);
        let _ = launch
            .reply
            .send(started.map_err(|error| error.to_string()));
    })
}

/// Does `work` for all that comes over the channel that is given back, within the present runtime.
fn on_own_thread<T: Send + 'static>(
    name: &str,
    mut work: impl FnMut(T) + Send + 'static,
) -> io::Result<mpsc::Sender<T>> {
    let (orders, mut asked) = mpsc::channel(WAITING);
    let runtime = Handle::current();
    let work = move || {
        let _within = runtime.enter();
        while let Some(order) = asked.blocking_recv() {
            work(order);
        }
        // Its programs are ended one by one, as they should be; they would die with it at once.
        loop {
            thread::park();
        }
    };
    thread::Builder::new().name(name.to_owned()).spawn(work)?;
    Ok(orders)
}

/// The directory that the program starts in by itself.
fn home(program: &Program) -> io::Result<PathBuf> {
    match &program.cwd {
        Some(dir) => dir.canonicalize(),
        None => std::env::current_dir(),
    }
}

fn start_one(
    program: &Program,
    home: &Path,
    launch: &Launch,
    readers: &Handle,
) -> Result<Backend, LaunchError> {
    let cwd = launch.cwd.as_deref().map(|asked| within(home, asked));
    let program = Program {
        cwd: cwd.transpose()?.or_else(|| program.cwd.clone()),
        ..program.clone()
    };
    pty::spawn(&program, launch.size, readers).map_err(|error| match error {
        SpawnError::Directory { .. } => LaunchError::Directory(error.to_string()),
        _ => LaunchError::Program(error.to_string()),
    })
}

/// The directory that is asked for, relative to `home` or as a whole, if it is in `home`.
fn within(home: &Path, asked: &str) -> Result<PathBuf, LaunchError> {
    let bad = |why: &str| LaunchError::Directory(format!("cannot start in {asked:?}: {why}"));
    let outside = || bad("it is not in the directory that webterm was started for");
    if asked.contains('\0') {
        return Err(bad("no name holds a NUL"));
    }
    // Where something is outside, nobody is told whether it is there.
    let path = home.join(asked);
    let there = path.ancestors().find_map(|part| part.canonicalize().ok());
    let goes_up = path.components().any(|part| part == Component::ParentDir);
    match (path.canonicalize(), there) {
        (Ok(dir), _) if dir.starts_with(home) => Ok(dir),
        (Err(error), Some(there)) if there.starts_with(home) && !goes_up => {
            Err(bad(&error.to_string()))
        }
        (Ok(_) | Err(_), _) => Err(outside()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_below_is_taken_and_nothing_else() {
        let root = std::env::temp_dir().join(format!("webterm-{:032x}", rand::random::<u128>()));
        let home = root.join("home");
        std::fs::create_dir_all(home.join("a/b")).unwrap();
        std::os::unix::fs::symlink(&root, home.join("out")).unwrap();
        let home = home.canonicalize().unwrap();
        let whole = home.join("a").to_string_lossy().into_owned();
        for (asked, found) in [
            ("", Some("")),
            ("a/b", Some("a/b")),
            ("a/../a", Some("a")),
            (whole.as_str(), Some("a")),
            ("none", None),
            ("..", None),
            ("out", None),
            ("out/none", None),
            ("/", None),
            ("/none", None),
            ("../home-not", None),
            ("a\0b", None),
        ] {
            let expected = found.map(|below| home.join(below).components().collect::<PathBuf>());
            assert_eq!(within(&home, asked).ok(), expected, "{asked:?}");
        }
        let told = |asked| within(&home, asked).unwrap_err().to_string();
        assert!(told("none").contains("No such file"), "{}", told("none"));
        assert!(!told("out/none").contains("No such file"));
        assert!(!told("/none").contains("No such file"), "{}", told("/none"));
        assert!(
            !told("../none").contains("No such file"),
            "{}",
            told("../none")
        );
        std::fs::remove_dir_all(root).unwrap();
    }
}
