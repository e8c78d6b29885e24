//! Watching over what is in force: files that change are read again, ends that are near are warned
//! of. It knows not what the files hold.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tokio_util::sync::CancellationToken;

use super::{Identity, Tls, TlsOptions, files, own};

/// How often the files are looked at: a renewal need not be seen at once, and a look costs nothing.
const LOOK: Duration = Duration::from_secs(2);

/// How often an end that is near is warned of (requirement R35).
const REMINDER: Duration = Duration::from_secs(24 * 60 * 60);

/// What tells that files were changed, or replaced, links on the way to them included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamps(Vec<Option<Stamp>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamps {
    /// The files' present ones.
    pub(super) fn of(options: &TlsOptions) -> Self {
        let paths = files::paths(options);
        Self(paths.iter().map(|path| stamp(path)).collect())
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some(Stamp {
        device: metadata.dev(),
        inode: metadata.ino(),
        length: metadata.len(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    })
}

/// Whether it is time to speak of what is near its end. It goes by the calendar, for a machine that
/// slept a day has had its day.
#[derive(Debug)]
pub(super) struct Reminder {
    last: SystemTime,
}

impl Reminder {
    /// One that was heard at this time.
    pub(super) fn new(now: SystemTime) -> Self {
        Self { last: now }
    }

    /// Whether a day has passed since it was last heard; then it counts as heard now.
    pub(super) fn is_due(&mut self, now: SystemTime) -> bool {
        let is_due = match now.duration_since(self.last) {
            Ok(passed) => passed >= REMINDER,
            // The clock was set back.
            Err(_) => true,
        };
        if is_due {
            self.last = now;
        }
        is_due
    }
}

impl Tls {
    /// Watches until it is stopped. What [`Tls::warnings`] gives is expected to be told already.
    pub async fn watch(&self, stop: CancellationToken) {
        let mut known = self.0.stamps.clone();
        let mut last = known.clone();
        let mut reminder = Reminder::new(SystemTime::now());
        while let Some(()) = stop.run_until_cancelled(tokio::time::sleep(LOOK)).await {
            let present = self.look().await.unwrap_or_else(|| known.clone());
            // Certificate and key are two files: they are read when both have come to rest.
            if present != known && present == last {
                self.reload().await;
                known = present.clone();
            }
            last = present;
            if reminder.is_due(SystemTime::now()) {
                self.remind().await;
            }
        }
    }

    /// The files' stamps, from a thread that may wait for a slow disk.
    async fn look(&self) -> Option<Stamps> {
        let options = self.0.options.clone();
        let stamps = tokio::task::spawn_blocking(move || Stamps::of(&options));
        stamps.await.ok()
    }

    async fn remind(&self) {
        let is_own = matches!(self.0.options.identity, Identity::Own { .. });
        if is_own
            && self
                .certificate()
                .ends_within(own::RENEWAL, SystemTime::now())
        {
            self.reload().await;
        }
        for warning in self.loaded().ends_near(SystemTime::now()) {
            tracing::warn!("{warning}");
        }
    }
}
