// The recipes as their reader uses them: in a federation in virtual time, and over sockets of the loopback.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import { type AskedCrossing, Gateway, type Hooks, wire } from '@interwork/core';
import { judgesFor, type PinoLike } from '@interwork/core/node';
import { Recording } from '@interwork/core/ladder';
import { federation } from '@interwork/core/testing';
import { loadPolicy, type PolicySet } from '@interwork/policy';
import { expect, it, vi } from 'vitest';
import { drawn, recorded } from './ladder.ts';
import { discreet, look } from './look.ts';
import { outcomes } from './outcomes.ts';
import { change } from './policy.ts';
import { start } from './sockets.ts';

const RULES = [
  { id: 'friends', effect: 'permit', domains: ['gtalk.example'] },
  { id: 'no-spam', effect: 'forbid', domains: ['spam.example'] },
];

/** A federation whose gateway hears and says what is given here. */
function hosted(more: Hooks, policy: object = { rules: RULES }) {
  return federation({
    policy,
    companies: {
      'contoso.example': { speaks: 'sip', users: ['alice'] },
      'gtalk.example': { speaks: 'xmpp', users: ['bob'] },
      'spam.example': { speaks: 'xmpp', users: ['mallory'] },
    },
    host: ({ edges, timing, options, hooks, recording }) =>
      wire(recording.over(new Gateway(options)), edges, timing, { ...hooks, ...more }),
  });
}

it('a host looks at what crosses', async () => {
  const archived: AskedCrossing[] = [];
  const archive = async (crossing: AskedCrossing): Promise<void> => {
    if (crossing.text === 'unarchivable') throw new Error('full');
    archived.push(crossing);
  };
  const world = hosted({ onCrossing: (crossing) => look(crossing, archive) });
  const alice = world.user('alice');
  await alice.sends('bob@gtalk.example', 'Lunch?');
  await alice.sends('sales@gtalk.example', 'An offer?');
  await alice.sends('bob@gtalk.example', 'It is 4111 1111 1111 1111');
  await alice.sends('bob@gtalk.example', 'unarchivable');
  expect(world.user('bob@gtalk.example').inbox.map(({ text }) => text)).toEqual([
    '[external] Lunch?',
    'An offer?',
  ]);
  expect(archived).toHaveLength(3);
  const reasons = world.traces.flatMap((trace) => (trace.kind === 'crossing' ? trace.reasons : []));
  expect(reasons).toEqual(['rewritten', 'rewritten', 'host', 'host-failed']);
  await world.close();
});

it('a host looks at presence', async () => {
  const world = hosted({ onCrossing: discreet });
  const [alice, board] = [world.user('alice'), world.user('board@contoso.example')];
  const bob = world.user('bob');
  for (const user of [alice, board, bob]) user.shows('away', 'in Prague');
  for (const contact of [alice, board]) bob.adds(contact);
  await world.passes(10_000);
  expect([alice.askedBy, board.askedBy]).toEqual([[bob.address], []]);
  alice.accepts(bob);
  alice.adds(bob);
  await world.passes(10_000);
  bob.accepts(alice);
  await world.passes(10_000);
  expect(bob.sees(alice)).toMatchObject({ show: 'away', note: undefined });
  expect(alice.sees(bob)).toMatchObject({ show: 'away', note: 'in Prague' });
  await world.close();
});

it('a host is told of each outcome', async () => {
  const said: string[] = [];
  const world = hosted({ on: outcomes((line) => void said.push(line)) });
  await world.user('mallory').sends('alice@contoso.example', 'Buy');
  expect(said).toEqual([expect.stringMatching(/may not write to .*: policy, no-spam$/)]);
  await world.close();
});

it('a policy is replaced, and what that changes is said', () => {
  const load = (rules: object[]): string => JSON.stringify({ version: 1, default: 'deny', rules });
  const before = load(RULES);
  const inForce: PolicySet[] = [];
  const running = { replacePolicy: (policy: PolicySet) => void inForce.push(policy) };
  const told = change(running, before, load(RULES.slice(1)));
  expect(told.join('\n')).toContain('gtalk.example');
  expect(inForce).toHaveLength(1);
  expect(change(running, before, '{')).toHaveLength(1);
  expect(inForce).toHaveLength(1);
});

it('a ladder is drawn of what passed', async () => {
  let own: ReturnType<typeof recorded> | undefined;
  const world = federation({
    host: ({ edges, timing, options, hooks }) => {
      own = recorded(new Gateway(options));
      return wire(own.machine, edges, timing, hooks);
    },
  });
  await world.user('alice').sends('bob@gtalk.example', 'Lunch?');
  const { text, html } = drawn(own?.recording ?? new Recording(), 'Lunch');
  expect(text).toContain('"Lunch?"');
  expect(html).toContain('a…@contoso.example');
  expect(html).not.toContain('alice@');
  await world.close();
});

it('a gateway runs over sockets, is watched, and ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const { keyPem: key, certPem: cert } = authority.issue({ dns: ['contoso.example'] });
  const lines: string[] = [];
  const logger = new Proxy({}, { get: () => (_: object, msg: string) => lines.push(msg) });
  const { running, metrics } = await start({
    policy: loadPolicy('{"version":1,"default":"deny","rules":[]}') as PolicySet,
    judges: judgesFor([authority.certificate.pem]),
    tls: { key, cert },
    ports: { sip: 0, xmpp: 0 },
    logger: logger as PinoLike,
    file: join(folder, 'state'),
  });
  expect(metrics.prometheus()).toContain('interwork_open_messages 0');
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  expect(await running.close()).toMatchObject({ ended: [], inDoubt: 0, edges: { sip: 'closed' } });
  said.mockRestore();
  expect(lines).toEqual(['closed']);
  rmSync(folder, { recursive: true });
});
