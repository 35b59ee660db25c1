//! Whom one comparison of a condition is about.

use iacscan_core::{Str, Truth};
use iacscan_iam::ConditionEntry;

use crate::framework::trust::says_how;

/// A comparison whose operator is known, in its parts.
pub(super) struct Comparison<'g> {
    entry: &'g ConditionEntry,
    operator: String,
    /// Who does not bring the key along passes.
    passes_without: bool,
}

impl<'g> Comparison<'g> {
    pub(super) fn of(entry: &'g ConditionEntry) -> Option<Self> {
        let operator = entry.operator.value.as_known()?.to_ascii_lowercase();
        let (quantifier, operator) = operator.split_once(':').unwrap_or(("", &operator));
        let without = operator.strip_suffix("ifexists");
        Some(Self {
            entry,
            operator: without.unwrap_or(operator).to_owned(),
            passes_without: without.is_some() || quantifier == "forallvalues",
        })
    }

    /// Whether it leaves anybody out but those it names.
    pub(super) fn limits(&self) -> bool {
        self.operator != "null"
            && !self.is_negated()
            && (!self.passes_without || self.is_always_there())
            && !self.takes_all()
    }

    /// Whether a stranger meets it: an identity of any account that asks for the role itself.
    pub(super) fn holds_for_strangers(&self) -> Truth {
        let Some(key) = self.entry.key.value.as_known() else { return Truth::Unknown };
        if is_one_of(&key, TIMES) {
            return Truth::Unknown;
        }
        let is_usual = is_one_of(&key, USUAL);
        // They choose it, though most come as every client does.
        if says_how(&key) && !is_usual {
            return Truth::False;
        }
        let is_for_services = is_one_of(&key, FOR_SERVICES);
        match self.operator.as_str() {
            "null" | "bool" if is_usual => self.flag().map_or(Truth::Unknown, |is| {
                let holds_for_most = is == (self.operator == "bool");
                if holds_for_most { Truth::Unknown } else { Truth::False }
            }),
            _ if says_how(&key) && !self.takes_all() => Truth::False,
            "ipaddress" | "notipaddress" if self.takes_most() => Truth::Unknown,
            "null" => self.flag().map_or(Truth::Unknown, |is_absent| {
                Truth::from(is_absent != (is_for_services || self.is_always_there()))
            }),
            "bool" if is_for_services => self.flag().map_or(Truth::Unknown, |is| Truth::from(!is)),
            _ if is_for_services => Truth::Unknown,
            _ if self.is_negated() => Truth::from(!self.takes_all()),
            _ if self.passes_without && !self.is_always_there() => Truth::True,
            "stringlike" | "arnlike" | "arnequals"
                if self.takes_all() && self.is_always_there() =>
            {
                Truth::True
            }
            "stringequals"
            | "stringequalsignorecase"
            | "stringlike"
            | "arnlike"
            | "arnequals"
            | "ipaddress"
                if self.names_some() && !key.eq_ignore_ascii_case("aws:PrincipalType") =>
            {
                Truth::False
            }
            _ => Truth::Unknown,
        }
    }

    fn is_negated(&self) -> bool {
        self.operator.contains("not")
    }

    fn is_always_there(&self) -> bool {
        ALWAYS_THERE.iter().any(|key| self.entry.is_key(key))
    }

    fn values(&self) -> impl Iterator<Item = Option<Str>> {
        self.entry.values.all().map(|value| value.value.as_known())
    }

    /// The only value, of an operator whose values are true or false.
    fn flag(&self) -> Option<bool> {
        let mut values = self.values();
        let first = values.next()??;
        let is_whole = values.next().is_none() && self.entry.values.gaps.is_empty();
        is_whole.then_some(())?;
        first.to_ascii_lowercase().parse().ok()
    }

    /// Whether a value that is known takes whatever there is.
    fn takes_all(&self) -> bool {
        self.values().flatten().any(|value| match self.operator.as_str() {
            "stringlike" | "stringnotlike" | "arnlike" | "arnnotlike" | "arnequals"
            | "arnnotequals" => !value.is_empty() && value.bytes().all(|byte| byte == b'*'),
            "ipaddress" | "notipaddress" => matches!(value.as_str(), "0.0.0.0/0" | "::/0"),
            _ => false,
        })
    }

    /// Whether networks take half of all addresses or more: who is left may be few or nobody.
    fn takes_most(&self) -> bool {
        let share = |network: Str| {
            let bits = network.split_once('/').and_then(|(_, bits)| bits.parse().ok());
            0.5_f64.powi(bits.unwrap_or(i32::MAX))
        };
        self.values().flatten().map(share).sum::<f64>() >= 0.5
    }

    /// Whether its values are known, and of an account each, or a thing each.
    fn names_some(&self) -> bool {
        let is_some = |value: Str| {
            let account = value.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(3));
            !account.unwrap_or(&value).contains(['*', '?'])
        };
        self.entry.values.gaps.is_empty()
            && !self.takes_all()
            && self.values().all(|value| value.is_some_and(is_some))
    }
}

fn is_one_of(key: &str, keys: &[&str]) -> bool {
    keys.iter().any(|other| key.eq_ignore_ascii_case(other))
}

/// Condition keys that every request has.
const ALWAYS_THERE: &[&str] =
    &["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalType", "aws:userid"];

/// Condition keys that every request has, true for those of AWS services alone.
const FOR_SERVICES: &[&str] = &["aws:PrincipalIsAWSService", "aws:ViaAWSService"];

/// Condition keys that nearly every request has, in one way.
const USUAL: &[&str] =
    &["aws:RequestedRegion", "aws:SecureTransport", "aws:SourceIp", "aws:UserAgent"];

/// Condition keys that time decides.
const TIMES: &[&str] = &["aws:CurrentTime", "aws:EpochTime"];
