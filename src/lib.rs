pub mod baby;
pub mod domain;
pub mod engine;
pub mod media;
pub mod plan;
pub mod providers;
pub mod store;
