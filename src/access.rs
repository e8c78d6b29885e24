//! Who may do what: decisions from plain facts about a request. It knows no web framework.

mod source;

pub use source::{Denial, Hosts, check_source};
