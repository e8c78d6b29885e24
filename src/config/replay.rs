//! What was meant by the options for a recording in the place of a command.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;

use crate::cli::{Cli, ModeOption, ReplayArgs, SandboxArgs};
use crate::replay::{Idle, Manner, Rounds};
use crate::server::Audience;
use crate::session::SizePolicy;

/// A recording that is to be shared.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayPlan {
    /// Where it lies.
    pub file: PathBuf,
    /// How it is played.
    pub manner: Manner,
}

/// Which recording is to be shared in the place of a command, if one is.
pub(super) fn plan(cli: &Cli) -> anyhow::Result<Option<ReplayPlan>> {
    let typed = &cli.replay;
    let Some(file) = typed.replay.clone() else {
        check_unused(typed)?;
        return Ok(None);
    };
    if !cli.command.is_empty() {
        bail!(
            "--replay shares a recording in the place of a command; leave COMMAND or --replay out"
        );
    }
    let others = [
        (
            cli.permit_write,
            "--permit-write",
            "a recording takes no input",
        ),
        (
            cli.sessions.lines.lines,
            "--lines",
            "a recording is a terminal's",
        ),
        (
            cli.sessions.mode != ModeOption::Shared,
            "--mode",
            "everybody sees the same moment of a recording",
        ),
        (
            cli.size.policy != SizePolicy::Writers,
            "--size",
            "a recording says itself what size it has",
        ),
        (
            cli.record.record.is_some(),
            "--record",
            "it is a recording already",
        ),
        (
            is_confined(&cli.sandbox),
            "--allow-exec and its like",
            "a recording runs no command",
        ),
        (cli.cwd.is_some(), "--cwd", "a recording runs no command"),
        (!cli.env.is_empty(), "--env", "a recording runs no command"),
    ];
    if let Some((_, option, why)) = others.into_iter().find(|(is_given, ..)| *is_given) {
        bail!("{option} can't go with --replay: {why}; leave one of them out");
    }
    Ok(Some(ReplayPlan {
        file,
        manner: manner(typed),
    }))
}

/// Whether a command is to be held to something.
fn is_confined(typed: &SandboxArgs) -> bool {
    let paths = [&typed.allow_exec, &typed.allow_read, &typed.allow_write];
    typed.no_net || paths.iter().any(|paths| !paths.is_empty())
}

/// Who may see recordings.
pub(super) fn audience(cli: &Cli) -> anyhow::Result<Audience> {
    match (cli.replay.recordings_public, &cli.record.record) {
        (false, _) => Ok(Audience::Writers),
        (true, Some(_)) => Ok(Audience::Everybody),
        (true, None) => {
            bail!("--recordings-public means nothing without --record; give that as well")
        }
    }
}

fn check_unused(typed: &ReplayArgs) -> anyhow::Result<()> {
    let options = [
        (typed.speed != 1.0, "--speed"),
        (typed.idle_limit.is_some(), "--idle-limit"),
        (typed.endless, "--loop"),
    ];
    match options.into_iter().find(|(is_given, _)| *is_given) {
        Some((_, option)) => bail!("{option} means nothing without --replay; give that as well"),
        None => Ok(()),
    }
}

fn manner(typed: &ReplayArgs) -> Manner {
    Manner {
        speed: typed.speed,
        idle: match typed.idle_limit {
            None => Idle::AsRecorded,
            Some(0.0) => Idle::Kept,
            Some(seconds) => Idle::Cut(Duration::from_secs_f64(seconds)),
        },
        rounds: match typed.endless {
            true => Rounds::Endless,
            false => Rounds::One,
        },
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::config::Config;

    use super::*;

    fn resolve(words: &[&str]) -> anyhow::Result<Option<ReplayPlan>> {
        let cli = Cli::parse_from([&["webterm"], words].concat());
        Config::resolve(cli).map(|config| config.replay)
    }

    #[test]
    fn a_recording_is_played_once_as_it_was_recorded_unless_it_is_said_otherwise() {
        assert_eq!(resolve(&["cat"]).unwrap(), None);
        let manner = |words: &[&str]| {
            let words = [&["--replay", "a.cast"], words].concat();
            let plan = resolve(&words).unwrap().unwrap();
            assert_eq!(plan.file, PathBuf::from("a.cast"));
            plan.manner
        };
        let plain = Manner {
            speed: 1.0,
            idle: Idle::AsRecorded,
            rounds: Rounds::One,
        };
        assert_eq!(manner(&[]), plain);
        let all = Manner {
            speed: 2.5,
            idle: Idle::Cut(Duration::from_millis(500)),
            rounds: Rounds::Endless,
        };
        let words = ["--speed", "2.5", "--idle-limit", "0.5", "--loop"];
        assert_eq!(manner(&words), all);
        assert_eq!(manner(&["--idle-limit", "0"]).idle, Idle::Kept);
    }

    #[test]
    fn what_a_recording_has_no_use_for_is_refused() {
        for (words, part) in [
            (&["--replay", "a", "cat"][..], "COMMAND"),
            (&["--replay", "a", "-w"], "--permit-write"),
            (&["--replay", "a", "--lines"], "--lines"),
            (&["--replay", "a", "--mode", "per-viewer"], "--mode"),
            (&["--replay", "a", "--size", "80x24"], "--size"),
            (&["--replay", "a", "--size", "viewers"], "--size"),
            (&["--replay", "a", "--record", "d"], "--record"),
            (&["--replay", "a", "--cwd", "/"], "--cwd"),
            (&["--replay", "a", "--env", "A=1"], "--env"),
            (&["--replay", "a", "--no-net"], "--allow-exec"),
            (&["--replay", "a", "--allow-read", "/"], "--allow-exec"),
            (&["--speed", "2"], "--replay"),
            (&["--idle-limit", "2"], "--replay"),
            (&["--loop", "cat"], "--replay"),
        ] {
            let error = resolve(words).unwrap_err().to_string();
            assert!(error.contains(part), "{words:?}: {error}");
        }
        assert!(resolve(&["--replay", "a", "--mode", "shared", "--size", "auto"]).is_ok());
    }
}
