//! Which session goes by which name, and who may find it. It knows no time and starts nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::name::SessionName;
use crate::right::Sight;
use crate::session::Session;

/// The most names that a session had before and is still found by.
const MOST_ALIASES: usize = 8;

/// Who may find a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Everybody who is let in.
    Everyone,
    /// Who gave proof to be this user.
    User(Arc<str>),
    /// Whoever knows its name, which nobody guesses.
    Holder,
}

impl Owner {
    /// Who owns what `user` has for himself: where nobody is asked who he is, whoever knows its name.
    pub fn private(user: Option<&Arc<str>>) -> Self {
        user.cloned().map_or(Self::Holder, Self::User)
    }

    /// Whether `user` may have what he knows the name of.
    fn admits(&self, user: Option<&str>) -> bool {
        match self {
            Self::Everyone | Self::Holder => true,
            Self::User(owner) => user == Some(owner),
        }
    }

    /// Whether `user` is told that it is there.
    fn is_shown_to(&self, user: Option<&str>) -> bool {
        *self != Self::Holder && self.admits(user)
    }
}

/// A session, and what somebody who sees it may know.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The session.
    pub session: Session,
    /// Its name; none where to know it is to have a right to the session.
    pub name: Option<SessionName>,
    /// Whether he is told of it: else it is others' own, and not for him to type into.
    pub is_told: bool,
}

/// The number of a room.
pub(super) type Number = u64;

/// A session's room. It is empty while its program is being started.
#[derive(Debug)]
struct Room {
    owner: Owner,
    name: SessionName,
    /// The names it had before, the oldest first.
    aliases: Vec<SessionName>,
    session: Option<Session>,
}

impl Room {
    fn has_ended(&self) -> bool {
        self.session.as_ref().is_some_and(Session::has_ended)
    }
}

/// All rooms, in the order in which they were taken.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    all: BTreeMap<Number, Room>,
    names: HashMap<SessionName, Number>,
    /// Whose programs run, also those that were turned out and are about to end.
    running: HashMap<Number, Session>,
    next: Number,
    pub(super) is_closed: bool,
}

impl Rooms {
    /// Takes a room by this name, if the name is free.
    pub(super) fn reserve(&mut self, name: SessionName, owner: Owner) -> Option<Number> {
        let taken_by = self.names.get(&name).copied();
        match taken_by.and_then(|number| self.all.get(&number)) {
            Some(room) if !room.has_ended() => return None,
            Some(_) | None => taken_by.into_iter().for_each(|number| self.leave(number)),
        }
        let number = self.next;
        self.next += 1;
        self.names.insert(name.clone(), number);
        let room = Room {
            owner,
            name,
            aliases: Vec::new(),
            session: None,
        };
        self.all.insert(number, room);
        Some(number)
    }

    /// Lets a session into the room that was taken for it.
    pub(super) fn fill(&mut self, number: Number, session: Session) {
        if let Some(room) = self.all.get_mut(&number) {
            room.session = Some(session.clone());
        }
        self.running.insert(number, session);
    }

    /// Notes that the program of the session which was let in is gone.
    pub(super) fn ended(&mut self, number: Number) {
        self.running.remove(&number);
    }

    /// Gives a room up, and all its names.
    pub(super) fn leave(&mut self, number: Number) {
        if let Some(room) = self.all.remove(&number) {
            self.names.remove(&room.name);
            for name in &room.aliases {
                self.names.remove(name);
            }
        }
    }

    /// Gives the room of this very session up; whether it had one.
    pub(super) fn turn_out(&mut self, session: &Session) -> bool {
        let number = self.number_of(session);
        number.map(|number| self.leave(number)).is_some()
    }

    /// What `user` finds by this name.
    pub(super) fn find(&self, name: &SessionName, user: Option<&str>) -> Option<Session> {
        let found = self.find_even_ended(name, user);
        found.filter(|session| !session.has_ended())
    }

    /// The same, or what has ended.
    pub(super) fn find_even_ended(
        &self,
        name: &SessionName,
        user: Option<&str>,
    ) -> Option<Session> {
        let room = self.all.get(self.names.get(name)?)?;
        let session = room.session.as_ref();
        session.filter(|_| room.owner.admits(user)).cloned()
    }

    /// What `user` finds by what names its stream.
    pub(super) fn find_stream(&self, stream: &str, user: Option<&str>) -> Option<Session> {
        let admitted = self.all.values().filter(|room| room.owner.admits(user));
        let mut sessions = admitted.filter_map(|room| room.session.as_ref());
        sessions.find(|session| session.stream() == stream).cloned()
    }

    /// All that `user` is told of, the oldest first.
    pub(super) fn list(&self, user: Option<&str>) -> Vec<Session> {
        let living = self.all.values().filter(|room| !room.has_ended());
        let shown = living.filter(|room| room.owner.is_shown_to(user));
        shown.filter_map(|room| room.session.clone()).collect()
    }

    /// All that `user` sees with this sight, the oldest first.
    pub(super) fn seen(&self, user: Option<&str>, sight: Sight) -> Vec<Seen> {
        let living = self.all.values().filter(|room| !room.has_ended());
        let shown = living.filter(|room| sight == Sight::All || room.owner.is_shown_to(user));
        let seen = |room: &Room| {
            Some(Seen {
                session: room.session.clone()?,
                name: (room.owner != Owner::Holder).then(|| room.name.clone()),
                is_told: room.owner.is_shown_to(user),
            })
        };
        shown.filter_map(seen).collect()
    }

    /// Whether `user` is told of this very session.
    pub(super) fn is_told(&self, session: &Session, user: Option<&str>) -> bool {
        let number = self.number_of(session);
        let room = number.and_then(|number| self.all.get(&number));
        room.is_some_and(|room| room.owner.is_shown_to(user))
    }

    /// All whose programs run.
    pub(super) fn running(&self) -> impl Iterator<Item = &Session> {
        self.running.values()
    }

    /// Whether a program is being started by this name.
    pub(super) fn is_starting(&self, name: &SessionName) -> bool {
        let room = self.names.get(name).and_then(|number| self.all.get(number));
        room.is_some_and(|room| room.session.is_none())
    }

    /// Gives a session another name, if that is free; it is still found by those it had before.
    pub(super) fn rename(&mut self, session: &Session, name: SessionName) -> Renamed {
        let Some(number) = self.number_of(session) else {
            return Renamed::Gone;
        };
        if self.names.get(&name).is_some_and(|taken| *taken != number) {
            return Renamed::Taken;
        }
        if let Some(room) = self.all.get_mut(&number) {
            if room.owner == Owner::Holder {
                return Renamed::Secret;
            }
            room.aliases.retain(|alias| *alias != name);
            let before = std::mem::replace(&mut room.name, name.clone());
            if before != name {
                room.aliases.push(before);
            }
            if room.aliases.len() > MOST_ALIASES {
                self.names.remove(&room.aliases.remove(0));
            }
        }
        self.names.insert(name.clone(), number);
        session.rename(name);
        Renamed::Done
    }

    /// The names that a session had before.
    pub(super) fn aliases(&self, session: &Session) -> Vec<SessionName> {
        let room = self
            .number_of(session)
            .and_then(|number| self.all.get(&number));
        room.map(|room| room.aliases.clone()).unwrap_or_default()
    }

    /// The number of the room that this very session is in.
    fn number_of(&self, session: &Session) -> Option<Number> {
        let number = *self.names.get(&session.name())?;
        let there = self.all.get(&number)?.session.as_ref()?;
        (there.stream() == session.stream()).then_some(number)
    }
}

/// What became of a wish for another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renamed {
    Done,
    Taken,
    Secret,
    Gone,
}
