// Whether names can stand in a certificate: a table, one row for each kind. Checked on the way out; what comes in is
// general-name.ts'.

import { normalizeDomain } from '../domain.ts';
import { fault } from '../fault.ts';
import type { Fault } from '../fault.ts';
import { parseIp } from '../ip.ts';
import { shown } from '../shown.ts';
import { hostOfUri } from '../uri.ts';
import type { PlannedNames } from './request-plan.ts';

/** The first name that no certificate can carry; a list that is too long, or empty beside a subject without a name. */
export function nameFault(names: PlannedNames, commonName = ''): Fault | undefined {
  const all = KINDS.flatMap((kind) => (names[kind] ?? []).map((name) => ({ kind, name })));
  if (all.length === 0 && commonName === '')
    return bad('no-name', 'names', 'A request needs at least one name.');
  if (all.length > MAX_NAMES)
    return bad('too-large', 'names', `A request has at most ${MAX_NAMES} names.`);
  const wrong = all.find(({ kind, name }) => !RULES[kind].holds(name));
  if (wrong === undefined) return undefined;
  const text = `${shown(wrong.name)} is not ${RULES[wrong.kind].wanted}.`;
  return bad('bad-reference', `names.${wrong.kind}`, text);
}

interface NameRule {
  readonly wanted: string;
  readonly holds: (name: string) => boolean;
}

/** @spec RFC 9525 §3; RFC 4985 §2; RFC 6120 §13.7.1.4; RFC 5922 §7.1 */
const RULES: Readonly<Record<keyof PlannedNames, NameRule>> = {
  dns: { wanted: 'a domain in ASCII, at most one "*." before it', holds: isDns },
  srv: { wanted: 'a service with its domain, such as _xmpp-server.example.com', holds: isSrv },
  xmppAddr: { wanted: 'a domain', holds: (name) => normalizeDomain(name) !== undefined },
  uri: { wanted: 'a URI in ASCII with a host, such as sip:example.com', holds: isUri },
  ip: { wanted: 'an IP address', holds: (name) => parseIp(name) !== undefined },
};

const KINDS = ['dns', 'srv', 'xmppAddr', 'uri', 'ip'] as const;

/** A name that IDNA would write otherwise would not be the one that peers look for. */
function isDns(name: string): boolean {
  const bare = name.startsWith('*.') ? name.slice(2) : name;
  return normalizeDomain(bare) === bare.toLowerCase();
}

function isSrv(name: string): boolean {
  const dot = name.indexOf('.');
  return SERVICE.test(name.slice(0, dot)) && isDns(name.slice(dot + 1)) && !name.includes('*');
}

function isUri(name: string): boolean {
  const host = VISIBLE.test(name) ? hostOfUri(name) : undefined;
  return host !== undefined && (normalizeDomain(host) === host || parseIp(host) !== undefined);
}

const bad = (code: Fault['code'], at: string, text: string): Fault =>
  fault(code, 'RFC 2986 §4.1', at, text);

const VISIBLE = /^[\u0021-\u007e]{1,2048}$/;
const SERVICE = /^_[A-Za-z0-9-]{1,62}$/;
// public authorities stop at 100 to 250
const MAX_NAMES = 250;
