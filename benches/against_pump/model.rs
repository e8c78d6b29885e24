//! How fast the terminal model takes output, gate included, and what its snapshots cost. The one
//! part that knows webterm from within.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result};
use webterm::screen::Screen;
use webterm::size::TermSize;

use crate::content::{Block, Kind};
use crate::options::Options;
use crate::process;
use crate::server::{COLS, ROWS};
use crate::stats;
use crate::table::{Table, Target, Unit};

/// How much of a kind goes through at once, in blocks of a MB.
const BLOCKS: usize = 200;

/// What a session hands to the model at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// The lines above the screen that a snapshot holds: what the page keeps.
const SCROLLBACK: usize = 1000;

/// Feeds each kind to a fresh screen, and takes snapshots of an ordinary one.
pub(crate) fn measure(options: &Options, table: &mut Table) -> Result<()> {
    for kind in &options.kinds {
        let block = with_line_ends(&Block::of(*kind)?.printed);
        let speeds: Vec<f64> = (0..options.rounds)
            .map(|_| speed(&block))
            .collect::<Result<_>>()?;
        let target = match kind {
            Kind::Plain => Target::AtLeast(150.0),
            Kind::Coloured | Kind::Redraw | Kind::Cjk => Target::AtLeast(100.0),
        };
        let name = format!("model, {}", kind.name());
        table.tell(&name, Unit("MB/s", 0), stats::median(&speeds), target);
    }
    snapshots(options, table)
}

/// As the terminal's line discipline makes them.
fn with_line_ends(printed: &str) -> Vec<u8> {
    printed.replace('\n', "\r\n").into_bytes()
}

/// MB for each second of processor time, at which a screen of the bench's size takes a block again and again.
fn speed(block: &[u8]) -> Result<f64> {
    let size = TermSize::new(COLS, ROWS).context("the bench's size is none")?;
    let mut screen = Screen::new(size, 10_000);
    let mut passed = String::new();
    let begin = process::cpu(std::process::id())?;
    for _ in 0..BLOCKS {
        for chunk in block.chunks(CHUNK) {
            passed.clear();
            screen.feed(chunk, &mut passed);
            black_box(&passed);
        }
    }
    let took = process::cpu(std::process::id())? - begin;
    Ok((BLOCKS * block.len()) as f64 / 1e6 / took.as_secs_f64())
}

/// A screen of 80x24 with 1000 lines above it.
fn snapshots(options: &Options, table: &mut Table) -> Result<()> {
    let size = TermSize::new(80, 24).context("80x24 is a size")?;
    let mut screen = Screen::new(size, 10_000);
    let block = with_line_ends(&Block::of(Kind::Coloured)?.printed);
    screen.feed(&block, &mut String::new());
    let take = || {
        let begin = Instant::now();
        let snapshot = black_box(screen.snapshot(SCROLLBACK));
        (
            begin.elapsed().as_secs_f64() * 1e3,
            snapshot.len() as f64 / 1e3,
        )
    };
    let (times, sizes): (Vec<f64>, Vec<f64>) = (0..options.rounds * 20).map(|_| take()).unzip();
    table.tell(
        "snapshot: coloured, 1000 lines",
        Unit("ms", 2),
        stats::median(&times),
        Target::AtMost(2.0),
    );
    table.tell(
        "snapshot: its size",
        Unit("kB", 0),
        stats::median(&sizes),
        Target::None,
    );
    Ok(())
}
