//! The state machine that finds control sequences in a stream of characters, with the states and
//! transitions of xterm.js. It collects what belongs to a sequence and says when one is complete;
//! it does not know what any of them means.

use super::params::Params;

/// What a character led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// Nothing yet, or nothing any more.
    Nothing,
    /// A control character is to be obeyed, also in the middle of a sequence.
    Control(char),
    /// ESC and a final byte.
    Escape(u8),
    /// CSI, parameters and a final byte.
    Csi(u8),
    /// An operating system command is complete.
    Osc,
    /// A device control string is complete, and began with this final byte.
    Dcs(u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ground,
    Escape,
    EscapeIntermediate,
    CsiEntry,
    CsiParam,
    CsiIntermediate,
    CsiIgnore,
    /// SOS, PM, APC: none of them means anything.
    IgnoredString,
    Osc,
    DcsEntry,
    DcsParam,
    DcsIgnore,
    DcsIntermediate,
    /// The data of a device control string that began with this final byte.
    DcsData(u8),
}

/// The most bytes of a string that are kept; more are counted as too long.
pub(crate) const MOST_STRING: usize = 4096;
/// The most bytes of a sequence that are kept verbatim; a longer one is written anew from its
/// parameters.
const MOST_RAW: usize = 256;

/// The state, and what the current sequence has brought so far.
#[derive(Debug, Clone)]
pub(crate) struct Parser {
    state: State,
    pub(crate) params: Params,
    /// `<`, `=`, `>` or `?` at the start of the parameters, else 0.
    pub(crate) prefix: u8,
    /// The byte between parameters and final byte, else 0; 0xFF stands for several.
    pub(crate) intermediate: u8,
    /// The sequence as it came, controls within it left out.
    raw: String,
    /// The data of an operating system command or a device control string.
    pub(crate) string: String,
    /// Whether the string was longer than what is kept.
    pub(crate) string_cut: bool,
}

impl Parser {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Ground,
            params: Params::new(),
            prefix: 0,
            intermediate: 0,
            raw: String::new(),
            string: String::new(),
            string_cut: false,
        }
    }

    /// Whether no sequence is under way.
    #[inline]
    pub(crate) fn is_ground(&self) -> bool {
        self.state == State::Ground
    }

    /// Forgets the sequence that is under way.
    pub(crate) fn abort(&mut self) {
        self.state = State::Ground;
    }

    /// The sequence as it came, or `None` where it was too long to keep.
    pub(crate) fn raw(&self) -> Option<&str> {
        (self.raw.len() <= MOST_RAW).then_some(&self.raw)
    }

    /// Starts a sequence after ESC.
    #[inline]
    pub(crate) fn start_escape(&mut self) {
        self.clear("\x1b");
        self.state = State::Escape;
    }

    /// Starts a control sequence whose parameters begin with `prefix`, or 0 for none. Its text
    /// isn't kept.
    #[inline]
    pub(crate) fn start_csi(&mut self, prefix: u8) {
        self.params.clear();
        self.prefix = prefix;
        self.intermediate = 0;
    }

    fn clear(&mut self, raw: &str) {
        self.params.clear();
        self.prefix = 0;
        self.intermediate = 0;
        self.raw.clear();
        self.raw.push_str(raw);
        self.string.clear();
        self.string_cut = false;
    }

    /// Takes a character in the middle of a sequence, or a control outside of one.
    pub(crate) fn advance(&mut self, c: char) -> Event {
        if let Some(event) = self.anywhere(c) {
            return event;
        }
        let byte = u8::try_from(c).ok().filter(|byte| *byte < 0x80);
        match (self.state, byte) {
            (State::Osc, _) => self.osc(c),
            (State::DcsData(_), _) => self.dcs_data(c),
            (State::CsiIgnore | State::DcsIgnore, None) => Event::Nothing,
            // A character beyond ASCII ends all other sequences, and is lost with them.
            (_, None) => self.to(State::Ground),
            (State::Ground, Some(byte)) => Event::Control(char::from(byte)),
            (State::Escape | State::EscapeIntermediate, Some(byte)) => self.escape(byte),
            (
                State::CsiEntry | State::CsiParam | State::CsiIntermediate | State::CsiIgnore,
                Some(byte),
            ) => self.csi(byte),
            (
                State::DcsEntry | State::DcsParam | State::DcsIntermediate | State::DcsIgnore,
                Some(byte),
            ) => self.dcs(byte),
            (State::IgnoredString, Some(_)) => Event::Nothing,
        }
    }

    fn to(&mut self, state: State) -> Event {
        self.state = state;
        Event::Nothing
    }

    /// The controls that mean the same in every state.
    fn anywhere(&mut self, c: char) -> Option<Event> {
        let event = match c {
            '\x18' | '\x1a' => {
                self.state = State::Ground;
                Event::Control(c)
            }
            '\x1b' | '\u{9c}' => return Some(self.terminate(c)),
            '\u{90}' => self.introduce("\x1bP", State::DcsEntry),
            '\u{98}' | '\u{9e}' | '\u{9f}' => self.introduce("", State::IgnoredString),
            '\u{9b}' => self.introduce("\x1b[", State::CsiEntry),
            '\u{9d}' => self.introduce("", State::Osc),
            '\u{80}'..='\u{9a}' => {
                self.state = State::Ground;
                Event::Control(c)
            }
            _ => return None,
        };
        Some(event)
    }

    fn introduce(&mut self, raw: &str, state: State) -> Event {
        self.clear(raw);
        self.to(state)
    }

    /// ESC and ST, which complete a string; after ESC another sequence is under way.
    fn terminate(&mut self, c: char) -> Event {
        let event = match self.state {
            State::Osc => Event::Osc,
            State::DcsData(kind) => Event::Dcs(kind),
            _ => Event::Nothing,
        };
        self.state = if c == '\x1b' {
            State::Escape
        } else {
            State::Ground
        };
        if event == Event::Nothing && c == '\x1b' {
            self.start_escape();
        }
        event
    }

    /// To be called when the string of [`Event::Osc`] or [`Event::Dcs`] has been used: the ESC at
    /// its end may have started another sequence.
    pub(crate) fn string_done(&mut self) {
        if self.state == State::Escape {
            self.start_escape();
        }
    }

    fn escape(&mut self, byte: u8) -> Event {
        match byte {
            0x7f => Event::Nothing,
            0..=0x1f => Event::Control(char::from(byte)),
            0x20..=0x2f => {
                self.collect(byte);
                self.to(State::EscapeIntermediate)
            }
            _ if self.state == State::EscapeIntermediate => {
                self.complete(byte, Event::Escape(byte))
            }
            b'[' => self.continue_as(byte, State::CsiEntry),
            b']' => self.to(State::Osc),
            b'P' => self.continue_as(byte, State::DcsEntry),
            b'X' | b'^' | b'_' => self.to(State::IgnoredString),
            _ => self.complete(byte, Event::Escape(byte)),
        }
    }

    fn continue_as(&mut self, byte: u8, state: State) -> Event {
        self.keep(byte);
        self.to(state)
    }

    fn complete(&mut self, byte: u8, event: Event) -> Event {
        self.keep(byte);
        self.state = State::Ground;
        event
    }

    fn keep(&mut self, byte: u8) {
        if self.raw.len() <= MOST_RAW {
            self.raw.push(char::from(byte));
        }
    }

    fn collect(&mut self, byte: u8) {
        self.keep(byte);
        self.intermediate = if self.intermediate == 0 { byte } else { 0xff };
    }

    fn csi(&mut self, byte: u8) -> Event {
        match (self.state, byte) {
            (_, 0..=0x1f) => Event::Control(char::from(byte)),
            (_, 0x7f) => Event::Nothing,
            (State::CsiIgnore, 0x40..) => self.to(State::Ground),
            (State::CsiIgnore, _) => Event::Nothing,
            (_, 0x40..) => self.complete(byte, Event::Csi(byte)),
            (_, 0x20..=0x2f) => {
                self.collect(byte);
                self.to(State::CsiIntermediate)
            }
            (State::CsiIntermediate, _) => self.to(State::CsiIgnore),
            (State::CsiEntry, 0x3c..) => {
                self.prefix = byte;
                self.continue_as(byte, State::CsiParam)
            }
            (_, 0x3c..) => self.to(State::CsiIgnore),
            _ => {
                self.params.push(byte);
                self.continue_as(byte, State::CsiParam)
            }
        }
    }

    fn dcs(&mut self, byte: u8) -> Event {
        match (self.state, byte) {
            (State::DcsIgnore, _) | (_, 0..=0x1f | 0x7f) => Event::Nothing,
            (_, 0x40..) => self.to(State::DcsData(byte)),
            (_, 0x20..=0x2f) => {
                self.collect(byte);
                self.to(State::DcsIntermediate)
            }
            (State::DcsIntermediate, _) => self.to(State::DcsIgnore),
            (State::DcsEntry, 0x3c..) => {
                self.prefix = byte;
                self.to(State::DcsParam)
            }
            (_, 0x3c..) => self.to(State::DcsIgnore),
            _ => self.to(State::DcsParam),
        }
    }

    fn osc(&mut self, c: char) -> Event {
        match c {
            '\x07' => {
                self.state = State::Ground;
                return Event::Osc;
            }
            '\0'..='\x1f' => {}
            _ => self.keep_string(c),
        }
        Event::Nothing
    }

    fn dcs_data(&mut self, c: char) -> Event {
        if c != '\x7f' {
            self.keep_string(c);
        }
        Event::Nothing
    }

    fn keep_string(&mut self, c: char) {
        if self.string.len() + c.len_utf8() <= MOST_STRING {
            self.string.push(c);
        } else {
            self.string_cut = true;
        }
    }
}
