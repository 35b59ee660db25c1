//! `Policies`: names, ARNs, documents and policy templates, as a role takes them.

use iacscan_core::reader::{Entry, Node, NodeKind};
use iacscan_core::{Span, Str, Unknown};
use iacscan_graph::nodes::{InvalidPolicy, InvalidPolicyProblem};
use iacscan_iam::aws;

use crate::call::Call;
use crate::tree;

/// The key under which an inline policy says which policy template it was made from. No template
/// can hold it: it is put into the tree alone.
pub(crate) const MADE_FROM: &str = "SAM policy template";

/// What the entries of `Policies` become.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    /// Items of `ManagedPolicyArns`.
    pub(crate) managed: Vec<Node>,
    /// Items of the role's `Policies`.
    pub(crate) inline: Vec<Node>,
    /// What SAM refuses.
    pub(crate) invalid: Vec<InvalidPolicy>,
}

/// Reads `Policies` of a resource whose role has this logical id.
pub(crate) fn read(policies: &Node, role: &str) -> Policies {
    let mut result = Policies::default();
    let mut reader = Reader { role, index: 0, invalid: Vec::new() };
    match policies.as_list() {
        Some(items) if policies.tag.is_none() => {
            for item in items {
                result.add(reader.entry(item));
                reader.index += 1;
            }
            if let Some(unknown) = policies.open {
                result.inline.push(Node::unread(unknown, policies.span));
            }
        }
        _ if tree::is_given(policies) => result.add(reader.entry(policies)),
        _ => {}
    }
    result.invalid = reader.invalid;
    result
}

/// The ARN of an AWS managed policy by its path and name.
pub(crate) fn managed(suffix: &str, span: Span) -> Node {
    tree::sub(smol_str::format_smolstr!("arn:${{AWS::Partition}}:iam::aws:policy/{suffix}"), span)
}

/// Path and name of the AWS managed policy that an item of `ManagedPolicyArns` means, in whatever
/// partition.
pub(crate) fn suffix(item: &Node) -> Option<&str> {
    let text = match Call::of(item) {
        Some(call) => call.scalar()?,
        None => item.as_str()?,
    };
    text.split_once(":iam::aws:policy/").map(|(_, suffix)| suffix)
}

impl Policies {
    fn add(&mut self, piece: Piece) {
        self.managed.extend(piece.managed);
        self.inline.extend(piece.inline);
    }
}

/// What one entry becomes.
#[derive(Default)]
struct Piece {
    managed: Option<Node>,
    inline: Option<Node>,
}

struct Reader<'r> {
    role: &'r str,
    index: usize,
    invalid: Vec<InvalidPolicy>,
}

impl Reader<'_> {
    /// Recursive, because trees are never deeper than the reader's limit.
    fn entry(&mut self, node: &Node) -> Piece {
        if let Some((condition, then, otherwise)) = tree::as_choice(node) {
            let (then, otherwise) = (self.entry(then), self.entry(otherwise));
            return Piece {
                managed: either(node, condition, then.managed, otherwise.managed),
                inline: either(node, condition, then.inline, otherwise.inline),
            };
        }
        if tree::is_no_value(node) {
            return Piece::default();
        }
        if Call::of(node).is_some() {
            return Piece { managed: Some(node.clone()), ..Piece::default() };
        }
        match &node.kind {
            NodeKind::Scalar(_) => Piece { managed: self.by_name(node), ..Piece::default() },
            NodeKind::Map(entries) => {
                Piece { inline: self.document(node, entries), ..Piece::default() }
            }
            NodeKind::List(items) => self.list(node, items),
            NodeKind::Unread(_) => Piece { inline: Some(node.clone()), ..Piece::default() },
        }
    }

    /// A list where an entry should be: each of its items is one.
    fn list(&mut self, node: &Node, items: &[Node]) -> Piece {
        let pieces: Vec<Piece> = items.iter().map(|item| self.entry(item)).collect();
        let (managed, inline): (Vec<_>, Vec<_>) =
            pieces.into_iter().map(|piece| (piece.managed, piece.inline)).unzip();
        let list = |items: Vec<Option<Node>>| {
            let items: Vec<Node> = items.into_iter().flatten().collect();
            (!items.is_empty()).then(|| tree::list(items, node.span))
        };
        Piece { managed: list(managed), inline: list(inline) }
    }

    /// The name or the ARN of a managed policy.
    fn by_name(&mut self, node: &Node) -> Option<Node> {
        let name = node.as_str().unwrap_or_default();
        if !tree::is_given(node) {
            return None;
        }
        if name.starts_with("arn:") || name.contains("{{resolve:") {
            return Some(node.clone());
        }
        if let Some(known) = aws::sam_managed_policy(name) {
            let path = known.path.trim_start_matches('/');
            return Some(managed(&format!("{path}{}", known.name), node.span));
        }
        if let Some(known) = aws::managed_policy(name) {
            return Some(managed(&known.arn_suffix(), node.span));
        }
        if aws::sam_policy_template(name).is_some() {
            self.refuse(node.span, InvalidPolicyProblem::TemplateAsName(name.into()));
            return Some(Node::unread(Unknown::Invalid, node.span));
        }
        if name.contains('/') {
            self.refuse(node.span, InvalidPolicyProblem::NameWithPath(name.into()));
        }
        Some(managed(name.trim_start_matches('/'), node.span))
    }

    /// A document, a policy template, or neither.
    fn document(&mut self, node: &Node, entries: &[Entry]) -> Option<Node> {
        if node.get("Statement").is_some() {
            return Some(self.inline(node.clone()));
        }
        if let Some(document) = node.get("PolicyDocument") {
            self.refuse(node.span, InvalidPolicyProblem::Wrapped);
            return Some(self.inline(document.clone()));
        }
        match entries {
            [] => None,
            [entry] => match aws::sam_policy_template(&entry.key.value) {
                Some(template) => Some(self.template(template, entry)),
                None => {
                    let problem = InvalidPolicyProblem::UnknownTemplate(entry.key.value.clone());
                    self.refuse(node.span, problem);
                    Some(Node::unread(Unknown::Invalid, node.span))
                }
            },
            [_, second, ..] => {
                let is_template =
                    |entry: &Entry| aws::sam_policy_template(&entry.key.value).is_some();
                let problem = if entries.iter().all(is_template) {
                    InvalidPolicyProblem::SeveralTemplates(second.key.value.clone())
                } else {
                    InvalidPolicyProblem::NoStatement
                };
                self.refuse(node.span, problem);
                Some(Node::unread(Unknown::Invalid, node.span))
            }
        }
    }

    fn template(&mut self, template: aws::SamPolicyTemplate, entry: &Entry) -> Node {
        let span = entry.key.span;
        let given = tree::plain_map(&entry.value).unwrap_or_default();
        let name = Str::from(template.name);
        let is_known =
            |entry: &Entry| template.parameters().any(|parameter| entry.key.value == parameter);
        // A parameter of another name is the one that is missing, misspelt.
        let is_misspelt = given.iter().any(|entry| !is_known(entry));
        for parameter in template.parameters().filter(|_| !is_misspelt) {
            let is_given = given.iter().any(|entry| entry.key.value == parameter);
            if !is_given && Call::of(&entry.value).is_none() {
                let problem = InvalidPolicyProblem::MissingParameter {
                    template: name.clone(),
                    parameter: parameter.into(),
                };
                self.refuse(span, problem);
            }
        }
        let mut absent = template
            .parameters()
            .filter(|parameter| given.iter().all(|entry| entry.key.value != *parameter));
        let missing = absent.next().filter(|_| absent.next().is_none()).map(Str::from);
        let missing = missing.filter(|_| given.iter().filter(|it| !is_known(it)).count() == 1);
        for value in given {
            if !is_known(value) {
                let problem = InvalidPolicyProblem::UnknownParameter {
                    template: name.clone(),
                    parameter: value.key.value.clone(),
                    missing: missing.clone(),
                };
                self.refuse(value.key.span, problem);
            }
        }
        let Some(mut document) = tree::from_json(template.definition_json, span) else {
            return Node::unread(Unknown::Unsupported, span);
        };
        fill(&mut document, given);
        if let NodeKind::Map(entries) = &mut document.kind {
            entries.insert(0, tree::entry("Version", tree::text("2012-10-17", span)));
        }
        let mut policy = self.inline(document);
        if let NodeKind::Map(entries) = &mut policy.kind {
            entries.push(tree::entry(MADE_FROM, tree::text(name, span)));
        }
        policy
    }

    fn inline(&self, document: Node) -> Node {
        let span = document.span;
        let name = smol_str::format_smolstr!("{}Policy{}", self.role, self.index);
        let entries = vec![
            tree::entry("PolicyName", tree::text(name, span)),
            tree::entry("PolicyDocument", document),
        ];
        tree::map(entries, span)
    }

    fn refuse(&mut self, span: Span, problem: InvalidPolicyProblem) {
        self.invalid.push(InvalidPolicy { span, problem });
    }
}

/// `Fn::If` over what two branches become.
fn either(
    node: &Node,
    condition: &Node,
    then: Option<Node>,
    otherwise: Option<Node>,
) -> Option<Node> {
    if then.is_none() && otherwise.is_none() {
        return None;
    }
    let or_none = |branch: Option<Node>| branch.unwrap_or_else(|| tree::no_value(node.span));
    Some(tree::choose(condition.clone(), or_none(then), or_none(otherwise), node.span))
}

/// Puts the values of parameters where a template refers to them.
fn fill(node: &mut Node, given: &[Entry]) {
    if let Some(name) = tree::referenced(node)
        && !name.starts_with("AWS::")
    {
        let value = given.iter().rev().find(|entry| entry.key.value == name);
        let value = value.map(|entry| entry.value.clone());
        *node = value.unwrap_or_else(|| Node::unread(Unknown::Invalid, node.span));
        return;
    }
    match &mut node.kind {
        NodeKind::List(items) => items.iter_mut().for_each(|item| fill(item, given)),
        NodeKind::Map(entries) => {
            entries.iter_mut().for_each(|entry| fill(&mut entry.value, given));
        }
        NodeKind::Scalar(_) | NodeKind::Unread(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sam::tests::{read as tree_of, written};

    const AWS: &str = "arn:${AWS::Partition}:iam::aws:policy";

    #[test]
    fn managed_policies_by_name_and_arn() {
        let cases = [
            ("AmazonSQSFullAccess", format!("[{{Fn::Sub: {AWS}/AmazonSQSFullAccess}}]")),
            (
                "AWSLambdaBasicExecutionRole",
                format!("[{{Fn::Sub: {AWS}/service-role/AWSLambdaBasicExecutionRole}}]"),
            ),
            ("arn:aws:iam::aws:policy/Any", "[arn:aws:iam::aws:policy/Any]".to_owned()),
            ("[!Ref A, !ImportValue b]", "[!Ref A, !ImportValue b]".to_owned()),
            (
                "[!If [C, CloudWatchFullAccess, !Ref AWS::NoValue]]",
                format!("[!If [C, {{Fn::Sub: {AWS}/CloudWatchFullAccess}}, !Ref AWS::NoValue]]"),
            ),
            ("[]", "[]".to_owned()),
            ("", "[]".to_owned()),
        ];
        for (policies, expected) in cases {
            let node = tree_of(&format!("P: {policies}"));
            let found = read(node.get("P").unwrap(), "FRole");
            let list = tree::list(found.managed, Span::NONE);
            let expected = expected.replace(": arn:", ": 'arn:").replace("}]", "'}]");
            let expected = expected.replace("Access}", "Access'}");
            assert!(tree::same(&list, &tree_of(&expected)), "{policies}: {}", written(&list));
            assert!(found.inline.is_empty() && found.invalid.is_empty(), "{policies}");
        }
    }

    #[test]
    fn documents_and_templates_are_inline() {
        let node = tree_of(concat!(
            "[{Statement: [{Effect: Allow, Action: a, Resource: '*'}]}, ",
            "{SQSPollerPolicy: {QueueName: !GetAtt Q.QueueName}}]"
        ));
        let found = read(&node, "FRole");
        assert!(found.invalid.is_empty());
        let [document, template] = found.inline.as_slice() else { panic!("{found:?}") };
        assert_eq!(document.get("PolicyName").and_then(Node::as_str), Some("FRolePolicy0"));
        assert_eq!(template.get("PolicyName").and_then(Node::as_str), Some("FRolePolicy1"));
        let text = written(template.get("PolicyDocument").unwrap());
        assert!(text.contains("sqs:ReceiveMessage"), "{text}");
        assert!(text.contains("!GetAtt Q.QueueName"), "{text}");
    }

    #[test]
    fn what_sam_refuses_is_said_and_counts_as_what_it_means() {
        use InvalidPolicyProblem as P;
        let cases = [
            (
                "service-role/AWSLambdaBasicExecutionRole",
                P::NameWithPath("service-role/AWSLambdaBasicExecutionRole".into()),
                1,
                0,
            ),
            ("S3ReadPolicy", P::TemplateAsName("S3ReadPolicy".into()), 1, 0),
            ("{PolicyName: p, PolicyDocument: {Statement: []}}", P::Wrapped, 0, 1),
            ("{S3RaedPolicy: {BucketName: b}}", P::UnknownTemplate("S3RaedPolicy".into()), 0, 1),
            ("{Effect: Allow, Action: a}", P::NoStatement, 0, 1),
            (
                "{S3ReadPolicy: {}}",
                P::MissingParameter {
                    template: "S3ReadPolicy".into(),
                    parameter: "BucketName".into(),
                },
                0,
                1,
            ),
            (
                "{S3ReadPolicy: {BucketName: b, Prefix: p}}",
                P::UnknownParameter {
                    template: "S3ReadPolicy".into(),
                    parameter: "Prefix".into(),
                    missing: None,
                },
                0,
                1,
            ),
            (
                "{S3ReadPolicy: {BucketNam: b}}",
                P::UnknownParameter {
                    template: "S3ReadPolicy".into(),
                    parameter: "BucketNam".into(),
                    missing: Some("BucketName".into()),
                },
                0,
                1,
            ),
        ];
        for (policies, problem, managed, inline) in cases {
            let node = tree_of(&format!("[{policies}]"));
            let found = read(&node, "FRole");
            let problems: Vec<P> = found.invalid.into_iter().map(|entry| entry.problem).collect();
            assert_eq!(problems, [problem], "{policies}");
            assert_eq!((found.managed.len(), found.inline.len()), (managed, inline), "{policies}");
        }
    }
}
