//! Conditions that a scan cannot decide, and the branches they open.
//!
//! A condition is a formula over *variables*: inputs without a value (`Ref Stage`), or whole
//! expressions that are not evaluated. A [`World`] gives every variable a value.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::{Choice, Span, Str, TooManyBranches, Truth, World, worlds};

/// Something undecided that conditions depend on. Two variables are the same when unit and name
/// are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Variable {
    unit: Str,
    name: Str,
    pub(crate) allowed: Option<Arc<[Str]>>,
    pub(crate) left_out: bool,
}

impl Variable {
    /// A variable that can take any text.
    pub fn open(unit: impl Into<Str>, name: impl Into<Str>) -> Self {
        Self { unit: unit.into(), name: name.into(), allowed: None, left_out: false }
    }

    /// A variable that takes one of these values (`AllowedValues` of a parameter).
    pub fn of(
        unit: impl Into<Str>,
        name: impl Into<Str>,
        allowed: impl IntoIterator<Item = Str>,
    ) -> Self {
        let allowed: BTreeSet<Str> = allowed.into_iter().collect();
        let allowed = Some(allowed.into_iter().collect());
        Self { unit: unit.into(), name: name.into(), allowed, left_out: false }
    }

    /// A variable that is true or false: an expression that is not evaluated.
    pub fn boolean(unit: impl Into<Str>, name: impl Into<Str>) -> Self {
        Self::of(unit, name, ["false".into(), "true".into()])
    }

    /// The same, where nothing has to be given: then it is the empty text.
    #[must_use]
    pub fn or_left_out(self) -> Self {
        Self { left_out: true, ..self }
    }

    /// Its name, as in the source.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values it can take, when they are known.
    #[must_use]
    pub fn allowed(&self) -> Option<&[Str]> {
        self.allowed.as_deref()
    }
}

/// A formula over variables. Build it with the methods, which fold constants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Holds in every world.
    Always,
    /// Holds in no world.
    Never,
    /// A variable has this value. Shared, because nearly every node and item holds a condition and
    /// few of them are of this kind.
    Is(Arc<(Variable, Str)>),
    /// The opposite.
    Not(Arc<Condition>),
    /// All of them.
    All(Arc<[Condition]>),
    /// At least one of them.
    Any(Arc<[Condition]>),
    /// A formula that the source gives a name, for messages.
    Named(Arc<Named>),
}

/// A named formula.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Named {
    /// The name: a CloudFormation condition, or the text of a Terraform predicate.
    pub name: Str,
    /// Where it is defined.
    pub span: Span,
    /// What it says.
    pub condition: Condition,
}

impl Condition {
    /// A boolean variable is true.
    #[must_use]
    pub fn is_true(variable: Variable) -> Self {
        Self::is(variable, "true".into())
    }

    /// A variable equals a text; decided when the variable cannot take it.
    pub fn equals(variable: Variable, value: impl Into<Str>) -> Self {
        let value = value.into();
        match variable.allowed() {
            Some(allowed) if !allowed.contains(&value) => Self::Never,
            Some([_]) => Self::Always,
            _ => Self::is(variable, value),
        }
    }

    fn is(variable: Variable, value: Str) -> Self {
        Self::Is(Arc::new((variable, value)))
    }

    /// Gives the condition a name; constants keep none.
    #[must_use]
    pub fn named(self, name: impl Into<Str>, span: Span) -> Self {
        match self {
            Self::Always | Self::Never => self,
            condition => Self::Named(Arc::new(Named { name: name.into(), span, condition })),
        }
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, condition) | (condition, Self::Always) => condition,
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (a, b) if a == b => a,
            (a, b) => Self::All(Arc::new([a, b])),
        }
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, condition) | (condition, Self::Never) => condition,
            (Self::Always, _) | (_, Self::Always) => Self::Always,
            (a, b) if a == b => a,
            (a, b) => Self::Any(Arc::new([a, b])),
        }
    }

    /// It does not hold.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Not(inner) => (*inner).clone(),
            condition => Self::Not(Arc::new(condition)),
        }
    }

    /// Whether it is the constant that holds nowhere.
    #[must_use]
    pub const fn is_never(&self) -> bool {
        matches!(self, Self::Never)
    }

    /// Whether it is the constant that holds everywhere.
    #[must_use]
    pub const fn is_always(&self) -> bool {
        matches!(self, Self::Always)
    }

    /// Whether it holds in a world; unknown when the world leaves one of its variables out.
    #[must_use]
    pub fn holds(&self, world: &World) -> Truth {
        match self {
            Self::Always => Truth::True,
            Self::Never => Truth::False,
            Self::Is(atom) => match world.get(&atom.0) {
                Some(Choice::Value(chosen)) => Truth::from(*chosen == atom.1),
                Some(Choice::Other) => Truth::False,
                None => Truth::Unknown,
            },
            Self::Not(inner) => !inner.holds(world),
            Self::All(parts) => Truth::all(parts.iter().map(|part| part.holds(world))),
            Self::Any(parts) => Truth::any(parts.iter().map(|part| part.holds(world))),
            Self::Named(named) => named.condition.holds(world),
        }
    }

    /// Calls `f` for every atom of the formula.
    pub(crate) fn atoms<'c>(&'c self, f: &mut impl FnMut(&'c Variable, &'c Str)) {
        match self {
            Self::Always | Self::Never => {}
            Self::Is(atom) => f(&atom.0, &atom.1),
            Self::Not(inner) => inner.atoms(f),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.atoms(f)),
            Self::Named(named) => named.condition.atoms(f),
        }
    }

    /// Calls `f` for every named formula inside, outer ones first.
    pub fn named_parts<'c>(&'c self, f: &mut impl FnMut(&'c Named)) {
        match self {
            Self::Always | Self::Never | Self::Is(..) => {}
            Self::Not(inner) => inner.named_parts(f),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.named_parts(f));
            }
            Self::Named(named) => f(named),
        }
    }

    /// Whether some world satisfies the condition; unknown past the bound of branches.
    #[must_use]
    pub fn is_feasible(&self) -> Truth {
        match self {
            Self::Always => Truth::True,
            Self::Never => Truth::False,
            condition => match worlds([condition]) {
                Ok(worlds) => Truth::any(worlds.iter().map(|world| condition.holds(world))),
                Err(TooManyBranches) => Truth::Unknown,
            },
        }
    }

    /// Whether the two can hold together; unknown past the bound of branches.
    #[must_use]
    pub fn is_compatible(&self, other: &Self) -> Truth {
        self.clone().and(other.clone()).is_feasible()
    }
}

impl fmt::Display for Condition {
    /// For messages: "`IsProd` is true", "`Stage` is not `dev`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list(parts: &[Condition], word: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let mut said = BTreeSet::new();
            for part in parts {
                // Inputs of two modules may have one name.
                let text = part.to_string();
                if said.contains(&text) {
                    continue;
                }
                if !said.is_empty() {
                    write!(f, " {word} ")?;
                }
                f.write_str(&text)?;
                said.insert(text);
            }
            Ok(())
        }
        fn is(
            variable: &Variable,
            word: &str,
            value: &str,
            f: &mut fmt::Formatter<'_>,
        ) -> fmt::Result {
            match value {
                "" => write!(f, "`{}` {word} empty", variable.name()),
                value => write!(f, "`{}` {word} `{value}`", variable.name()),
            }
        }
        match self {
            Self::Always => f.write_str("always"),
            Self::Never => f.write_str("never"),
            Self::Is(atom) => is(&atom.0, "is", &atom.1, f),
            Self::Named(named) => write!(f, "`{}` is true", named.name),
            Self::Not(inner) => match &**inner {
                Self::Named(named) => write!(f, "`{}` is false", named.name),
                Self::Is(atom) => is(&atom.0, "is not", &atom.1, f),
                other => write!(f, "not ({other})"),
            },
            Self::All(parts) => list(parts, "and", f),
            Self::Any(parts) => list(parts, "or", f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(value: &str) -> Condition {
        Condition::equals(Variable::open("t", "Stage"), value)
    }

    #[test]
    fn values_of_one_variable_exclude_each_other() {
        assert_eq!(stage("prod").is_compatible(&stage("dev")), Truth::False);
        assert_eq!(stage("prod").is_compatible(&stage("dev").negate()), Truth::True);
        let neither = stage("prod").negate().and(stage("dev").negate());
        assert_eq!(neither.is_feasible(), Truth::True);
    }

    #[test]
    fn allowed_values_are_all_there_are() {
        let variable = Variable::of("t", "Stage", ["dev".into(), "prod".into()]);
        let is = |value: &str| Condition::equals(variable.clone(), value);
        let neither = is("prod").negate().and(is("dev").negate());
        assert_eq!(neither.is_feasible(), Truth::False);
        assert_eq!(is("test"), Condition::Never);
        let only = Variable::of("t", "One", ["x".into()]);
        assert_eq!(Condition::equals(only, "x"), Condition::Always);
    }

    #[test]
    fn what_reads_the_same_is_said_once() {
        let input = |unit: &str| {
            let variable = Variable::boolean(unit, "var.create");
            Condition::is_true(variable).named("var.create", Span::NONE)
        };
        let both = input("a").and(input("b"));
        assert_eq!(both.clone().to_string(), "`var.create` is true");
        let all = both.and(stage("prod"));
        assert_eq!(all.to_string(), "`var.create` is true and `Stage` is `prod`");
    }

    #[test]
    fn what_is_empty_is_said_to_be() {
        assert_eq!(stage("").to_string(), "`Stage` is empty");
        assert_eq!(stage("").negate().to_string(), "`Stage` is not empty");
    }

    #[test]
    fn constants_fold() {
        assert_eq!(Condition::Always.and(stage("a")), stage("a"));
        assert_eq!(Condition::Never.or(stage("a")), stage("a"));
        assert_eq!(stage("a").negate().negate(), stage("a"));
        assert!(Condition::Never.and(stage("a")).is_never());
    }
}
