//! Posting a finished video where a person has an account of their own: signing in by OAuth, and YouTube's resumable upload.
//! Nothing here costs money; nothing is posted twice by itself. Knows no campaign and no store.

mod client_file;
mod sign_in;
mod web;
mod youtube;

pub use client_file::OAuthClient;
pub use sign_in::{Account, SignIn};
pub use web::Web;
pub use youtube::{Details, NotSent, Privacy, Refusal, Session, YouTube};
