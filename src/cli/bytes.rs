//! Sizes as they are typed: bytes, or with K, M or G behind the number. It knows no option.

use std::fmt;
use std::ops::RangeInclusive;

const UNITS: [(char, usize); 3] = [('G', 1 << 30), ('M', 1 << 20), ('K', 1 << 10)];

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub usize);

impl fmt::Display for Size {
    /// As one would type it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole =
            |(_, factor): &&(char, usize)| self.0 >= *factor && self.0.is_multiple_of(*factor);
        match UNITS.iter().find(whole) {
            Some((name, factor)) => write!(f, "{}{name}", self.0 / factor),
            None => write!(f, "{}", self.0),
        }
    }
}

/// A parser of sizes within `range`.
pub(super) fn within(
    range: RangeInclusive<usize>,
) -> impl Fn(&str) -> Result<Size, String> + Clone + Send + Sync + 'static {
    move |text| {
        parse(text)
            .filter(|size| range.contains(&size.0))
            .ok_or_else(|| {
                let (least, most) = (Size(*range.start()), Size(*range.end()));
                format!("write a size from {least} to {most}, such as {least}")
            })
    }
}

fn parse(text: &str) -> Option<Size> {
    let unit = |&(name, factor)| Some((text.strip_suffix(name)?, factor));
    let (number, factor) = UNITS.iter().find_map(unit).unwrap_or((text, 1));
    number.parse::<usize>().ok()?.checked_mul(factor).map(Size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_written_as_it_is_read() {
        for text in ["1K", "16K", "1M", "2G", "1023", "1025", "0"] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        assert_eq!(parse("1024K"), parse("1M"));
    }

    #[test]
    fn what_is_no_size_or_out_of_bounds_is_told_the_bounds() {
        let parser = within(8 << 10..=1 << 20);
        assert_eq!(parser("8K"), Ok(Size(8192)));
        for text in [
            "7K",
            "8191",
            "2M",
            "",
            "M",
            "1.5M",
            "8k",
            "-8K",
            "99999999999999G",
        ] {
            let error = parser(text).unwrap_err();
            assert!(error.contains("8K to 1M"), "{text}: {error}");
        }
    }
}
