//! The gate's rules, each with what passes and what doesn't.

use super::{fed, row, shown};
use crate::screen::{DARK, Rgb, Theme};

/// What passes of `output`, and the answers to it.
fn gated(output: &str) -> (String, String) {
    let (mut screen, passed) = shown(output);
    (passed, String::from_utf8(screen.take_answers()).unwrap())
}

#[track_caller]
fn passes(output: &str) {
    assert_eq!(gated(output), (output.to_owned(), String::new()));
}

#[track_caller]
fn becomes(output: &str, passed: &str) {
    assert_eq!(gated(output), (passed.to_owned(), String::new()));
}

#[track_caller]
fn is_answered(question: &str, answer: &str) {
    assert_eq!(gated(question), (String::new(), answer.to_owned()));
}

#[test]
fn text_and_harmless_sequences_pass_as_they_are() {
    passes("plain\r\n\ttext\x07 日本語 e\u{301} 👍🏽");
    passes("\x1b[1;31mred\x1b[m\x1b[2;3H\x1b[K\x1b7\x1b8\x1b(0q\x1b(B");
    passes("\x1b[?1049h\x1b[?25l\x1b[5;10r\x1b[?1000;1006h\x1b[4 q\x1b[!p");
    passes("\x1b[38:2::1:2:3;4:3;58:5:9mx");
}

#[test]
fn invalid_bytes_become_replacement_characters_however_they_are_cut() {
    let bytes = b"a\xE2\x82b\xFF\xF0\x9F\x91c\xC0\xAF\xED\xA0\x80";
    let expected = String::from_utf8_lossy(bytes);
    assert_eq!(shown(bytes).1, expected);
    for at in 0..bytes.len() {
        let (mut screen, mut passed) = shown(&bytes[..at]);
        passed += &fed(&mut screen, &bytes[at..]);
        assert_eq!(passed, expected, "cut at {at}");
    }
}

#[test]
fn the_end_of_the_program_settles_what_was_held_back() {
    let (mut screen, mut passed) = shown(b"x\xE2\x82");
    screen.finish(&mut passed);
    assert_eq!(passed, "x\u{fffd}");
    let (mut screen, mut passed) = shown("x\x1b[31");
    screen.finish(&mut passed);
    assert_eq!(passed, "x");
    assert_eq!(fed(&mut screen, "m"), "m");
}

#[test]
fn counts_are_limited_to_what_the_screen_can_need() {
    becomes("x\x1b[2147483647b", "x\x1b[20b");
    becomes("\x1b[1000000S\x1b[99L\x1b[7M", "\x1b[6S\x1b[6L\x1b[6M");
    becomes(
        "\x1b[99@\x1b[99P\x1b[99X\x1b[99C",
        "\x1b[20@\x1b[20P\x1b[20X\x1b[20C",
    );
    passes("\x1b[6S\x1b[20@\x1b[3b");
    passes("\x1b[999;999H");
}

#[test]
fn erasing_up_to_the_last_column_is_spelled_in_a_way_that_does_not_throw() {
    becomes("\x1b[6;20H\x1b[1J", "\x1b[6;20H\x1b[2J");
    becomes(
        "\x1b[3;20H\x1b[1J",
        "\x1b[3;20H\x1b[2K\x1b[3;1H\x1b[1J\x1b[3;20H",
    );
    passes("\x1b[6;19H\x1b[1J");
}

#[test]
fn overlong_sequences_are_written_anew() {
    let zeros = "0".repeat(300);
    becomes(&format!("\x1b[{zeros}31mx"), "\x1b[31mx");
    becomes(
        &format!("\x1b[1{}m", ";1".repeat(200)),
        &format!("\x1b[1{}m", ";1".repeat(31)),
    );
}

#[test]
fn controls_within_a_sequence_come_before_it() {
    becomes("\x1b[3\n1mx", "\n\x1b[31mx");
    becomes("\x1b[3\x181mx", "\x181mx");
}

#[test]
fn unknown_sequences_and_strings_are_dropped() {
    #[rustfmt::skip]
    let unknown = [
        "\x1b[>4;2m", "\x1b[>1u", "\x1b[=5u", "\x1b[5i", "\x1bk", "\x1b]7;file:///\x07", "\x1b]133;A\x1b\\",
        "\x1bPq#0;2;0;0;0\x1b\\", "\x1b_Gf=24;AAAA\x1b\\", "\x1b^private\x1b\\", "\x1bXstring\x1b\\", "\u{9f}c1\u{9c}",
        "\x1b]52;c;aGVsbG8=\x07", "\x1b]52;c;?\x07", "\x7f", "\u{feff}", "\x1b[22;2t", "\x1b]x;y\x07",
    ];
    for unknown in unknown {
        becomes(unknown, "");
    }
}

#[test]
fn questions_are_answered_and_taken_out() {
    is_answered("\x1b[c\x1b[0c", "\x1b[?1;2c\x1b[?1;2c");
    is_answered("\x1b[>c", "\x1b[>0;276;0c");
    is_answered("\x1b[=c\x1b[>q\x1b[?u", "");
    is_answered("\x1b[5n", "\x1b[0n");
    is_answered("\x1b[6n\x1b[?6n", "\x1b[1;1R\x1b[?1;1R");
    is_answered("\x1b[18t\x1b[21t\x1b[14t", "\x1b[8;6;20t");
    is_answered(
        "\x1b[?7$p\x1b[?2026$p\x1b[?9999$p\x1b[4$p",
        "\x1b[?7;1$y\x1b[?2026;2$y\x1b[?9999;0$y\x1b[4;2$y",
    );
    is_answered(
        "\x1bP$qr\x1b\\\x1bP$qm\x1b\\\x1bP$qz\x1b\\",
        "\x1bP1$r1;6r\x1b\\\x1bP1$r0m\x1b\\\x1bP0$r\x1b\\",
    );
    is_answered("\x1b]12;?\x07", "\x1b]12;rgb:f2f2/f5f5/f9f9\x1b\\");
    is_answered(
        "\x1b]10;?;?\x1b\\",
        "\x1b]10;rgb:d5d5/dbdb/e5e5\x1b\\\x1b]11;rgb:0f0f/1313/1919\x1b\\",
    );
    is_answered(
        "\x1b]4;1;?;196;?\x07",
        "\x1b]4;1;rgb:e8e8/6060/5f5f\x1b\\\x1b]4;196;rgb:ffff/0000/0000\x1b\\",
    );
}

#[test]
fn the_answers_know_what_was_set() {
    let output = "\x1b[2;5r\x1b[3;4H\x1b]4;1;#102030\x07\x1b[?25l\x1b[1\"q";
    let (mut screen, _) = shown(output);
    assert_eq!(
        fed(
            &mut screen,
            "\x1bP$qr\x1b\\\x1b[6n\x1b]4;1;?\x07\x1b[?25$p\x1bP$q\"q\x1b\\"
        ),
        ""
    );
    let answers = String::from_utf8(screen.take_answers()).unwrap();
    let expected = "\x1bP1$r2;5r\x1b\\\x1b[3;4R\x1b]4;1;rgb:1010/2020/3030\x1b\\\x1b[?25;2$y\x1bP1$r1\"q\x1b\\";
    assert_eq!(answers, expected);
    assert!(screen.take_answers().is_empty());
}

#[test]
fn programs_are_told_the_colours_of_the_theme_until_they_change_them() {
    let (mut screen, _) = shown("");
    let light = Rgb(0xfa, 0xfb, 0xfc);
    screen.set_theme(Theme {
        background: light,
        ..DARK
    });
    fed(&mut screen, "\x1b]11;?\x07");
    assert_eq!(screen.take_answers(), b"\x1b]11;rgb:fafa/fbfb/fcfc\x1b\\");
    fed(
        &mut screen,
        "\x1b]11;#000\x07\x1b]11;?\x07\x1b]111\x07\x1b]11;?\x07",
    );
    let answers = b"\x1b]11;rgb:0000/0000/0000\x1b\\\x1b]11;rgb:fafa/fbfb/fcfc\x1b\\";
    assert_eq!(screen.take_answers(), answers);
}

#[test]
fn titles_are_cleaned_and_cut() {
    let (screen, passed) = shown("\x1b]0;a\u{202e}b\x7fc\x1b\\");
    assert_eq!((screen.title(), passed.as_str()), ("abc", "\x1b]0;abc\x07"));
    let (screen, _) = shown(format!("\x1b]2;{}\x07", "x".repeat(100_000)));
    assert!((4000..=4096).contains(&screen.title().len()));
    let (screen, _) = shown("\x1b]1;icon\x07");
    assert_eq!(screen.title(), "");
}

#[test]
fn links_lead_only_where_they_may() {
    passes("\x1b]8;;https://a.b/c;d\x07x\x1b]8;;\x07");
    passes("\x1b]8;id=7;mailto:a@b\x07");
    becomes(
        "\x1b]8;x=y:id=7;FILE:///a\x1b\\",
        "\x1b]8;id=7;FILE:///a\x07",
    );
    becomes("\x1b]8;;javascript:alert(1)\x07x", "x");
    becomes("\x1b]8;;no-scheme\x07", "");
    becomes(&format!("\x1b]8;;http://{}\x07", "x".repeat(5000)), "");
    becomes(
        "\x1b]8;;http://a/\x07a\x1b]8;;no-scheme\x07b",
        "\x1b]8;;http://a/\x07a\x1b]8;;\x07b",
    );
}

#[test]
fn only_the_latest_links_are_remembered() {
    let (mut screen, _) = shown("");
    let link = |number: usize| format!("\x1b]8;;http://{number}/\x07x");
    fed(&mut screen, format!("{}\x1b]8;;\x07\r\n", link(0)));
    assert!(screen.snapshot(0).contains("http://0/"));
    fed(&mut screen, (1..9000).map(link).collect::<String>());
    fed(&mut screen, "\x1b]8;;\x07\x1b[2J\x1b[H");
    fed(&mut screen, format!("{}{}", link(8999), link(9000)));
    let snapshot = screen.snapshot(1000);
    assert!(snapshot.contains("http://9000/") && !snapshot.contains("http://0/"));
}

#[test]
fn colours_are_passed_in_one_spelling() {
    becomes(
        "\x1b]4;1;#f00;2;?;300;#fff;3;nonsense\x07"
            .replace("2;?;", "")
            .as_str(),
        "\x1b]4;1;rgb:f0f0/0000/0000\x07",
    );
    becomes("\x1b]10;rgb:1/22/3\x07", "");
    becomes(
        "\x1b]11;rgb:8000/0000/ffff\x1b\\",
        "\x1b]11;rgb:8080/0000/ffff\x07",
    );
    passes("\x1b]104\x07\x1b]104;1;2\x07\x1b]110\x07\x1b]112\x07");
}

#[test]
fn controls_of_the_upper_range_do_what_they_do_in_seven_bits() {
    becomes("a\u{85}b", "a\x1bEb");
    becomes("\u{9b}31mx", "\x1b[31mx");
    becomes("\u{9d}0;t\u{9c}", "\x1b]0;t\x07");
    passes("a\u{80}b");
    let (screen, _) = shown("a\u{85}b");
    assert_eq!(
        (row(&screen, 0), row(&screen, 1)),
        ("a".to_owned(), "b".to_owned())
    );
}

#[test]
fn marks_without_a_character_to_join_are_dropped() {
    passes("e\u{301}\u{302}");
    becomes("\x1b[m\u{301}e", "\x1b[me");
    let marks = "\u{301}".repeat(1000);
    assert!(gated(&format!("e{marks}")).0.len() < 200);
}

#[test]
fn restoring_the_cursor_is_spelled_out_where_viewers_would_restore_something_else() {
    passes("\x1b[2;3H\x1b7\x1b[H\x1b8");
    becomes(
        "\x1b[2;3H\x1b7\x1b[6H\n\x1b8",
        "\x1b[2;3H\x1b7\x1b[6H\n\x1b[2;3H\x1b[0m",
    );
    becomes("\x1b7\x1b[4:3m\x1b8", "\x1b7\x1b[4:3m\x1b[1;1H\x1b[0m");
    becomes("\x1b7\x1b(0\x1b8", "\x1b7\x1b(0\x1b[1;1H\x1b[0m\x1b(B");
}

#[test]
fn nothing_changes_the_last_column_under_a_waiting_cursor() {
    let full = "x".repeat(20);
    becomes(
        &format!("{full}\x1b[2K"),
        &format!("{full}\x1b[1;20H\x1b[2K"),
    );
    becomes(
        &format!("{full}\x1b[?1049h"),
        &format!("{full}\x1b[1;20H\x1b[?1049h"),
    );
    passes(&format!("{full}\x1b[K"));
}

#[test]
fn inserting_in_the_middle_of_a_wide_character_erases_it_first() {
    becomes("日\x1b[2G\x1b[@", "日\x1b[2G\x1b[1;2H\x1b[X\x1b[1;2H\x1b[@");
    passes("日\x1b[1G\x1b[@");
}

#[test]
fn an_open_link_is_closed_before_lines_go_and_opened_again_for_text() {
    let (open, close) = ("\x1b]8;;http://a/\x07", "\x1b]8;;\x07");
    for lines_go in ["\n", "\x1b[2J", "\x1b[L", "\x1b[3S", "\x1bD", "\x1b[?47h"] {
        becomes(
            &format!("{open}a{lines_go}\x1b[31mb"),
            &format!("{open}a{close}{lines_go}\x1b[31m{open}b"),
        );
        becomes(
            &format!("{open}a{lines_go}{close}b"),
            &format!("{open}a{close}{lines_go}b"),
        );
        passes(&format!("{open}a{close}{lines_go}b"));
    }
    passes(&format!("{open}a\r\x1b[5;5H\x1b[Kb\tc"));
}

#[test]
fn lines_with_links_are_moved_in_the_way_that_moves_the_links() {
    let link = "\x1b]8;;http://a/\x07a\x1b]8;;\x07";
    becomes(&format!("{link}\x1bM"), &format!("{link}\x1b[L\x1b[1;2H"));
    becomes(
        &format!("\x1b[2;4r\x1b[4;3H{link}\n"),
        &format!("\x1b[2;4r\x1b[4;3H{link}\x1b[2;1H\x1b[M\x1b[4;4H"),
    );
    passes(&format!("{link}\x1b[2;4r\x1b[4;3H\n\x1b[2;3H\x1bM"));
    passes(&format!("{link}\x1b[2;1H\x1bM"));
    passes("a\x1bM\x1b[2;4r\x1b[4;3H\n");
}

#[test]
fn a_wide_character_is_never_cut_where_lines_do_not_wrap() {
    let wide = "\x1b[?7l123456789012345678日";
    becomes(&format!("{wide}a"), &format!("{wide}\x1b[1;20Ha"));
    becomes(&format!("{wide}\x1b[b"), wide);
    becomes("\x1b[?7l日\x1b[99b", "\x1b[?7l日\x1b[9b");
    passes(&format!("{wide}\x1b[20Ga"));
    becomes(
        "\x1b[?7l1234567890123456789日",
        "\x1b[?7l1234567890123456789",
    );
    passes("\x1b[?7l日\x1b[3b");
    assert_eq!(row(&shown(format!("{wide}a")).0, 0), "123456789012345678 a");
}

#[test]
fn a_tab_stop_is_not_set_behind_the_last_column() {
    becomes("12345678901234567890\x1bHx", "12345678901234567890x");
    passes("1234567890123456789\x1bHx");
}

#[test]
fn the_whole_screen_is_filled_in_origin_mode_as_well() {
    let origin = "\x1b[2;4r\x1b[?6h";
    becomes(
        &format!("{origin}\x1b#8"),
        &format!("{origin}\x1b[?6l\x1b#8\x1b[?6h"),
    );
    let (screen, _) = shown(format!("{origin}\x1b#8"));
    assert_eq!(
        (row(&screen, 0), row(&screen, 5)),
        ("E".repeat(20), "E".repeat(20))
    );
}
