//! The graph on units built by hand.

mod unwritten;

use iacscan_core::{
    Address, Attribute, Branches, Collection, Condition, Gap, Guarded, Located, Property, Pseudo,
    ResourceAttribute, Sources, Span, Text, Truth, Unknown, Variable,
};
use iacscan_iam::{PolicyDocument, Resolve};

use crate::nodes::{
    Function, Header, InlinePolicy, Mechanism, PolicyAttachment, Resource, ResourceKind,
    ResourcePolicy, Role,
};
use crate::{Chain, Export, Format, Graph, RoleLink, Unit, WrongKind, link};
use unwritten::Unwritten;

/// A unit under construction; every node gets a span of its own.
struct Build {
    unit: Unit,
    sources: Sources,
    next: usize,
}

impl Build {
    fn new(path: &str) -> Self {
        Self {
            unit: Unit::new(path, Format::CloudFormation, &Unwritten),
            sources: Sources::new(),
            next: 0,
        }
    }

    fn span(&mut self) -> Span {
        self.next += 1;
        Span::at(self.sources.add("t", ""), self.next)
    }

    fn known(&mut self, text: Text) -> Property<Text> {
        Property::always(Attribute::Known(Located::new(text, self.span())))
    }

    fn header(&mut self, name: &str, kind: ResourceKind) -> Header {
        let address = Address::new(self.unit.path.clone(), name);
        let header = Header::new(address, "t", self.span());
        self.unit.resources.push(Resource::new(header.clone(), kind));
        header
    }

    fn name_last(&mut self, name: &str) {
        let name = self.known(Text::from(name));
        self.unit.resources.last_mut().unwrap().name = name;
    }

    fn address(&self, name: &str) -> Address {
        Address::new(self.unit.path.clone(), name)
    }

    fn function(&mut self, name: &str, role: Text) -> &mut Function {
        let header = self.header(name, ResourceKind::Function);
        let mut function = Function::new(header);
        function.role = self.known(role);
        self.unit.functions.push(function);
        self.unit.functions.last_mut().unwrap()
    }

    fn role(&mut self, name: &str, managed: &[&str]) -> &mut Role {
        let header = self.header(name, ResourceKind::Role);
        let mut role = Role::new(header);
        for arn in managed {
            let span = self.span();
            role.managed.push(Located::new(Text::from(*arn), span));
        }
        self.unit.roles.push(role);
        self.unit.roles.last_mut().unwrap()
    }

    fn role_arn(&self, name: &str) -> Text {
        Text::reference(self.address(name), ResourceAttribute::Arn)
    }
}

const BASIC: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

fn logs() -> Text {
    Text::from("arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:log-stream:s")
}

fn only_link(graph: &Graph) -> RoleLink {
    let (id, _) = graph.functions().next().unwrap();
    graph.role_links(id).first().unwrap().item.clone()
}

#[test]
fn a_function_reaches_what_its_role_grants() {
    let mut build = Build::new("t");
    let arn = build.role_arn("R");
    build.function("F", arn);
    build.role("R", &[BASIC]);
    let graph = link(vec![build.unit]);
    let (id, _) = graph.functions().next().unwrap();
    let chains = graph.chains(id);
    assert_eq!(chains.len(), 1);
    assert!(chains[0].closed().is_some());
    assert_eq!(chains[0].allows("logs:PutLogEvents", &logs()), Truth::True);
    assert_eq!(chains[0].allows("sqs:SendMessage", &Text::from("*")), Truth::False);
}

#[test]
fn an_unknown_policy_leaves_the_answer_open() {
    let mut build = Build::new("t");
    let arn = build.role_arn("R");
    build.function("F", arn);
    build.role("R", &["arn:aws:iam::123456789012:policy/elsewhere"]);
    let graph = link(vec![build.unit]);
    let (id, _) = graph.functions().next().unwrap();
    let chains = graph.chains(id);
    assert!(chains[0].linked().is_some() && chains[0].closed().is_none());
    assert_eq!(chains[0].allows("logs:PutLogEvents", &logs()), Truth::Unknown);
    assert!(!graph.summary(id).unwrap().complete);
}

#[test]
fn an_open_world_is_said_once_of_a_role() {
    let mut build = Build::new("t");
    let arn = build.role_arn("R");
    build.function("F", arn);
    build.role("R", &["arn:aws:iam::123456789012:policy/elsewhere"]);
    for _ in 0..3 {
        let gap = Gap { span: build.span(), unknown: Unknown::Invalid };
        build.unit.open_world.push(gap);
    }
    let graph = link(vec![build.unit]);
    let (id, _) = graph.functions().next().unwrap();
    let reasons: Vec<String> =
        graph.summary(id).unwrap().undecided.into_iter().map(|it| it.reason).collect();
    assert_eq!(
        reasons,
        [
            "a policy of role `R` is defined outside the scanned files",
            "role `R` may have policies that cannot be seen",
        ]
    );
}

#[test]
fn inline_policies_of_one_place_are_told_apart_by_their_resources() {
    let mut build = Build::new("t");
    let arn = build.role_arn("R");
    build.function("F", arn);
    build.role("R", &[]);
    let (name, span) = (Text::reference(build.address("R"), ResourceAttribute::Name), build.span());
    for resource in ["A", "B", "B"] {
        let mut attachment = PolicyAttachment {
            header: build.header(resource, ResourceKind::Other),
            roles: Collection::default(),
            roles_from: Vec::new(),
            managed: Collection::default(),
            inline: Some(InlinePolicy {
                name: None,
                span,
                document: Property::default(),
                template: None,
            }),
            mechanism: Mechanism::InlinePolicy,
            list: None,
        };
        attachment.roles.push(Located::new(name.clone(), span));
        build.unit.attachments.push(attachment);
    }
    let graph = link(vec![build.unit]);
    let (id, _) = graph.functions().next().unwrap();
    assert_eq!(graph.summary(id).unwrap().inline_policies, 2);
}

#[test]
fn a_role_that_can_be_none_says_why() {
    for (role, reason) in [
        (
            "arn:aws:iam::${AWS::AccountId}:role/orders",
            "its role has `${AWS::AccountId}` in it, which nothing fills in",
        ),
        (
            "arn:aws:iam::123456789012:root",
            "its role, `arn:aws:iam::123456789012:root`, is no ARN of a role",
        ),
    ] {
        let mut build = Build::new("t");
        build.function("F", Text::from(role));
        let graph = link(vec![build.unit]);
        let (id, _) = graph.functions().next().unwrap();
        let undecided = graph.summary(id).unwrap().undecided;
        let reasons: Vec<&str> = undecided.iter().map(|it| it.reason.as_str()).collect();
        assert_eq!(reasons, [reason]);
    }
}

#[test]
fn what_is_not_linked_is_noted_by_unit() {
    let mut build = Build::new("t");
    build.function("F", Text::unknown(Unknown::Input));
    let graph = link(vec![build.unit]);
    assert_eq!(graph.unlinked(0), crate::Unlinked { roles: true, mappings: false });
    assert_eq!(graph.unlinked(1), crate::Unlinked::default());
}

#[test]
fn a_name_of_several_roles_says_so() {
    let named = |unit: &str| {
        let mut build = Build::new(unit);
        build.role("R", &[]);
        let name = build.known(Text::from("named"));
        build.unit.roles[0].name = name;
        build
    };
    let mut user = Build::new("user");
    user.function("F", Text::from("arn:aws:iam::123456789012:role/named"));
    let graph = link(vec![user.unit, named("a").unit, named("b").unit]);
    let RoleLink::Unknown(gap) = only_link(&graph) else { panic!("it is linked") };
    assert_eq!(gap.unknown.reason(), "one of several of that name in the scan");
}

#[test]
fn the_ways_to_name_a_role() {
    let arn_with = |account: &str, tail: &Text| {
        let mut text = Text::from(format!("arn:aws:iam::{account}:role/").as_str());
        text.extend(tail);
        text
    };
    let role = Address::new("t", "R");
    let name = Text::reference(role.clone(), ResourceAttribute::Name);
    type Expected = fn(&RoleLink) -> bool;
    let cases: Vec<(Text, Expected)> = vec![
        (Text::reference(role.clone(), ResourceAttribute::Arn), |link| {
            matches!(link, RoleLink::Role(_))
        }),
        (arn_with("123456789012", &name), |link| matches!(link, RoleLink::Role(_))),
        (arn_with("123456789012", &Text::from("app/named")), |link| {
            matches!(link, RoleLink::Role(_))
        }),
        (arn_with("123456789012", &Text::from("other")), |link| {
            matches!(link, RoleLink::External(_))
        }),
        (name, |link| matches!(link, RoleLink::Wrong(WrongKind::Name, Some(_)))),
        (Text::reference(role, ResourceAttribute::UniqueId), |link| {
            matches!(link, RoleLink::Wrong(WrongKind::UniqueId, Some(_)))
        }),
        (Text::from("arn:aws:iam::123456789012:instance-profile/p"), |link| {
            matches!(link, RoleLink::Wrong(WrongKind::InstanceProfile, _))
        }),
        (Text::unknown(Unknown::Input), |link| matches!(link, RoleLink::Unknown(_))),
    ];
    for (text, expected) in cases {
        let mut build = Build::new("t");
        build.function("F", text.clone());
        build.role("R", &[]);
        let name = build.known(Text::from("named"));
        build.unit.roles[0].name = name;
        let graph = link(vec![build.unit]);
        let link = only_link(&graph);
        assert!(expected(&link), "{text}: {link:?}");
    }
}

#[test]
fn conditions_that_exclude_each_other_are_separate_worlds() {
    let stage = Variable::open("t", "Stage");
    let prod = Condition::equals(stage.clone(), "prod");
    let dev = Condition::equals(stage, "dev");
    let mut build = Build::new("t");
    let arn = build.role_arn("R");
    build.function("F", arn);
    build.role("R", &[]);
    let span = build.span();
    let managed = &mut build.unit.roles[0].managed;
    managed.push_when(prod, Located::new(Text::from(BASIC), span));
    managed.push_when(
        dev,
        Located::new(Text::from("arn:aws:iam::aws:policy/AmazonSQSFullAccess"), span),
    );
    let graph = link(vec![build.unit]);
    let (id, _) = graph.functions().next().unwrap();
    let answers: Vec<(Truth, Truth)> = graph
        .chains(id)
        .iter()
        .map(|chain| {
            (
                chain.allows("logs:PutLogEvents", &logs()),
                chain.allows("sqs:SendMessage", &Text::from("*")),
            )
        })
        .collect();
    // dev, prod, any other stage.
    assert_eq!(
        answers,
        [(Truth::False, Truth::True), (Truth::True, Truth::False), (Truth::False, Truth::False)]
    );
}

#[test]
fn attachments_find_their_role_by_reference_and_by_name() {
    for by_name in [false, true] {
        let mut build = Build::new("t");
        let arn = build.role_arn("R");
        build.function("F", arn);
        build.role("R", &[]);
        let literal = build.known(Text::from("named"));
        build.unit.roles[0].name = literal;
        let header = build.header("A", ResourceKind::Other);
        let role = if by_name {
            Text::from("named")
        } else {
            Text::reference(build.address("R"), ResourceAttribute::Name)
        };
        let (role_span, policy_span) = (build.span(), build.span());
        let mut attachment = PolicyAttachment {
            header,
            roles: Collection::default(),
            roles_from: Vec::new(),
            managed: Collection::default(),
            inline: None,
            mechanism: Mechanism::RoleAttachment,
            list: None,
        };
        attachment.roles.push(Located::new(role, role_span));
        attachment.managed.push(Located::new(Text::from(BASIC), policy_span));
        build.unit.attachments.push(attachment);
        let graph = link(vec![build.unit]);
        let (id, _) = graph.functions().next().unwrap();
        assert_eq!(graph.chains(id)[0].allows("logs:PutLogEvents", &logs()), Truth::True);
        let summary = graph.summary(id).unwrap();
        assert_eq!(summary.managed_policies, ["AWSLambdaBasicExecutionRole"]);
        assert!(summary.complete);
    }
}

/// Two roles, a function with the first, and attachments of a policy to roles that are not known.
fn with_unknown_roles(attachments: usize, policy: &Text, unknown: Unknown) -> Graph {
    let mut build = Build::new("t");
    let arn = build.role_arn("R");
    build.function("F", arn);
    for role in ["R", "S"] {
        build.role(role, &[]);
    }
    for role in &mut build.unit.roles {
        let name = Text::literal(role.header.address.name().clone());
        let name = Located::new(name, role.header.span);
        role.name = Branches::always(Attribute::Known(name));
    }
    for index in 0..attachments {
        let header = build.header(&format!("A{index}"), ResourceKind::Other);
        let (role_span, policy_span) = (build.span(), build.span());
        let mut attachment = PolicyAttachment {
            header,
            roles: Collection::default(),
            roles_from: Vec::new(),
            managed: Collection::default(),
            inline: None,
            mechanism: Mechanism::RoleAttachment,
            list: None,
        };
        attachment.roles.push(Located::new(Text::unknown(unknown), role_span));
        attachment.managed.push(Located::new(policy.clone(), policy_span));
        build.unit.attachments.push(attachment);
    }
    link(vec![build.unit])
}

#[test]
fn an_attachment_to_a_role_that_is_not_known_grants_what_its_policy_grants_or_nothing() {
    let graph = with_unknown_roles(3, &Text::from(BASIC), Unknown::Computed);
    let (id, _) = graph.functions().next().unwrap();
    let chain = &graph.chains(id)[0];
    assert_eq!(chain.allows("logs:PutLogEvents", &logs()), Truth::Unknown);
    assert_eq!(chain.allows_somewhere("logs:PutLogEvents"), Truth::Unknown);
    assert_eq!(chain.allows("sqs:SendMessage", &Text::from("*")), Truth::False);
    assert_eq!(chain.allows_somewhere("sqs:SendMessage"), Truth::False);
    assert_eq!(chain.allows_by("logs:PutLogEvents", &logs(), |_| false), Truth::False);
    let summary = graph.summary(id).unwrap();
    assert!(!summary.complete);
    let reasons: Vec<&str> = summary.undecided.iter().map(|it| it.reason.as_str()).collect();
    let reason = "role `R` may have more policies: `A0` and 2 others may be for it and name a \
                  role that is known only after deployment";
    assert_eq!(reasons, [reason]);
}

#[test]
fn what_is_in_a_policy_that_is_not_known_may_be_anything() {
    let unknown = Text::unknown(Unknown::Input);
    for (attachments, policy) in [(1, &unknown), (100, &Text::from(BASIC))] {
        let graph = with_unknown_roles(attachments, policy, Unknown::Computed);
        let (id, _) = graph.functions().next().unwrap();
        let chain = &graph.chains(id)[0];
        assert_eq!(chain.allows("sqs:SendMessage", &Text::from("*")), Truth::Unknown);
        assert_eq!(graph.summary(id).unwrap().undecided.len(), 1);
    }
}

#[test]
fn what_another_stack_exports_is_no_role_of_this_one() {
    let graph = with_unknown_roles(1, &Text::from(BASIC), Unknown::Exported);
    let (id, _) = graph.functions().next().unwrap();
    assert!(graph.summary(id).unwrap().complete);
}

#[test]
fn a_misnamed_aws_policy_counts_as_what_it_means() {
    let mut build = Build::new("t");
    let arn = build.role_arn("R");
    build.function("F", arn);
    build.role("R", &["arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole"]);
    let graph = link(vec![build.unit]);
    let (id, _) = graph.functions().next().unwrap();
    assert_eq!(graph.chains(id)[0].allows("logs:PutLogEvents", &logs()), Truth::True);
}

#[test]
fn exports_join_units_and_equal_names_do_not() {
    let mut exporter = Build::new("a");
    exporter.role("R", &[BASIC]);
    let (name, value) = (exporter.span(), exporter.span());
    let arn = exporter.role_arn("R");
    exporter.unit.exports.push(Export {
        name: Located::new(Text::from("role-arn"), name),
        value: Located::new(arn, value),
        condition: Condition::Always,
        span: name,
    });
    let mut importer = Build::new("b");
    let mut import = Text::new();
    import.push(iacscan_core::Segment::Import("role-arn".into()));
    importer.function("F", import);
    importer.role("R", &[]);
    let graph = link(vec![importer.unit, exporter.unit]);
    let RoleLink::Role(role) = only_link(&graph) else { panic!("{:?}", only_link(&graph)) };
    assert_eq!(graph.role(role).unwrap().header.address.unit(), "a");
}

#[test]
fn spellings_of_one_arn_resolve_to_one_text() {
    let mut build = Build::new("t");
    build.header("Q", ResourceKind::Queue);
    build.header("N", ResourceKind::Queue);
    build.name_last("named");
    let queue = build.address("Q");
    let named = build.address("N");
    let graph = link(vec![build.unit]);
    let resolve = |text: &Text| graph.resolver().resolve(text).into_owned();
    let spelled = |name: &Text| {
        let mut text = Text::from("arn:");
        text.extend(&Text::pseudo(Pseudo::Partition));
        text.extend(&Text::from(":sqs:"));
        text.extend(&Text::pseudo(Pseudo::Region));
        text.extend(&Text::from(":"));
        text.extend(&Text::pseudo(Pseudo::AccountId));
        text.extend(&Text::from(":"));
        text.extend(name);
        text
    };
    let arn = |address: Address| Text::reference(address, ResourceAttribute::Arn);
    let name = Text::reference(queue.clone(), ResourceAttribute::Name);
    assert_eq!(resolve(&arn(queue)).to_string(), spelled(&name).to_string());
    assert_eq!(resolve(&arn(named)).to_string(), spelled(&Text::from("named")).to_string());
}

#[test]
fn an_attribute_per_branch_answers_per_world() {
    let condition = Condition::is_true(Variable::boolean("t", "c"));
    let branches = Branches(vec![
        Guarded::new(condition.clone(), 1),
        Guarded::new(condition.clone().negate(), 2),
    ]);
    let answers: Vec<Option<i32>> = iacscan_core::worlds([&condition])
        .unwrap()
        .iter()
        .map(|world| branches.in_world(world).copied())
        .collect();
    assert_eq!(answers, [Some(1), Some(2)]);
}

/// What the chain of function `F` says with a policy of the queue `Q`, which its role `R` must not use.
fn with_queue_policy<T>(document: PolicyDocument, ask: impl Fn(&Chain<'_>, &Text) -> T) -> T {
    let mut build = Build::new("t");
    let arn = build.role_arn("R");
    build.function("F", arn);
    build.role("R", &[BASIC]);
    build.header("Q", ResourceKind::Queue);
    let header = build.header("P", ResourceKind::Other);
    let mut targets = Collection::default();
    let queue = Address::new("t", "Q");
    let span = build.span();
    targets.push(Located::new(Text::reference(queue.clone(), ResourceAttribute::Url), span));
    let document = Property::always(Attribute::Known(Located::new(document, span)));
    build.unit.resource_policies.push(ResourcePolicy { header, targets, document });
    let graph = link(vec![build.unit]);
    let (id, _) = graph.functions().next().unwrap();
    let chains = graph.chains(id);
    let queue = Text::reference(queue, ResourceAttribute::Arn);
    ask(&chains[0], &queue)
}

/// No branch of the function says whether it is so, and the text stands nowhere.
#[test]
fn where_it_is_not_known_whom_a_resource_policy_lets_is_a_place() {
    let text = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:ReceiveMessage"}}"#;
    let condition = Condition::is_true(Variable::boolean("t", "c"));
    for is_whole in [true, false] {
        let mut document = iacscan_iam::policy_from_json(text).unwrap();
        for statement in &mut document.statements.items {
            let principals = statement.item.principals.as_mut().unwrap();
            if is_whole {
                statement.condition = condition.clone();
            } else {
                principals.items.items[0].condition = condition.clone();
            }
        }
        let gap = with_queue_policy(document, |chain, queue| {
            assert!(chain.allows_or_is_let("sqs:ReceiveMessage", queue).is_unknown());
            chain.let_gap("sqs:ReceiveMessage", queue)
        });
        assert!(gap.is_some_and(|gap| gap.span.is_somewhere()), "{gap:?}");
    }
}

#[test]
fn a_resource_policy_lets_whom_it_names() {
    let cases = [
        // That the account may is left to the policies of the role.
        (r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sqs:*""#, Truth::False),
        (
            r#""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"*""#,
            Truth::False,
        ),
        (r#""Effect":"Allow","Principal":"*","Action":"sqs:ReceiveMessage""#, Truth::True),
        (r#""Effect":"Allow","Principal":"*","Action":"sqs:SendMessage""#, Truth::False),
        (
            r#""Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:*""#,
            Truth::False,
        ),
        (
            r#""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/u"},"Action":"*""#,
            Truth::False,
        ),
        (
            r#""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/r"},"Action":"*""#,
            Truth::Unknown,
        ),
        (r#""Effect":"Deny","Principal":"*","Action":"sqs:*""#, Truth::False),
    ];
    for (statement, expected) in cases {
        let document = format!(r#"{{"Statement":{{{statement},"Resource":"*"}}}}"#);
        let document = iacscan_iam::policy_from_json(&document).unwrap();
        let truth = with_queue_policy(document, |chain, queue| {
            chain.allows_or_is_let("sqs:ReceiveMessage", queue)
        });
        assert_eq!(truth, expected, "{statement}");
    }
}

#[test]
fn a_role_with_a_half_known_name_is_found_by_reference() {
    let mut build = Build::new("t");
    let mut arn = Text::from("arn:aws:iam::123456789012:role/");
    arn.extend(&Text::reference(build.address("R"), ResourceAttribute::Name));
    build.function("F", arn);
    build.role("R", &[]);
    let mut name = Text::unknown(Unknown::Input);
    name.extend(&Text::from("-role"));
    let name = build.known(name);
    build.unit.roles[0].name = name.clone();
    build.unit.resources.last_mut().unwrap().name = name;
    assert!(matches!(only_link(&link(vec![build.unit])), RoleLink::Role(_)));
}

#[test]
fn a_role_is_found_by_the_inputs_in_its_name() {
    let named = |input: &str| {
        let mut name = Text::input(Address::new("a/t", input));
        name.extend(&Text::from("-role"));
        name
    };
    for (input, is_found) in [("Stage", true), ("Other", false)] {
        let mut build = Build::new("t");
        let mut arn = Text::from("arn:aws:iam::123456789012:role/");
        arn.extend(&named(input));
        build.function("F", arn);
        build.role("R", &[]);
        let name = build.known(named("Stage").into_name());
        build.unit.roles[0].name = name.clone();
        build.unit.resources.last_mut().unwrap().name = name;
        match only_link(&link(vec![build.unit])) {
            RoleLink::Role(_) => assert!(is_found, "{input}"),
            RoleLink::Unknown(_) => assert!(!is_found, "{input}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_cannot_be_attached_counts_as_what_it_grants() {
    let mut build = Build::new("t");
    let arn = build.role_arn("R");
    build.function("F", arn);
    build.role("R", &["arn:aws:iam::aws:policy/aws-service-role/AWSLambdaReplicator"]);
    let graph = link(vec![build.unit]);
    let (id, _) = graph.functions().next().unwrap();
    assert!(graph.chains(id)[0].closed().is_some());
    assert_eq!(graph.chains(id)[0].allows("logs:PutLogEvents", &logs()), Truth::False);
}
