//! The HTTP API: the engine for scripts, other programs and a browser. One table of routes is the router, the OpenAPI
//! document and the readable page. Sends commands and shows events like any front end; opens no database.

mod answers;
mod assets;
mod bodies;
mod connections;
mod docs;
mod events;
mod extract;
mod gallery;
mod guard;
mod health;
mod jobs;
mod lists;
mod money;
mod openapi;
mod posted_mode;
mod posting;
mod problem;
mod range;
mod routes;
mod seen;
mod server;
mod settings;
mod shared;
mod takes;

pub use server::{ServeError, Server};
pub use settings::{Rates, ServeSettings, Token, TokenError};
