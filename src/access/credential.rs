//! Users and what proves them: passwords given plainly, and hashes from a file. It knows nothing of
//! how a user presents a password.

use std::fmt;
use std::str::FromStr;

use argon2::password_hash::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};

use crate::right::Right;

/// The longest password that is looked at, in bytes (requirement R33).
pub(super) const MAX_PASSWORD: usize = 1024;

/// The longest user name, in bytes: it is in every cookie.
pub(super) const MAX_USER: usize = 128;

/// The most memory that a hash may ask for, in KiB, and the most work: whoever wrote the file is
/// trusted, but each login costs that much.
const MAX_ARGON2: (u32, u32) = (1024 * 1024, 64);

/// The most work that a bcrypt hash may ask for; each step doubles it.
const MAX_BCRYPT: u32 = 16;

/// A user name, and the password where one was given with it.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user's name.
    pub user: String,
    /// The password; where there is none, it is asked for.
    pub password: Option<SecretString>,
}

/// A user with a password that was given plainly.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The user's name.
    pub user: String,
    /// The password.
    pub password: SecretString,
    /// What the user may do at most.
    pub right: Right,
}

/// Why a user name and password can't be taken. No part of them is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLogin {
    /// Nothing before the colon.
    #[error("the user name is missing: write USER:PASSWORD")]
    NoUser,
    /// Nothing behind the colon.
    #[error("the password is empty: write USER:PASSWORD, or USER alone to be asked for it")]
    NoPassword,
    /// A character that no browser can send.
    #[error("control characters are not possible in a user name or a password")]
    Control,
    /// Too long.
    #[error("a user name has at most {MAX_USER} bytes and a password at most {MAX_PASSWORD}")]
    TooLong,
}

impl FromStr for Login {
    type Err = BadLogin;

    /// Reads `user:password` or `user`. A user name has no colon (RFC 7617, 2); a password may.
    fn from_str(text: &str) -> Result<Self, BadLogin> {
        let (user, password) = match text.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (text, None),
        };
        check_user(user)?;
        if let Some(password) = password {
            check_password(password)?;
        }
        Ok(Self {
            user: user.to_owned(),
            password: password.map(Into::into),
        })
    }
}

/// Whether a user can be called so.
pub(super) fn check_user(user: &str) -> Result<(), BadLogin> {
    match user {
        "" => Err(BadLogin::NoUser),
        _ if user.chars().any(char::is_control) => Err(BadLogin::Control),
        _ if user.len() > MAX_USER => Err(BadLogin::TooLong),
        _ => Ok(()),
    }
}

/// Whether a password can be this one.
pub fn check_password(password: &str) -> Result<(), BadLogin> {
    match password {
        "" => Err(BadLogin::NoPassword),
        _ if password.chars().any(char::is_control) => Err(BadLogin::Control),
        _ if password.len() > MAX_PASSWORD => Err(BadLogin::TooLong),
        _ => Ok(()),
    }
}

/// A password's hash, as `htpasswd -B` and `argon2 -e` write them.
#[derive(Clone)]
pub(super) enum Hash {
    Bcrypt(SecretString),
    Argon2(SecretString),
}

/// Why a hash can't be taken. No part of it is told, for it may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadHash {
    /// Of neither kind.
    #[error("no bcrypt or argon2 hash; make one with: htpasswd -nB USER")]
    Unknown,
    /// Of a kind that we know, but not whole.
    #[error("the hash is damaged; make a new one with: htpasswd -nB USER")]
    Damaged,
    /// It would take too long, or too much memory, at each login.
    #[error(
        "the hash asks for too much work: at most cost {MAX_BCRYPT} for bcrypt, 1 GiB and 64 rounds for argon2"
    )]
    TooCostly,
}

impl FromStr for Hash {
    type Err = BadHash;

    fn from_str(text: &str) -> Result<Self, BadHash> {
        if text.starts_with("$argon2") {
            return check_argon2(text).map(|()| Self::Argon2(text.into()));
        }
        if text.starts_with("$2") {
            let parts = text.parse::<bcrypt::HashParts>();
            let cost = parts.map_err(|_| BadHash::Damaged)?.get_cost();
            return match cost {
                0..=MAX_BCRYPT => Ok(Self::Bcrypt(text.into())),
                _ => Err(BadHash::TooCostly),
            };
        }
        Err(BadHash::Unknown)
    }
}

fn check_argon2(text: &str) -> Result<(), BadHash> {
    let hash = PasswordHash::new(text).map_err(|_| BadHash::Damaged)?;
    let params = argon2::Params::try_from(&hash).map_err(|_| BadHash::Damaged)?;
    let is_whole = hash.salt.is_some() && hash.hash.is_some();
    let (memory, rounds) = MAX_ARGON2;
    match params.m_cost() <= memory && params.t_cost() <= rounds {
        true if is_whole => Ok(()),
        true => Err(BadHash::Damaged),
        false => Err(BadHash::TooCostly),
    }
}

impl Hash {
    /// Whether it is this password's. Takes long, by intent.
    pub(super) fn is_of(&self, password: &str) -> bool {
        match self {
            Self::Bcrypt(hash) => bcrypt::verify(password, hash.expose_secret()).unwrap_or(false),
            Self::Argon2(hash) => PasswordHash::new(hash.expose_secret())
                .and_then(|hash| Argon2::default().verify_password(password.as_bytes(), &hash))
                .is_ok(),
        }
    }

    /// The hash itself.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Bcrypt(hash) | Self::Argon2(hash) => hash.expose_secret(),
        }
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bcrypt(_) => "Bcrypt(…)",
            Self::Argon2(_) => "Argon2(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_user_and_a_password_are_parted_at_the_first_colon() {
        let login: Login = "alice:a:b ü".parse().unwrap();
        assert_eq!(login.user, "alice");
        assert_eq!(login.password.unwrap().expose_secret(), "a:b ü");
        assert!("alice".parse::<Login>().unwrap().password.is_none());
    }

    #[test]
    fn what_no_browser_could_send_is_refused() {
        let long = format!("a:{}", "x".repeat(MAX_PASSWORD + 1));
        for (text, reason) in [
            ("", BadLogin::NoUser),
            (":x", BadLogin::NoUser),
            ("alice:", BadLogin::NoPassword),
            ("al\tice:x", BadLogin::Control),
            ("alice:\u{7f}", BadLogin::Control),
            (long.as_str(), BadLogin::TooLong),
        ] {
            assert_eq!(text.parse::<Login>().unwrap_err(), reason, "{text}");
        }
    }

    // Made with htpasswd -nbB -C 4, and with argon2 -e -id -t 2 -k 256 -p 1, both of "pässword".
    const BCRYPT: &str = "$2y$04$eM9pQ2FI6QB0A.pSFF70/.XAcAZEdT5i9JR37lzzcGfObx3jxbv7.";
    const ARGON2: &str =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$1+qjZRGfsLYayGpcKwk+BWIaznkcl7kdgC91CKZDn/c";

    #[test]
    fn r33_hashes_of_htpasswd_and_argon2_prove_their_password_and_no_other() {
        for text in [BCRYPT, ARGON2] {
            let hash: Hash = text.parse().unwrap();
            assert!(hash.is_of("pässword"), "{text}");
            for other in ["", "password", "pässword ", text] {
                assert!(!hash.is_of(other), "{text}: {other}");
            }
        }
    }

    #[test]
    fn r33_other_hashes_and_ones_that_cost_too_much_are_refused() {
        let costly = ARGON2.replace("m=256", "m=2000000");
        for (text, reason) in [
            ("password", BadHash::Unknown),
            ("$apr1$x$y", BadHash::Unknown),
            ("", BadHash::Unknown),
            ("$2y$05$short", BadHash::Damaged),
            ("$argon2id$v=19$m=256,t=2,p=1$c2FsdA", BadHash::Damaged),
            (&BCRYPT.replace("$04$", "$31$"), BadHash::TooCostly),
            (&costly, BadHash::TooCostly),
        ] {
            assert_eq!(text.parse::<Hash>().unwrap_err(), reason, "{text}");
        }
    }

    #[test]
    fn r49_neither_passwords_nor_hashes_are_in_debug_output() {
        let login: Login = "alice:hunter2".parse().unwrap();
        let hash: Hash = BCRYPT.parse().unwrap();
        let shown = format!("{login:?} {hash:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("$2"),
            "{shown}"
        );
    }

    proptest! {
        #[test]
        fn r41_no_text_panics_the_reader_of_hashes(text in r"(\$2y\$|\$argon2id\$v=19\$m=)?.{0,80}") {
            if let Ok(hash) = text.parse::<Hash>() {
                prop_assert_eq!(hash.text(), text);
            }
        }
    }
}
