//! Numeric functions.

use iacscan_core::{Unknown, Value};

use super::{Arguments, Outcome};
use crate::eval::operators::{number, number_value};

pub(super) fn abs(arguments: &Arguments<'_, '_>) -> Outcome {
    number_value(arguments.number(0)?.abs())
}

pub(super) fn ceil(arguments: &Arguments<'_, '_>) -> Outcome {
    number_value(arguments.number(0)?.ceil())
}

pub(super) fn floor(arguments: &Arguments<'_, '_>) -> Outcome {
    number_value(arguments.number(0)?.floor())
}

pub(super) fn log(arguments: &Arguments<'_, '_>) -> Outcome {
    let (value, base) = (arguments.number(0)?, arguments.number(1)?);
    number_value(value.ln() / base.ln())
}

pub(super) fn pow(arguments: &Arguments<'_, '_>) -> Outcome {
    number_value(arguments.number(0)?.powf(arguments.number(1)?))
}

pub(super) fn signum(arguments: &Arguments<'_, '_>) -> Outcome {
    let value = arguments.number(0)?;
    number_value(if value == 0.0 { 0.0 } else { value.signum() })
}

pub(super) fn max(arguments: &Arguments<'_, '_>) -> Outcome {
    extreme(arguments, f64::max)
}

pub(super) fn min(arguments: &Arguments<'_, '_>) -> Outcome {
    extreme(arguments, f64::min)
}

fn extreme(arguments: &Arguments<'_, '_>, choose: fn(f64, f64) -> f64) -> Outcome {
    let mut result: Option<f64> = None;
    for value in &arguments.values {
        let value = number(&value.value)?;
        result = Some(result.map_or(value, |so_far| choose(so_far, value)));
    }
    number_value(result.ok_or(Unknown::Invalid)?)
}

pub(super) fn parseint(arguments: &Arguments<'_, '_>) -> Outcome {
    let text = arguments.known(0)?;
    let base = u32::try_from(arguments.whole(1)?).map_err(|_| Unknown::Invalid)?;
    if !(2..=36).contains(&base) {
        // Up to 62 are possible, which nobody uses.
        return Err(Unknown::Unsupported);
    }
    let number = i64::from_str_radix(&text, base).map_err(|_| Unknown::Invalid)?;
    Ok(Value::Number(iacscan_core::Number::new(smol_str::format_smolstr!("{number}"))))
}
