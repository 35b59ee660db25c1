//! Remedies as sentences, and how those of drafts of one cause join.

use std::collections::BTreeSet;

use iacscan_core::{Remedy, Step};
use iacscan_graph::Language;
use iacscan_graph::instances::block;

use super::words::{all_code, code_list};

/// "Attach `a`, or allow `b` on `c`."
pub(crate) fn sentence(remedies: &[Remedy], language: Option<&dyn Language>) -> String {
    let ways: Vec<String> = remedies
        .iter()
        .map(|remedy| {
            remedy.iter().map(|step| phrase(step, language)).collect::<Vec<_>>().join(", and ")
        })
        .collect();
    let text = ways.join(", or ");
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_ascii_uppercase(), chars.as_str())
    })
}

/// "attach `a`", "add `a` to `ManagedPolicyArns`", "allow `b` on `c`".
pub(crate) fn phrase(step: &Step, language: Option<&dyn Language>) -> String {
    match step {
        Step::Attach { policy, list: Some(list), .. } => format!("add `{policy}` to {list}"),
        Step::Attach { new: Some(new), .. } => new.clone(),
        Step::Attach { policy, .. } => format!("attach `{policy}`"),
        Step::Allow { actions, into: Some(into), .. } => format!(
            "add {} to the actions of the statement that allows `{}`",
            all_code(actions.iter().map(String::as_str)),
            into.action
        ),
        Step::Loosen { statement, resources, conditions } => {
            let resources = resources.map(|_| "write `*` as the resource of");
            let conditions = conditions.map(|_| match resources {
                Some(_) => "remove the condition of",
                None => "remove the condition from",
            });
            let changes: Vec<&str> = resources.into_iter().chain(conditions).collect();
            let changes = changes.join(", and ");
            format!("{changes} the statement that allows `{}`", statement.action)
        }
        Step::Allow { actions, resources, place, .. } => {
            let place = place.as_ref().map(|place| format!(" in {place}")).unwrap_or_default();
            format!(
                "allow {} on {}{place}",
                all_code(actions.iter().map(String::as_str)),
                code_list(resources.iter().map(String::as_str))
            )
        }
        Step::Set { call, arguments } => {
            format!("set {} in `{call}`", code_list(arguments.iter().map(String::as_str)))
        }
        Step::Trust { services, beside, notation, .. } => {
            let services: Vec<&str> = services.iter().map(String::as_str).collect();
            match language {
                Some(language) if !beside.is_empty() => {
                    let beside = beside.iter().map(String::as_str);
                    let all: Vec<&str> = beside.chain(services).collect();
                    format!("write in its trust policy {}", language.principal(*notation, &all))
                }
                Some(language) => {
                    format!("add to its trust policy {}", language.trusting(*notation, &services))
                }
                None => format!("let {} assume it by its trust policy", code_list(services)),
            }
        }
        Step::Replace { text } => format!("write `{text}`"),
    }
}

/// The remedies of instances of one block of text as the block says them for each; `None` where
/// they differ by more than the instance, or one instance alone is concerned.
pub(crate) fn of_block<'r>(
    language: &dyn Language,
    all: impl IntoIterator<Item = &'r [Remedy]>,
) -> Option<Vec<Remedy>> {
    let mut instances = BTreeSet::new();
    let mut said = None;
    for remedies in all {
        let mut remedies = remedies.to_vec();
        for step in remedies.iter_mut().flatten() {
            if let Step::Allow { roles, resources, .. } = step
                && let [role] = roles.as_slice()
            {
                instances.insert(role.clone());
                for resource in resources {
                    *resource = language.each(role, resource);
                }
                *roles = vec![block(role).to_owned()];
            } else if let Step::Attach { roles, new, .. } = step {
                if let ([role], Some(new)) = (roles.as_slice(), new) {
                    *new = language.attaching_each(role, new);
                }
                roles.clear();
            } else if let Step::Trust { roles, .. } = step {
                roles.clear();
            }
        }
        if said.get_or_insert_with(|| remedies.clone()) != &remedies {
            return None;
        }
    }
    said.filter(|_| instances.len() > 1)
}

/// Adds the resources of remedies that are alike.
pub(crate) fn join(ours: &mut [Remedy], theirs: &[Remedy]) {
    for (ours, theirs) in ours.iter_mut().zip(theirs) {
        ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| ours.extend(theirs));
    }
}

/// What is equal in remedies that are alike.
pub(crate) fn shape(remedies: &[Remedy]) -> Vec<Remedy> {
    remedies.iter().map(|remedy| remedy.iter().map(Step::shape).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remedies_read_as_sentences() {
        let roles = || vec!["Role".to_owned()];
        let allow = |action: &str, resource: &str| Step::Allow {
            roles: roles(),
            actions: vec![action.to_owned()],
            resources: vec![resource.to_owned()],
            place: None,
            into: None,
        };
        let attach = |list: Option<&str>| {
            let list = list.map(str::to_owned);
            vec![Step::Attach { roles: roles(), policy: "arn".to_owned(), list, new: None }]
        };
        let both = vec![allow("s3:PutObject", "b/*"), allow("s3:ListBucket", "b")];
        assert_eq!(
            sentence(&[attach(None), both], None),
            "Attach `arn`, or allow `s3:PutObject` on `b/*`, and allow `s3:ListBucket` on `b`."
        );
        assert_eq!(sentence(&[vec![Step::Replace { text: "x".to_owned() }]], None), "Write `x`.");
        assert_eq!(sentence(&[attach(Some("`Policies`"))], None), "Add `arn` to `Policies`.");
        assert_eq!(sentence(&[], None), "");
    }
}
