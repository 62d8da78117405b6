//! What each platform asks of a post, and what a video with its words meets. Pure.
//!
//! The limits are those of the platforms' upload APIs in autumn 2026: YouTube Data API (`videos.insert`) and its help on Shorts,
//! TikTok's Content Posting API, Instagram's Graph API (Reels). The apps may take more.

use serde::Serialize;

use super::post_words::PostWords;

/// What is known of a video.
#[derive(Debug, Clone, PartialEq)]
pub struct VideoFacts {
    /// Its length.
    pub seconds: f64,
    /// Of the file.
    pub bytes: u64,
    /// Whether the file keeps every rule of the delivery format: 1080×1920, H.264, AAC, its index in front, no edit list.
    pub is_well_formed: bool,
    /// Whether there are subtitles beside it.
    pub has_subtitles: bool,
}

/// Where short videos are posted.
#[derive(Debug, Clone, PartialEq)]
pub struct Platform {
    /// As people call it.
    pub name: &'static str,
    shortest_s: f64,
    longest_s: f64,
    most_bytes: u64,
    /// Where it has a title of its own.
    longest_title: Option<usize>,
    /// In UTF-16 units, as all three count.
    longest_caption: usize,
    most_hashtags: usize,
    takes_subtitles: bool,
    /// The switch for videos made by AI, as it is called when one uploads.
    ai_switch: &'static str,
}

/// All that are known.
pub const PLATFORMS: [Platform; 3] = [
    Platform {
        name: "YouTube Shorts",
        shortest_s: 1.0,
        longest_s: 180.0,
        most_bytes: 256 << 30,
        longest_title: Some(100),
        longest_caption: 5000,
        most_hashtags: 60,
        takes_subtitles: true,
        ai_switch: "Altered content: Yes",
    },
    Platform {
        name: "TikTok",
        shortest_s: 3.0,
        longest_s: 600.0,
        most_bytes: 4 << 30,
        longest_title: None,
        longest_caption: 2200,
        most_hashtags: 5,
        takes_subtitles: false,
        ai_switch: "AI-generated content: on",
    },
    Platform {
        name: "Instagram Reels",
        shortest_s: 3.0,
        longest_s: 900.0,
        most_bytes: 1 << 30,
        longest_title: None,
        longest_caption: 2200,
        most_hashtags: 5,
        takes_subtitles: false,
        ai_switch: "AI label: on",
    },
];

/// One line of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is looked at.
    pub what: &'static str,
    /// What the platform asks for.
    pub wanted: String,
    /// What is there.
    pub found: String,
    /// Whether that is enough; `None` is for the person to do.
    pub pass: Option<bool>,
}

impl Platform {
    /// What it asks for, line by line.
    pub fn checklist(&self, video: &VideoFacts, words: &PostWords) -> Vec<Check> {
        let check = |what, wanted: String, found: String, pass| Check { what, wanted, found, pass: Some(pass) };
        let caption = words.caption().encode_utf16().count();
        let tags = words.hashtags.len();
        let mut checks = vec![
            check(
                "format",
                "1080×1920, H.264, AAC".to_owned(),
                if video.is_well_formed { "as wanted" } else { "babblecast lint says what is wrong" }.to_owned(),
                video.is_well_formed,
            ),
            check(
                "length",
                format!("{} to {} s", self.shortest_s, self.longest_s),
                format!("{:.1} s", video.seconds),
                (self.shortest_s..=self.longest_s).contains(&video.seconds),
            ),
            check(
                "size",
                format!("at most {} GB", self.most_bytes >> 30),
                format!("{:.1} MB", video.bytes as f64 / 1e6),
                video.bytes <= self.most_bytes,
            ),
        ];
        if let Some(longest) = self.longest_title {
            let title = words.title.chars().count();
            let wanted = format!("1 to {longest} characters");
            checks.push(check("title", wanted, format!("{title} characters"), (1..=longest).contains(&title)));
        }
        checks.extend([
            check(
                "caption",
                format!("at most {} characters", self.longest_caption),
                format!("{caption} characters"),
                caption <= self.longest_caption,
            ),
            check("hashtags", format!("at most {}", self.most_hashtags), format!("{tags}"), tags <= self.most_hashtags),
        ]);
        if self.takes_subtitles {
            let found = if video.has_subtitles { "the .srt beside the video" } else { "none" };
            checks.push(check("subtitles", "a file".to_owned(), found.to_owned(), video.has_subtitles));
        }
        if words.disclosure.is_some() {
            let found = "switch it on when you upload".to_owned();
            checks.push(Check { what: "made by AI", wanted: self.ai_switch.to_owned(), found, pass: None });
        }
        checks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> PostWords {
        PostWords {
            title: "Nap or snack?".to_owned(),
            hook: None,
            hashtags: vec!["#nap".to_owned()],
            disclosure: Some("Made with AI."),
        }
    }

    fn video(seconds: f64) -> VideoFacts {
        VideoFacts { seconds, bytes: 9_000_000, is_well_formed: true, has_subtitles: true }
    }

    fn failing(platform: &Platform, video: &VideoFacts, words: &PostWords) -> Vec<&'static str> {
        let checks = platform.checklist(video, words);
        checks.iter().filter(|check| check.pass == Some(false)).map(|check| check.what).collect()
    }

    #[test]
    fn a_short_video_is_fit_for_all_and_says_what_is_left_to_do() {
        for platform in &PLATFORMS {
            assert_eq!(failing(platform, &video(31.0), &words()), [""; 0], "{}", platform.name);
            let left = platform.checklist(&video(31.0), &words());
            assert_eq!(left.iter().filter(|check| check.pass.is_none()).count(), 1, "{}", platform.name);
        }
    }

    #[test]
    fn each_limit_is_told_where_it_is_broken() {
        let [youtube, tiktok, instagram] = &PLATFORMS;
        assert_eq!(failing(youtube, &video(181.0), &words()), ["length"]);
        assert_eq!(failing(tiktok, &video(181.0), &words()), [""; 0]);
        assert_eq!(failing(instagram, &video(2.0), &words()), ["length"]);
        let many = PostWords { hashtags: vec!["#a".to_owned(); 6], ..words() };
        assert_eq!(failing(tiktok, &video(31.0), &many), ["hashtags"]);
        let long = PostWords { title: "x".repeat(2300), ..words() };
        assert_eq!(failing(youtube, &video(31.0), &long), ["title"]);
        assert_eq!(failing(instagram, &video(31.0), &long), ["caption"]);
        let broken = VideoFacts { is_well_formed: false, has_subtitles: false, bytes: 2 << 30, ..video(31.0) };
        assert_eq!(failing(youtube, &broken, &words()), ["format", "subtitles"]);
        assert_eq!(failing(instagram, &broken, &words()), ["format", "size"]);
        let drawn = PostWords { disclosure: None, ..words() };
        assert!(tiktok.checklist(&video(31.0), &drawn).iter().all(|check| check.pass.is_some()));
    }
}
