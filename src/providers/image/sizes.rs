//! Which sizes OpenAI's models make, checked before a call: a refused one costs nothing but time, yet one that is
//! accepted and wrong is paid.

/// `1024x1536` as numbers.
pub fn parse(size: &str) -> Option<(u32, u32)> {
    let (width, height) = size.split_once('x')?;
    let side = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    Some((side(width)?, side(height)?))
}

/// Says why no model makes a picture of this size. One that takes fewer sizes refuses the others itself, at no cost.
pub fn check(size: &str) -> Result<(), String> {
    if size == "auto" {
        return Ok(());
    }
    let Some((width, height)) = parse(size) else {
        return Err(format!("“{size}” is no size: write one as 1024x1536"));
    };
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
        for (size, is_right) in [
            ("auto", true),
            ("1024x1536", true),
            ("1088x1920", true),
            ("2160x3840", true),
            ("512x1536", true),
            ("496x1536", false),
            ("1080x1920", false),
            ("2176x3840", false),
            ("1024x4000", false),
            ("0x0", false),
            ("1024", false),
            ("1024X1536", false),
            ("+1024x1536", false),
            ("99999999999x16", false),
        ] {
            assert_eq!(check(size).is_ok(), is_right, "{size}");
        }
    }
}
