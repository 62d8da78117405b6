//! `babblecast import`: a recording becomes a campaign, its lines cut out of it and its speakers babies.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;
use strum::VariantNames;

use crate::cli::commands::make::studio;
use crate::cli::support::context::Context;
use crate::cli::support::exit::{Exit, Failure, sentence};
use crate::cli::support::output::say;
use crate::cli::support::session::{Happening, Session};
use crate::cli::support::submit::Consent;
use crate::cli::support::target::existing_file;
use crate::domain::recording::Moment;
use crate::domain::{Display, Language, MicroDollars};
use crate::engine::{
    self, Command, Event, HeldRecording, Import, ImportWish, Imported, ImportedVoices, Level, MomentWish, Transcriber,
    shown_path,
};

/// Make a campaign of a recording: a talk, a podcast, a video
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: babblecast import talk.mp3
          babblecast import podcast.m4a --moments
          babblecast import podcast.m4a --moment 2 --voices baby --clean
          babblecast import call.wav --from 1:30 --to 2:15 --speakers Rosie,Max

Who listens: a transcription server of your own (BABBLECAST_TRANSCRIPT_BASE_URL), ElevenLabs (ELEVENLABS_API_KEY, with its \
price first), or whisper-cli where it is installed. Without any, the recording is parted at its pauses.

A recording of real people: ask them.")]
pub struct Arguments {
    /// A sound or a video: WAV, MP3, M4A, FLAC, Ogg, MP4, MOV; others where ffmpeg is installed
    #[arg(value_name = "RECORDING", value_hint = clap::ValueHint::FilePath)]
    recording: PathBuf,
    /// Begin here: seconds, or 1:30, or 1:02:03
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<f64>,
    /// End here
    #[arg(long, value_name = "TIME", value_parser = time)]
    to: Option<f64>,
    /// Title of the campaign, from which its id is made; that of the file if left out
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Who listens: elevenlabs, server, whisper or none
    #[arg(long, value_name = "WHO", value_parser = word::<Transcriber>(), hide_possible_values = true)]
    transcriber: Option<Transcriber>,
    /// What is spoken: en, de, es, fr or it
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    language: Option<Language>,
    /// What becomes of the voices: keep, baby (made higher here, free) or changer (by ElevenLabs, paid by the minute)
    #[arg(long, value_name = "HOW", default_value = "keep", value_parser = word::<ImportedVoices>())]
    #[arg(hide_possible_values = true)]
    voices: ImportedVoices,
    /// Leave out "uh", what somebody throws in while another speaks, and long silences
    #[arg(long)]
    clean: bool,
    /// The babies' names as they begin to speak; where nobody knows who speaks, who says each line: A,B,A
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    speakers: Vec<String>,
    /// List the best 20 to 60 seconds of a long recording, and write nothing
    #[arg(long, conflicts_with = "moment")]
    moments: bool,
    /// Take only this one of them, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    moment: Option<u32>,
    /// Do not open the studio afterwards
    #[arg(long)]
    stay: bool,
    #[command(flatten)]
    consent: Consent,
}

/// A value that is one of a few words.
fn word<T: FromStr + VariantNames + Clone + Send + Sync + 'static>() -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(T::VARIANTS).try_map(|word| word.parse::<T>().map_err(|_| "no such word"))
}

/// `90`, `90.5`, `1:30`, `1:02:03`
fn time(text: &str) -> Result<f64, String> {
    let wrong = || "give seconds, or minutes and seconds as 1:30".to_owned();
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() > 3 {
        return Err(wrong());
    }
    let mut seconds = 0.0;
    for (at, part) in parts.iter().enumerate() {
        let number: f64 = part.parse().map_err(|_| wrong())?;
        let is_last = at + 1 == parts.len();
        if !(0.0..=1e6).contains(&number) || (at > 0 && number >= 60.0) || (!is_last && number.fract() != 0.0) {
            return Err(wrong());
        }
        seconds = seconds * 60.0 + number;
    }
    Ok(seconds)
}

fn language(text: &str) -> Result<Language, String> {
    Language::from_code(text).ok_or_else(|| "they are en, de, es, fr and it".to_owned())
}

impl Arguments {
    fn wish(&self) -> Result<ImportWish, Failure> {
        let from_s = self.from.unwrap_or_default();
        if self.to.is_some_and(|to_s| to_s <= from_s) {
            return Err(Failure::wrong("--to must be later than --from."));
        }
        let moment = match self.moment {
            Some(number) => MomentWish::Number(number as usize),
            None if self.moments => MomentWish::Ask,
            None => MomentWish::Whole,
        };
        let names = self.speakers.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        Ok(ImportWish {
            file: existing_file(&self.recording, "Name a sound or a video.")?,
            from_s,
            to_s: self.to,
            name: self.name.clone(),
            transcriber: self.transcriber,
            language: self.language,
            voices: self.voices,
            clean: self.clean,
            speakers: names.collect(),
            moment,
        })
    }
}

pub fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let wish = arguments.wish()?;
    let mut session = Session::open(context.engine_settings(context.folder()?))?;
    let mut recording = None;
    let mut consent = engine::Consent::FreeOnly;
    let mut paid = MicroDollars::ZERO;
    let end = loop {
        match asked(&mut session, &wish, recording.take(), consent)? {
            Import::Costs { price, what, recording: held } => {
                say(&format!("{}: about {price}", what.display()));
                consent = agree(arguments.consent, price, paid, context.config.caps.run.value)?;
                paid += price;
                recording = Some(held);
            }
            end => break end,
        }
    };
    match end {
        Import::Written(imported) => {
            let opens = !arguments.stay && context.output.is_for_a_person();
            told(&imported, context, opens)?;
            session.close()?;
            if opens { studio::run_at(context, &imported.path) } else { Ok(Exit::Done) }
        }
        Import::Choose { moments, .. } => {
            list(&moments, context)?;
            session.close()?;
            Ok(Exit::Done)
        }
        Import::Failed(failure) => {
            session.close()?;
            Err(Failure::unable(sentence(failure.to_string().display().to_string())))
        }
        Import::Doing(_) | Import::Costs { .. } => Err(Failure::unable("The import ended without a word.")),
    }
}

/// Asks the engine once, and waits for its answer.
fn asked(
    session: &mut Session,
    wish: &ImportWish,
    recording: Option<HeldRecording>,
    consent: engine::Consent,
) -> Result<Import, Failure> {
    session.send(Command::Import { ticket: 1, wish: Box::new(wish.clone()), recording, consent })?;
    loop {
        match session.next()? {
            Happening::Event(Event::Import { import: Import::Doing(what), .. }) => say(&format!("{}…", what.display())),
            Happening::Event(Event::Import { import, .. }) => return Ok(import),
            Happening::Event(Event::Notice(notice)) if notice.level != Level::Info => say(&notice.text.display()),
            Happening::Event(_) => {}
            Happening::Interrupted => say(&"Stopping…"),
        }
    }
}

/// The price is allowed by a cap or by `--yes`, or a person is asked. `paid` was agreed to before.
fn agree(
    consent: Consent,
    price: MicroDollars,
    paid: MicroDollars,
    most: Option<MicroDollars>,
) -> Result<engine::Consent, Failure> {
    let left = |cap: MicroDollars| MicroDollars(cap.0.saturating_sub(paid.0));
    let consent = Consent { cap: consent.cap.map(left), ..consent };
    consent.require_price(price, "What is asked of the recording", most.map(left))
}

fn told(imported: &Imported, context: &Context, opens: bool) -> Result<(), Failure> {
    let Imported { campaign, path, lines, babies, seconds, notes } = imported;
    let answer = json!({
        "campaign_id": campaign, "file": shown_path(path), "lines": lines, "babies": babies, "seconds": seconds,
        "notes": notes,
    });
    context.output.answer(&answer, || {
        let speak = if *babies == 1 { "1 baby speaks" } else { &format!("{babies} babies speak") };
        let mut text = format!("{}: {lines} lines, {seconds:.1} s, {speak}", shown_path(path).display());
        for note in notes {
            let _ = write!(text, "\n! {}.", note.display());
        }
        if !opens {
            let _ = write!(text, "\nMake it: babblecast generate {campaign}");
        }
        text
    })
}

fn list(moments: &[Moment], context: &Context) -> Result<(), Failure> {
    let moment = |(at, moment): (usize, &Moment)| {
        let Moment { start_s, end_s, begins, speakers, laughs, score } = moment;
        json!({"moment": at + 1, "from_s": start_s, "to_s": end_s, "begins": begins, "speakers": speakers, "laughs": laughs, "score": score})
    };
    let answer = json!({"moments": moments.iter().enumerate().map(moment).collect::<Vec<_>>()});
    context.output.answer(&answer, || {
        let line = |(at, moment): (usize, &Moment)| {
            let seconds = moment.end_s - moment.start_s;
            let begins = if moment.begins.is_empty() { String::new() } else { format!("  {}", moment.begins) };
            format!("{}  {}  {seconds:.0} s{}", at + 1, clock(moment.start_s), begins.display())
        };
        let lines: Vec<String> = moments.iter().enumerate().map(line).collect();
        format!("{}\nTake one: --moment N", lines.join("\n"))
    })
}

/// `1:02:03`
fn clock(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time in a recording")]
    let whole = seconds.max(0.0) as u64;
    let (hours, minutes, seconds) = (whole / 3_600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, seconds) in [("90", 90.0), ("1:30", 90.0), ("1:02:03.5", 3_723.5), ("0", 0.0), ("0.25", 0.25)] {
            assert_eq!(time(text), Ok(seconds), "{text}");
        }
        for text in ["", "-1", "1:90", "a", "1:2:3:4", "1.5:30", "nan", "1:"] {
            assert!(time(text).is_err(), "{text}");
        }
        assert_eq!((clock(3_723.9), clock(61.0)), ("1:02:03".to_owned(), "1:01".to_owned()));
    }
}
