//! How the plan's types stand in the columns of the database: as the words and hexadecimal digits they have elsewhere,
//! so that a person with `sqlite3` can read them.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};

use super::events::EventKind;
use crate::domain::{CampaignId, MicroDollars};
use crate::plan::{AssetHash, JobKey, Mode, Product, ProviderId, Role, RunId};
use crate::store::ground::token::Token;
use crate::store::home::instance::Owner;
use crate::store::journal::attempts::{AttemptState, Resolution};

/// A word in a column that means nothing.
pub(in crate::store) fn unexpected(column: usize, text: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("unexpected {text:?}").into())
}

macro_rules! text_column {
    ($($type:ty: $to_text:expr, $from_text:expr;)*) => {$(
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                let to_text: fn(&$type) -> String = $to_text;
                Ok(ToSqlOutput::from(to_text(self)))
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let from_text: fn(&str) -> Option<$type> = $from_text;
                let text = value.as_str()?;
                from_text(text).ok_or_else(|| FromSqlError::Other(format!("unexpected {text:?}").into()))
            }
        }
    )*};
}

text_column! {
    JobKey: |key| key.to_string(), |text| text.parse().ok();
    AssetHash: |hash| hash.to_string(), |text| text.parse().ok();
    Owner: |owner| owner.to_string(), |text| text.parse().ok().map(Owner);
    RunId: |run| run.to_string(), |text| text.parse().ok().map(RunId);
    Mode: |mode| mode.name().to_owned(), |text| text.parse().ok();
    ProviderId: |provider| provider.name().to_owned(), |text| text.parse().ok();
    Product: |product| product.name().to_owned(), |text| text.parse().ok();
    Role: |role| role.name().to_owned(), |text| text.parse().ok();
    Token: |token| token.to_string(), |text| text.parse().ok().map(Token);
    AttemptState: |state| state.name().to_owned(), |text| text.parse().ok();
    Resolution: |made| made.name().to_owned(), |text| text.parse().ok();
    EventKind: |kind| kind.name().to_owned(), |text| text.parse().ok();
}

/// A value of the domain in a column. The domain is a package of its own, which knows no database, so the traits of the
/// database cannot stand on its types.
pub(in crate::store) struct Sql<T>(pub T);

impl<T> Sql<T> {
    pub(in crate::store) fn value(self) -> T {
        self.0
    }
}

impl ToSql for Sql<&CampaignId> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_str()))
    }
}

impl FromSql for Sql<CampaignId> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        CampaignId::new(text).map(Self).map_err(|_| FromSqlError::Other(format!("unexpected {text:?}").into()))
    }
}

impl ToSql for Sql<MicroDollars> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(i64::try_from(self.0.0).unwrap_or(i64::MAX)))
    }
}

impl FromSql for Sql<MicroDollars> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let micro = value.as_i64()?;
        u64::try_from(micro).map(|micro| Self(MicroDollars(micro))).map_err(|_| FromSqlError::OutOfRange(micro))
    }
}
