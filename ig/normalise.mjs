// Writes what SUSHI compiled as fhir-profiles/ holds it: definitions in the folder itself, examples in examples/, and
// in counter-examples/ what must be refused, made from the examples. Two spaces of indent, a newline at the end.
//
//   node normalise.mjs <folder that SUSHI wrote> <ig/input> <folder to write>
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [compiled, sources, target] = process.argv.slice(2);
const OURS = "https://equipoise-fhir.github.io/ig";

// Snapshots repeat what R4 says of each element. What no validator reads is left out: it doubles the size and would
// have to be parsed at each start.
const UNUSED_IN_SNAPSHOT = ["alias", "comment", "requirements", "mapping", "example"];

function lean(definition) {
  const own = new Map((definition.differential?.element ?? []).map((element) => [element.id, element]));
  for (const element of definition.snapshot?.element ?? []) {
    for (const field of UNUSED_IN_SNAPSHOT) {
      if (own.get(element.id)?.[field] === undefined) delete element[field];
    }
    for (const constraint of element.constraint ?? []) delete constraint.xpath;
  }
  delete definition.mapping;
  return definition;
}

function normal(resource) {
  if (resource.resourceType === "StructureDefinition") lean(resource);
  // The version that SUSHI stamps on everything is ours, not that of other publishers.
  if (resource.url && !resource.url.startsWith(OURS)) delete resource.version;
  return resource;
}

// An instance is an example when its source file lies in that folder; SUSHI does not tell.
function exampleIds() {
  const folder = join(sources, "fsh", "examples");
  const ids = new Set();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".fsh"))) {
    for (const match of readFileSync(join(folder, file), "utf8").matchAll(/^Instance:\s*(\S+)/gm)) ids.add(match[1]);
  }
  return ids;
}

// JSON Patch (RFC 6902), its operations add, remove and replace.
function patched(document, operations) {
  const result = structuredClone(document);
  for (const { op, path, value } of operations) {
    const keys = path.slice(1).split("/");
    const last = keys.pop();
    const parent = keys.reduce((node, key) => node[key], result);
    if (parent === undefined || (op !== "add" && parent[last] === undefined)) throw new Error(`no ${path} to ${op}`);
    if (op === "remove") Array.isArray(parent) ? parent.splice(Number(last), 1) : delete parent[last];
    else if (op === "add" && Array.isArray(parent)) parent.splice(last === "-" ? parent.length : Number(last), 0, value);
    else parent[last] = value;
  }
  return result;
}

function write(folder, name, content) {
  writeFileSync(join(target, folder, `${name}.json`), JSON.stringify(content, null, 2) + "\n");
}

for (const folder of ["", "examples", "counter-examples"]) mkdirSync(join(target, folder), { recursive: true });

const ids = exampleIds();
const examples = new Map();
for (const file of readdirSync(compiled).filter((name) => name.endsWith(".json")).sort()) {
  const resource = normal(JSON.parse(readFileSync(join(compiled, file), "utf8")));
  const name = file.slice(0, -".json".length);
  if (ids.has(resource.id)) examples.set(name, resource);
  write(ids.has(resource.id) ? "examples" : "", name, resource);
}

// Each counter-example is an example with one thing made wrong; the manifest says what must be complained about.
const manifest = [];
for (const { id, from, breaks, why, patch } of JSON.parse(readFileSync(join(sources, "counter-examples.json"), "utf8"))) {
  if (!examples.has(from)) throw new Error(`${id}: no example ${from}`);
  const resource = { ...patched(examples.get(from), patch), id };
  write("counter-examples", `${resource.resourceType}-${id}`, resource);
  manifest.push({ file: `${resource.resourceType}-${id}.json`, breaks, why });
}
write("counter-examples", "manifest", manifest);
