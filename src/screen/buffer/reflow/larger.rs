//! Wrapping anew when the lines become longer: the text of the following lines moves up.

use super::{Buffer, Cell, Line, wrapped_len};

impl Buffer {
    pub(super) fn wrap_wider(&mut self, old_cols: usize, cols: usize) {
        let cursor = self.base + self.y;
        let old: Vec<Line> = self.lines.drain(..).collect();
        let mut removed = 0;
        let mut old = old.into_iter().peekable();
        let mut at = 0;
        while let Some(first) = old.next() {
            let mut group = vec![first];
            while let Some(next) = old.next_if(|line| line.wrapped) {
                group.push(next);
            }
            let lines = group.len();
            // The program itself redraws the line that its cursor is in.
            let holds_cursor = (at..at + lines).contains(&cursor);
            if lines > 1 && !holds_cursor {
                let keep = join(&mut group, old_cols, cols);
                removed += lines - keep;
                group.truncate(keep);
            }
            at += lines;
            self.lines.extend(group);
        }
        self.follow_removal(cols, removed);
    }

    /// Moves screen and cursor along after `removed` lines have gone.
    fn follow_removal(&mut self, cols: usize, removed: usize) {
        for _ in 0..removed {
            if self.base > 0 {
                self.base -= 1;
                continue;
            }
            self.y = self.y.saturating_sub(1);
            if self.lines.len() < self.rows {
                self.lines.push_back(Line::blank(cols, Cell::BLANK));
            }
        }
        self.saved.line = self.saved.line.saturating_sub(removed);
    }
}

/// Moves the text of a group of wrapped lines up into the longer lines; the result is the number of
/// lines that are still needed.
fn join(group: &mut [Line], old_cols: usize, cols: usize) -> usize {
    let (mut to_line, mut to) = (0, wrapped_len(group, 0, old_cols));
    let (mut from_line, mut from) = (1, 0);
    while from_line < group.len() {
        let source_len = wrapped_len(group, from_line, old_cols);
        let n = source_len.saturating_sub(from).min(cols.saturating_sub(to));
        copy(group, (from_line, from), (to_line, to), n);
        to += n;
        if to >= cols {
            to_line += 1;
            to = 0;
        }
        from += n;
        if from >= source_len {
            from_line += 1;
            from = 0;
        }
        if to == 0 && to_line != 0 {
            to = usize::from(take_split_wide(group, to_line, cols));
        }
    }
    if let Some(last) = group.get_mut(to_line) {
        last.resize(cols);
        last.replace(to, cols, Cell::BLANK);
    }
    let unneeded = |(at, line): &(usize, &Line)| *at > to_line || line.printed_len() == 0;
    let lines = group.iter().enumerate().skip(1).rev();
    group.len() - lines.take_while(unneeded).count()
}

/// Moves a wide character whose first half came to stand in the last column to the next line.
fn take_split_wide(group: &mut [Line], line: usize, cols: usize) -> bool {
    let split = group
        .get(line - 1)
        .map_or(Cell::BLANK, |above| above.get(cols - 1));
    if split.width() != 2 {
        return false;
    }
    if let Some(below) = group.get_mut(line) {
        below.put_extending(0, split);
    }
    if let Some(above) = group.get_mut(line - 1) {
        above.put(cols - 1, Cell::BLANK);
    }
    true
}

fn copy(
    group: &mut [Line],
    (from_line, from): (usize, usize),
    (to_line, to): (usize, usize),
    n: usize,
) {
    for offset in 0..n {
        let cell = group
            .get(from_line)
            .map_or(Cell::BLANK, |line| line.get(from + offset));
        if let Some(line) = group.get_mut(to_line) {
            line.put_extending(to + offset, cell);
        }
    }
}
