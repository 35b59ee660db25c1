//! What findings say, and of what nothing is said: tables of inputs too small for a page or a case.

mod attach_help;
mod baseline;
mod broken;
mod call_spans;
mod conditional;
mod conflicts;
mod denied;
mod environment;
mod exported;
mod first_reading;
mod instances;
mod invocation_help;
mod limits_help;
mod literal_help;
mod logs_help;
mod made_help;
#[path = "../mend/mod.rs"]
mod mend;
mod module_inputs;
mod narrow_help;
mod networks;
mod no_json;
mod own_role;
mod own_statements;
mod pages_read;
mod pasted;
mod permissions;
mod places;
mod policy_versions;
mod race_help;
mod races;
mod reserved_names;
mod resource_help;
mod role_kinds;
#[path = "../scan/mod.rs"]
mod scan;
mod secret_sources;
mod secrets;
mod source_help;
mod statement_help;
mod template_help;
mod triggers;
mod trust;
mod vpc_help;
mod wording;
mod wrong_names;
