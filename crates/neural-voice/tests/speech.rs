//! What the voice promises, heard in what it says: the same bytes on any number of processors, words at their times, and
//! an answer to every text.

use std::borrow::Cow;

use neural_voice::{Delivery, Error, Files, Processors, RATE, Speech, Voice};

fn say(text: &str, delivery: &Delivery) -> Speech {
    Voice::carried().unwrap().say(text, delivery, &Processors::new(1), &|| false).unwrap()
}

fn plainly(text: &str) -> Speech {
    say(text, &Delivery::default())
}

fn seconds(speech: &Speech) -> f64 {
    speech.samples.len() as f64 / f64::from(RATE)
}

#[test]
fn the_same_request_gives_the_same_samples_on_one_processor_and_on_four() {
    let voice = Voice::carried().unwrap();
    let text = "I did my research, all of it. I put it in my mouth!";
    let said = |threads, delivery| voice.say(text, &delivery, &Processors::new(threads), &|| false).unwrap();
    let alone = said(1, Delivery::default());
    assert!(alone == said(4, Delivery::default()));
    let other_take = said(1, Delivery { seed: 1, ..Delivery::default() });
    assert!(alone.samples != other_take.samples && alone.words == other_take.words, "a seed changes only the noise");
}

#[test]
fn a_word_is_said() {
    let speech = plainly("Nap.");
    assert!(seconds(&speech) > 0.3 && speech.samples.iter().any(|sample| sample.abs() > 0.05));
    assert_eq!(speech.words.len(), 1);
}

/// The test above on a processor from before AVX, by an emulator that developers may have.
#[test]
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn a_processor_without_vector_instructions_of_today_says_it_too() {
    let mut emulator = std::process::Command::new("qemu-x86_64");
    emulator.args(["-cpu", "Nehalem"]).arg(std::env::current_exe().unwrap()).args(["--exact", "a_word_is_said"]);
    match emulator.output() {
        Err(_) => eprintln!("No old processor is tried: qemu-x86_64 is not installed."),
        Ok(output) => {
            let told = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(
                output.status.success() && told.contains("1 passed"),
                "{told}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

#[test]
fn every_written_word_has_its_time() {
    let text = "It costs $5 million — or 7:30 pm, 😀 well-known [gnocchi](/njˈɑki/)!";
    let speech = plainly(text);
    let words: Vec<&str> = speech.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(words, ["It", "costs", "$5", "million", "—", "or", "7:30", "pm,", "😀", "well-known", "gnocchi!"]);
    let mut last = 0.0;
    for word in &speech.words {
        assert!(word.start >= last && word.end >= word.start && word.end <= seconds(&speech), "{:?}", speech.words);
        last = word.end;
        assert_eq!(word.end > word.start, word.text.chars().any(char::is_alphanumeric), "{word:?}");
    }
    assert!(speech.sounds.windows(2).all(|two| two[0].start <= two[1].start));
}

#[test]
fn words_begin_where_they_are_heard() {
    let lines = [
        "Well, I think so. Maybe. No! Tomorrow, perhaps.",
        "Hello. This is Bruno, and that, my friend, is a cracker.",
        "Nap time? Snack time! Bananas, pears, and a cup of tea.",
        "Stop. Look. Listen: tigers do not wear pyjamas.",
        "Good morning! Come in. Sit down. Take a cookie, please.",
        "Peekaboo. Found you! Again? Again. Okay, once more.",
        "Doctor, doctor! Grandma, can you hear me? Please, do.",
    ];
    let baby = Delivery { pitch_hz: 252.0, speed: 0.87, ..Delivery::default() };
    let (mut near, mut all, mut misses) = (0, 0, Vec::new());
    for (line, delivery) in lines.iter().flat_map(|line| [(line, Delivery::default()), (line, baby)]) {
        let speech = say(line, &delivery);
        for onset in onsets_after_silence(&speech.samples) {
            let distance = |start: f64| (start - onset).abs();
            let nearest =
                speech.words.iter().min_by(|one, other| distance(one.start).total_cmp(&distance(other.start)));
            let word = nearest.unwrap();
            all += 1;
            if distance(word.start) <= 0.04 {
                near += 1;
            } else {
                misses.push(format!("{} at {:.3}, heard at {onset:.3}", word.text, word.start));
            }
        }
    }
    assert!(all >= 20, "only {all} onsets");
    assert!(near * 10 >= all * 9, "{near} of {all}: {misses:?}");
}

/// Where sound begins behind at least 120 ms of silence, in seconds.
fn onsets_after_silence(samples: &[f32]) -> Vec<f64> {
    let hop = RATE as usize / 200;
    let loudness: Vec<f32> = samples
        .chunks(hop)
        .map(|chunk| (chunk.iter().map(|sample| sample * sample).sum::<f32>() / chunk.len() as f32).sqrt())
        .collect();
    let loudest = loudness.iter().copied().fold(0.0, f32::max);
    let is_silent = |level: &f32| *level < 0.03 * loudest;
    let mut onsets = Vec::new();
    let mut silent_for = 24;
    for (at, level) in loudness.iter().enumerate() {
        if is_silent(level) {
            silent_for += 1;
        } else {
            if silent_for >= 24 {
                onsets.push(at as f64 / 200.0);
            }
            silent_for = 0;
        }
    }
    onsets
}

#[test]
fn speed_is_heard_and_a_wide_range_is_no_other_pace() {
    let text = "You have prepared a cracker, Bruno.";
    let plain = seconds(&plainly(text));
    let slow = seconds(&say(text, &Delivery { speed: 0.7, ..Delivery::default() }));
    let wide = seconds(&say(text, &Delivery { range: 1.4, ..Delivery::default() }));
    assert!(slow > 1.25 * plain && (wide - plain).abs() < 0.05, "{plain} {slow} {wide}");
}

#[test]
fn every_text_has_an_answer() {
    for text in [
        "",
        " \n ",
        "…",
        "?!",
        "😀😀🎙️",
        "你好，世界。",
        "مرحبا بالعالم",
        "\u{202e}abc",
        "<>&",
        "a",
        "[](/x/)",
        "\0\u{1b}[31m",
    ] {
        let speech = plainly(text);
        assert!(seconds(&speech) > 0.2 && speech.samples.iter().all(|sample| sample.is_finite()), "{text:?}");
        assert!(speech.samples.iter().any(|sample| sample.abs() > 0.01), "{text:?} is not heard");
    }
    let word = plainly(&"supercalifragilistic".repeat(15));
    assert!(seconds(&word) > 5.0 && word.words.len() == 1);
    assert!(seconds(&plainly(&"7".repeat(300))) > 20.0);
}

#[test]
fn ten_thousand_characters_are_spoken_in_little_memory() {
    let sentence = "This one has exactly nine words in it today. ";
    let fast = Delivery { speed: 2.5, ..Delivery::default() };
    let short = seconds(&say(sentence, &fast));
    let text: String = sentence.chars().cycle().take(10_000).collect();
    let long = say(&text, &fast);
    assert!((seconds(&long) / (short * 10_000.0 / sentence.len() as f64) - 1.0).abs() < 0.15);
    assert_eq!(long.words.len(), text.split_whitespace().count());
}

#[test]
fn a_cancelled_line_stops_soon() {
    let asked = std::cell::Cell::new(0);
    let cancelled = || {
        asked.set(asked.get() + 1);
        asked.get() > 4
    };
    let voice = Voice::carried().unwrap();
    let result = voice.say(&"Nap or snack? ".repeat(200), &Delivery::default(), &Processors::new(1), &cancelled);
    assert_eq!(result, Err(Error::Cancelled));
    assert!(asked.get() < 7);
}

#[test]
fn a_damaged_file_is_an_error_and_no_panic() {
    type Of = fn(&mut Files) -> &mut Cow<'static, [u8]>;
    let files: [(&str, Of); 7] = [
        ("heart", |files| &mut files.heart),
        ("alphabet", |files| &mut files.alphabet),
        ("checked", |files| &mut files.checked),
        ("larger", |files| &mut files.larger),
        ("tagger", |files| &mut files.tagger),
        ("spelling", |files| &mut files.spelling),
        ("spelling_alphabets", |files| &mut files.spelling_alphabets),
    ];
    for (name, of) in files {
        let whole = of(&mut Files::carried()).to_vec();
        let foreign = b"<html>quota exceeded</html>".to_vec();
        for damaged in [Vec::new(), whole[..whole.len() / 2].to_vec(), whole[..whole.len() / 5 * 4].to_vec(), foreign] {
            let mut files = Files::carried();
            *of(&mut files) = Cow::Owned(damaged);
            let said = Voice::read(&files).and_then(|voice| voice.sounds("Snorfblatz naps."));
            assert!(matches!(said, Err(Error::Damaged { .. })), "{name}: {said:?}");
        }
    }
}
