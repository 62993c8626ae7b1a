//! Knocking: a hint to look, pushed to the UI and from peer to peer. Signals get
//! lost, so nothing ever depends on one, and a forged one only causes a look.

use crate::api::Signal;
use crate::book::seen_record;
use crate::line_message::{go_on, step_on};
use crate::written::kind_of_link;
use hdk::prelude::*;
use std::collections::BTreeSet;
use village_integrity::LinkTypes;

/// Tells the own UI, and the peers whose inboxes or transfers were touched.
#[hdk_extern(infallible)]
pub fn post_commit(actions: Vec<SignedActionHashed>) {
    let told: BTreeSet<AgentPubKey> = actions.iter().filter_map(concerned).collect();
    let changed = actions
        .iter()
        .any(|action| action.hashed.content.entry_type().is_some());
    if changed {
        // A UI that is not listening is no error.
        let _ = emit_signal(Signal::BookChanged);
        // One page a call: a gateway's next step follows its last one.
        if let Err(error) = step_on() {
            debug!("lines: {error}");
        }
    }
    for peer in told {
        let me = actions[0].hashed.content.author().clone();
        if peer != me {
            let _ = send_remote_signal(Signal::InboxChanged { from: me }, vec![peer]);
        }
    }
}

/// A peer knocks. Who it is, the conductor says, not the message.
#[hdk_extern]
pub fn recv_remote_signal(_: Signal) -> ExternResult<()> {
    emit_signal(Signal::InboxChanged {
        from: call_info()?.provenance,
    })?;
    // What a gateway has to do goes on by itself; what fails waits for the next call.
    if let Err(error) = go_on() {
        debug!("lines: {error}");
    }
    Ok(())
}

fn concerned(action: &SignedActionHashed) -> Option<AgentPubKey> {
    let ActionData::CreateLink(link) = &action.hashed.content.data else {
        return None;
    };
    match kind_of_link(link)? {
        LinkTypes::Inbox => link.base_address.clone().into_agent_pub_key(),
        LinkTypes::Outcome | LinkTypes::Answer => {
            let subject = link.base_address.clone().into_action_hash()?;
            let record = seen_record(&subject).ok()??;
            Some(record.action().author().clone())
        }
        LinkTypes::Member | LinkTypes::Ballot | LinkTypes::End => None,
    }
}
