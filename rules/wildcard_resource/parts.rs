//! The parts of ARNs that vary.

/// How a variable part of an ARN is written in what is proposed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// A name that the user chooses, or begins: in capitals.
    Name(String),
    /// An identifier that AWS makes once, with the infrastructure: in capitals.
    Id(String),
    /// An identifier that is made while the function works: `*`.
    Made,
}

impl Part {
    /// The part of what stands between `${` and `}`.
    pub(super) fn of(variable: &str) -> Self {
        if MADE.contains(&variable) {
            return Self::Made;
        }
        match NAMES.iter().find(|(known, _)| *known == variable) {
            Some((_, name)) => Self::Name((*name).to_owned()),
            None => match variable.strip_suffix("WithPath").unwrap_or(variable) {
                name if name.ends_with("Name") => Self::Name(capitals(name)),
                id => Self::Id(capitals(id)),
            },
        }
    }
}

/// What mostly is not there yet when a policy is written, or is one of many: a call makes it, and with
/// it the identifier.
const MADE: &[&str] = &[
    "AssociationId",
    "BackupName",
    "DetectorId",
    "ExecutionId",
    "ExportName",
    "ImageId",
    "InstanceId",
    "JobId",
    "MapRunLabel",
    "NetworkInterfaceId",
    "ObjectName",
    "QueryId",
    "SessionId",
    "SnapshotId",
    "StreamLabel",
    "UUID",
    "VolumeId",
];

/// Names that the reference calls otherwise; AWS adds characters to a secret's.
const NAMES: &[(&str, &str)] = &[
    ("Alias", "ALIAS_NAME"),
    ("DbClusterInstanceName", "DB_CLUSTER_NAME"),
    ("IdentityName", "DOMAIN_OR_ADDRESS"),
    ("ParameterNameWithoutLeadingSlash", "PARAMETER_NAME"),
    ("SecretId", "SECRET_NAME-*"),
];

/// `FUNCTION_NAME` of `FunctionName`, `DB_NAME` of `DBName`.
fn capitals(name: &str) -> String {
    let name = name.replace("GraphQL", "Graphql").replace("ML", "Ml");
    let is_upper = |letter: Option<&u8>| letter.is_some_and(u8::is_ascii_uppercase);
    let letters = name.as_bytes();
    let mut out = String::with_capacity(name.len() + 4);
    for (index, letter) in name.char_indices() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let ends_capitals = letters.get(index + 1).is_some_and(u8::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && before.is_some() && (!is_upper(before) || ends_capitals) {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_in_capitals() {
        for (variable, expected) in [
            ("FunctionName", Part::Name("FUNCTION_NAME".to_owned())),
            ("SecretId", Part::Name("SECRET_NAME-*".to_owned())),
            ("KeyId", Part::Id("KEY_ID".to_owned())),
            ("IPSetId", Part::Id("IP_SET_ID".to_owned())),
            ("GraphQLAPIId", Part::Id("GRAPHQL_API_ID".to_owned())),
            ("SnapshotId", Part::Made),
        ] {
            assert_eq!(Part::of(variable), expected);
        }
        assert!(MADE.is_sorted() && NAMES.is_sorted());
    }
}
