//! How much is kept, and for how long: older recordings make room for newer ones. It knows nothing of
//! what is in them.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::recordings::RecordingName;

use super::place::{Place, Removal};

/// The bounds on what is kept.
#[derive(Debug)]
pub(super) struct Keeping {
    /// The most that all recordings take together, in bytes.
    most: Option<u64>,
    /// The longest time after it was written to last.
    longest: Option<Duration>,
    /// What they take together, as far as is known: others may record into the same directory.
    taken: AtomicU64,
}

/// Why a recording was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// It was too old.
    Age,
    /// All of them took too much.
    Size,
}

impl Why {
    /// For people.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Age => "it was older than --record-keep-days allows",
            Self::Size => "the recordings took more than --record-max-size allows",
        }
    }
}

/// A recording that was removed, and why.
pub(super) type Removed = (RecordingName, Why);

/// That there is no room, though all was removed that may be.
#[derive(Debug, thiserror::Error)]
#[error("the recordings take as much as --record-max-size allows")]
pub(super) struct NoRoom;

impl Keeping {
    pub(super) fn new(most: Option<u64>, longest: Option<Duration>) -> Self {
        Self {
            most,
            longest,
            taken: AtomicU64::new(0),
        }
    }

    /// Removes what is too old at the moment `now`, and what takes too much; gives what it removed.
    pub(super) fn sweep(&self, place: &Place, now: SystemTime) -> io::Result<Vec<Removed>> {
        let mut removed = Vec::new();
        if self.most.is_none() && self.longest.is_none() {
            return Ok(removed);
        }
        let is_old = |changed: SystemTime| {
            let age = now.duration_since(changed).unwrap_or_default();
            self.longest.is_some_and(|longest| age > longest)
        };
        let all = place.list()?;
        let mut taken: u64 = all.iter().map(|found| found.bytes).sum();
        for found in &all {
            let is_too_much = self.most.is_some_and(|most| taken > most);
            if !is_too_much && !is_old(found.changed) {
                continue;
            }
            match place.remove(&found.name) {
                Ok(Removal::Done) => {
                    tracing::info!(recording = %found.name, "an old recording was removed");
                    taken -= found.bytes;
                    let why = match is_too_much {
                        true => Why::Size,
                        false => Why::Age,
                    };
                    removed.push((found.name.clone(), why));
                }
                Ok(Removal::InUse) => {}
                Err(error) => {
                    let recording = &found.name;
                    tracing::warn!(%recording, %error, "an old recording can't be removed");
                }
            }
        }
        self.taken.store(taken, Ordering::Relaxed);
        Ok(removed)
    }

    /// Notes that recordings take so many bytes more; whether that is too much.
    pub(super) fn grow(&self, bytes: u64) -> bool {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
        self.is_too_much()
    }

    /// Whether they take more than they may.
    pub(super) fn is_too_much(&self) -> bool {
        let taken = self.taken.load(Ordering::Relaxed);
        self.most.is_some_and(|most| taken > most)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::name::SessionName;

    const DAY: Duration = Duration::from_secs(86_400);

    fn names(place: &Place) -> Vec<String> {
        let all = place.list().unwrap();
        all.iter().map(|found| found.name.to_string()).collect()
    }

    /// A directory with recordings of 1,000 bytes each, a second apart.
    fn place(files: u64) -> (tempfile::TempDir, Place) {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::open(dir.path()).unwrap();
        for second in 0..files {
            let begun = UNIX_EPOCH + Duration::from_secs(second);
            let name = RecordingName::new(begun, &SessionName::shared());
            let (_, mut file) = place.create(name).unwrap();
            file.write_all(&[b'x'; 1000]).unwrap();
        }
        (dir, place)
    }

    #[test]
    fn the_oldest_makes_room_but_what_is_still_written_stays() {
        let (_dir, place) = place(3);
        let begun = UNIX_EPOCH - Duration::ZERO;
        let (own, _held) = place
            .create(RecordingName::new(begun, &"a".parse().unwrap()))
            .unwrap();
        let keeping = Keeping::new(Some(2500), None);
        keeping.sweep(&place, SystemTime::now()).unwrap();
        let (own, third) = (own.to_string(), "19700101T000002Z-main".to_owned());
        let second = "19700101T000001Z-main".to_owned();
        assert_eq!(names(&place), [own.clone(), second, third]);
        assert!(!keeping.grow(400));
        assert!(keeping.grow(3000));
        let removed = keeping.sweep(&place, SystemTime::now()).unwrap();
        assert!(removed.is_empty());
        assert!(!keeping.is_too_much(), "the file itself is still small");
    }

    #[test]
    fn there_may_be_no_room_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::open(dir.path()).unwrap();
        let name = RecordingName::new(UNIX_EPOCH, &SessionName::shared());
        let (_, mut file) = place.create(name).unwrap();
        let keeping = Keeping::new(Some(2500), None);
        file.write_all(&[b'x'; 2000]).unwrap();
        assert!(!keeping.grow(2000));
        file.write_all(&[b'x'; 1000]).unwrap();
        assert!(keeping.grow(1000));
        let removed = keeping.sweep(&place, SystemTime::now()).unwrap();
        assert!(removed.is_empty() && keeping.is_too_much());
    }

    #[test]
    fn of_two_that_begin_in_a_second_each_has_a_file_of_its_own() {
        let (dir, place) = place(1);
        let name = RecordingName::new(UNIX_EPOCH, &SessionName::shared());
        let elsewhere = dir.path().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, dir.path().join(name.numbered(2).file())).unwrap();
        let (third, _) = place.create(name.clone()).unwrap();
        assert_eq!(third, name.numbered(3), "what is there is left alone");
        assert!(!elsewhere.exists(), "nor is a link followed");
    }

    #[test]
    fn what_is_old_goes_and_foreign_files_stay() {
        let (dir, place) = place(2);
        let foreign = dir.path().join("demo.cast");
        std::fs::write(&foreign, "x").unwrap();
        let keeping = Keeping::new(None, Some(7 * DAY));
        keeping.sweep(&place, SystemTime::now() + 6 * DAY).unwrap();
        assert_eq!(names(&place).len(), 2);
        let removed = keeping.sweep(&place, SystemTime::now() + 8 * DAY).unwrap();
        assert!(removed.iter().all(|(_, why)| *why == Why::Age));
        assert!(names(&place).is_empty());
        assert!(foreign.exists());
    }
}
