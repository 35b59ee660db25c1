//! Partitions: groups of regions with accounts, policies and ARNs of their own.
//!
//! Source: botocore's `partitions.json`.

/// A group of regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The name, as it stands in ARNs.
    pub name: &'static str,
    /// What the names of its hosts end with.
    pub url_suffix: &'static str,
}

const AWS: Partition = Partition { name: "aws", url_suffix: "amazonaws.com" };

/// The other partitions by what the names of their regions begin with.
const OTHERS: [(&str, Partition); 7] = [
    ("cn-", Partition { name: "aws-cn", url_suffix: "amazonaws.com.cn" }),
    ("us-gov-", Partition { name: "aws-us-gov", url_suffix: "amazonaws.com" }),
    ("us-iso-", Partition { name: "aws-iso", url_suffix: "c2s.ic.gov" }),
    ("us-isob-", Partition { name: "aws-iso-b", url_suffix: "sc2s.sgov.gov" }),
    ("eu-isoe-", Partition { name: "aws-iso-e", url_suffix: "cloud.adc-e.uk" }),
    ("us-isof-", Partition { name: "aws-iso-f", url_suffix: "csp.hci.ic.gov" }),
    ("eusc-", Partition { name: "aws-eusc", url_suffix: "amazonaws.eu" }),
];

impl Partition {
    /// The partition that a region belongs to.
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        let other = OTHERS.iter().find(|(prefix, _)| region.starts_with(prefix));
        other.map_or(AWS, |(_, partition)| *partition)
    }

    /// Whether a text is the name of a partition.
    #[must_use]
    pub fn is_name(text: &str) -> bool {
        text == AWS.name || OTHERS.iter().any(|(_, other)| other.name == text)
    }

    /// Whether it is the one of most regions.
    #[must_use]
    pub fn is_commercial(self) -> bool {
        self == AWS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_belong_to_partitions() {
        let cases = [
            ("eu-west-1", "aws"),
            ("us-east-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eusc-de-east-1", "aws-eusc"),
        ];
        for (region, name) in cases {
            let partition = Partition::of_region(region);
            assert_eq!(partition.name, name, "{region}");
            assert_eq!(partition.is_commercial(), name == "aws", "{region}");
            assert!(Partition::is_name(name), "{name}");
        }
        assert!(!Partition::is_name("${AWS::Partition}"));
    }
}
