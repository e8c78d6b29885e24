//! What a directory of recordings holds: files named after when and what was recorded, and beside
//! each a summary. It knows no session, and not how a recording is made or played.

mod name;
mod summary;

pub use name::{BadName, RecordingName};
pub use summary::{End, Summary};
