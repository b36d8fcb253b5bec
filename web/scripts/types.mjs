// Writes src/lib/schema.ts from schema.json, the committed copy of what the server answers at /schema, and src/truth/schema.ts from
// truth-schema.json, src/calibrate/schema.ts from calibrate-schema.json and src/network/schema.ts from network-schema.json, those of
// 'catseye truth', 'catseye calibrate' and 'catseye serve'.
// Only what msgspec's schemas use is understood; anything else stops the build rather than becoming `any`.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const PREFIX = '#/components/schemas/';

/** TypeScript of one JSON schema. */
export function typeOf(schema) {
  if (schema.$ref) return schema.$ref.slice(PREFIX.length);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map(typeOf).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      if (schema.prefixItems) return `[${schema.prefixItems.map(typeOf).join(', ')}]`;
      return `ReadonlyArray<${typeOf(schema.items)}>`;
    case 'object':
      if (schema.additionalProperties) return `Readonly<Record<string, ${typeOf(schema.additionalProperties)}>>`;
      return interfaceBody(schema);
    default:
      throw new Error(`No TypeScript for ${JSON.stringify(schema)}`);
  }
}

function interfaceBody(schema) {
  const lines = Object.entries(schema.properties ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, property]) => `  readonly ${name}: ${typeOf(property)};`);
  return `{\n${lines.join('\n')}\n}`;
}

/** The whole module. The server sends every field, so defaults make none optional. */
export function moduleOf(openapi, from) {
  const schemas = Object.entries(openapi.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  const types = schemas.map(([name, schema]) => `export type ${name} = ${typeOf(schema)};`);
  return `// Made from ${from} by scripts/types.mjs; do not edit.\n\n${types.join('\n\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = new URL('..', import.meta.url);
  const pages = { 'schema.json': 'lib', 'truth-schema.json': 'truth', 'calibrate-schema.json': 'calibrate', 'network-schema.json': 'network' };
  for (const [from, page] of Object.entries(pages)) {
    const to = `src/${page}/schema.ts`;
    const openapi = JSON.parse(readFileSync(new URL(from, folder), 'utf8'));
    writeFileSync(new URL(to, folder), moduleOf(openapi, from));
  }
}
