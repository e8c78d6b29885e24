//! A text as it stands in a JSON string, which may be divided: a recording's lines are of bounded length.

/// What stands between the quotes of a JSON string (RFC 8259, section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escaped<'a>(&'a [u8]);

/// The longest escape: `\u001b`.
const LONGEST: usize = 6;

impl<'a> Escaped<'a> {
    /// A text, for which `memory` is used; what was in it is gone.
    pub fn of(text: &str, memory: &'a mut Vec<u8>) -> Self {
        memory.clear();
        super::write::write_json(text, memory);
        let quoted = memory.strip_prefix(b"\"");
        Self(
            quoted
                .and_then(|text| text.strip_suffix(b"\""))
                .unwrap_or_default(),
        )
    }

    /// Whether there is nothing of it.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// As many whole characters as have room in so many bytes, and the others.
    pub(super) fn split_within(self, room: usize) -> (Self, Self) {
        let (first, rest) = self.0.split_at(self.floor(room));
        (Self(first), Self(rest))
    }

    /// The place at or before `at` that is between two characters.
    fn floor(self, at: usize) -> usize {
        let Some((before, after)) = self.0.split_at_checked(at) else {
            return self.0.len();
        };
        if let Some(start) = open_escape(before) {
            return start;
        }
        let is_within = after.first().is_some_and(|byte| is_continued(*byte));
        let continued = before.iter().rev().take_while(|byte| is_continued(**byte));
        match is_within {
            true => before.len() - continued.count() - 1,
            false => at,
        }
    }
}

/// Where an escape begins that is not over by the end of `text`.
fn open_escape(text: &[u8]) -> Option<usize> {
    let last = text.len().saturating_sub(LONGEST - 1);
    let start = last + text.get(last..)?.iter().rposition(|byte| *byte == b'\\')?;
    // Two make a backslash of the text.
    let run = text
        .get(..=start)?
        .iter()
        .rev()
        .take_while(|byte| **byte == b'\\');
    let length = match text.get(start + 1) {
        Some(b'u') => LONGEST,
        _ => 2,
    };
    (run.count() % 2 == 1 && start + length > text.len()).then_some(start)
}

/// Whether a byte of UTF-8 goes on with a character that began before it.
fn is_continued(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[ -~]{0,9}",
            "[\\x00-\\x1f\"\\\\u0]{0,12}",
            "\\\\{0,12}",
            "[日本語é🎉]{0,5}",
            any::<String>(),
        ];
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    fn read(escaped: Escaped<'_>) -> String {
        serde_json::from_slice(&[b"\"", escaped.bytes(), b"\""].concat()).unwrap()
    }

    proptest! {
        #[test]
        fn as_many_whole_characters_as_have_room_are_split_off(text in any_text(), room in 0usize..60) {
            let mut memory = b"what was there before".to_vec();
            let whole = Escaped::of(&text, &mut memory);
            let (first, rest) = whole.split_within(room);
            prop_assert_eq!([read(first), read(rest)].concat(), text);
            prop_assert!(first.bytes().len() <= room);
            // Not one more has room.
            if let Some(next) = read(rest).chars().next() {
                let mut memory = Vec::new();
                let next = Escaped::of(next.encode_utf8(&mut [0; 4]), &mut memory);
                prop_assert!(first.bytes().len() + next.bytes().len() > room);
            }
        }
    }
}
