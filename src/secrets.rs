//! Passwords that come with the command line: asking for one, and wiping what others could see. It
//! knows nothing of who they let in.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// The fields of `/proc/self/stat` that tell where the arguments lie in memory, counted from the one
/// after the program's name (proc_pid_stat(5): arg_start, arg_end).
const ARGUMENTS: (usize, usize) = (45, 46);

/// The same of the environment (env_start, env_end).
const ENVIRONMENT: (usize, usize) = (47, 48);

/// The variables whose values are wiped.
const VARIABLES: [&[u8]; 3] = [
    b"WEBTERM_CREDENTIAL=",
    b"WEBTERM_WRITE_CREDENTIAL=",
    b"WEBTERM_VIEW_CREDENTIAL=",
];

/// The most bytes of arguments, or of variables, that are looked through.
const MAX_ARGUMENTS: usize = 8 * 1024 * 1024;

/// Where a secret could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// Nowhere that others can see.
    None,
    /// In the list of processes, until it was wiped.
    Wiped,
    /// In the list of processes; it could not be wiped.
    Visible,
}

/// Asks for a password on the terminal.
pub fn ask(user: &str) -> io::Result<SecretString> {
    rpassword::prompt_password(format!("webterm: password for {user}: ")).map(Into::into)
}

/// Wipes the passwords of these `user:password` texts from what others can see of this process, and
/// those in variables from what the program can see of it: `cat /proc/$PPID/environ` is all that
/// takes. The values were copied before.
pub fn hide(logins: &[&SecretString]) -> Exposure {
    // Where it can't be done, the system does not show them there, or only to who could read our
    // memory as well.
    let _ = wipe_variables();
    let shown = |login: &&SecretString| is_shown(login.expose_secret(), std::env::args_os());
    let is_argument = logins.iter().any(shown);
    match is_argument.then(|| wipe(logins)) {
        None => Exposure::None,
        Some(Ok(())) => Exposure::Wiped,
        Some(Err(_)) => Exposure::Visible,
    }
}

/// Whether a password is among these arguments. A user without one, who is asked for it, shows none.
fn is_shown(login: &str, mut args: impl Iterator<Item = OsString>) -> bool {
    login.contains(':') && args.any(|arg| contains(arg.as_encoded_bytes(), login))
}

fn contains(text: &[u8], part: &str) -> bool {
    let part = part.as_bytes();
    !part.is_empty() && text.windows(part.len()).any(|window| window == part)
}

/// Overwrites the passwords in this process' memory, where the kernel reads what it shows of the
/// arguments. They were all copied before.
fn wipe(logins: &[&SecretString]) -> io::Result<()> {
    let memory = memory()?;
    let (start, area) = area(&memory, ARGUMENTS)?;
    for login in logins {
        let login = login.expose_secret();
        // There is nothing to wipe in what is empty, and it is everywhere.
        if login.is_empty() {
            continue;
        }
        let kept = login.find(':').map_or(login.len(), |colon| colon + 1);
        wipe_all(&memory, start, &area, login.as_bytes(), kept)?;
    }
    Ok(())
}

/// Overwrites all but the first `kept` bytes of each `text` in an `area` of memory that begins at
/// `start`.
fn wipe_all(memory: &File, start: u64, area: &[u8], text: &[u8], kept: usize) -> io::Result<()> {
    let blank: Vec<u8> = (0..text.len().saturating_sub(kept))
        .map(|index| if index == 0 { b'*' } else { 0 })
        .collect();
    let places = area.windows(text.len()).enumerate();
    for (index, _) in places.filter(|(_, window)| *window == text) {
        memory.write_all_at(&blank, start + (index + kept) as u64)?;
    }
    Ok(())
}

fn wipe_variables() -> io::Result<()> {
    let memory = memory()?;
    let (start, area) = area(&memory, ENVIRONMENT)?;
    let mut at = start;
    for entry in area.split(|byte| *byte == 0) {
        for name in VARIABLES.iter().filter(|name| entry.starts_with(name)) {
            wipe_all(&memory, at, entry, entry, name.len())?;
        }
        at += entry.len() as u64 + 1;
    }
    Ok(())
}

fn memory() -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).open("/proc/self/mem")
}

/// What lies between these two places, and where that begins.
fn area(memory: &File, fields: (usize, usize)) -> io::Result<(u64, Zeroizing<Vec<u8>>)> {
    let (start, end) = bounds(fields)?;
    let length = usize::try_from(end.saturating_sub(start)).unwrap_or(MAX_ARGUMENTS);
    let mut area = Zeroizing::new(vec![0; length.min(MAX_ARGUMENTS)]);
    memory.read_exact_at(&mut area, start)?;
    Ok((start, area))
}

/// Two places in memory that `/proc/self/stat` tells of.
fn bounds((start, end): (usize, usize)) -> io::Result<(u64, u64)> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<_> = stat
        .rsplit_once(") ")
        .map(|(_, fields)| fields.split_whitespace().collect())
        .unwrap_or_default();
    let field = |index: usize| fields.get(index)?.parse::<u64>().ok();
    field(start)
        .zip(field(end))
        .filter(|(start, _)| *start != 0)
        .ok_or_else(|| io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r14_a_password_is_shown_where_it_is_an_argument_and_a_user_alone_shows_none() {
        let args = |texts: &[&str]| {
            let args: Vec<OsString> = texts.iter().map(Into::into).collect();
            args.into_iter()
        };
        assert!(is_shown("alice:secret", args(&["-c", "alice:secret"])));
        assert!(is_shown(
            "alice:secret",
            args(&["--credential=alice:secret"])
        ));
        assert!(
            !is_shown("alice:secret", args(&["-w", "bash"])),
            "a variable"
        );
        assert!(!is_shown("alice", args(&["-c", "alice"])), "asked for");
    }
}
