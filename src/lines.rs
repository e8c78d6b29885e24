//! The lines of programs and of those who talk to them: splitting output into them, the messages that
//! carry them, the variables that tell a program whose they are. Pure functions of bytes and values.

mod cgi;
mod message;
mod splitter;

pub use cgi::{Asker, BadQuery, NAMES, variables};
pub use message::{LinesMessage, LinesOf, PROTOCOL, Stream};
pub use splitter::{Overlong, Splitter, TooLong};
