//! The functions of the language. Each either works, as far as its arguments are known, or yields
//! unknown; [`FUNCTIONS`] lists them all.

mod arguments;
mod around;
mod collection;
mod dates;
mod encoding;
mod files;
mod format;
mod hash;
mod lists;
mod network;
mod number;
mod sets;
mod strings;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use arguments::Arguments;
pub(crate) use sets::to_set;

use iacscan_core::{Located, Span, Unknown, Value};

use super::{Evaluator, Scope, V, branches, one_of};
use crate::syntax::{Call, Expr};
use crate::types::Type;

/// What a function yields.
type Outcome = Result<Value, Unknown>;

/// How a function is computed.
#[derive(Clone, Copy)]
pub(crate) enum Function {
    /// From its arguments, for each of their alternatives.
    Works(fn(&Arguments<'_, '_>) -> Outcome),
    /// Chooses one of its arguments or a part of one, which keeps its place.
    Picks(fn(&Arguments<'_, '_>) -> Result<V, Unknown>),
    /// With its own way of evaluating arguments.
    Special,
    /// Its result is never known: it depends on time, chance or keys.
    Never(Unknown),
}

use Function::{Never, Picks, Special, Works};

/// All functions of Terraform and OpenTofu, sorted by name.
pub(crate) static FUNCTIONS: &[(&str, Function)] = &[
    ("abs", Works(number::abs)),
    ("abspath", Works(files::abspath)),
    ("alltrue", Works(lists::alltrue)),
    ("anytrue", Works(lists::anytrue)),
    ("base64decode", Works(encoding::base64decode)),
    ("base64encode", Works(encoding::base64encode)),
    ("base64gunzip", Never(Unknown::Unsupported)),
    ("base64gzip", Never(Unknown::Unsupported)),
    ("base64sha256", Works(hash::base64sha256)),
    ("base64sha512", Works(hash::base64sha512)),
    ("basename", Works(files::basename)),
    ("bcrypt", Never(Unknown::Computed)),
    ("can", Special),
    ("ceil", Works(number::ceil)),
    ("chomp", Works(strings::chomp)),
    ("chunklist", Works(lists::chunklist)),
    ("cidrcontains", Works(network::cidrcontains)),
    ("cidrhost", Works(network::cidrhost)),
    ("cidrnetmask", Works(network::cidrnetmask)),
    ("cidrsubnet", Works(network::cidrsubnet)),
    ("cidrsubnets", Works(network::cidrsubnets)),
    ("coalesce", Picks(collection::coalesce)),
    ("coalescelist", Works(collection::coalescelist)),
    ("compact", Works(lists::compact)),
    ("concat", Works(lists::concat)),
    ("contains", Works(lists::contains)),
    ("convert", Special),
    ("csvdecode", Works(encoding::csvdecode)),
    ("dirname", Works(files::dirname)),
    ("distinct", Works(lists::distinct)),
    ("element", Picks(lists::element)),
    ("endswith", Works(strings::endswith)),
    ("ephemeralasnull", Picks(types::pass)),
    ("file", Works(files::file)),
    ("filebase64", Works(files::filebase64)),
    ("filebase64sha256", Works(hash::filebase64sha256)),
    ("filebase64sha512", Works(hash::filebase64sha512)),
    ("fileexists", Works(files::fileexists)),
    ("filemd5", Works(hash::filemd5)),
    ("fileset", Works(files::fileset)),
    ("filesha1", Works(hash::filesha1)),
    ("filesha256", Works(hash::filesha256)),
    ("filesha512", Works(hash::filesha512)),
    ("flatten", Special),
    ("floor", Works(number::floor)),
    ("format", Works(format::format)),
    ("formatdate", Works(dates::formatdate)),
    ("formatlist", Works(format::formatlist)),
    ("indent", Works(strings::indent)),
    ("index", Works(lists::index)),
    ("issensitive", Never(Unknown::Unsupported)),
    ("join", Works(strings::join)),
    ("jsondecode", Works(encoding::jsondecode)),
    ("jsonencode", Special),
    ("keys", Works(collection::keys)),
    ("length", Works(collection::length)),
    ("list", Works(lists::list)),
    ("log", Works(number::log)),
    ("lookup", Picks(collection::lookup)),
    ("lower", Works(strings::lower)),
    ("map", Works(collection::map)),
    ("matchkeys", Works(lists::matchkeys)),
    ("max", Works(number::max)),
    ("md5", Works(hash::md5)),
    ("merge", Works(collection::merge)),
    ("min", Works(number::min)),
    ("nonsensitive", Picks(types::pass)),
    ("one", Picks(lists::one)),
    ("parseint", Works(number::parseint)),
    ("pathexpand", Works(files::pathexpand)),
    ("plantimestamp", Never(Unknown::Computed)),
    ("pow", Works(number::pow)),
    ("range", Works(lists::range)),
    ("regex", Works(strings::regex)),
    ("regexall", Works(strings::regexall)),
    ("replace", Works(strings::replace)),
    ("reverse", Works(lists::reverse)),
    ("rsadecrypt", Never(Unknown::Unsupported)),
    ("sensitive", Picks(types::pass)),
    ("setintersection", Works(sets::setintersection)),
    ("setproduct", Works(sets::setproduct)),
    ("setsubtract", Works(sets::setsubtract)),
    ("setunion", Works(sets::setunion)),
    ("sha1", Works(hash::sha1)),
    ("sha256", Works(hash::sha256)),
    ("sha512", Works(hash::sha512)),
    ("signum", Works(number::signum)),
    ("slice", Works(lists::slice)),
    ("sort", Works(lists::sort)),
    ("split", Works(strings::split)),
    ("startswith", Works(strings::startswith)),
    ("strcontains", Works(strings::strcontains)),
    ("strrev", Works(strings::strrev)),
    ("substr", Works(strings::substr)),
    ("sum", Works(lists::sum)),
    ("templatefile", Special),
    ("templatestring", Special),
    ("textdecodebase64", Works(encoding::textdecodebase64)),
    ("textencodebase64", Works(encoding::textencodebase64)),
    ("timeadd", Works(dates::timeadd)),
    ("timecmp", Works(dates::timecmp)),
    ("timestamp", Never(Unknown::Computed)),
    ("title", Works(strings::title)),
    ("tobool", Works(types::tobool)),
    ("tolist", Works(types::tolist)),
    ("tomap", Works(types::tomap)),
    ("tonumber", Works(types::tonumber)),
    ("toset", Works(types::toset)),
    ("tostring", Works(types::tostring)),
    ("transpose", Works(collection::transpose)),
    ("trim", Works(strings::trim)),
    ("trimprefix", Works(strings::trimprefix)),
    ("trimspace", Works(strings::trimspace)),
    ("trimsuffix", Works(strings::trimsuffix)),
    ("try", Special),
    ("type", Never(Unknown::Unsupported)),
    ("upper", Works(strings::upper)),
    ("urldecode", Works(encoding::urldecode)),
    ("urlencode", Works(encoding::urlencode)),
    ("uuid", Never(Unknown::Computed)),
    ("uuidv5", Works(hash::uuidv5)),
    ("values", Works(collection::values)),
    ("yamldecode", Works(encoding::yamldecode)),
    ("yamlencode", Works(encoding::yamlencode)),
    ("zipmap", Works(collection::zipmap)),
];

impl Evaluator<'_> {
    pub(super) fn call(&self, call: &Call, scope: &Scope<'_>, span: Span) -> V {
        let unknown = |unknown| Located::new(Value::Unknown(unknown), span);
        let name = call.name.text.as_str();
        let name = name.strip_prefix("core::").unwrap_or(name);
        if name.contains("::") {
            // Defined by a provider.
            return unknown(Unknown::External);
        }
        let Ok(index) = FUNCTIONS.binary_search_by(|(known, _)| (*known).cmp(name)) else {
            // Newer versions of the language have functions that this one does not know.
            return unknown(Unknown::Unsupported);
        };
        match FUNCTIONS.get(index).map(|(_, function)| *function) {
            Some(Works(function)) => {
                let Some(values) = self.arguments(call, scope) else {
                    return unknown(Unknown::Unsupported);
                };
                let span = scope.shown(span, &values);
                branches::combine(span, values, &mut |values| {
                    if values.iter().any(fails) {
                        return unknown(Unknown::Invalid);
                    }
                    let arguments = Arguments { evaluator: self, values, span };
                    let value = function(&arguments).unwrap_or_else(Value::Unknown);
                    let value = Located::new(value, span);
                    if !self.spend(super::size(&value)) {
                        return unknown(Unknown::Limit);
                    }
                    value
                })
            }
            Some(Picks(function)) => {
                let Some(values) = self.arguments(call, scope) else {
                    return unknown(Unknown::Unsupported);
                };
                branches::combine(span, values, &mut |values| {
                    if values.iter().any(fails) {
                        return unknown(Unknown::Invalid);
                    }
                    let arguments = Arguments { evaluator: self, values, span };
                    function(&arguments).unwrap_or_else(unknown)
                })
            }
            Some(Never(why)) => unknown(why),
            Some(Special) | None => self.special(name, call, scope, span),
        }
    }

    /// The values of the arguments; `None` when a list to spread is not known.
    fn arguments(&self, call: &Call, scope: &Scope<'_>) -> Option<Vec<V>> {
        let mut values: Vec<V> =
            call.arguments.iter().map(|argument| self.eval(argument, scope)).collect();
        if call.expand
            && let Some(last) = values.pop()
        {
            match last.value {
                Value::List(list) => {
                    values.extend(list.items);
                    if let Some(gap) = list.open {
                        // There may be more arguments: say so with one that is not known.
                        values.push(Located::new(Value::Unknown(gap.unknown), gap.span));
                    }
                }
                Value::Unknown(_) => values.push(last),
                _ => return None,
            }
        }
        Some(values)
    }

    fn special(&self, name: &str, call: &Call, scope: &Scope<'_>, span: Span) -> V {
        match (name, call.arguments.as_slice()) {
            ("try", arguments) => self.try_each(arguments, scope, span),
            ("can", [argument]) => {
                let value = self.eval_trying(argument, scope);
                branches::each(value, &mut |value| match &value.value {
                    _ if fails_inside(&value) => Located::new(Value::Bool(false), span),
                    Value::Unknown(why) => Located::new(Value::Unknown(*why), span),
                    _ => Located::new(Value::Bool(true), span),
                })
            }
            ("convert", [argument, kind]) => {
                let value = self.eval(argument, scope);
                if fails(&value) {
                    return value;
                }
                // A type with something else in it may be any.
                let Some(kind) = Type::read_whole(kind) else {
                    return Located::new(Value::Unknown(Unknown::Unsupported), span);
                };
                kind.convert(value, &mut |default| self.eval(default, scope))
            }
            ("jsonencode", [argument]) => {
                let value = self.eval(argument, scope);
                if fails(&value) {
                    return value;
                }
                branches::each(value, &mut |value| match value.value {
                    Value::Unknown(why) => value.with(Value::Unknown(why)),
                    _ => Located::new(Value::Json(Box::new(value)), span),
                })
            }
            ("flatten", [argument]) => {
                let value = self.eval(argument, scope);
                branches::each(value, &mut |value| match value.value {
                    Value::List(list) => {
                        // Lists with alternatives among the items: one result for each.
                        let open = list.open;
                        branches::combine(span, list.items, &mut |items| {
                            let value = lists::flatten(&items, open);
                            Located::new(value.unwrap_or_else(Value::Unknown), span)
                        })
                    }
                    other => unknown_list(&other, span),
                })
            }
            ("templatefile", [path, variables]) => {
                let values = vec![self.eval(path, scope), self.eval(variables, scope)];
                branches::combine(span, values, &mut |values| match values.as_slice() {
                    [path, variables] => self.templatefile(path, variables, scope, span),
                    _ => Located::new(Value::Unknown(Unknown::Invalid), span),
                })
            }
            ("templatestring", [text, variables]) => {
                let values = vec![self.eval(text, scope), self.eval(variables, scope)];
                branches::combine(span, values, &mut |values| match values.as_slice() {
                    [text, variables] => self.templatestring(text, variables, scope, span),
                    _ => Located::new(Value::Unknown(Unknown::Invalid), span),
                })
            }
            _ => Located::new(Value::Unknown(Unknown::Invalid), span),
        }
    }

    /// The first argument that does not fail; each alternative on its own.
    fn try_each(&self, arguments: &[Expr], scope: &Scope<'_>, span: Span) -> V {
        let Some((first, rest)) = arguments.split_first() else {
            return Located::new(Value::Unknown(Unknown::Invalid), span);
        };
        let value = self.eval_trying(first, scope);
        let mut alternatives = Vec::new();
        for (condition, value) in value.branches() {
            let value = if fails_inside(value) && !rest.is_empty() {
                self.try_each(rest, scope, span)
            } else {
                value.clone()
            };
            alternatives.push((condition, value));
        }
        let mut result = one_of(span, alternatives);
        result.via = result.via.or(value.via);
        result
    }
}

/// What is known of a list when its value is none.
fn unknown_list(value: &Value, span: Span) -> V {
    Located::new(Value::Unknown(arguments::reason(value)), span)
}

/// Whether evaluating this failed.
fn fails(value: &V) -> bool {
    matches!(value.value, Value::Unknown(Unknown::Invalid))
}

/// Whether evaluating this or a part of it failed.
fn fails_inside(value: &V) -> bool {
    match &value.value {
        Value::Unknown(unknown) => *unknown == Unknown::Invalid,
        Value::List(list) => list.items.iter().any(fails_inside),
        Value::Map(map) => map.iter().any(|(_, entry)| fails_inside(&entry.value)),
        Value::Json(inner) => fails_inside(inner),
        _ => false,
    }
}
