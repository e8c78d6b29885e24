//! How many cells a character takes: the table of Unicode 11 that the viewers' terminal uses as
//! well. It knows nothing of cells or lines.

mod ranges;

use ranges::{WIDE, ZERO};

/// Code points per byte of [`TABLE`]: two bits each.
const PER_BYTE: usize = 4;
/// The code points of the first two planes, where nearly all text is.
const TABLED: usize = 0x2_0000;
/// Their widths, two bits per code point, built when the crate is compiled.
static TABLE: [u8; TABLED / PER_BYTE] = first_planes();

/// The cells that `c` takes: 0 (joins what precedes it, or is a control), 1 or 2.
#[inline]
pub(crate) fn of(c: char) -> usize {
    let code = u32::from(c);
    let slot = code as usize / PER_BYTE;
    match TABLE.get(slot) {
        Some(packed) => usize::from(packed >> (code as usize % PER_BYTE * 2) & 3),
        None if contains(ZERO, code) => 0,
        None if contains(WIDE, code) => 2,
        None => 1,
    }
}

fn contains(ranges: &[(u32, u32)], code: u32) -> bool {
    let after = ranges.partition_point(|&(first, _)| first <= code);
    after
        .checked_sub(1)
        .and_then(|at| ranges.get(at))
        .is_some_and(|&(_, last)| code <= last)
}

#[allow(clippy::indexing_slicing)] // Runs in the compiler: a wrong index is an error there.
const fn first_planes() -> [u8; TABLED / PER_BYTE] {
    let mut table = [0b01_01_01_01; TABLED / PER_BYTE];
    let mut code = 0;
    while code < 0xA0 {
        if code < 0x20 || code >= 0x7F {
            put(&mut table, code, 0);
        }
        code += 1;
    }
    fill(&mut table, ZERO, 0);
    fill(&mut table, WIDE, 2);
    table
}

#[allow(clippy::indexing_slicing)] // As above.
const fn fill(table: &mut [u8; TABLED / PER_BYTE], ranges: &[(u32, u32)], width: u8) {
    let mut at = 0;
    while at < ranges.len() {
        let (first, last) = ranges[at];
        let mut code = first as usize;
        while code <= last as usize && code < TABLED {
            put(table, code, width);
            code += 1;
        }
        at += 1;
    }
}

#[allow(clippy::indexing_slicing)] // As above.
const fn put(table: &mut [u8; TABLED / PER_BYTE], code: usize, width: u8) {
    let shift = code % PER_BYTE * 2;
    let packed = table[code / PER_BYTE];
    table[code / PER_BYTE] = packed & !(3 << shift) | width << shift;
}
