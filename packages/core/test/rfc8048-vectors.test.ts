// The vectors of RFC 8048 §6 that this package publishes, run as they stand.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Jid, parseStanza, type Presence } from '@interwork/xmpp';
import {
  parsePidf,
  pidfToResources,
  presenceToResource,
  type ResourceState,
  resourcesToPidf,
  writePidf,
} from '@interwork/core';

interface File<T> {
  readonly now: number;
  readonly presentity: string;
  readonly vectors: readonly (T & { readonly id: string; readonly point: string })[];
}
const file = <T>(name: string): File<T> =>
  JSON.parse(
    readFileSync(new URL(`../vectors/rfc8048/${name}`, import.meta.url), 'utf8'),
  ) as File<T>;
const jid = (text: string): Jid => {
  const read = Jid.parse(text);
  if (read.kind !== 'jid') throw new Error(read.text);
  return read;
};

describe('RFC 8048 §6.3 documents.json', () => {
  const { now, presentity, vectors } = file<{
    readonly pidf: string;
    readonly refused?: true;
    readonly resources?: readonly ResourceState[];
    readonly lost?: readonly string[];
  }>('documents.json');

  it.each(vectors.map((row) => [row.id, row.point, row] as const))('%s %s', (_id, _point, row) => {
    const document = parsePidf(Buffer.from(row.pidf, 'utf8'));
    if (document.kind === 'fault') throw new Error(document.text);
    const read = pidfToResources(document, { presentity: jid(presentity), now });
    if (row.refused === true) expect(read.kind).toBe('refusal');
    else {
      const { resources: value, lost = [] } = row;
      expect(read).toMatchObject({ kind: 'translation', lost: lost.map((what) => ({ what })) });
      expect(read.kind === 'translation' && read.value).toEqual(value);
    }
  });
});

describe('RFC 8048 §6.2 stanzas.json', () => {
  const { now, presentity, vectors } = file<{
    readonly stanzas: readonly string[];
    readonly pidf: string;
  }>('stanzas.json');
  const presence = (text: string): Presence => {
    const stanza = parseStanza(text);
    if (stanza.kind !== 'presence') throw new Error(stanza.kind);
    return stanza;
  };

  it.each(vectors.map((row) => [row.id, row.point, row] as const))('%s %s', (_id, _point, row) => {
    const said = row.stanzas.map(presence);
    const states = said.map((p) => presenceToResource(p, now).value);
    const isThere = said.every((p) => p.type === 'available');
    const document = isThere
      ? resourcesToPidf({ jid: jid(presentity) }, states)
      : resourcesToPidf({ jid: jid(presentity), last: states[0] }, []);
    expect(Buffer.from(writePidf(document)).toString('utf8')).toBe(row.pidf);
  });
});
