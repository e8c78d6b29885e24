//! Who somebody is who types, as far as that is known. It knows nothing of how it came to be known.

use std::net::IpAddr;
use std::sync::Arc;

use crate::viewer_id::ViewerId;
use crate::visible::visible;

/// What is known of somebody besides his number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// The name that he gave proof of, if he was asked for one.
    pub user: Option<Arc<str>>,
    /// Where he comes from.
    pub address: Option<IpAddr>,
}

impl Who {
    /// What he is called where it is kept who did something: by his name, else by the number that no
    /// other viewer has, and his address.
    pub fn named(&self, id: ViewerId) -> String {
        match (&self.user, self.address) {
            (Some(user), _) => visible(user),
            (None, Some(address)) => format!("viewer {id} at {address}"),
            (None, None) => format!("viewer {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_called_by_his_name_or_else_by_his_number() {
        let id = ViewerId::new(7).unwrap();
        let address = "10.0.0.5".parse().ok();
        let named = |user: Option<&str>, address| {
            let user = user.map(Arc::from);
            Who { user, address }.named(id)
        };
        assert_eq!(named(Some("alice"), address), "alice");
        assert_eq!(named(Some("a\u{202e}b"), None), r"a\u{202e}b");
        assert_eq!(named(None, address), "viewer 7 at 10.0.0.5");
        assert_eq!(named(None, None), "viewer 7");
    }
}
