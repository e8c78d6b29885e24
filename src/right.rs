//! What somebody may do with a session. It knows nothing of who it is.

/// Which sessions somebody sees. The lesser sight comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Sight {
    /// Those that he is told of.
    #[default]
    Told,
    /// All.
    All,
}

/// What a viewer may do. The lesser right comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// See.
    View,
    /// See and type.
    Write,
}
