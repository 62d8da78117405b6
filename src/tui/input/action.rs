//! What a person can ask of the studio, by name: keymap, footer, help and tests speak this one vocabulary. Knows
//! nothing of keys.

macro_rules! actions {
    ($($variant:ident $name:literal $label:literal $help:literal;)*) => {
        /// One thing a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $($variant,)* }

        impl Action {
            /// In the order of the help page.
            pub const ALL: &'static [Action] = &[$(Action::$variant,)*];

            /// As written in a keymap file.
            pub fn name(self) -> &'static str {
                match self { $(Action::$variant => $name,)* }
            }

            /// One or two words for the footer.
            pub fn label(self) -> &'static str {
                match self { $(Action::$variant => $label,)* }
            }

            /// A line for the help page.
            pub fn help(self) -> &'static str {
                match self { $(Action::$variant => $help,)* }
            }
        }
    };
}

actions! {
    Draft "draft" "draft" "make the draft: all of a campaign, or the selected scene";
    Final "final" "final" "make the final: all of a campaign, or the selected scene";
    NewTake "new_take" "new take" "make a new take of the focused face or voice";
    SameBaby "same_baby" "same baby" "the same baby again: a take that keeps this face";
    PreviousTake "previous_take" "flip" "look at the take before";
    NextTake "next_take" "flip" "look at the next take";
    Takes "takes" "takes" "all takes of the focused face or voice on one sheet";
    Left "left" "choose" "to the take on the left";
    Right "right" "choose" "to the take on the right";
    Star "star" "star" "mark a take that you like, or take the mark away";
    Compare "compare" "compare" "put this take beside the next one that you choose, with what differs in their requests";
    NotedTake "noted_take" "with a note" "a new take that is asked for something: smile less";
    TrashTake "trash_take" "trash" "put the take in the trash; nothing is deleted";
    RestoreTake "restore_take" "bring back" "bring the take back that was put in the trash last";
    RenewVoice "renew_voice" "newer voice" "have the newer built-in voice speak a campaign that keeps the older one";
    Keep "keep" "keep" "use the take you are looking at";
    Open "open" "open" "open the selected line";
    Cancel "cancel" "cancel" "stop the focused job, or all jobs of the campaign";
    CancelAll "cancel_all" "cancel all" "stop all jobs of all campaigns";
    CancelRun "cancel_run" "stop run" "stop everything of the run that the selected job is of";
    Raise "raise" "move" "let the selected job run earlier in its lane";
    Lower "lower" "move" "let the selected job run later in its lane";
    RaiseFirst "raise_first" "first/last" "let the selected job run next in its lane";
    LowerLast "lower_last" "first/last" "let the selected job run last in its lane";
    RetryCause "retry_cause" "retry all" "make everything again that was not made for the selected reason";
    Up "up" "up" "one line up";
    Down "down" "down" "one line down";
    PageUp "page_up" "page up" "a page up";
    PageDown "page_down" "page down" "a page down";
    HalfPageUp "half_page_up" "half page up" "half a page up";
    HalfPageDown "half_page_down" "half page down" "half a page down";
    First "first" "first" "to the first line";
    Last "last" "last" "to the last line";
    NextTrouble "next_trouble" "needs you" "to the next line that failed, is held, maybe billed or changed since";
    PreviousTrouble "previous_trouble" "needs you" "to the line before that needs somebody";
    ScrollUp "scroll_up" "read" "the text of the pane: a line up";
    ScrollDown "scroll_down" "read" "the text of the pane: a line down";
    FocusFace "focus_face" "face" "focus the face";
    FocusVoice "focus_voice" "voice" "focus the voice";
    FocusClip "focus_clip" "clip" "focus the clip";
    FocusNext "focus_next" "face/voice/clip" "focus the next of face, voice and clip";
    PlayVoice "play_voice" "play" "play the voice of the selected line, or stop it";
    Listen "listen" "listen" "listen to the episode from the selected scene on; pause and go on";
    PreviousLine "previous_line" "line" "while listening: to the line before";
    NextLine "next_line" "line" "while listening: to the next line";
    Watch "watch" "watch" "look at the focused clip, or at all from here on; h l a second back or on, f full screen";
    OpenVideo "open_video" "player" "open the finished video, or the focused clip, in your own player";
    Phone "phone" "phone" "hand the finished video to your phone, with its caption, by a QR code";
    Filmstrip "filmstrip" "filmstrip" "show or hide the filmstrip below the scenes";
    FullSize "full_size" "full size" "show the picture as large as the terminal allows";
    Filter "filter" "find" "show only lines with a text, of who:NAME, in a state: is:failed";
    CopyPrompt "copy_prompt" "copy prompt" "copy the prompt, or the spoken text";
    CopyPath "copy_path" "copy path" "copy the path of the made file";
    EditLine "edit_line" "edit" "edit the text of the selected line where it stands";
    EditCard "edit_card" "all fields" "edit every field of the selected scene and its baby";
    NewBelow "new_below" "new line" "a new line below the selected one";
    NewAbove "new_above" "new line" "a new line above the selected one";
    DeleteScene "delete_scene" "delete" "take the selected scenes out of the script";
    YankScene "yank_scene" "yank" "remember the selected scenes, to put them elsewhere";
    PutScene "put_scene" "put" "put the remembered scenes below the selected one";
    MoveDown "move_down" "move" "move the selected scene down";
    MoveUp "move_up" "move" "move the selected scene up";
    ChangeSpeaker "change_speaker" "speaker" "let another baby speak the selected lines";
    NextSpeaker "next_speaker" "other baby" "let the next baby speak the selected lines";
    SelectMany "select_many" "select" "select several scenes: delete, yank, speaker, draft, new take and cancel then act on all";
    Undo "undo" "undo" "take the last edit of this campaign back";
    Redo "redo" "redo" "make the edit again that was taken back";
    Edit "edit" "editor" "open the campaign file in your editor";
    NewCampaign "new_campaign" "new" "start a new campaign";
    Write "write" "write" "have a language model write: a campaign from a topic, or other words for the selected line";
    AddSamples "add_samples" "samples" "put the sample campaigns into the folder";
    ShowDraft "show_draft" "draft/final" "look at the draft";
    ShowFinal "show_final" "draft/final" "look at the final";
    Reload "reload" "reload" "read the campaigns folder again";
    Voices "voices" "voices" "hear voices, and give one to a baby";
    HearVoice "hear_voice" "hear" "hear the free preview of the selected voice";
    GiveVoice "give_voice" "give" "give the selected voice to the baby, after its price";
    Unknowns "unknowns" "maybe billed" "calls that may have been billed, to decide on";
    RetryCall "retry_call" "retry" "make the selected call again, which may be billed a second time";
    DropCall "drop_call" "drop" "give the selected call up";
    Reconcile "reconcile" "look it up" "ask the providers that keep records what became of the calls";
    Ledger "ledger" "money" "what was spent";
    Queue "queue" "queue" "what is being made, what waits and why, and what failed";
    Cast "cast" "cast" "all babies over all campaigns, and the cast that every campaign can name";
    JoinCast "join_cast" "into the cast" "make the selected baby a member of the cast: every campaign can name it then";
    NextUse "next_use" "where else" "look at the next campaign that the baby is in";
    Group "group" "group by" "sum up by day, campaign, provider or model, or show every call";
    Doctor "doctor" "doctor" "look at terminal, home, keys, providers and encoder, and what to do about each";
    Log "log" "log" "what happened so far";
    Palette "palette" "palette" "everything that can be done, found by a few letters";
    Help "help" "help" "all keys of this page";
    Back "back" "back" "one page back";
    ToggleMouse "toggle_mouse" "mouse" "mouse on or off (off lets the terminal select text)";
    Redraw "redraw" "redraw" "paint the whole screen again, and ask the terminal what it can show";
    Suspend "suspend" "suspend" "to the shell; fg comes back";
    Quit "quit" "quit" "leave the studio";
    Accept "accept" "yes" "yes, do it";
    GoOn "go_on" "background" "leave, and let what runs go on in the background";
    Dismiss "dismiss" "no" "no, leave it as it is";
    Submit "submit" "ok" "take what was typed";
    OtherSpeaker "other_speaker" "speaker" "let the next baby speak the new line";
    Save "save" "save" "save all fields as one edit";
    Discard "discard" "back" "leave the line without it";
}

impl Action {
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}
