//! Which sizes OpenAI's models make, checked before a call: a refused one costs nothing but time, yet one that is
//! accepted and wrong is paid.

/// Models of before gpt-image-2, which make four sizes only.
const OLDER: [&str; 4] = ["gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest"];

/// `1024x1536` as numbers.
pub fn parse(size: &str) -> Option<(u32, u32)> {
    let (width, height) = size.split_once('x')?;
    let side = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    Some((side(width)?, side(height)?))
}

/// Says why `model` makes no picture of this size.
pub fn check(model: &str, size: &str) -> Result<(), String> {
    if size == "auto" {
        return Ok(());
    }
    let Some((width, height)) = parse(size) else {
        return Err(format!("“{size}” is no size: write one as 1024x1536"));
    };
    if OLDER.contains(&model) {
        return match (width, height) {
            (1024, 1024 | 1536) | (1536, 1024) => Ok(()),
            _ => Err(format!("{model} makes 1024x1024, 1024x1536 and 1536x1024 only, not {size}")),
        };
    }
    let (long, short) = (width.max(height), width.min(height));
    if width % 16 != 0 || height % 16 != 0 || short == 0 {
        return Err(format!("both sides of {size} must be divisible by 16"));
    }
    if long > short * 3 {
        return Err(format!("{size} is narrower than 1 to 3"));
    }
    if long > 3840 || short > 2160 {
        return Err(format!("{size} is larger than 3840x2160"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_checked_by_the_published_rules() {
        const NEW: &str = "gpt-image-2.6-flare";
        for (model, size, is_right) in [
            (NEW, "auto", true),
            (NEW, "1024x1536", true),
            (NEW, "1088x1920", true),
            (NEW, "2160x3840", true),
            (NEW, "512x1536", true),
            (NEW, "496x1536", false),
            (NEW, "1080x1920", false),
            (NEW, "2176x3840", false),
            (NEW, "1024x4000", false),
            (NEW, "0x0", false),
            (NEW, "1024", false),
            (NEW, "1024X1536", false),
            (NEW, "+1024x1536", false),
            (NEW, "99999999999x16", false),
            ("gpt-image-1.5", "1024x1536", true),
            ("gpt-image-1.5", "1088x1920", false),
        ] {
            assert_eq!(check(model, size).is_ok(), is_right, "{model} {size}");
        }
    }
}
