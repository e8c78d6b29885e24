//! What the kernel takes besides a program's file to run it: the loader of a dynamic one, the
//! interpreter of a script. It knows file formats, not what is allowed.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// How a file is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// By this loader (an ELF file's `PT_INTERP`).
    Dynamic(PathBuf),
    /// By itself.
    Static,
    /// By the interpreter that its first line names.
    Script(PathBuf),
    /// It is a directory, can't be read, or is nothing that is run.
    Unknown,
}

/// As much of a first line as the kernel reads.
const LINE: usize = 256;

/// The longest path.
const PATH_MAX: usize = 4096;

/// More segments than any program has.
const MOST_SEGMENTS: u64 = 512;

/// `p_type` of the segment that names the loader.
const PT_INTERP: u64 = 3;

/// Reads how a file is run.
pub(super) fn kind(path: &Path) -> Kind {
    let Ok(file) = File::open(path) else {
        return Kind::Unknown;
    };
    let mut head = [0; LINE];
    let read = file.read_at(&mut head, 0).unwrap_or_default();
    let head = head.get(..read).unwrap_or_default();
    if let Some(rest) = head.strip_prefix(b"#!") {
        return script(rest);
    }
    match head.starts_with(b"\x7fELF") {
        true => Elf::new(&file, head).map_or(Kind::Unknown, |elf| elf.kind()),
        false => Kind::Unknown,
    }
}

fn script(rest: &[u8]) -> Kind {
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut words = line
        .split(|byte| b" \t\0".contains(byte))
        .filter(|word| !word.is_empty());
    match words.next() {
        Some(word) => Kind::Script(OsStr::from_bytes(word).into()),
        None => Kind::Unknown,
    }
}

/// An ELF file's head (elf(5)).
struct Elf<'a> {
    file: &'a File,
    is_wide: bool,
    is_big: bool,
    /// Where the segments are listed, how long an entry is, and how many there are.
    table: (u64, u64, u64),
}

impl<'a> Elf<'a> {
    fn new(file: &'a File, head: &[u8]) -> Option<Self> {
        let mut elf = Self {
            file,
            is_wide: *head.get(4)? == 2,
            is_big: *head.get(5)? == 2,
            table: (0, 0, 0),
        };
        let (offset, size, number) = match elf.is_wide {
            true => ((32, 8), 54, 56),
            false => ((28, 4), 42, 44),
        };
        let field = |at: usize, length| elf.number(head.get(at..at + length)?);
        elf.table = (
            field(offset.0, offset.1)?,
            field(size, 2)?,
            field(number, 2)?,
        );
        Some(elf)
    }

    fn kind(&self) -> Kind {
        let (_, _, number) = self.table;
        let loader = (0..number.min(MOST_SEGMENTS)).find_map(|index| self.loader(index));
        loader.map_or(Kind::Static, Kind::Dynamic)
    }

    /// What a segment names, if it is the one that names the loader.
    fn loader(&self, index: u64) -> Option<PathBuf> {
        let (table, size, _) = self.table;
        let mut entry = [0; 56];
        let entry = entry.get_mut(..if self.is_wide { 56 } else { 32 })?;
        let at = table.checked_add(index.checked_mul(size)?)?;
        self.file.read_exact_at(entry, at).ok()?;
        let field = |at: usize, length| self.number(entry.get(at..at + length)?);
        if field(0, 4)? != PT_INTERP {
            return None;
        }
        let (offset, length) = match self.is_wide {
            true => (field(8, 8)?, field(32, 8)?),
            false => (field(4, 4)?, field(16, 4)?),
        };
        let mut name = vec![0; usize::try_from(length).ok()?.min(PATH_MAX)];
        self.file.read_exact_at(&mut name, offset).ok()?;
        let name = name.split(|byte| *byte == 0).next()?;
        Some(OsStr::from_bytes(name).into())
    }

    fn number(&self, bytes: &[u8]) -> Option<u64> {
        let mut value = 0;
        let shift = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
        match self.is_big {
            true => value = bytes.iter().fold(value, shift),
            false => value = bytes.iter().rev().fold(value, shift),
        }
        Some(value)
    }
}
