//! `Fn::Base64` and `Fn::ToJsonString`.

use iacscan_core::{Located, Unknown, Value};

use super::branches::map;
use super::{Bindings, Evaluator};
use crate::call::Call;

impl<'t> Evaluator<'t> {
    /// `Fn::Base64: text`.
    pub(super) fn base64(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        let text = self.argument(call, bindings);
        map(&text, call.span, |value| match value.value.to_text() {
            Some(text) => match text.as_known() {
                Some(known) => Value::string(base64(known.as_bytes())),
                None => Value::Unknown(text.first_unknown().unwrap_or(Unknown::Computed)),
            },
            None => Value::Unknown(Unknown::Invalid),
        })
    }

    /// `Fn::ToJsonString: value`: the value, known to be text.
    pub(super) fn to_json(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        Located::new(Value::Json(Box::new(self.argument(call, bindings))), call.span)
    }
}

/// Standard Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: [char; 64] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
        'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j',
        'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '0', '1',
        '2', '3', '4', '5', '6', '7', '8', '9', '+', '/',
    ];
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte));
        let group = group << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let index = (group >> (18 - 6 * digit)) & 63;
            let padding = digit > chunk.len();
            let character = DIGITS.get(index as usize).copied().unwrap_or('=');
            out.push(if padding { '=' } else { character });
        }
    }
    out
}
