//! What is said of a reference to nothing, and of a function that is given what it does not take.

use iacscan_core::{Span, Str, is_placeholder};
use iacscan_graph::Language as _;
use iacscan_iam::aws::nearest;

use super::missing::{Names, Use};
use super::{Named, Walk, shapes};
use crate::call::Call;
use crate::findings;

impl<'t> Walk<'t> {
    /// Whether a name is that of the version or the alias of a serverless function that has none.
    pub(super) fn unpublished(&mut self, name: &str, span: Span, function: &str) -> bool {
        let Some(id) = self.template.unpublished(name) else { return false };
        let message = format!(
            "`{function}` names `{name}`, which SAM makes only where `{id}` has `AutoPublishAlias`"
        );
        let advice = format!("Give `{id}` an `AutoPublishAlias`");
        self.report(name, Names::Published, Use { span, message, advice, is_special: true });
        true
    }

    /// Whether what stands in `${}` is meant to stay there: behind another `$`, which is no escape, or
    /// with a prefix that no logical id has. What is defined means what it says.
    pub(super) fn names_policy_variable(
        &mut self,
        name: &str,
        span: Span,
        is_escaped: bool,
    ) -> bool {
        let has_prefix = name.split_once(':').is_some_and(|(prefix, rest)| {
            prefix != "AWS" && !prefix.is_empty() && !rest.starts_with(':')
        });
        let id = name.split('.').next().unwrap_or(name);
        let is_nothing = matches!(self.lookup(id), Named::Nothing);
        if !is_nothing || !(is_escaped || has_prefix) {
            return false;
        }
        let message = format!("`Fn::Sub` names `{name}`, which is no parameter or resource");
        let no_escape = if is_escaped { " instead of `$${`" } else { "" };
        let advice =
            format!("Write `${{!{name}}}`{no_escape} if the text is to have `${{{name}}}` in it");
        self.report(name, Names::Values, Use { span, message, advice, is_special: true });
        true
    }

    /// Reports a name that is not where it would have to be.
    pub(super) fn unresolved(&mut self, span: Span, message: String, name: &str, names: Names) {
        let template = self.template;
        let defined = names.sections(template).flat_map(|section| section.keys().map(Str::as_str));
        let attribute = name.split_once('.').filter(|(id, _)| template.resources.contains_key(*id));
        let (advice, is_special) = match nearest(name, defined) {
            _ if attribute.is_some() && names == Names::Values => {
                (format!("Write `{}`", self.language.alone(name)), true)
            }
            Some(near) => (format!("Write `{near}` if that is meant, or define `{name}`"), true),
            None => (format!("Define `{name}`, or name what is defined"), false),
        };
        if is_placeholder(name) {
            self.filled_in.get_or_insert((span, name.to_owned()));
        }
        self.report(name, names, Use { span, message, advice, is_special });
    }

    fn report(&mut self, name: &str, names: Names, place: Use) {
        if self.names_closed && self.seen.insert(place.span) {
            self.missing.add(name, names, place);
        }
    }

    pub(super) fn shape(&mut self, call: &Call<'t>) {
        if self.shapes_known
            && let Some(expected) = shapes::mismatch(call)
            && self.seen.insert(call.span)
        {
            let message = format!("`{}` takes {expected}", call.function.as_str());
            let label = format!("expected {expected}");
            let unit = &self.template.unit;
            self.findings.push(findings::invalid(
                call.span,
                message,
                &label,
                findings::REFUSED,
                unit,
            ));
        }
    }
}
