//! The users, and whether a password is a user's. It knows nothing of requests, nor how often
//! somebody tried.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::{ExposeSecret, SecretString};

use crate::right::Right;
use crate::source::Source;

use super::credential::{Credential, MAX_PASSWORD};
use super::credential_file::{self, BadFile, Entry};
use super::secret::{Seal, Sealer};
use super::turns::Turns;

/// A user who proved who he is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    pub(super) name: Arc<str>,
    /// What he may do at most.
    pub(super) right: Right,
    /// Stands for the proof he gave: another one once his password is changed.
    pub(super) mark: Mark,
}

/// What came of a look for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// This one.
    User(User),
    /// There is none with this password.
    Nobody,
    /// Too many others are looked for.
    Busy,
}

/// The first bytes of the seal of a user's proof.
pub(super) type Mark = [u8; 8];

#[derive(Debug)]
struct Known {
    seal: Seal,
    user: User,
}

/// All users.
#[derive(Debug)]
pub(super) struct Book {
    sealer: Sealer,
    /// Whose passwords were given plainly.
    known: Vec<Known>,
    file: Option<HashFile>,
}

#[derive(Debug)]
struct HashFile {
    path: PathBuf,
    entries: RwLock<Arc<[Entry]>>,
    turns: Turns,
}

impl HashFile {
    fn entries(&self) -> Arc<[Entry]> {
        let entries = self.entries.read();
        Arc::clone(&entries.unwrap_or_else(PoisonError::into_inner))
    }
}

impl Book {
    /// The users of `credentials` and of the file at `path`.
    pub(super) fn new(credentials: &[Credential], path: Option<PathBuf>) -> Result<Self, BadFile> {
        let sealer = Sealer::new();
        let known = credentials.iter().map(|given| {
            let seal = sealer.seal(&proof(&given.user, given.password.expose_secret()));
            let mark = mark(&seal);
            let name = given.user.as_str().into();
            let right = given.right;
            let user = User { name, right, mark };
            Known { seal, user }
        });
        let known: Vec<Known> = known.collect();
        let file = path.map(|path| HashFile::open(path, &names(&known)));
        Ok(Self {
            known,
            file: file.transpose()?,
            sealer,
        })
    }

    /// Whether there are users at all.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty() && self.file.is_none()
    }

    /// The user whose password this is, for somebody at `source`. It takes as long for a user who
    /// isn't there as for one who is.
    pub(super) async fn check(&self, user: &str, password: &SecretString, source: Source) -> Found {
        if password.expose_secret().len() > MAX_PASSWORD {
            return Found::Nobody;
        }
        let proof = proof(user, password.expose_secret());
        let found = self.known.iter().fold(None, |found, known| {
            match self.sealer.matches(&proof, known.seal.as_ref()) {
                true => Some(&known.user),
                false => found,
            }
        });
        match (found, &self.file) {
            (Some(user), _) => Found::User(user.clone()),
            (None, Some(file)) => self.check_hash(file, user, password.clone(), source).await,
            (None, None) => Found::Nobody,
        }
    }

    async fn check_hash(
        &self,
        file: &HashFile,
        user: &str,
        password: SecretString,
        source: Source,
    ) -> Found {
        let entries = file.entries();
        let own = entries.iter().position(|entry| entry.user == user);
        // For a user who isn't there somebody else's hash is computed, in vain.
        let computed = own.unwrap_or_else(|| self.stand_in(user, entries.len()));
        let Some(turn) = file.turns.take(source).await else {
            return Found::Busy;
        };
        let checked = Arc::clone(&entries);
        let is_of = tokio::task::spawn_blocking(move || {
            // Held by the computation, which goes on when the one who asked has left.
            let _turn = turn;
            let entry = checked.get(computed);
            entry.is_some_and(|entry| entry.hash.is_of(password.expose_secret()))
        });
        let is_of = is_of.await.unwrap_or(false);
        let entry = own.and_then(|index| entries.get(index)).filter(|_| is_of);
        entry.map_or(Found::Nobody, |entry| Found::User(self.user_of(entry)))
    }

    /// Whose hash, of so many, stands for that of a user who isn't there: for each name always the same
    /// one, and nobody can tell which. Hashes differ in the time that they take: were it the first one
    /// for all, the time would tell of who has another kind that there is such a user.
    fn stand_in(&self, user: &str, count: usize) -> usize {
        let number = u64::from_be_bytes(mark(&self.sealer.seal(user.as_bytes())));
        usize::try_from(number % count.max(1) as u64).unwrap_or_default()
    }

    fn user_of(&self, entry: &Entry) -> User {
        User {
            name: entry.user.as_str().into(),
            right: Right::Write,
            mark: mark(&self.sealer.seal(&proof(&entry.user, entry.hash.text()))),
        }
    }

    /// Whether this user is still there, with the same proof.
    pub(super) fn knows(&self, user: &User) -> bool {
        let entries = self.file.as_ref().map(HashFile::entries);
        let mut of_file = entries.iter().flat_map(|entries| entries.iter());
        self.known.iter().any(|known| known.user == *user)
            || of_file.any(|entry| *entry.user == *user.name && self.user_of(entry) == *user)
    }

    /// Whether there is a file that can be read anew.
    pub(super) fn has_file(&self) -> bool {
        self.file.is_some()
    }

    /// Reads the file anew. Where it is broken, the users stay as they were.
    pub(super) fn reload(&self) -> Result<(), BadFile> {
        if let Some(file) = &self.file {
            let entries = credential_file::read(&file.path, &names(&self.known))?;
            *file.entries.write().unwrap_or_else(PoisonError::into_inner) = entries.into();
        }
        Ok(())
    }
}

impl HashFile {
    /// The file at `path`, where none of the `others` may be.
    fn open(path: PathBuf, others: &[Arc<str>]) -> Result<Self, BadFile> {
        let entries = credential_file::read(&path, others)?;
        Ok(Self {
            path,
            entries: RwLock::new(entries.into()),
            turns: Turns::new(),
        })
    }
}

fn names(known: &[Known]) -> Vec<Arc<str>> {
    let names = known.iter().map(|known| &known.user.name);
    names.cloned().collect()
}

/// A name and a secret as one text that no other pair gives: a name has no colon.
fn proof(user: &str, secret: &str) -> Vec<u8> {
    format!("{user}:{secret}").into_bytes()
}

fn mark(seal: &Seal) -> Mark {
    let mut mark = Mark::default();
    mark.iter_mut()
        .zip(seal.as_ref())
        .for_each(|(to, from)| *to = *from);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(text: &str, right: Right) -> Credential {
        let (user, password) = text.split_once(':').unwrap();
        Credential {
            user: user.to_owned(),
            password: password.into(),
            right,
        }
    }

    #[tokio::test]
    async fn a_user_is_let_in_with_his_own_password_and_right_alone() {
        let given = [
            credential("alice:päss:word", Right::Write),
            credential("bob:other", Right::View),
        ];
        let book = Book::new(&given, None).unwrap();
        let source = Source::of([127, 0, 0, 1].into());
        let user_of = async |user: &str, password: &str| match book
            .check(user, &password.into(), source)
            .await
        {
            Found::User(user) => Some(user),
            Found::Nobody | Found::Busy => None,
        };
        let alice = user_of("alice", "päss:word").await.unwrap();
        assert_eq!((&*alice.name, alice.right), ("alice", Right::Write));
        let bob = user_of("bob", "other").await.unwrap();
        assert_eq!((&*bob.name, bob.right), ("bob", Right::View));
        for (user, password) in [
            ("alice", "other"),
            ("alice", "päss"),
            ("alice", ""),
            ("Alice", "päss:word"),
            ("", "päss:word"),
            ("nobody", "päss:word"),
        ] {
            assert_eq!(user_of(user, password).await, None, "{user}");
        }
        assert!(book.knows(&alice) && book.knows(&bob));
        let other = Book::new(&given, None).unwrap();
        assert!(!other.knows(&alice), "another start is another server");
    }

    #[test]
    fn r6_users_who_are_not_there_take_the_time_of_any_user_and_always_of_the_same() {
        let book = Book::new(&[], None).unwrap();
        let names: Vec<String> = (0..200).map(|number| format!("user{number}")).collect();
        let mut taken = [0; 3];
        for name in &names {
            let index = book.stand_in(name, taken.len());
            assert_eq!(book.stand_in(name, taken.len()), index, "{name}");
            taken[index] += 1;
        }
        assert!(taken.iter().all(|&times| times > 20), "{taken:?}");
        assert_eq!(book.stand_in("alone", 1), 0);
    }
}
