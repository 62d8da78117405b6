//! The campaigns that come with babblecast are usable as they are.

use std::fs;
use std::path::Path;

use babblecast::domain::{Format, Scene, read};

#[test]
fn every_sample_reads_without_faults_under_its_own_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns");
    let mut samples = 0;
    for entry in fs::read_dir(&folder).expect("the samples") {
        let path = entry.expect("an entry").path();
        let Some(format) = Format::of_path(&path) else { continue };
        let text = fs::read_to_string(&path).expect("a text");
        let campaign = read(&text, format).unwrap_or_else(|faults| panic!("{}: {faults:#?}", path.display()));
        assert_eq!(path.file_stem().and_then(|stem| stem.to_str()), Some(campaign.id.as_str()));
        for material in campaign.materials() {
            assert!(folder.join(material.as_path()).is_file(), "{}: {}", path.display(), material.as_str());
        }
        for scene in &campaign.scenes {
            if let Scene::Dialogue(line) = scene {
                assert!(line.text.chars().count() <= 140, "a line to say in one breath: {}", line.text);
            }
        }
        samples += 1;
    }
    assert!(samples >= 3, "{samples} samples");
}
