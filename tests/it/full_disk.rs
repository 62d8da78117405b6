//! A disk that fills up while calls are in flight: what is paid for is kept, nothing more is begun, and the run goes on
//! by itself when there is room.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::outside::{World, wait_until};

/// A small disk in memory; gone with this value.
struct Disk(PathBuf);

impl Disk {
    fn mount(place: PathBuf, megabytes: usize) -> Option<Self> {
        std::fs::create_dir_all(&place).unwrap();
        let size = format!("size={megabytes}M");
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", &size, "none"]).arg(&place).stderr(Stdio::null()).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(place))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Takes all room but `left` bytes, again and again, until told to stop.
fn fill(ballast: &PathBuf, left: u64, stop: &AtomicBool) {
    let mut file = File::create(ballast).unwrap();
    while !stop.load(Ordering::Relaxed) {
        let room = rustix::fs::statvfs(ballast).map_or(0, |facts| facts.f_bavail * facts.f_frsize);
        let mut missing = room.saturating_sub(left);
        while missing > 0 && !stop.load(Ordering::Relaxed) {
            let part = missing.min(64 * 1024);
            // A failed write is a disk that is as full as it can be.
            if file.write_all(&vec![7; part as usize]).is_err() {
                break;
            }
            missing -= part;
        }
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    drop(file);
    std::fs::remove_file(ballast).unwrap();
}

#[test]
fn a_full_disk_loses_nothing_that_was_paid_for_and_the_run_goes_on_when_there_is_room() {
    let world = World::new();
    for size in 0..20 {
        let Some(disk) = Disk::mount(world.home(), 100 + 4 * size) else {
            println!("skipped: this machine does not let a test mount a small disk");
            return;
        };
        // From nothing at all to a few results' worth.
        let left = (size as u64).pow(3) * 40;
        let lines: Vec<String> = (0..5).map(|line| format!("Disk {size}, line {line}.")).collect();
        world.write(&lines);
        let before: usize = world.outside.charges().values().sum();
        world.outside.hold();
        let words = world.studio.path("words");
        let mut run = world.generate().stderr(Stdio::from(File::create(&words).unwrap())).spawn().unwrap();
        wait_until("something is charged", || world.outside.charges().values().sum::<usize>() > before);
        let (stop, ballast) = (AtomicBool::new(false), disk.0.join("ballast"));
        std::thread::scope(|scope| {
            scope.spawn(|| fill(&ballast, left, &stop));
            wait_until("the disk is full", || {
                rustix::fs::statvfs(&disk.0).is_ok_and(|facts| facts.f_bavail * facts.f_frsize <= left + 64 * 1024)
            });
            world.outside.let_go();
            wait_until("the program says that the disk is full", || {
                std::fs::read_to_string(&words).unwrap().contains("disk is full") || run.try_wait().unwrap().is_some()
            });
            stop.store(true, Ordering::Relaxed);
        });
        let words = std::fs::read_to_string(&words).unwrap();
        assert!(words.contains("disk is full"), "size {size}: {words}");
        assert_eq!(run.wait().unwrap().code(), Some(0), "size {size}: {words}");
        let attempts = world.attempts();
        assert!(attempts.iter().all(|known| known.state == "paid"), "size {size}: {attempts:?}");
        world.outside.charged(6 + 5 * size);
        let charges = world.outside.charges();
        for line in &lines {
            assert_eq!(charges.get(line), Some(&1), "size {size}: {line}");
        }
    }
}
