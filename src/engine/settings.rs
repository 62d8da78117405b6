//! What an engine is started with: every path explicit, nothing read from the environment here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::entry::FinalsState;
use crate::credentials::Identity;
use crate::domain::CampaignId;

use crate::farm::FarmSettings;
use crate::plan::{Maker, ProviderId, Settings};
use crate::providers::catalogue::{DraftVoice, FinalsChoice};
use crate::providers::config::ProviderConfig;
use crate::providers::video::EncoderChoice;
use crate::providers::{Catalogue, PlannedFinals, Who};
use crate::store::{Caps, MOST_DERIVED, posted_folder};

/// Where campaigns come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Campaigns {
    /// A folder, watched for changes.
    Folder(PathBuf),
    /// No folder was found; samples and new campaigns would go here.
    None {
        /// Made with the first campaign that is written.
        would_be: PathBuf,
    },
    /// Single files named on the command line.
    Files(Vec<PathBuf>),
}

/// Who makes finals.
#[derive(Debug, Clone, PartialEq)]
pub enum Finals {
    By(Box<Settings>),
    /// Says what to set, for the user.
    Unavailable(String),
}

impl Finals {
    pub fn settings(&self) -> Option<&Settings> {
        match self {
            Finals::By(settings) => Some(settings),
            Finals::Unavailable(_) => None,
        }
    }

    pub fn state(&self) -> FinalsState {
        match self {
            Finals::By(_) => FinalsState::Available,
            Finals::Unavailable(what_to_set) => FinalsState::Unavailable(what_to_set.clone()),
        }
    }
}

/// The providers of every mode.
#[derive(Debug, Clone, PartialEq)]
pub struct Makers {
    pub draft: Settings,
    pub finals: Finals,
    /// What finals are planned with, whether or not they can be made.
    pub planned: PlannedFinals,
    /// Outside providers that are not set up, each with what to set.
    pub absent: BTreeMap<ProviderId, String>,
    pub who: Who,
    /// The voice of earlier versions, which a campaign keeps whose lines it speaks; `None` where an embedded voice was
    /// asked for by name.
    pub earlier_voice: Option<Maker>,
}

impl Makers {
    /// The providers of a catalogue, or what to set to have any for finals.
    pub fn new(catalogue: &Catalogue, settings: &EngineSettings) -> Result<Self, String> {
        let choice = settings.finals;
        let finals = match catalogue.finals(choice) {
            Ok(settings) => Finals::By(Box::new(settings)),
            Err(what_to_set) => Finals::Unavailable(what_to_set),
        };
        let planned = PlannedFinals::new(&settings.providers, choice, |voice| catalogue.maker_of(voice))?;
        let outside = catalogue.outside().into_iter();
        let absent = outside.filter_map(|outside| Some((outside.id, outside.remote.err()?))).collect();
        let earlier_voice = settings.draft_voice.is_none().then(|| catalogue.maker_of(DraftVoice::Pico));
        let draft = catalogue.draft(settings.draft_voice.unwrap_or(DraftVoice::Neural));
        Ok(Self { draft, finals, planned, absent, who: catalogue.who(choice), earlier_voice })
    }

    /// What the aliases of a voice provider stand for, where it speaks the finals or is what they are planned with.
    pub fn set_voices(&mut self, provider: ProviderId, voices: BTreeMap<String, String>) {
        self.planned.set_voices(provider, &voices);
        if let Finals::By(settings) = &mut self.finals
            && settings.voice.made_by.provider == provider
        {
            settings.voice.speech.voices = voices;
        }
    }
}

/// What reading the campaigns needs to know.
#[derive(Debug, Clone)]
pub struct Shelf {
    pub settings: EngineSettings,
    pub makers: Makers,
    /// The campaigns that were asked to give up the voice of earlier versions.
    pub renewed: BTreeSet<CampaignId>,
}

impl EngineSettings {
    /// A home and its campaigns, everything else as it is for a person without any config: drafts only, no caps, nobody
    /// followed.
    pub fn new(home: PathBuf, campaigns: Campaigns) -> Self {
        Self {
            home,
            campaigns,
            output: None,
            media: None,
            providers: ProviderConfig::default(),
            finals: FinalsChoice::default(),
            draft_voice: None,
            encoder: EncoderChoice::Embedded,
            farm: None,
            identity: None,
            caps: Caps::default(),
            follow: false,
            meet_account: false,
            unfinished: false,
            most_derived: MOST_DERIVED,
        }
    }

    /// The folder that the own files of a campaign are named from.
    pub fn materials_of<'a>(&'a self, campaign_file: &'a Path) -> &'a Path {
        let folder = campaign_file.parent().unwrap_or(Path::new("."));
        match &self.media {
            Some(media) if folder == posted_folder(&self.home) => media,
            _ => folder,
        }
    }

    /// The folder that the products for people go to: `output` beside the folder that holds the campaign file, unless
    /// configured otherwise.
    pub fn output_folder(&self, campaign_file: &Path) -> PathBuf {
        self.output.clone().unwrap_or_else(|| {
            let folder = campaign_file.parent().unwrap_or(Path::new("."));
            let beside =
                if folder.file_name().is_some_and(|name| name == "campaigns") { folder.parent() } else { None };
            beside.unwrap_or(folder).join("output")
        })
    }
}

/// All that an engine is told by the program that starts it.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// The studio home.
    pub home: PathBuf,
    /// Where the campaign files are read.
    pub campaigns: Campaigns,
    /// Folder of the products for people; each campaign gets a folder in it. `None` is `output` beside the campaigns
    /// folder.
    pub output: Option<PathBuf>,
    /// Where posted campaigns find the user's own files; `None` is the folder that they are kept in.
    pub media: Option<PathBuf>,
    /// Keys, addresses and models of the outside providers.
    pub providers: ProviderConfig,
    /// Who is to make the finals.
    pub finals: FinalsChoice,
    /// The embedded voice that was asked for by name.
    pub draft_voice: Option<DraftVoice>,
    /// Who encodes the videos.
    pub encoder: EncoderChoice,
    /// The server of a farm of other machines that make clips.
    pub farm: Option<FarmSettings>,
    /// What files for people are signed with.
    pub identity: Option<Identity>,
    /// What may be spent at most; the consent to a run can only be narrower.
    pub caps: Caps,
    /// Whether to follow the campaigns folder and other programs on the same home: the studio does, a command that
    /// looks once does not.
    pub follow: bool,
    /// Whether an account that this home has never asked is asked for its voices before anything is planned: a command
    /// that makes things or tells their price waits for that, once.
    pub meet_account: bool,
    /// Whether unfinished pictures are shown while a portrait is made: each costs a little, so only where somebody looks.
    pub unfinished: bool,
    /// The bytes that clips, cross-fades and episodes may take in the home; above, those used longest ago are forgotten.
    pub most_derived: u64,
}
