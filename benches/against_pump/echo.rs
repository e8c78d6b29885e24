//! How long a typed key takes to come back: through the server to a program, and to the viewer.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::client::{Client, typing};
use crate::options::Options;
use crate::server::{Server, Side};
use crate::stats::{Pairs, median};
use crate::table::{By, Table, Target, Unit};

/// A program that gives back each key at once, itself: the terminal does not echo.
const SCRIPT: &str = "stty raw -echo; printf READY; exec cat";

/// Keys in a row on one side: few, so that both sides see the same weather.
const KEYS: usize = 100;

/// Blocks of keys in a round, on each side.
const BLOCKS: usize = 10;

/// Types thousands of keys, in turns on both sides.
pub(crate) fn measure(options: &Options, table: &mut Table) -> Result<()> {
    let mut pairs = Pairs::default();
    for _ in 0..options.rounds {
        round(&mut pairs)?;
    }
    let unit = Unit("µs", 1);
    let target = Target::AtMost(40.0);
    table.compare("echo of a key", unit, &pairs, By::Difference, target);
    Ok(())
}

/// Each round has servers of its own: which thread of a server waits for what settles early, and
/// then stays so, for better or worse.
fn round(pairs: &mut Pairs) -> Result<()> {
    let mut webterm = Typist::start(Side::Webterm)?;
    let mut pump = Typist::start(Side::Pump)?;
    for typist in [&mut webterm, &mut pump] {
        typist.block()?;
    }
    for block in 0..BLOCKS {
        let (mut ours, mut theirs) = (0.0, 0.0);
        for side in Side::both(block) {
            match side {
                Side::Webterm => ours = webterm.block()?,
                Side::Pump => theirs = pump.block()?,
            }
        }
        pairs.push(ours, theirs);
    }
    Ok(())
}

/// Someone who types at one side's terminal.
struct Typist {
    client: Client,
    key: Vec<u8>,
    _server: Server,
}

impl Typist {
    fn start(side: Side) -> Result<Self> {
        let server = Server::start(side, SCRIPT, &[])?;
        let mut client = Client::connect(server.address())?;
        client.wait_for("READY")?;
        let key = typing("x")?;
        Ok(Self {
            client,
            key,
            _server: server,
        })
    }

    /// Types a block of keys; gives the median of their times, in µs.
    fn block(&mut self) -> Result<f64> {
        let times: Vec<f64> = (0..KEYS)
            .map(|_| Ok(self.key()?.as_secs_f64() * 1e6))
            .collect::<Result<_>>()?;
        Ok(median(&times))
    }

    fn key(&mut self) -> Result<Duration> {
        let typed = Instant::now();
        self.client.send(&self.key)?;
        let echo = self.client.output()?;
        if echo != b"x" {
            bail!("the echo of a key was {:?}", String::from_utf8_lossy(echo));
        }
        Ok(typed.elapsed())
    }
}
