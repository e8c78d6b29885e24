//! What the bench is to do, from the words behind `cargo bench --`. It knows no part by its work.

use anyhow::{Context, Result, bail};

use crate::content::Kind;

/// The word with which the bench starts itself as the pump.
pub(crate) const PUMP: &str = "as-pump";

/// The word with which the bench starts itself as a pump that nobody looks at.
pub(crate) const DRAIN: &str = "as-drain";

/// The word with which the bench starts itself as a program that prints the time.
pub(crate) const TIMES: &str = "as-times";

/// What a process of the bench does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// It measures.
    Measure(Options),
    /// It is the pump, with this command on its terminal.
    Pump(Vec<String>),
    /// It reads what this command prints, and does nothing with it.
    Drain(Vec<String>),
    /// It prints the time without end.
    Times,
    /// It was started by `cargo test --all-targets`, which is no time to measure.
    Nothing,
}

/// A part of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// How long a key takes to come back.
    Echo,
    /// How fast much output arrives, and what that costs.
    Flood,
    /// What much output costs when nobody looks.
    Drain,
    /// What an idle viewer keeps in memory.
    Memory,
    /// How long it takes from start to page.
    Start,
    /// How fast the terminal model is.
    Model,
    /// What it costs to record.
    Record,
    /// How a flood reaches many viewers, healthy, slow and stopped.
    Crowd,
}

impl Part {
    const ALL: [(&str, Self); 8] = [
        ("echo", Self::Echo),
        ("flood", Self::Flood),
        ("drain", Self::Drain),
        ("memory", Self::Memory),
        ("start", Self::Start),
        ("model", Self::Model),
        ("record", Self::Record),
        ("crowd", Self::Crowd),
    ];
}

/// What is measured, and how often.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The parts, in the order in which they run.
    pub(crate) parts: Vec<Part>,
    /// How often each side of a part runs, alternating.
    pub(crate) rounds: usize,
    /// The output of a flood, in MB (10^6 bytes).
    pub(crate) megabytes: usize,
    /// The kinds of output that floods are made of.
    pub(crate) kinds: Vec<Kind>,
}

impl Task {
    /// The task that the arguments ask for. Cargo adds `--bench` to what its user wrote.
    pub(crate) fn of(words: &[String]) -> Result<Self> {
        match words {
            [first, command @ ..] if first == PUMP => Ok(Self::Pump(command.to_vec())),
            [first, command @ ..] if first == DRAIN => Ok(Self::Drain(command.to_vec())),
            [first] if first == TIMES => Ok(Self::Times),
            _ if words.iter().any(|word| word == "--bench") => {
                Options::of(words).map(Self::Measure)
            }
            _ => Ok(Self::Nothing),
        }
    }
}

impl Options {
    fn of(words: &[String]) -> Result<Self> {
        let mut options = Self {
            parts: Vec::new(),
            rounds: 5,
            megabytes: 100,
            kinds: Kind::ALL.to_vec(),
        };
        for word in words.iter().filter(|word| *word != "--bench") {
            options.take(word)?;
        }
        if options.parts.is_empty() {
            options
                .parts
                .extend(Part::ALL.iter().map(|(_, part)| *part));
        }
        Ok(options)
    }

    fn take(&mut self, word: &str) -> Result<()> {
        match word.split_once('=') {
            Some(("rounds", number)) => self.rounds = positive(number)?,
            Some(("megabytes", number)) => self.megabytes = positive(number)?,
            Some(("kind", name)) => self.kinds = vec![kind(name)?],
            _ => self.parts.push(part(word)?),
        }
        Ok(())
    }
}

fn part(word: &str) -> Result<Part> {
    let Some((_, part)) = Part::ALL.iter().find(|(name, _)| *name == word) else {
        let names = Part::ALL.map(|(name, _)| name).join(", ");
        bail!(
            "there is no part '{word}'; choose from {names}, or set rounds=N, megabytes=N or kind=NAME"
        );
    };
    Ok(*part)
}

fn kind(name: &str) -> Result<Kind> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.with_context(|| {
        format!(
            "there is no kind '{name}'; choose from {}",
            Kind::ALL.map(Kind::name).join(", ")
        )
    })
}

fn positive(number: &str) -> Result<usize> {
    let number: usize = number
        .parse()
        .with_context(|| format!("'{number}' is no number"))?;
    if number == 0 {
        bail!("give a number above 0");
    }
    Ok(number)
}
