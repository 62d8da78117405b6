use super::*;
use std::time::Instant;
#[test]
fn probe() {
    let mut big = String::from("{\"campaign_id\":\"a\",\"topic\":\"t\",\"script\":[");
    for i in 0..10000 {
        if i > 0 {
            big.push(',');
        }
        big.push_str(&format!(
            "\n{{\"type\":\"dialogue\",\"speaker\":\"Baby 1\",\"text\":\"{}\"}}",
            "words and ".repeat(15)
        ));
    }
    big.push_str("],\"baby_profiles\":{\"Baby 1\":{\"tone\":\"warm\",\"voice_id\":\"v\"}}}");
    for f in [Format::Json, Format::Yaml] {
        let t = Instant::now();
        let r = read(&big, f);
        println!("{f:?} {} {:?} {}", big.len(), t.elapsed(), r.is_ok());
        if let Err(e) = r {
            println!("{}", e[0]);
        }
    }
    let mut y =
        String::from("campaign_id: a\ntopic: t\nbaby_profiles:\n  Baby 1: {tone: warm, voice_id: v}\nscript:\n");
    for _ in 0..10000 {
        y.push_str(&format!("- type: dialogue\n  speaker: Baby 1\n  text: {}\n", "words and ".repeat(15)));
    }
    let t = Instant::now();
    let r = read(&y, Format::Yaml);
    println!("yaml block {} {:?} {}", y.len(), t.elapsed(), r.is_ok());
    if let Err(e) = r {
        println!("{}", e[0]);
    }
    for s in [
        "[[[[[[[[[[[[[[[[[[[[",
        "a: b\n\tc: d",
        "a: 1\n---\nb: 2",
        "--- \na: 1\n---\n",
        "1: a\n? [x, y]\n: b\ntopic: x",
        "campaign_id: !include foo.yaml",
        "a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]",
        "a: *nope",
        "topic: \"abc",
        "campaign_id: a\ntopic: t\nbaby_profiles:\n  Baby 1: &x {tone: warm, voice_id: 5}\n  Baby 2:\n    <<: *x\n    tone: 5\n  Baby 3: *x\nscript:\n - type: dialogue\n   speaker: Baby 1\n   text: |\r\n     hello\r\n     there\u{1}\r\n",
        "topic: .inf\nlayout: 99999999999999999999999\nmusic: 1e999\ncampaign_id: 'x\u{1}'",
        "%YAML 1.1\n---\na: !!binary aGVsbG8=\n",
        "a: b\nc\nd: e",
        "a: {b: c",
        "topic: @x",
        "topic: a: b",
        "\u{feff}a: b",
        "---\n!!map {a: b}",
        "- a\n- b\n",
        "hello",
    ] {
        println!("=== {s:?}");
        if let Err(e) = read(s, Format::Yaml) {
            for f in e {
                println!("{} | {:?} {}", f, f.column, f.pointer);
            }
        }
    }
    for s in [
        "{\"a\":1,}",
        "{\"topic\": \"a\nb\"}",
        "{\"topic\": \"\\ud800\"}",
        "{\"topic\": \"\\ud83d\\ude00\\u0000\\/\", \"topic\": 1e999}",
        "{} x",
        "// c\n{}",
        "{\n\"a\": tru\n}",
        "{'a': 1}",
        &"[".repeat(100000),
        &format!("{}{}", "[".repeat(30), "]".repeat(30)),
        "{\"a\" 1}",
        "{\n \"a\": 1\n \"b\": 2\n}",
        "NaN",
        "{\"a\": 01}",
    ] {
        println!("=== {:?}", &s[..s.len().min(60)]);
        if let Err(e) = read(s, Format::Json) {
            for f in e {
                println!("{} | {:?} {}", f, f.column, f.pointer);
            }
        }
    }
}
