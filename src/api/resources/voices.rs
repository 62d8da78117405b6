//! Voices: which there are, what aliases stand for, and giving one to a baby. Asks free questions only; nothing here is ever a
//! paid call.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::bodies::{GiveVoiceBody, PinVoiceBody};
use super::jobs::find;
use super::posting::loaded;
use crate::api::common::extract::{JsonBody, PathParts, QueryOf};
use crate::api::common::problem::Problem;
use crate::api::common::seen::Seen;
use crate::api::common::shared::{Shared, SharedRef};
use crate::domain::read::limits::LONGEST_VOICE_ID;
use crate::domain::{Display, MicroDollars};
use crate::engine::Command;
use crate::engine::voices::{VoiceEntry, VoiceList, price_of_alias, price_of_change};
use crate::plan::{Mode, ProviderId, VoiceState};

/// Every voice there is to choose from.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VoicesAnswer {
    voices: Vec<VoiceBody>,
    /// What every alias stands for in finals.
    aliases: BTreeMap<String, String>,
    /// The plan of the account, where it is known.
    tier: Option<String>,
    /// How many voices the account has, where not all are listed.
    voices_total: Option<usize>,
    /// Why the account's voices are not listed.
    trouble: Option<String>,
}

/// One voice.
#[derive(Debug, Serialize, JsonSchema)]
struct VoiceBody {
    /// `elevenlabs`, or the built-in voice that speaks drafts.
    provider: ProviderId,
    /// What a profile's `voice_id` says.
    id: String,
    name: String,
    /// `own`, `saved`, `premade`, `library`, `missing` or `built in`.
    origin: &'static str,
    description: String,
    /// The aliases that stand for it.
    aliases: Vec<String>,
    state: VoiceState,
    /// The day on which its provider takes it away.
    ends_on: Option<String>,
    is_legacy: bool,
    has_preview: bool,
}

impl From<&VoiceEntry> for VoiceBody {
    fn from(voice: &VoiceEntry) -> Self {
        Self {
            provider: voice.provider,
            id: voice.id.clone(),
            name: voice.name.clone(),
            origin: voice.origin,
            description: voice.words.clone(),
            aliases: voice.aliases.clone(),
            state: voice.state,
            ends_on: voice.ends_on.clone(),
            is_legacy: voice.is_legacy,
            has_preview: voice.has_preview,
        }
    }
}

/// What a changed voice makes again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangedVoice {
    voice_id: String,
    /// Lines that the next final speaks again.
    lines: usize,
    /// What they cost at most. Nothing is spent now: the next final asks before.
    estimated_usd: f64,
}

impl ChangedVoice {
    fn new(voice_id: String, (lines, price): (usize, MicroDollars)) -> Json<Self> {
        Json(Self { voice_id, lines, estimated_usd: price.dollars() })
    }
}

pub async fn list(State(shared): State<SharedRef>, query: QueryOf) -> Result<Json<VoicesAnswer>, Problem> {
    let query = query.only(&["filter"])?;
    let list = ask(&shared).await?;
    Ok(Json(VoicesAnswer {
        voices: list.filtered(query.text("filter")).into_iter().map(VoiceBody::from).collect(),
        aliases: list.aliases.clone(),
        tier: list.tier.clone(),
        voices_total: list.of,
        trouble: list.trouble.clone(),
    }))
}

/// Asks the account, for nothing, and waits for its answer.
async fn ask(shared: &Shared) -> Result<Arc<VoiceList>, Problem> {
    let before = shared.look(Seen::version);
    shared.send(Command::Voices).await?;
    shared.until(|seen| seen.voices_since(before).cloned()).await
}

/// Refuses what is no voice at all, and one that surely cannot speak.
async fn check(shared: &Shared, voice_id: &str) -> Result<(), Problem> {
    if !(1..=LONGEST_VOICE_ID).contains(&voice_id.chars().count()) {
        let message = format!("voice_id must have 1 to {LONGEST_VOICE_ID} characters.");
        return Err(Problem::unprocessable("invalid_body", message));
    }
    let refusal = ask(shared).await?.refusal(voice_id);
    refusal.map_or(Ok(()), |why| Err(Problem::conflict("voice_unusable", why)))
}

/// Writes another voice into the profile of a baby.
pub async fn give(
    State(shared): State<SharedRef>,
    PathParts(id): PathParts<String>,
    JsonBody(GiveVoiceBody { speaker, voice_id }): JsonBody<GiveVoiceBody>,
) -> Result<Json<ChangedVoice>, Problem> {
    let campaign = find(&shared, &id).await?.campaign;
    let named = |seen: &Seen| {
        let loaded = loaded(seen, &campaign)?;
        let found = loaded.campaign.speaker_named(&speaker);
        let missing = || Problem::not_found(format!("{campaign} has no speaker \"{}\".", speaker.as_str().display()));
        let speaker = found.ok_or_else(missing)?;
        Ok::<_, Problem>((speaker, price_of_change(loaded, speaker, Mode::Final)))
    };
    let (position, price) = shared.look(named)?;
    check(&shared, &voice_id).await?;
    let before = shared.look(Seen::version);
    shared.send(Command::GiveVoice { campaign: campaign.clone(), speaker: position, voice: voice_id.clone() }).await?;
    let given = |seen: &Seen| match seen.trouble_since(before, &campaign) {
        Some(trouble) => {
            Some(Err(Problem::conflict("not_written", format!("{}.", trouble.text.trim_end_matches('.')))))
        }
        None => {
            let campaign = &loaded(seen, &campaign).ok()?.campaign;
            let now = &campaign.profile(campaign.speaker_named(&speaker)?).voice_id;
            (*now == voice_id).then_some(Ok(()))
        }
    };
    shared.until(given).await??;
    Ok(ChangedVoice::new(voice_id, price))
}

/// Lets an alias stand for another voice in all campaigns.
pub async fn pin(
    State(shared): State<SharedRef>,
    JsonBody(PinVoiceBody { alias, voice_id }): JsonBody<PinVoiceBody>,
) -> Result<Json<ChangedVoice>, Problem> {
    check(&shared, &voice_id).await?;
    let (before, price) = shared.look(|seen| (seen.version(), price_of_alias(&seen.library().entries, &alias)));
    shared.send(Command::PinVoice { alias: alias.clone(), voice: voice_id.clone() }).await?;
    let pinned = |seen: &Seen| match seen.general_trouble_since(before) {
        Some(trouble) => {
            let message = format!("{}.", trouble.text.trim_end_matches('.'));
            Some(Err(Problem::conflict("not_pinned", message)))
        }
        None => (seen.voices_since(before)?.aliases.get(&alias) == Some(&voice_id)).then_some(Ok(())),
    };
    shared.until(pinned).await??;
    Ok(ChangedVoice::new(voice_id, price))
}
