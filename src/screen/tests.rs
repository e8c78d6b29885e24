//! Properties of the screen as a whole, over outputs that are made up at random, and its behaviour
//! in examples.

mod gate;
mod model;
mod resize;

use super::Screen;
use crate::size::TermSize;

/// A source of random numbers that gives the same ones for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "hello ", "world", "日本語", "e\u{301}", "👍🏽", "❤\u{fe0f}", "━━", "\u{200b}", "ｗ", "x", "lorem ipsum dolor sit amet ",
    "\r\n", "\n", "\r", "\t", "\x08", "\x0b", "\x7f", "\u{84}", "\u{9b}31m", "\u{feff}", "\0", "\x18",
];
#[rustfmt::skip]
const SEQUENCES: &[&str] = &[
    "[m", "[1;31m", "[4:3;58;5;9m", "[48;2;1;2;3m", "[38:2::9:8:7m", "[59m", "[7;9;53m", "[0m", "7", "8", "M", "D", "E", "H",
    "c", "#8", "=", ">", "(0", "(B", ")0", "n", "%G", "[s", "[u", "[!p", "[3g", "[g", "[2J", "[1J", "[J", "[3J", "[K", "[1K",
    "[2K", "[?1K", "[?J", "[1\"q", "[0\"q", "[?1049h", "[?1049l", "[?47h", "[?47l", "[?6h", "[?6l", "[?7l", "[?7h", "[4h", "[4l",
    "[20h", "[20l", "[?45h", "[?1;1000;1006h", "[?1003l", "[?25l", "[?12h", "[?2004h", "[?2026h", "[?2026l", "[?1048h",
    "[?1048l", "[3 q", "[7 q", "]0;a title\x07", "]2;other\x1b\\", "]1;icon\x07", "]8;;http://a.b/c\x07", "]8;id=1;file:///x\x1b\\",
    "]8;;\x07", "]4;1;#ff0000;2;?\x07", "]10;rgb:1/2/3\x07", "]104\x07", "]52;c;aGk=\x07", "P$qr\x1b\\", "_Gx\x1b\\", "[c", "[6n",
    "[?6$p", "[>q", "[=c", "k", "[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30;31;32;33m",
];
const FINALS: &[u8] = b"@ABCDEFGHIJKLMPSTXZ`abdefr";

/// Output as no program writes it, but made of the pieces that programs use.
fn output(seed: u64, pieces: usize) -> Vec<u8> {
    let mut random = Random(seed * 7919 + 1);
    let mut output = Vec::new();
    for _ in 0..pieces {
        match random.below(10) {
            0..=3 => output.extend(random.pick(TEXTS).as_bytes()),
            4..=5 => {
                output.push(0x1b);
                output.extend(random.pick(SEQUENCES).as_bytes());
            }
            6..=8 => {
                let last = char::from(FINALS[random.below(FINALS.len())]);
                let sequence = format!("\x1b[{};{}{last}", random.below(30), random.below(90));
                output.extend(sequence.as_bytes());
            }
            _ => output.extend((0..random.below(4)).map(|_| random.next() as u8)),
        }
    }
    output
}

fn size(cols: u16, rows: u16) -> TermSize {
    TermSize::new(cols, rows).unwrap()
}

fn fed(screen: &mut Screen, output: impl AsRef<[u8]>) -> String {
    let mut passed = String::new();
    screen.feed(output.as_ref(), &mut passed);
    passed
}

/// A screen of 20 by 6 after `output`, and what passed.
fn shown(output: impl AsRef<[u8]>) -> (Screen, String) {
    let mut screen = Screen::new(size(20, 6), 100);
    let passed = fed(&mut screen, output);
    (screen, passed)
}

/// What a row shows, without the blanks at its end.
fn row(screen: &Screen, y: usize) -> String {
    let line = screen.terminal.active().row(y);
    let text: String = (0..20)
        .filter(|&x| !line.get(x).is_spacer())
        .map(|x| {
            Some(screen.terminal.text_of(line.get(x)))
                .filter(|text| !text.is_empty())
                .unwrap_or(" ".to_owned())
        })
        .collect();
    text.trim_end().to_owned()
}

fn cursor(screen: &Screen) -> (usize, usize) {
    (screen.terminal.active().x, screen.terminal.active().y)
}

#[test]
fn output_cut_at_any_byte_gives_the_same_screen_and_passes_the_same() {
    for seed in 0..40 {
        let output = output(seed, 30);
        let (whole, passed) = shown(&output);
        for at in 0..output.len() {
            let mut screen = Screen::new(size(20, 6), 100);
            let mut parts = fed(&mut screen, &output[..at]);
            parts += &fed(&mut screen, &output[at..]);
            assert_eq!(parts, passed, "seed {seed}, cut at {at}");
            assert_eq!(
                screen.snapshot(100),
                whole.snapshot(100),
                "seed {seed}, cut at {at}"
            );
        }
    }
}

#[test]
fn output_byte_by_byte_gives_the_same_screen() {
    for seed in 0..60 {
        let output = output(seed, 200);
        let (whole, passed) = shown(&output);
        let mut screen = Screen::new(size(20, 6), 100);
        let bytewise: String = output
            .iter()
            .map(|byte| fed(&mut screen, [*byte]))
            .collect();
        assert_eq!(bytewise, passed, "seed {seed}");
        assert_eq!(screen.snapshot(100), whole.snapshot(100), "seed {seed}");
    }
}

#[test]
fn what_has_passed_passes_again_unchanged() {
    for seed in 0..200 {
        let (screen, passed) = shown(output(seed, 200));
        let (again, passed_again) = shown(&passed);
        assert_eq!(passed_again, passed, "seed {seed}");
        assert_eq!(again.snapshot(100), screen.snapshot(100), "seed {seed}");
    }
}

#[test]
fn a_snapshot_fed_to_a_fresh_screen_gives_an_equal_snapshot() {
    for seed in 0..300 {
        let (screen, _) = shown(output(seed, 5 + seed as usize));
        let snapshot = screen.snapshot(100);
        assert_eq!(shown(&snapshot).0.snapshot(100), snapshot, "seed {seed}");
    }
}

#[test]
fn a_snapshot_replaces_whatever_was_shown_before() {
    for seed in 0..200 {
        let snapshot = shown(output(seed, 100)).0.snapshot(100);
        let (mut screen, _) = shown(output(seed + 1000, 100));
        fed(&mut screen, &snapshot);
        assert_eq!(screen.snapshot(100), snapshot, "seed {seed}");
    }
}

#[test]
fn a_snapshot_and_the_rest_give_the_screen_of_the_whole() {
    for seed in 0..100 {
        let (first, rest) = (output(seed, 80), output(seed + 500, 80));
        let (mut whole, _) = shown(&first);
        let (mut late, _) = shown(whole.snapshot(100));
        let passed = fed(&mut whole, &rest);
        fed(&mut late, passed);
        assert_eq!(late.snapshot(100), whole.snapshot(100), "seed {seed}");
    }
}

#[test]
fn any_bytes_and_sizes_are_survived() {
    let mut random = Random(42);
    for seed in 0..150 {
        let mut screen = Screen::new(
            size(2 + random.below(40) as u16, 1 + random.below(12) as u16),
            random.below(30),
        );
        for part in 0..8 {
            let bytes: Vec<u8> = (0..random.below(300))
                .map(|_| random.next() as u8)
                .collect();
            fed(&mut screen, bytes);
            fed(&mut screen, output(seed * 8 + part, 40));
            let other = size(2 + random.below(60) as u16, 1 + random.below(20) as u16);
            let _ = screen.resize(other, &mut String::new());
            screen.snapshot(random.below(40));
        }
        screen.finish(&mut String::new());
    }
}

#[test]
fn unused_styles_and_texts_are_dropped() {
    let mut screen = Screen::new(size(20, 6), 10);
    let mut random = Random(7);
    for round in 0..4 {
        for _ in 0..20_000 {
            let [red, green, blue, mark] = random.next().to_le_bytes()[..4] else {
                unreachable!()
            };
            let mark = char::from_u32(0x300 + u32::from(mark) % 0x60).unwrap();
            let link = format!("\x1b]8;;http://{red}.{green}.{blue}/\x07");
            fed(
                &mut screen,
                format!("{link}\x1b[38;2;{red};{green};{blue}ma{mark}{mark}"),
            );
        }
        let snapshot = screen.snapshot(10);
        assert_eq!(screen.clone().snapshot(10), snapshot, "round {round}");
        assert!(screen.terminal.store.styles.len() < 40_000, "round {round}");
    }
    assert!(row(&screen, 5).starts_with('a'));
}

#[test]
fn the_scrollback_takes_no_more_memory_than_its_text_needs() {
    let mut screen = Screen::new(size(200, 50), 10_000);
    for number in 0..12_000 {
        fed(&mut screen, format!("line {number}\r\n"));
    }
    let cells: usize = screen
        .terminal
        .normal
        .lines()
        .map(|line| line.cells().len())
        .sum();
    assert!(cells < 10_050 * 12, "{cells} cells");
    assert_eq!(screen.terminal.normal.scrollback(), 10_000);
}
