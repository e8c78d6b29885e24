//! Foreign text as people may safely see it. It knows nothing of where it comes from.

/// Whether a terminal acts on a character, it changes the direction of what follows, or shows as
/// nothing: with such ones one text can be made to look like another.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Text with its deceptive characters spelled out.
pub fn visible(text: &str) -> String {
    text.chars()
        .flat_map(|c| match is_deceptive(c) {
            true => c.escape_default().collect::<Vec<_>>(),
            false => vec![c],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_is_spelled_out_and_all_else_stays() {
        assert_eq!(visible("bash -l 'ü 漢 🦀'"), "bash -l 'ü 漢 🦀'");
        assert_eq!(visible("a\x1b[31m\n"), r"a\u{1b}[31m\n");
        assert_eq!(visible("a\u{202e}b\u{200b}"), r"a\u{202e}b\u{200b}");
    }
}
