//! The server: speaks the protocol over a pair of pipes until the client is gone or the program is told to stop, and lets
//! everything under way come to its end. Standard output carries the protocol alone.

use std::sync::Arc;

use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ErrorData, Implementation, ListToolsResult, PaginatedRequestParams,
    ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, ServerInitializeError};
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::{RoleServer, ServiceExt};
use tokio::io::{AsyncRead, AsyncWrite};

use super::common::answer::{Refusal, result};
use super::common::call::Calls;
use super::common::studio::Studio;
use super::table::{Entry, tools};
use crate::domain::Display;
use crate::engine::{Command, EngineSettings};
use crate::mcp::common::input::Input;

/// How the server is started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The engine that the tools use.
    pub engine: EngineSettings,
    /// Bytes of a message; a longer one is dropped.
    pub longest_message: usize,
}

impl Settings {
    /// Where nothing else is set: twice the largest campaign file, with what JSON adds to it.
    pub const LONGEST_MESSAGE: usize = 16 * 1024 * 1024;
}

const INSTRUCTIONS: &str = "\
babblecast makes vertical \"baby podcast\" videos: each baby of a script gets a portrait and a voice, each line a clip, and all \
clips one video. Write a campaign (`schema`, then `check` and `write`), look at it as a free draft (`generate`, then `status`), \
and only then make the final. A final spends the person's money: show them the price from `plan`, ask, and pass what they agreed \
to as `cap_usd`. Nothing is made or paid twice, so a call that was interrupted can be made again. Answers name files by their \
paths; a mark in each says that it was made by AI.";

/// Why nothing was served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// What came first was no client of this protocol.
    #[error(
        "this is no client of the Model Context Protocol: {0}. `babblecast mcp` is started by an agent, not by hand"
    )]
    NoClient(String),
}

/// Serves until the input ends or `told_to_stop` comes, and returns when the engine is gone.
pub async fn serve(
    settings: Settings,
    input: impl AsyncRead + Send + Unpin + 'static,
    output: impl AsyncWrite + Send + Unpin + 'static,
    told_to_stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let (studio, following) = Studio::start(settings.engine);
    let (input, ended) = Input::new(input);
    let transport = AsyncRwTransport::new_server(input, output).with_max_line_length(settings.longest_message);
    let (calls, all_over) = Calls::new(studio.clone());
    let server = Server { calls: calls.clone(), tools: Arc::new(tools()) };
    let told_to_stop = std::pin::pin!(told_to_stop);
    let ended = async {
        tokio::select! {
            () = told_to_stop => {}
            () = ended.wait() => {}
        }
    };
    let mut ended = std::pin::pin!(ended);
    let begun = tokio::select! {
        begun = server.serve(transport) => Some(begun),
        () = &mut ended => None,
    };
    let served = match begun {
        None | Some(Err(ServerInitializeError::ConnectionClosed(_))) => Ok(()),
        Some(Err(error)) => Err(ServeError::NoClient(error.to_string().display().to_string())),
        Some(Ok(service)) => {
            let stop = service.cancellation_token();
            let waiting = service.waiting();
            let stopping = async {
                ended.await;
                // What is free is let go, and what is paid comes to its end; who still waits for it hears so.
                calls.end();
                let _ = studio.send(Command::Shutdown).await;
                studio.over().await;
                stop.cancel();
            };
            let _ = tokio::join!(waiting, stopping);
            drop(calls);
            // An engine of its own that a call has started ends with the call.
            all_over.wait().await;
            Ok(())
        }
    };
    let _ = studio.send(Command::Shutdown).await;
    let _ = following.await;
    served
}

#[derive(Clone)]
struct Server {
    calls: Calls,
    tools: Arc<Vec<Entry>>,
}

impl Server {
    fn find(&self, name: &str) -> Option<&Entry> {
        self.tools.iter().find(|entry| entry.tool.name == name)
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let who = Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(who)
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.iter().map(|entry| entry.tool.clone()).collect()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.find(name).map(|entry| entry.tool.clone())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(entry) = self.find(&request.name) else {
            let names: Vec<&str> = self.tools.iter().map(|entry| entry.tool.name.as_ref()).collect();
            let (name, names) = (request.name.display(), names.join(", "));
            return Err(ErrorData::invalid_params(format!("There is no tool {name}; there are {names}."), None));
        };
        let call = self.calls.begin(context);
        // A call that panics is answered too, and ends no other.
        let answered = tokio::spawn(entry.perform(call, request.arguments.unwrap_or_default())).await;
        let answered = answered.unwrap_or_else(|error| {
            tracing::error!(%error, tool = %entry.tool.name, "a tool broke");
            Err(Refusal::new("This is a fault of babblecast; the log in the studio home says more"))
        });
        Ok(CallToolResponse::from(result(answered)))
    }
}
