//! Writes the bindings of a built `sotto-ffi` for another language: `sotto-bindgen LANGUAGE LIBRARY
//! FOLDER`. What it writes is made of the library itself and checks, when it is loaded, that it is of
//! the same one; so none of it is kept in the repository.

use std::process::ExitCode;

use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [language, library, folder] = words.as_slice() else {
        eprintln!(
            "sotto-bindgen: wants a language (python, kotlin, swift), a library and a folder"
        );
        return ExitCode::from(2);
    };
    let language = match language.as_str() {
        "python" => TargetLanguage::Python,
        "kotlin" => TargetLanguage::Kotlin,
        "swift" => TargetLanguage::Swift,
        other => {
            eprintln!("sotto-bindgen: {other:?} is none of python, kotlin, swift");
            return ExitCode::from(2);
        }
    };
    let written = generate(GenerateOptions {
        languages: vec![language],
        source: library.into(),
        out_dir: folder.into(),
        ..GenerateOptions::default()
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sotto-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
