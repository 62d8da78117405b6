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
pub(crate) mod workspace;

pub(crate) use content::assets::Assets;
pub(crate) use exchange::kit::{KitContent, KitFile, write_kit};
pub(crate) use exchange::output::{Finish, Ingredient, Published, Wanted, publish, read_manifest};
pub(crate) use exchange::pack::PackContent;
pub(crate) use exchange::uploads::UploadFiles;
pub use ground::error::{Result, StoreError};
pub use home::in_hand::Lease;
pub use home::instance::Owner;
pub(crate) use home::layout::{Home, posted_folder, thumbnails_folder};
pub(crate) use home::privacy::make_folder;
pub(crate) use home::watch::Watch;
pub use jobs::complete::{Content, NewOutput};
pub(crate) use jobs::derived::{Forgotten, MOST_DERIVED};
pub(crate) use jobs::elsewhere::{CancelRequest, RunElsewhere};
pub use jobs::leases::Claim;
pub(crate) use jobs::leases::Finished;
pub(crate) use jobs::posted::{NewPosted, Posted, PostedEnd, Recorded, StoredRun};
pub use jobs::runs::{NewRun, PortraitMade, RunJob};
pub use jobs::states::{StoredJob, StoredState};
pub(crate) use jobs::takes::StoredTake;
pub use journal::attempts::{AttemptId, AttemptState, Resolution};
pub(crate) use journal::events::EventKind;
pub use journal::handle::Journal;
pub(crate) use opening::{host_name, rebuild_database};
pub(crate) use payments::account_voices::{read_account_voices, write_account_voices};
pub use payments::begin::{Begin, Begun, Caps, Paid};
pub use payments::calls::{Call, Calls};
pub(crate) use payments::checks::ProviderCheck;
pub use payments::ledger::{Amounts, Scope, Spend, SpendLine};
pub use payments::limiter::Allowance;
pub use payments::settle::{Settled, Settlement};
pub use payments::spool::{Received, SpoolFile};
pub(crate) use payments::unknowns::PaidCall;
pub use payments::unknowns::UnknownCall;
pub use studio::Store;
pub use upkeep::rebuild::Rebuilt;
pub(crate) use upkeep::verify::Verified;
pub(crate) use workspace::choices_file::{choices_path, read_choices, write_choices};
pub(crate) use workspace::materials::{hash_material, open_material, resolve};
