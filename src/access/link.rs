//! Secret links: random words that stand first in a page's address. It knows addresses, not who
//! comes by them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};

use crate::right::{Right, Sight};

use super::secret::{Seal, Sealer};

/// What a page's address must begin with.
#[derive(Debug, Clone)]
pub enum Links {
    /// Nothing.
    Open,
    /// One of these words.
    Secret(Vec<Link>),
}

/// A secret word, and what whoever comes by it may do at most.
#[derive(Debug, Clone)]
pub struct Link {
    word: SecretString,
    right: Right,
    sight: Sight,
}

impl Link {
    /// A new word of `length` characters, each of 6 random bits (URL-safe base64).
    pub fn random(length: usize, right: Right) -> Self {
        let mut bytes = vec![0; length];
        rand::rng().fill_bytes(&mut bytes);
        let mut word = URL_SAFE_NO_PAD.encode(bytes);
        word.truncate(length);
        Self {
            word: word.into(),
            right,
            sight: Sight::Told,
        }
    }

    /// A new word of `length` characters for who may look at all sessions, and into none type.
    pub fn to_watch(length: usize) -> Self {
        Self {
            sight: Sight::All,
            ..Self::random(length, Right::View)
        }
    }

    /// What whoever comes by it may do at most.
    pub fn right(&self) -> Right {
        self.right
    }

    /// Which sessions whoever comes by it sees.
    pub fn sight(&self) -> Sight {
        self.sight
    }

    /// The path of the page, from `/` to `/`: for the eyes of the person who shares.
    pub fn path(&self) -> String {
        format!("/{}/", self.word.expose_secret())
    }
}

/// The words in the form in which requests are compared with them.
#[derive(Debug)]
pub(super) enum Doors {
    Open,
    Secret {
        sealer: Sealer,
        doors: Vec<(Seal, Right, Sight)>,
    },
}

/// A way in that a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way<'a> {
    /// What the path begins with and the page's addresses are relative to, without a `/` at its end.
    pub(super) base: &'a str,
    /// The most that this way allows.
    pub(super) right: Right,
    /// Which sessions are seen by this way.
    pub(super) sight: Sight,
}

/// Why a path leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoWay {
    /// There is nothing there.
    Nothing,
    /// The word is right, but no `/` follows, to which the page's addresses would be relative.
    NoSlash,
}

impl Doors {
    pub(super) fn new(links: &Links) -> Self {
        let sealer = Sealer::new();
        match links {
            Links::Open => Self::Open,
            Links::Secret(links) => Self::Secret {
                doors: links
                    .iter()
                    .map(|link| {
                        let word = link.word.expose_secret();
                        (sealer.seal(word.as_bytes()), link.right, link.sight)
                    })
                    .collect(),
                sealer,
            },
        }
    }

    pub(super) fn are_secret(&self) -> bool {
        matches!(self, Self::Secret { .. })
    }

    /// The way in that a path names. Every word is compared, in constant time (requirement R32).
    pub(super) fn enter<'a>(&self, path: &'a str) -> Result<Way<'a>, NoWay> {
        let Self::Secret { sealer, doors } = self else {
            return Ok(Way {
                base: "",
                right: Right::Write,
                sight: Sight::Told,
            });
        };
        let inner = path.strip_prefix('/').ok_or(NoWay::Nothing)?;
        let (word, rest) = match inner.split_once('/') {
            Some((word, rest)) => (word, Some(rest)),
            None => (inner, None),
        };
        let found = doors.iter().fold(None, |found, (seal, right, sight)| {
            match sealer.matches(word.as_bytes(), seal.as_ref()) {
                true => Some((*right, *sight)),
                false => found,
            }
        });
        let (right, sight) = found.ok_or(NoWay::Nothing)?;
        let base = path.get(..=word.len()).unwrap_or(path);
        rest.map(|_| Way { base, right, sight })
            .ok_or(NoWay::NoSlash)
    }
}

impl fmt::Display for Link {
    /// Says what it is for, never the word itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.right, self.sight) {
            (_, Sight::All) => "a link to watch",
            (Right::View, Sight::Told) => "a link that only shows",
            (Right::Write, Sight::Told) => "a link to write",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> (Vec<Link>, Doors) {
        let links = vec![
            Link::random(22, Right::Write),
            Link::random(22, Right::View),
        ];
        let doors = Doors::new(&Links::Secret(links.clone()));
        (links, doors)
    }

    #[test]
    fn r32_a_word_has_as_many_characters_as_asked_for_and_is_another_each_time() {
        let path = |length| Link::random(length, Right::View).path();
        assert_eq!(path(22).len(), 24);
        assert_eq!(path(11).len(), 13);
        assert_ne!(path(22), path(22));
        let word = path(500);
        assert!(
            word.chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c)),
            "{word}"
        );
    }

    #[test]
    fn r32_each_word_leads_in_with_its_own_right() {
        let (links, doors) = two();
        for link in &links {
            let path = format!("{}ws", link.path());
            let way = doors.enter(&path).unwrap();
            assert_eq!(way.right, link.right());
            assert_eq!(format!("{}/", way.base), link.path());
            let bare = link.path().trim_end_matches('/').to_owned();
            assert_eq!(doors.enter(&bare), Err(NoWay::NoSlash));
        }
    }

    #[test]
    fn r32_nothing_else_leads_anywhere() {
        let (links, doors) = two();
        let right = links[0].path();
        let short = &right[..right.len() - 2];
        let other_case = right.to_ascii_lowercase() + "x";
        for path in [
            "",
            "/",
            "//",
            "*",
            "/ws",
            "/static/x",
            short,
            &format!("{short}/"),
            &format!("/{right}"),
            &format!("/.{right}"),
            &other_case,
            &right.replacen('/', "/%2f", 1),
        ] {
            assert_eq!(doors.enter(path), Err(NoWay::Nothing), "{path}");
        }
    }

    #[test]
    fn r49_a_word_is_in_no_debug_output() {
        let link = Link::random(22, Right::Write);
        let word = link.path().replace('/', "");
        let links = Links::Secret(vec![link.clone()]);
        let shown = format!("{link:?} {links:?} {link} {:?}", Doors::new(&links));
        assert!(!shown.contains(&word), "{shown}");
    }
}
