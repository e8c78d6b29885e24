//! Recordings of all kinds in one directory, and what else may lie there.

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use rustix::fs::FlockOperation;

use super::*;

const OURS: &str = "20261120T172651Z-main";

/// A directory that goes with the test.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("webterm-{:032x}", rand::random::<u128>()));
        std::fs::create_dir(&dir).unwrap();
        Self(dir)
    }

    /// A file that was written long enough ago.
    fn write(&self, name: &str, text: &str) {
        self.write_now(name, text);
        let file = File::options().write(true).open(self.0.join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60))
            .unwrap();
    }

    fn write_now(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn catalog(&self) -> Catalog {
        Catalog::open(&self.0).unwrap()
    }

    fn only(&self) -> Entry {
        let mut entries = self.catalog().list().unwrap();
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries.remove(0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn cast(events: &str) -> String {
    let head = r#"{"version":2,"width":80,"height":24,"timestamp":1000,"command":"vim"}"#;
    format!("{head}\n{events}")
}

#[test]
fn what_a_summary_tells_is_believed() {
    let place = Place::new();
    place.write(&format!("{OURS}.cast"), &cast(""));
    let summary = r#"{"session":"main","command":"bash","begun":7,"length":1.5,"cols":9,"rows":5,"who":["alice"],"end":{"exit":3}}"#;
    place.write(&format!("{OURS}.json"), summary);
    let entry = place.only();
    assert_eq!((entry.command.as_str(), entry.begun), ("bash", 7));
    assert_eq!(
        (entry.length, entry.who.as_slice()),
        (Some(1.5), &["alice".to_owned()][..])
    );
    assert_eq!(entry.course, Course::Ended { status: Some(3) });
    let json = serde_json::to_value(&entry).unwrap();
    assert_eq!(
        (&json["course"], &json["status"]),
        (&"ended".into(), &3.into())
    );
    place.write(
        &format!("{OURS}.json"),
        r#"{"end":{"incomplete":"the disk is full"}}"#,
    );
    let reason = "the disk is full".to_owned();
    assert_eq!(place.only().course, Course::Incomplete { reason });
}

#[test]
fn what_nobody_told_is_read() {
    let place = Place::new();
    let events = "[1,\"o\",\"x\"]\n[2,\"r\",\"50x10\"]\n[2,\"m\",\"typing: bob\"]\n[3,\"i\",\"y\"]\n[4.5,\"o\",\"z";
    place.write(&format!("{OURS}.cast"), &cast(events));
    let cut = place.only();
    assert_eq!(
        (cut.session.as_str(), cut.command.as_str()),
        ("main", "vim")
    );
    assert_eq!(
        (cut.length, cut.cols, cut.rows, cut.begun),
        (Some(3.0), 50, 10, 1000)
    );
    assert_eq!(
        (cut.who, cut.input, cut.course),
        (vec!["bob".to_owned()], true, Course::Cut)
    );
    place.write(
        &format!("{OURS}.cast"),
        &cast("[1,\"m\",\"exit status 2\"]\n"),
    );
    assert_eq!(place.only().course, Course::Ended { status: Some(2) });
    place.write(&format!("{OURS}.cast"), &cast("[1,\"o\",\"\"]\nbroken\n"));
    assert!(
        matches!(place.only().course, Course::Incomplete { reason } if reason.contains("line 3"))
    );
    let full = "[1,\"m\",\"recording incomplete: the disk is full\"]\n";
    place.write(&format!("{OURS}.cast"), &cast(full));
    let reason = "the disk is full".to_owned();
    assert_eq!(place.only().course, Course::Incomplete { reason });
}

#[test]
fn what_others_recorded_is_listed_as_well() {
    let place = Place::new();
    place.write("demo.cast", &cast("[1,\"o\",\"x\"]\n"));
    let entry = place.only();
    assert_eq!((entry.id.as_str(), entry.session.as_str()), ("demo", ""));
    assert_eq!(entry.course, Course::Ended { status: None });
}

#[test]
fn what_is_being_recorded_now_is_told_apart_from_what_was_cut_off() {
    let place = Place::new();
    let name = format!("{OURS}.cast");
    place.write(&name, &cast("[1,\"o\",\"x\"]\n"));
    let catalog = place.catalog();
    let held = File::open(place.0.join(&name)).unwrap();
    rustix::fs::flock(&held, FlockOperation::LockExclusive).unwrap();
    assert_eq!(catalog.list().unwrap()[0].course, Course::Recording);
    drop(held);
    assert_eq!(
        catalog.list().unwrap()[0].course,
        Course::Cut,
        "without another byte"
    );
    // Who has just made it may not yet hold it.
    place.write_now(&name, &cast("[1,\"o\",\"x\"]\n"));
    assert_eq!(catalog.list().unwrap()[0].course, Course::Recording);
}

#[test]
fn r9_only_plain_files_with_plain_names_are_there() {
    let place = Place::new();
    let secret = std::env::temp_dir().join(format!("webterm-{:032x}.cast", rand::random::<u128>()));
    std::fs::write(&secret, cast("")).unwrap();
    symlink(&secret, place.0.join("link.cast")).unwrap();
    std::fs::create_dir(place.0.join("dir.cast")).unwrap();
    let mode = rustix::fs::Mode::RUSR;
    let pipe = place.0.join("pipe.cast");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    place.write("a b.cast", &cast(""));
    place.write(".hidden.cast", &cast(""));
    place.write("text.cast", "no recording\n");
    place.write("demo.txt", &cast(""));
    let catalog = place.catalog();
    assert_eq!(catalog.list().unwrap(), []);
    for id in ["link", "dir", "pipe", "none"] {
        assert!(catalog.file(&id.parse().unwrap()).is_none(), "{id}");
        assert!(catalog.still(&id.parse().unwrap()).is_none(), "{id}");
    }
    std::fs::remove_file(secret).unwrap();
}

#[test]
fn the_newest_come_first_and_many_are_listed_quickly() {
    let place = Place::new();
    for number in 0..500 {
        let name = format!("20261120T{:06}Z-main", number);
        place.write(&format!("{name}.cast"), &cast("[1,\"o\",\"x\"]\n"));
        place.write(
            &format!("{name}.json"),
            &format!("{{\"begun\":{number},\"end\":{{\"exit\":0}}}}"),
        );
    }
    let catalog = place.catalog();
    let first = catalog.list().unwrap();
    assert_eq!(
        (first.len(), first[0].begun, first[499].begun),
        (500, 499, 0)
    );
    let began = Instant::now();
    assert_eq!(catalog.list().unwrap(), first);
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn the_still_is_the_last_screen() {
    let place = Place::new();
    place.write(
        "demo.cast",
        &cast("[1,\"o\",\"first\"]\n[1,\"r\",\"20x4\"]\n[2,\"o\",\"\\u001b[2J\\u001b[Hlast\"]\n"),
    );
    let catalog = place.catalog();
    let id = "demo".parse().unwrap();
    let still: serde_json::Value = serde_json::from_str(&catalog.still(&id).unwrap()).unwrap();
    assert_eq!(
        (&still["cols"], &still["lines"][0][0][0]),
        (&20.into(), &"last".into())
    );
    let kept = catalog.still(&id).unwrap();
    assert!(Arc::ptr_eq(&kept, &catalog.still(&id).unwrap()));
}

#[test]
fn a_growing_recording_is_not_read_for_each_who_asks_for_its_still() {
    let place = Place::new();
    let id = "demo".parse().unwrap();
    place.write_now("demo.cast", &cast("[1,\"o\",\"one\"]\n"));
    let catalog = place.catalog();
    let now = Instant::now();
    let first = catalog.still_at(&id, now).unwrap();
    place.write_now("demo.cast", &cast("[1,\"o\",\"one\"]\n[1,\"o\",\"two\"]\n"));
    // Whoever makes another one keeps nobody from what is there.
    let making = catalog.0.making.lock().unwrap();
    let soon = catalog.still_at(&id, now + Duration::from_secs(9)).unwrap();
    assert!(Arc::ptr_eq(&first, &soon));
    drop(making);
    let later = catalog
        .still_at(&id, now + Duration::from_secs(10))
        .unwrap();
    assert!(later.contains("onetwo"), "{later}");
}
