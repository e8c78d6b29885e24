//! The options that say what the command may do to the machine, as they are typed. It knows nothing
//! of how that is held.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, ValueHint};

// No doc comment: clap would print it as the description of the whole command.
#[derive(Debug, Args)]
#[expect(missing_docs)]
#[command(next_help_heading = "Sandbox")]
pub struct SandboxArgs {
    /// Let the command execute only this program, or the programs in this directory
    ///
    /// May be given more than once, or hold several paths separated by colons. It goes for COMMAND,
    /// which has to be named itself, and for all that it starts: the kernel (Landlock, from Linux 5.13
    /// on) refuses any other file, wherever it is copied, and set-user-ID programs like sudo gain
    /// nothing. Links are followed; a file that takes the place of the one that was named, as an upgrade
    /// has it, is not allowed until webterm is started again. The loader of a program that has one
    /// (ld.so) is allowed with it; the interpreter of a script has to be named.
    ///
    /// This keeps programs out, not code: an interpreter that is allowed runs any script, a directory
    /// that can be written to can be filled, and the loader runs any program that it can read, if it is
    /// told to (ld.so /usr/bin/id), and lets a library be slipped in (LD_PRELOAD). Where viewers type
    /// into a shell, give --allow-read and --allow-write as well, with nothing in both: what can't be
    /// read, or not be written, can't be loaded so. Nor does it hold a program outside that does it a
    /// favour over a socket (a tmux that runs already, Docker, systemd-run).
    #[arg(
        long,
        env = "WEBTERM_ALLOW_EXEC",
        value_name = "PATH",
        value_delimiter = ':',
        value_hint = ValueHint::AnyPath
    )]
    pub allow_exec: Vec<PathBuf>,

    /// Let the command read only this file, or what is in this directory
    ///
    /// May be given more than once, or hold several paths separated by colons. Besides, what every
    /// program needs may be read: its own terminal, /dev/null and the like, settings in /etc that are
    /// no secrets (the README lists them), and the system's programs: /usr, /bin, /sbin and /lib. With
    /// --allow-exec it is, of those, only the programs that are allowed, the libraries beside their
    /// loader, and /usr/share. Not /proc (which ps and htop need), /tmp, /dev/pts (which tmux needs),
    /// nor any home. That a file is there, its size and its dates are not kept secret.
    #[arg(
        long,
        env = "WEBTERM_ALLOW_READ",
        value_name = "PATH",
        value_delimiter = ':',
        value_hint = ValueHint::AnyPath
    )]
    pub allow_read: Vec<PathBuf>,

    /// Let the command write only to this file, or in this directory
    ///
    /// May be given more than once, or hold several paths separated by colons. Writing is also to
    /// create, remove, rename and truncate. Besides, its own terminal, /dev/null, /dev/zero and /dev/full
    /// may be written to; not /tmp, /dev/shm, nor /dev/ptmx and /dev/pts (which tmux needs). Devices
    /// can't be made, and only controlled (ioctl) where they are named, which takes Linux 6.10; the
    /// option itself takes 6.2. The mode, owner and dates of files can still be changed, as far as the
    /// user may.
    #[arg(
        long,
        env = "WEBTERM_ALLOW_WRITE",
        value_name = "PATH",
        value_delimiter = ':',
        value_hint = ValueHint::AnyPath
    )]
    pub allow_write: Vec<PathBuf>,

    /// Let the command have no network
    ///
    /// Not even 127.0.0.1: its network leads nowhere (a namespace of its own), and the kernel refuses
    /// it TCP (Landlock, from Linux 6.7 on). Sockets that are files can still be connected to, and
    /// whoever listens there may have a network. Unless webterm runs as root, it takes user namespaces,
    /// in which files of other users are shown as nobody's.
    #[arg(
        long,
        env = "WEBTERM_NO_NET",
        value_parser = FalseyValueParser::new(),
        action = ArgAction::SetTrue
    )]
    pub no_net: bool,
}
