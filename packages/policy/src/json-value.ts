// A document that the host has parsed itself, as the nodes of json.ts without lines. Depth and the
// count of values are bounded, so a value that contains itself is a finding like any other. What
// JSON cannot say (functions, NaN, bigint) is one too; `undefined` members are left out, as in JSON.
import type { PolicyLimits } from './limits.ts';
import { error, type Place, type Report } from './finding.ts';
import type { JsonArray, JsonNode, JsonObject, JsonScalar } from './json.ts';

/** A value somebody else parsed, as nodes without lines. */
export function nodeOf(value: unknown, limits: PolicyLimits, report: Report): JsonNode | undefined {
  return nodeIn(value, { left: limits.values, depth: limits.depth, report }, undefined);
}

interface Budget {
  /** Values that may still come. */
  left: number;
  /** Levels that may still open. */
  depth: number;
  readonly report: Report;
}

function nodeIn(value: unknown, budget: Budget, place: Place | undefined): JsonNode | undefined {
  budget.left -= 1;
  if (budget.left < 0) return refuse(budget, 'too-large', place, 'Too many values');
  if (isScalar(value)) return { kind: 'scalar', line: undefined, value };
  if (typeof value !== 'object') return refuse(budget, 'not-json', place, 'Not a JSON value');
  if (budget.depth === 0)
    return refuse(budget, 'too-deep', place, 'Too many values within each other');
  budget.depth -= 1;
  const node = Array.isArray(value)
    ? arrayOf(value, budget, place)
    : objectOf(value, budget, place);
  budget.depth += 1;
  return node;
}

function arrayOf(
  value: readonly unknown[],
  budget: Budget,
  parent: Place | undefined,
): JsonArray | undefined {
  const items: JsonNode[] = [];
  for (const [key, inner] of value.entries()) {
    const node = nodeIn(inner, budget, { parent, key });
    if (node === undefined) return undefined;
    items.push(node);
  }
  return { kind: 'array', line: undefined, items };
}

function objectOf(
  value: object,
  budget: Budget,
  parent: Place | undefined,
): JsonObject | undefined {
  const members = new Map<string, JsonNode>();
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const node = nodeIn(inner, budget, { parent, key });
    if (node === undefined) return undefined;
    members.set(key, node);
  }
  return { kind: 'object', line: undefined, members };
}

function isScalar(value: unknown): value is JsonScalar['value'] {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function refuse(
  budget: Budget,
  code: 'too-large' | 'too-deep' | 'not-json',
  place: Place | undefined,
  text: string,
): undefined {
  error(budget.report, code, place, text);
  return undefined;
}
