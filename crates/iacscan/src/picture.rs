//! `iacscan graph`: what there is to draw of the linked graph.

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::{
    Address, Attribute, Condition, Files, Finding, Gap, RuleGroup, Segment, Sources, Span, Text,
};
use iacscan_graph::nodes::{EventSourceMapping, Function, Header, SourceKind, Trigger};
use iacscan_graph::{
    Attached, AttachedPolicy, ExecutionRole, FunctionId, FunctionLink, Graph, RoleId, RoleLink,
};
use iacscan_iam::Resolve;
use iacscan_report::{
    GraphEdge, GraphEdgeKind, GraphFormat, GraphNode, GraphNodeKind, GraphView, render_graph,
};

use crate::args::Color;
use crate::environment::{self, Stream};
use crate::error::Error;
use crate::options::Options;
use crate::scan::{Loaded, Status, in_pool, notices, report_options};
use crate::session::Session;
use crate::{output, rules};

/// Draws the graph of a scan to standard output.
pub(crate) fn run(options: &Options, format: GraphFormat) -> Result<Status, Error> {
    in_pool(options, || {
        let Loaded { session, found, lowered, graph } = Loaded::new(Session::open(options)?);
        let notices = notices(&session, &found, &lowered.unreadable);
        let sources = session.files.sources();
        let excess = rules::Selection::group(RuleGroup::Excess);
        let excess = rules::check(&graph, &session.config, &excess).findings;
        let view = view(&graph, sources, &excess);
        let base = environment::base_options(report_options(&session));
        let status = output::notices(&notices, sources, Color::Auto, &base);
        let to = environment::options_for(Stream::Output, Color::Auto, &base);
        let mut bytes = Vec::new();
        render_graph(format, &view, sources, &to, &mut bytes).map_err(Error::new)?;
        output::print(&bytes)?;
        Ok(status)
    })
}

/// What there is to draw of a graph. Policies that one of the findings points into are too wide.
fn view(graph: &Graph, sources: &Sources, excess: &[Finding]) -> GraphView {
    let mut painter =
        Painter { graph, sources, excess, view: GraphView::default(), keys: BTreeMap::new() };
    for (id, _) in graph.deployed_functions() {
        painter.function(id);
    }
    for role in graph.execution_roles() {
        painter.execution_role(&role);
    }
    for (index, unit) in graph.units().iter().enumerate() {
        for trigger in &unit.triggers {
            painter.trigger(index, trigger);
        }
    }
    painter.finish()
}

/// What makes two nodes the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Function(FunctionId),
    Role(RoleId),
    Resource(Address),
    /// Something outside of the scanned source, or written in place: by unit and name.
    Named(GraphNodeKind, String, String),
}

struct Painter<'g> {
    graph: &'g Graph,
    sources: &'g Sources,
    excess: &'g [Finding],
    view: GraphView,
    keys: BTreeMap<Key, usize>,
}

impl Painter<'_> {
    fn node(&mut self, key: Key, make: impl FnOnce() -> GraphNode) -> usize {
        let nodes = &mut self.view.nodes;
        *self.keys.entry(key).or_insert_with(|| {
            nodes.push(make());
            nodes.len() - 1
        })
    }

    /// A node by its name alone.
    fn named(&mut self, kind: GraphNodeKind, unit: &str, name: String, known: bool) -> usize {
        let key = Key::Named(kind, unit.to_owned(), name.clone());
        self.node(key, || plain(kind, unit, name, None, known))
    }

    fn edge(&mut self, from: usize, to: usize, kind: GraphEdgeKind, condition: &Condition) {
        let when = (!condition.is_always()).then(|| condition.to_string());
        let known = self.view.nodes.get(to).is_some_and(|node| node.known);
        let same = |edge: &GraphEdge| {
            edge.from == from && edge.to == to && edge.kind == kind && edge.when == when
        };
        if !self.view.edges.iter().rev().take_while(|edge| edge.from == from).any(same) {
            self.view.edges.push(GraphEdge { from, to, kind, when, known });
        }
    }

    fn function(&mut self, id: FunctionId) {
        let graph = self.graph;
        let Some(function) = graph.function(id) else { return };
        let unit = function.header.address.unit();
        let node = self.node(Key::Function(id), || {
            let summary = graph.summary(id);
            let features = [
                summary.as_ref().is_some_and(|summary| summary.vpc.is_true()).then_some("VPC"),
                summary.as_ref().is_some_and(|summary| summary.tracing).then_some("X-Ray"),
            ];
            let features: Vec<&str> = features.into_iter().flatten().collect();
            let detail = (!features.is_empty()).then(|| features.join(", "));
            written(GraphNodeKind::Function, &function.header, detail)
        });
        for link in graph.role_links(id) {
            let role = match &link.item {
                RoleLink::Role(role) => Some(self.role(*role)),
                RoleLink::External(arn) => {
                    let arn = graph.resolver().resolve(&arn.value).to_string();
                    Some(self.named(GraphNodeKind::Role, unit, arn, false))
                }
                RoleLink::Unknown(gap) => Some(self.unknown_role(function, *gap)),
                RoleLink::Wrong(..) | RoleLink::Missing => None,
            };
            if let Some(role) = role {
                self.edge(node, role, GraphEdgeKind::Assumes, &link.condition);
            }
        }
        for link in graph.mappings_of(id) {
            if let Some(mapping) = graph.mapping(link.item) {
                self.mapping(node, mapping, &link.condition);
            }
        }
    }

    /// A role that is not known is the same where the same is written for it, outside of modules
    /// and loops.
    fn unknown_role(&mut self, function: &Function, gap: Gap) -> usize {
        let (kind, address) = (GraphNodeKind::Role, &function.header.address);
        let unit = address.unit();
        let what = format!("a role that is {}", gap.unknown);
        if let Some(made) = self.graph.role_maker(function, gap) {
            return self.named(kind, unit, format!("{what}: made by {made}"), false);
        }
        let written = gap.span.is_somewhere().then(|| {
            let source = self.sources.get(gap.span.source);
            source.text.get(gap.span.range()).unwrap_or_default().to_owned()
        });
        let written = written.filter(|text| !text.is_empty() && !text.contains('\n'));
        let varies = |text: &str| {
            ["each.", "count.", "self.", "${", "&{"].iter().any(|part| text.contains(part))
        };
        match written {
            Some(text) if function.header.calls.is_empty() && !varies(&text) => {
                self.named(kind, unit, format!("{what}: `{text}`"), false)
            }
            written => {
                let key = Key::Named(kind, unit.to_string(), format!("role of {address}"));
                let name = written.map_or(what.clone(), |text| format!("{what}: `{text}`"));
                self.node(key, || plain(kind, unit, name, None, false))
            }
        }
    }

    fn mapping(&mut self, function: usize, mapping: &EventSourceMapping, condition: &Condition) {
        let unit = mapping.header.address.unit();
        let kind = self.graph.source_kind(mapping).map(SourceKind::as_str);
        let texts: Vec<&Text> = mapping
            .source
            .iter()
            .filter_map(|branch| branch.item.known().map(|text| &text.value))
            .collect();
        let node = match texts.as_slice() {
            [text] => match text.segments() {
                [Segment::Reference { target, .. }] => {
                    let target = target.clone();
                    self.node(Key::Resource(target.clone()), || {
                        let name = target.to_string();
                        let detail = kind.map(str::to_owned);
                        plain(GraphNodeKind::Source, target.unit(), name, detail, true)
                    })
                }
                _ => {
                    let name = self.graph.resolver().resolve(text).to_string();
                    self.named(GraphNodeKind::Source, unit, name, true)
                }
            },
            _ => {
                let name = format!("source of {}", mapping.header.address);
                self.named(GraphNodeKind::Source, unit, name, false)
            }
        };
        self.edge(function, node, GraphEdgeKind::Polls, condition);
    }

    fn trigger(&mut self, unit: usize, trigger: &Trigger) {
        for link in &self.graph.link_function(unit, &trigger.function).0 {
            let FunctionLink::Function(function) = &link.item else { continue };
            let Some(function) = self.keys.get(&Key::Function(*function)).copied() else {
                continue;
            };
            let key = Key::Resource(trigger.header.address.clone());
            let source = self.node(key, || {
                let service = Some(trigger.service.to_string());
                written(GraphNodeKind::Source, &trigger.header, service)
            });
            self.edge(source, function, GraphEdgeKind::Invokes, &link.condition);
        }
    }

    fn role(&mut self, id: RoleId) -> usize {
        let graph = self.graph;
        self.node(Key::Role(id), || match graph.role(id) {
            Some(role) => written(GraphNodeKind::Role, &role.header, None),
            None => plain(GraphNodeKind::Role, "", String::new(), None, false),
        })
    }

    fn execution_role(&mut self, role: &ExecutionRole<'_>) {
        let node = self.role(role.id);
        for attached in role.attached() {
            let policy = self.policy(attached);
            self.edge(node, policy, GraphEdgeKind::Attaches, &attached.condition);
        }
        for boundary in role.boundaries() {
            let policy = self.policy(boundary);
            self.edge(node, policy, GraphEdgeKind::BoundedBy, &boundary.condition);
        }
        for perhaps in role.perhaps() {
            let name = format!("policies for a role that is {}", perhaps.role.unknown);
            let unit = role.role.header.address.unit();
            let policies = self.named(GraphNodeKind::Policy, unit, name, false);
            self.edge(node, policies, GraphEdgeKind::Attaches, &perhaps.condition);
        }
        for gap in role.gaps() {
            let name = format!("policies that are {}", gap.item.unknown);
            let unit = role.role.header.address.unit();
            let policies = self.named(GraphNodeKind::Policy, unit, name, false);
            self.edge(node, policies, GraphEdgeKind::Attaches, &gap.condition);
        }
    }

    fn policy(&mut self, attached: &Attached) -> usize {
        let graph = self.graph;
        let unit = attached.holder.address.unit();
        let node = match &attached.policy {
            AttachedPolicy::Aws(policy) => {
                let name = policy.record.name.to_owned();
                let key = Key::Named(GraphNodeKind::Policy, unit.to_string(), name.clone());
                let detail = Some("AWS managed".to_owned());
                self.node(key, || plain(GraphNodeKind::Policy, unit, name, detail, true))
            }
            AttachedPolicy::Misnamed { written, meant, .. } => {
                let key = Key::Named(GraphNodeKind::Policy, unit.to_string(), written.to_string());
                let detail = meant.as_ref().map(|meant| format!("means {}", meant.record.name));
                let known = meant.is_some();
                self.node(key, || {
                    plain(GraphNodeKind::Policy, unit, written.to_string(), detail, known)
                })
            }
            AttachedPolicy::Customer { .. } => match attached.customer(graph) {
                Some(policy) => self.node(Key::Resource(policy.header.address.clone()), || {
                    written(GraphNodeKind::Policy, &policy.header, None)
                }),
                None => self.opaque(attached),
            },
            AttachedPolicy::Inline(_) => self.inline(attached),
            AttachedPolicy::Opaque => self.opaque(attached),
        };
        let what = self.too_wide(attached);
        if let Some(node) = self.view.nodes.get_mut(node) {
            node.too_wide = node.too_wide.take().or(what);
        }
        node
    }

    fn opaque(&mut self, attached: &Attached) -> usize {
        let name = self.graph.resolver().resolve(&attached.arn.value).to_string();
        self.named(GraphNodeKind::Policy, attached.holder.address.unit(), name, false)
    }

    /// An inline policy is the same node wherever it is seen from: by its holder and name.
    fn inline(&mut self, attached: &Attached) -> usize {
        let Some(policy) = attached.inline(self.graph) else { return self.opaque(attached) };
        let holder = &attached.holder.address;
        let name = match &policy.name {
            Some(name) => self.graph.resolver().resolve(&name.value).to_string(),
            None => holder.to_string(),
        };
        let source = self.sources.get(policy.span.source);
        let place = format!("{name} in {holder} at {}:{}", source.path, policy.span.start);
        let known = policy.document.iter().all(|b| !matches!(b.item, Attribute::Unknown(..)));
        let key = Key::Named(GraphNodeKind::Policy, holder.unit().to_string(), place);
        self.node(key, || GraphNode {
            span: somewhere(policy.span),
            ..plain(GraphNodeKind::Policy, holder.unit(), name, Some("inline".to_owned()), known)
        })
    }

    /// What a rule about excess says of what is attached.
    fn too_wide(&self, attached: &Attached) -> Option<String> {
        let mut places = vec![attached.arn.span];
        if let Some(document) = attached.written(self.graph) {
            let documents = document.iter().filter_map(|branch| branch.item.known());
            places.extend(documents.map(|document| document.span));
        }
        let found = self.excess.iter().find(|finding| {
            let primary = finding.primary().map(|label| label.span);
            primary.is_some_and(|span| places.iter().any(|place| place.contains(span)))
        });
        found.map(|finding| finding.rule.to_owned())
    }

    fn finish(mut self) -> GraphView {
        let mut users: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for edge in self.view.edges.iter().filter(|edge| edge.kind == GraphEdgeKind::Assumes) {
            users.entry(edge.to).or_default().insert(edge.from);
        }
        for (role, users) in users {
            if let Some(node) = self.view.nodes.get_mut(role).filter(|_| users.len() > 1) {
                node.shared_by = Some(users.len());
            }
        }
        self.view
    }
}

fn written(kind: GraphNodeKind, header: &Header, detail: Option<String>) -> GraphNode {
    let address = &header.address;
    GraphNode {
        span: somewhere(header.span),
        ..plain(kind, address.unit(), address.to_string(), detail, true)
    }
}

fn plain(
    kind: GraphNodeKind,
    unit: &str,
    name: String,
    detail: Option<String>,
    known: bool,
) -> GraphNode {
    GraphNode {
        kind,
        unit: unit.to_owned(),
        name,
        detail,
        span: None,
        shared_by: None,
        too_wide: None,
        known,
    }
}

fn somewhere(span: Span) -> Option<Span> {
    span.is_somewhere().then_some(span)
}
