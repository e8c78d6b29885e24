//! Switching modes and buffers, saving and restoring the cursor.

use super::super::modes::{Mouse, MouseEncoding, Shape};
use super::super::store::Link;
use super::Terminal;

impl Terminal {
    /// SM, RM
    pub(crate) fn set_mode(&mut self, mode: i32, on: bool) {
        match mode {
            4 => self.modes.insert = on,
            20 => self.modes.newline = on,
            _ => {}
        }
    }

    /// DECSET, DECRST, for the modes that are no more than a switch.
    pub(crate) fn set_private_mode(&mut self, mode: i32, on: bool) {
        let modes = &mut self.modes;
        match mode {
            1 => modes.app_cursor = on,
            2 if on => self.designate_ascii(),
            6 => {
                modes.origin = on;
                self.go_to(0, 0);
            }
            7 => modes.wrap = on,
            12 => modes.cursor_blink = on,
            25 => modes.cursor_hidden = !on,
            45 => modes.reverse_wrap = on,
            66 => modes.app_keypad = on,
            9 | 1000 | 1002 | 1003 => modes.mouse = if on { mouse(mode) } else { Mouse::Off },
            1004 => modes.focus_reports = on,
            1006 if on => modes.mouse_encoding = MouseEncoding::Sgr,
            1016 if on => modes.mouse_encoding = MouseEncoding::SgrPixels,
            1006 | 1016 => modes.mouse_encoding = MouseEncoding::Bytes,
            2004 => modes.bracketed_paste = on,
            2026 => modes.synchronized = on,
            _ => {}
        }
    }

    fn designate_ascii(&mut self) {
        for level in 0..4 {
            self.charsets
                .designate(level, super::super::charset::Charset::ASCII);
        }
    }

    /// DECRQM: the value of a private mode as DECRPM reports it.
    pub(crate) fn private_mode_report(&self, mode: i32) -> u8 {
        let modes = &self.modes;
        let on = match mode {
            1 => modes.app_cursor,
            6 => modes.origin,
            7 => modes.wrap,
            8 | 1048 => return if mode == 8 { 3 } else { 1 },
            9 | 1000 | 1002 | 1003 => modes.mouse == mouse(mode),
            12 => modes.cursor_blink,
            25 => !modes.cursor_hidden,
            45 => modes.reverse_wrap,
            66 => modes.app_keypad,
            67 | 1005 | 1015 => return 4,
            1004 => modes.focus_reports,
            1006 => modes.mouse_encoding == MouseEncoding::Sgr,
            1016 => modes.mouse_encoding == MouseEncoding::SgrPixels,
            47 | 1047 | 1049 => self.on_alternate,
            2004 => modes.bracketed_paste,
            2026 => modes.synchronized,
            _ => return 0,
        };
        if on { 1 } else { 2 }
    }

    /// DECRQM: the value of an ANSI mode as DECRPM reports it.
    pub(crate) fn mode_report(&self, mode: i32) -> u8 {
        let on = match mode {
            2 => return 4,
            4 => self.modes.insert,
            12 => return 3,
            20 => self.modes.newline,
            _ => return 0,
        };
        if on { 1 } else { 2 }
    }

    /// DECSCUSR
    pub(crate) fn set_cursor_style(&mut self, style: i32) {
        let modes = &mut self.modes;
        match style {
            0 => modes.shape = None,
            1 | 2 => modes.shape = Some(Shape::Block),
            3 | 4 => modes.shape = Some(Shape::Underline),
            5 | 6 => modes.shape = Some(Shape::Bar),
            _ => {}
        }
        modes.shape_blinks = (style != 0).then_some(style % 2 == 1);
    }

    /// HTS
    pub(crate) fn set_tab(&mut self) {
        let buffer = self.active_mut();
        buffer.tabs.set(buffer.x);
    }

    /// TBC
    pub(crate) fn clear_tabs(&mut self, which: i32) {
        let buffer = self.active_mut();
        match which {
            0 => buffer.tabs.clear(buffer.x),
            3 => buffer.tabs.clear_all(),
            _ => {}
        }
    }

    /// Opens a link, or closes it.
    pub(crate) fn set_link(&mut self, link: Option<Link>) {
        self.suspended_link = 0;
        let link = link.map_or(0, |link| self.store.links.number(link));
        self.set_pen(super::Style { link, ..self.pen });
    }

    /// Closes the link that is open until something is printed in it; whether there is one.
    pub(crate) fn suspend_link(&mut self) -> bool {
        let link = self.pen.link;
        if link != 0 {
            self.set_pen(super::Style {
                link: 0,
                ..self.pen
            });
            self.suspended_link = link;
        }
        link != 0
    }

    /// Whether what is printed belongs to a link.
    #[inline]
    pub(crate) fn has_open_link(&self) -> bool {
        self.pen.link != 0
    }

    /// Whether a link will be opened again when something is printed.
    #[inline]
    pub(crate) fn has_suspended_link(&self) -> bool {
        self.suspended_link != 0
    }

    /// Opens it.
    pub(crate) fn resume_link(&mut self) {
        let link = std::mem::take(&mut self.suspended_link);
        self.set_pen(super::Style { link, ..self.pen });
    }

    /// DECSC
    pub(crate) fn save_cursor(&mut self) {
        let (pen, charset) = (self.pen, self.charsets.current());
        self.active_mut().save(pen, charset);
    }

    /// DECRC: the cursor goes back to its row on the screen. The link stays as it is, as nothing
    /// saves it.
    pub(crate) fn restore_cursor(&mut self) {
        let saved = self.active().saved.clone();
        self.set_pen(super::Style {
            link: self.pen.link,
            ..saved.pen
        });
        self.charsets
            .designate(self.charsets.level(), saved.charset);
        let buffer = self.active_mut();
        buffer.x = saved.x;
        buffer.y = saved.row;
        self.restrict_to_cells();
    }

    /// Whether the viewers' terminal restores less than [`Terminal::restore_cursor`]: it counts the
    /// row from the top of the scrollback, knows no underline's style and colour, and doesn't
    /// designate the charset.
    pub(crate) fn restore_needs_help(&self) -> bool {
        let buffer = self.active();
        let saved = &buffer.saved;
        saved.scrolled != buffer.scrolled
            || saved.charset != self.charsets.current()
            || saved.pen.underline != self.pen.underline
            || saved.pen.underline_color != self.pen.underline_color
            || saved.pen.link != 0
            || self.pen.link != 0
    }

    /// Shows the alternate buffer, which is empty but for the pen's background.
    pub(crate) fn show_alternate(&mut self) {
        if self.on_alternate {
            return;
        }
        let fill = self.erased_cell();
        self.alternate.fill(fill);
        self.alternate.x = self.normal.x;
        self.alternate.y = self.normal.y;
        self.on_alternate = true;
    }

    /// Shows the normal buffer; the alternate one is emptied.
    pub(crate) fn show_normal(&mut self) {
        if !self.on_alternate {
            return;
        }
        self.normal.x = self.alternate.x;
        self.normal.y = self.alternate.y;
        self.alternate.clear();
        self.on_alternate = false;
    }
}

/// What a private mode makes the mouse report.
fn mouse(mode: i32) -> Mouse {
    match mode {
        9 => Mouse::X10,
        1000 => Mouse::Buttons,
        1002 => Mouse::Drag,
        _ => Mouse::Any,
    }
}
