//! Everything on disk: the home with its assets and database, the campaigns folder, the files for people. Uses the types
//! of `domain` and `plan`; knows nothing of the engine.

mod content;
mod exchange;
mod ground;
mod home;
mod jobs;
mod journal;
mod opening;
mod payments;
mod studio;
#[cfg(test)]
mod tests;
mod upkeep;
pub mod workspace;

pub use content::assets::{Assets, Condition};
pub use content::sidecar::Sidecar;
pub use exchange::output::{Manifest, ManifestFile, Marked, Published, Wanted, WriteMark, publish, read_manifest};
pub use exchange::pack::{PackContent, Packed};
pub use exchange::unpack::{Inspect, Unpacked};
pub use ground::error::{Result, StoreError};
pub use home::in_hand::Lease;
pub use home::instance::Owner;
pub use home::layout::{Home, posted_folder};
pub use home::privacy::make_folder;
pub use home::watch::Watch;
pub use jobs::asset_facts::AssetFacts;
pub use jobs::complete::{Content, NewOutput};
pub use jobs::derived::{Forgotten, MOST_DERIVED};
pub use jobs::elsewhere::{CancelRequest, RunElsewhere};
pub use jobs::leases::{Claim, Finished};
pub use jobs::posted::{NewPosted, Posted, PostedEnd, Recorded, StoredRun};
pub use jobs::runs::{InterruptedRun, NewRun, PortraitMade, RunJob};
pub use jobs::states::{StoredJob, StoredState};
pub use jobs::takes::{NewTake, StoredTake};
pub use journal::attempts::{Attempt, AttemptId, AttemptState, Resolution};
pub use journal::events::{EventKind, StoredEvent};
pub use journal::handle::Journal;
pub use opening::rebuild_database;
pub use payments::account_voices::{read_account_voices, write_account_voices};
pub use payments::begin::{Begin, Begun, Caps, Paid};
pub use payments::calls::{Call, Calls};
pub use payments::checks::ProviderCheck;
pub use payments::ledger::{Amounts, Scope, Spend, SpendLine};
pub use payments::limiter::{Adaptive, Allowance};
pub use payments::settle::{Settled, Settlement};
pub use payments::spool::{LARGEST_REPLY, Received, SpoolFile};
pub use payments::unknowns::{PaidCall, UnknownCall};
pub use studio::Store;
pub use upkeep::prune::Pruned;
pub use upkeep::rebuild::Rebuilt;
pub use upkeep::verify::Verified;
pub use workspace::choices_file::{choices_path, read_choices, write_choices};
pub use workspace::materials::{LARGEST_MATERIAL, hash_material, open_material, read_material, resolve};
