//! Every row of the error table against a reply as it was recorded or documented.

use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::providers::http::{Head, KeyHeader};

const CANARY: &str = "sk-canary-161803";

static SECRET: LazyLock<ApiKey> =
    LazyLock::new(|| ApiKey::new(KeyHeader::Bearer, "OPENAI_API_KEY", &CANARY.into()).unwrap());

fn names(dialect: Dialect) -> Names<'static> {
    let (provider, key, base) = match dialect {
        Dialect::OpenAi | Dialect::OpenAiWriter => ("OpenAI", "OPENAI_API_KEY", "OPENAI_BASE_URL"),
        Dialect::ElevenLabs => ("ElevenLabs", "ELEVENLABS_API_KEY", "ELEVENLABS_BASE_URL"),
        Dialect::Compatible => ("The image server", "BABBLECAST_IMAGE_KEY", "BABBLECAST_IMAGE_BASE_URL"),
    };
    let secret = Some(&*SECRET);
    Names { dialect, provider, key, base, model: "gpt-image-2.6-flare", voice: "baby_voice_9", secret }
}

fn reply(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    Reply { head: Head::new(status, [("retry-after", "12")], 0), body: body.into() }
}

/// A recorded reply, or the body itself where no such file exists.
fn body(recorded: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/replies/");
    match recorded.rsplit_once('.') {
        Some((_, "json" | "html" | "txt")) => std::fs::read(format!("{folder}{recorded}")).unwrap(),
        _ => recorded.as_bytes().to_vec(),
    }
}

fn told(verdict: &Verdict) -> (&'static str, &Failure) {
    match verdict {
        Verdict::Free { failure, is_rate_limit: true, .. } => ("slower", failure),
        Verdict::Free { failure, .. } => ("again", failure),
        Verdict::StopProvider(failure) => ("stop", failure),
        Verdict::FailJob(failure) | Verdict::FailVoice { failure, .. } => ("fail", failure),
        Verdict::Unknown { failure, .. } => ("unknown", failure),
        Verdict::Made { .. } => panic!("an error made something"),
    }
}

/// Dialect, status, recorded reply, class, words of the reason, words of the next step.
const CASES: &[(Dialect, u16, &str, &str, &str, &str)] = {
    use Dialect::{Compatible, ElevenLabs, OpenAi, OpenAiWriter};
    &[
        (OpenAi, 301, "", "stop", "redirect (301)", "OPENAI_BASE_URL"),
        (
            OpenAi,
            429,
            "openai_429_insufficient_quota.json",
            "stop",
            "OPENAI_API_KEY has no credit left (429 insufficient_quota)",
            "Add credit",
        ),
        (OpenAi, 429, "openai_429_credit_balance.json", "stop", "(429 credit_balance_exhausted)", "Add credit"),
        (OpenAi, 429, "openai_429_project_spend_limit.json", "stop", "(429 project_spend_limit_exceeded)", "Raise it"),
        (OpenAi, 429, "openai_429_organization_usage.json", "stop", "usage limit", "Raise it"),
        (
            ElevenLabs,
            401,
            "elevenlabs_401_quota_exceeded.json",
            "stop",
            "too few credits for this line (401 quota_exceeded): “This request exceeds your quota of 10000",
            "Add credits",
        ),
        (ElevenLabs, 429, "elevenlabs_429_concurrency.json", "slower", "fewer calls at once", "by itself"),
        (ElevenLabs, 429, "elevenlabs_429_system_busy.json", "again", "ElevenLabs is busy", "by itself"),
        (OpenAi, 429, "openai_429_rate_limit.json", "slower", "slower pace (429 rate_limit_exceeded)", "by itself"),
        (OpenAi, 429, "openai_429_slow_down.json", "slower", "slower pace (429 slow_down)", "by itself"),
        (OpenAi, 429, "", "slower", "slower pace (429)", "by itself"),
        (
            OpenAi,
            400,
            "openai_400_moderation_blocked.json",
            "fail",
            "(400 moderation_blocked)",
            "openai.moderation = \"low\"",
        ),
        (OpenAiWriter, 400, "openai_400_moderation_blocked.json", "fail", "refused the question", "in other words"),
        (
            OpenAiWriter,
            404,
            "openai_404_model_not_found.json",
            "fail",
            "no model gpt-image-2.6-flare",
            "writer.model = ",
        ),
        (OpenAiWriter, 401, "openai_401_invalid_api_key.json", "stop", "(401 invalid_api_key)", "--from debate"),
        (OpenAiWriter, 401, "", "stop", "was refused (401)", "--from debate"),
        (OpenAi, 404, "openai_404_model_not_found.json", "fail", "no model gpt-image-2.6-flare", "openai.model = "),
        (ElevenLabs, 404, "elevenlabs_404_voice_not_found.json", "fail", "no voice baby_voice_9", "baby_voice_1 …"),
        (
            ElevenLabs,
            400,
            "elevenlabs_400_unsupported_model.json",
            "fail",
            "(400 unsupported_model)",
            "elevenlabs.model",
        ),
        (
            ElevenLabs,
            400,
            "elevenlabs_400_max_characters.json",
            "fail",
            "longer than ElevenLabs takes",
            "Split the line",
        ),
        (
            ElevenLabs,
            401,
            "elevenlabs_401_missing_permissions.json",
            "stop",
            "may not be used for speech",
            "Text to Speech",
        ),
        (Compatible, 401, "compatible_401.json", "stop", "wants a key", "BABBLECAST_IMAGE_KEY"),
        (
            OpenAi,
            401,
            "openai_401_invalid_api_key.json",
            "stop",
            "OPENAI_API_KEY was refused (401 invalid_api_key)",
            "--image sketch",
        ),
        (OpenAi, 401, "gateway_403.html", "stop", "OPENAI_API_KEY was refused (401)", "--image sketch"),
        (
            ElevenLabs,
            401,
            "elevenlabs_401_invalid_api_key.json",
            "stop",
            "ELEVENLABS_API_KEY was refused (401 invalid_api_key)",
            "--voice pico",
        ),
        (
            ElevenLabs,
            402,
            "elevenlabs_402_payment.json",
            "fail",
            "does not give the voice baby_voice_9 to this account (402 payment_required): “Free users cannot use library",
            "other voices go on",
        ),
        (
            ElevenLabs,
            402,
            r#"{"detail":{"code":"paid_plan_required","message":"This format needs a paid plan."}}"#,
            "fail",
            "to paid plans (402 paid_plan_required): “This format needs a paid plan”",
            "If that is the voice baby_voice_9",
        ),
        (
            ElevenLabs,
            402,
            r#"{"detail":{"code":"payment_required","message":"Your last payment failed."}}"#,
            "stop",
            "wants to be paid first (402 payment_required): “Your last payment failed”",
            "Settle that with ElevenLabs",
        ),
        (
            ElevenLabs,
            401,
            r#"{"detail":{"status":"detected_unusual_activity","message":"Unusual activity detected. Free Tier usage disabled."}}"#,
            "stop",
            "free use off for this account or network (401 detected_unusual_activity): “Unusual activity detected",
            "A VPN",
        ),
        (
            ElevenLabs,
            401,
            r#"{"detail":{"status":"workspace_locked","message":"The workspace is locked."}}"#,
            "stop",
            "ELEVENLABS_API_KEY was refused (401 workspace_locked): “The workspace is locked”",
            "--voice pico",
        ),
        (
            OpenAi,
            401,
            r#"{"error":{"code":"ip_not_authorized","message":"Your IP is not on the allow list."}}"#,
            "stop",
            "OPENAI_API_KEY was refused (401 ip_not_authorized): “Your IP is not on the allow list”",
            "--image sketch",
        ),
        (
            OpenAi,
            429,
            r#"{"error":{"code":"rate_limit_exceeded","message":"Rate limit reached for gpt-image-2.6-flare on images per min (IPM): Limit 0, Used 0, Requested 1."}}"#,
            "stop",
            "no call of the model gpt-image-2.6-flare (429 rate_limit_exceeded): “Rate limit reached",
            "Raise the limit",
        ),
        (OpenAi, 403, "openai_403_unverified.json", "stop", "only for verified organisations", "Verify it"),
        (
            OpenAi,
            403,
            "openai_403_country.json",
            "stop",
            "Country, region, or territory not supported",
            "OPENAI_API_KEY",
        ),
        (OpenAi, 403, "gateway_403.html", "stop", "(403): “Attention Required! | Cloudflare”", "OPENAI_API_KEY"),
        (
            Compatible,
            404,
            "compatible_404_framework.json",
            "stop",
            "nothing at this address",
            "BABBLECAST_IMAGE_BASE_URL",
        ),
        (OpenAi, 404, "", "stop", "nothing at this address (404)", "end in /v1"),
        (OpenAi, 407, "", "stop", "proxy", "HTTPS_PROXY"),
        (OpenAi, 408, "", "unknown", "gave up waiting (408)", "may have been billed"),
        (OpenAi, 409, "openai_409_conflict.json", "again", "locked by another request", "by itself"),
        (OpenAi, 425, "", "again", "not ready", "by itself"),
        (
            OpenAi,
            413,
            "openai_413_too_large.json",
            "fail",
            "too large (413): “Request entity too large”",
            "smaller reference",
        ),
        (
            OpenAi,
            400,
            "openai_400_invalid_value.json",
            "fail",
            "refused the value of quality (400 invalid_value): “Invalid value: 'hd'",
            "Change quality",
        ),
        (
            OpenAi,
            400,
            "openai_400_unknown_parameter.json",
            "fail",
            "value of response_format",
            "Change response_format",
        ),
        (
            ElevenLabs,
            422,
            "elevenlabs_422_list.json",
            "fail",
            "value of voice_settings.speed (422 less_than_equal): “Input should be less",
            "voice_settings.speed",
        ),
        (
            OpenAi,
            400,
            "openai_400_without_param.json",
            "fail",
            "refused the request (400 invalid_request_error)",
            "gpt-image-2.6-flare",
        ),
        (Compatible, 400, "compatible_400_string.json", "fail", "model \"sd-turbo\" is not loaded", "the model is"),
        (
            ElevenLabs,
            400,
            "elevenlabs_400_string.json",
            "fail",
            "Something in the request is wrong",
            "the voice baby_voice_9",
        ),
        (OpenAi, 418, "x", "fail", "refused the request (418): “x”", "names"),
        (OpenAi, 503, "openai_503_overloaded.json", "again", "overloaded", "by itself"),
        (
            OpenAi,
            503,
            "gateway_503.html",
            "unknown",
            "(503): “503 Service Temporarily Unavailable”",
            "may have been billed",
        ),
        (
            OpenAi,
            500,
            "openai_500_server_error.json",
            "unknown",
            "failed while it worked (500 server_error)",
            "may have been billed",
        ),
        (OpenAi, 502, "gateway_502.html", "unknown", "(502): “502 Bad Gateway”", "may have been billed"),
        (ElevenLabs, 504, "gateway_504.txt", "unknown", "upstream request timeout", "may have been billed"),
        (OpenAi, 529, "", "unknown", "failed while it worked (529)", "may have been billed"),
        (OpenAi, 103, "", "unknown", "no server should (103)", "may have been billed"),
        (OpenAi, 999, "", "unknown", "no server should (999)", "may have been billed"),
    ]
};

#[test]
fn every_refusal_is_told_with_its_cause_and_next_step() {
    for &(dialect, status, recorded, class, reason, next_step) in CASES {
        let verdict = classify(&names(dialect), &reply(status, body(recorded)));
        let (found, failure) = told(&verdict);
        assert_eq!(found, class, "{status} {recorded}: {failure}");
        assert!(failure.reason.contains(reason), "{status} {recorded}: {}", failure.reason);
        assert!(failure.next_step.contains(next_step), "{status} {recorded}: {}", failure.next_step);
        assert!(!failure.reason.ends_with('.') && failure.next_step.ends_with(['.', ')']), "{failure}");
        assert!(!failure.to_string().contains(['{', '}']), "a place was left open: {failure}");
    }
}

#[test]
fn every_row_is_reached_by_a_case() {
    for (position, row) in TABLE.iter().enumerate() {
        let is_reached = CASES.iter().any(|&(dialect, status, recorded, ..)| {
            row_of(dialect, status, &ErrorBody::parse(&body(recorded))).is_some_and(|found| std::ptr::eq(found, row))
        });
        assert!(is_reached, "row {position} ({:?}) is never used by a test", row.reason);
    }
}

#[test]
fn every_status_has_a_row() {
    for status in 0..=u16::MAX {
        for dialect in [Dialect::OpenAi, Dialect::ElevenLabs, Dialect::Compatible, Dialect::OpenAiWriter] {
            assert!(row_of(dialect, status, &ErrorBody::default()).is_some(), "{dialect:?} {status}");
        }
    }
}

#[test]
fn the_wait_that_is_asked_for_is_kept() {
    let verdict = classify(&names(Dialect::OpenAi), &reply(429, body("openai_429_rate_limit.json")));
    assert!(matches!(verdict, Verdict::Free { retry_after: Some(wait), .. } if wait == Duration::from_secs(12)));
}

#[test]
fn a_key_is_never_repeated_wherever_it_is_quoted_and_however_it_is_spelled() {
    let escaped = CANARY.replacen('s', "\\u0073", 1);
    for dialect in [Dialect::OpenAi, Dialect::ElevenLabs, Dialect::Compatible] {
        for status in [400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 503] {
            for key in [CANARY, &escaped] {
                for member in ["message", "code", "type", "param"] {
                    let quoted = format!(r#"{{"error":{{"message":"bad","{member}":"bad key {key}"}}}}"#);
                    let verdict = classify(&names(dialect), &reply(status, quoted.clone()));
                    assert!(!format!("{verdict:?}").contains("canary"), "{quoted}: {verdict:?}");
                    let error = ErrorBody::parse(quoted.as_bytes());
                    let inside = classify_inside(&names(dialect), &error, &reply(200, ""));
                    assert!(!format!("{inside:?}").contains("canary"), "{quoted}: {inside:?}");
                }
            }
        }
    }
}

#[test]
fn only_a_limit_of_nothing_is_final() {
    for (message, is_final) in [
        ("Limit 0, Used 0, Requested 1.", true),
        ("limit: 0 / min. Current: 1 / min.", true),
        ("the limit=0", true),
        ("Limit 5, Used 5", false),
        ("Limit 05", false),
        ("limit 0.5 a second", false),
        ("Rate limit reached. 0 left", false),
        ("limit", false),
        ("", false),
    ] {
        assert_eq!(has_limit_of_nothing(message), is_final, "{message}");
    }
}

#[test]
fn an_error_inside_a_stream_is_free_only_by_its_name() {
    for (error, class) in [
        (r#"{"error":{"code":"moderation_blocked","message":"m"}}"#, "fail"),
        (r#"{"error":{"code":"insufficient_quota","message":"m"}}"#, "stop"),
        (r#"{"error":{"code":"model_not_found","message":"m"}}"#, "fail"),
        (r#"{"error":{"type":"server_error","message":"m"}}"#, "unknown"),
        (r#"{"error":{"code":"rate_limit_exceeded","message":"m"}}"#, "unknown"),
        (r#"{"error":"out of memory"}"#, "unknown"),
    ] {
        let parsed = ErrorBody::parse(error.as_bytes());
        let verdict = classify_inside(&names(Dialect::OpenAi), &parsed, &reply(200, ""));
        assert_eq!(told(&verdict).0, class, "{error}");
    }
}

#[test]
fn words_from_outside_fill_no_places() {
    let error = r#"{"error":{"message":"{key} {base} {param}","param":"{says}"}}"#;
    let verdict = classify(&names(Dialect::OpenAi), &reply(400, error));
    assert!(told(&verdict).1.reason.contains("the value of {says} (400): “{key} {base} {param}”"), "{verdict:?}");
}

proptest! {
    #[test]
    fn no_error_reply_makes_something(status in 300_u16..1000, body in proptest::collection::vec(any::<u8>(), 0..200)) {
        for dialect in [Dialect::OpenAi, Dialect::ElevenLabs, Dialect::Compatible] {
            let verdict = classify(&names(dialect), &reply(status, body.clone()));
            let is_error = !matches!(verdict, Verdict::Made { .. });
            prop_assert!(is_error);
        }
    }
}
