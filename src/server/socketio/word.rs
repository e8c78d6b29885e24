//! What a client is told, by event and field. It knows no connection.

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// The event of output.
pub(super) const OUTPUT: &str = "terminal:output";

/// The event that something went wrong.
pub(super) const ERROR: &str = "terminal:error";

/// The event that a shell ended.
pub(super) const EXIT: &str = "terminal:exit";

/// `{session_id, data}`
pub(super) struct Output<'a> {
    pub(super) session: &'a str,
    pub(super) data: &'a str,
}

impl Serialize for Output<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Output", 2)?;
        fields.serialize_field("session_id", self.session)?;
        fields.serialize_field("data", self.data)?;
        fields.end()
    }
}
