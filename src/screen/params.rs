//! The parameters of a control sequence, `1;2:3;…`. They know nothing of what they are for.

use std::fmt::Write;

/// The most parameters, and the most sub-parameters, of one sequence; further ones are ignored.
const MOST: usize = 32;

/// The parameters of one sequence. There is always at least one.
#[derive(Debug, Clone)]
pub(crate) struct Params {
    values: [i32; MOST],
    len: usize,
    subs: [i32; MOST],
    subs_len: usize,
    /// Per parameter, where its sub-parameters start and end.
    sub_ranges: [(u8, u8); MOST],
    /// Where the next digit belongs.
    target: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Param,
    Sub,
    /// There were too many parameters or sub-parameters.
    Nothing,
}

impl Params {
    pub(crate) fn new() -> Self {
        Self {
            values: [0; MOST],
            len: 1,
            subs: [0; MOST],
            subs_len: 0,
            sub_ranges: [(0, 0); MOST],
            target: Target::Param,
        }
    }

    /// Back to one parameter of value 0.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
        self.subs_len = 0;
        self.target = Target::Param;
        self.next_param();
    }

    /// Takes a digit, a semicolon or a colon.
    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        match byte {
            b';' => self.next_param(),
            b':' => self.next_sub(),
            _ => self.push_digit(i32::from(byte.wrapping_sub(b'0'))),
        }
    }

    fn next_param(&mut self) {
        let start = self.subs_len as u8;
        let (Some(value), Some(range)) = (
            self.values.get_mut(self.len),
            self.sub_ranges.get_mut(self.len),
        ) else {
            self.target = Target::Nothing;
            // What follows belongs to a parameter that isn't kept, sub-parameters included.
            self.len = MOST + 1;
            return;
        };
        *value = 0;
        *range = (start, start);
        self.len += 1;
        self.target = Target::Param;
    }

    fn next_sub(&mut self) {
        let range = self
            .len
            .checked_sub(1)
            .and_then(|at| self.sub_ranges.get_mut(at));
        let (Some(range), Some(sub)) = (range, self.subs.get_mut(self.subs_len)) else {
            self.target = Target::Nothing;
            return;
        };
        *sub = -1;
        self.subs_len += 1;
        range.1 = self.subs_len as u8;
        self.target = Target::Sub;
    }

    #[inline]
    fn push_digit(&mut self, digit: i32) {
        let place = match self.target {
            Target::Param => self
                .len
                .checked_sub(1)
                .and_then(|at| self.values.get_mut(at)),
            Target::Sub => self
                .subs_len
                .checked_sub(1)
                .and_then(|at| self.subs.get_mut(at)),
            Target::Nothing => None,
        };
        if let Some(place) = place {
            *place = (*place).max(0).saturating_mul(10).saturating_add(digit);
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len.min(MOST)
    }

    /// The parameter at `at`, 0 where there is none.
    pub(crate) fn get(&self, at: usize) -> i32 {
        self.values
            .get(at)
            .copied()
            .filter(|_| at < self.len)
            .unwrap_or(0)
    }

    /// The first parameter as a number of times: 1 if it isn't given.
    pub(crate) fn count(&self) -> usize {
        self.number(0).max(1)
    }

    /// The parameter at `at` as a number.
    pub(crate) fn number(&self, at: usize) -> usize {
        usize::try_from(self.get(at)).unwrap_or(0)
    }

    /// The sub-parameters of the parameter at `at`; -1 for one without digits.
    pub(crate) fn subs(&self, at: usize) -> &[i32] {
        let range = self.sub_ranges.get(at).filter(|_| at < self.len);
        let range = range.map_or(0..0, |&(start, end)| usize::from(start)..usize::from(end));
        self.subs.get(range).unwrap_or_default()
    }

    /// All parameters.
    pub(crate) fn iter(&self) -> impl Iterator<Item = i32> + '_ {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Makes the first parameter at most `most`; the result says whether it was more.
    pub(crate) fn limit_first(&mut self, most: usize) -> bool {
        let most = i32::try_from(most).unwrap_or(i32::MAX);
        match self.values.first_mut() {
            Some(first) if *first > most => {
                *first = most;
                true
            }
            _ => false,
        }
    }

    /// Writes them as they stand in a sequence.
    pub(crate) fn write(&self, out: &mut String) {
        for at in 0..self.len() {
            if at > 0 {
                out.push(';');
            }
            let _ = write!(out, "{}", self.get(at));
            for &sub in self.subs(at) {
                out.push(':');
                if sub >= 0 {
                    let _ = write!(out, "{sub}");
                }
            }
        }
    }
}
