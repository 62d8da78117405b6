//! Everything on disk: the home with its assets and database, the campaigns folder, the files for people. Uses the types
//! of `domain` and `plan`; knows nothing of the engine.

mod account_voices;
mod asset_facts;
mod assets;
mod attempts;
mod begin;
pub mod campaigns;
mod charged;
mod checks;
mod choices_file;
mod columns;
mod derived;
mod elsewhere;
mod error;
mod events;
mod files;
mod home;
mod in_hand;
mod instance;
mod journal;
mod leases;
mod ledger;
mod limiter;
mod materials;
mod output;
mod pack;
mod posted;
mod privacy;
mod prune;
mod reader;
mod rebuild;
mod recovery;
mod runs;
mod schema;
mod settle;
mod sidecar;
mod spool;
mod states;
mod steps;
mod studio;
mod takes;
#[cfg(test)]
mod tests;
mod unknowns;
mod unpack;
mod verify;
mod watch;
mod writer;

pub use account_voices::{read_account_voices, write_account_voices};
pub use asset_facts::AssetFacts;
pub use assets::{Assets, Condition};
pub use attempts::{Attempt, AttemptId, AttemptState, Resolution};
pub use begin::{Begin, Begun, Caps, Paid};
pub use checks::ProviderCheck;
pub use choices_file::{choices_path, read_choices, write_choices};
pub use derived::{Forgotten, MOST_DERIVED};
pub use elsewhere::{CancelRequest, RunElsewhere};
pub use error::{Result, StoreError};
pub use events::{EventKind, StoredEvent};
pub use home::{Home, posted_folder};
pub use in_hand::Lease;
pub use instance::Owner;
pub use journal::Journal;
pub use leases::{Claim, Finished};
pub use ledger::{Amounts, Scope, Spend, SpendLine};
pub use limiter::{Adaptive, Allowance};
pub use materials::{LARGEST_MATERIAL, hash_material, open_material, read_material, resolve};
pub use output::{Manifest, ManifestFile, Published, Wanted, publish, read_manifest};
pub use pack::{PackContent, Packed};
pub use posted::{NewPosted, Posted, PostedEnd, Recorded, StoredRun};
pub use privacy::make_folder;
pub use prune::Pruned;
pub use rebuild::{Rebuilt, rebuild_database};
pub use runs::{InterruptedRun, NewRun, PortraitMade, RunJob};
pub use settle::{Settled, Settlement};
pub use sidecar::Sidecar;
pub use spool::{LARGEST_REPLY, Received, SpoolFile};
pub use states::{StoredJob, StoredState};
pub use studio::{Content, NewOutput, Store};
pub use takes::{NewTake, StoredTake};
pub use unknowns::{PaidCall, UnknownCall};
pub use unpack::{Inspect, Unpacked};
pub use verify::Verified;
pub use watch::Watch;

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as i64)
}
