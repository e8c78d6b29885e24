//! What verifying finds, and what it can not.

use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use super::super::desk::Entry;
use super::super::event::Event;
use super::super::scribe::Scribe;
use super::*;

/// A file of the test's own, removed when it is dropped.
struct Log(PathBuf);

impl Log {
    fn new(bytes: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("webterm-verify-{}-{number}", std::process::id());
        let log = Self(std::env::temp_dir().join(name));
        File::create(&log.0).unwrap().write_all(bytes).unwrap();
        log
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn entry(event: Event, number: u64) -> Entry {
    let time = UNIX_EPOCH + Duration::from_secs(1_795_195_611 + number);
    Entry { time, event }
}

fn some_event(number: u64) -> Event {
    Event::RecordingRemoved {
        file: format!("{number}.cast"),
        reason: "too old".to_owned(),
    }
}

/// A log of so many lines, each with its end.
fn lines(count: u64) -> Vec<Vec<u8>> {
    let mut scribe = Scribe {
        number: 0,
        hash: Some(Hash::ZERO),
    };
    let opened = Event::LogOpened {
        previous: Some(Hash::ZERO),
        gap: None,
    };
    (0..count)
        .map(|number| {
            let event = match number {
                0 => opened.clone(),
                _ => some_event(number),
            };
            let mut line = Vec::new();
            scribe.write(&entry(event, number), &mut line);
            line
        })
        .collect()
}

fn hash(line: &[u8]) -> Hash {
    chain::split(line.strip_suffix(b"\n").unwrap()).unwrap().1
}

fn verified(bytes: &[u8]) -> Result<Report, Unverified> {
    verify(&Log::new(bytes).0, None)
}

fn fault(bytes: &[u8]) -> (u64, Fault) {
    match verified(bytes) {
        Err(Unverified::Broken { line, fault, .. }) => (line, fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_log_as_it_was_written_is_intact() {
    let lines = lines(5);
    let report = verified(&lines.concat()).unwrap();
    assert_eq!((report.lines, report.begins), (5, Hash::ZERO));
    assert_eq!(report.ends, hash(&lines[4]));
    assert_eq!(report.from, "2026-11-20T17:26:51.000000Z");
    assert_eq!(report.to, "2026-11-20T17:26:55.000000Z");
    assert_eq!(report.notes, []);
}

#[test]
fn the_first_line_that_is_not_as_it_was_is_named_with_what_was_done() {
    let lines = lines(6);
    let without = |index: usize| [&lines[..index], &lines[index + 1..]].concat().concat();
    assert_eq!(fault(&without(0)), (1, Fault::Beheaded));
    assert_eq!(fault(&without(3)), (4, Fault::Missing(Lines(1))));
    let two_less = [&lines[..2], &lines[4..]].concat().concat();
    assert_eq!(fault(&two_less), (3, Fault::Missing(Lines(2))));
    let twice = [&lines[..3], &lines[2..]].concat().concat();
    assert_eq!(fault(&twice), (4, Fault::Inserted));
    let mut changed = lines.clone();
    changed[2] = String::from_utf8(changed[2].clone())
        .unwrap()
        .replace("2.cast", "9.cast")
        .into_bytes();
    assert_eq!(fault(&changed.concat()), (3, Fault::Changed));
    let mut foreign = lines.clone();
    foreign.insert(3, b"{\"seq\":99,\"event\":\"x\"}\n".to_vec());
    assert_eq!(fault(&foreign.concat()), (4, Fault::Inserted));
    let cut = lines.concat();
    assert_eq!(fault(&cut[..cut.len() - 1]), (6, Fault::CutOff));
    assert_eq!(fault(&cut[..cut.len() - 30]), (6, Fault::CutOff));
}

#[test]
fn a_line_that_was_given_a_new_hash_is_found_by_the_next() {
    let mut lines = lines(5);
    let text = String::from_utf8(lines[2].clone()).unwrap();
    let changed = text.replace("2.cast", "9.cast");
    let (content, _) = chain::split(changed.trim_end().as_bytes()).unwrap();
    let mut forged = content.to_vec();
    chain::close(&hash(&lines[1]), &mut forged, 0);
    forged.push(b'\n');
    lines[2] = forged;
    assert_eq!(fault(&lines.concat()), (4, Fault::Changed));
}

#[test]
fn lines_cut_off_at_the_end_are_found_by_the_hash_that_was_noted() {
    let lines = lines(6);
    let (whole, noted) = (lines.concat(), hash(&lines[3]));
    let report = verify(&Log::new(&whole).0, Some(noted)).unwrap();
    assert_eq!((report.lines, report.expected), (6, Some(4)));
    let cut = lines[..3].concat();
    assert!(verified(&cut).is_ok(), "the chain alone can't tell");
    let found = verify(&Log::new(&cut).0, Some(noted));
    assert!(matches!(found, Err(Unverified::Unexpected(_))), "{found:?}");
}

#[test]
fn what_carries_no_hash_can_not_be_verified() {
    for text in ["", "\n", "{\"seq\":1}\n"] {
        let found = verified(text.as_bytes());
        let is_unchained = matches!(found, Err(Unverified::Unchained(_)));
        assert!(is_unchained, "{text:?}: {found:?}");
    }
    let found = verify(Path::new("/no/such/file"), None);
    assert!(matches!(found, Err(Unverified::Unreadable { .. })));
}

/// A log that goes on behind something that is in no chain.
fn with_gap(between: &[u8]) -> (Vec<Vec<u8>>, Vec<u8>, Vec<u8>) {
    let before = lines(3);
    let mut measure = Measure::new();
    measure.add(between);
    let mut scribe = Scribe {
        number: 3,
        hash: Some(hash(&before[2])),
    };
    let opened = Event::LogOpened {
        previous: scribe.hash,
        gap: measure.gap(),
    };
    let mut after = Vec::new();
    scribe.write(&entry(opened, 4), &mut after);
    scribe.write(&entry(some_event(5), 5), &mut after);
    (before, between.to_vec(), after)
}

#[test]
fn what_stands_between_lines_is_known_by_the_next_and_may_not_change() {
    let (before, between, after) = with_gap(b"{\"seq\":4,\"ti\n");
    let whole = [&before.concat()[..], &between, &after].concat();
    let report = verified(&whole).unwrap();
    assert_eq!((report.lines, report.notes), (5, vec![Note::Gap(5, 13)]));
    let other = [&before.concat()[..], b"{\"seq\":4,\"tj\n", &after].concat();
    assert_eq!(fault(&other), (4, Fault::Changed));
    let none = [&before.concat()[..], &after].concat();
    assert_eq!(fault(&none), (4, Fault::Gap));
}

#[test]
fn recordings_are_looked_for_where_they_were_and_beside_the_log() {
    let recording = Log::new(b"recorded");
    let file = recording.0.to_str().unwrap().to_owned();
    let sha256 = hash_of(&recording.0).unwrap().to_string();
    let elsewhere = format!(
        "/no/such/directory/{}",
        recording.0.file_name().unwrap().display()
    );
    let named = |file: &str, sha256: &str| Named {
        file: file.to_owned(),
        sha256: Some(sha256.to_owned()),
        is_removed: false,
    };
    let beside = recording.0.parent().unwrap();
    for (name, sha256, kept) in [
        (&file, sha256.clone(), Kept::Intact),
        (&elsewhere, sha256.clone(), Kept::Intact),
        (&file, "0".repeat(64), Kept::Changed),
        (&"/no/such/file.cast".to_owned(), sha256, Kept::Missing),
    ] {
        assert_eq!(named(name, &sha256).find(beside).kept, kept, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_single_byte_that_changes_is_found(at in any::<prop::sample::Index>(), by in 1..=255u8) {
        let mut bytes = lines(6).concat();
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        let (found, _) = fault(&bytes);
        // What splits a line, or joins two, is found at the first of them.
        prop_assert!(found <= line && found + 1 >= line, "{found} for {line}");
    }

    #[test]
    fn a_line_that_is_taken_out_put_in_or_moved_is_found(
        from in 0..8usize, to in 0..8usize, inserts in any::<bool>(),
    ) {
        let original = lines(8);
        let mut changed = original.clone();
        let line = match inserts {
            true => original[from].clone(),
            false => changed.remove(from),
        };
        changed.insert(to.min(changed.len()), line);
        prop_assume!(changed != original);
        prop_assert!(verified(&changed.concat()).is_err());
        let mut fewer = original.clone();
        fewer.remove(from);
        // The last alone can be taken away unseen.
        prop_assert_eq!(verified(&fewer.concat()).is_ok(), from == 7);
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        prop_assert!(verified(&bytes).is_err());
        let around = [&lines(2).concat()[..], &bytes].concat();
        prop_assert_eq!(verified(&around).is_ok(), bytes.is_empty());
    }
}
