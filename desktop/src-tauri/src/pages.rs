//! The pages of a debug build, as they lie on the disk: a change of them is seen at the next reload,
//! without building the program anew. A release has them inside.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use tauri::utils::assets::{AssetKey, AssetsIter, CspHash};
use tauri::{App, Assets, Wry};

/// What the build of the user interface has left.
pub struct Pages {
    folder: PathBuf,
}

impl Pages {
    /// Those of this checkout.
    pub fn of_checkout() -> Self {
        Self {
            folder: Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist"),
        }
    }
}

impl Assets<Wry> for Pages {
    fn setup(&self, _: &App<Wry>) {}

    fn get(&self, key: &AssetKey) -> Option<Cow<'_, [u8]>> {
        let path = key.as_ref().trim_start_matches('/');
        if path.split('/').any(|part| part == "..") {
            return None;
        }
        fs::read(self.folder.join(path)).ok().map(Cow::Owned)
    }

    fn iter(&self) -> Box<AssetsIter<'_>> {
        Box::new(std::iter::empty())
    }

    fn csp_hashes(&self, _: &AssetKey) -> Box<dyn Iterator<Item = CspHash<'_>> + '_> {
        Box::new(std::iter::empty())
    }
}
