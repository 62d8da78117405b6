//! `generate`: makes what is missing of a campaign, and answers when it is over. A draft is free; a final needs a cap in the
//! call. What was made stays: asked again, it goes on where it was.

use schemars::JsonSchema;
use serde::Deserialize;

use super::status::{document_of, pictures_of};
use crate::domain::MicroDollars;
use crate::engine::document::planned::quote;
use crate::engine::words::part::Part;
use crate::engine::{Command, Consent, Entry, Outcome, Room, RunEnded, RunId, Scope, View, place_of};
use crate::mcp::common::answer::{Answer, Refusal};
use crate::mcp::common::call::Call;
use crate::mcp::common::pictures::small;
use crate::mcp::common::studio::Studio;
use crate::mcp::common::{campaign, consent};
use crate::plan::{Job, JobKey, Mode};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The `campaign_id` of a campaign that `list` shows.
    campaign: String,
    /// `draft`, which is free, unless `final` is asked for.
    #[serde(default = "draft")]
    mode: Mode,
    /// For a final that costs money: spend at most this many US dollars, as the person has agreed to. The caps of the config
    /// hold as well.
    cap_usd: Option<f64>,
    /// Make only these, and what they are made of; left out, all up to the finished video.
    #[serde(default)]
    only: Vec<Part>,
    /// Make only what the scene with this number needs; the first is 1.
    scene: Option<usize>,
    /// Make only what the baby with this name needs.
    speaker: Option<String>,
    /// Put a card in the place of a scene that cannot be made, instead of making no video.
    #[serde(default)]
    allow_missing: bool,
}

fn draft() -> Mode {
    Mode::Draft
}

/// A run that may begin.
pub struct Order {
    pub entry: std::sync::Arc<Entry>,
    pub mode: Mode,
    pub scope: Scope,
    pub consent: Consent,
    /// Its jobs, and what each makes.
    names: Vec<(JobKey, String)>,
}

impl Order {
    /// What is asked for, unless it would cost more than it may.
    pub fn new(
        view: &View,
        entry: std::sync::Arc<Entry>,
        mode: Mode,
        scope: Scope,
        cap: Option<MicroDollars>,
    ) -> Result<Self, Refusal> {
        consent::can_be_made(view, mode)?;
        let loaded = campaign::loaded(&entry)?;
        let graph = loaded.graph(mode).ok_or_else(|| Refusal::new("Nobody makes finals here; make the draft"))?;
        let jobs: Vec<&Job> = scope.jobs(graph);
        let quote = quote(view, &jobs);
        let budgets = view.budgets();
        let room = Room::of(budgets, view.ledger().used_by(&loaded.campaign.id));
        let consent = consent::consent(&quote, cap, budgets.run_cap, &room)?;
        let names = jobs.iter().map(|job| (job.key, place_of(&loaded.campaign, job))).collect();
        Ok(Self { entry, mode, scope, consent, names })
    }

    /// Makes it, and tells the client how far it is.
    pub async fn make(&self, call: &Call, studio: &Studio) -> Result<RunEnded, Refusal> {
        let run = RunId::random();
        let campaign = campaign::loaded(&self.entry)?.campaign.id.clone();
        let (mode, scope, consent) = (self.mode, self.scope.clone(), self.consent);
        let command = Command::Generate { run, campaign, mode, scope, consent };
        studio.make(run, command, &self.names, &mut call.progress(), call.given_up()).await
    }
}

pub async fn run(call: Call, arguments: Arguments) -> Result<Answer, Refusal> {
    let studio = call.studio.clone();
    studio.ready().await?;
    let cap = consent::cap(arguments.cap_usd)?;
    let (order, before) = studio.look(|seen| {
        let entry = campaign::good_entry(seen, &arguments.campaign)?;
        let campaign = &campaign::loaded(&entry)?.campaign;
        let scope = Scope {
            products: arguments.only.iter().flat_map(|only| only.products()).copied().collect(),
            allow_missing: arguments.allow_missing,
            speaker: arguments.speaker.as_deref().map(|name| campaign::speaker(campaign, name)).transpose()?,
            scene: arguments.scene.map(|number| campaign::scene(campaign, number)).transpose()?,
            ..Scope::default()
        };
        Ok::<_, Refusal>((Order::new(seen, entry, arguments.mode, scope, cap)?, seen.version()))
    })?;
    let ended = order.make(&call, &studio).await?;
    let (answer, pictures) = studio.look(|seen| {
        let entry = campaign::good_entry(seen, &arguments.campaign)?;
        let loaded = campaign::loaded(&entry)?;
        let mut document = document_of(seen, &entry, loaded, order.mode, Some(&ended), 0);
        let trouble = seen.trouble_since(before, &loaded.campaign.id);
        if let Some(trouble) = trouble {
            document["message"] = format!("{}; {trouble}", ended.message).into();
        }
        let is_well = trouble.is_none() && matches!(ended.outcome, Outcome::Complete | Outcome::Partial);
        Ok::<_, Refusal>((Answer::of(&document)?.well(is_well), pictures_of(seen, loaded, order.mode, arguments.scene)))
    })?;
    Ok(answer.with_pictures(small(pictures).await))
}
