//! Output, in chunks that are cut anywhere, as lines. It knows nothing of where either goes.

use std::borrow::Cow;

/// What is done with a line that is longer than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlong {
    /// It ends all.
    Refused,
    /// Its first part stands for it.
    Shortened,
}

/// A line was longer than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a line of more than {0} bytes")]
pub struct TooLong(pub usize);

/// Splits output into lines. A line ends with LF or CR LF, which is no part of it. Bytes that are no
/// UTF-8 become U+FFFD. It keeps the beginning of one line, and no more of that than may be.
#[derive(Debug)]
pub struct Splitter {
    max: usize,
    overlong: Overlong,
    /// The line that has begun, with its CR if that came last.
    begun: Vec<u8>,
    /// Whether the rest of a line that was shortened is still to come.
    skips: bool,
}

impl Splitter {
    /// For lines of at most `max` bytes, without what ends them.
    pub fn new(max: usize, overlong: Overlong) -> Self {
        Self {
            max,
            overlong,
            begun: Vec::new(),
            skips: false,
        }
    }

    /// Gives each line that ends in `chunk`, or becomes too long there, to `take`. After an error
    /// nothing more may be pushed.
    pub fn push(&mut self, chunk: &[u8], mut take: impl FnMut(&str)) -> Result<(), TooLong> {
        let mut rest = chunk;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (part, after) = rest.split_at(end);
            self.go_on(part, &mut take)?;
            self.end(&mut take)?;
            rest = after.get(1..).unwrap_or_default();
        }
        self.go_on(rest, &mut take)
    }

    /// Gives the last line to `take`, where no line end follows it.
    pub fn finish(mut self, mut take: impl FnMut(&str)) -> Result<(), TooLong> {
        if self.begun.is_empty() {
            return Ok(());
        }
        // What ends no line is a part of it.
        if self.begun.len() > self.max {
            return self.exceed(&mut take);
        }
        take(&text(&self.begun));
        Ok(())
    }

    fn go_on(&mut self, part: &[u8], take: &mut impl FnMut(&str)) -> Result<(), TooLong> {
        if self.skips {
            return Ok(());
        }
        // One more, for a CR is no part of the line if LF follows.
        let room = (self.max + 1).saturating_sub(self.begun.len());
        let fits = part.len() <= room;
        let kept = part.get(..part.len().min(room)).unwrap_or_default();
        self.begun.extend_from_slice(kept);
        let is_too_long = self.begun.len() > self.max && self.begun.last() != Some(&b'\r');
        match fits && !is_too_long {
            true => Ok(()),
            false => self.exceed(take),
        }
    }

    fn end(&mut self, take: &mut impl FnMut(&str)) -> Result<(), TooLong> {
        if !std::mem::take(&mut self.skips) {
            let line = self.begun.strip_suffix(b"\r").unwrap_or(&self.begun);
            take(&text(line));
        }
        self.begun.clear();
        // A line of a mebibyte is seldom followed by another.
        self.begun.shrink_to(64 * 1024);
        Ok(())
    }

    fn exceed(&mut self, take: &mut impl FnMut(&str)) -> Result<(), TooLong> {
        self.begun.truncate(self.max);
        match self.overlong {
            Overlong::Refused => Err(TooLong(self.max)),
            Overlong::Shortened => {
                take(&format!("{}…", text(&self.begun)));
                self.begun.clear();
                self.skips = true;
                Ok(())
            }
        }
    }
}

fn text(line: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The lines of `output` when it comes in these chunks; and whether one was too long.
    fn split(chunks: &[&[u8]], max: usize, overlong: Overlong) -> (Vec<String>, bool) {
        let (mut lines, mut splitter) = (Vec::new(), Splitter::new(max, overlong));
        let mut take = |line: &str| lines.push(line.to_owned());
        let pushed = chunks
            .iter()
            .try_for_each(|chunk| splitter.push(chunk, &mut take));
        let is_too_long = pushed.and_then(|()| splitter.finish(&mut take)).is_err();
        (lines, is_too_long)
    }

    fn lines(output: &[u8]) -> Vec<String> {
        let (lines, is_too_long) = split(&[output], 100, Overlong::Refused);
        assert!(!is_too_long);
        lines
    }

    #[test]
    fn lines_end_with_lf_or_cr_lf() {
        assert_eq!(lines(b"a\nb\r\n\n\r\n"), ["a", "b", "", ""]);
        assert_eq!(lines(b"a\rb\n"), ["a\rb"]);
        assert_eq!(lines(b"a\r\r\n"), ["a\r"]);
        assert_eq!(lines(b""), [""; 0]);
    }

    #[test]
    fn a_last_line_without_line_end_is_a_line() {
        assert_eq!(lines(b"a\nb"), ["a", "b"]);
        assert_eq!(lines(b"b\r"), ["b\r"]);
    }

    #[test]
    fn bytes_that_are_no_text_become_replacement_characters() {
        assert_eq!(
            lines(b"a\xffb\n\xe2\x82\n\0\n"),
            ["a\u{fffd}b", "\u{fffd}", "\0"]
        );
    }

    #[test]
    fn a_line_may_be_as_long_as_allowed_and_no_longer() {
        for end in ["", "\n", "\r\n"] {
            let output = format!("abcd{end}");
            let (lines, is_too_long) = split(&[output.as_bytes()], 4, Overlong::Refused);
            assert_eq!((lines, is_too_long), (vec!["abcd".to_owned()], false));
            let output = format!("ok\nabcde{end}");
            let (lines, is_too_long) = split(&[output.as_bytes()], 4, Overlong::Refused);
            assert_eq!((lines, is_too_long), (vec!["ok".to_owned()], true));
        }
        assert!(split(&[b"abcd\r"], 4, Overlong::Refused).1);
        assert!(split(&[b"abcd\rx\n"], 4, Overlong::Refused).1);
    }

    #[test]
    fn a_line_may_be_shortened_instead() {
        let (lines, is_too_long) = split(&[b"abcdef", b"gh\nij\n"], 4, Overlong::Shortened);
        assert_eq!(lines, ["abcd…", "ij"]);
        assert!(!is_too_long);
        assert_eq!(split(&[b"abcd\r"], 4, Overlong::Shortened).0, ["abcd…"]);
    }

    /// What the splitter should give, made the plain way from the whole output.
    fn expected(output: &[u8], max: usize) -> (Vec<String>, bool) {
        let mut lines = Vec::new();
        let mut parts: Vec<&[u8]> = output.split(|byte| *byte == b'\n').collect();
        let last = parts.pop().unwrap();
        let ended = parts
            .into_iter()
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        for line in ended.chain((!last.is_empty()).then_some(last)) {
            if line.len() > max {
                return (lines, true);
            }
            lines.push(String::from_utf8_lossy(line).into_owned());
        }
        (lines, false)
    }

    fn output() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            Just(b'\n'),
            Just(b'\r'),
            Just(b'a'),
            Just(0xe2),
            any::<u8>()
        ];
        prop::collection::vec(byte, 0..60)
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_the_output_is_cut(output in output(), cut in 1usize..9, max in 1usize..12) {
            let chunks: Vec<&[u8]> = output.chunks(cut).collect();
            prop_assert_eq!(split(&chunks, max, Overlong::Refused), expected(&output, max));
        }

        #[test]
        fn shortened_lines_are_the_same_however_the_output_is_cut(output in output(), cut in 1usize..9, max in 1usize..12) {
            let chunks: Vec<&[u8]> = output.chunks(cut).collect();
            let whole = split(&[&output], max, Overlong::Shortened);
            prop_assert!(!whole.1);
            prop_assert_eq!(whole.0.len(), split(&[&output], 1000, Overlong::Refused).0.len());
            prop_assert_eq!(split(&chunks, max, Overlong::Shortened), whole);
        }

        #[test]
        fn no_more_is_kept_than_may_be(output in output(), max in 1usize..12) {
            let mut splitter = Splitter::new(max, Overlong::Shortened);
            for chunk in output.chunks(7) {
                splitter.push(chunk, |_| {}).unwrap();
                prop_assert!(splitter.begun.len() <= max + 1);
            }
        }
    }
}
