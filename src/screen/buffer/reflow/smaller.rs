//! Wrapping anew when the lines become shorter: text moves down, into new lines.

use super::{Buffer, Cell, Line, wrapped_len};

/// New lines that belong behind a line of the buffer.
struct Insertion {
    /// The line that they come before, counting the lines of earlier insertions as well.
    start: usize,
    lines: Vec<Line>,
}

impl Buffer {
    pub(super) fn wrap_narrower(&mut self, old_cols: usize, cols: usize) {
        let mut insertions = Vec::new();
        let mut inserted = 0;
        // xterm.js takes lines away from the bottom while it goes upwards, and still wraps those anew.
        let mut count = self.lines.len();
        let mut at = count;
        while at > 0 {
            at -= 1;
            let Some(line) = self.lines.get(at) else {
                continue;
            };
            if !line.wrapped && line.printed_len() <= cols {
                continue;
            }
            let end = at + 1;
            while at > 0 && self.lines.get(at).is_some_and(|line| line.wrapped) {
                at -= 1;
            }
            // The program itself redraws the line that its cursor is in.
            if (at..end).contains(&(self.base + self.y)) {
                continue;
            }
            let new = self.split_group(at, end, old_cols, cols);
            let added = new.len();
            if added > 0 {
                insertions.push(Insertion {
                    start: end + inserted,
                    lines: new,
                });
            }
            inserted += added;
            self.follow_insertion(added, inserted, &mut count);
        }
        self.lines.truncate(count);
        self.insert_lines(insertions, inserted);
    }

    /// Wraps the lines `start..end` anew; the result is the lines that come to stand behind them.
    fn split_group(&mut self, start: usize, end: usize, old_cols: usize, cols: usize) -> Vec<Line> {
        let mut group: Vec<Line> = self
            .lines
            .range_mut(start..end)
            .map(std::mem::take)
            .collect();
        let last_len = group.last().map_or(0, Line::printed_len);
        let lens = new_lengths(&group, old_cols, cols);
        let old_count = group.len();
        for _ in old_count..lens.len() {
            group.push(Line::continuing(cols));
        }
        spread(&mut group, &lens, last_len, old_count, old_cols);
        for (line, &len) in group.iter_mut().zip(&lens) {
            if len < cols {
                line.put_extending(len, Cell::BLANK);
            }
        }
        let new = group.split_off(old_count);
        for (place, line) in self.lines.range_mut(start..end).zip(group) {
            *place = line;
        }
        new
    }

    /// Moves screen and cursor along after `added` lines came in; `inserted` is their number so
    /// far, `count` that of the lines without them.
    fn follow_insertion(&mut self, added: usize, inserted: usize, count: &mut usize) {
        let capacity = self.capacity();
        let excess = if self.base == 0 && self.y + 1 != *count {
            (self.y + added).saturating_sub(capacity)
        } else {
            (*count + added).saturating_sub(capacity)
        };
        for _ in excess..added {
            if self.base > 0 {
                let most = capacity.min(*count + inserted).saturating_sub(self.rows);
                self.base += usize::from(self.base < most);
            } else if self.y + 1 < self.rows {
                self.y += 1;
                *count = count.saturating_sub(1);
            } else {
                self.base += 1;
            }
        }
        self.saved.line = (self.saved.line + added).min(self.base + self.rows - 1);
    }

    /// Puts the new lines in their places; the oldest lines go where there is no room.
    fn insert_lines(&mut self, insertions: Vec<Insertion>, inserted: usize) {
        let total = (self.lines.len() + inserted).min(self.capacity());
        let mut reversed = Vec::with_capacity(total);
        let mut insertions = insertions.into_iter().peekable();
        let mut placed = 0;
        while reversed.len() < total {
            let behind = self.lines.len() + placed;
            if let Some(next) = insertions.next_if(|next| next.start >= behind) {
                placed += next.lines.len();
                reversed.extend(next.lines.into_iter().rev());
            } else if let Some(line) = self.lines.pop_back() {
                reversed.push(line);
            } else {
                break;
            }
        }
        reversed.truncate(total);
        self.lines = reversed.into_iter().rev().collect();
    }
}

/// How many cells each line of a group has after wrapping it anew.
fn new_lengths(group: &[Line], old_cols: usize, cols: usize) -> Vec<usize> {
    let needed: usize = (0..group.len())
        .map(|at| wrapped_len(group, at, old_cols))
        .sum();
    let mut lens = Vec::new();
    let (mut line, mut column, mut available) = (0, 0, 0);
    while available < needed {
        if needed - available < cols {
            lens.push(needed - available);
            break;
        }
        column += cols;
        let len = wrapped_len(group, line, old_cols);
        if column > len {
            column -= len;
            line += 1;
        }
        let split = group
            .get(line)
            .is_some_and(|line| line.get(column.saturating_sub(1)).width() == 2);
        column -= usize::from(split && column > 0);
        let len = cols - usize::from(split);
        lens.push(len);
        available += len;
    }
    lens
}

/// Moves the cells of a group to their new lines, from the end backwards, so that none is
/// overwritten too early.
fn spread(group: &mut [Line], lens: &[usize], last_len: usize, old_count: usize, old_cols: usize) {
    let mut targets = lens
        .iter()
        .copied()
        .enumerate()
        .rev()
        .filter(|&(_, len)| len > 0);
    let mut target = targets.next();
    let (mut from_line, mut from) = (old_count.checked_sub(1), last_len);
    while let (Some(source), Some((to_line, to))) = (from_line, target) {
        let n = from.min(to);
        for offset in 1..=n {
            let cell = group
                .get(source)
                .map_or(Cell::BLANK, |line| line.get(from - offset));
            if let Some(line) = group.get_mut(to_line) {
                line.put_extending(to - offset, cell);
            }
        }
        target = if to == n {
            targets.next()
        } else {
            Some((to_line, to - n))
        };
        from -= n;
        if from == 0 {
            from_line = source.checked_sub(1);
            from = wrapped_len(group, source.saturating_sub(1), old_cols);
        }
    }
}
