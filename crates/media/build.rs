//! Records whether openh264 was built with its assembly code, which makes it about twice as fast: its own build uses the
//! `nasm` it finds and silently does without. The program shows which one it is.

use std::process::{Command, Stdio};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PATH");
    println!("cargo:rerun-if-env-changed=OPENH264_NO_ASM");
    let architecture = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let nasm = || Command::new("nasm").arg("-v").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    let assembly = match architecture.as_str() {
        "x86" | "x86_64" => std::env::var_os("OPENH264_NO_ASM").is_none() && nasm(),
        "arm" | "aarch64" => true,
        _ => false,
    };
    println!("cargo:rustc-check-cfg=cfg(babblecast_openh264_assembly)");
    if assembly {
        println!("cargo:rustc-cfg=babblecast_openh264_assembly");
    }
}
