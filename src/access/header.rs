//! What a request shows of who sent it: the Basic header and cookies (RFC 7617, RFC 6265). It knows
//! nothing of whether that suffices.

use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use secrecy::SecretString;
use zeroize::Zeroizing;

/// Base64 with or without padding: not every client writes it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A user name and a password, as a client showed them.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) user: String,
    pub(super) password: SecretString,
}

/// What the `Authorization` headers of a request show.
#[derive(Debug)]
pub(super) enum Authorization {
    /// Nothing, or nothing that is ours to judge.
    None,
    /// A user and a password.
    Basic(Shown),
    /// A Basic header that can't be read, or more than one.
    Broken,
}

impl Authorization {
    pub(super) fn read(values: &[&[u8]]) -> Self {
        match values {
            [] => Self::None,
            [value] => match after_scheme(value) {
                None => Self::None,
                Some(encoded) => shown(encoded).map_or(Self::Broken, Self::Basic),
            },
            _ => Self::Broken,
        }
    }
}

/// What follows the word `Basic`.
fn after_scheme(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = value.split_at_checked(5)?;
    let is_basic = scheme.eq_ignore_ascii_case(b"basic") && rest.first() == Some(&b' ');
    is_basic.then(|| rest.trim_ascii())
}

fn shown(encoded: &[u8]) -> Option<Shown> {
    let bytes = Zeroizing::new(BASE64.decode(encoded).ok()?);
    let text = std::str::from_utf8(&bytes).ok()?;
    let (user, password) = text.split_once(':')?;
    Some(Shown {
        user: user.to_owned(),
        password: password.into(),
    })
}

/// The values of the cookies of this name.
pub(super) fn cookies<'a>(
    headers: &'a [&'a [u8]],
    name: &'a str,
) -> impl Iterator<Item = &'a [u8]> {
    headers
        .iter()
        .flat_map(|header| header.split(|byte| *byte == b';'))
        .filter_map(move |pair| {
            pair.trim_ascii()
                .strip_prefix(name.as_bytes())?
                .strip_prefix(b"=")
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    fn read(value: &str) -> Option<(String, String)> {
        match Authorization::read(&[value.as_bytes()]) {
            Authorization::Basic(shown) => {
                Some((shown.user, shown.password.expose_secret().to_owned()))
            }
            Authorization::None | Authorization::Broken => None,
        }
    }

    #[test]
    fn a_basic_header_shows_a_user_and_a_password_in_utf_8() {
        // The example of RFC 7617, 2.1, with and without padding.
        let expected = Some(("test".to_owned(), "123£".to_owned()));
        assert_eq!(read("Basic dGVzdDoxMjPCow=="), expected);
        assert_eq!(read("basic  dGVzdDoxMjPCow"), expected);
    }

    #[test]
    fn other_schemes_are_none_and_broken_ones_are_failures() {
        for value in ["", "Bearer x", "Basic", "Basicx", "token abc"] {
            let read = Authorization::read(&[value.as_bytes()]);
            assert!(matches!(read, Authorization::None), "{value}: {read:?}");
        }
        for value in ["Basic ", "Basic !", "Basic dGVzdA==", "Basic //86/w=="] {
            let read = Authorization::read(&[value.as_bytes()]);
            assert!(matches!(read, Authorization::Broken), "{value}: {read:?}");
        }
        let twice = [b"Basic dGVzdDoxMjPCow==".as_slice(); 2];
        assert!(matches!(Authorization::read(&twice), Authorization::Broken));
    }

    #[test]
    fn cookies_are_found_among_others() {
        let headers = [
            b"a=1; webterm-1=x; webterm-12=y".as_slice(),
            b"webterm-1=z=;",
        ];
        let found: Vec<_> = cookies(&headers, "webterm-1").collect();
        assert_eq!(found, [b"x".as_slice(), b"z="]);
        assert_eq!(cookies(&headers, "web").count(), 0);
    }

    #[test]
    fn r49_a_password_is_in_no_debug_output() {
        let read = Authorization::read(&[b"Basic dGVzdDoxMjPCow=="]);
        assert!(!format!("{read:?}").contains("123"));
    }

    proptest! {
        #[test]
        fn r41_no_header_panics_the_reader(value in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = Authorization::read(&[&value]);
            let prefixed = [b"Basic ".as_slice(), &value].concat();
            let _ = Authorization::read(&[&prefixed]);
            let encoded = format!("Basic {}", BASE64.encode(&value));
            let _ = Authorization::read(&[encoded.as_bytes()]);
            prop_assert!(cookies(&[&value], "x").count() <= value.len() + 1);
        }
    }
}
