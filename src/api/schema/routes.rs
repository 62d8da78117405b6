//! Every route with what it takes and answers: the one table from which the router, the OpenAPI document and the readable
//! page are made.

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use tower_http::catch_panic::CatchPanicLayer;

use super::{docs, openapi};
use crate::api::common::guard::guard;
use crate::api::common::problem::{Problem, panicked};
use crate::api::common::shared::SharedRef;
use crate::api::resources::answers::{ImagesAnswer, JobAnswer};
use crate::api::resources::bodies::{ChooseBody, GiveVoiceBody, PinVoiceBody, SubjectBody};
use crate::api::resources::campaigns::ListAnswer;
use crate::api::resources::cast::CastAnswer;
use crate::api::resources::farm::FarmAnswer;
use crate::api::resources::health::HealthAnswer;
use crate::api::resources::spend::{SpendAnswer, UnknownAnswer};
use crate::api::resources::takes::TakesAnswer;
use crate::api::resources::voices::{ChangedVoice, VoicesAnswer};
use crate::api::resources::{
    assets, campaigns, cast, events, farm, gallery, health, jobs, posting, spend, takes, voices,
};

/// One route.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    /// What it does, as a sentence.
    pub summary: &'static str,
    pub parameters: Vec<Parameter>,
    pub body: Option<SchemaOf>,
    pub status: StatusCode,
    pub answer: Answer,
    handler: MethodRouter<SharedRef>,
}

pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// Something beside the body that a route takes.
pub struct Parameter {
    pub name: &'static str,
    /// `path`, `query` or `header`.
    pub place: &'static str,
    pub about: &'static str,
    pub takes: Takes,
}

/// What a parameter may be.
#[derive(Clone, Copy)]
pub enum Takes {
    Text,
    /// One of a few words.
    Words(&'static [&'static str]),
    /// A whole number from 0 to this one.
    Number(usize),
}

/// What a route answers with when all is well.
#[derive(Clone, Copy)]
pub enum Answer {
    Json(SchemaOf),
    Events,
    /// The bytes of a made file.
    File,
    /// Plain text.
    Text,
    Page,
}

impl Route {
    fn new(method: &'static str, path: &'static str, summary: &'static str, handler: MethodRouter<SharedRef>) -> Self {
        let mut route = Self {
            method,
            path,
            summary,
            parameters: Vec::new(),
            body: None,
            status: StatusCode::OK,
            answer: Answer::Page,
            handler,
        };
        for (name, about, takes) in [
            ("id", "A job's id, or a campaign's: then its newest job.", Takes::Text),
            ("hash", "SHA-256 of the file as it is stored, as links name it.", Takes::Text),
            ("call", "The number of the call, as the list names it.", Takes::Number(usize::MAX >> 1)),
            ("campaign", "A campaign's id.", Takes::Text),
        ] {
            if path.contains(&format!("{{{name}}}")) {
                route.parameters.push(Parameter { name, place: "path", about, takes });
            }
        }
        route
    }

    fn get(path: &'static str, summary: &'static str, handler: MethodRouter<SharedRef>) -> Self {
        Self::new("get", path, summary, handler)
    }

    fn post(path: &'static str, summary: &'static str, handler: MethodRouter<SharedRef>) -> Self {
        Self::new("post", path, summary, handler)
    }

    /// Answers 202: it is begun, and goes on.
    fn begins_job(self) -> Self {
        let header = Parameter {
            name: "Idempotency-Key",
            place: "header",
            about: "What you call this request: the same key again, at any time, is the same job.",
            takes: Takes::Text,
        };
        let mut route = Self { status: StatusCode::ACCEPTED, ..self.json::<JobAnswer>() };
        route.parameters.push(header);
        route
    }

    fn json<T: JsonSchema>(self) -> Self {
        Self { answer: Answer::Json(SchemaGenerator::subschema_for::<T>), ..self }
    }

    fn answers(self, answer: Answer) -> Self {
        Self { answer, ..self }
    }

    fn body<T: JsonSchema>(self) -> Self {
        Self { body: Some(SchemaGenerator::subschema_for::<T>), ..self }
    }

    fn query(mut self, name: &'static str, about: &'static str, takes: Takes) -> Self {
        self.parameters.push(Parameter { name, place: "query", about, takes });
        self
    }

    fn parts(self) -> Self {
        self.query("only", "Make only these parts: portraits, voices, clips, episode, with commas.", Takes::Text).mode()
    }

    fn mode(self) -> Self {
        let modes = Takes::Words(&["draft", "final"]);
        self.query("mode", "What to make; the final where a key is set, else the free draft.", modes)
    }
}

/// The table.
pub fn routes() -> Vec<Route> {
    let campaign_body = Route {
        body: Some(openapi::posted_campaign),
        ..Route::post("/api/v1/campaigns/generate", "Make a campaign.", post(posting::generate)).parts().begins_job()
    };
    let file_range = |route: Route| {
        let about = "A part of the file: `bytes=0-1023`.";
        let mut route = route.answers(Answer::File);
        route.parameters.push(Parameter { name: "Range", place: "header", about, takes: Takes::Text });
        route
    };
    let stream = |route: Route| {
        let about = "The last event that came before a break.";
        let mut route = route.answers(Answer::Events);
        route.parameters.push(Parameter { name: "Last-Event-ID", place: "header", about, takes: Takes::Text });
        route
    };
    vec![
        campaign_body,
        Route::get("/api/v1/campaigns/{id}/status", "How a job is, scene by scene.", get(jobs::status))
            .json::<JobAnswer>(),
        Route::get("/api/v1/campaigns/{id}/images", "The portraits of a job.", get(jobs::images))
            .json::<ImagesAnswer>(),
        Route::get("/api/v1/campaigns/health", "Whether the service and its providers answer.", get(health::health))
            .json::<HealthAnswer>(),
        Route::get("/api/v1/campaigns", "Every campaign in a line.", get(campaigns::list))
            .query("limit", "At most this many, 1000 at most.", Takes::Number(campaigns::MOST_LENGTH))
            .query("offset", "Leave out the first ones.", Takes::Number(campaigns::LARGEST_OFFSET))
            .json::<ListAnswer>(),
        Route {
            status: StatusCode::ACCEPTED,
            ..Route::post(
                "/api/v1/campaigns/{id}/cancel",
                "Stop what waits and what runs for nothing.",
                post(jobs::cancel),
            )
        }
        .json::<JobAnswer>(),
        Route::post("/api/v1/campaigns/{id}/retry", "Make what is missing once more.", post(posting::retry))
            .parts()
            .begins_job(),
        Route::post(
            "/api/v1/campaigns/{id}/regenerate",
            "Make a new take of one portrait or voice.",
            post(posting::regenerate),
        )
        .body::<SubjectBody>()
        .begins_job(),
        Route::get("/api/v1/campaigns/{id}/takes", "The takes of everything that has several.", get(takes::takes))
            .mode()
            .json::<TakesAnswer>(),
        Route::post("/api/v1/campaigns/{id}/takes/choose", "Use a take from now on.", post(takes::choose))
            .body::<ChooseBody>()
            .json::<TakesAnswer>(),
        Route::post(
            "/api/v1/campaigns/{id}/voice",
            "Give a voice to a baby; the next final tells the price before it speaks again.",
            post(voices::give),
        )
        .body::<GiveVoiceBody>()
        .json::<ChangedVoice>(),
        stream(Route::get(
            "/api/v1/campaigns/{id}/events",
            "The document whenever it changes (event `status`), and how far it is (event `progress`).",
            get(events::of_job),
        )),
        file_range(Route::get("/api/v1/campaigns/{id}/episode", "The finished video.", get(assets::episode))),
        stream(Route::get(
            "/api/v1/events",
            "The ids of campaigns that change (event `changed`).",
            get(events::of_all),
        )),
        file_range(Route::get(
            "/api/v1/assets/{hash}",
            "A made file by its hash. Pictures, sounds and videos come with their mark, so their own hash is another one; \
             X-Stored-SHA256 repeats the one of the address.",
            get(assets::asset),
        )),
        Route::get("/api/v1/cast", "Every baby over all campaigns, and where it is used.", get(cast::list))
            .json::<CastAnswer>(),
        Route::get("/api/v1/voices", "The voices to choose from, and what aliases stand for.", get(voices::list))
            .query("filter", "Only voices that this text is said of.", Takes::Text)
            .json::<VoicesAnswer>(),
        Route::post("/api/v1/voices/aliases", "Let an alias stand for another voice.", post(voices::pin))
            .body::<PinVoiceBody>()
            .json::<ChangedVoice>(),
        Route::get("/api/v1/spend", "What was spent, by campaign, provider and day.", get(spend::spend))
            .json::<SpendAnswer>(),
        Route::get("/api/v1/unknown", "Calls that may have been billed: you decide.", get(spend::unknown))
            .json::<UnknownAnswer>(),
        Route::post(
            "/api/v1/unknown/{call}/retry",
            "Let the call be made again; it may be billed twice.",
            post(spend::retry),
        )
        .json::<UnknownAnswer>(),
        Route::post(
            "/api/v1/unknown/{call}/drop",
            "Give up what the call was for; its price stays counted.",
            post(spend::drop_call),
        )
        .json::<UnknownAnswer>(),
        Route::get("/api/v1/farm", "The machines of the farm and what they make.", get(farm::farm))
            .json::<FarmAnswer>(),
        Route::get("/metrics", "Figures for Prometheus.", get(farm::metrics)).answers(Answer::Text),
        Route::get("/openapi.json", "This interface for programs.", get(openapi::serve)).json::<openapi::AnyObject>(),
        Route::get("/docs", "This interface for people.", get(docs::page)),
        Route::get("/", "The gallery: every campaign with its babies, live.", get(gallery::page)).query(
            "page",
            "Which part of the gallery, from 1.",
            Takes::Number(gallery::MOST_PAGES),
        ),
        Route::get("/gallery/{campaign}", "One campaign of the gallery.", get(gallery::card)),
    ]
}

/// The whole server as one service.
pub fn router(shared: SharedRef) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.handler);
    }
    for (path, serve) in gallery::files() {
        router = router.route(path, serve);
    }
    router
        .fallback(|| async { Problem::not_found("There is nothing at this path; /docs lists what there is.") })
        .method_not_allowed_fallback(|| async {
            let message = "This path is there, but not for this method; /docs lists what there is.";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
        })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(shared.clone(), guard))
        .with_state(shared)
}
