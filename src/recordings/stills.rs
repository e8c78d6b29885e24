//! The stills that were asked for last, kept for who asks again. It knows no directory.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::screen::Picture;

use super::RecordingId;
use super::folder::Stamp;
use super::summary::LARGEST_STILL;

/// So many are kept: a few pages' worth.
const MOST: usize = 200;

/// A growing recording's still is made again after so long: each time all of it is read.
const RECENT: Duration = Duration::from_secs(10);

/// Stills, the last that was made in the end.
#[derive(Debug, Default)]
pub(super) struct Stills(VecDeque<Still>);

#[derive(Debug)]
struct Still {
    id: RecordingId,
    stamp: Stamp,
    course: Course,
    made: Instant,
    still: Made,
}

/// Whether what a still is of goes on, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// It has ended.
    Over,
    /// It may be growing.
    Open,
}

/// The JSON of a picture; `None` where nothing came of it.
#[derive(Debug, Clone)]
pub(super) struct Made(pub(super) Option<Arc<str>>);

impl Made {
    pub(super) fn of(picture: Option<Picture>) -> Self {
        let json = picture.and_then(|picture| serde_json::to_string(&picture).ok());
        let json = json.filter(|json| json.len() <= LARGEST_STILL);
        Self(json.map(Arc::from))
    }
}

impl Stills {
    /// What was made of this very file, or not long ago of one that may be growing.
    pub(super) fn kept(&self, id: &RecordingId, stamp: Stamp, now: Instant) -> Option<Made> {
        let kept = self.0.iter().find(|kept| kept.id == *id)?;
        let age = now.saturating_duration_since(kept.made);
        let is_recent = kept.course == Course::Open && age < RECENT;
        (kept.stamp == stamp || is_recent).then(|| kept.still.clone())
    }

    /// Keeps what was made; that nothing came of it is kept as well.
    pub(super) fn keep(
        &mut self,
        id: &RecordingId,
        stamp: Stamp,
        course: Course,
        still: &Made,
        made: Instant,
    ) {
        self.0.retain(|kept| kept.id != *id);
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(Still {
            id: id.clone(),
            stamp,
            course,
            made,
            still: still.clone(),
        });
    }
}
