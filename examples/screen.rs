//! The terminal model as a program, so that tests in any language can drive it: it reads commands on
//! standard input and answers each on standard output. It knows the model's public face only.
//!
//! A command is one byte that names it, the length of its argument (4 bytes, little endian) and the
//! argument; an answer is a length and so many bytes.
//!
//! | command | argument | answer |
//! | --- | --- | --- |
//! | `n`: a new, empty screen | `80x24 1000`: its size, the lines kept above it | nothing |
//! | `f`: feed | what the program printed | what the viewers are given |
//! | `e`: the program has ended | nothing | what the viewers are given |
//! | `r`: resize | `80x24` | what the viewers are given after it |
//! | `s`: snapshot | `1000`: the lines above the screen that come with it | the snapshot |
//! | `k`: keep the screen as it is now | nothing | nothing |
//! | `b`: go back to the screen that was kept | nothing | nothing |

use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};

use anyhow::{Context, Error, Result, bail};

use webterm::screen::{Resized, Screen};
use webterm::size::TermSize;

enum Command {
    New { size: TermSize, scrollback: usize },
    Feed(Vec<u8>),
    Finish,
    Resize(TermSize),
    Snapshot { scrollback: usize },
    Keep,
    GoBack,
}

fn main() -> Result<()> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    let mut screen = Screen::new(TermSize::DEFAULT, 0);
    let mut kept = screen.clone();
    while let Some(command) = read_command(&mut input)? {
        let answer = obey(command, &mut screen, &mut kept);
        output.write_all(&u32::try_from(answer.len())?.to_le_bytes())?;
        output.write_all(answer.as_bytes())?;
        output.flush()?;
    }
    Ok(())
}

/// The next command, `None` where the input ends.
fn read_command(input: &mut impl Read) -> Result<Option<Command>> {
    let mut name = [0];
    match input.read_exact(&mut name) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let mut argument = vec![0; u32::from_le_bytes(length).try_into()?];
    input.read_exact(&mut argument)?;
    command(name, argument).map(Some)
}

fn command(name: [u8; 1], argument: Vec<u8>) -> Result<Command> {
    if &name == b"f" {
        return Ok(Command::Feed(argument));
    }
    let text = String::from_utf8(argument)?;
    Ok(match &name {
        b"n" => {
            let (size, scrollback) = text.split_once(' ').context("size and lines, please")?;
            Command::New {
                size: size_of(size)?,
                scrollback: scrollback.parse()?,
            }
        }
        b"e" => Command::Finish,
        b"k" => Command::Keep,
        b"b" => Command::GoBack,
        b"r" => Command::Resize(size_of(&text)?),
        b"s" => Command::Snapshot {
            scrollback: text.parse()?,
        },
        _ => bail!("unknown command {name:?}"),
    })
}

fn size_of(text: &str) -> Result<TermSize> {
    text.parse().map_err(Error::msg)
}

fn obey(command: Command, screen: &mut Screen, kept: &mut Screen) -> String {
    let mut answer = String::new();
    match command {
        Command::New { size, scrollback } => *screen = Screen::new(size, scrollback),
        Command::Feed(output) => screen.feed(&output, &mut answer),
        Command::Finish => screen.finish(&mut answer),
        Command::Resize(size) => {
            if screen.resize(size, &mut answer) == Resized::Unsettled {
                answer = screen.snapshot(usize::MAX);
            }
        }
        Command::Snapshot { scrollback } => answer = screen.snapshot(scrollback),
        Command::Keep => kept.clone_from(screen),
        Command::GoBack => screen.clone_from(kept),
    }
    answer
}
