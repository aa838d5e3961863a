// Writes what SUSHI compiled as fhir-profiles/ holds it: definitions in the folder itself, examples and
// counter-examples each in their own, two spaces of indent, a newline at the end.
//
//   node normalise.mjs <folder that SUSHI wrote> <folder of the FSH sources> <folder to write>
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

// An instance is a (counter-)example when its source file lies in that folder; SUSHI does not tell.
function instancesIn(folder) {
  const path = join(sources, folder);
  const found = new Set();
  for (const file of readdirSync(path).filter((name) => name.endsWith(".fsh"))) {
    for (const match of readFileSync(join(path, file), "utf8").matchAll(/^Instance:\s*(\S+)/gm)) found.add(match[1]);
  }
  return found;
}

const folders = { examples: instancesIn("examples"), "counter-examples": instancesIn("counter-examples") };
for (const folder of ["", ...Object.keys(folders)]) mkdirSync(join(target, folder), { recursive: true });

for (const file of readdirSync(compiled).filter((name) => name.endsWith(".json")).sort()) {
  const resource = normal(JSON.parse(readFileSync(join(compiled, file), "utf8")));
  const folder = Object.keys(folders).find((name) => folders[name].has(resource.id)) ?? "";
  writeFileSync(join(target, folder, file), JSON.stringify(resource, null, 2) + "\n");
}
