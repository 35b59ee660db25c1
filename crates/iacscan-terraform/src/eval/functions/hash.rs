//! Hashes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iacscan_core::{Unknown, Value};
use md5::Digest as _;

use super::files::hashed;
use super::{Arguments, Outcome};

fn hex(bytes: &[u8]) -> Value {
    Value::string(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn base64(bytes: &[u8]) -> Value {
    Value::string(STANDARD.encode(bytes))
}

pub(super) fn md5(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(hex(&md5::Md5::digest(arguments.known(0)?.as_bytes())))
}

pub(super) fn sha1(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(hex(&sha1::Sha1::digest(arguments.known(0)?.as_bytes())))
}

pub(super) fn sha256(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(hex(&sha2::Sha256::digest(arguments.known(0)?.as_bytes())))
}

pub(super) fn sha512(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(hex(&sha2::Sha512::digest(arguments.known(0)?.as_bytes())))
}

pub(super) fn base64sha256(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(base64(&sha2::Sha256::digest(arguments.known(0)?.as_bytes())))
}

pub(super) fn base64sha512(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(base64(&sha2::Sha512::digest(arguments.known(0)?.as_bytes())))
}

pub(super) fn filemd5(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(hex(&md5::Md5::digest(hashed(arguments)?.as_bytes())))
}

pub(super) fn filesha1(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(hex(&sha1::Sha1::digest(hashed(arguments)?.as_bytes())))
}

pub(super) fn filesha256(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(hex(&sha2::Sha256::digest(hashed(arguments)?.as_bytes())))
}

pub(super) fn filesha512(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(hex(&sha2::Sha512::digest(hashed(arguments)?.as_bytes())))
}

pub(super) fn filebase64sha256(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(base64(&sha2::Sha256::digest(hashed(arguments)?.as_bytes())))
}

pub(super) fn filebase64sha512(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(base64(&sha2::Sha512::digest(hashed(arguments)?.as_bytes())))
}

/// A name-based identifier (RFC 9562, version 5).
pub(super) fn uuidv5(arguments: &Arguments<'_, '_>) -> Outcome {
    let namespace = arguments.known(0)?;
    let well_known = |last: u8| {
        let mut id = [
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
            0x30, 0xc8,
        ];
        if let Some(byte) = id.get_mut(3) {
            *byte = last;
        }
        id
    };
    let namespace = match namespace.as_str() {
        "dns" => well_known(0x10),
        "url" => well_known(0x11),
        "oid" => well_known(0x12),
        "x500" => well_known(0x14),
        other => parse_uuid(other).ok_or(Unknown::Invalid)?,
    };
    let mut hasher = sha1::Sha1::new();
    hasher.update(namespace);
    hasher.update(arguments.known(1)?.as_bytes());
    let mut id: Vec<u8> = hasher.finalize().iter().copied().take(16).collect();
    for (index, mask, bits) in [(6, 0x0f, 0x50), (8, 0x3f, 0x80)] {
        if let Some(byte) = id.get_mut(index) {
            *byte = (*byte & mask) | bits;
        }
    }
    let mut text = String::new();
    for (index, byte) in id.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    Ok(Value::string(text))
}

fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let number = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32)?;
    Some(number.to_be_bytes())
}
