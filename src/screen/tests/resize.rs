//! Changes of size, and what viewers are given after them.

use super::{cursor, fed, output, row, shown, size};
use crate::screen::{Resized, Screen};

/// What viewers are given when a screen with `output` takes another size.
#[track_caller]
fn given(output: &str, (cols, rows): (u16, u16)) -> (Screen, String) {
    let (mut screen, _) = shown(output);
    let mut passed = String::new();
    let resized = screen.resize(size(cols, rows), &mut passed);
    assert_eq!(resized, Resized::Settled);
    (screen, passed)
}

fn resized(output: &str, cols: u16) -> Resized {
    shown(output).0.resize(size(cols, 6), &mut String::new())
}

/// In a line with the cursor, which isn't wrapped anew, a wide character that 10 columns cut in two.
const WIDE_AT_MARGIN: &str = "123456789日x";

#[test]
fn nothing_is_given_where_nothing_was_left_behind() {
    let lines = "text\r\nand 日本語\r\n\x1b[2;3H";
    for after in [(25, 6), (20, 9), (10, 6)] {
        assert_eq!(given(lines, after).1, "", "{after:?}");
    }
    assert_eq!(given("\x1b[?1049h\x1b[3;4Hvim\r", (30, 9)).1, "");
    assert_eq!(
        given("\x1b[?1049hvim", (20, 6)).1,
        "",
        "the size that it has"
    );
}

#[test]
fn no_mark_joins_what_was_last_before() {
    let (mut screen, passed) = given("e", (30, 6));
    assert_eq!(passed, "\x1b[?7h");
    fed(&mut screen, "\u{301}x");
    assert_eq!(row(&screen, 0), "ex");
    assert_eq!(given("\x1b[?7le", (30, 6)).1, "\x1b[?7l");
}

#[test]
fn a_smaller_alternate_screen_is_shown_anew() {
    let output = "normal\x1b[?1049h\x1b[1;1Hwider than 12\x1b[2;2H\x1b[31m";
    let (screen, passed) = given(output, (12, 3));
    let repainted = concat!(
        "\x1b[?47l\x1b[1;7H\x1b[39m",
        "\x1b[?47h\x1b[Hwider than 1\r\n\r\n\x1b[1;1H\x1b7",
        "\x1b[2;2H\x1b[0;31m",
    );
    assert_eq!(passed, repainted);
    assert_eq!(row(&screen, 0), "wider than 1");
}

#[test]
fn a_lower_screen_leaves_the_alternate_buffer_once_more() {
    assert_eq!(given("$ ", (20, 4)).1, "\x1b[?47h\x1b[?47l");
}

#[test]
fn half_a_wide_character_at_the_margin_is_erased() {
    let (screen, passed) = given(WIDE_AT_MARGIN, (10, 6));
    assert_eq!(row(&screen, 0), "123456789");
    assert_eq!(passed, "\x1b[1;10H\x1b[X\x1b[1;10H\x1b[0m");
    assert_eq!(given(WIDE_AT_MARGIN, (11, 6)).1, "\x1b[?7h");
}

#[test]
fn tab_stops_of_ones_own_are_set_anew() {
    let (_, passed) = given("\x1b[3g\x1b[5G\x1bH\x1b[18G\x1bH\r", (10, 6));
    assert!(
        passed.starts_with("\x1b[3g\x1b[1;5H\x1bH\x1b["),
        "{passed:?}"
    );
}

#[test]
fn a_saved_cursor_below_a_lower_screen_is_saved_in_its_last_row() {
    let (screen, passed) = given("\x1b[6;4H\x1b7\x1b[1;1H", (20, 4));
    assert!(passed.contains("\x1b[4;4H\x1b7"), "{passed:?}");
    assert_eq!(cursor(&screen), (0, 0));
}

#[test]
fn viewers_need_a_snapshot_where_wrapping_anew_mixes_up_or_forgets() {
    let long = "lorem ipsum dolor sit amet";
    let link = "\x1b]8;;http://a/\x07a\x1b]8;;\x07";
    for (what, expected) in [
        ("e\u{301}", Resized::Unsettled),
        (link, Resized::Unsettled),
        ("é", Resized::Settled),
    ] {
        let wrapped = format!("{long}{what}\r\nend\r\n");
        assert_eq!(resized(&wrapped, 10), expected, "{what:?}, narrower");
        assert_eq!(resized(&wrapped, 30), expected, "{what:?}, wider");
        let short = format!("{what}\r\nend\r\n");
        assert_eq!(resized(&short, 10), Resized::Settled, "{what:?}, short");
    }
}

#[test]
fn viewers_need_a_snapshot_where_half_a_wide_character_is_above_the_screen() {
    let long = "123456789日日日日日日".repeat(7);
    assert_eq!(resized(&long, 10), Resized::Unsettled);
    assert_eq!(resized(&"1234567890".repeat(14), 10), Resized::Settled);
}

#[test]
fn after_any_changes_of_size_a_snapshot_gives_an_equal_one() {
    for seed in 0..300 {
        let (mut screen, _) = shown(output(seed, 5 + seed as usize));
        for (cols, rows) in [(13, 9), (31, 4), (20, 6)] {
            let _ = screen.resize(size(cols, rows), &mut String::new());
            let snapshot = screen.snapshot(100);
            let mut late = Screen::new(size(cols, rows), 100);
            fed(&mut late, &snapshot);
            assert_eq!(late.snapshot(100), snapshot, "seed {seed}, {cols}x{rows}");
            fed(&mut screen, output(seed + 1000, 5));
        }
    }
}
