//! What is told automatically.

use crate::args::{self, Switch, Which};
use crate::failure::Failure;
use crate::session::Session;
use crate::show;
use crate::unlock::Need;

pub fn run(session: &Session, change: &args::Privacy) -> Result<(), Failure> {
    let client = session.open(Need::Disk)?;
    let mut privacy = client.privacy()?;
    if let (Some(which), Some(switch)) = (change.which, change.switch) {
        let on = switch == Switch::On;
        match which {
            Which::Delivered => privacy.delivered_receipts = on,
            Which::Read => privacy.read_receipts = on,
            Which::Typing => privacy.typing = on,
            Which::Strict => privacy.strict = on,
        }
        client.set_privacy(privacy)?;
    }
    let word = |on| if on { "on " } else { "off" };
    session.tell(
        || show::named_json("privacy", &privacy),
        || {
            [
                (
                    "delivered",
                    privacy.delivered_receipts,
                    "tell who wrote that it has come",
                ),
                (
                    "read     ",
                    privacy.read_receipts,
                    "tell who wrote that you have read it, and see when they have",
                ),
                (
                    "typing   ",
                    privacy.typing,
                    "tell that you type, and see when others do",
                ),
                (
                    "strict   ",
                    privacy.strict,
                    "let what is automatic wait longer",
                ),
            ]
            .map(|(name, on, what)| format!("{name}  {}  {what}", word(on)))
            .join("\n")
        },
    )?;
    if change.which.is_some() {
        session.kept(&client)?;
    }
    Ok(())
}
