//! Pseudo parameters.

use iacscan_core::{Gap, List, Located, Pseudo, Span, Str, Text, Unknown, Value};
use iacscan_iam::Partition;

use super::Evaluator;

/// The value of a pseudo parameter; `None` for other names.
pub(super) fn value(name: &str, span: Span) -> Option<Located<Value>> {
    let value = match name {
        "AWS::NoValue" => Value::Null,
        "AWS::NotificationARNs" => Value::List(List {
            items: Vec::new(),
            open: Some(Gap { span, unknown: Unknown::Input }),
        }),
        _ => Value::Text(Text::pseudo(named(name)?)),
    };
    Some(Located::new(value, span))
}

impl Evaluator<'_> {
    /// What a pseudo parameter is where the template is deployed. Texts keep the parameter itself,
    /// so that the ARNs of a deployment compare equal however they are written.
    pub(super) fn deployed(&self, pseudo: Pseudo) -> Option<Str> {
        let region = self.template.region.as_ref()?;
        Some(match pseudo {
            Pseudo::Region => region.clone(),
            Pseudo::Partition => Partition::of_region(region).name.into(),
            Pseudo::UrlSuffix => Partition::of_region(region).url_suffix.into(),
            Pseudo::AccountId | Pseudo::StackName | Pseudo::StackId => return None,
        })
    }
}

/// The pseudo parameter of a name.
fn named(name: &str) -> Option<Pseudo> {
    Some(match name {
        "AWS::AccountId" => Pseudo::AccountId,
        "AWS::Region" => Pseudo::Region,
        "AWS::Partition" => Pseudo::Partition,
        "AWS::URLSuffix" => Pseudo::UrlSuffix,
        "AWS::StackName" => Pseudo::StackName,
        "AWS::StackId" => Pseudo::StackId,
        _ => return None,
    })
}

/// The name of a pseudo parameter.
pub(super) const fn name(pseudo: Pseudo) -> &'static str {
    match pseudo {
        Pseudo::AccountId => "AWS::AccountId",
        Pseudo::Region => "AWS::Region",
        Pseudo::Partition => "AWS::Partition",
        Pseudo::UrlSuffix => "AWS::URLSuffix",
        Pseudo::StackName => "AWS::StackName",
        Pseudo::StackId => "AWS::StackId",
    }
}

/// Whether a name is one of a pseudo parameter.
pub(crate) fn is_pseudo_parameter(name: &str) -> bool {
    named(name).is_some() || matches!(name, "AWS::NoValue" | "AWS::NotificationARNs")
}
