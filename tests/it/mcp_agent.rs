//! An agent as the tests have it: the client of the protocol's own kit, over the real program's pipes.

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use rmcp::model::{CallToolRequestParams, CallToolResult, ContentBlock, ProgressNotificationParam, Tool};
use rmcp::service::{NotificationContext, RoleClient, RunningService, ServiceError};
use rmcp::transport::TokioChildProcess;
use rmcp::{ClientHandler, ServiceExt};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::program::Studio;

/// Keeps what it is told of the progress of calls.
#[derive(Clone, Default)]
pub struct Listener {
    progress: Arc<Mutex<Vec<ProgressNotificationParam>>>,
}

impl ClientHandler for Listener {
    async fn on_progress(&self, told: ProgressNotificationParam, _context: NotificationContext<RoleClient>) {
        self.progress.lock().unwrap().push(told);
    }
}

pub struct Agent {
    pub runtime: Runtime,
    pub client: RunningService<RoleClient, Listener>,
    listener: Listener,
}

impl Agent {
    pub fn of(studio: &Studio) -> Self {
        Self::start(studio.command(["mcp"]))
    }

    pub fn start(command: Command) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = Listener::default();
        let client = runtime.block_on(async {
            let command = tokio::process::Command::from(command);
            let (process, _) = TokioChildProcess::builder(command).stderr(Stdio::null()).spawn().unwrap();
            listener.clone().serve(process).await.unwrap()
        });
        Self { runtime, client, listener }
    }

    pub fn tools(&self) -> Vec<Tool> {
        self.runtime.block_on(self.client.list_all_tools()).unwrap()
    }

    pub fn ask(&self, tool: &'static str, arguments: &Value) -> Result<CallToolResult, ServiceError> {
        self.runtime.block_on(self.client.call_tool(params(tool, arguments)))
    }

    pub fn call(&self, tool: &'static str, arguments: &Value) -> Told {
        Told(self.ask(tool, arguments).unwrap())
    }

    /// The jobs that were made when it was told, each time.
    pub fn progress(&self) -> Vec<ProgressNotificationParam> {
        self.listener.progress.lock().unwrap().clone()
    }
}

pub fn params(tool: &'static str, arguments: &Value) -> CallToolRequestParams {
    CallToolRequestParams::new(tool).with_arguments(arguments.as_object().unwrap().clone())
}

/// What a tool answered.
pub struct Told(pub CallToolResult);

impl Told {
    /// The document of a call that did what it was asked for.
    #[track_caller]
    pub fn well(&self) -> &Value {
        assert_eq!(self.0.is_error, Some(false), "{:?}", self.0.content);
        self.document()
    }

    /// The document, however it went.
    #[track_caller]
    pub fn document(&self) -> &Value {
        let document = self.0.structured_content.as_ref().expect("a document");
        let text: Value = serde_json::from_str(&self.text()).unwrap();
        assert_eq!(&text, document, "both kinds of clients are told the same");
        document
    }

    /// The sentence of a call that was refused.
    #[track_caller]
    pub fn refused(&self) -> String {
        assert_eq!((self.0.is_error, &self.0.structured_content), (Some(true), &None), "{:?}", self.0.content);
        self.text()
    }

    fn text(&self) -> String {
        self.0.content.first().and_then(ContentBlock::as_text).expect("a text").text.clone()
    }

    /// What each picture shows, with its bytes.
    pub fn pictures(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        for pair in self.0.content.windows(2) {
            if let [ContentBlock::Text(what), ContentBlock::Image(picture)] = pair {
                assert_eq!(picture.mime_type, "image/jpeg");
                let bytes = base64_simd::STANDARD.decode_to_vec(picture.data.as_bytes()).unwrap();
                found.push((what.text.clone(), bytes));
            }
        }
        found
    }
}
