//! The stills that were asked for last, kept for who asks again. It knows no directory.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::screen::Picture;

use super::RecordingId;
use super::folder::Stamp;
use super::summary::LARGEST_STILL;

/// So many are kept: a few pages' worth.
const MOST: usize = 200;

/// Stills, the last that was made in the end.
#[derive(Debug, Default)]
pub(super) struct Stills(VecDeque<Still>);

#[derive(Debug)]
struct Still {
    id: RecordingId,
    stamp: Stamp,
    json: Option<Arc<str>>,
}

impl Stills {
    /// The still of this very file, or what `make` makes; that nothing came of it is kept as well.
    pub(super) fn get_or_make(
        &mut self,
        id: &RecordingId,
        stamp: Stamp,
        make: impl FnOnce() -> Option<Picture>,
    ) -> Option<Arc<str>> {
        if let Some(kept) = self
            .0
            .iter()
            .find(|kept| kept.id == *id && kept.stamp == stamp)
        {
            return kept.json.clone();
        }
        let json = make().and_then(|picture| serde_json::to_string(&picture).ok());
        let json = json
            .filter(|json| json.len() <= LARGEST_STILL)
            .map(Arc::from);
        self.0.retain(|kept| kept.id != *id);
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        let (id, kept) = (id.clone(), Option::clone(&json));
        self.0.push_back(Still {
            id,
            stamp,
            json: kept,
        });
        json
    }
}
