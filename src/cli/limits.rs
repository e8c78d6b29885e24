//! The limits as they are typed. What they bound, and within what they may be set, `server::Limits`
//! says.

use std::ops::RangeInclusive;

use clap::Args;
use clap::builder::RangedU64ValueParser;

use crate::server::Limits;
use crate::session::SessionOptions;

use super::bytes::{self, Size};

const HEADING: &str = "Limits";

/// The options under the heading "Limits".
#[derive(Debug, Clone, Args)]
pub struct LimitOptions {
    /// Take messages of a viewer up to this size
    ///
    /// In bytes, or with K or M behind the number; from 32K to 64M. A viewer that sends a larger
    /// message or frame is closed with code 1009. The page splits what is pasted; other clients send
    /// a paste as one message.
    #[arg(
        long,
        env = "WEBTERM_MAX_MESSAGE",
        help_heading = HEADING,
        value_name = "SIZE",
        default_value_t = Size(Limits::default().message),
        value_parser = bytes::within(Limits::MESSAGE)
    )]
    pub max_message: Size,

    /// Read at most so many bytes a second of one viewer
    ///
    /// In bytes, or with K, M or G behind the number; from 64K to 1G. What comes faster is not lost:
    /// it is read later, and the viewer is told so once.
    #[arg(
        long,
        env = "WEBTERM_MAX_INPUT",
        help_heading = HEADING,
        value_name = "SIZE",
        default_value_t = Size(Limits::default().input),
        value_parser = bytes::within(Limits::INPUT)
    )]
    pub max_input: Size,

    /// Read at most so many frames a second of one viewer
    ///
    /// From 100 to 1000000. What comes faster is not lost: it is read later, and the viewer is told
    /// so once. A page sends one frame for each key, and for each 16 KiB of output that it has shown.
    #[arg(
        long,
        env = "WEBTERM_MAX_FRAMES",
        help_heading = HEADING,
        value_name = "NUMBER",
        default_value_t = Limits::default().frames,
        value_parser = number::<u32>(Limits::FRAMES)
    )]
    pub max_frames: u32,

    /// Resize the terminal at most so often a second
    ///
    /// From 1 to 1000. Of the sizes that viewers ask for in between, the last counts.
    #[arg(
        long,
        env = "WEBTERM_MAX_RESIZES",
        help_heading = HEADING,
        value_name = "NUMBER",
        default_value_t = SessionOptions::RESIZES,
        value_parser = number::<u32>(1..=1000)
    )]
    pub max_resizes: u32,

    /// Let in at most so many viewers
    ///
    /// From 1 to 100000. Who comes when all places are taken is answered 503. With --permit-write the
    /// last tenth is for those who may type.
    #[arg(
        long,
        env = "WEBTERM_MAX_VIEWERS",
        help_heading = HEADING,
        value_name = "NUMBER",
        default_value_t = Limits::default().viewers,
        value_parser = number::<usize>(Limits::COUNT)
    )]
    pub max_viewers: usize,

    /// Keep at most so many connections
    ///
    /// From 1 to 100000. A viewer is one, and loading the page takes a few more for some seconds. Who
    /// connects when all are taken is answered 503. The system's limit on open files (ulimit -n)
    /// should be higher by 50.
    #[arg(
        long,
        env = "WEBTERM_MAX_CONNECTIONS",
        help_heading = HEADING,
        value_name = "NUMBER",
        default_value_t = Limits::default().connections,
        value_parser = number::<usize>(Limits::COUNT)
    )]
    pub max_connections: usize,

    /// Keep at most so many connections from one address
    ///
    /// From 1 to 100000. Of IPv6 addresses those with the same first 64 bits are one. Who connects
    /// when all are taken is answered 503. Behind a proxy on this machine all come from one address.
    #[arg(
        long,
        env = "WEBTERM_MAX_PER_ADDRESS",
        help_heading = HEADING,
        value_name = "NUMBER",
        default_value_t = Limits::default().per_address,
        value_parser = number::<usize>(Limits::COUNT)
    )]
    pub max_per_address: usize,

    /// Take heads of requests up to this size
    ///
    /// In bytes, or with K behind the number; from 8K to 256K. It is the request's first line and its
    /// headers, cookies among them. A larger one is answered 431.
    #[arg(
        long,
        env = "WEBTERM_MAX_HEADER",
        help_heading = HEADING,
        value_name = "SIZE",
        default_value_t = Size(Limits::default().head),
        value_parser = bytes::within(Limits::HEAD)
    )]
    pub max_header: Size,

    /// Wait so long for the head of a request, and again for its body
    ///
    /// From 1 to 3600 seconds. A connection that has not sent a whole head by then is closed; where it
    /// is the body that does not come, it is answered with 408 before.
    #[arg(
        long,
        env = "WEBTERM_HEADER_TIMEOUT",
        help_heading = HEADING,
        value_name = "SECONDS",
        default_value_t = Limits::default().header.as_secs(),
        value_parser = number::<u64>(Limits::SECONDS)
    )]
    pub header_timeout: u64,

    /// Wait so long for a TLS handshake
    ///
    /// From 1 to 3600 seconds. A connection that has not agreed on keys by then is closed.
    #[arg(
        long,
        env = "WEBTERM_HANDSHAKE_TIMEOUT",
        help_heading = HEADING,
        value_name = "SECONDS",
        default_value_t = Limits::default().handshake.as_secs(),
        value_parser = number::<u64>(Limits::SECONDS)
    )]
    pub handshake_timeout: u64,

    /// Keep a connection so long on which nothing was let in
    ///
    /// From 1 to 3600 seconds. A connection all of whose requests were refused is closed then, also
    /// while it keeps asking.
    #[arg(
        long,
        env = "WEBTERM_LOGIN_TIMEOUT",
        help_heading = HEADING,
        value_name = "SECONDS",
        default_value_t = Limits::default().login.as_secs(),
        value_parser = number::<u64>(Limits::SECONDS)
    )]
    pub login_timeout: u64,
}

/// A parser of whole numbers within `range`.
fn number<T>(range: RangeInclusive<u64>) -> RangedU64ValueParser<T>
where
    T: TryFrom<u64> + Clone + Send + Sync,
{
    RangedU64ValueParser::new().range(range)
}
