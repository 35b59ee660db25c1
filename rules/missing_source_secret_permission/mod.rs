//! A source is polled with a role that cannot read its credentials, or what a key encrypts.

use iacscan_core::{
    Attribute, Located, ResourceAttribute, RuleGroup, RuleMeta, Severity, Span, Text, Unknown,
};
use iacscan_graph::nodes::{EventSourceMapping, Resource, ResourceKind};
use iacscan_graph::{Chain, LinkedRole};
use iacscan_iam::{ArnParts, Resolve};

use crate::framework::unmet;
use crate::needs::{DECRYPT, Demand, SECRET, access_gap, generated, source_of};
use crate::{Context, Draft, Report, Rule};

/// `missing-source-secret-permission`
pub(crate) struct MissingSourceSecretPermission;

static META: RuleMeta = RuleMeta {
    id: "missing-source-secret-permission",
    summary: "Credential or key of an event source is not readable",
    group: RuleGroup::Baseline,
    severity: Severity::Medium,
    cwe: &[522],
    page: include_str!("README.md"),
};

impl Rule for MissingSourceSecretPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(role) = chain.closed() else { continue };
            for (_, mapping) in chain.mappings() {
                for access in [&mapping.access, &mapping.schema_registry_access] {
                    if let Some(gap) = access_gap(chain, access, mapping.span) {
                        let any = Demand::new(&SECRET, Text::unknown(Unknown::Computed));
                        report.perhaps_used(chain, FEATURE, gap, &[any]);
                    }
                }
                for uri in secrets(chain, mapping) {
                    if let Some(secret) = unreadable_secret(chain, &uri.value) {
                        report.in_chain(chain, lacks_secret(chain, role, mapping, uri, &secret));
                    } else {
                        let demand = demand(chain, &uri.value);
                        report.perhaps_allowed(chain, FEATURE, uri.span, &demand);
                    }
                }
                let sources = source_of(chain, mapping).into_iter();
                let encrypted = sources.map(|source| (source, mapping.span, "records"));
                let secrets = secrets(chain, mapping).map(|uri| (uri, uri.span, "credentials"));
                for (text, span, what) in encrypted.chain(secrets) {
                    let Some(key) = key_of(chain, &text.value) else { continue };
                    let demand = decryption(key);
                    if demand.missing(chain).is_empty() {
                        report.perhaps_allowed(chain, KEY, span, &[demand]);
                    } else {
                        report.in_chain(chain, lacks_key(chain, role, mapping, span, what, key));
                    }
                }
            }
        }
    }
}

/// The secrets a mapping reads: credentials and certificates of the source and of the registry of
/// its schemas.
fn secrets<'g>(
    chain: &'g Chain<'_>,
    mapping: &'g EventSourceMapping,
) -> impl Iterator<Item = &'g Located<Text>> {
    let kinds = [
        "BASIC_AUTH",
        "SASL_SCRAM_256_AUTH",
        "SASL_SCRAM_512_AUTH",
        "CLIENT_CERTIFICATE_TLS_AUTH",
        "SERVER_ROOT_CA_CERTIFICATE",
    ];
    mapping
        .access
        .in_world(&chain.world)
        .chain(mapping.schema_registry_access.in_world(&chain.world))
        .filter(move |access| access.kind.value.as_str().is_some_and(|kind| kinds.contains(&kind)))
        .map(|access| &access.uri)
}

/// The ARN of a secret that the role certainly cannot read.
fn unreadable_secret(chain: &Chain<'_>, uri: &Text) -> Option<Text> {
    let secret = chain.graph.resolver().resolve(uri).into_owned();
    // A URI of which nothing is known is a secret's all the same.
    let is_secret = ArnParts::split(&secret)
        .map_or(secret.known_prefix().is_empty() && secret.as_known().is_none(), |arn| {
            arn.service() == Some("secretsmanager")
        });
    if !is_secret {
        return None;
    }
    let lacks = |secret: &Text| !SECRET.missing(chain, secret).is_empty();
    (lacks(&secret) && lacks(&suffixed(chain, &secret))).then_some(secret)
}

/// Without the six characters that AWS adds to a secret's name a URI means the same secret.
fn suffixed(chain: &Chain<'_>, secret: &Text) -> Text {
    let mut suffixed = secret.clone();
    suffixed.extend(&Text::from("-"));
    suffixed.extend(&generated(chain));
    suffixed
}

/// What is in doubt.
const FEATURE: &str = "the credentials of its event source";
const KEY: &str = "the key of its event source";

/// What reading a secret needs, unless the role may read it by its name in one form.
fn demand(chain: &Chain<'_>, uri: &Text) -> Vec<Demand> {
    let secret = chain.graph.resolver().resolve(uri).into_owned();
    let other = Demand::new(&SECRET, suffixed(chain, &secret));
    let known_elsewhere = other.met(chain).is_true();
    let demand = Demand::new(&SECRET, secret);
    if known_elsewhere { Vec::new() } else { vec![demand] }
}

/// The key in scope that encrypts what a text means. A key whose policy is not in scope lets the
/// account decide.
fn key_of<'g>(chain: &Chain<'g>, encrypted: &Text) -> Option<&'g Resource> {
    let (target, _) = encrypted.as_reference()?;
    let resolver = chain.graph.resolver();
    let resource = resolver.resource(target)?;
    let Some(Attribute::Known(key)) = chain.get(&resource.kms_key) else { return None };
    let mut key = match key.value.as_reference() {
        Some((key, _)) => resolver.resource(key)?,
        None => alias_of_name(chain, key.value.as_str()?)?,
    };
    if key.kind == ResourceKind::KeyAlias {
        let Some(Attribute::Known(parent)) = chain.get(&key.parent) else { return None };
        key = resolver.resource(parent.value.as_reference()?.0)?;
    }
    if key.kind != ResourceKind::Key {
        return None;
    }
    let arn = Text::reference(key.header.address.clone(), ResourceAttribute::Arn);
    let unit = chain.graph.unit_of(chain.id)?;
    let has_policy = unit.resource_policies.iter().any(|policy| {
        chain.is_about(policy, &arn).is_true()
            && policy.document.iter().any(|branch| !matches!(branch.item, Attribute::Absent))
    });
    has_policy.then_some(key)
}

/// What using a key needs.
fn decryption(key: &Resource) -> Demand {
    let arn = Text::reference(key.header.address.clone(), ResourceAttribute::Arn);
    Demand::new(&DECRYPT, arn)
}

/// The alias in scope that is given by its name.
fn alias_of_name<'g>(chain: &Chain<'g>, name: &str) -> Option<&'g Resource> {
    let unit = chain.graph.unit_of(chain.id)?;
    let has_name = |resource: &&Resource| match chain.get(&resource.name) {
        Some(Attribute::Known(known)) => known.value.as_str() == Some(name),
        _ => false,
    };
    let mut aliases = unit.resources.iter().filter(|it| it.kind == ResourceKind::KeyAlias);
    aliases.find(has_name)
}

fn lacks_secret(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    mapping: &EventSourceMapping,
    uri: &Located<Text>,
    secret: &Text,
) -> Draft {
    let label = "role {role} cannot read this secret";
    let demand = Demand::new(&SECRET, secret.clone()).named(uri.value.clone());
    let harm = if is_certificate(chain, mapping, uri) {
        "check the certificate of the brokers"
    } else {
        "log in at the event source"
    };
    let draft = Draft::at(&META, META.severity, uri, label).message(format!(
        "Lambda cannot {harm} of {{functions}}: role {{role}} does not allow \
         `secretsmanager:GetSecretValue` on its secret"
    ));
    let draft = if ArnParts::split(secret).is_some() {
        draft.meet(chain, role, &[(demand, SECRET.actions.to_vec())])
    } else {
        draft.help("Allow `secretsmanager:GetSecretValue` on the secret that is given here.")
    };
    unmet(draft, chain, role, &mapping.header, "`secretsmanager:GetSecretValue`")
}

/// Whether the secret is a certificate that brokers are checked by.
fn is_certificate(chain: &Chain<'_>, mapping: &EventSourceMapping, uri: &Located<Text>) -> bool {
    let registry = mapping.schema_registry_access.in_world(&chain.world);
    let mut all = mapping.access.in_world(&chain.world).chain(registry);
    all.any(|access| {
        access.uri.span == uri.span
            && access.kind.value.as_str() == Some("SERVER_ROOT_CA_CERTIFICATE")
    })
}

fn lacks_key(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    mapping: &EventSourceMapping,
    span: Span,
    what: &str,
    key: &Resource,
) -> Draft {
    let name = &key.header.address;
    let demand = decryption(key);
    let label = format!("its {what} are encrypted with `{name}`, which role {{role}} cannot use");
    let draft = Draft::new(&META, META.severity, span, label)
        .message(format!(
            "Lambda cannot decrypt the {what} of the event source of {{functions}}: neither role \
             {{role}} nor the policy of key `{name}` allows `kms:Decrypt`"
        ))
        .meet(chain, role, &[(demand, DECRYPT.actions.to_vec())])
        .note(format!(
            "First let the policy of key `{name}` allow it to the account or the role: until then no \
             policy of the role counts."
        ))
        .label(key.header.span, "encrypts them");
    unmet(draft, chain, role, &mapping.header, "`kms:Decrypt`")
}
