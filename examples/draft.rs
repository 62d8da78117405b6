//! The engine as a library: makes the free draft of a campaign file and says where the video is.
//!
//! ```sh
//! cargo run --release --example draft campaigns/monroviaboy_baby_podcast_001.json
//! ```

use std::path::PathBuf;

use babblecast::domain::CampaignId;
use babblecast::engine::{Campaigns, Command, Consent, EngineSettings, Event, RunId, Scope, start};
use babblecast::plan::Mode;

#[tokio::main]
async fn main() -> Result<(), String> {
    let file = std::env::args().nth(1).ok_or("Name a campaign file.")?;
    let home = std::env::temp_dir().join("babblecast-example");
    let mut engine = start(EngineSettings::new(home, Campaigns::Files(vec![PathBuf::from(file)])));
    while let Some(event) = engine.events.recv().await {
        match event {
            Event::Library(library) => {
                let entry = library.entries.first().ok_or("There is no such file.")?;
                if let Some(fault) = entry.faults().first() {
                    return Err(fault.to_string());
                }
                let campaign = CampaignId::new(entry.name.as_str()).map_err(|error| error.to_string())?;
                let (run, mode, scope) = (RunId::random(), Mode::Draft, Scope::default());
                let draft = Command::Generate { run, campaign, mode, scope, consent: Consent::FreeOnly };
                engine.commands.send(draft).await.map_err(|error| error.to_string())?;
            }
            Event::RunEnded(ended) => {
                println!("{}", ended.message);
                engine.commands.send(Command::Shutdown).await.map_err(|error| error.to_string())?;
            }
            Event::Unusable(reason) => return Err(reason),
            Event::Stopped => break,
            _ => {}
        }
    }
    Ok(())
}
