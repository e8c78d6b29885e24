//! How fast much output arrives at one viewer, and what processor time that costs the server.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::client::Client;
use crate::content::{Block, Kind};
use crate::options::Options;
use crate::process;
use crate::scratch::Scratch;
use crate::server::{Server, Side};
use crate::stats::Pairs;
use crate::table::{By, Table, Target, Unit};

/// Prints a file when it is told to, and stays, so that nothing comes behind the end's mark.
const SCRIPT: &str = "stty -echo; printf READY; read go; cat \"$1\"; printf '@END@'; read end";

/// The end's mark, which no content holds.
const END: &[u8] = b"@END@";

/// Lets both sides print each kind of content, in turns.
pub(crate) fn measure(options: &Options, table: &mut Table) -> Result<()> {
    let scratch = Scratch::new()?;
    for &kind in &options.kinds {
        let block = Block::of(kind)?;
        let times = (options.megabytes * 1_000_000).div_ceil(block.printed.len());
        let file = scratch.write("flood", &block.printed, times)?;
        let flood = Flood {
            kind,
            block,
            times,
            file: &file,
        };
        flood.measure(options.rounds, table)?;
    }
    Ok(())
}

/// A file that is printed.
struct Flood<'a> {
    kind: Kind,
    block: Block,
    times: usize,
    file: &'a Path,
}

/// What one run took.
#[derive(Debug, Default, Clone, Copy)]
struct Cost {
    time: Duration,
    cpu: Duration,
}

impl Flood<'_> {
    fn measure(&self, rounds: usize, table: &mut Table) -> Result<()> {
        let (mut speed, mut cpu) = (Pairs::default(), Pairs::default());
        let megabytes = self.megabytes();
        for round in 0..rounds {
            let (mut ours, mut theirs) = (Cost::default(), Cost::default());
            for side in Side::both(round) {
                match side {
                    Side::Webterm => ours = self.run(side)?,
                    Side::Pump => theirs = self.run(side)?,
                }
            }
            let speed_of = |cost: Cost| megabytes / cost.time.as_secs_f64();
            let cpu_of = |cost: Cost| cost.cpu.as_secs_f64() * 100.0 / megabytes;
            speed.push(speed_of(ours), speed_of(theirs));
            cpu.push(cpu_of(ours), cpu_of(theirs));
        }
        let name = format!("flood, {}", self.kind.name());
        table.compare(
            &name,
            Unit("MB/s", 1),
            &speed,
            By::Ratio,
            Target::AtLeast(0.9),
        );
        let name = format!("{name}: CPU for 100 MB");
        table.compare(&name, Unit("s", 2), &cpu, By::Ratio, Target::None);
        Ok(())
    }

    /// The file's size, in MB.
    fn megabytes(&self) -> f64 {
        self.block.printed.len() as f64 * self.times as f64 / 1e6
    }

    fn run(&self, side: Side) -> Result<Cost> {
        let server = Server::start(side, SCRIPT, &[self.file.as_os_str()])?;
        let mut client = Client::connect(server.address())?;
        client.wait_for("READY")?;
        let cpu = process::cpu(server.pid())?;
        let begin = Instant::now();
        client.type_text("\n")?;
        let mut receipt = Receipt::new(&self.block.on_wire, self.times);
        while !receipt.is_complete() {
            let taken = receipt.take(client.output()?);
            taken.with_context(|| format!("{side:?} spoilt the {} output", self.kind.name()))?;
        }
        let time = begin.elapsed();
        Ok(Cost {
            time,
            cpu: process::cpu(server.pid())? - cpu,
        })
    }
}

/// What of a flood has arrived. Every byte is compared to what it should be, still escaped as on
/// the wire: that costs hardly more than to count them.
struct Receipt<'a> {
    block: &'a [u8],
    /// Where in the block the next byte should be found.
    at: usize,
    /// Bytes that are still to come before the end's mark.
    missing: usize,
    /// What came behind them.
    tail: Vec<u8>,
}

impl<'a> Receipt<'a> {
    fn new(block: &'a [u8], times: usize) -> Self {
        Self {
            block,
            at: 0,
            missing: block.len() * times,
            tail: Vec::new(),
        }
    }

    fn take(&mut self, text: &[u8]) -> Result<()> {
        let (flood, rest) = text.split_at(text.len().min(self.missing));
        self.tail.extend_from_slice(rest);
        let is_on_course = self.compare(flood) && END.starts_with(&self.tail);
        ensure!(
            is_on_course,
            "it is not as it was printed, {} bytes before its end",
            self.missing
        );
        Ok(())
    }

    fn compare(&mut self, mut text: &[u8]) -> bool {
        while !text.is_empty() {
            let expected = self.block.get(self.at..).unwrap_or_default();
            let (part, rest) = text.split_at(text.len().min(expected.len()));
            if !expected.starts_with(part) {
                return false;
            }
            self.missing -= part.len();
            self.at = (self.at + part.len()) % self.block.len();
            text = rest;
        }
        true
    }

    fn is_complete(&self) -> bool {
        self.tail == END
    }
}
