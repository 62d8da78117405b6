//! What the queue tells of the farm.

use std::sync::Arc;

use crate::engine::{Event, FarmServer, FarmSight, WorkerSight};
use crate::tui::tests::queue::on_air;
use crate::tui::theme::ThemeChoice;

fn worker(name: &str, fits: bool) -> WorkerSight {
    WorkerSight {
        name: name.to_owned(),
        version: "0.1.0".to_owned(),
        fits,
        here: false,
        slots: 2,
        making: vec!["nap_or_snack".to_owned()],
        made: 9,
        failed: 0,
        made_last_minute: 4,
        bytes: 1_000_000,
        draining: false,
    }
}

#[test]
fn the_queue_tells_who_works_on_the_farm_and_when_its_server_is_gone() {
    let mut studio = on_air(120, 40, ThemeChoice::Dark);
    assert!(!studio.text().contains("Farm"));
    let mut sight = FarmSight {
        nats: "nats://farm:4222".to_owned(),
        server: FarmServer::Connected { version: "2.12.1".to_owned() },
        workers: vec![worker("one", true), worker("two", true), worker("old", false)],
        ..FarmSight::default()
    };
    (sight.figures.made, sight.figures.asked) = (12, 3);
    studio.tell(Event::Farm(Arc::new(sight.clone())));
    let text = studio.text();
    let told =
        "Farm  3 on their way · 12 made there · 2 workers at nats://farm:4222 (nats-server 2.12.1), 4 clips at once";
    assert!(text.contains(told), "{text}");
    sight.server = FarmServer::Unusable { why: "The farm's server is gone\u{1b}[2J.".to_owned() };
    studio.tell(Event::Farm(Arc::new(sight)));
    assert!(studio.text().contains("The farm's server is gone"), "{}", studio.text());
}
