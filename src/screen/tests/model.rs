//! What sequences do to the screen, in the cases where terminals differ or mistakes are easy.

use super::{cursor, fed, row, shown, size};
use crate::screen::Screen;

#[track_caller]
fn shows(output: &str, rows: &[&str]) {
    let (screen, _) = shown(output);
    for (y, expected) in rows.iter().enumerate() {
        assert_eq!(row(&screen, y), *expected, "row {y} after {output:?}");
    }
}

#[test]
fn long_text_wraps_and_the_next_line_continues_it() {
    let (screen, _) = shown("abcdefghijklmnopqrstuvwxyz");
    assert_eq!(
        (row(&screen, 0).as_str(), row(&screen, 1).as_str()),
        ("abcdefghijklmnopqrst", "uvwxyz")
    );
    assert!(screen.terminal.normal.row(1).wrapped && !screen.terminal.normal.row(0).wrapped);
}

#[test]
fn the_cursor_waits_behind_the_last_column() {
    let (mut screen, _) = shown("abcdefghijklmnopqrst");
    assert_eq!(cursor(&screen), (20, 0));
    fed(&mut screen, "\x1b[K\x1b[31m");
    assert_eq!(cursor(&screen), (20, 0));
    fed(&mut screen, "u");
    assert_eq!(cursor(&screen), (1, 1));
}

#[test]
fn without_wrapping_the_last_column_is_overwritten() {
    shows(
        "\x1b[?7labcdefghijklmnopqrstuvwxyz",
        &["abcdefghijklmnopqrsz", ""],
    );
    shows("\x1b[?7l\x1b[20G日x", &["                   x", ""]);
}

#[test]
fn a_wide_character_that_does_not_fit_goes_to_the_next_line() {
    shows("\x1b[20G日", &["", "日"]);
}

#[test]
fn overwriting_half_of_a_wide_character_removes_it() {
    shows("日本\x1b[2Gx", &[" x本"]);
    shows("日本\x1b[1Gx", &["x 本"]);
    shows("日本\x1b[4G\x1b[X", &["日"]);
    shows("日本x\x1b[2G\x1b[P", &[" 本x"]);
}

#[test]
fn marks_join_the_character_before_them_also_at_the_margin() {
    shows("e\u{301}x", &["e\u{301}x"]);
    shows("\x1b[20Ge\u{301}x", &["                   e\u{301}", "x"]);
    shows("日\u{fe0f}", &["日\u{fe0f}"]);
}

#[test]
fn repeating_repeats_marks_as_well_but_not_after_a_sequence() {
    shows("e\u{301}\x1b[2b", &["e\u{301}e\u{301}e\u{301}"]);
    shows("日\x1b[b", &["日日"]);
    shows("x\x1b[m\x1b[3b", &["x"]);
}

#[test]
fn insert_mode_pushes_the_line_to_the_right() {
    shows("abcdef\x1b[3G\x1b[4hXY\x1b[4lZ", &["abXYZdef"]);
    shows(
        "0123456789012345678日\x1b[H\x1b[4hX",
        &["X0123456789012345678", "日"],
    );
}

#[test]
fn regions_scroll_within_their_margins() {
    shows(
        "1\r\n2\r\n3\r\n4\r\n5\r\n6\x1b[2;4r\x1b[4H\n",
        &["1", "3", "4", "", "5", "6"],
    );
    shows(
        "1\r\n2\r\n3\r\n4\r\n5\r\n6\x1b[2;4r\x1b[2H\x1bM",
        &["1", "", "2", "3", "5", "6"],
    );
    shows(
        "1\r\n2\r\n3\r\n4\r\n5\r\n6\x1b[3H\x1b[2L",
        &["1", "2", "", "", "3", "4"],
    );
    shows(
        "1\r\n2\r\n3\r\n4\r\n5\r\n6\x1b[3H\x1b[2M",
        &["1", "2", "5", "6", "", ""],
    );
    shows("1\r\n2\r\n3\x1b[S", &["2", "3", ""]);
    shows("1\r\n2\r\n3\x1b[T", &["", "1", "2", "3"]);
}

#[test]
fn a_region_at_the_top_feeds_the_scrollback() {
    let (screen, _) = shown("1\r\n2\r\n3\r\n4\x1b[1;3r\x1b[3H\n\n");
    assert_eq!(screen.terminal.normal.scrollback(), 2);
    assert_eq!(
        (row(&screen, 0), row(&screen, 3)),
        ("3".to_owned(), "4".to_owned())
    );
}

#[test]
fn no_more_lines_than_asked_for_are_kept_and_sent() {
    let mut screen = Screen::new(size(20, 3), 5);
    fed(
        &mut screen,
        (0..30).map(|n| format!("{n}\r\n")).collect::<String>(),
    );
    assert_eq!(screen.terminal.normal.scrollback(), 5);
    let snapshot = screen.snapshot(2);
    assert!(snapshot.contains("26\r\n27") && !snapshot.contains("25\r\n"));
}

#[test]
fn tabs_stop_where_they_were_set() {
    shows("\ta\tb", &["        a       b"]);
    shows("\x1b[3g\x1b[5G\x1bH\r\tx\ty", &["    x              y"]);
    shows("\x1b[20G\x1b[Zx", &["                x"]);
}

#[test]
fn charsets_translate_and_are_restored() {
    shows("\x1b(0lqk\x1b(Blqk", &["┌─┐lqk"]);
    shows("\x1b)0\x0eq\x0fq", &["─q"]);
    shows("\x1b7\x1b(0q\x1b8q", &["q"]);
}

#[test]
fn the_alternate_screen_leaves_the_normal_one_as_it_was() {
    shows("main\x1b[?1049h\x1b[Halt", &["alt"]);
    shows("main\x1b[?1049h\x1b[Halt\x1b[?1049lX", &["mainX"]);
}

#[test]
fn protected_characters_survive_selective_erase() {
    shows("\x1b[1\"qab\x1b[0\"qcd\x1b[?2K", &["ab"]);
    shows("\x1b[1\"qab\x1b[0\"qcd\x1b[2K", &[""]);
}

#[test]
fn origin_mode_counts_from_the_top_margin() {
    let (mut screen, _) = shown("\x1b[3;5r\x1b[?6h");
    assert_eq!(cursor(&screen), (0, 2));
    fed(&mut screen, "\x1b[9;9H");
    assert_eq!(cursor(&screen), (8, 4));
}

#[test]
fn backspace_wraps_back_only_in_its_mode_and_into_a_continued_line() {
    let text = "abcdefghijklmnopqrstu";
    assert_eq!(cursor(&shown(format!("{text}\x08\x08")).0), (0, 1));
    assert_eq!(
        cursor(&shown(format!("\x1b[?45h{text}\x08\x08")).0),
        (19, 0)
    );
    assert_eq!(cursor(&shown("\x1b[?45hab\r\n\x08").0), (0, 1));
}

#[test]
fn wrapped_lines_are_wrapped_anew_for_another_width() {
    let mut screen = Screen::new(size(20, 4), 100);
    fed(&mut screen, "abcdefghijklmnopqrstuvwxyz0123\r\nend\r\n");
    let _ = screen.resize(size(10, 4), &mut String::new());
    assert_eq!(
        (row(&screen, 1), row(&screen, 2)),
        ("uvwxyz0123".to_owned(), "end".to_owned())
    );
    let _ = screen.resize(size(20, 4), &mut String::new());
    assert_eq!(
        (row(&screen, 0), row(&screen, 1)),
        ("abcdefghijklmnopqrst".to_owned(), "uvwxyz0123".to_owned())
    );
    assert_eq!(screen.size(), size(20, 4));
}

#[test]
fn a_smaller_screen_keeps_the_cursors_line_and_a_taller_one_fetches_lines_back() {
    let (mut screen, _) = shown("1\r\n2\r\n3\r\n4\r\n5\r\n6");
    let _ = screen.resize(size(20, 3), &mut String::new());
    assert_eq!(
        (row(&screen, 0), row(&screen, 2)),
        ("4".to_owned(), "6".to_owned())
    );
    let _ = screen.resize(size(20, 5), &mut String::new());
    assert_eq!(
        (row(&screen, 0), row(&screen, 4)),
        ("2".to_owned(), "6".to_owned())
    );
}

#[test]
fn a_full_reset_clears_the_screen_and_keeps_the_title() {
    let (mut screen, _) = shown("\x1b]0;name\x07text\x1b[31m\x1b[4h");
    fed(&mut screen, "\x1bc");
    assert_eq!((row(&screen, 0).as_str(), screen.title()), ("", "name"));
    assert!(!screen.terminal.modes.insert && screen.terminal.pen() == Default::default());
}

#[test]
fn characters_are_as_wide_as_unicode_11_says() {
    let cells = |text: &str| cursor(&shown(text).0).0;
    assert_eq!(cells("a\u{ad}é"), 3);
    assert_eq!(cells("漢😀\u{1f9ff}ｗ한"), 10);
    assert_eq!(cells("a\u{300}\u{200d}\u{fe0f}\u{e0100}"), 1);
    // These became wide, or emoji, only later.
    assert_eq!(cells("\u{1fab0}\u{1f6d6}"), 2);
}

#[test]
fn a_snapshot_saves_the_cursor_in_its_line_even_above_and_below_the_screen() {
    let above = shown("1\r\n2\x1b7\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\r\n9").0;
    assert!(
        above
            .snapshot(100)
            .contains("2\x1b[2;2H\x1b7\x1b[2;20H\r\n3")
    );
    let below = shown("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\x1b7\x1b[3J").0;
    let saved = "\x1b[6;1H\n\n\x1b[6;2H\x1b7\x1b[3J\x1b[H3\r\n";
    assert!(
        below.snapshot(100).contains(saved),
        "{:?}",
        below.snapshot(100)
    );
    let waiting = shown("12345678901234567890\x1b7\r\n").0;
    assert!(waiting.snapshot(100).contains("\x1b[1;20H0\x1b7"));
}

#[test]
fn a_snapshot_brings_blanks_that_no_erasing_leaves_wherever_they_are() {
    let output = "\x1b[4:3;41m日\x1b[1;2H日\x1b[1;3H日";
    let (screen, _) = shown(output);
    let (again, _) = shown(screen.snapshot(100));
    let cells = |screen: &Screen| -> Vec<_> {
        let line = screen.terminal.normal.row(0);
        (0..4)
            .map(|x| screen.terminal.store.style(line.get(x).style))
            .collect()
    };
    assert_eq!(cells(&again), cells(&screen));
    assert!(cells(&screen).iter().all(|style| style.underline == 3));
}
