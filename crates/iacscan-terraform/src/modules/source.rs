//! What a module's `source` names.

/// A module source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A directory, relative to the calling module.
    Local(String),
    /// A remote module.
    Remote {
        /// `namespace/name/provider`; repositories named `terraform-PROVIDER-NAME` count as the
        /// registry module they publish. Anything else as it is written.
        module: String,
        /// The directory inside, empty at the top.
        submodule: String,
        /// The git reference, where one is given.
        reference: Option<String>,
    },
}

impl Source {
    /// Reads a source.
    pub(crate) fn parse(text: &str) -> Self {
        if text == "." || text == ".." || text.starts_with("./") || text.starts_with("../") {
            return Self::Local(text.to_owned());
        }
        let (address, query) = text.split_once('?').unwrap_or((text, ""));
        let reference = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("ref="))
            .map(|reference| reference.trim_start_matches("tags/").to_owned());
        let address = address.strip_prefix("git::").unwrap_or(address);
        let address = ["https://", "http://", "ssh://", "git://"]
            .iter()
            .find_map(|scheme| address.strip_prefix(scheme))
            .unwrap_or(address);
        let address = address.strip_prefix("git@").unwrap_or(address);
        let (address, submodule) = address.split_once("//").unwrap_or((address, ""));
        let address = address.trim_end_matches('/').trim_end_matches(".git");
        Self::Remote {
            module: registry_name(address),
            submodule: submodule.trim_matches('/').to_owned(),
            reference,
        }
    }
}

/// The registry's name of a module.
fn registry_name(address: &str) -> String {
    let hosted = ["registry.terraform.io/", "registry.opentofu.org/"]
        .iter()
        .find_map(|host| address.strip_prefix(host));
    if let Some(name) = hosted {
        return name.to_owned();
    }
    let repository =
        address.strip_prefix("github.com/").or_else(|| address.strip_prefix("github.com:"));
    if let Some(repository) = repository
        && let Some((owner, name)) = repository.split_once('/')
        && let Some((provider, name)) =
            name.strip_prefix("terraform-").and_then(|rest| rest.split_once('-'))
    {
        return format!("{owner}/{name}/{provider}");
    }
    address.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_name_one_module() {
        for (text, submodule, reference) in [
            ("terraform-aws-modules/lambda/aws", "", None),
            ("registry.terraform.io/terraform-aws-modules/lambda/aws", "", None),
            ("terraform-aws-modules/lambda/aws//modules/alias", "modules/alias", None),
            ("github.com/terraform-aws-modules/terraform-aws-lambda", "", None),
            (
                "git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git?ref=v7.2.0",
                "",
                Some("v7.2.0"),
            ),
            (
                "git@github.com:terraform-aws-modules/terraform-aws-lambda.git//modules/deploy?ref=v1",
                "modules/deploy",
                Some("v1"),
            ),
            ("git::ssh://git@github.com/terraform-aws-modules/terraform-aws-lambda.git", "", None),
        ] {
            assert_eq!(
                Source::parse(text),
                Source::Remote {
                    module: "terraform-aws-modules/lambda/aws".to_owned(),
                    submodule: submodule.to_owned(),
                    reference: reference.map(str::to_owned),
                },
                "{text}"
            );
        }
        assert_eq!(Source::parse("../x"), Source::Local("../x".to_owned()));
    }
}
