// Reads a Mermaid diagram from standard input with Mermaid's own parser and compares what it holds
// with what it should: node mermaid.mjs NODES EDGES
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!DOCTYPE html>");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");

const text = readFileSync(0, "utf8");
await mermaid.parse(text);
const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
const found = [diagram.db.getVertices().size, diagram.db.getEdges().length];
const expected = process.argv.slice(2).map(Number);
if (String(found) !== String(expected)) {
  console.error(`mermaid: ${found} nodes and edges, not ${expected}`);
  process.exit(1);
}
