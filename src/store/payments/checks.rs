//! What providers last answered to the free question whether address, key and model are right. Kept so that a plan and
//! the studio's first frame can warn without any call.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::params;

use crate::plan::ProviderId;
use crate::store::ground::error::Result;
use crate::store::journal::handle::Journal;

/// The last answer of one provider about one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderCheck {
    pub provider: ProviderId,
    /// The model that was asked about.
    pub model: String,
    /// The day on which the provider switches that model off, as it wrote it.
    pub retires_on: Option<String>,
    pub checked_at: SystemTime,
}

impl Journal {
    /// Remembers an answer that came now.
    pub(crate) async fn note_check(&self, provider: ProviderId, model: &str, retires_on: Option<&str>) -> Result<()> {
        let row = (provider, model.to_owned(), retires_on.map(str::to_owned));
        self.write(move |writing| {
            let (provider, model, retires_on) = &row;
            writing
                .connection
                .prepare_cached("INSERT OR REPLACE INTO provider_check VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![provider, model, retires_on, writing.now])?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn checks(&self) -> Result<Vec<ProviderCheck>> {
        self.read(|connection| {
            let mut query =
                connection.prepare_cached("SELECT provider, model, retires_on, checked_at FROM provider_check")?;
            let checks = query.query_map([], |row| {
                let at: i64 = row.get(3)?;
                Ok(ProviderCheck {
                    provider: row.get(0)?,
                    model: row.get(1)?,
                    retires_on: row.get(2)?,
                    checked_at: UNIX_EPOCH + Duration::from_millis(u64::try_from(at).unwrap_or_default()),
                })
            })?;
            Ok(checks.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }
}
