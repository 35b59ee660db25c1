//! From attachments to the policies they attach, for every role.

use std::collections::BTreeMap;
use std::sync::Arc;

use iacscan_core::{
    Address, Condition, Gap, Guarded, Located, Pseudo, ResourceAttribute, Segment, Span, Str, Text,
    Unknown,
};
use iacscan_iam::aws::{self, ManagedPolicy};
use iacscan_iam::{ArnPart, ArnParts, Partition, Resolve, policy_from_json};

use super::index::{ByName, Index, symbolic};
use super::perhaps::Perhaps;
use super::roles::{RoleLink, WrongKind, kind_and_name, link_role_name};
use crate::execution_role::{
    Attached, AttachedPolicy, AwsPolicy, CopyOfAws, InlineAt, NameProblem, PerhapsAttached,
    RoleAttachments,
};
use crate::graph::{NodeId, RoleId};
use crate::nodes::{Header, Mechanism};
use crate::{Resolver, Unit};

/// Looks each name of an AWS managed policy up once, however often it is written.
#[derive(Default)]
pub(super) struct AwsPolicies {
    read: BTreeMap<&'static str, Option<AwsPolicy>>,
    misspelt: BTreeMap<Str, Option<ManagedPolicy>>,
}

impl AwsPolicies {
    fn get(&mut self, record: ManagedPolicy) -> AttachedPolicy {
        self.load(record).map_or(AttachedPolicy::Opaque, AttachedPolicy::Aws)
    }

    fn load(&mut self, record: ManagedPolicy) -> Option<AwsPolicy> {
        let read = || {
            let document = Arc::new(policy_from_json(record.document_json)?);
            Some(AwsPolicy { record, document, breadth: Arc::new(record.breadth()) })
        };
        self.read.entry(record.name).or_insert_with(read).clone()
    }

    /// The policy that a name misspells, which takes a comparison with every name there is.
    fn misspelt(&mut self, name: &str) -> Option<ManagedPolicy> {
        let search = || aws::misspelt_managed_policy(name);
        *self.misspelt.entry(name.into()).or_insert_with(search)
    }
}

/// What is attached to each role, with the reasons why there may be more.
pub(super) fn attach(resolver: &Resolver, index: &Index, roles: &[NodeId]) -> Vec<RoleAttachments> {
    let mut linker = Linker {
        resolver,
        index,
        aws: AwsPolicies::default(),
        perhaps: Perhaps::new(resolver, index),
        result: vec![RoleAttachments::default(); roles.len()],
    };
    for (r, node) in roles.iter().enumerate() {
        if let Some(unit) = resolver.units().get(node.unit) {
            linker.own(RoleId(r), *node, unit);
        }
    }
    for (u, unit) in resolver.units().iter().enumerate() {
        linker.customer_policies(u, unit);
        linker.attachments(u, unit);
    }
    let mut result = std::mem::take(&mut linker.result);
    for role in &mut result {
        let mut parts = Vec::new();
        for attached in &mut role.attached {
            attached.copy = linker.copy(attached);
            for part in linker.parts(attached) {
                attached.parts.push(part.of.record.name);
                parts.push(Attached { copy: Some(part), parts: Vec::new(), ..attached.clone() });
            }
        }
        role.attached.extend(parts);
    }
    result
}

struct Linker<'g> {
    resolver: &'g Resolver,
    index: &'g Index,
    aws: AwsPolicies,
    perhaps: Perhaps<'g>,
    result: Vec<RoleAttachments>,
}

/// The role that a name means.
enum Named {
    Role(RoleId),
    /// Perhaps one of the scan.
    Unknown(Gap),
    /// None that there can be.
    Nothing,
}

/// What is attached.
#[derive(Clone, Copy)]
enum What<'a> {
    Policy(&'a Attached),
    /// A resource attaches what is not known.
    Unknown(&'a Header, &'a Guarded<Gap>),
}

impl Linker<'_> {
    /// What the role's own resource names.
    fn own(&mut self, id: RoleId, node: NodeId, unit: &Unit) {
        let Some(role) = unit.roles.get(node.index) else { return };
        let mut own = RoleAttachments::default();
        for item in &role.managed.items {
            let policy = self.managed(&item.item, node.unit);
            add(&mut own.attached, attached(&item.item, &item.condition, policy, &role.header));
        }
        for (i, item) in role.inline.items.iter().enumerate() {
            let at = InlineAt::Role { unit: node.unit, role: node.index, item: i };
            let policy = AttachedPolicy::Inline(at);
            let arn = Located::new(Text::new(), item.item.span);
            own.attached.push(attached(&arn, &item.condition, policy, &role.header));
        }
        own.gaps.extend(role.managed.gaps.iter().cloned());
        own.gaps.extend(role.inline.gaps.iter().cloned());
        own.gaps.extend(unit.open_world.iter().map(|gap| Guarded::always(*gap)));
        for branch in role.boundary.iter() {
            if let iacscan_core::Attribute::Known(arn) = &branch.item {
                let policy = self.managed(arn, node.unit);
                own.boundaries.push(attached(arn, &branch.condition, policy, &role.header));
            }
        }
        if let Some(slot) = self.result.get_mut(id.0) {
            *slot = own;
        }
    }

    /// The AWS managed policy whose text an attached policy holds in every branch.
    fn copy(&mut self, attached: &Attached) -> Option<CopyOfAws> {
        let [branch] = attached.document_in(self.resolver.units())?.0.as_slice() else {
            return None;
        };
        let document = branch.item.known().filter(|_| branch.condition.is_always())?;
        let of = self.aws.load(document.value.copy_of?)?;
        let arn = Text::literal(of.record.arn("aws"));
        Some(CopyOfAws { of, place: document.with(arn) })
    }

    /// The AWS managed policies all of whose statements are among others in a document.
    fn parts(&mut self, attached: &Attached) -> Vec<CopyOfAws> {
        let document = attached.document_in(self.resolver.units()).map(|it| it.0.as_slice());
        let Some([branch]) = document.filter(|_| attached.copy.is_none()) else {
            return Vec::new();
        };
        let document = branch.item.known().filter(|_| branch.condition.is_always());
        let statements = document.into_iter().flat_map(|it| &it.value.statements.items);
        let mut found: BTreeMap<&'static str, Vec<Span>> = BTreeMap::new();
        for statement in statements.filter(|it| it.condition.is_always()) {
            if let Some(name) = statement.item.written_by_aws() {
                found.entry(name).or_default().push(statement.item.span);
            }
        }
        let whole = found.into_iter().filter_map(|(name, spans)| {
            let of = self.aws.load(aws::managed_policy(name)?)?;
            let is_whole = spans.len() >= of.document.statements.items.len();
            let arn = Text::literal(of.record.arn("aws"));
            let place = Located::new(arn, *spans.first()?);
            is_whole.then_some(CopyOfAws { of, place })
        });
        whole.collect()
    }

    /// Policies whose own resource lists roles.
    fn customer_policies(&mut self, u: usize, unit: &Unit) {
        for (p, policy) in unit.policies.iter().enumerate() {
            for name in &policy.roles.items {
                let condition = policy.header.condition.clone().and(name.condition.clone());
                let own = AttachedPolicy::Customer { unit: u, index: p };
                let entry = attached(&name.item, &condition, own, &policy.header);
                let role = self.role(&name.item, u);
                self.attach(&role, &name.item, u, &[], What::Policy(&entry));
            }
            for gap in &policy.roles.gaps {
                let own = AttachedPolicy::Customer { unit: u, index: p };
                let arn = Located::new(Text::new(), gap.item.span);
                let condition = policy.header.condition.clone().and(gap.condition.clone());
                let entry = attached(&arn, &condition, own, &policy.header);
                self.perhaps(u, &[], None, gap.item, What::Policy(&entry));
            }
        }
    }

    /// Attachments and inline policies as resources of their own.
    fn attachments(&mut self, u: usize, unit: &Unit) {
        for (a, node) in unit.attachments.iter().enumerate() {
            if node.mechanism == Mechanism::ExclusiveInlineSet {
                continue;
            }
            let mut entries: Vec<Attached> = Vec::new();
            for item in &node.managed.items {
                let policy = self.managed(&item.item, u);
                let mut entry = attached(&item.item, &item.condition, policy, &node.header);
                entry.mechanism = Some(node.mechanism);
                add(&mut entries, entry);
            }
            if let Some(inline) = &node.inline {
                let policy = AttachedPolicy::Inline(InlineAt::Attachment { unit: u, index: a });
                let arn = Located::new(Text::new(), inline.span);
                let mut entry = attached(&arn, &Condition::Always, policy, &node.header);
                entry.mechanism = Some(node.mechanism);
                entries.push(entry);
            }
            for name in &node.roles.items {
                let exists = node.header.condition.clone().and(name.condition.clone());
                let role = self.role(&name.item, u);
                for entry in &entries {
                    let mut entry = entry.clone();
                    entry.condition = exists.clone().and(entry.condition);
                    self.attach(&role, &name.item, u, &node.roles_from, What::Policy(&entry));
                }
                for gap in &node.managed.gaps {
                    let gap = Guarded::new(exists.clone().and(gap.condition.clone()), gap.item);
                    let what = What::Unknown(&node.header, &gap);
                    self.attach(&role, &name.item, u, &node.roles_from, what);
                }
            }
            for role in &node.roles.gaps {
                let exists = node.header.condition.clone().and(role.condition.clone());
                for entry in &entries {
                    let mut entry = entry.clone();
                    entry.condition = exists.clone().and(entry.condition);
                    self.perhaps(u, &node.roles_from, None, role.item, What::Policy(&entry));
                }
                for gap in &node.managed.gaps {
                    let gap = Guarded::new(exists.clone().and(gap.condition.clone()), gap.item);
                    let what = What::Unknown(&node.header, &gap);
                    self.perhaps(u, &node.roles_from, None, role.item, what);
                }
            }
        }
    }

    /// Attaches something to the role that a name means, or notes it of those that it may mean.
    fn attach(
        &mut self,
        role: &Named,
        name: &Located<Text>,
        unit: usize,
        roles_from: &[Address],
        what: What<'_>,
    ) {
        match role {
            Named::Role(role) => {
                let Some(slot) = self.result.get_mut(role.0) else { return };
                match what {
                    What::Policy(entry) => slot.attached.push(entry.clone()),
                    What::Unknown(_, gap) => slot.gaps.push(gap.clone()),
                }
            }
            Named::Unknown(gap) => self.perhaps(unit, roles_from, Some(&name.value), *gap, what),
            Named::Nothing => {}
        }
    }

    fn perhaps(
        &mut self,
        unit: usize,
        roles_from: &[Address],
        name: Option<&Text>,
        role: Gap,
        what: What<'_>,
    ) {
        let perhaps = match what {
            What::Policy(entry) => PerhapsAttached {
                policy: Some(entry.clone()),
                holder: entry.holder.clone(),
                condition: entry.condition.clone(),
                role,
            },
            What::Unknown(holder, gap) => PerhapsAttached {
                policy: None,
                holder: holder.clone(),
                condition: gap.condition.clone(),
                role,
            },
        };
        self.perhaps.attached(unit, roles_from, name, perhaps, &mut self.result);
    }

    /// The role that something is attached to.
    fn role(&self, name: &Located<Text>, unit: usize) -> Named {
        match link_role_name(name, unit, self.resolver, self.index) {
            RoleLink::Role(role) => Named::Role(role),
            // An attachment that names the role wrongly counts as the grant it means.
            RoleLink::Wrong(WrongKind::Arn | WrongKind::UniqueId, Some(address)) => {
                let role = self.index.roles.get(&address);
                role.map_or(Named::Nothing, |role| Named::Role(*role))
            }
            RoleLink::Unknown(gap) => Named::Unknown(gap),
            // A role whose own name an input decides may be the one that is named.
            RoleLink::External(role) => {
                Named::Unknown(Gap { span: role.span, unknown: Unknown::External })
            }
            RoleLink::Wrong(..) | RoleLink::Missing => Named::Nothing,
        }
    }

    /// The policy that an ARN means.
    fn managed(&mut self, arn: &Located<Text>, unit: usize) -> AttachedPolicy {
        if let Some((target, attribute)) = arn.value.as_reference()
            && let Some((unit, index)) = self.index.policies.get(target)
        {
            return match attribute {
                ResourceAttribute::Arn => AttachedPolicy::Customer { unit: *unit, index: *index },
                _ => AttachedPolicy::Opaque,
            };
        }
        let text = self.resolver.resolve(&arn.value);
        if let Some(suffix) = text.as_known().as_deref().and_then(unfilled) {
            return self.unfilled(suffix);
        }
        let Some(parts) = ArnParts::split(&text) else {
            return text.as_known().map_or(AttachedPolicy::Opaque, |text| self.named(&text));
        };
        if parts.service() != Some("iam") {
            return AttachedPolicy::Opaque;
        }
        let Some((kind, rest)) = kind_and_name(parts.part(ArnPart::Resource)) else {
            return AttachedPolicy::Opaque;
        };
        if kind != "policy" {
            return AttachedPolicy::Opaque;
        }
        if is_aws(parts.part(ArnPart::Account)) {
            let written = parts.part(ArnPart::Partition).as_known();
            let written = written.filter(|partition| Partition::is_name(partition));
            let deployed = self.resolver.units().get(unit).and_then(|unit| unit.partition);
            return match rest.as_known() {
                Some(suffix) => self.aws(&suffix, written.as_deref(), deployed),
                None => AttachedPolicy::Opaque,
            };
        }
        self.customer(&rest, unit)
    }

    /// The AWS managed policy that an ARN means whose partition is still to be put in.
    fn unfilled(&mut self, suffix: &str) -> AttachedPolicy {
        let name = suffix.rsplit('/').next().unwrap_or(suffix);
        AttachedPolicy::Misnamed {
            written: suffix.into(),
            partition: "aws".into(),
            problem: NameProblem::Unfilled,
            meant: aws::managed_policy(name).and_then(|record| self.aws.load(record)),
        }
    }

    /// The AWS managed policy that is named where its ARN belongs.
    fn named(&mut self, text: &Str) -> AttachedPolicy {
        let record = aws::managed_policy(text.rsplit('/').next().unwrap_or(text));
        match record.filter(ManagedPolicy::is_attachable) {
            Some(record) => AttachedPolicy::Misnamed {
                written: text.clone(),
                partition: "aws".into(),
                problem: NameProblem::NoArn,
                meant: self.aws.load(record),
            },
            None => AttachedPolicy::Opaque,
        }
    }

    fn customer(&self, name: &Text, unit: usize) -> AttachedPolicy {
        if let Some((target, ResourceAttribute::Name | ResourceAttribute::Other(_))) =
            name.references().last()
            && let Some((unit, index)) = self.index.policies.get(target)
        {
            return AttachedPolicy::Customer { unit: *unit, index: *index };
        }
        let found = symbolic(name)
            .map(|name| self.index.policy_named(unit, name.rsplit('/').next().unwrap_or(&name)));
        match found {
            Some(ByName::One((unit, index))) => AttachedPolicy::Customer { unit, index },
            _ => AttachedPolicy::Opaque,
        }
    }

    /// The AWS managed policy of an ARN's `path/name`, by the partition in the ARN and the one that
    /// it is deployed to, where these are known.
    fn aws(
        &mut self,
        suffix: &Str,
        written: Option<&str>,
        deployed: Option<Partition>,
    ) -> AttachedPolicy {
        let name = suffix.rsplit('/').next().unwrap_or(suffix);
        let deployed = deployed.map(|partition| partition.name);
        let partition = deployed.or(written);
        let misnamed =
            |this: &mut Self, problem, meant: Option<ManagedPolicy>| AttachedPolicy::Misnamed {
                written: suffix.clone(),
                partition: partition.unwrap_or("aws").into(),
                problem,
                meant: meant.and_then(|record| this.aws.load(record)),
            };
        if let (Some(written), Some(deployed)) = (written, deployed)
            && written != deployed
        {
            let problem = NameProblem::OtherPartition;
            return misnamed(self, problem, aws::managed_policy(name));
        }
        if let Some(record) = aws::managed_policy(name) {
            return if !record.is_attachable() {
                misnamed(self, NameProblem::NotAttachable, Some(record))
            } else if record.arn_suffix() != *suffix {
                misnamed(self, NameProblem::WrongPath, Some(record))
            } else {
                self.aws.get(record)
            };
        }
        if let Some(removed) = aws::removed_policy(name) {
            let elsewhere =
                partition.is_some_and(|here| removed.other_partitions().any(|p| p == here));
            return if elsewhere {
                AttachedPolicy::Opaque
            } else {
                misnamed(self, NameProblem::Removed, removed.replacement())
            };
        }
        match self.aws.misspelt(name) {
            Some(meant) => misnamed(self, NameProblem::Misspelt, Some(meant)),
            // The name may be newer than the snapshot.
            None => AttachedPolicy::Opaque,
        }
    }
}

/// What stands behind `policy/` in the ARN of an AWS managed policy whose partition is a variable
/// that nothing replaces: `arn:${AWS::Partition}:iam::aws:policy/` without `Fn::Sub`. Variables of
/// other forms belong to tools that fill them in before.
fn unfilled(arn: &str) -> Option<&str> {
    let (partition, suffix) = arn.strip_prefix("arn:")?.split_once(":iam::aws:policy/")?;
    let name = partition.trim_start_matches('$').strip_prefix('{')?.strip_suffix('}')?;
    let is_name = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_alphanumeric());
    name.split("::").all(is_name).then_some(suffix)
}

/// Whether the account of a policy's ARN is AWS itself. Its partition in that place
/// (`iam::${AWS::Partition}:policy`) is a slip that works where the partition is `aws`.
fn is_aws(account: &Text) -> bool {
    account.as_str() == Some("aws")
        || matches!(account.segments(), [Segment::Pseudo(Pseudo::Partition)])
}

fn attached(
    arn: &Located<Text>,
    condition: &Condition,
    policy: AttachedPolicy,
    holder: &Header,
) -> Attached {
    Attached {
        policy,
        arn: arn.clone(),
        condition: condition.clone(),
        holder: holder.clone(),
        mechanism: None,
        copy: None,
        parts: Vec::new(),
        again: Vec::new(),
    }
}

/// Adds a policy to those of a list. One that the list has already is the same policy again.
fn add(list: &mut Vec<Attached>, next: Attached) {
    let has = |known: &&mut Attached| {
        known.policy.is_same_of_aws(&next.policy)
            && (known.condition.is_always() || known.condition == next.condition)
    };
    match list.iter_mut().find(has) {
        Some(known) => known.again.push(next.arn.span),
        None => list.push(next),
    }
}
