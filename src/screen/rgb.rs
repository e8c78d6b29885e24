//! A colour, and how it is spelled in sequences. It knows nothing of what has it.

/// A colour: red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(
    /// Red.
    pub u8,
    /// Green.
    pub u8,
    /// Blue.
    pub u8,
);

impl Rgb {
    /// Reads `rgb:r/g/b` with one to four hexadecimal digits each, or `#` with one to four for
    /// each.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        if let Some(parts) = text.strip_prefix("rgb:") {
            let mut parts = parts.split('/');
            let (red, green, blue) = (parts.next()?, parts.next()?, parts.next()?);
            let same = red.len() == green.len() && green.len() == blue.len();
            let exact = same && parts.next().is_none();
            return exact.then(|| Some(Self(scaled(red)?, scaled(green)?, scaled(blue)?)))?;
        }
        let digits = text.strip_prefix('#')?;
        let each = digits.len() / 3;
        if digits.len() % 3 != 0 || !(1..=4).contains(&each) {
            return None;
        }
        let part = |at: usize| cut(digits.get(at * each..(at + 1) * each)?);
        Some(Self(part(0)?, part(1)?, part(2)?))
    }

    /// How it is written in sequences and answers.
    pub(crate) fn spec(self) -> String {
        let Self(red, green, blue) = self;
        format!("rgb:{red:02x}{red:02x}/{green:02x}{green:02x}/{blue:02x}{blue:02x}")
    }
}

fn hex(digits: &str) -> Option<u32> {
    let valid = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    valid.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// Hexadecimal digits as a part of the largest number that as many digits can write.
fn scaled(digits: &str) -> Option<u8> {
    let most = (1u32 << (4 * digits.len().min(4))) - 1;
    let value = hex(digits)?;
    u8::try_from((value * 510 + most) / (2 * most).max(1)).ok()
}

/// The first two of the hexadecimal digits, or one of them as the upper half.
fn cut(digits: &str) -> Option<u8> {
    let value = hex(digits)?;
    let value = match digits.len() {
        1 => value << 4,
        len => value >> (4 * (len - 2)),
    };
    u8::try_from(value).ok()
}
