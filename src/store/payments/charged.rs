//! What paid calls were really charged, as the ledger says: read back for estimates.

use crate::domain::MicroDollars;
use crate::plan::{Charged, Request};
use crate::store::ground::error::Result;
use crate::store::journal::columns::Sql;
use crate::store::journal::handle::Journal;

/// Prices change: only so many of the newest calls count.
const NEWEST: i64 = 1_000;

impl Journal {
    /// What the newest calls were charged whose provider said it. A request that this version does not understand teaches
    /// nothing.
    pub(crate) async fn charged(&self) -> Result<Charged> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT job.request_json, attempt.actual_micro FROM attempt JOIN job ON job.key = attempt.key
                 WHERE attempt.state = 'paid' AND attempt.actual_micro IS NOT NULL
                 ORDER BY attempt.id DESC LIMIT ?1",
            )?;
            let mut charged = Charged::default();
            let calls = query.query_map([NEWEST], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1).map(Sql::<MicroDollars>::value)?))
            })?;
            for call in calls {
                let (request, micro) = call?;
                if let Ok(request) = serde_json::from_str::<Request>(&request) {
                    charged.add(&request, micro);
                }
            }
            Ok(charged)
        })
        .await
    }
}
