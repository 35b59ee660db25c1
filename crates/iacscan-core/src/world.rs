//! The branches that undecided conditions open.
//!
//! [`worlds`] enumerates those in which a set of conditions differs, so that conditions over one
//! variable exclude each other without further reasoning.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Condition, Str, Variable};

/// The value of a variable in a world.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// This value.
    Value(Str),
    /// A value that no condition names.
    Other,
}

/// A value for every variable that matters to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct World {
    choices: BTreeMap<Variable, Choice>,
    leaves_out: bool,
}

impl World {
    /// The world without undecided variables.
    #[must_use]
    pub const fn certain() -> Self {
        Self { choices: BTreeMap::new(), leaves_out: false }
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, variable: &Variable) -> Option<&Choice> {
        self.choices.get(variable)
    }

    /// All variables with their values, sorted.
    pub fn choices(&self) -> impl Iterator<Item = (&Variable, &Choice)> {
        self.choices.iter()
    }

    /// Whether it is the world without undecided variables.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.choices.is_empty()
    }

    /// Whether it stands beside others that were not looked at, in which something is given that
    /// is left out in this one.
    #[must_use]
    pub const fn leaves_out(&self) -> bool {
        self.leaves_out
    }
}

/// There are more combinations of branches than a scan looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyBranches;

/// How many combinations of branches a scan looks at for one question.
const MOST_WORLDS: usize = 256;

/// All worlds that the conditions tell apart, in a fixed order. Without variables there is one.
///
/// # Errors
///
/// [`TooManyBranches`] when there are more than 256.
pub fn worlds<'c>(
    conditions: impl IntoIterator<Item = &'c Condition>,
) -> Result<Vec<World>, TooManyBranches> {
    enumerate(&mentioned(conditions), false)
}

/// As [`worlds`]; where there are too many, those in which everything is left out that may be.
///
/// # Errors
///
/// [`TooManyBranches`] when there are more than 256 of these too.
pub fn worlds_or_usual<'c>(
    conditions: impl IntoIterator<Item = &'c Condition>,
) -> Result<Vec<World>, TooManyBranches> {
    let values = mentioned(conditions);
    enumerate(&values, false).or_else(|TooManyBranches| enumerate(&values, true))
}

/// The values that conditions name, by variable.
type Mentioned<'c> = BTreeMap<&'c Variable, BTreeSet<&'c Str>>;

fn mentioned<'c>(conditions: impl IntoIterator<Item = &'c Condition>) -> Mentioned<'c> {
    let mut values = Mentioned::new();
    for condition in conditions {
        condition.atoms(&mut |variable, value| {
            values.entry(variable).or_default().insert(value);
        });
    }
    values
}

fn enumerate(values: &Mentioned<'_>, leaves_out: bool) -> Result<Vec<World>, TooManyBranches> {
    let mut result = vec![World { leaves_out, ..World::certain() }];
    for (&variable, mentioned) in values {
        let mut choices: Vec<Choice> =
            mentioned.iter().map(|value| Choice::Value((*value).clone())).collect();
        // All values that no condition names behave alike.
        let others = variable
            .allowed()
            .is_none_or(|allowed| allowed.iter().any(|value| !mentioned.contains(value)));
        if others {
            choices.push(Choice::Other);
        }
        if leaves_out && variable.left_out {
            choices = vec![Choice::Value(Str::default())];
        }
        if result.len() * choices.len() > MOST_WORLDS {
            return Err(TooManyBranches);
        }
        result = result
            .into_iter()
            .flat_map(|world| {
                choices.iter().map(move |choice| {
                    let mut world = world.clone();
                    world.choices.insert(variable.clone(), choice.clone());
                    world
                })
            })
            .collect();
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_are_bounded() {
        let many: Vec<Condition> = (0..9)
            .map(|n| Condition::is_true(Variable::boolean("t", smol_str::format_smolstr!("v{n}"))))
            .collect();
        assert_eq!(worlds(&many).err(), Some(TooManyBranches));
        assert_eq!(worlds(many.iter().take(8)).map(|worlds| worlds.len()), Ok(256));
        assert_eq!(worlds([&Condition::Always]).map(|worlds| worlds.len()), Ok(1));
    }

    #[test]
    fn past_the_bound_what_may_be_left_out_is() {
        let given = |n: usize| {
            let variable = Variable::open("t", smol_str::format_smolstr!("v{n}")).or_left_out();
            Condition::equals(variable, "").negate()
        };
        let mut conditions: Vec<Condition> = (0..8).map(given).collect();
        let all = worlds_or_usual(&conditions).unwrap_or_default();
        assert_eq!(all.len(), 256);
        assert!(all.iter().all(|world| !world.leaves_out()));
        conditions.extend([given(8), Condition::equals(Variable::open("t", "Stage"), "prod")]);
        let usual = worlds_or_usual(&conditions).unwrap_or_default();
        assert_eq!(usual.len(), 2);
        assert!(usual.iter().all(World::leaves_out));
        assert!(usual.iter().all(|world| conditions[0].holds(world).is_false()));
        assert_eq!(worlds(&conditions), Err(TooManyBranches));
    }
}
