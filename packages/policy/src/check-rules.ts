// Rules beside each other, and beside what Lync's objects block: permits that can never decide, since forbid beats permit
// whatever the order, and ids that verdicts use for Lync's objects. Linear in the names: what is forbidden below a name is
// counted once for each cell of the index.
import type { Cell } from './domain-set.ts';
import { listedAbove } from './federation/addresses.ts';
import { error, placeIn, quoted, warn, type Report } from './finding.ts';
import type { PolicySet, Rule } from './policy-set.ts';
import type { ReadDocument } from './read.ts';

/** Tells what of the rules is idle or cannot be told apart in a verdict. */
export function checkRules(document: ReadDocument, set: PolicySet, report: Report): void {
  const keys = new Map<string, number>();
  for (const [key, { id }] of document.rules.entries()) {
    if (!keys.has(id)) keys.set(id, key);
    if (set.federation !== undefined && RESERVED.test(id)) {
      const text = `${quoted(id)} is what verdicts call one of Lync's objects`;
      error(report, 'reserved-id', placeIn(undefined, 'rules', key, 'id'), text);
    }
  }
  warnOfClosedEdge(set, report);
  for (const [rule, { first, count }] of overruled(set)) {
    const place = placeIn(undefined, 'rules', keys.get(rule.id) ?? 0);
    const names = count > 1 ? `${first} and ${count - 1} more are` : `${first} is`;
    const text = `${names} permitted by ${rule.id}, and forbidden by what beats it`;
    warn(report, 'permit-and-forbid', place, text);
  }
}

/** The edge's master switch stands above every permit. */
function warnOfClosedEdge({ federation, rules }: PolicySet, report: Report): void {
  if (federation === undefined || federation.edge.allowFederatedUsers) return;
  if ([...rules.values()].every(({ effect }) => effect === 'forbid')) return;
  const place = placeIn(undefined, 'federation', 'accessEdge', 'allowFederatedUsers');
  const text = 'allowFederatedUsers is not true, so no rule lets anybody in from outside';
  warn(report, 'federation-off', place, text);
}

/** What verdicts call Lync's objects, besides rules. */
const RESERVED =
  /^(?:(?:access-edge|default-route|discovery|local-domain|clearing-house)$|(?:allowed-domain|blocked-domain|public-provider|hosting-provider|xmpp-partner|external-access|recipient):)/;

/** Names of a permit that are forbidden: the first, and how many. */
interface Overruled {
  readonly first: string;
  readonly count: number;
}

function overruled(set: PolicySet): ReadonlyMap<Rule, Overruled> {
  const found = new Map<Rule, Overruled>();
  const forbids = new Forbids(set);
  if (forbids.areNone) return found;
  for (const [name, cell] of set.index.cells) {
    const above = forbids.above(name);
    for (const rules of [cell.at, cell.below]) {
      const forbidden = above | spokenOf(rules);
      for (const rule of rules) {
        if (rule.effect === 'forbid' || (spoken(rule) & ~forbidden) !== 0) continue;
        const there = found.get(rule);
        const first = there?.first ?? (name === '' ? '"*"' : quoted(name));
        found.set(rule, { first, count: (there?.count ?? 0) + 1 });
      }
    }
  }
  return found;
}

/** What is forbidden to everything below a name, by rules and by blocked domains. */
class Forbids {
  readonly #set: PolicySet;
  readonly #below = new Map<Cell<Rule>, number>();

  constructor(set: PolicySet) {
    this.#set = set;
  }

  get areNone(): boolean {
    if (this.#blocked.size > 0) return false;
    return [...this.#set.rules.values()].every(({ effect }) => effect === 'permit');
  }

  get #blocked(): ReadonlySet<string> {
    return this.#set.federation?.blocked ?? NONE;
  }

  /** Bits of what is forbidden at a name by what stands above it, and all of them where it is blocked. */
  above(name: string): number {
    if (listedAbove(this.#blocked, name) !== undefined) return EVERYTHING;
    let bits = name === '' ? 0 : this.#belowBits('');
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1))
      bits |= this.#belowBits(name.slice(dot + 1));
    return bits;
  }

  #belowBits(name: string): number {
    const cell = this.#set.index.cells.get(name);
    if (cell === undefined) return 0;
    const known = this.#below.get(cell) ?? spokenOf(cell.below);
    this.#below.set(cell, known);
    return known;
  }
}

function spokenOf(rules: readonly Rule[]): number {
  let bits = 0;
  for (const rule of rules) {
    // A forbid that also asks about the other end leaves the permit something to decide.
    if (rule.effect === 'forbid' && rule.other === undefined) bits |= spoken(rule);
  }
  return bits;
}

/** A bit for each kind of traffic at each end the rule speaks of. */
function spoken(rule: Rule): number {
  const from = rule.end === 'to' ? 0 : rule.traffic;
  const to = rule.end === 'from' ? 0 : rule.traffic << 16;
  return from | to;
}

const EVERYTHING = -1;
const NONE: ReadonlySet<string> = new Set();
