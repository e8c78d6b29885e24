//! The list of who is there, as a table for people: plain text in columns, the same into a pipe.

use std::time::Duration;

use crate::control::Guest;
use crate::right::Right;
use crate::visible::visible;

const HEAD: [&str; 9] = [
    "ID", "USER", "SESSION", "ADDRESS", "SINCE", "MAY", "BY", "SENT", "RECEIVED",
];

/// Where columns of figures begin: their ends are aligned.
const FIGURES: usize = 7;

/// A line for each of the guests, below the names of the columns.
pub(super) fn table(guests: &[Guest]) -> String {
    let head = HEAD.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head)
        .chain(guests.iter().map(row))
        .collect();
    let widths = rows.iter().fold([0; HEAD.len()], |mut widths, row| {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
        widths
    });
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).enumerate();
    let cells: Vec<String> = cells
        .map(|(column, (cell, width))| match column < FIGURES {
            true => format!("{cell:<width$}"),
            false => format!("{cell:>width$}"),
        })
        .collect();
    format!("{}\n", cells.join("  ").trim_end())
}

fn row(guest: &Guest) -> [String; HEAD.len()] {
    [
        guest.id.to_string(),
        guest
            .user
            .as_deref()
            .map_or_else(|| "-".to_owned(), visible),
        visible(&guest.session),
        visible(&guest.address),
        format!("{} ago", time(guest.age)),
        match guest.right {
            Right::View => "view",
            Right::Write => "write",
        }
        .to_owned(),
        visible(&guest.transport),
        size(guest.sent),
        size(guest.received),
    ]
}

/// A time in its two largest units.
fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}m{:02}s", seconds % 60),
        3600..86_400 => format!("{hours}h{:02}m", minutes % 60),
        _ => format!("{days}d{:02}h", hours % 24),
    }
}

/// A number of bytes, to three figures.
fn size(bytes: u64) -> String {
    let mut amount = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if amount < 999.5 {
            let places = usize::from(unit != "B" && amount < 9.95);
            return format!("{amount:.places$} {unit}");
        }
        amount /= 1000.0;
    }
    format!("{amount:.1} TB")
}

#[cfg(test)]
mod tests {
    use crate::viewer_id::ViewerId;

    use super::*;

    fn guest(id: u64, user: Option<&str>) -> Guest {
        Guest {
            id: ViewerId::new(id).unwrap(),
            user: user.map(str::to_owned),
            session: "main".to_owned(),
            address: "127.0.0.1:40000".to_owned(),
            age: Duration::from_secs(75),
            right: Right::Write,
            transport: "websocket".to_owned(),
            sent: 1_234_567,
            received: 42,
        }
    }

    #[test]
    fn the_columns_are_aligned_and_no_line_ends_in_blanks() {
        assert_eq!(
            table(&[guest(1, Some("ann")), guest(12, None)]),
            "\
ID  USER  SESSION  ADDRESS          SINCE      MAY    BY           SENT  RECEIVED
1   ann   main     127.0.0.1:40000  1m15s ago  write  websocket  1.2 MB      42 B
12  -     main     127.0.0.1:40000  1m15s ago  write  websocket  1.2 MB      42 B
"
        );
    }

    #[test]
    fn where_nobody_is_there_only_the_names_of_the_columns_are() {
        assert_eq!(table(&[]).lines().count(), 1);
    }

    #[test]
    fn names_do_nothing_to_the_terminal() {
        let text = table(&[guest(1, Some("a\u{1b}[2J\n\u{202e}b"))]);
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains(r"a\u{1b}[2J\n\u{202e}b"), "{text}");
    }

    #[test]
    fn times_and_sizes_are_short() {
        let of = |seconds| time(Duration::from_secs(seconds));
        assert_eq!(
            [of(0), of(59), of(60), of(3599)],
            ["0s", "59s", "1m00s", "59m59s"]
        );
        assert_eq!(
            [of(3600), of(86_399), of(90_000)],
            ["1h00m", "23h59m", "1d01h"]
        );
        assert_eq!([size(0), size(999), size(1000)], ["0 B", "999 B", "1.0 kB"]);
        assert_eq!(
            [size(9_949), size(12_345), size(999_600)],
            ["9.9 kB", "12 kB", "1.0 MB"]
        );
        assert_eq!(size(5_000_000_000_000), "5.0 TB");
    }
}
