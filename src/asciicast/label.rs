//! What webterm says by markers, in the words that are written and read. It knows no file.

use std::borrow::Cow;
use std::fmt;

const TYPING: &str = "typing: ";
const EXIT: &str = "exit status ";
const INCOMPLETE: &str = "recording incomplete: ";

/// A marker's label that tells something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label<'a> {
    /// This one types from here on.
    Typing(Cow<'a, str>),
    /// The program ended with this status: version 2 has no event for it.
    Exit(i32),
    /// The recording could not go on, for this reason.
    Incomplete(Cow<'a, str>),
}

impl<'a> Label<'a> {
    /// What a label tells, where it is one of these.
    pub fn parse(label: &'a str) -> Option<Self> {
        let typing = || Some(Self::Typing(label.strip_prefix(TYPING)?.into()));
        let exit = || Some(Self::Exit(label.strip_prefix(EXIT)?.parse().ok()?));
        let incomplete = || Some(Self::Incomplete(label.strip_prefix(INCOMPLETE)?.into()));
        typing().or_else(exit).or_else(incomplete)
    }
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Typing(who) => write!(to, "{TYPING}{who}"),
            Self::Exit(status) => write!(to, "{EXIT}{status}"),
            Self::Incomplete(why) => write!(to, "{INCOMPLETE}{why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        for (label, text) in [
            (Label::Typing("bob".into()), "typing: bob"),
            (Label::Exit(-1), "exit status -1"),
            (
                Label::Incomplete("disk".into()),
                "recording incomplete: disk",
            ),
        ] {
            assert_eq!(label.to_string(), text);
            assert_eq!(Label::parse(text), Some(label));
        }
        for text in [
            "",
            "typing",
            "exit status x",
            "Typing: bob",
            "a typing: bob",
        ] {
            assert_eq!(Label::parse(text), None, "{text}");
        }
    }
}
