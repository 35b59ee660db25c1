//! Network addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use iacscan_core::{List, Located, Unknown, Value};

use super::{Arguments, Outcome};

/// An address block.
#[derive(Clone, Copy)]
struct Block {
    address: u128,
    length: u32,
    /// 32 or 128.
    bits: u32,
}

impl Block {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let length: u32 = length.parse().ok()?;
        let (address, bits) = match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
            IpAddr::V6(v6) => (u128::from(v6), 128),
        };
        let block = Self { address, length, bits };
        (length <= bits).then_some(Self { address: address & block.mask(), ..block })
    }

    fn mask(self) -> u128 {
        let host = self.bits - self.length;
        let all = if self.bits == 128 { u128::MAX } else { (1 << self.bits) - 1 };
        if host >= 128 { 0 } else { all & !((1_u128 << host) - 1) }
    }

    fn show(self, address: u128) -> String {
        if self.bits == 32 {
            u32::try_from(address)
                .map(Ipv4Addr::from)
                .map_or_else(|_| String::new(), |a| a.to_string())
        } else {
            Ipv6Addr::from(address).to_string()
        }
    }

    fn subnet(self, new_bits: u32, number: u128) -> Option<Self> {
        let length = self.length.checked_add(new_bits).filter(|length| *length <= self.bits)?;
        if new_bits < 128 && number >> new_bits != 0 {
            return None;
        }
        let shift = self.bits - length;
        let offset = if shift >= 128 { 0 } else { number << shift };
        Some(Self { address: self.address | offset, length, bits: self.bits })
    }
}

fn block(arguments: &Arguments<'_, '_>, index: usize) -> Result<Block, Unknown> {
    Block::parse(&arguments.known(index)?).ok_or(Unknown::Invalid)
}

pub(super) fn cidrhost(arguments: &Arguments<'_, '_>) -> Outcome {
    let block = block(arguments, 0)?;
    let number = arguments.whole(1)?;
    let host_bits = block.bits - block.length;
    let size = 1_u128.checked_shl(host_bits);
    let offset = if number >= 0 {
        u128::from(number.unsigned_abs())
    } else {
        size.unwrap_or(0).wrapping_sub(u128::from(number.unsigned_abs()))
    };
    if size.is_some_and(|size| offset >= size) {
        return Err(Unknown::Invalid);
    }
    Ok(Value::string(block.show(block.address | offset)))
}

pub(super) fn cidrnetmask(arguments: &Arguments<'_, '_>) -> Outcome {
    let block = block(arguments, 0)?;
    if block.bits != 32 {
        return Err(Unknown::Invalid);
    }
    Ok(Value::string(block.show(block.mask())))
}

pub(super) fn cidrsubnet(arguments: &Arguments<'_, '_>) -> Outcome {
    let block = block(arguments, 0)?;
    let bits = u32::try_from(arguments.whole(1)?).map_err(|_| Unknown::Invalid)?;
    let number = u128::try_from(arguments.whole(2)?).map_err(|_| Unknown::Invalid)?;
    let subnet = block.subnet(bits, number).ok_or(Unknown::Invalid)?;
    Ok(Value::string(format!("{}/{}", subnet.show(subnet.address), subnet.length)))
}

pub(super) fn cidrsubnets(arguments: &Arguments<'_, '_>) -> Outcome {
    let base = block(arguments, 0)?;
    let mut items = Vec::new();
    let mut next = base.address;
    for index in 1..arguments.len() {
        let bits = u32::try_from(arguments.whole(index)?).map_err(|_| Unknown::Invalid)?;
        let length = base
            .length
            .checked_add(bits)
            .filter(|length| *length <= base.bits)
            .ok_or(Unknown::Invalid)?;
        let size = 1_u128.checked_shl(base.bits - length).ok_or(Unknown::Unsupported)?;
        let start = next.div_ceil(size).checked_mul(size).ok_or(Unknown::Invalid)?;
        if start & base.mask() != base.address {
            return Err(Unknown::Invalid);
        }
        let text = format!("{}/{length}", base.show(start));
        items.push(Located::new(Value::string(text), arguments.span));
        next = start.checked_add(size).ok_or(Unknown::Invalid)?;
    }
    Ok(Value::List(List { items, open: None }))
}

pub(super) fn cidrcontains(arguments: &Arguments<'_, '_>) -> Outcome {
    let outer = block(arguments, 0)?;
    let inner = arguments.known(1)?;
    let inner = match Block::parse(&inner) {
        Some(block) => block,
        None => {
            let host = if outer.bits == 32 { "32" } else { "128" };
            Block::parse(&format!("{inner}/{host}")).ok_or(Unknown::Invalid)?
        }
    };
    if inner.bits != outer.bits {
        return Err(Unknown::Invalid);
    }
    Ok(Value::Bool(inner.length >= outer.length && inner.address & outer.mask() == outer.address))
}
