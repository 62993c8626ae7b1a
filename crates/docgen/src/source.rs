//! What the sources say: functions, shapes, codes, constants, links.
//!
//! A strict reader: what it does not know it refuses, so that the reference
//! never leaves anything out unseen.

use crate::{file_error, DocgenError};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Fields, Item, Lit, Meta, Type, UseTree};

const API: &str = "crates/api/src";
const LEDGER: &str = "crates/ledger/src";
const COORDINATOR: &str = "dnas/village/zomes/coordinator/src";
const HANDOVER: &str = "crates/handover/src";
const INTEGRITY: &str = "dnas/village/zomes/integrity/src";

/// Everything that is read from a checkout.
#[derive(Debug)]
pub struct Sources {
    /// Functions that a client may call, by name.
    pub functions: BTreeMap<String, Function>,
    /// Externs that Holochain calls, by name.
    pub callbacks: BTreeMap<String, Function>,
    /// Shapes of `crates/api`, in their order there.
    pub api_shapes: Vec<Shape>,
    /// Shapes of `crates/ledger`, by name.
    pub ledger_shapes: BTreeMap<String, Shape>,
    /// The record inside an invitation.
    pub invitation: Shape,
    /// Who invites alone, inside it.
    pub founder: Shape,
    /// The link types.
    pub links: Shape,
    /// The entry types.
    pub entries: Shape,
    /// The tag of a member's link.
    pub member_tag: Shape,
    /// Codes of the law, in order of precedence.
    pub law_codes: Vec<Code>,
    /// Codes of the coordinator.
    pub refusal_codes: Vec<Code>,
    /// Codes of what is handed over.
    pub handover_codes: Vec<Code>,
    /// Constants of the zomes by name: whole numbers and texts.
    pub constants: BTreeMap<String, String>,
}

/// An extern of the coordinator.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its doc comment.
    pub doc: String,
    /// The payload's type, `()` for none.
    pub input: String,
    /// The result's type, `()` for none.
    pub output: String,
    /// Codes of the coordinator that it can reach.
    pub reaches: BTreeSet<String>,
}

/// A struct or enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// Its doc comment.
    pub doc: String,
    /// Whether unknown fields are refused.
    pub strict: bool,
    /// What is in it.
    pub body: Body,
}

/// What is in a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Named fields.
    Record(Vec<Field>),
    /// One value under another name.
    Alias(Wire),
    /// One of several; a record names the variant in the field `tag`.
    Choice {
        /// The field that names the variant; none when the name is all there is.
        tag: Option<String>,
        /// The variants.
        variants: Vec<Variant>,
    },
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its doc comment.
    pub doc: String,
    /// Its type.
    pub wire: Wire,
}

/// A variant of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its name on the wire.
    pub name: String,
    /// Its doc comment.
    pub doc: String,
    /// Its fields, beside the tag.
    pub fields: Vec<Field>,
}

/// A type as it travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wire {
    /// Nothing.
    Null,
    /// A truth value.
    Bool,
    /// A whole number.
    Integer,
    /// Text.
    Text,
    /// A list of texts of hexadecimal digits.
    HexList,
    /// A byte string, by what it is.
    Bytes(&'static str),
    /// A value or null.
    Optional(Box<Wire>),
    /// A list.
    List(Box<Wire>),
    /// Another shape.
    Shape(String),
}

/// A code with the sentence that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code.
    pub code: String,
    /// The enum's variant.
    pub variant: String,
    /// The sentence, with `{…}` where a value stands.
    pub sentence: String,
    /// The number of the rule, for a code of the law.
    pub rule: Option<u32>,
}

impl Sources {
    /// Reads a checkout.
    pub fn read(root: &Path) -> Result<Self, DocgenError> {
        let api = files(&root.join(API))?;
        let ledger = files(&root.join(LEDGER))?;
        let coordinator = files(&root.join(COORDINATOR))?;
        let integrity = files(&root.join(INTEGRITY))?;
        let mut constants = BTreeMap::new();
        for file in coordinator.iter().chain(&integrity) {
            read_constants(file, &mut constants);
        }
        let api_shapes = shapes(&api)?;
        let ledger_shapes = public_shapes(&ledger);
        let refusals = find(&coordinator, "refusal.rs")?;
        let refusal_codes = codes(refusals, "Refusal", Sentences::Display)?;
        let (functions, callbacks) = functions(&coordinator, &refusal_codes)?;
        Ok(Self {
            functions,
            callbacks,
            api_shapes,
            ledger_shapes,
            invitation: shape_in(find(&coordinator, "invitation.rs")?, "Content")?,
            founder: shape_in(find(&coordinator, "invitation.rs")?, "Founder")?,
            links: shape_in(find(&integrity, "links.rs")?, "LinkTypes")?,
            entries: shape_in(find(&integrity, "entries.rs")?, "EntryTypes")?,
            member_tag: shape_in(find(&integrity, "links.rs")?, "MemberTag")?,
            law_codes: codes(
                find(&ledger, "violation.rs")?,
                "Violation",
                Sentences::Error,
            )?,
            refusal_codes,
            handover_codes: codes(
                find(&files(&root.join(HANDOVER))?, "refusal.rs")?,
                "Refusal",
                Sentences::Error,
            )?,
            constants,
        })
    }

    /// A shape that travels, from either crate.
    pub fn shape(&self, name: &str) -> Result<&Shape, DocgenError> {
        self.api_shapes
            .iter()
            .find(|shape| shape.name == name)
            .or_else(|| self.ledger_shapes.get(name))
            .ok_or_else(|| DocgenError::Unshown {
                what: format!("the type {name} is neither in {API} nor in {LEDGER}"),
            })
    }
}

/// A parsed file.
struct File {
    path: PathBuf,
    syntax: syn::File,
}

fn files(folder: &Path) -> Result<Vec<File>, DocgenError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(file_error(folder))? {
        let path = entry.map_err(file_error(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).map_err(file_error(&path))?;
            let syntax = syn::parse_file(&text).map_err(|cause| DocgenError::Source {
                path: path.clone(),
                cause,
            })?;
            Ok(File { path, syntax })
        })
        .collect()
}

fn find<'a>(files: &'a [File], name: &str) -> Result<&'a File, DocgenError> {
    files
        .iter()
        .find(|file| file.path.ends_with(name))
        .ok_or_else(|| DocgenError::Drift {
            what: format!("there is no {name} in the sources any more"),
        })
}

// ---------------------------------------------------------------- shapes

fn shapes(files: &[File]) -> Result<Vec<Shape>, DocgenError> {
    let items = files.iter().flat_map(|file| &file.syntax.items);
    items.filter_map(shape).collect()
}

/// Shapes that can travel. The crate also has types that never do, and this
/// reader need not know those: whoever asks for one is told that it is missing.
fn public_shapes(files: &[File]) -> BTreeMap<String, Shape> {
    let items = || files.iter().flat_map(|file| &file.syntax.items);
    let renamed: BTreeMap<String, String> = items()
        .filter_map(|item| match item {
            Item::Struct(item) => Some((item.ident.to_string(), renamed(&item.attrs)?)),
            Item::Enum(item) => Some((item.ident.to_string(), renamed(&item.attrs)?)),
            _ => None,
        })
        .collect();
    items()
        .filter_map(shape)
        .flatten()
        .map(|mut shape| {
            for wire in wires(&mut shape) {
                rename(wire, &renamed);
            }
            if let Some(name) = renamed.get(&shape.name) {
                shape.name.clone_from(name);
            }
            (shape.name.clone(), shape)
        })
        .collect()
}

/// The name of a type for clients, where it differs from that in the law:
/// `#[cfg_attr(…, ts(rename = "…"))]`.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    let conditions = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg_attr"));
    let metas = conditions
        .filter_map(|attribute| {
            attribute
                .parse_args_with(
                    syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated,
                )
                .ok()
        })
        .flatten();
    metas
        .filter_map(|meta| match meta {
            Meta::List(list) if list.path.is_ident("ts") => {
                list.parse_args::<syn::MetaNameValue>().ok()
            }
            _ => None,
        })
        .find(|pair| pair.path.is_ident("rename"))
        .and_then(|pair| string(&pair.value))
}

fn wires(shape: &mut Shape) -> Box<dyn Iterator<Item = &mut Wire> + '_> {
    match &mut shape.body {
        Body::Record(fields) => Box::new(fields.iter_mut().map(|field| &mut field.wire)),
        Body::Alias(wire) => Box::new(std::iter::once(wire)),
        Body::Choice { variants, .. } => Box::new(
            variants
                .iter_mut()
                .flat_map(|variant| variant.fields.iter_mut().map(|field| &mut field.wire)),
        ),
    }
}

fn rename(wire: &mut Wire, renamed: &BTreeMap<String, String>) {
    match wire {
        Wire::Shape(name) => {
            if let Some(new) = renamed.get(name) {
                name.clone_from(new);
            }
        }
        Wire::Optional(inner) | Wire::List(inner) => rename(inner, renamed),
        _ => {}
    }
}

fn shape_in(file: &File, name: &str) -> Result<Shape, DocgenError> {
    let found = file.syntax.items.iter().find(|item| match item {
        Item::Struct(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        _ => false,
    });
    found.and_then(shape).unwrap_or_else(|| {
        Err(DocgenError::Drift {
            what: format!("there is no {name} in {} any more", file.path.display()),
        })
    })
}

fn shape(item: &Item) -> Option<Result<Shape, DocgenError>> {
    match item {
        Item::Struct(item) => Some(record(item)),
        Item::Enum(item) => Some(choice(item)),
        _ => None,
    }
}

fn record(item: &syn::ItemStruct) -> Result<Shape, DocgenError> {
    let name = item.ident.to_string();
    let body = match &item.fields {
        Fields::Named(fields) => Body::Record(record_fields(&name, fields)?),
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            Body::Alias(wire(&fields.unnamed[0].ty, &name)?)
        }
        _ => {
            return Err(DocgenError::Unshown {
                what: format!("{name} is a struct of several nameless fields"),
            })
        }
    };
    Ok(Shape {
        strict: serde_says(&item.attrs, "deny_unknown_fields"),
        doc: doc(&item.attrs),
        name,
        body,
    })
}

fn record_fields(owner: &str, fields: &syn::FieldsNamed) -> Result<Vec<Field>, DocgenError> {
    let mut shown = Vec::new();
    for field in &fields.named {
        let Some(ident) = &field.ident else { continue };
        let name = ident.to_string();
        let place = format!("{owner}.{name}");
        let wire = match serde_value(&field.attrs, "with").as_deref() {
            None => wire(&field.ty, &place)?,
            Some("serde_bytes") => Wire::Bytes("any length"),
            Some("hex_list") => Wire::HexList,
            Some("hex_option") => Wire::Optional(Box::new(Wire::Text)),
            Some(other) => {
                return Err(DocgenError::Unshown {
                    what: format!("{place} travels by way of `{other}`"),
                })
            }
        };
        shown.push(Field {
            name,
            doc: doc(&field.attrs),
            wire,
        });
    }
    Ok(shown)
}

fn choice(item: &syn::ItemEnum) -> Result<Shape, DocgenError> {
    let name = item.ident.to_string();
    let snake = serde_value(&item.attrs, "rename_all").as_deref() == Some("snake_case");
    let mut variants = Vec::new();
    for variant in &item.variants {
        let ident = variant.ident.to_string();
        let fields = match &variant.fields {
            Fields::Named(fields) => record_fields(&format!("{name}::{ident}"), fields)?,
            Fields::Unit => Vec::new(),
            Fields::Unnamed(fields) => fields
                .unnamed
                .iter()
                .map(|field| {
                    Ok(Field {
                        name: String::new(),
                        doc: doc(&field.attrs),
                        wire: wire(&field.ty, &name)?,
                    })
                })
                .collect::<Result<_, DocgenError>>()?,
        };
        variants.push(Variant {
            name: if snake { snake_case(&ident) } else { ident },
            doc: doc(&variant.attrs),
            fields,
        });
    }
    Ok(Shape {
        strict: serde_says(&item.attrs, "deny_unknown_fields"),
        doc: doc(&item.attrs),
        name,
        body: Body::Choice {
            tag: serde_value(&item.attrs, "tag"),
            variants,
        },
    })
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn wire(ty: &Type, place: &str) -> Result<Wire, DocgenError> {
    let unshown = || DocgenError::Unshown {
        what: format!("the type of {place} is not one that this reader knows"),
    };
    let Type::Path(path) = ty else {
        return match ty {
            Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(Wire::Null),
            // Bytes in an array would travel as a list of numbers, which none does.
            Type::Array(array) => match wire(&array.elem, place)? {
                Wire::Integer => Err(unshown()),
                one => Ok(Wire::List(Box::new(one))),
            },
            _ => Err(unshown()),
        };
    };
    let last = path.path.segments.last().ok_or_else(unshown)?;
    let inner = || -> Result<Wire, DocgenError> {
        match &last.arguments {
            syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                Some(syn::GenericArgument::Type(ty)) => wire(ty, place),
                _ => Err(unshown()),
            },
            _ => Err(unshown()),
        }
    };
    Ok(match last.ident.to_string().as_str() {
        "bool" => Wire::Bool,
        "u8" | "u16" | "u32" | "u64" | "i64" => Wire::Integer,
        "String" => Wire::Text,
        "AgentPubKey" => Wire::Bytes("agent key, 39"),
        "ActionHash" => Wire::Bytes("action hash, 39"),
        "DnaHash" => Wire::Bytes("DNA hash, 39"),
        "AgentId" => Wire::Bytes("agent key core, 32"),
        "ActionId" => Wire::Bytes("action hash core, 32"),
        "VillageId" => Wire::Bytes("DNA hash core, 32"),
        "Digest" => Wire::Bytes("32"),
        "PaymentTag" => Wire::Bytes("page tag of a cheque, 16"),
        "SignatureBytes" => Wire::Bytes("ed25519 signature, 64"),
        "Picture" => Wire::Bytes("a picture, at most 8,192"),
        "ReceiverTag" => Wire::Bytes("receiver tag, 12"),
        "PageTag" => Wire::Bytes("page tag, 16"),
        "ChequeBytes" => Wire::Bytes("cheque, 120"),
        "Option" => Wire::Optional(Box::new(inner()?)),
        "Vec" => Wire::List(Box::new(inner()?)),
        "Box" => inner()?,
        other => Wire::Shape(other.to_owned()),
    })
}

// ------------------------------------------------------------ attributes

/// A doc comment as Markdown, on one line, without Rust's links.
fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            Expr::Lit(literal) if pair.path.is_ident("doc") => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        }
    });
    plain_links(&lines.collect::<Vec<_>>().join(" "))
}

/// [`X`], [`a::X`] and [`X`](a::X) become code.
pub fn plain_links(text: &str) -> String {
    let mut plain = text.replace("[`", "`").replace("`]", "`");
    while let Some((before, rest)) = plain.split_once("`(crate::") {
        let Some((_, after)) = rest.split_once(')') else {
            break;
        };
        plain = format!("{before}`{after}");
    }
    for path in ["crate::", "super::"] {
        plain = plain.replace(&format!("`{path}"), "`");
    }
    plain
}

fn serde_metas(attributes: &[Attribute]) -> Vec<Meta> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .filter_map(|attribute| {
            attribute
                .parse_args_with(
                    syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated,
                )
                .ok()
        })
        .flatten()
        .collect()
}

fn serde_says(attributes: &[Attribute], word: &str) -> bool {
    serde_metas(attributes)
        .iter()
        .any(|meta| meta.path().is_ident(word))
}

fn serde_value(attributes: &[Attribute], key: &str) -> Option<String> {
    serde_metas(attributes).iter().find_map(|meta| match meta {
        Meta::NameValue(pair) if pair.path.is_ident(key) => string(&pair.value),
        _ => None,
    })
}

fn string(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

// ------------------------------------------------------------- constants

fn read_constants(file: &File, constants: &mut BTreeMap<String, String>) {
    for item in &file.syntax.items {
        let Item::Const(item) = item else { continue };
        let Expr::Lit(literal) = &*item.expr else {
            continue;
        };
        let value = match &literal.lit {
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Str(text) => text.value(),
            _ => continue,
        };
        constants.insert(item.ident.to_string(), value);
    }
}

// ----------------------------------------------------------------- codes

/// Where the sentence of a code stands.
enum Sentences {
    /// In the variant's `#[error("…")]`.
    Error,
    /// In the `Display` implementation.
    Display,
}

fn codes(file: &File, name: &str, sentences: Sentences) -> Result<Vec<Code>, DocgenError> {
    let missing = |what: String| DocgenError::Drift {
        what: format!("{}: {what}", file.path.display()),
    };
    let item = file
        .syntax
        .items
        .iter()
        .find_map(|item| match item {
            Item::Enum(item) if item.ident == name => Some(item),
            _ => None,
        })
        .ok_or_else(|| missing(format!("there is no enum {name}")))?;
    let by_code = arms(file, name, "code");
    let by_display = arms(file, name, "fmt");
    let mut codes = Vec::new();
    for variant in &item.variants {
        let ident = variant.ident.to_string();
        // The law inside another enum has its own list.
        if matches!(&variant.fields, Fields::Unnamed(_)) {
            continue;
        }
        let sentence = match sentences {
            Sentences::Error => variant
                .attrs
                .iter()
                .find(|attribute| attribute.path().is_ident("error"))
                .and_then(|attribute| {
                    attribute
                        .parse_args_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated)
                        .ok()
                })
                .and_then(|arguments| match arguments.first() {
                    Some(Expr::Lit(literal)) => match &literal.lit {
                        Lit::Str(text) => Some(text.value()),
                        _ => None,
                    },
                    _ => None,
                }),
            Sentences::Display => by_display.get(&ident).cloned(),
        };
        codes.push(Code {
            code: by_code
                .get(&ident)
                .cloned()
                .ok_or_else(|| missing(format!("{ident} has no code")))?,
            sentence: sentence.ok_or_else(|| missing(format!("{ident} has no sentence")))?,
            rule: rule(&doc(&variant.attrs)),
            variant: ident,
        });
    }
    Ok(codes)
}

/// `Rule 21.` at the beginning of a doc comment.
fn rule(doc: &str) -> Option<u32> {
    let digits: String = doc
        .strip_prefix("Rule ")?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// The first text in each arm of a method's `match self`, by variant.
fn arms(file: &File, owner: &str, method: &str) -> BTreeMap<String, String> {
    struct Arms(BTreeMap<String, String>);
    impl<'ast> Visit<'ast> for Arms {
        fn visit_arm(&mut self, arm: &'ast syn::Arm) {
            if let (Some(variant), Some(text)) = (variant_of(&arm.pat), first_text(&arm.body)) {
                self.0.insert(variant, text);
            }
        }
    }
    let mut found = Arms(BTreeMap::new());
    for item in &file.syntax.items {
        let Item::Impl(block) = item else { continue };
        if type_name(&block.self_ty).as_deref() != Some(owner) {
            continue;
        }
        for item in &block.items {
            if let syn::ImplItem::Fn(function) = item {
                if function.sig.ident == method {
                    found.visit_block(&function.block);
                }
            }
        }
    }
    found.0
}

fn variant_of(pattern: &syn::Pat) -> Option<String> {
    let path = match pattern {
        syn::Pat::Path(path) => &path.path,
        syn::Pat::Struct(pattern) => &pattern.path,
        syn::Pat::TupleStruct(pattern) => &pattern.path,
        _ => return None,
    };
    path.segments
        .last()
        .map(|segment| segment.ident.to_string())
}

fn first_text(body: &Expr) -> Option<String> {
    struct First(Option<String>);
    impl<'ast> Visit<'ast> for First {
        fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
            self.0.get_or_insert_with(|| text.value());
        }
        fn visit_macro(&mut self, call: &'ast syn::Macro) {
            let arguments = call.parse_body_with(
                syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated,
            );
            if let Some(text) = arguments.ok().and_then(|all| all.iter().find_map(string)) {
                self.0.get_or_insert(text);
            }
        }
    }
    let mut first = First(None);
    first.visit_expr(body);
    first.0
}

fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

// ------------------------------------------------------------- functions

type Functions = BTreeMap<String, Function>;

/// The coordinator's externs: those for clients, and Holochain's callbacks.
fn functions(files: &[File], refusals: &[Code]) -> Result<(Functions, Functions), DocgenError> {
    let graph = Graph::of(files, refusals);
    let (mut called, mut callbacks) = (Functions::new(), Functions::new());
    for file in files {
        let renamed = renamed_imports(file);
        for item in &file.syntax.items {
            let Item::Fn(item) = item else { continue };
            let is_extern = |attribute: &&Attribute| attribute.path().is_ident("hdk_extern");
            let Some(attribute) = item.attrs.iter().find(is_extern) else {
                continue;
            };
            let mut function = signature(item, &renamed)?;
            function.reaches = graph.reached_from(&function.name);
            let infallible = !matches!(attribute.meta, Meta::Path(_));
            let callback = infallible || CALLBACKS.contains(&function.name.as_str());
            let list = if callback {
                &mut callbacks
            } else {
                &mut called
            };
            list.insert(function.name.clone(), function);
        }
    }
    Ok((called, callbacks))
}

/// Externs that Holochain calls, not a client.
const CALLBACKS: [&str; 3] = ["init", "post_commit", "recv_remote_signal"];

fn signature(
    item: &syn::ItemFn,
    renamed: &BTreeMap<String, String>,
) -> Result<Function, DocgenError> {
    let name = item.sig.ident.to_string();
    let unshown = |what: &str| DocgenError::Unshown {
        what: format!("the extern {name} {what}"),
    };
    if !matches!(item.vis, syn::Visibility::Public(_)) {
        return Err(unshown("is not public"));
    }
    let mut inputs = item.sig.inputs.iter();
    let (Some(syn::FnArg::Typed(input)), None) = (inputs.next(), inputs.next()) else {
        return Err(unshown("does not take exactly one payload"));
    };
    let named = |ty: &Type| -> Result<String, DocgenError> {
        match ty {
            Type::Tuple(tuple) if tuple.elems.is_empty() => Ok("()".into()),
            _ => {
                let local = type_name(ty).ok_or_else(|| unshown("has a payload without a name"))?;
                Ok(renamed.get(&local).cloned().unwrap_or(local))
            }
        }
    };
    let output = match &item.sig.output {
        syn::ReturnType::Default => "()".into(),
        syn::ReturnType::Type(_, ty) => {
            named(result(ty).ok_or_else(|| unshown("does not return an ExternResult"))?)?
        }
    };
    Ok(Function {
        doc: doc(&item.attrs),
        input: named(&input.ty)?,
        output,
        reaches: BTreeSet::new(),
        name,
    })
}

/// `T` of `ExternResult<T>`.
fn result(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "ExternResult" {
        return None;
    }
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(ty)) => Some(ty),
        _ => None,
    }
}

/// `use crate::api::{Written as WrittenOut}`: the local name by the real one.
fn renamed_imports(file: &File) -> BTreeMap<String, String> {
    fn collect(tree: &UseTree, renamed: &mut BTreeMap<String, String>) {
        match tree {
            UseTree::Path(path) => collect(&path.tree, renamed),
            UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, renamed)),
            UseTree::Rename(rename) => {
                renamed.insert(rename.rename.to_string(), rename.ident.to_string());
            }
            UseTree::Name(_) | UseTree::Glob(_) => {}
        }
    }
    let mut renamed = BTreeMap::new();
    for item in &file.syntax.items {
        if let Item::Use(item) = item {
            collect(&item.tree, &mut renamed);
        }
    }
    renamed
}

/// Who calls whom in the coordinator, by name. Free functions and methods are
/// kept apart; methods of one name count as one.
struct Graph {
    calls: BTreeMap<Callee, BTreeSet<Callee>>,
    refuses: BTreeMap<Callee, BTreeSet<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Callee {
    Free(String),
    Method(String),
}

impl Graph {
    fn of(files: &[File], refusals: &[Code]) -> Self {
        let mut graph = Self {
            calls: BTreeMap::new(),
            refuses: BTreeMap::new(),
        };
        for file in files {
            // Where refusals are made into text, all are named.
            let names_all = file.path.ends_with("refusal.rs");
            for item in &file.syntax.items {
                match item {
                    Item::Fn(function) => {
                        let name = Callee::Free(function.sig.ident.to_string());
                        graph.add(name, &function.block, refusals);
                    }
                    Item::Impl(block) if !names_all => {
                        for item in &block.items {
                            if let syn::ImplItem::Fn(function) = item {
                                let name = Callee::Method(function.sig.ident.to_string());
                                graph.add(name, &function.block, refusals);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        graph
    }

    fn add(&mut self, name: Callee, body: &syn::Block, refusals: &[Code]) {
        struct Body<'a> {
            calls: BTreeSet<Callee>,
            refuses: BTreeSet<String>,
            refusals: &'a [Code],
        }
        impl<'ast> Visit<'ast> for Body<'_> {
            fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
                if let Expr::Path(path) = &*call.func {
                    if let Some(name) = path.path.get_ident() {
                        self.calls.insert(Callee::Free(name.to_string()));
                    }
                }
                visit::visit_expr_call(self, call);
            }
            fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
                self.calls.insert(Callee::Method(call.method.to_string()));
                visit::visit_expr_method_call(self, call);
            }
            fn visit_path(&mut self, path: &'ast syn::Path) {
                let names: Vec<String> = path
                    .segments
                    .iter()
                    .map(|segment| segment.ident.to_string())
                    .collect();
                if let [.., owner, last] = names.as_slice() {
                    if owner == "Refusal" {
                        let known = self.refusals.iter().find(|code| code.variant == *last);
                        self.refuses.extend(known.map(|code| code.code.clone()));
                    }
                    let of_type = owner.starts_with(char::is_uppercase);
                    self.calls.insert(if of_type {
                        Callee::Method(last.clone())
                    } else {
                        Callee::Free(last.clone())
                    });
                }
                visit::visit_path(self, path);
            }
        }
        let mut found = Body {
            calls: BTreeSet::new(),
            refuses: BTreeSet::new(),
            refusals,
        };
        found.visit_block(body);
        self.calls
            .entry(name.clone())
            .or_default()
            .extend(found.calls);
        self.refuses.entry(name).or_default().extend(found.refuses);
    }

    fn reached_from(&self, name: &str) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut next = vec![Callee::Free(name.to_owned())];
        while let Some(callee) = next.pop() {
            if !seen.insert(callee.clone()) {
                continue;
            }
            codes.extend(self.refuses.get(&callee).into_iter().flatten().cloned());
            next.extend(self.calls.get(&callee).into_iter().flatten().cloned());
        }
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<File, syn::Error> {
        Ok(File {
            path: "zome.rs".into(),
            syntax: syn::parse_file(text)?,
        })
    }

    fn externs(text: &str) -> Result<(Functions, Functions), DocgenError> {
        let parsed = file(text).map_err(|cause| DocgenError::Source {
            path: "zome.rs".into(),
            cause,
        })?;
        let refusals = [Code {
            code: "E_NOT_OPENED".into(),
            variant: "NotOpened".into(),
            sentence: "open it".into(),
            rule: None,
        }];
        functions(&[parsed], &refusals)
    }

    #[test]
    fn an_extern_is_read_with_its_real_types_and_the_codes_it_reaches() {
        let (called, callbacks) = externs(
            "use crate::api::{Written as Out};
             /// Gives credit.
             #[hdk_extern] pub fn pay(input: PayInput) -> ExternResult<Out> { desk()?.write(input) }
             fn desk() -> ExternResult<Desk> { Ok(latest().ok_or(Refusal::NotOpened)?) }
             /// Looks.
             #[hdk_extern] pub fn look(_: ()) -> ExternResult<()> { let desk = 1; Ok(desk) }
             #[hdk_extern(infallible)] pub fn post_commit(actions: Vec<Action>) { drop(actions) }",
        )
        .expect("good sources");
        let pay = &called["pay"];
        assert_eq!(
            (pay.input.as_str(), pay.output.as_str()),
            ("PayInput", "Written")
        );
        assert_eq!(pay.doc, "Gives credit.");
        assert_eq!(pay.reaches, BTreeSet::from(["E_NOT_OPENED".to_owned()]));
        assert_eq!(called["look"].input, "()");
        assert!(called["look"].reaches.is_empty(), "a variable is no call");
        assert!(callbacks.contains_key("post_commit"));
        assert_eq!(called.len(), 2);
    }

    #[test]
    fn an_extern_that_cannot_be_shown_is_refused() {
        for (text, reason) in [
            (
                "#[hdk_extern] fn pay(i: In) -> ExternResult<()> { o(i) }",
                "not public",
            ),
            (
                "#[hdk_extern] pub fn pay() -> ExternResult<()> { o() }",
                "exactly one",
            ),
            (
                "#[hdk_extern] pub fn pay(a: A, b: B) -> ExternResult<()> { o(a, b) }",
                "exactly one",
            ),
            (
                "#[hdk_extern] pub fn pay(i: In) -> Result<(), E> { o(i) }",
                "ExternResult",
            ),
        ] {
            let Err(error) = externs(text) else {
                panic!("{text} was shown");
            };
            assert_eq!(error.code(), "E_DOC_UNSHOWN");
            assert!(error.to_string().contains(reason), "{error}");
        }
    }

    #[test]
    fn shapes_are_read_as_they_travel() {
        let parsed = file(
            "#[derive(Serialize)] #[serde(deny_unknown_fields)]
             /// A thing, see [`Other`].
             pub struct Thing {
                 /// Who.
                 pub who: Option<AgentPubKey>,
                 #[serde(with = \"serde_bytes\")] pub proof: Vec<u8>,
                 pub parts: Vec<Part>,
             }
             #[serde(rename_all = \"snake_case\", tag = \"kind\")]
             pub enum Part { OneThing, Other { count: u32 } }
             pub struct Amount(pub i64);",
        )
        .expect("good sources");
        let shapes = shapes(&[parsed]).expect("known types");
        assert!(shapes[0].strict);
        assert_eq!(shapes[0].doc, "A thing, see `Other`.");
        let Body::Record(fields) = &shapes[0].body else {
            panic!("a record")
        };
        let wires: Vec<&Wire> = fields.iter().map(|field| &field.wire).collect();
        let who = Wire::Optional(Box::new(Wire::Bytes("agent key, 39")));
        let parts = Wire::List(Box::new(Wire::Shape("Part".into())));
        assert_eq!(wires, [&who, &Wire::Bytes("any length"), &parts]);
        let Body::Choice { tag, variants } = &shapes[1].body else {
            panic!("a choice")
        };
        assert_eq!(tag.as_deref(), Some("kind"));
        assert_eq!(variants[0].name, "one_thing");
        assert_eq!(variants[1].fields[0].wire, Wire::Integer);
        assert_eq!(shapes[2].body, Body::Alias(Wire::Integer));
    }

    #[test]
    fn a_type_of_the_law_has_the_name_that_clients_know() {
        let parsed = file(
            "#[cfg_attr(feature = \"typescript\", derive(ts_rs::TS), ts(rename = \"RollStanding\"))]
             pub enum Standing { Member }
             pub struct Change { pub standing: Option<Standing>, pub both: [ActionId; 2] }",
        )
        .expect("good sources");
        let shapes = public_shapes(&[parsed]);
        assert!(!shapes.contains_key("Standing"));
        assert_eq!(shapes["RollStanding"].name, "RollStanding");
        let Body::Record(fields) = &shapes["Change"].body else {
            panic!("a record")
        };
        let named = Wire::Shape("RollStanding".into());
        assert_eq!(fields[0].wire, Wire::Optional(Box::new(named)));
        let one = Wire::Bytes("action hash core, 32");
        assert_eq!(fields[1].wire, Wire::List(Box::new(one)));
    }

    #[test]
    fn a_link_with_a_target_is_plain_too() {
        assert_eq!(plain_links("1 to [`MAX`](crate::a::MAX)."), "1 to `MAX`.");
    }

    #[test]
    fn a_shape_that_cannot_be_shown_is_refused() {
        for text in [
            "pub struct A { pub a: [u8; 3] }",
            "pub struct A { pub a: &'static str }",
            "pub struct A(pub u8, pub u8);",
            "pub struct A { #[serde(with = \"odd\")] pub a: u8 }",
        ] {
            let parsed = file(text).expect("Rust");
            let error = shapes(&[parsed]).expect_err(text);
            assert_eq!(error.code(), "E_DOC_UNSHOWN");
        }
    }

    #[test]
    fn codes_are_read_with_rule_and_sentence() {
        let parsed = file(
            "pub enum Violation {
                 /// Rule 7.
                 #[error(\"{amount_s} is not more than zero\")]
                 AmountNotPositive { amount_s: i64 },
                 /// Rule 25.
                 #[error(\"no village\")]
                 NoVillage,
             }
             impl Violation { pub const fn code(&self) -> &'static str { match self {
                 Self::NoVillage => \"E_NO_VILLAGE\",
                 Self::AmountNotPositive { .. } => \"E_AMOUNT_NOT_POSITIVE\",
             } } }",
        )
        .expect("Rust");
        let codes = codes(&parsed, "Violation", Sentences::Error).expect("all there");
        assert_eq!(codes[0].code, "E_AMOUNT_NOT_POSITIVE");
        assert_eq!(codes[0].rule, Some(7));
        assert_eq!(codes[1].sentence, "no village");
    }

    #[test]
    fn a_code_without_a_sentence_is_refused() {
        let parsed = file(
            "pub enum Refusal { NotOpened }
             impl Refusal { fn code(&self) -> &'static str { match self { Self::NotOpened => \"E_NOT_OPENED\" } } }",
        )
        .expect("Rust");
        let error = codes(&parsed, "Refusal", Sentences::Display).expect_err("no sentence");
        assert_eq!(error.code(), "E_DOC_DRIFT");
    }
}
