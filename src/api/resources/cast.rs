//! The cast: every baby over all campaigns, and where it is used.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::common::extract::QueryOf;
use crate::api::common::problem::Problem;
use crate::api::common::shared::SharedRef;
use crate::domain::Fault;
use crate::engine::words::babies::{BabyTold, told};

/// Every baby.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CastAnswer {
    /// Whether the campaigns folder has a cast file.
    has_cast: bool,
    /// What is wrong with that file; nobody can be named until it is fixed.
    faults: Vec<Fault>,
    /// The members in the order of the cast, then all others.
    babies: Vec<BabyTold>,
}

pub async fn list(State(shared): State<SharedRef>, query: QueryOf) -> Result<Json<CastAnswer>, Problem> {
    query.only(&[])?;
    Ok(Json(shared.look(|seen| {
        let cast = &seen.library().cast;
        CastAnswer {
            has_cast: cast.path.is_some(),
            faults: cast.faults.clone(),
            babies: told(seen.library(), &|key| &seen.job(key).state),
        }
    })))
}
