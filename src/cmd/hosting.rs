//! Lets the host in on a webterm that is running: answers what comes on the control socket.

use tokio::task::AbortHandle;

use crate::control::{About, Answer, Guest, Listener, Place, Request, SocketFile};
use crate::server::{self, App};

/// The host's way in. Dropping it removes the control socket.
#[derive(Debug)]
pub(super) struct Hosting {
    serving: AbortHandle,
    _file: SocketFile,
}

impl Hosting {
    /// Opens the way; without it the terminal is shared all the same, so the error is for a warning.
    pub(super) async fn begin(app: &App, about: About) -> Result<Self, String> {
        let opened = Listener::open(Place::make()).await;
        let (listener, file) = opened.map_err(|error| {
            format!("warning: --viewers and its like will not find this webterm: {error}")
        })?;
        let app = app.clone();
        let serving = listener.serve(move |request| answer(&app, &about, request));
        Ok(Self {
            serving: tokio::spawn(serving).abort_handle(),
            _file: file,
        })
    }
}

impl Drop for Hosting {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn answer(app: &App, about: &About, request: Request) -> Answer {
    let done = match request {
        Request::About => Ok(Answer::About(about.clone())),
        Request::Guests => {
            let guests = app.guests().into_iter().map(guest);
            Ok(Answer::Guests(guests.collect()))
        }
        Request::SetRight(id, right) => app.set_right(id, right).map(Answer::Done),
        Request::ThrowOut(id) => app.throw_out(id).map(Answer::Done),
    };
    done.unwrap_or_else(|refusal| Answer::Refused(refusal.to_string()))
}

fn guest(guest: server::Guest) -> Guest {
    Guest {
        id: guest.id,
        user: guest.user,
        session: guest
            .session
            .map_or_else(|| "-".to_owned(), |name| name.to_string()),
        address: guest.address.to_string(),
        age: guest.age,
        right: guest.right,
        transport: guest.transport.to_owned(),
        sent: guest.sent,
        received: guest.received,
    }
}
