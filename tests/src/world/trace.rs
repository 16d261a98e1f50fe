//! Frames in a few words, for whoever follows a seed with `SOTTO_TRACE=1`.

use prost::Message;
use sotto_wire::proto::{ClientFrame, RelayFrame, client_frame::Verb, relay_frame::Answer};

fn short(bytes: &[u8]) -> String {
    bytes
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What a client says.
pub(super) fn up(frame: &[u8]) -> String {
    let Ok(frame) = ClientFrame::decode(frame) else {
        return "no frame".to_owned();
    };
    let verb = match frame.verb {
        Some(Verb::Put(put)) => {
            let items = put.items.iter();
            let items: Vec<_> = items
                .map(|item| format!("{}→{}", short(&item.envelope_id), short(&item.mailbox)))
                .collect();
            format!("put {}", items.join(" "))
        }
        Some(Verb::Login(login)) => format!("login boot {}", login.boot),
        Some(Verb::Ack(ack)) => format!("ack {}", ack.seq),
        Some(Verb::GetChain(_)) => "get chain".to_owned(),
        Some(Verb::GetBundles(_)) => "get bundles".to_owned(),
        Some(Verb::AppendChain(_)) => "append chain".to_owned(),
        Some(Verb::PublishKeys(_)) => "publish keys".to_owned(),
        Some(Verb::SetSlots(_)) => "set slots".to_owned(),
        Some(Verb::Register(_)) => "register".to_owned(),
        Some(Verb::CloseAccount(_)) => "close account".to_owned(),
        None => "nothing".to_owned(),
    };
    format!("#{} {verb}", frame.request)
}

/// What a relay says.
pub(super) fn down(frame: &[u8]) -> String {
    let Ok(frame) = RelayFrame::decode(frame) else {
        return "no frame".to_owned();
    };
    let answer = match frame.answer {
        Some(Answer::Delivery(delivery)) => {
            let envelopes = delivery.envelopes.iter();
            let envelopes: Vec<_> = envelopes
                .map(|envelope| format!("{}:{}", envelope.seq, short(&envelope.id)))
                .collect();
            format!("delivery {}", envelopes.join(" "))
        }
        Some(Answer::Error(error)) => format!("error {:?}", error.code()),
        Some(Answer::LoggedIn(answer)) => format!("logged in, {:?}", answer.cursor.map(|c| c.seq)),
        Some(Answer::Hello(_)) => "hello".to_owned(),
        Some(Answer::QueueEmpty(empty)) => format!("queue empty {}", empty.seq),
        Some(Answer::PutAccepted(_)) => "put accepted".to_owned(),
        Some(Answer::Chain(chain)) => format!("chain, {} statements", chain.statements.len()),
        Some(Answer::Bundles(bundles)) => format!("{} bundles", bundles.bundles.len()),
        Some(Answer::Registered(_)) => "registered".to_owned(),
        Some(Answer::Done(_)) => "done".to_owned(),
        None => "nothing".to_owned(),
    };
    format!("#{} {answer}", frame.request)
}
