//! What a person should know.

use crate::failure::Failure;
use crate::output;
use crate::show;
use crate::unlock::{Need, Profile};

pub fn run(profile: &Profile, json: bool) -> Result<(), Failure> {
    for notice in &profile.open(Need::Disk)?.notices(0)? {
        if json {
            output::json(&show::notice_json(notice))?;
        } else {
            output::line(format_args!(
                "{}  {}",
                show::time(notice.at),
                show::notice_line(notice)
            ))?;
        }
    }
    Ok(())
}
