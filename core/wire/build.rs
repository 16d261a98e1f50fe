//! Generates the frame types. A build script may stop the build, so it may panic.
#![allow(clippy::expect_used)]

fn main() {
    println!("cargo:rerun-if-changed=proto/wire.proto");
    let mut config = prost_build::Config::new();
    if let Ok(protoc) = protoc_bin_vendored::protoc_bin_path() {
        config.protoc_executable(protoc);
    }
    config
        .compile_protos(&["proto/wire.proto"], &["proto"])
        .expect("wire.proto is valid");
}
