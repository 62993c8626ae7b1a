//! What is asked, between the words of a client and those of the law.

use crate::api::{Motion, RollMove};
use crate::book::latest_of;
use crate::double_spend::held_proof;
use crate::policy::{policy_in_force, shown_terms, terms_of};
use crate::refusal::{law, Refusal};
use crate::rolls::Rolls;
use commons_credit_ledger::{
    AgentId, Charter, Code, Content, Digest, Fund, LineTerms, Program, Project, Proposal,
    RollTerms, Seconds, Subject,
};
use hdk::prelude::*;
use village_integrity::{action_hash, action_id, agent_id, agent_key, village_id};

/// Subject and content of a motion.
pub(crate) fn asked_as(
    motion: &Motion,
    rolls: &Rolls,
    charter: &Charter,
) -> ExternResult<(Subject, Content)> {
    Ok(match motion {
        Motion::Roll {
            changes,
            voting,
            vouchers,
        } => {
            let roll = rolls.newest();
            let changes: Vec<_> = changes
                .iter()
                .map(|change| (agent_id(&change.agent), change.standing))
                .collect();
            let terms = RollTerms::draft(
                &roll,
                &mut rolls.newest_tree(),
                &changes,
                voting.unwrap_or(roll.voting),
                vouchers.unwrap_or(roll.vouchers),
            )
            .map_err(law)?;
            (Subject::Roll, Content::Roll(Box::new(terms)))
        }
        Motion::Policy { terms } => (Subject::Policy, Content::Policy(terms_of(terms))),
        Motion::Floor { agent, floor_s } => (
            Subject::Floor(agent_id(agent)),
            Content::Floor { floor_s: *floor_s },
        ),
        Motion::Project {
            name,
            purpose,
            fund,
            budget_s,
            confirmations,
        } => {
            let policy = policy_in_force(charter)?.policy;
            let appointed = policy.appointment(*fund).ok_or(Refusal::NobodyAppointed)?;
            let mut subject = [0; 32];
            subject.copy_from_slice(&random_bytes(32)?);
            let project = Project {
                name: name.trim().to_owned(),
                purpose: purpose.trim().to_owned(),
                fund: *fund,
                holder: appointed.holder,
                budget_s: *budget_s,
                confirmations: *confirmations,
            };
            (Subject::Project(Digest(subject)), Content::Project(project))
        }
        Motion::Dispute {
            transfer,
            give_back_s,
        } => (
            Subject::Dispute(action_id(transfer)),
            Content::Dispute {
                give_back_s: *give_back_s,
            },
        ),
        Motion::Dna { dna, note } => (
            Subject::Code,
            Content::Code(Code {
                program: Program::Dna(village_id(dna)),
                note: note.trim().to_owned(),
            }),
        ),
        Motion::Coordinator { sha256, note } => {
            let hash = Digest::from_hex(sha256.trim()).ok_or_else(|| Refusal::CodeHash {
                text: sha256.chars().take(Digest::LEN * 2).collect(),
            })?;
            (
                Subject::Code,
                Content::Code(Code {
                    program: Program::Coordinator(hash),
                    note: note.trim().to_owned(),
                }),
            )
        }
        Motion::Line {
            village,
            gateway,
            limit_s,
            neighbour_gateway,
            neighbour_limit_s,
            state,
            sheet,
            issued,
            taken,
        } => (
            Subject::Line(village_id(village)),
            Content::Line(Box::new(LineTerms {
                gateway: agent_id(gateway),
                limit_s: *limit_s,
                neighbour_gateway: agent_id(neighbour_gateway),
                neighbour_limit_s: *neighbour_limit_s,
                state: *state,
                sheet: sheet.clone(),
                issued: *issued,
                taken: *taken,
            })),
        ),
        Motion::Succession { lost, heir, last } => {
            let last = match last {
                Some(last) => last.clone(),
                None => {
                    latest_of(lost)?
                        .ok_or(Refusal::NotFound { what: "lost book" })?
                        .hash
                }
            };
            (
                Subject::Succession(agent_id(lost)),
                Content::Succession {
                    heir: agent_id(heir),
                    last: action_id(&last),
                },
            )
        }
        Motion::MakeGood {
            proof, amount_s, ..
        } => (
            Subject::MakeGood(held_proof(proof)?.giver),
            Content::MakeGood {
                proof: action_id(proof),
                amount_s: *amount_s,
                holder: policy_in_force(charter)?
                    .policy
                    .appointment(Fund::Community)
                    .ok_or(Refusal::NobodyAppointed)?
                    .holder,
            },
        ),
    })
}

/// The motion that a proposal makes. Subject and content of a valid one fit.
pub(crate) fn motion_of(proposal: &Proposal) -> Motion {
    match &proposal.content {
        Content::Roll(terms) => {
            let before = &proposal.electorate;
            Motion::Roll {
                changes: terms
                    .changes
                    .iter()
                    .map(|change| RollMove {
                        agent: agent_key(&change.agent),
                        standing: change.standing,
                    })
                    .collect(),
                voting: (terms.voting != before.voting).then_some(terms.voting),
                vouchers: (terms.vouchers != before.vouchers).then_some(terms.vouchers),
            }
        }
        Content::Policy(terms) => Motion::Policy {
            terms: shown_terms(terms),
        },
        Content::Floor { floor_s } => Motion::Floor {
            agent: agent_key(&subject_agent(&proposal.subject)),
            floor_s: *floor_s,
        },
        Content::Project(project) => Motion::Project {
            name: project.name.clone(),
            purpose: project.purpose.clone(),
            fund: project.fund,
            budget_s: project.budget_s,
            confirmations: project.confirmations,
        },
        Content::Dispute { give_back_s } => Motion::Dispute {
            transfer: match &proposal.subject {
                Subject::Dispute(transfer) => action_hash(transfer),
                _ => ActionHash::from_raw_32(vec![0; 32]),
            },
            give_back_s: Seconds(give_back_s.0),
        },
        Content::Code(code) => match code.program {
            Program::Dna(village) => Motion::Dna {
                dna: DnaHash::from_raw_32(village.0.to_vec()),
                note: code.note.clone(),
            },
            Program::Coordinator(hash) => Motion::Coordinator {
                sha256: hash.to_hex(),
                note: code.note.clone(),
            },
        },
        Content::Line(terms) => Motion::Line {
            village: match &proposal.subject {
                Subject::Line(village) => DnaHash::from_raw_32(village.0.to_vec()),
                _ => DnaHash::from_raw_32(vec![0; 32]),
            },
            gateway: agent_key(&terms.gateway),
            limit_s: terms.limit_s,
            neighbour_gateway: agent_key(&terms.neighbour_gateway),
            neighbour_limit_s: terms.neighbour_limit_s,
            state: terms.state,
            sheet: terms.sheet.clone(),
            issued: terms.issued,
            taken: terms.taken,
        },
        Content::Succession { heir, last } => Motion::Succession {
            lost: agent_key(&subject_agent(&proposal.subject)),
            heir: agent_key(heir),
            last: Some(action_hash(last)),
        },
        Content::MakeGood {
            proof,
            amount_s,
            holder,
        } => Motion::MakeGood {
            proof: action_hash(proof),
            giver: Some(agent_key(&subject_agent(&proposal.subject))),
            amount_s: *amount_s,
            holder: Some(agent_key(holder)),
        },
    }
}

/// Whom a subject is about.
fn subject_agent(subject: &Subject) -> AgentId {
    match subject {
        Subject::Floor(agent) | Subject::Succession(agent) | Subject::MakeGood(agent) => *agent,
        _ => AgentId([0; 32]),
    }
}
