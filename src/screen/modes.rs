//! The modes that a program switches. They know neither the sequences nor what the modes act on.

/// What the mouse reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Mouse {
    /// Nothing.
    #[default]
    Off,
    /// Presses only (mode 9).
    X10,
    /// Presses and releases (mode 1000).
    Buttons,
    /// Movements with a button held as well (mode 1002).
    Drag,
    /// All movements (mode 1003).
    Any,
}

impl Mouse {
    /// The private mode that selects it, 0 for none.
    pub(crate) fn mode(self) -> u16 {
        match self {
            Self::Off => 0,
            Self::X10 => 9,
            Self::Buttons => 1000,
            Self::Drag => 1002,
            Self::Any => 1003,
        }
    }
}

/// How the mouse's reports are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MouseEncoding {
    /// Three bytes.
    #[default]
    Bytes,
    /// Numbers of cells (mode 1006).
    Sgr,
    /// Numbers of pixels (mode 1016).
    SgrPixels,
}

impl MouseEncoding {
    /// The private mode that selects it, 0 for none.
    pub(crate) fn mode(self) -> u16 {
        match self {
            Self::Bytes => 0,
            Self::Sgr => 1006,
            Self::SgrPixels => 1016,
        }
    }
}

/// The cursor's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Block,
    Underline,
    Bar,
}

/// All modes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Modes {
    /// Printing pushes the rest of the line to the right (IRM).
    pub(crate) insert: bool,
    /// A line feed returns the carriage as well (LNM).
    pub(crate) newline: bool,
    /// Cursor keys send application sequences (DECCKM).
    pub(crate) app_cursor: bool,
    /// The keypad sends application sequences (DECNKM).
    pub(crate) app_keypad: bool,
    /// Rows count from the top margin, and the cursor stays between the margins (DECOM).
    pub(crate) origin: bool,
    /// Printing past the right margin goes on in the next line (DECAWM).
    pub(crate) wrap: bool,
    /// A backspace at the left margin goes back to the line above.
    pub(crate) reverse_wrap: bool,
    pub(crate) bracketed_paste: bool,
    pub(crate) focus_reports: bool,
    /// What is printed shows only when this ends (mode 2026).
    pub(crate) synchronized: bool,
    pub(crate) mouse: Mouse,
    pub(crate) mouse_encoding: MouseEncoding,
    pub(crate) cursor_hidden: bool,
    /// The cursor blinks where its style doesn't say (mode 12).
    pub(crate) cursor_blink: bool,
    /// The shape that DECSCUSR chose.
    pub(crate) shape: Option<Shape>,
    /// Whether DECSCUSR chose a blinking cursor.
    pub(crate) shape_blinks: Option<bool>,
}

impl Modes {
    pub(crate) fn new() -> Self {
        Self {
            insert: false,
            newline: false,
            app_cursor: false,
            app_keypad: false,
            origin: false,
            wrap: true,
            reverse_wrap: false,
            bracketed_paste: false,
            focus_reports: false,
            synchronized: false,
            mouse: Mouse::Off,
            mouse_encoding: MouseEncoding::Bytes,
            cursor_hidden: false,
            cursor_blink: false,
            shape: None,
            shape_blinks: None,
        }
    }

    /// What DECSTR sets back: everything but the mouse, the newline mode and the blinking.
    pub(crate) fn soft_reset(&mut self) {
        *self = Self {
            mouse: self.mouse,
            mouse_encoding: self.mouse_encoding,
            newline: self.newline,
            cursor_blink: self.cursor_blink,
            ..Self::new()
        };
    }

    /// What RIS sets back, which in xterm.js leaves newline mode, blinking and hidden cursor as
    /// they are.
    pub(crate) fn full_reset(&mut self) {
        *self = Self {
            newline: self.newline,
            cursor_blink: self.cursor_blink,
            cursor_hidden: self.cursor_hidden,
            ..Self::new()
        };
    }
}
