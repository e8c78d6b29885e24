//! A program, and what is done around its start and its end, whatever it is connected to. It knows
//! processes and signals; neither terminals nor pipes.

mod child;
mod ending;
mod leader;
mod program;
mod sandbox;
mod status;

pub(crate) use child::{Fence, set_free};
pub(crate) use ending::{Ending, exit_of};
pub(crate) use leader::{Leader, Patience};
pub use program::{Program, SpawnError};
pub use sandbox::{Allowed, Network, Sandbox, SandboxError};
pub(crate) use status::Status;
