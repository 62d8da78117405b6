//! Words by a language model: asked for like anything that is paid, judged when the answer is there, and sent back once with
//! its faults. Each call is a run of one job, so that its price, its caps and its end are those of any other.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::runs::NewJob;
use super::{Core, Internal};
use crate::domain::write::named;
use crate::domain::{Campaign, CampaignId, Display, Format, MicroDollars};
use crate::engine::command::Consent;
use crate::engine::event::{Event, Outcome, RunEnded};
use crate::engine::files::library::off_thread;
use crate::engine::files::starter;
use crate::engine::words::paths::shown_path;
use crate::engine::writing::{
    Asked, Judged, MOST_OF_THE_ANSWER, MOST_OF_THE_FAULTS, Made, NotWritten, Order, Wanted, Written, asked, judged,
    price_of_both, translated_id, translation,
};
use crate::plan::{Failure, JobState, Mode, Request, Role, RunId, ScriptAnswer, ScriptRequest};
use crate::store::workspace::campaigns;
use crate::store::workspace::cast_file::CastFile;
use crate::store::{Scope, choices_path, read_choices, write_choices};

/// What is being written, by the run that asks for it.
#[derive(Default)]
pub(super) struct Writing(HashMap<RunId, Piece>);

/// One order on its way.
pub(super) struct Piece {
    ticket: u64,
    order: Order,
    /// Of the campaign that is written, or whose words are.
    id: CampaignId,
    consent: Consent,
    asked: Asked,
    /// Whether this is the question with the faults of the first answer.
    is_second: bool,
}

impl Core {
    /// Takes an order up.
    pub(super) async fn write(&mut self, ticket: u64, run: RunId, order: Order, consent: Consent) {
        match self.piece(ticket, order, consent) {
            Ok(piece) => self.go_on_writing(run, piece).await,
            Err(why) => self.tell(Event::Written { ticket, outcome: Err(why) }),
        }
    }

    fn piece(&self, ticket: u64, order: Order, consent: Consent) -> Result<Piece, NotWritten> {
        let id = match &order.what {
            Wanted::Campaign(brief) => {
                let title = brief.title();
                let (id, _) = named(title).map_err(|why| {
                    NotWritten::Wrong(format!("\"{}\" cannot name a campaign: {why}", title.display()))
                })?;
                match starter::why_taken(&self.studio.shelf.settings, &id) {
                    Some(why) => return Err(NotWritten::Wrong(why)),
                    None => id,
                }
            }
            Wanted::Translation { campaign, language } => {
                let id = translated_id(campaign, *language).map_err(NotWritten::Wrong)?;
                match starter::why_taken(&self.studio.shelf.settings, &id) {
                    Some(why) => return Err(NotWritten::Wrong(why)),
                    None => campaign.clone(),
                }
            }
            Wanted::Line { campaign, .. } | Wanted::Punchier { campaign } => campaign.clone(),
        };
        let campaign = match &order.what {
            Wanted::Campaign(_) => None,
            _ => Some(&self.loaded(&id).map_err(NotWritten::Wrong)?.1.campaign),
        };
        let maker = self.studio.catalogue.writer().map_err(NotWritten::NoWriter)?;
        let asked = asked(&order.what, order.take, campaign, &maker).map_err(NotWritten::Wrong)?;
        Ok(Piece { ticket, order, id, consent, asked, is_second: false })
    }

    /// Uses the answer where it is there, and asks for it where it is not.
    async fn go_on_writing(&mut self, run: RunId, mut piece: Piece) {
        let ticket = piece.ticket;
        loop {
            let request = Request::Script(piece.asked.request.clone());
            let key = request.key();
            self.learn(vec![key]).await;
            let facts = self.facts(key);
            let answer = facts.made(Role::Script).map(|made| made.path.clone()).filter(|_| facts.state.is_made());
            let outcome = match (&facts.state, answer) {
                (_, Some(file)) => match self.use_answer(&piece, file).await {
                    Ok(written) => Ok(written),
                    Err(Unusable::Faulty { again }) => {
                        (piece.asked.request, piece.is_second) = (*again, true);
                        continue;
                    }
                    Err(Unusable::Told(why)) => Err(why),
                },
                (JobState::Held(failure), None) => Err(in_doubt(failure)),
                _ => match self.ask_writer(run, request, piece).await {
                    Some(why) => Err(why),
                    None => return,
                },
            };
            return self.tell(Event::Written { ticket, outcome });
        }
    }

    /// Begins the run that asks; where it cannot begin, why.
    async fn ask_writer(&mut self, run: RunId, request: Request, piece: Piece) -> Option<NotWritten> {
        let billing = piece.asked.billing;
        let price = billing.price(&request);
        let at_most = if piece.is_second { price } else { price_of_both(&piece.asked.request, billing) };
        if piece.consent == Consent::FreeOnly && !at_most.is_zero() {
            return Some(NotWritten::Price(at_most));
        }
        if self.schedule.is_closed() {
            return Some(NotWritten::Cancelled);
        }
        let job = NewJob::of_words(request, price);
        // What is made without money has no place in the ledger.
        let mode = if at_most.is_zero() { Mode::Draft } else { Mode::Final };
        let (id, consent) = (piece.id.clone(), piece.consent);
        self.known.writing.0.insert(run, piece);
        let planned = self.check_run(run, id, mode, vec![job], consent, None).await;
        self.start_runs(planned.into_iter().collect()).await;
        None
    }

    /// Whether a run asks for words.
    pub(super) fn asks_for_words(&self, run: RunId) -> bool {
        self.known.writing.0.contains_key(&run)
    }

    /// Has what was asked for gone on with, once its run has ended.
    pub(super) fn after_run(&self, ended: &RunEnded) {
        if self.asks_for_words(ended.run) {
            let _ = self.tasks.internal.send(Internal::Answered(Box::new(ended.clone())));
        }
    }

    /// The run of a piece is over.
    pub(super) async fn answered(&mut self, ended: RunEnded) {
        let Some(mut piece) = self.known.writing.0.remove(&ended.run) else { return };
        let key = Request::Script(piece.asked.request.clone()).key();
        let why = match &self.facts(key).state {
            state if state.is_made() => {
                if let Consent::UpTo(agreed) = piece.consent {
                    piece.consent = Consent::UpTo(self.left_of(agreed, ended.run).await);
                }
                return self.go_on_writing(RunId::random(), piece).await;
            }
            JobState::Failed(failure) if ended.outcome == Outcome::Stopped => NotWritten::Stopped(failure.to_string()),
            JobState::Failed(failure) => NotWritten::Failed(failure.to_string()),
            JobState::Held(failure) => in_doubt(failure),
            _ if ended.outcome == Outcome::Interrupted => NotWritten::Cancelled,
            _ if ended.outcome == Outcome::Stopped => NotWritten::Stopped(ended.message),
            _ => NotWritten::Failed(ended.message),
        };
        self.tell(Event::Written { ticket: piece.ticket, outcome: Err(why) });
    }

    async fn left_of(&self, agreed: MicroDollars, run: RunId) -> MicroDollars {
        // Where it cannot be read, nothing is left.
        let used = self.studio.store.journal.used(Scope::Run(run)).await.unwrap_or(agreed);
        MicroDollars(agreed.0.saturating_sub(used.0))
    }

    /// Judges an answer and makes of it what was asked for.
    async fn use_answer(&mut self, piece: &Piece, file: PathBuf) -> Result<Written, Unusable> {
        let failed = |text: String| Unusable::Told(NotWritten::Failed(text));
        let read = file.clone();
        let bytes = off_thread(move || std::fs::read(&read)).await;
        let answer: Option<ScriptAnswer> = bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(answer) = answer else {
            return Err(failed(format!("The answer in {} cannot be read", shown_path(&file))));
        };
        let who = &piece.asked.request.made_by;
        if let Some(refusal) = &answer.refusal {
            let text = format!(
                "{} would not write this: “{}”. Say it in other words, or ask for another answer",
                if who.model.is_empty() { "The model" } else { who.model.as_str() }.display(),
                refusal.trim().display(),
            );
            return Err(Unusable::Told(NotWritten::Unusable(text)));
        }
        let campaign = match &piece.order.what {
            Wanted::Campaign(_) => None,
            _ => Some(self.loaded(&piece.id).map_err(failed)?.1.campaign.clone()),
        };
        match judged(&piece.order.what, &answer, &piece.id, campaign.as_ref()) {
            Ok(Judged { flags, .. }) if !flags.is_empty() && !piece.order.accepts_flags => {
                Err(Unusable::Told(NotWritten::Flagged(flags)))
            }
            Ok(Judged { made, .. }) => {
                self.write_down(piece, made, campaign).await.map_err(|why| Unusable::Told(NotWritten::Failed(why)))
            }
            Err(faults) if piece.is_second => Err(Unusable::Told(NotWritten::Unusable(format!(
                "The answer cannot be used, asked twice: {} It is kept in {}; ask for another answer",
                faults.join(" ").display(),
                shown_path(&file),
            )))),
            Err(faults) => {
                let again = again(&piece.asked.request, &answer, &faults);
                Err(Unusable::Faulty { again: Box::new(again) })
            }
        }
    }

    async fn write_down(&mut self, piece: &Piece, made: Made, campaign: Option<Campaign>) -> Result<Written, String> {
        match (made, campaign) {
            (Made::Lines(lines), _) => Ok(Written::Lines { campaign: piece.id.clone(), lines }),
            (Made::File { text, babies, lines }, _) => {
                let (settings, id) = (self.studio.shelf.settings.clone(), piece.id.clone());
                let written = off_thread(move || starter::write_campaign(&settings, &id, &text)).await?;
                let (campaign, file) = (piece.id.clone(), written.file.clone());
                self.after_writing(Ok(written)).await;
                Ok(Written::File { campaign, file, babies, lines })
            }
            (Made::Translation { title, texts }, Some(campaign)) => {
                let Wanted::Translation { language, .. } = piece.order.what else { return Err(String::new()) };
                let (babies, lines) = (campaign.profiles.len(), texts.len());
                let path = self.loaded(&piece.id)?.0.path.clone();
                let id = translated_id(&piece.id, language)?;
                let new = id.clone();
                let write = move || {
                    let format = Format::of_path(&path).unwrap_or(Format::Json);
                    let source = campaigns::read_text(&path).map_err(|error| error.to_string())?;
                    let cast = CastFile::beside(&path).cast;
                    let text = translation(&source, format, &cast, (&campaign, &new, language), (&title, &texts))?;
                    let ending = path.extension().unwrap_or_default();
                    let file = path.with_file_name(new.as_str()).with_extension(ending);
                    campaigns::write_new(&file, text.as_bytes()).map_err(|error| error.to_string())?;
                    keep_looks(&path, &file)?;
                    Ok::<_, String>(file)
                };
                let file = off_thread(write).await?;
                self.reload().await;
                Ok(Written::File { campaign: id, file, babies, lines })
            }
            (Made::Translation { .. }, None) => Err("The campaign is not there any more".to_owned()),
        }
    }
}

fn in_doubt(failure: &Failure) -> NotWritten {
    let why = failure.to_string();
    // Where it says so itself, once is enough.
    let next_step = if why.contains("babblecast unknown") { "" } else { " Decide with `babblecast unknown`." };
    NotWritten::InDoubt(format!("{why}{next_step}"))
}

/// An answer that is no result.
enum Unusable {
    /// It is asked for again, with its faults.
    Faulty { again: Box<ScriptRequest> },
    /// The end of it.
    Told(NotWritten),
}

/// The same question with the answer and its faults, both held to the length that their price was counted with.
fn again(request: &ScriptRequest, answer: &ScriptAnswer, faults: &[String]) -> ScriptRequest {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let why =
        format!("That cannot be used:\n- {}\nGive the whole answer again, without these faults.", faults.join("\n- "));
    let said = if answer.text.trim().is_empty() { "(nothing)" } else { answer.text.as_str() };
    request.asked_again(cut(said, MOST_OF_THE_ANSWER), cut(&why, MOST_OF_THE_FAULTS))
}

/// The faces that were chosen are those of the translation too.
fn keep_looks(from: &std::path::Path, to: &std::path::Path) -> Result<(), String> {
    let choices = read_choices(&choices_path(from)).map_err(|error| error.to_string())?;
    if choices.choices.is_empty() {
        return Ok(());
    }
    write_choices(&choices_path(to), &choices).map_err(|error| error.to_string())
}

impl NewJob {
    /// A question to a language model.
    fn of_words(request: Request, price: MicroDollars) -> Self {
        let (key, request) = (request.key(), Arc::new(request));
        Self { key, request, source: None, inputs: Vec::new(), speaker: None, scene: None, price }
    }
}
