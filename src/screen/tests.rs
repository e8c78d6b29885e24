//! Properties of the screen as a whole.
