// Reads a summary from standard input as GitHub's Markdown and looks for anything that scanned text
// could have put there: links that lead elsewhere, elements that we do not write, broken rows.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";
import { marked } from "marked";

const html = marked.parse(readFileSync(0, "utf8"), { gfm: true });
const { document } = new JSDOM(html).window;
const problems = [];
const ours = new Set(
  "H2 P TABLE THEAD TBODY TR TH TD CODE A UL LI DETAILS SUMMARY".split(" "),
);
for (const element of document.body.querySelectorAll("*")) {
  if (!ours.has(element.tagName)) problems.push(`element ${element.outerHTML}`);
}
for (const link of document.querySelectorAll("a")) {
  if (!link.href.startsWith("https://example.com/")) problems.push(`link ${link.href}`);
}
const rows = [...document.querySelectorAll("tbody tr")];
if (rows.length !== 8 || rows.some((row) => row.children.length !== 4)) {
  problems.push(`rows ${rows.map((row) => row.children.length)}`);
}
const hostile = rows.map((row) => row.textContent).find((text) => text.includes("pwned"));
if (!hostile?.includes('##[error]') || !hostile.includes("<img src=x>|")) {
  problems.push(`text ${hostile}`);
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
