//! The HTTP API: the engine for scripts, other programs and a browser. One table of routes is the router, the OpenAPI
//! document and the readable page. Sends commands and shows events like any front end; opens no database.

mod common;
mod resources;
mod schema;
mod serve;
pub use common::settings::{Rates, ServeSettings, Token, TokenError};
pub use resources::phone::{PhoneFile, PhoneState};
pub use serve::phone::{PhoneError, PhoneLink};
pub use serve::server::{ServeError, Server};
