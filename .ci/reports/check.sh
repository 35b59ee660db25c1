#!/usr/bin/env bash
# Reads the snapshots of the machine-readable formats with the programs they are made for: Graphviz,
# Mermaid, a second SARIF validator with the rules of GitHub, an XML and a Markdown parser.
# Installs what it needs: Graphviz with apt-get, the others from npm in a temporary folder.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
source=$here/../../crates/iacscan-report/src
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT

# The text of a snapshot, without the header that insta writes.
body() { awk 'dashes >= 2 { print } /^---$/ { dashes++ }' "$1"; }

command -v dot >/dev/null || { apt-get update -qq && apt-get install -qq -y graphviz; }
npm install --silent --no-audit --no-fund --prefix "$tools" \
  mermaid@11.17.2 jsdom@29.1.1 marked@17 @microsoft/sarif-multitool-linux@5.7.0
cp "$here"/*.mjs "$tools"

pictures=$source/graph/snapshots/iacscan_report__graph__tests__
nodes=$(body "${pictures}json.snap" | grep -c '"id":')
edges=$(body "${pictures}json.snap" | grep -c '"from":')

plain=$(body "${pictures}dot.snap" | dot -Tplain 2>"$tools/dot.log")
[[ ! -s $tools/dot.log ]] || { cat "$tools/dot.log"; exit 1; }
[[ $(grep -c '^node ' <<<"$plain") == "$nodes" && $(grep -c '^edge ' <<<"$plain") == "$edges" ]] ||
  { echo "dot: not $nodes nodes and $edges edges"; exit 1; }
body "${pictures}mermaid.snap" | node "$tools/mermaid.mjs" "$nodes" "$edges"

reports=$source/snapshots/iacscan_report__tests__
body "${reports}sarif.snap" >"$tools/report.sarif"
multitool=$tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
chmod u+x "$multitool"
"$multitool" validate "$tools/report.sarif" --output "$tools/validated.sarif" \
  --rule-kind 'Sarif;Ghas' --level 'Error;Warning' | tee "$tools/sarif.log"
if grep -qE ': (error|warning) ' "$tools/sarif.log"; then exit 1; fi

body "${reports}junit.snap" | python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.stdin.buffer)'
body "${reports}gitlab.snap" | python3 -m json.tool >/dev/null
body "${reports}markdown.snap" | node "$tools/markdown.mjs"
echo "reports: all read"
