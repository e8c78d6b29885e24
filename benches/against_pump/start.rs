//! How long it takes from the start of webterm to the first byte of its page.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::server::{Server, webterm};
use crate::stats::median;
use crate::table::{Table, Target, Unit};

/// How often it is started.
const STARTS: usize = 20;

/// How long the page may take, at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts webterm, and asks for the page as soon as its address is known.
pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let times: Vec<f64> = (0..STARTS)
        .map(|_| Ok(start()?.as_secs_f64() * 1e3))
        .collect::<Result<_>>()?;
    table.tell(
        "start to page",
        Unit("ms", 1),
        median(&times),
        Target::AtMost(10.0),
    );
    Ok(())
}

fn start() -> Result<Duration> {
    let begin = Instant::now();
    let mut command = webterm(&[]);
    command.arg("cat");
    let server = Server::spawn(command)?;
    let mut stream = TcpStream::connect(server.address())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {}\r\n\r\n",
        server.address()
    )?;
    let mut answer = [0; 4096];
    let len = stream.read(&mut answer)?;
    let time = begin.elapsed();
    let head = answer.get(..len).unwrap_or_default();
    if !head.starts_with(b"HTTP/1.1 200 ") {
        bail!(
            "the page was answered with: {}",
            String::from_utf8_lossy(head)
        );
    }
    Ok(time)
}
