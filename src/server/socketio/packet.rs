//! Engine.IO's packets, as far as they have to be told apart here: what a client may send, what of
//! it goes on to the library, and what the library's packets take of the room that there is. It
//! knows no connection.

/// Stands between two packets of a body.
pub(super) const SEPARATOR: char = '\u{1e}';

/// Begins the packet by which a client comes to a namespace.
pub(super) const CONNECT: &str = "40";

/// Asks the client whether it is there.
pub(super) const PING: &str = "2";

/// Begins every packet of output.
const OUTPUT: &str = r#"42["terminal:output","#;

/// What a client is told who sent what is none.
pub(super) const UNKNOWN: &str = "a packet that Socket.IO does not have";

/// What a client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// A message for the library.
    Message(String),
    /// The answer to a ping.
    Pong,
    /// It goes.
    Close,
    /// Nothing that matters: the bytes that come along with an event, of which there is none that
    /// takes bytes.
    Nothing,
    /// What the protocol does not have, or nobody here needs.
    Bad,
}

/// Understands a packet, of which there must be no more than one: the library would hear all that it
/// finds, and bodies are split before.
pub(super) fn hear(packet: &str) -> Heard {
    match packet.as_bytes() {
        _ if packet.contains(SEPARATOR) => Heard::Bad,
        [b'1'] => Heard::Close,
        [b'3', ..] => Heard::Pong,
        [b'6'] | [b'b', ..] => Heard::Nothing,
        [b'4', b'0'..=b'3', ..] => Heard::Message(packet.to_owned()),
        [b'4', b'5', ..] => plain(packet).map_or(Heard::Bad, Heard::Message),
        _ => Heard::Bad,
    }
}

/// An event with bytes as one without: the library would keep all bytes that were announced, without
/// a limit. In their place stays an object, and who expects a text says so.
fn plain(packet: &str) -> Option<String> {
    let (count, event) = packet.get(2..)?.split_once('-')?;
    let is_count = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    is_count.then(|| format!("42{event}"))
}

/// What a packet from the library takes of the room that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A place for output.
    Output,
    /// A place for anything else.
    Word,
    /// None: the library makes it by itself.
    Free,
}

/// Tells what kind a packet from the library is.
pub(super) fn kind(packet: &str) -> Kind {
    match packet.as_bytes() {
        _ if packet.starts_with(OUTPUT) => Kind::Output,
        [b'4', b'2' | b'3', ..] => Kind::Word,
        _ => Kind::Free,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_pongs_and_closes_are_heard() {
        for packet in [
            "40",
            "40{}",
            "41",
            "42[\"a\"]",
            "421[\"a\",{}]",
            "431[]",
            "40/x,",
        ] {
            assert_eq!(hear(packet), Heard::Message(packet.to_owned()));
        }
        assert_eq!(hear("3"), Heard::Pong);
        assert_eq!(hear("3probe"), Heard::Pong);
        assert_eq!(hear("1"), Heard::Close);
    }

    #[test]
    fn an_event_with_bytes_is_heard_without_them() {
        let event = r#"451-7["terminal:input",{"data":{"_placeholder":true,"num":0}}]"#;
        let plain = r#"427["terminal:input",{"data":{"_placeholder":true,"num":0}}]"#;
        assert_eq!(hear(event), Heard::Message(plain.to_owned()));
        assert_eq!(hear("bAAAA"), Heard::Nothing);
    }

    #[test]
    fn what_the_protocol_does_not_have_is_refused() {
        for packet in [
            "", "0{}", "2", "2probe", "5", "4", "44{}", "46-1[]", "45", "45-[]", "45x-[]", "7", "ä",
        ] {
            assert_eq!(hear(packet), Heard::Bad, "{packet:?}");
        }
    }

    #[test]
    fn r15_a_packet_with_others_behind_it_is_refused() {
        for packet in [
            "40\u{1e}",
            "\u{1e}40",
            "3\u{1e}b",
            "42[\"x\"]\u{1e}42[\"x\"]",
            "42[\"x\"]\u{1e}45999999999-[\"x\",{\"_placeholder\":true,\"num\":0}]",
            "42[\"x\"]\u{1e}bAAAA",
            "451-[\"x\"]\u{1e}42[\"x\"]",
        ] {
            assert_eq!(hear(packet), Heard::Bad, "{packet:?}");
        }
        let written_out = r#"42["terminal:input",{"data":"\u001e"}]"#;
        assert_eq!(hear(written_out), Heard::Message(written_out.to_owned()));
    }

    #[test]
    fn output_is_told_from_other_words() {
        assert_eq!(
            kind(r#"42["terminal:output",{"session_id":"a"}]"#),
            Kind::Output
        );
        assert_eq!(kind(r#"42["terminal:exit",{}]"#), Kind::Word);
        assert_eq!(kind("431[{}]"), Kind::Word);
        assert_eq!(kind(r#"40{"sid":"x"}"#), Kind::Free);
        assert_eq!(kind("6"), Kind::Free);
    }
}
