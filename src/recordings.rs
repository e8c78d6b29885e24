//! What a directory of recordings holds: files named after when and what was recorded, and beside
//! each a summary. It knows no session, and not how a recording is made or played.

mod catalog;
mod folder;
mod id;
mod name;
mod reading;
mod stills;
mod summary;

pub use catalog::{Catalog, Course, Entry, Opened};
pub use id::{BadId, RecordingId};
pub use name::{BadName, RecordingName};
pub use summary::{End, Summary};
