//! What every package of iacscan speaks in.
//!
//! - where text is: [`SourceId`], [`Span`], [`Located`], [`LineIndex`];
//! - what is known: [`Value`], [`Text`], [`Unknown`], [`Attribute`], [`Truth`], [`Condition`];
//! - what is said about it: [`Finding`], [`Label`], [`Severity`], [`Undecided`];
//! - how files are read: [`Files`] (confined to the scan root) and the located YAML and JSON [`reader`].

mod address;
mod attribute;
mod condition;
mod enumeration;
mod files;
mod finding;
mod left_out;
mod line_index;
mod located;
mod offset_map;
mod placeholder;
pub mod reader;
mod remedy;
mod rule_meta;
mod snippet;
mod source;
mod text;
mod truth;
mod unknown;
mod value;
mod world;

pub use address::{Address, Credential, ResourceAttribute};
pub use attribute::{Attribute, Branches, Collection, Guarded, Property};
pub use condition::{Condition, Named, Variable};
pub use enumeration::{enumerated, first_of};
pub use files::{Files, MemoryFiles, ReadError};
pub use finding::{
    CodeFlowStep, Finding, FindingBuilder, Label, LabelKind, RuleId, Severity, Suppression,
    Undecided,
};
pub use left_out::{LeftOut, LeftOutKind};
pub use line_index::{Cut, LineColumn, LineIndex};
pub use located::{Located, Passage, Via};
pub use offset_map::{MapRun, OffsetMap, OffsetMapBuilder};
pub use placeholder::{is_placeholder, placeholder};
pub use remedy::{Allowing, Remedy, Step};
pub use rule_meta::{RuleGroup, RuleMeta};
pub use snippet::{Naming, Snippet};
pub use source::{Source, SourceId, Sources, Span};
pub use text::{Input, Literal, Origin, Pseudo, Segment, Text};
pub use truth::Truth;
pub use unknown::{Gap, Unknown};
pub use value::{Branch, List, Map, MapEntry, Notation, Number, Unnamed, Value};
pub use world::{Choice, TooManyBranches, World, worlds, worlds_or_usual};

/// A short string that is cheap to clone: names, keys, literal text.
pub type Str = smol_str::SmolStr;
