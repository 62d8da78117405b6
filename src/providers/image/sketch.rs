//! `sketch`: the drawn baby as a portrait provider, free and offline. Same request, same bytes.

use crate::baby::{Look, Pose, portrait};
use crate::media::picture::encode_png;
use crate::plan::{Billing, MadeBy, Maker, PortraitRequest, ProviderId, Request, Role, Speech};
use crate::providers::provider::{Facts, File, JobContext, Lane, Making, NotMade, Provider, compute, wrong_request};

/// Changes whenever the drawing changes, so that a new version draws again.
const VERSION: u32 = 2;

/// The drawn baby: a request's words and its seed become a look, and its tone a pose.
pub struct Sketch;

impl Sketch {
    pub(crate) fn maker() -> Maker {
        Maker {
            made_by: MadeBy {
                provider: ProviderId::Sketch,
                model: "drawn-baby".to_owned(),
                version: Some(VERSION),
                endpoint: None,
                parameters: std::collections::BTreeMap::new(),
            },
            billing: Billing::Free,
            speech: Speech::default(),
        }
    }

    /// Whether the portrait of this request is drawn here.
    pub fn drew(request: &Request) -> bool {
        matches!(request, Request::Portrait(portrait) if portrait.made_by.provider == ProviderId::Sketch)
    }

    /// The look of the baby that a request asks for.
    pub fn look(request: &PortraitRequest) -> Look {
        let appearance = request.appearance.as_deref().unwrap_or_default();
        Look::dressed(*request.person().as_bytes(), *request.wardrobe().as_bytes(), appearance)
    }
}

impl Provider for Sketch {
    fn lane(&self) -> Lane {
        Lane::drawing()
    }

    fn make<'a>(&'a self, request: &'a Request, context: JobContext) -> Making<'a> {
        Box::pin(async move {
            let Request::Portrait(portrait_request) = request else {
                return Err(wrong_request(ProviderId::Sketch, request));
            };
            let (look, pose) = (Sketch::look(portrait_request), Pose::for_tone(portrait_request.tone));
            compute("Drawing the portrait", move || {
                if context.cancel.is_cancelled() {
                    return Err(NotMade::Cancelled);
                }
                let picture = portrait(&look, &pose);
                (context.progress)(0.9);
                let facts = Facts::Picture { width: picture.width(), height: picture.height() };
                Ok(vec![File { role: Role::Picture, bytes: encode_png(&picture), facts }])
            })
            .await
        })
    }
}
