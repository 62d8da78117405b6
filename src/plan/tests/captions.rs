//! How captions look, and their fonts.

use super::*;

#[test]
fn how_captions_look_is_in_the_clips_that_show_them_and_in_nothing_else() {
    let mut document = example();
    let usual = graph(&document);
    document["captions"] = json!({"style": "plain", "position": "top"});
    let plain = graph(&document);
    for (before, after) in usual.jobs.iter().zip(&plain.jobs) {
        let shows_words = matches!(&*before.request, Request::Clip(clip) if clip.caption.is_some());
        let is_joined_from_them = matches!(before.product(), Product::Fade | Product::Episode);
        assert_eq!(before.key != after.key, shows_words || is_joined_from_them, "{:?}", before.product());
    }
}

#[test]
fn a_clip_names_the_fonts_of_its_words_and_no_other_clip_does() {
    let campaign = campaign(&example());
    let line = campaign.line(0).unwrap();
    let font = FontUsed { name: "Noto Sans Arabic".to_owned(), file: AssetHash::of(b"font"), index: 0 };
    let mut sources = Sources::new();
    sources.insert_fonts(campaign.caption(line).into_owned(), vec![font.clone()]);
    let usual = plan(&campaign, &settings(), &Choices::default(), &Sources::new()).unwrap();
    let with_font = plan(&campaign, &settings(), &Choices::default(), &sources).unwrap();
    let clip = with_font.scenes[0].clip.unwrap();
    assert!(matches!(&*with_font.jobs[clip].request, Request::Clip(clip) if clip.fonts == [font.clone()]));
    let changed = usual.jobs.iter().zip(&with_font.jobs).filter(|(before, after)| before.key != after.key);
    let products: Vec<Product> = changed.map(|(job, _)| job.product()).collect();
    assert!(products.iter().all(|product| matches!(product, Product::Clip | Product::Fade | Product::Episode)));
    assert_eq!(products.iter().filter(|product| **product == Product::Clip).count(), 1);
}

#[test]
fn a_label_is_in_every_clip_with_its_fonts_and_in_nothing_else() {
    let mut document = example();
    let usual = graph(&document);
    let asks_for_none =
        |job: &Job| !matches!(&*job.request, Request::Clip(_)) || job.request.canonical().get("label").is_none();
    assert!(usual.jobs.iter().all(asks_for_none), "without a label no key knows of one");
    document["label"] = json!("人工");
    let font = FontUsed { name: "Noto Sans CJK".to_owned(), file: AssetHash::of(b"font"), index: 0 };
    let mut sources = Sources::new();
    sources.insert_fonts("人工".to_owned(), vec![font.clone()]);
    let labelled = plan(&campaign(&document), &settings(), &Choices::default(), &sources).unwrap();
    for (before, after) in usual.jobs.iter().zip(&labelled.jobs) {
        let is_seen = matches!(before.product(), Product::Clip | Product::Fade | Product::Episode);
        assert_eq!(before.key != after.key, is_seen, "{:?}", before.product());
        if let Request::Clip(clip) = &*after.request {
            assert_eq!((clip.label.as_deref(), clip.fonts.as_slice()), (Some("人工"), [font.clone()].as_slice()));
        }
    }
}
