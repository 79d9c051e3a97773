// Habit: diagnostics
// They do: tell in ms-diagnostics why something was refused, as a number and words beside it; in ms-diagnostics-public the same
//   for outsiders, and in ms-client-diagnostics what a client says. Towards partners all are off unless an administrator
//   turns them on. [MS-OCER] 2.1.
// Vectors: err-01 D, err-02 D, err-03 D, err-04 O, err-10 D.
// We do: read all of them, several lines and any order; only the number means anything. What we write has our words, inward the
//   name of the server, outward none.
import type { HeaderField, Headers } from '@interwork/sip';

/** What one such header says. */
export interface Diagnostics {
  readonly id: number;
  readonly subId: number | undefined;
  /** Names as written; a parameter without a value has `null`. */
  readonly params: Readonly<Record<string, string | null>>;
}

/** For inner servers and clients. */
export const DIAGNOSTICS_HEADER = 'ms-diagnostics';
/** For outsiders: the same without a source. */
export const PUBLIC_DIAGNOSTICS_HEADER = 'ms-diagnostics-public';

/** Of clients. */
export const CLIENT_DIAGNOSTICS_HEADER = 'ms-client-diagnostics';

/** The sentences for the numbers that we give. */
const SENTENCES: Readonly<Record<number, string>> = {
  1001: 'The sender may not talk to public providers',
  1002: 'The sender may not talk to federated partners',
  1003: 'There is no such user',
  1004: 'The route set is not valid',
  1005: 'There is no route to the domain',
  1007: 'The request cannot be routed for now',
  1008: 'The SRV record of the domain cannot be resolved',
  1009: 'The SRV record of the domain points out of it',
  1010: 'The certificate of the other server does not prove its name',
  1012: 'The sender may not talk to anybody outside',
  1014: 'The address of the other server cannot be resolved',
  1017: 'The domains of From and To do not go together',
  1027: 'Requests of this type are not routed to or from federated partners',
  1034: 'The federated server that answered gave no diagnostics',
  1047: 'The TLS connection with the federated server failed',
};

/** The header with its source, for the inner side. */
export function diagnosticsHeader(
  id: number,
  source: string,
  params: Readonly<Record<string, string>> = {},
): HeaderField {
  return { name: DIAGNOSTICS_HEADER, value: written(id, { ...params, source }) };
}

/** The header without what names a server of ours, for outsiders. */
export function publicDiagnosticsHeader(id: number): HeaderField {
  return { name: PUBLIC_DIAGNOSTICS_HEADER, value: written(id, {}) };
}

function written(id: number, params: Readonly<Record<string, string>>): string {
  const all = { reason: SENTENCES[id] ?? 'Refused', ...params };
  return Object.entries(all).reduce(
    (text, [name, value]) => `${text};${name}="${value.replace(/["\\]/g, '\\$&')}"`,
    String(id),
  );
}

/** What each header of that name says; what cannot be read is left out. */
export function diagnosticsIn(
  headers: Headers,
  name: string = DIAGNOSTICS_HEADER,
): readonly Diagnostics[] {
  return headers.all(name).flatMap((value) => readDiagnostics(value) ?? []);
}

/** Reads one value: the order of parameters varies, and blanks occur round every sign. */
export function readDiagnostics(value: string): Diagnostics | undefined {
  const head = /^[ \t]*(\d{1,6})(?:\.(\d{1,6}))?[ \t]*(?=;|$)/.exec(value);
  if (head === null) return undefined;
  const params: [string, string | null][] = [];
  PARAM.lastIndex = head[0].length;
  while (PARAM.lastIndex < value.length) {
    const found = PARAM.exec(value);
    if (found === null || params.length === MOST_PARAMS) return undefined;
    const [, key = '', quoted, plain] = found;
    params.push([key, quoted?.replace(/\\(.)/g, '$1') ?? plain ?? null]);
  }
  const subId = head[2] === undefined ? undefined : Number(head[2]);
  return { id: Number(head[1]), subId, params: Object.fromEntries(params) };
}

const PARAM =
  /;[ \t]*([^\s;="]+)[ \t]*(?:=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?[ \t]*(?=;|$)/y;
/** More than any server was seen to write. */
const MOST_PARAMS = 64;
