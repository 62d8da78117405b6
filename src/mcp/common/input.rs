//! The input of the server, which says when it has ended: what runs then is let go at once, and not when everybody has been
//! answered.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::watch;

pub struct Input<R> {
    from: R,
    ended: watch::Sender<bool>,
}

/// Resolves when the input has ended.
pub struct Ended(watch::Receiver<bool>);

impl<R> Input<R> {
    pub fn new(from: R) -> (Self, Ended) {
        let (ended, is_ended) = watch::channel(false);
        (Self { from, ended }, Ended(is_ended))
    }
}

impl Ended {
    pub async fn wait(mut self) {
        // An input that is gone has ended as well.
        let _ = self.0.wait_for(|ended| *ended).await;
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Input<R> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let room = into.remaining();
        let read = Pin::new(&mut self.from).poll_read(context, into);
        let is_ended = match &read {
            Poll::Ready(Ok(())) => into.filled().len() == before && room > 0,
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        };
        if is_ended {
            self.ended.send_replace(true);
        }
        read
    }
}
