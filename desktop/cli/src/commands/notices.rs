//! What a person should know.

use crate::failure::Failure;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

pub fn run(session: &Session) -> Result<(), Failure> {
    for notice in &session.open(Need::Disk)?.notices(0)? {
        session.tell(
            || show::notice_json(notice),
            || format!("{}  {}", show::time(notice.at), show::notice_line(notice)),
        )?;
    }
    Ok(())
}
