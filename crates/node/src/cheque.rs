//! `commons-credit cheque …`: shows, checks and proves what people handed over,
//! without a node, a conductor or a network.
//!
//! Reads the input and prints; everything else is `commons_credit_handover::command`.

use clap::{Args, Subcommand};
use commons_credit_handover::command::{prove, read, show, Carriers, Made, Said};
use commons_credit_handover::qr::Matrix;
use commons_credit_handover::read::INPUT_MAX_BYTES;
use commons_credit_handover::{Own, Refusal};
use commons_credit_ledger::{Account, AgentId, VillageId};
use serde_json::{json, Value};
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

/// What is to be done with a cheque.
#[derive(Debug, Subcommand)]
pub enum ChequeCommand {
    /// Say what it is and print it in every other form; nothing is checked
    Show {
        /// The text itself, a file, or - for standard input
        input: String,
        /// Draw the QR code as well
        #[arg(long)]
        qr: bool,
    },
    /// Check a cheque made out to you, or a proof of double spending
    Read {
        /// The text itself, a file, or - for standard input
        input: String,
        #[command(flatten)]
        own: OwnArgs,
    },
    /// Make a proof from two cheques of one giver for one page
    Prove {
        /// One cheque: text, a file, or - for standard input
        one: String,
        /// The other cheque: text or a file
        other: String,
        /// The village of both, 64 hexadecimal digits
        #[arg(long, value_name = "HEX", value_parser = village)]
        village: VillageId,
        /// To whom the one was made out, 64 hexadecimal digits
        #[arg(long, value_name = "HEX", value_parser = agent)]
        to: AgentId,
        /// To whom the other was made out, 64 hexadecimal digits
        #[arg(long, value_name = "HEX", value_parser = agent)]
        other_to: AgentId,
    },
}

/// Who reads, and where.
#[derive(Debug, Args)]
pub struct OwnArgs {
    /// Your key, 64 hexadecimal digits
    #[arg(long, value_name = "HEX", value_parser = agent)]
    me: AgentId,
    /// The village, 64 hexadecimal digits
    #[arg(long, value_name = "HEX", value_parser = village)]
    village: VillageId,
    /// Another village of yours, to tell a cheque for it; may be given several times
    #[arg(long = "also", value_name = "HEX", value_parser = village)]
    other_villages: Vec<VillageId>,
}

/// Why a cheque command ends without an answer.
#[derive(Debug, thiserror::Error)]
pub enum ChequeError {
    /// The input cannot be read.
    #[error("{path} cannot be read ({cause}); give the cheque's text, a file, or - for standard input", path = path.display())]
    Input {
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// It was read, and does not count.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl ChequeError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input { .. } => "E_CHEQUE_INPUT",
            Self::Refused(refusal) => refusal.code(),
        }
    }
}

/// Does it; the answer has a `text` for people beside its facts.
pub fn run(command: ChequeCommand) -> Result<Value, ChequeError> {
    match command {
        ChequeCommand::Show { input, qr } => {
            let shown = show(&bytes(&input)?)?;
            let mut text = format!("{}, not checked", sentence(&shown.said));
            let mut fact = json!(shown);
            if let Some(carriers) = &shown.carriers {
                text.push_str(&forms(carriers));
                if qr {
                    text.push('\n');
                    text.push_str(&Matrix::of(&carriers.qr)?.to_terminal());
                }
            }
            fact["text"] = text.into();
            Ok(fact)
        }
        ChequeCommand::Read { input, own } => {
            let own_villages = own.other_villages;
            let own = Own {
                other_villages: &own_villages,
                ..Own::member(own.me, own.village)
            };
            let holds = read(&bytes(&input)?, &own)?;
            let mut fact = json!(holds);
            fact["text"] = match holds.state {
                "signed" => format!(
                    "{}: signed. It is yours when it is deposited, not before",
                    sentence(&holds.said)
                ),
                _ => format!("{}: both signatures hold", sentence(&holds.said)),
            }
            .into();
            Ok(fact)
        }
        ChequeCommand::Prove {
            one,
            other,
            village,
            to,
            other_to,
        } => {
            let (one, other) = (bytes(&one)?, bytes(&other)?);
            let made = |input, receiver| Made {
                input,
                receiver,
                account: Account::Member,
            };
            let proven = prove(&village, made(&one, to), made(&other, other_to))?;
            let mut fact = json!(proven);
            fact["text"] = (sentence(&proven.said) + &forms(&proven.carriers)).into();
            Ok(fact)
        }
    }
}

/// The input itself when it looks like one, else the file of that name. No more is
/// read than is looked at.
fn bytes(input: &str) -> Result<Vec<u8>, ChequeError> {
    let limit = INPUT_MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let went = if input == "-" {
        io::stdin().take(limit).read_to_end(&mut bytes)
    } else if input
        .get(..2)
        .is_some_and(|head| head.eq_ignore_ascii_case("cc"))
        && input.contains(':')
    {
        return Ok(input.as_bytes().to_vec());
    } else {
        File::open(input).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    match went {
        Ok(_) => Ok(bytes),
        Err(error) => Err(ChequeError::Input {
            path: input.into(),
            cause: error.to_string(),
        }),
    }
}

fn agent(text: &str) -> Result<AgentId, String> {
    AgentId::from_hex(text).ok_or_else(|| "a key has 64 hexadecimal digits, 0-9 and a-f".into())
}

fn village(text: &str) -> Result<VillageId, String> {
    VillageId::from_hex(text)
        .ok_or_else(|| "a village has 64 hexadecimal digits, 0-9 and a-f".into())
}

/// Hours and minutes; seconds where there are any.
fn hours(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match seconds {
        0 => format!("{hours} h {minutes:02} min"),
        _ => format!("{hours} h {minutes:02} min {seconds:02} s"),
    }
}

fn sentence(said: &Said) -> String {
    match said {
        Said::Payment {
            number,
            amount_s,
            giver,
            ..
        } => format!(
            "cheque over {} from {giver}, page {number}",
            hours(*amount_s)
        ),
        Said::Iou {
            number,
            amount_s,
            gives_s,
            issuer,
            ..
        } => format!(
            "IOU {number} of the village {issuer}: {} in, {} to give",
            hours(*amount_s),
            hours(*gives_s)
        ),
        Said::Receipt {
            amount_s, receiver, ..
        } => format!("receipt of {receiver} for {}", hours(*amount_s)),
        Said::Proof { number, giver, .. } => {
            format!("proof that {giver} signed page {number} twice")
        }
        Said::Request {
            receiver,
            amount_s: Some(amount_s),
            ..
        } => format!("request of {receiver} for {}", hours(*amount_s)),
        Said::Request { receiver, .. } => format!("request of {receiver}"),
    }
}

fn forms(carriers: &Carriers) -> String {
    let Carriers {
        radio,
        link,
        qr,
        message,
        messages,
    } = carriers;
    format!(
        "\nlink   {link}\nQR     {qr}\nSMS    {message}\n       ({messages} text message{})\nradio  {radio}",
        if *messages == 1 { "" } else { "s" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    #[derive(Debug, Parser)]
    struct Line {
        #[command(subcommand)]
        command: ChequeCommand,
    }

    fn frozen() -> Value {
        let text = include_str!("../../handover/vectors/slips.json");
        serde_json::from_str(text).expect("JSON")
    }

    fn answer(line: &[&str]) -> Result<Value, ChequeError> {
        let line = Line::try_parse_from([&["cheque"], line].concat()).expect("a command line");
        run(line.command)
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Line::command().debug_assert();
        let wrong = ["cheque", "read", "cc2:x", "--me", "00", "--village", "00"];
        Line::try_parse_from(wrong).expect_err("keys are 64 digits");
    }

    #[test]
    fn a_frozen_cheque_is_shown_and_read_in_every_form() {
        let frozen = frozen();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let case = &frozen["cases"][0];
        let (me, village) = (text(&frozen["reader"]), text(&frozen["village"]));
        for form in ["link", "qr", "message"] {
            let input = text(&case[form]);
            let shown = answer(&["show", &input, "--qr"]).expect("it is shown");
            assert_eq!(shown["carriers"]["message"], case["message"]);
            assert!(shown["text"]
                .as_str()
                .expect("a text")
                .contains("2 h 00 min"));
            let read = answer(&["read", &input, "--me", &me, "--village", &village]);
            assert_eq!(read.expect("it holds")["state"], "signed");
        }
    }

    #[test]
    fn a_file_is_read_and_a_missing_one_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("two hours.cheque");
        let path = path.to_str().expect("UTF-8");
        let code = |input: &str| answer(&["show", input]).map_err(|error| error.code());
        assert_eq!(code(path), Err("E_CHEQUE_INPUT"));
        let message = frozen()["cases"][0]["message"]
            .as_str()
            .expect("a text")
            .to_owned();
        std::fs::write(path, message).expect("written");
        let shown = answer(&["show", path]).expect("it is shown");
        assert_eq!(shown["carrier"], "message");
        std::fs::write(path, vec![0; INPUT_MAX_BYTES + 10]).expect("written");
        assert_eq!(code(path), Err("E_HANDOVER_TOO_LONG"));
    }
}
