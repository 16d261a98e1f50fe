//! Generates the content types. A build script may stop the build, so it may panic.
#![allow(clippy::expect_used)]

fn main() {
    println!("cargo:rerun-if-changed=proto/content.proto");
    println!("cargo:rerun-if-changed=../wire/proto/wire.proto");
    let mut config = prost_build::Config::new();
    if let Ok(protoc) = protoc_bin_vendored::protoc_bin_path() {
        config.protoc_executable(protoc);
    }
    // What the tests compare the vectors with: what there is to have one of.
    let built = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    config
        .file_descriptor_set_path(built.join("descriptors.bin"))
        .extern_path(".sotto.wire.v1", "::sotto_wire::proto")
        .compile_protos(&["proto/content.proto"], &["proto", "../wire/proto"])
        .expect("content.proto is valid");
}
