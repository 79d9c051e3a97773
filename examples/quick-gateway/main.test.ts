// The program as its operator runs it: started, asked, signalled, killed, restarted, and started wrongly.
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCEPTED_TYPES } from '@interwork/core';
import { pidf } from '@interwork/sip/testing';
import { type Program, SIP, Stage, XMPP } from './stage.ts';

const BOB = `bob@${XMPP}`;
const ALICE = `alice@${SIP}`;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.set();
});
afterEach(() => stage.close());

const msg = (text: string) => (line: { readonly msg: string }) => line.msg.includes(text);

/** Sends octets and resolves once the connection is over. */
async function garbage(port: number, octets: string | Buffer): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
  socket.end(octets);
  await once(socket, 'close');
  return answer;
}

describe('a gateway that runs', () => {
  it('carries messages both ways, explains them, and ends with 0 on SIGTERM', async () => {
    const gateway = await stage.start();
    expect(await stage.alice(gateway, BOB, 'hello ✔')).toBe(202);
    expect(stage.xmpp.texts('bob')).toEqual(['hello ✔']);
    expect((await stage.bob(ALICE, 'and back')).fate).toBe('sent');
    await stage.until(() => stage.sip.texts('alice')[0]);
    expect(stage.sip.texts('alice')).toEqual(['and back']);
    const line = await gateway.logged(msg('message handed-over'));
    expect(line).toMatchObject({ direction: 'sip-to-xmpp', by: ['both'], from: `a…@${SIP}` });
    expect(line['because']).toContainEqual(expect.stringContaining('Rule both permits'));
    gateway.signal('SIGTERM');
    expect(await gateway.ended).toBe(0);
    const log = JSON.stringify(gateway.log);
    for (const secret of ['hello', 'and back', 'alice', 'bob']) expect(log).not.toContain(secret);
  });

  it('RFC 3428 §9: tells a SIP server that asks which content it reads', async () => {
    const gateway = await stage.start();
    const socket = createSocket('udp4');
    const answer = once(socket, 'message');
    const lines = [
      `OPTIONS sip:${XMPP} SIP/2.0`,
      'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKoptions;rport',
      `From: <sip:${ALICE}>;tag=1`,
      `To: <sip:${XMPP}>`,
      'Call-ID: options',
      'CSeq: 1 OPTIONS',
      'Max-Forwards: 70',
      'Content-Length: 0',
    ];
    socket.send(`${lines.join('\r\n')}\r\n\r\n`, gateway.ports.get('sip/udp') ?? 0, '127.0.0.1');
    const [octets] = (await answer) as [Buffer];
    socket.close();
    expect(octets.toString()).toContain(`\r\nAccept: ${ACCEPTED_TYPES.join(', ')}\r\n`);
  });

  it('tells its health and its numbers, whatever is thrown at the port', async () => {
    const gateway = await stage.start();
    const port = gateway.ports.get('health') ?? 0;
    await stage.alice(gateway, BOB, 'one');
    await stage.alice(gateway, `nobody@other.example`, 'to nowhere');
    await garbage(port, Buffer.from([0, 255, 13, 10, 13, 10, 7]));
    await garbage(port, `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`);
    await garbage(port, 'GET /metrics HTTP/9.9\r\nContent-Length: -1\r\n\r\n');
    expect(await garbage(port, 'POST /metrics HTTP/1.0\r\n\r\n')).toMatch(/ 405 /);
    expect((await stage.health(gateway, '/secrets')).status).toBe(404);
    const health = await stage.health(gateway, '/healthz?x');
    expect([health.status, JSON.parse(health.text)]).toMatchObject([200, { ready: true }]);
    const { text } = await stage.health(gateway, '/metrics');
    const value = (line: RegExp) => Number(line.exec(text)?.[1]);
    expect(
      value(/^interwork_crossings_total\{direction="sip-to-xmpp",outcome="handed-over".*} (\d+)$/m),
    ).toBe(1);
    expect(text).toMatch(/^interwork_crossings_total\{direction="sip-to-xmpp",outcome="refused"/m);
    expect(value(/^interwork_open_messages (\d+)$/m)).toBe(0);
    expect(value(/^process_resident_memory_bytes (\d+)$/m)).toBeGreaterThan(1e6);
    expect(text).toMatch(/^interwork_table_entries\{of="sip",table="sockets"\} \d+$/m);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{(?:\w+="[^"]*",?)+\})? [\d.e+-]+)$/);
  });

  it('drains on SIGTERM: not ready, what was accepted ends, then 0', async () => {
    stage.sip.addUser('slow');
    stage.sip.answer('slow', { status: 200, after: 1 });
    const gateway = await stage.start();
    const sent = await stage.bob(`slow@${SIP}`, 'still under way');
    expect(sent.fate).toBe('sent');
    await stage.until(() => stage.sip.inbox('slow')[0]);
    gateway.signal('SIGTERM');
    await gateway.logged(msg('draining'));
    expect((await stage.health(gateway, '/healthz')).status).toBe(503);
    expect((await stage.health(gateway, '/metrics')).text).toContain('interwork_draining 1');
    stage.step();
    expect(await gateway.ended).toBe(0);
    expect(await gateway.logged(msg('message delivered'))).toMatchObject({ answer: '200' });
    expect(stage.xmpp.errors('bob')).toEqual([]);
  });

  it('goes on when nobody reads its log any more', async () => {
    const gateway = await stage.start();
    gateway.unread();
    expect(await stage.alice(gateway, `nobody@other.example`, 'refused, which is told')).toBe(404);
    expect(await stage.alice(gateway, BOB, 'carried')).toBe(202);
    expect(await stage.alice(gateway, BOB, 'and again')).toBe(202);
    expect(stage.xmpp.texts('bob')).toEqual(['carried', 'and again']);
  });

  it('ends at once on a second signal', async () => {
    stage.sip.addUser('mute');
    stage.sip.answer('mute', 'silence');
    const gateway = await stage.start();
    await stage.bob(`mute@${SIP}`, 'never answered');
    await stage.until(() => stage.sip.inbox('mute')[0]);
    gateway.signal('SIGINT');
    await gateway.logged(msg('draining'));
    gateway.signal('SIGINT');
    expect(await gateway.ended).toBe(1);
  });
});

describe('a reload', () => {
  const reload = async (gateway: Program): Promise<void> => {
    const before = gateway.log.filter(msg('reload')).length;
    gateway.signal('SIGHUP');
    await gateway.logged(
      (line) => gateway.log.filter(msg('reload')).length > before && msg('reload')(line),
    );
  };

  it('puts another policy in force on links that stand', async () => {
    const gateway = await stage.start();
    expect(await stage.alice(gateway, BOB, 'before')).toBe(202);
    stage.writePolicy([XMPP]);
    await reload(gateway);
    expect(await stage.alice(gateway, BOB, 'forbidden')).toBe(403);
    stage.writePolicy();
    await reload(gateway);
    expect(await stage.alice(gateway, BOB, 'after')).toBe(202);
    expect(stage.xmpp.texts('bob')).toEqual(['before', 'after']);
    expect(gateway.log.filter(msg('link-lost'))).toEqual([]);
  });

  it('shows another certificate from then on', async () => {
    const gateway = await stage.start();
    expect(await stage.shown(gateway)).toBe(`DNS:${SIP}`);
    stage.writePair('gateway', [SIP, 'renewed.example']);
    await reload(gateway);
    expect(await stage.shown(gateway)).toContain('renewed.example');
  });

  it('changes nothing when anything is wrong, and says which file and field', async () => {
    const gateway = await stage.start();
    stage.writePolicy([XMPP]);
    stage.write('gateway.key', 'no key at all');
    await reload(gateway);
    const line = await gateway.logged(msg('/tls/xmpp/both/key'));
    expect(line).toMatchObject({ path: '/tls/xmpp/both/key', code: 'bad-credentials' });
    expect(gateway.log.some(msg('reload refused'))).toBe(true);
    expect(await stage.alice(gateway, BOB, 'still permitted')).toBe(202);
    const { text } = await stage.health(gateway, '/metrics');
    expect(text).toContain('interwork_reloads_total{result="refused"} 1');
  });

  it('that is asked for while it starts comes when it has started', async () => {
    const policy = join(stage.folder, 'policy.json');
    rmSync(policy);
    execFileSync('mkfifo', [policy]);
    const gateway = await stage.start(stage.configuration(), async (signal) => {
      const read = await open(policy, 'w');
      signal('SIGHUP');
      rmSync(policy);
      stage.writePolicy([XMPP]);
      await read.writeFile(JSON.stringify({ version: 1, default: 'permit', rules: [] }));
      await read.close();
    });
    await gateway.logged(msg('reload'));
    expect(await stage.alice(gateway, BOB, 'forbidden by the second')).toBe(403);
  });

  it('names what waits for a restart', async () => {
    const gateway = await stage.start();
    stage.write('gateway.json', JSON.stringify(stage.configuration({ state: 'memory' })));
    await reload(gateway);
    expect(await gateway.logged(msg('waits for a restart'))).toMatchObject({ path: '/state' });
  });
});

describe('a start that is refused', () => {
  it.each([
    ['no JSON', '{', ''],
    ['an unknown field', { odd: 1 }, '/odd'],
    [
      'a certificate that is not there',
      { tls: { sip: { both: { certificate: 'a', key: 'b' } } } },
      '/tls/sip/both/key',
    ],
    ['a state that is none', { state: { file: 'policy.json' } }, '/state'],
    ['a Redis that is not there', { state: { redis: 'redis://127.0.0.1:1' } }, '/state'],
  ])('%s', async (_what, parts, path) => {
    const text = typeof parts === 'string' ? parts : stage.configuration(parts);
    const { code, log, stdout } = await stage.refused(text);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(log).toContainEqual(expect.objectContaining({ path, file: expect.any(String) }));
  });

  it('a port in use, told by its place, and nothing is left open', async () => {
    const first = await stage.start();
    const port = first.ports.get('xmpp-server') ?? 0;
    const listen = [
      { address: '127.0.0.1', port: 0 },
      { address: '127.0.0.1', port },
    ];
    const { code, log } = await stage.refused(
      stage.configuration({ xmpp: { s2s: { listen } }, state: 'memory' }),
    );
    expect(code).toBe(1);
    expect(log).toContainEqual(
      expect.objectContaining({ path: '/xmpp/s2s/listen/1', code: 'cannot-listen' }),
    );
  });

  it('a state that another process has', async () => {
    await stage.start();
    const { log } = await stage.refused(stage.configuration());
    expect(log).toContainEqual(
      expect.objectContaining({ path: '/state', code: 'cannot-open-state' }),
    );
  });
});

describe('contacts and presence', () => {
  const [romeo, juliet] = [`romeo@${SIP}`, `juliet@${XMPP}`];
  const phone = (show?: 'dnd'): string =>
    pidf(romeo, [{ id: 'phone', basic: 'open', ...(show && { show }) }]);
  /** Two NOTIFYs need no seconds between them here. */
  const quick = () => stage.configuration({ limits: { presenceWaits: { interval: 100 } } });
  const seen = () => stage.juliet.clients[0]?.sees(romeo).map(({ show }) => show ?? 'online') ?? [];
  const shown = () => stage.romeo.sees(juliet);

  async function befriend(): Promise<void> {
    await stage.presence(
      () => {
        stage.romeo.setDocument(phone());
        stage.juliet.login('balcony');
        stage.juliet.subscribe(romeo);
      },
      () => stage.romeo.pendingWatchers.includes(juliet),
    );
    expect(seen()).toEqual([]);
    await stage.presence(
      () => stage.romeo.allow(juliet),
      () => seen().length > 0,
    );
    await stage.presence(
      () => stage.romeo.watch(juliet),
      () => stage.juliet.requests().length > 0 && shown().state === 'pending',
    );
    await stage.presence(
      () => stage.juliet.approve(romeo),
      () => shown().document?.includes('<basic>open</basic>') === true,
    );
  }

  it('cross both ways, and each is explained without a name', async () => {
    const gateway = await stage.start(quick());
    await befriend();
    const did = (word: string) => gateway.logged((line) => String(line['reasons']).includes(word));
    const rows = [
      ['subscribe:ask', 'xmpp-to-sip', 'RFC 8048 §5.2.1'],
      ['pending:nothing', 'sip-to-xmpp', 'RFC 8048 §6.3'],
      ['active:grant', 'sip-to-xmpp', 'RFC 8048 §6.3'],
      ['watch:ask', 'sip-to-xmpp', 'RFC 8048 §5.3'],
      ['subscribed:activate', 'xmpp-to-sip', 'RFC 8048 §5.3.1'],
    ] as const;
    for (const [word, direction, rule] of rows) {
      const line = await did(word);
      expect(line).toMatchObject({ traffic: 'presence', direction, rule, by: ['both'] });
      expect(line['because']).toContainEqual(expect.stringContaining('Rule both permits'));
    }
    const { text } = await stage.health(gateway, '/metrics');
    expect(text).toMatch(/^interwork_crossings_total\{.*reason="subscribe:ask"\} 1$/m);
    expect(text).toMatch(/^interwork_table_entries\{of="gateway",table="records"\} \d+$/m);
    gateway.signal('SIGTERM');
    expect(await gateway.ended).toBe(0);
    for (const secret of ['romeo', 'juliet'])
      expect(JSON.stringify(gateway.log)).not.toContain(secret);
  });

  it('outlive the process: what changes after a kill goes through the dialogs that there were', async () => {
    const first = await stage.start(quick());
    await befriend();
    first.signal('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    await stage.start(quick());
    expect([seen(), shown().state]).toEqual([['online'], 'active']);
    await stage.presence(
      () => stage.romeo.setDocument(phone('dnd')),
      () => seen().includes('dnd'),
    );
    await stage.presence(
      () => stage.juliet.clients[0]?.setPresence({ show: 'away' }),
      () => shown().document?.includes('>away<') === true,
    );
    expect([stage.romeo.watchers.length, stage.romeo.watching]).toEqual([1, 1]);
    expect(stage.juliet.requests()).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });
});

describe('a gateway that was killed', () => {
  it('is the same one afterwards: late errors find their senders', async () => {
    const first = await stage.start();
    expect(await stage.alice(first, BOB, 'read before the kill')).toBe(202);
    first.signal('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    await stage.start();
    stage.bounce();
    const notice = await stage.until(() => stage.sip.texts('alice')[0]);
    expect(notice).toContain(BOB);
  });
});
