//! A stretch of a file as a body, read piece by piece as it is sent. It knows no header.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use bytes::Bytes;
use futures::Stream;
use futures::stream::try_unfold;
use tokio::task::spawn_blocking;

/// The most that is read at once, in bytes.
const PIECE: u64 = 128 * 1024;

/// So many bytes of the file from there on. Where it has become shorter, the body breaks off.
pub(super) fn stream(
    file: File,
    from: u64,
    length: u64,
) -> impl Stream<Item = io::Result<Bytes>> + Send + Sync + 'static {
    try_unfold((file, from, length), |(file, from, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let wanted = usize::try_from(left.min(PIECE)).unwrap_or(usize::MAX);
        let read = spawn_blocking(move || {
            let mut piece = vec![0; wanted];
            file.read_exact_at(&mut piece, from)?;
            Ok::<_, io::Error>((file, piece))
        });
        let (file, piece) = read.await.map_err(io::Error::other)??;
        let sent = piece.len() as u64;
        Ok(Some((Bytes::from(piece), (file, from + sent, left - sent))))
    })
}
