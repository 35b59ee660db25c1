//! Dates and times: RFC 3339 texts.

use iacscan_core::{Number, Unknown, Value};

use super::{Arguments, Outcome};

/// A moment and the offset it is written with.
#[derive(Clone, Copy)]
struct Moment {
    /// Seconds since 1970 in UTC.
    seconds: i64,
    /// Seconds east of UTC.
    offset: i64,
    /// Whether the offset was written `Z`.
    utc: bool,
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| -> Option<i64> {
            let digits = text.get(range)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let at = |index: usize, byte: u8| text.as_bytes().get(index) == Some(&byte);
        if !(at(4, b'-') && at(7, b'-') && at(10, b'T') && at(13, b':') && at(16, b':')) {
            return None;
        }
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        if !(1..=12).contains(&month)
            || !(1..=31).contains(&day)
            || hour > 23
            || minute > 59
            || second > 60
        {
            return None;
        }
        let zone = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
        let (offset, utc) = if zone == "Z" {
            (0, true)
        } else {
            let sign = match zone.as_bytes().first()? {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
            (sign * (hours * 3_600 + minutes * 60), false)
        };
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
        Some(Self { seconds: seconds - offset, offset, utc })
    }

    fn local(self) -> Local {
        let seconds = self.seconds + self.offset;
        let (day_number, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date(day_number);
        Local {
            year,
            month,
            day,
            weekday: (day_number + 4).rem_euclid(7),
            hour: time / 3_600,
            minute: time / 60 % 60,
            second: time % 60,
        }
    }

    fn zone(self, colon: bool) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        let colon = if colon { ":" } else { "" };
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }
}

struct Local {
    year: i64,
    month: i64,
    day: i64,
    weekday: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

fn moment(arguments: &Arguments<'_, '_>, index: usize) -> Result<Moment, Unknown> {
    Moment::parse(&arguments.known(index)?).ok_or(Unknown::Invalid)
}

pub(super) fn timecmp(arguments: &Arguments<'_, '_>) -> Outcome {
    let order = moment(arguments, 0)?.seconds.cmp(&moment(arguments, 1)?.seconds);
    Ok(Value::Number(Number::new(smol_str::format_smolstr!("{}", order as i8))))
}

pub(super) fn timeadd(arguments: &Arguments<'_, '_>) -> Outcome {
    let mut at = moment(arguments, 0)?;
    at.seconds += duration(&arguments.known(1)?).ok_or(Unknown::Invalid)?;
    let local = at.local();
    let zone = if at.utc { "Z".to_owned() } else { at.zone(true) };
    Ok(Value::string(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}",
        local.year, local.month, local.day, local.hour, local.minute, local.second
    )))
}

/// Whole seconds of a duration such as `1h30m` or `-10m`; `None` for anything finer.
fn duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total = 0_i64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (digits, after) = rest.split_at_checked(end)?;
        let number: i64 = digits.parse().ok()?;
        let (factor, length) = match after.as_bytes() {
            [b'm', b's', ..] | [b'u' | b'n', ..] => return None,
            [b'h', ..] => (3_600, 1),
            [b'm', ..] => (60, 1),
            [b's', ..] => (1, 1),
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(factor)?)?;
        rest = after.get(length..)?;
    }
    Some(sign * total)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

pub(super) fn formatdate(arguments: &Arguments<'_, '_>) -> Outcome {
    let spec = arguments.known(0)?;
    let at = moment(arguments, 1)?;
    let local = at.local();
    let named = |names: &[&'static str], index: i64| {
        usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or_default()
    };
    let month = named(&MONTHS, local.month - 1);
    let weekday = named(&WEEKDAYS, local.weekday);
    let short = |name: &'static str| name.get(..3).unwrap_or(name).to_owned();
    let half = if local.hour % 12 == 0 { 12 } else { local.hour % 12 };
    let noon = if local.hour < 12 { "AM" } else { "PM" };
    let mut out = String::new();
    let mut rest = spec.as_str();
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let inner = rest.get(1..).unwrap_or_default();
            let (text, after) = inner.split_once('\'').ok_or(Unknown::Invalid)?;
            out.push_str(if text.is_empty() { "'" } else { text });
            rest = after;
            continue;
        }
        let length = rest.chars().take_while(|c| *c == first).count();
        rest = rest.get(length * first.len_utf8()..).unwrap_or_default();
        let piece = match (first, length) {
            ('Y', 4) => format!("{:04}", local.year),
            ('Y', 2) => format!("{:02}", local.year.rem_euclid(100)),
            ('M', 4) => month.to_owned(),
            ('M', 3) => short(month),
            ('M', 2) => format!("{:02}", local.month),
            ('M', 1) => local.month.to_string(),
            ('D', 2) => format!("{:02}", local.day),
            ('D', 1) => local.day.to_string(),
            ('E', 4) => weekday.to_owned(),
            ('E', 3) => short(weekday),
            ('h', 2) => format!("{:02}", local.hour),
            ('h', 1) => local.hour.to_string(),
            ('H', 2) => format!("{half:02}"),
            ('H', 1) => half.to_string(),
            ('A', 2) => noon.to_owned(),
            ('a', 2) => noon.to_lowercase(),
            ('m', 2) => format!("{:02}", local.minute),
            ('m', 1) => local.minute.to_string(),
            ('s', 2) => format!("{:02}", local.second),
            ('s', 1) => local.second.to_string(),
            ('Z', 3) if at.offset == 0 => "UTC".to_owned(),
            ('Z', 3 | 4) => at.zone(false),
            ('Z', 1) if at.offset == 0 => "Z".to_owned(),
            ('Z', 1 | 5) => at.zone(true),
            (c, _) if c.is_ascii_alphabetic() => return Err(Unknown::Invalid),
            (c, n) => c.to_string().repeat(n),
        };
        out.push_str(&piece);
    }
    Ok(Value::string(out))
}
