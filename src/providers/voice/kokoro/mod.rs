//! The larger voice made into babies, where the user has installed it: free and offline as the built-in ones, slower and
//! better. It reads as the built-in voice does.

mod settings;
mod speak;

pub use settings::settings_for;
pub use speak::Installed;
