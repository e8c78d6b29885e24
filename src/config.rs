//! What was meant by the command line: the one place where it is resolved. Nothing below knows
//! `cli`.

mod audit;
mod lines;
mod order;
mod record;
mod replay;
mod sandbox;
mod watch;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};

use crate::access::{Credential, Hosts, Link, Links, Login, Rules, check_password};
use crate::audit::{Audit, AuditOptions};
use crate::cli::{Cli, LimitOptions, ModeOption, SessionArgs, ThemeOption, TlsArgs};
use crate::directories;
use crate::process::{Allowed, Program};
use crate::recorder::RecorderOptions;
use crate::registry::{Mode, Plan};
use crate::right::Right;
use crate::screen::{DARK, LIGHT};
use crate::secrets::{self, Exposure};
use crate::server::{Audience, Limits, LinesPlan, Watchers};
use crate::session::SessionOptions;
use crate::size::TermSize;
use crate::tls::{Identity, TlsOptions};
use crate::visible::visible;

pub use audit::Examination;
pub use order::{Order, Task};
pub use replay::ReplayPlan;

/// What webterm is to do.
#[derive(Debug, Clone)]
pub struct Config {
    /// The program to share.
    pub program: Program,
    /// What it may do to the machine.
    pub allowed: Allowed,
    /// Who is let in, and to what.
    pub rules: Rules,
    /// Whether everyone may type from beyond this machine.
    pub openness: Openness,
    /// Where passwords of the command line could be seen.
    pub exposure: Exposure,
    /// A session's size and memory.
    pub session: SessionOptions,
    /// Which sessions there are to be.
    pub plan: Plan,
    /// How programs talk in lines, if they do that in the place of sessions.
    pub lines: Option<LinesPlan>,
    /// What is recorded, if anything is.
    pub recorder: Option<RecorderOptions>,
    /// Whether those who watch are shown to others.
    pub watchers: Watchers,
    /// Who may see recordings.
    pub audience: Audience,
    /// The recording to share in the place of the program, if one is.
    pub replay: Option<ReplayPlan>,
    /// The address to listen on.
    pub address: String,
    /// The port to listen on; 0 for a free one.
    pub port: u16,
    /// Bounds on what clients may keep busy.
    pub limits: Limits,
    /// How connections are encrypted, if they are.
    pub tls: Option<TlsOptions>,
    /// What log is kept of who did what, if one is.
    pub audit: Option<AuditOptions>,
    /// Whether status lines are printed.
    pub talk: Talk,
}

/// Whether status lines are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    /// They are.
    Status,
    /// Only warnings and errors.
    Quiet,
}

impl Talk {
    fn of(cli: &Cli) -> Self {
        match cli.quiet {
            true => Self::Quiet,
            false => Self::Status,
        }
    }
}

/// Whether what is open to everyone may be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// Not where it can't be meant.
    Safe,
    /// The user said so.
    Insecure,
}

impl Config {
    /// Resolves the command line; what it leaves open comes from the environment: the shell from
    /// `SHELL`, the size from the terminal around, a password from the person at the terminal.
    pub fn resolve(cli: Cli) -> anyhow::Result<Self> {
        let talk = Talk::of(&cli);
        let exposure = hide_passwords(&cli);
        let rules = rules(&cli)?;
        let plan = plan(&cli.sessions);
        if plan.mode == Mode::Named && rules.right == Right::View {
            bail!(
                "--mode named lets viewers open terminals, but only those who may type; give --permit-write as well"
            );
        }
        let replay = replay::plan(&cli)?;
        let audience = replay::audience(&cli)?;
        let lines = lines::plan(&cli.sessions.lines, plan)?;
        if lines.is_some() {
            record::refuse_with_lines(&cli.record)?;
        }
        let watchers = watch::watchers(&cli)?;
        let audit = audit::options(cli.audit.clone())?;
        let mut words = cli.command.into_iter();
        let name = words
            .next()
            .unwrap_or_else(|| shell(std::env::var_os("SHELL")));
        let program = Program {
            name,
            args: words.collect(),
            term: cli.term,
            cwd: cli.cwd,
            env: cli
                .env
                .into_iter()
                .map(|(k, v)| (k.into(), v.into()))
                .collect(),
            sandbox: None,
        };
        Ok(Self {
            recorder: record::recorder(cli.record, &program, audit.as_ref()),
            program,
            allowed: sandbox::allowed(cli.sandbox),
            rules,
            openness: match cli.access.insecure {
                true => Openness::Insecure,
                false => Openness::Safe,
            },
            exposure,
            session: SessionOptions {
                size: cli
                    .size
                    .size
                    .or_else(terminal_around)
                    .unwrap_or(TermSize::DEFAULT),
                policy: cli.size.policy,
                buffer: cli.buffer,
                scrollback: cli.scrollback,
                theme: match cli.theme {
                    ThemeOption::Dark => DARK,
                    ThemeOption::Light => LIGHT,
                },
                resizes: cli.limits.max_resizes,
                audit: Audit::none(),
            },
            plan,
            lines,
            watchers,
            replay,
            audience,
            address: cli.address,
            port: cli.port,
            limits: limits(&cli.limits),
            tls: tls(cli.tls),
            audit,
            talk,
        })
    }

    /// The command as a person would type it; of a recording, its file.
    pub fn command_line(&self) -> String {
        match &self.replay {
            Some(replay) => quoted(&replay.file.to_string_lossy()),
            None => command_line(&self.program),
        }
    }
}

fn command_line(program: &Program) -> String {
    let words = std::iter::once(&program.name).chain(&program.args);
    words
        .map(|word| quoted(&word.to_string_lossy()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Where users and passwords may be typed: the option, what was, and what such a user may do at most.
fn logins(cli: &Cli) -> [(&'static str, &[SecretString], Right); 3] {
    let typed = &cli.access;
    [
        ("--credential", &typed.credential, Right::Write),
        ("--write-credential", &typed.write_credential, Right::Write),
        ("--view-credential", &typed.view_credential, Right::View),
    ]
}

fn hide_passwords(cli: &Cli) -> Exposure {
    let typed = logins(cli).into_iter().flat_map(|(_, texts, _)| texts);
    secrets::hide(&typed.collect::<Vec<_>>())
}

/// Who is let in.
fn rules(cli: &Cli) -> anyhow::Result<Rules> {
    let right = match cli.permit_write {
        true => Right::Write,
        false => Right::View,
    };
    if right == Right::View && !cli.access.write_credential.is_empty() {
        bail!("--write-credential lets nobody type without --permit-write; give that as well");
    }
    let credentials = credentials(cli)?;
    let users = credentials.iter().map(|credential| &*credential.user);
    Ok(Rules {
        watchers: watch::users(cli, users)?,
        right,
        hosts: Hosts::new(names(cli)),
        origins: cli.access.ws_origin.clone(),
        links: links(cli, right),
        credentials,
        credential_file: cli.access.credential_file.clone(),
    })
}

/// The names that this server goes by.
fn names(cli: &Cli) -> Vec<String> {
    let system = rustix::system::uname();
    let own = system.nodename().to_string_lossy().into_owned();
    // As multicast DNS has it (RFC 6762).
    let local = format!("{own}.local");
    let given = cli.allow_host.iter().chain([&cli.address]).cloned();
    given.chain([own, local]).collect()
}

fn links(cli: &Cli, right: Right) -> Links {
    if !cli.access.random_url && !cli.access.view_url && !cli.watch.watch_url {
        return Links::Open;
    }
    let rights = match right {
        Right::Write => vec![Right::Write, Right::View],
        Right::View => vec![Right::View],
    };
    let length = cli.access.random_url_length;
    let link = |right| Link::random(length, right);
    let watch = cli.watch.watch_url.then(|| Link::to_watch(length));
    Links::Secret(rights.into_iter().map(link).chain(watch).collect())
}

fn credentials(cli: &Cli) -> anyhow::Result<Vec<Credential>> {
    let mut credentials: Vec<Credential> = Vec::new();
    for (option, texts, right) in logins(cli) {
        for text in texts {
            let credential = credential(text, right).context(option)?;
            if credentials
                .iter()
                .any(|known| known.user == credential.user)
            {
                bail!(
                    "{option}: the user {:?} has a password already",
                    credential.user
                );
            }
            credentials.push(credential);
        }
    }
    Ok(credentials)
}

fn credential(text: &SecretString, right: Right) -> anyhow::Result<Credential> {
    let login: Login = text.expose_secret().parse()?;
    let password = match login.password {
        Some(password) => password,
        None => asked(&login.user)?,
    };
    Ok(Credential {
        user: login.user,
        password,
        right,
    })
}

fn asked(user: &str) -> anyhow::Result<SecretString> {
    let password = secrets::ask(user).with_context(|| {
        format!(
            "there is no terminal to ask for the password of {user:?} on; \
             write USER:PASSWORD into WEBTERM_CREDENTIAL, or use --credential-file"
        )
    })?;
    check_password(password.expose_secret())?;
    Ok(password)
}

/// Which sessions there are to be.
fn plan(typed: &SessionArgs) -> Plan {
    Plan {
        mode: match typed.mode {
            ModeOption::Shared => Mode::Shared,
            ModeOption::PerViewer => Mode::PerViewer,
            ModeOption::Named => Mode::Named,
        },
        most: typed.max_sessions,
        idle: (typed.idle_timeout > 0).then(|| Duration::from_secs(typed.idle_timeout)),
        grace: Duration::from_secs(typed.grace),
    }
}

/// The bounds as they are meant; what has no option is as it is by default.
fn limits(options: &LimitOptions) -> Limits {
    Limits {
        message: options.max_message.0,
        frames: options.max_frames,
        input: options.max_input.0,
        viewers: options.max_viewers,
        connections: options.max_connections,
        per_address: options.max_per_address,
        head: options.max_header.0,
        header: Duration::from_secs(options.header_timeout),
        handshake: Duration::from_secs(options.handshake_timeout),
        login: Duration::from_secs(options.login_timeout),
        ..Limits::default()
    }
}

/// What is wanted of TLS; each of the files implies it.
fn tls(typed: TlsArgs) -> Option<TlsOptions> {
    let files = typed.tls_crt.zip(typed.tls_key);
    if !typed.tls && files.is_none() && typed.tls_ca_crt.is_none() {
        return None;
    }
    let identity = match files {
        Some((certificate, key)) => Identity::Files { certificate, key },
        None => Identity::Own {
            state: directories::state(|variable| std::env::var_os(variable)),
        },
    };
    Some(TlsOptions {
        identity,
        clients: typed.tls_ca_crt,
    })
}

fn shell(variable: Option<OsString>) -> OsString {
    let named = variable.filter(|shell| Path::new(shell).is_absolute());
    named.unwrap_or_else(|| PathBuf::from("/bin/sh").into())
}

/// The size of the terminal that webterm is started in, if it is started in one.
fn terminal_around() -> Option<TermSize> {
    let of = |size: rustix::termios::Winsize| TermSize::new(size.ws_col, size.ws_row);
    [
        rustix::termios::tcgetwinsize(io::stderr()),
        rustix::termios::tcgetwinsize(io::stdout()),
        rustix::termios::tcgetwinsize(io::stdin()),
    ]
    .into_iter()
    .find_map(|size| of(size.ok()?))
}

/// A word as a shell would need it, with deceptive characters spelled out.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", visible(word).replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::session::SizePolicy;

    use super::*;

    fn resolve(words: &[&str]) -> Config {
        Config::resolve(Cli::parse_from([&["webterm"], words].concat())).unwrap()
    }

    #[test]
    fn nobody_may_type_unless_permitted() {
        assert_eq!(resolve(&["bash"]).rules.right, Right::View);
        assert_eq!(resolve(&["-w", "bash"]).rules.right, Right::Write);
    }

    #[test]
    fn named_terminals_need_somebody_who_may_open_them() {
        let named = Cli::parse_from(["webterm", "--mode", "named", "cat"]);
        let error = Config::resolve(named).unwrap_err().to_string();
        assert!(error.contains("--permit-write"), "{error}");
        let plan = resolve(&["-w", "--mode", "named", "--idle-timeout", "0", "cat"]).plan;
        assert_eq!((plan.mode, plan.idle), (Mode::Named, None));
    }

    #[test]
    fn one_terminal_is_shared_unless_it_is_said_otherwise() {
        let plan = resolve(&["cat"]).plan;
        let expected = Plan {
            mode: Mode::Shared,
            most: 100,
            idle: Some(Duration::from_secs(300)),
            grace: Duration::from_secs(60),
        };
        assert_eq!(plan, expected);
        let own = resolve(&["--mode", "per-viewer", "--grace", "0", "cat"]).plan;
        assert_eq!((own.mode, own.grace), (Mode::PerViewer, Duration::ZERO));
    }

    #[test]
    fn each_file_implies_tls() {
        assert_eq!(resolve(&["cat"]).tls, None);
        let wanted = |words: &[&str]| resolve(words).tls.unwrap();
        assert!(matches!(wanted(&["-t"]).identity, Identity::Own { .. }));
        let asked = wanted(&["--tls-ca-crt", "ca.pem"]);
        assert!(matches!(asked.identity, Identity::Own { .. }));
        assert_eq!(asked.clients, Some("ca.pem".into()));
        let given = wanted(&["--tls-crt", "a.pem", "--tls-key", "b.pem"]);
        let (certificate, key) = ("a.pem".into(), "b.pem".into());
        assert_eq!(given.identity, Identity::Files { certificate, key });
        assert_eq!(given.clients, None);
    }

    #[test]
    fn without_a_command_it_is_the_shell() {
        assert_eq!(shell(Some("/bin/zsh".into())), "/bin/zsh");
        assert_eq!(shell(Some("".into())), "/bin/sh");
        assert_eq!(shell(None), "/bin/sh");
    }

    #[test]
    fn limits_are_the_servers_own_unless_they_are_given() {
        let (typed, default) = (resolve(&[]).limits, Limits::default());
        assert_eq!(format!("{typed:?}"), format!("{default:?}"));
        assert_eq!(resolve(&[]).session.resizes, SessionOptions::RESIZES);
        let words = "--max-message 64K --max-frames 100 --max-input 1M --max-viewers 1 \
                     --max-connections 2 --max-per-address 3 --max-header 8K --header-timeout 4 \
                     --login-timeout 5 --handshake-timeout 6";
        let given = resolve(
            &words
                .split(' ')
                .filter(|w| !w.is_empty())
                .collect::<Vec<_>>(),
        )
        .limits;
        assert_eq!(
            (given.message, given.frames, given.input),
            (65536, 100, 1 << 20)
        );
        assert_eq!(
            (given.viewers, given.connections, given.per_address),
            (1, 2, 3)
        );
        assert_eq!(
            (given.head, given.header.as_secs(), given.login.as_secs()),
            (8192, 4, 5)
        );
        assert_eq!(given.handshake.as_secs(), 6);
    }

    #[test]
    fn a_fixed_size_is_begun_with_and_kept() {
        let session = resolve(&["--size", "100x30"]).session;
        assert_eq!(session.policy, SizePolicy::Fixed);
        assert_eq!(session.size, TermSize::new(100, 30).unwrap());
    }

    #[test]
    fn the_command_is_shown_as_it_would_be_typed() {
        let config = resolve(&["sh", "-c", "echo 'a b'\n"]);
        assert_eq!(config.command_line(), r"sh -c 'echo '\''a b'\''\n'");
        assert_eq!(resolve(&["htop", "-d", "5"]).command_line(), "htop -d 5");
    }
}
