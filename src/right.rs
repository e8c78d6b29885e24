//! What somebody may do with a session. It knows nothing of who it is.

/// What a viewer may do. The lesser right comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// See.
    View,
    /// See and type.
    Write,
}
