//! What is seen of a screen, in examples; and pictures as JSON.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::screen::Screen;
use crate::size::TermSize;

use super::*;

/// What is seen after this output, on a screen of 20 columns and 4 rows.
fn after(output: &str) -> Picture {
    let mut screen = Screen::new(TermSize::new(20, 4).unwrap(), 100);
    screen.feed(output.as_bytes(), &mut String::new());
    screen.picture()
}

fn json_after(output: &str) -> Value {
    serde_json::to_value(after(output)).unwrap()
}

/// The text of each row, blanks and all.
fn rows(picture: &Picture) -> Vec<String> {
    let text = |runs: &Vec<Run>| runs.iter().map(|run| run.text.as_str()).collect();
    picture.lines.iter().map(text).collect()
}

#[test]
fn an_empty_screen_is_a_cursor() {
    let expected = json!({"cols": 20, "rows": 4, "lines": [], "cursor": [0, 0]});
    assert_eq!(json_after(""), expected);
    let hidden = json!({"cols": 20, "rows": 4, "lines": []});
    assert_eq!(json_after("\x1b[?25l"), hidden);
}

#[test]
fn blanks_and_empty_rows_at_the_end_are_left_out() {
    let picture = after("ab  \x1b[1m  \r\n\r\n  c\r\n   ");
    assert_eq!(rows(&picture), ["ab", "", "  c"]);
    assert_eq!(after("a\x1b[2J").lines, Vec::<Vec<Run>>::new());
}

#[test]
fn blanks_with_a_background_are_seen() {
    let seen = json_after("a\x1b[44m\x1b[K");
    assert_eq!(seen["lines"], json!([[["a"], [" ".repeat(19), 1]]]));
    assert_eq!(seen["looks"], json!([{"bg": 4}]));
    assert_eq!(json_after("\x1b[7m \x1b[m")["lines"], json!([[[" ", 1]]]));
    assert_eq!(json_after("\x1b[4m \x1b[m")["lines"], json!([[[" ", 1]]]));
}

#[test]
fn blanks_between_do_not_cut_a_run() {
    assert_eq!(json_after("a  b")["lines"], json!([[["a  b"]]]));
    let seen = json_after("\x1b[31ma\x1b[m \x1b[31mb\x1b[m c");
    assert_eq!(seen["lines"], json!([[["a b ", 1], ["c"]]]));
    // A blank that is struck through is no blank.
    let struck = json_after("\x1b[9ma\x1b[m b");
    assert_eq!(struck["lines"], json!([[["a", 1], [" b"]]]));
}

#[test]
fn colours_and_attributes_are_told() {
    let seen = json_after(
        "\x1b[1;31mr\x1b[0;38;5;200;2mi\x1b[0;38;2;1;2;255;48;5;3mt\x1b[0;3;4;7;9ma\x1b[0;94mb",
    );
    let looks = json!([
        {"fg": 1, "bold": true},
        {"fg": 200, "dim": true},
        {"fg": "#0102ff", "bg": 3},
        {"italic": true, "underline": true, "strike": true, "inverse": true},
        {"fg": 12},
    ]);
    assert_eq!(seen["looks"], looks);
    let line = json!([["r", 1], ["i", 2], ["t", 3], ["a", 4], ["b", 5]]);
    assert_eq!(seen["lines"], json!([line]));
}

#[test]
fn colours_that_a_program_changed_are_told_as_they_are() {
    let seen = json_after("\x1b]4;1;#102030\x07\x1b]11;#ffffff\x07\x1b[31mx\x1b[32my");
    assert_eq!(seen["looks"], json!([{"fg": "#102030"}, {"fg": 2}]));
    assert_eq!(seen["bg"], json!("#ffffff"));
    assert_eq!(seen["fg"], Value::Null);
}

#[test]
fn what_is_invisible_is_not_told() {
    assert_eq!(rows(&after("a\x1b[8msecret\x1b[mb")), ["a      b"]);
}

#[test]
fn wide_characters_take_two_columns_and_joined_ones_stand_alone() {
    let seen = json_after("a日本b e\u{301}!");
    let line = json!([["a"], ["日本", 0, 4], ["b "], ["e\u{301}", 0, 1], ["!"]]);
    assert_eq!(seen["lines"], json!([line]));
    assert_eq!(seen["cursor"], json!([9, 0]));
    let emoji = json_after("👍🏽x");
    let run = &emoji["lines"][0][0];
    assert_eq!(run.as_array().unwrap().len(), 3, "{run}");
}

#[test]
fn half_a_wide_character_shows_nothing() {
    // The first half is overwritten, and what is left of it is a blank.
    assert_eq!(rows(&after("日本\x1b[2Gx")), [" x本"]);
    let mut screen = Screen::new(TermSize::new(4, 2).unwrap(), 0);
    screen.feed("ab日".as_bytes(), &mut String::new());
    let _ = screen.resize(TermSize::new(3, 2).unwrap(), &mut String::new());
    for row in screen.picture().lines {
        let columns = row.iter().map(|run| match run.columns {
            Columns::One => run.text.chars().count(),
            Columns::InAll(columns) => usize::from(columns),
        });
        assert!(columns.sum::<usize>() <= 3, "{row:?}");
    }
}

#[test]
fn the_cursor_that_waits_behind_the_last_column_is_in_it() {
    let seen = after(&"x".repeat(20));
    assert_eq!(seen.cursor, Some((19, 0)));
}

#[test]
fn the_alternate_screen_is_seen_while_it_is_shown() {
    assert_eq!(rows(&after("shell\x1b[?1049h\x1b[Hvim")), ["vim"]);
    assert_eq!(rows(&after("shell\x1b[?1049hvim\x1b[?1049l")), ["shell"]);
}

#[test]
fn what_scrolled_out_is_not_seen() {
    let lines: String = (0..9).map(|n| format!("{n}\r\n")).collect();
    assert_eq!(rows(&after(&lines)), ["6", "7", "8"]);
}

#[test]
fn a_picture_comes_back_from_json_as_it_was() {
    let picture = after("\x1b[1;38;5;200ma 日本\x1b[48;2;1;2;3m e\u{301}\x1b]10;#123456\x07");
    let text = serde_json::to_string(&picture).unwrap();
    assert_eq!(serde_json::from_str::<Picture>(&text).unwrap(), picture);
}

#[test]
fn what_is_no_picture_is_refused() {
    let read = |text: &str| serde_json::from_str::<Picture>(text);
    assert!(read(r#"{"cols":2,"rows":1,"lines":[[["a"]]]}"#).is_ok());
    for text in [
        r#"{"cols":2,"rows":1}"#,
        r#"{"cols":2,"rows":1,"lines":[[[]]]}"#,
        r#"{"cols":2,"rows":1,"lines":[[["a",0,1,2]]]}"#,
        r#"{"cols":2,"rows":1,"lines":[[["a",-1]]]}"#,
        r#"{"cols":2,"rows":1,"lines":[["a"]]}"#,
        r#"{"cols":2,"rows":1,"lines":[],"bg":256}"#,
        r#"{"cols":2,"rows":1,"lines":[],"bg":"red"}"#,
        r##"{"cols":2,"rows":1,"lines":[],"bg":"#12"}"##,
        r#"{"cols":70000,"rows":1,"lines":[]}"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

/// A picture of so many columns and rows, each cell in a colour of its own, and its size as JSON.
fn of_many_colours(cols: u16, rows: u16) -> (Picture, usize) {
    let mut screen = Screen::new(TermSize::new(cols, rows).unwrap(), 0);
    for cell in 0..usize::from(cols) * usize::from(rows) {
        let (green, blue) = (cell / 256 % 256, cell % 256);
        let red = cell / 65536;
        let printed = format!("\x1b[38;2;{red};{green};{blue}mx");
        screen.feed(printed.as_bytes(), &mut String::new());
    }
    let picture = screen.picture();
    let size = serde_json::to_string(&picture).unwrap().len();
    (picture, size)
}

#[test]
fn a_picture_is_never_larger_than_what_a_page_can_take() {
    let (whole, size) = of_many_colours(80, 50);
    assert_eq!((whole.lines.len(), whole.looks.len()), (50, 4000));
    assert!(size < weight::MOST, "{size}");
    let (cut, size) = of_many_colours(400, 100);
    assert!((1..100).contains(&cut.lines.len()), "{}", cut.lines.len());
    assert_eq!(cut.lines[0].len(), 400);
    // It is nearly as large as it may be: runs are reckoned a little too large, the whole's own bytes
    // are not.
    assert!(
        (weight::MOST * 9 / 10..weight::MOST + 1024).contains(&size),
        "{size}"
    );
    assert_eq!((cut.cols, cut.rows), (400, 100));
}

#[test]
fn what_a_picture_takes_is_reckoned_as_it_is_written() {
    let text = "\"a\\b\" \x1b[31;1m文字\x1b[44;3;9;7;4;2mé\x1b[38;5;200mx\u{301}\x1b[m  z";
    let picture = after(text);
    let runs = picture.lines.iter().flatten().map(|run| {
        let text = run.text.chars().map(weight::of_char).sum::<usize>();
        (
            weight::of_run(run) + text,
            serde_json::to_string(run).unwrap(),
        )
    });
    for (weight, json) in runs {
        // A comma follows; and columns are reckoned as if they were the most.
        let over = weight - (json.len() + 1);
        assert!(
            over == 0 || (json.matches(',').count() == 2 && over <= 3),
            "{json}"
        );
    }
    assert!(picture.looks.len() > 2);
    for look in &picture.looks {
        let json = serde_json::to_string(look).unwrap();
        // A comma follows it, and in the reckoning each of its members.
        assert_eq!(weight::of_look(look), json.len() + 2, "{json}");
    }
}

proptest! {
    #[test]
    fn of_any_output_there_is_a_picture_that_comes_back(
        bytes in prop::collection::vec(prop_oneof![
            any::<u8>().prop_map(|byte| vec![byte]),
            "\x1b\\[[0-9;]{0,6}[A-Za-z]".prop_map(String::into_bytes),
            "[a日é👍 \r\n]{1,6}".prop_map(String::into_bytes),
        ], 0..80),
        cols in 2u16..30,
        rows in 1u16..8,
    ) {
        let mut screen = Screen::new(TermSize::new(cols, rows).unwrap(), 10);
        screen.feed(&bytes.concat(), &mut String::new());
        let picture = screen.picture();
        prop_assert!(picture.lines.len() <= usize::from(rows));
        for run in picture.lines.iter().flatten() {
            prop_assert!(run.look <= picture.looks.len());
            prop_assert!(!run.text.is_empty());
        }
        let text = serde_json::to_string(&picture).unwrap();
        prop_assert_eq!(serde_json::from_str::<Picture>(&text).unwrap(), picture);
    }
}
