//! One integration binary: each promise of the product in a module of its own.

mod api;
mod api_fuzz;
mod api_restart;
mod api_support;
mod api_voices;
mod api_wrong;
mod arrows;
mod bad_replies;
mod book;
mod book_pages;
#[cfg(unix)]
mod calls;
mod cancelled;
mod captions;
mod cast;
mod cli;
mod cli_edit;
mod cli_told;
mod cli_wrong;
#[cfg(feature = "c2pa")]
mod credentials;
#[cfg(all(unix, feature = "farm"))]
mod deploy;
mod dialogue;
#[cfg(unix)]
mod dialogue_doubt;
mod doctor;
#[cfg(unix)]
mod doubt;
mod draft_voice;
mod editing;
#[cfg(unix)]
mod edits;
#[cfg(unix)]
mod emulated;
#[cfg(unix)]
mod ended;
mod engine;
mod episode;
mod estimates;
mod fake_account;
mod fake_provider;
mod fake_tube;
#[cfg(all(unix, feature = "farm"))]
mod farm;
#[cfg(all(unix, feature = "farm"))]
mod farm_proof;
#[cfg(all(unix, feature = "farm"))]
mod farm_server;
#[cfg(unix)]
mod few_files;
#[cfg(target_os = "linux")]
mod full_disk;
mod heard;
#[cfg(unix)]
mod hostile_words;
mod http;
mod import;
mod imports;
mod json_schema;
mod keys;
#[cfg(unix)]
mod killed;
#[cfg(unix)]
mod killed_streams;
#[cfg(unix)]
mod killed_words;
mod languages;
#[cfg(unix)]
mod listened;
#[cfg(unix)]
mod lost_home;
#[cfg(unix)]
mod machine;
#[cfg(unix)]
mod manners;
mod many;
mod mark_readers;
mod marks;
mod mcp;
mod mcp_agent;
mod money;
mod money_shown;
mod names;
#[cfg(unix)]
mod outside;
#[cfg(unix)]
mod own_files;
mod pace;
mod packs;
mod paid;
mod pauses;
mod phone;
mod photo_baby;
mod portraits;
mod post;
mod program;
#[cfg(unix)]
mod pty;
mod queue;
mod real_files;
#[cfg(unix)]
mod reconcile;
mod sample_babies;
mod samples;
#[cfg(unix)]
mod sights;
mod sounds;
mod spoken;
mod support;
mod talking;
#[cfg(target_os = "linux")]
mod traced;
mod unrecorded;
mod voices;
mod writing;
mod youtube;
