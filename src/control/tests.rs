//! Both ends of the control socket, in directories of the test's own.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

use super::place::candidates;
use super::*;

/// A directory of the test's own, removed when it is dropped.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("webterm-control-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn place(&self) -> Place {
        Place::make_one_of(&[self.at("webterm")]).unwrap()
    }

    fn our_socket(&self) -> PathBuf {
        self.at(&format!("webterm/{}.sock", std::process::id()))
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

async fn open(dir: &Dir) -> Result<(Listener, SocketFile), OpenError> {
    Listener::open(Ok(dir.place())).await
}

/// Answers each request with what it was.
async fn echo(dir: &Dir) -> (JoinHandle<()>, SocketFile) {
    let (listener, file) = open(dir).await.unwrap();
    let serving = listener.serve(|request| Answer::Refused(format!("{request:?}")));
    (tokio::spawn(serving), file)
}

/// A number that no process has: the largest that Linux gives is lower.
const NOBODY: u32 = 4_194_305;

#[test]
fn r30_the_directory_and_the_socket_are_the_users_alone() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let dir = Dir::new();
    runtime.block_on(async {
        let _listener = open(&dir).await.unwrap();
        assert_eq!(mode(&dir.at("webterm")), 0o700);
        assert_eq!(mode(&dir.our_socket()), 0o600);
    });
}

#[test]
fn r30_a_directory_that_others_may_enter_or_that_is_none_is_not_taken() {
    let dir = Dir::new();
    let place = dir.at("webterm");
    let made = || Place::make_one_of(std::slice::from_ref(&place)).map(|_| ());
    fs::create_dir(&place).unwrap();
    for bits in [0o710, 0o701, 0o770, 0o777, 0o1777, 0o755, 0o740] {
        chmod(&place, bits);
        let error = made().unwrap_err().to_string();
        assert!(error.contains("chmod 700"), "{bits:o}: {error}");
        assert_eq!(mode(&place), bits, "it is left as it was");
    }
    chmod(&place, 0o700);
    made().unwrap();
    fs::rename(&place, dir.at("elsewhere")).unwrap();
    symlink(dir.at("elsewhere"), &place).unwrap();
    assert!(made().unwrap_err().to_string().contains("link"));
    fs::remove_file(&place).unwrap();
    fs::write(&place, "mine").unwrap();
    assert!(made().is_err());
    assert_eq!(fs::read(&place).unwrap(), b"mine");
}

#[test]
fn r30_a_directory_of_another_user_is_not_taken() {
    // Everybody's is somebody else's, unless the tests run as root; then one is given away.
    let dir = Dir::new();
    let place = dir.at("webterm");
    if rustix::process::geteuid().is_root() {
        fs::create_dir(&place).unwrap();
        chmod(&place, 0o700);
        std::os::unix::fs::chown(&place, Some(65534), None).unwrap();
    } else {
        symlink("/root", &place).unwrap();
    }
    let made = Place::make_one_of(std::slice::from_ref(&place));
    assert!(made.is_err());
}

#[test]
fn where_the_first_place_can_not_be_had_the_next_is() {
    let dir = Dir::new();
    let (first, second) = (dir.at("run/webterm"), dir.at("state/webterm/control"));
    let place = Place::make_one_of(&[first.clone(), second.clone()]).unwrap();
    assert_eq!(place.path(), second, "nobody makes the directory around");
    assert_eq!(mode(&second), 0o700);
    fs::create_dir(dir.at("run")).unwrap();
    let place = Place::make_one_of(&[first.clone(), second]).unwrap();
    assert_eq!(place.path(), first);
    assert!(Place::make_one_of(&[]).is_err());
}

#[test]
fn the_runtime_directory_comes_before_the_state_directory() {
    let of = |variables: &'static [(&str, &str)]| {
        candidates(move |name| {
            let found = variables.iter().find(|(key, _)| *key == name)?;
            Some(found.1.into())
        })
    };
    let all = of(&[
        ("XDG_RUNTIME_DIR", "/run/user/7"),
        ("XDG_STATE_HOME", "/s"),
        ("HOME", "/h"),
    ]);
    assert_eq!(
        all,
        [
            Path::new("/run/user/7/webterm"),
            Path::new("/s/webterm/control")
        ]
    );
    let home = of(&[("HOME", "/h"), ("XDG_STATE_HOME", "relative")]);
    assert_eq!(home, [Path::new("/h/.local/state/webterm/control")]);
    assert!(of(&[("XDG_RUNTIME_DIR", ""), ("HOME", "x")]).is_empty());
}

#[tokio::test]
async fn a_running_webterm_is_found_and_answers_many_at_once() {
    let dir = Dir::new();
    let (serving, file) = echo(&dir).await;
    let places = [dir.place()];
    let found = instances(&places).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].process, std::process::id());
    let asks = (0..20).map(|_| ask(&found[0], &Request::Guests));
    for answer in futures::future::join_all(asks).await {
        assert_eq!(answer.unwrap(), Answer::Refused("Guests".to_owned()));
    }
    serving.abort();
    assert!(serving.await.unwrap_err().is_cancelled());
    drop(file);
    assert!(!dir.our_socket().exists(), "it is removed at the end");
    assert!(instances(&places).await.is_empty());
    assert!(matches!(
        ask(&found[0], &Request::About).await,
        Err(AskError::Gone)
    ));
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_a_long_one_is_cut() {
    let dir = Dir::new();
    let (serving, file) = echo(&dir).await;
    for line in [
        "\n".to_owned(),
        "{}\n".to_owned(),
        "x".repeat(MAX_REQUEST as usize),
    ] {
        let mut stream = UnixStream::connect(dir.our_socket()).await.unwrap();
        stream.write_all(line.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains("refused"), "{answer}");
    }
    serving.abort();
    drop(file);
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_holds_up_nobody_and_is_hung_up_on() {
    let dir = Dir::new();
    let (serving, file) = echo(&dir).await;
    let mut silent = Vec::new();
    for _ in 0..31 {
        silent.push(UnixStream::connect(dir.our_socket()).await.unwrap());
    }
    let places = [dir.place()];
    let found = instances(&places).await;
    assert!(ask(&found[0], &Request::Guests).await.is_ok());
    let mut nothing = String::new();
    silent[0].read_to_string(&mut nothing).await.unwrap();
    assert_eq!(nothing, "");
    serving.abort();
    drop(file);
}

#[tokio::test]
async fn r30_what_is_no_socket_of_ours_stays_in_its_place() {
    let dir = Dir::new();
    dir.place();
    let socket = dir.our_socket();
    let foreign = |make: &dyn Fn() -> io::Result<()>| {
        make().unwrap();
        fs::symlink_metadata(&socket).unwrap().ino()
    };
    let other = dir.at("other");
    UnixListener::bind(&other).unwrap();
    let ways: [&dyn Fn() -> io::Result<()>; 3] = [
        &|| fs::write(&socket, "mine"),
        &|| fs::create_dir(&socket),
        &|| symlink(&other, &socket),
    ];
    for make in ways {
        let inode = foreign(make);
        let error = open(&dir).await.unwrap_err();
        assert!(matches!(error, OpenError::Foreign(_)), "{error}");
        assert_eq!(fs::symlink_metadata(&socket).unwrap().ino(), inode);
        assert!(instances(&[dir.place()]).await.is_empty());
        let _ = fs::remove_dir(&socket).or_else(|_| fs::remove_file(&socket));
    }
}

#[tokio::test]
async fn r30_sockets_that_were_left_are_removed_and_others_are_not() {
    let dir = Dir::new();
    dir.place();
    let at = |name: &str| dir.at(&format!("webterm/{name}"));
    drop(UnixListener::bind(dir.our_socket()).unwrap());
    drop(UnixListener::bind(at(&format!("{NOBODY}.sock"))).unwrap());
    // Its process is there, if it does not listen (yet).
    drop(UnixListener::bind(at("1.sock")).unwrap());
    let _heard = UnixListener::bind(at(&format!("{}.sock", NOBODY + 1))).unwrap();
    fs::write(at(&format!("{}.sock", NOBODY + 2)), "").unwrap();
    drop(UnixListener::bind(at("other.sock")).unwrap());
    drop(UnixListener::bind(at("007.sock")).unwrap());
    let listener = open(&dir).await.unwrap();
    let mut left: Vec<_> = fs::read_dir(dir.at("webterm"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let our = format!("{}.sock", std::process::id());
    let mut expected = vec![
        "007.sock".to_owned(),
        "1.sock".to_owned(),
        format!("{}.sock", NOBODY + 1),
        format!("{}.sock", NOBODY + 2),
        "other.sock".to_owned(),
        our,
    ];
    expected.sort();
    assert_eq!(left, expected);
    drop(listener);
    assert!(!dir.our_socket().exists());
}

#[tokio::test]
async fn at_the_end_only_our_own_socket_is_removed() {
    let dir = Dir::new();
    let listener = open(&dir).await.unwrap();
    fs::remove_file(dir.our_socket()).unwrap();
    let _other = UnixListener::bind(dir.our_socket()).unwrap();
    drop(listener);
    assert!(dir.our_socket().exists());
}

#[tokio::test]
async fn a_socket_of_another_process_is_not_asked() {
    let dir = Dir::new();
    dir.place();
    // We listen where another process should.
    let _listener = UnixListener::bind(dir.at("webterm/1.sock")).unwrap();
    assert!(instances(&[dir.place()]).await.is_empty());
}

#[tokio::test]
async fn a_path_of_any_length_will_do() {
    let dir = Dir::new();
    let deep = dir.at(&"d".repeat(200));
    fs::create_dir(&deep).unwrap();
    let place = Place::make_one_of(&[deep.join("webterm")]).unwrap();
    let (listener, file) = Listener::open(Ok(place)).await.unwrap();
    let serving = tokio::spawn(listener.serve(|_| Answer::Done(Vec::new())));
    let places = [Place::open(&deep.join("webterm")).unwrap()];
    let found = instances(&places).await;
    assert_eq!(
        ask(&found[0], &Request::About).await.unwrap(),
        Answer::Done(Vec::new())
    );
    serving.abort();
    drop(file);
}
