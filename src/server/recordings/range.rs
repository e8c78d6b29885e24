//! Which part of a file a request is for (RFC 9110, 14.2). It knows no file.

use hyper::Method;
use hyper::header::{self, HeaderMap};

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// So many bytes, at least one, from here on.
    Range {
        /// The first.
        from: u64,
        /// How many.
        length: u64,
    },
    /// Something that it does not have.
    Beyond,
}

/// The part of a file of `bytes` bytes that is asked for. More than one range, other units, and what is
/// not understood mean all of it; so does a range of what the file was before.
pub(super) fn part(method: &Method, headers: &HeaderMap, etag: &str, bytes: u64) -> Part {
    if method != Method::GET || headers.get_all(header::RANGE).iter().count() != 1 {
        return Part::Whole;
    }
    let condition = headers.get(header::IF_RANGE);
    if condition.is_some_and(|known| known.as_bytes() != etag.as_bytes()) {
        return Part::Whole;
    }
    let range = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    range
        .and_then(|range| parse(range, bytes))
        .unwrap_or(Part::Whole)
}

fn parse(range: &str, bytes: u64) -> Option<Part> {
    let (first, last) = range.strip_prefix("bytes=")?.trim().split_once('-')?;
    let part = |from: u64, end: u64| match from < end.min(bytes) {
        true => Part::Range {
            from,
            length: end.min(bytes) - from,
        },
        false => Part::Beyond,
    };
    if first.is_empty() {
        return Some(part(bytes.saturating_sub(number(last)?), bytes));
    }
    let first = number(first)?;
    if last.is_empty() {
        return Some(part(first, bytes));
    }
    let last = number(last)?;
    (first <= last).then(|| part(first, last.saturating_add(1)))
}

/// Digits alone: no sign. One that is too large for us is beyond every file.
fn number(text: &str) -> Option<u64> {
    let is_one = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn of(range: &str) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(range).unwrap());
        part(&Method::GET, &headers, "\"a\"", 100)
    }

    #[test]
    fn single_ranges_and_the_last_bytes_are_served() {
        let range = |from, length| Part::Range { from, length };
        for (asked, expected) in [
            ("bytes=0-0", range(0, 1)),
            ("bytes=0-99", range(0, 100)),
            ("bytes=90-200", range(90, 10)),
            ("bytes=10-", range(10, 90)),
            ("bytes=-10", range(90, 10)),
            ("bytes=-1000", range(0, 100)),
            ("bytes=99-99999999999999999999999", range(99, 1)),
        ] {
            assert_eq!(of(asked), expected, "{asked}");
        }
    }

    #[test]
    fn what_the_file_does_not_have_is_beyond_it() {
        for asked in [
            "bytes=100-",
            "bytes=100-200",
            "bytes=-0",
            "bytes=99999999999999999999-",
        ] {
            assert_eq!(of(asked), Part::Beyond, "{asked}");
        }
    }

    #[test]
    fn what_is_not_understood_means_all() {
        for asked in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-1",
            "bytes=+1-2",
            "bytes=0-1,5-6",
            "lines=0-1",
            "bytes=-+1",
            "bytes=1-2-3",
        ] {
            assert_eq!(of(asked), Part::Whole, "{asked}");
        }
    }

    #[test]
    fn a_range_of_what_the_file_was_before_means_all() {
        let asked = |method: Method, condition: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-0"));
            headers.insert(header::IF_RANGE, HeaderValue::from_static(condition));
            part(&method, &headers, "\"a\"", 100)
        };
        assert_eq!(
            asked(Method::GET, "\"a\""),
            Part::Range { from: 0, length: 1 }
        );
        assert_eq!(asked(Method::GET, "\"b\""), Part::Whole);
        assert_eq!(asked(Method::GET, "W/\"a\""), Part::Whole);
        assert_eq!(
            asked(Method::GET, "Fri, 20 Nov 2026 17:26:51 GMT"),
            Part::Whole
        );
        assert_eq!(asked(Method::HEAD, "\"a\""), Part::Whole);
    }
}
