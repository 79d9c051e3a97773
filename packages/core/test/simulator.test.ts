// The simulator by its first seeds, and what it promises: a seed is the same run each time, what does not hold is
// found, and a failing script is cut down to what it needs.
import { describe, expect, it } from 'vitest';
import { isFault, Jid, parseStanza, type XmppEvent } from '@interwork/xmpp';
import { linesOf, requestIn } from '../sim/ladder.ts';
import { cutDown, type Outcome, play, type Script, scriptOf } from '../sim/run.ts';
import { Town } from '../sim/town.ts';
import { Truth } from '../sim/truth.ts';
import { documentOf, openIn } from '../sim/views.ts';

const SEEDS = 100;

describe('the simulator', () => {
  it(`finds nothing wrong in the first ${SEEDS} seeds`, { timeout: 120_000 }, () => {
    const failed = Array.from({ length: SEEDS }, (_, at) => play(scriptOf(at + 1)))
      .filter(({ problems }) => problems.length > 0)
      .map(({ script, problems }) => `seed ${script.seed}: ${problems[0]}`);
    expect(failed, 'npm run sim -- --from SEED --seeds 1 shows one').toEqual([]);
  });

  it('plays a seed in the same way each time', () => {
    const [one, other] = [play(scriptOf(7), true), play(scriptOf(7), true)];
    expect(one.ladder.length).toBeGreaterThan(50);
    expect(one.ladder).toEqual(other.ladder);
  });

  it('cuts a failing script down to the steps it needs', () => {
    const needs = ['sip watches', 'xmpp approves'];
    const run = (script: Script): Outcome => {
      const names = new Set<string>(script.steps.map(({ name }) => name));
      const problems = needs.every((name) => names.has(name)) ? ['L1: not seen'] : [];
      return { script, problems, ladder: [] };
    };
    const { script } = cutDown(run(scriptOf(1, 60)), run);
    expect(script.steps.map(({ name }) => name).toSorted()).toEqual(needs);
  });
});

/** A town without chance in which beatrice is online, and what is forged about alice is shown to her. */
function forgery() {
  const town = new Town({
    seed: 1,
    gateways: 1,
    transport: 'tls',
    poll: 1_000,
    manners: {},
    hasProxy: false,
  });
  const [alice] = town.sipUsers;
  const [bob] = town.xmppUsers;
  if (alice === undefined || bob === undefined) throw new Error('nobody is there');
  bob.login('desk', { status: 'n1' });
  const forge = (inner: string, type = ''): void => {
    const xml = `<presence xmlns='jabber:client' ${type} from='${alice.address}/desk' to='${bob.address}'>${inner}</presence>`;
    const stanza = parseStanza(xml);
    const [from, to] = [Jid.parse(`${alice.address}/desk`), Jid.parse(bob.address)];
    if (isFault(stanza) || isFault(from) || isFault(to)) throw new Error('it cannot be read');
    town.xmpp.take({ kind: 'stanza', stanza, from, to } as XmppEvent);
  };
  return { town, alice, bob, forge, truth: new Truth(town) };
}

describe('what must hold', () => {
  it('is found where somebody sees what was never for his eyes', () => {
    const { alice, forge, truth, town } = forgery();
    alice.setDocument(documentOf(alice, { desk: 2 }));
    expect(truth.look()).toEqual([]);
    forge('<status>n2</status>');
    expect(truth.look()).toEqual([expect.stringMatching(/^S6: bob.* sees n2 of alice/)]);
    alice.allow('bob@gtalk.example');
    expect(truth.look()).toEqual([]);
    alice.deny('bob@gtalk.example');
    alice.setDocument(documentOf(alice, { desk: 3 }));
    town.step();
    expect(truth.look()).toEqual([]);
    forge('<status>n3</status>');
    expect(truth.look()).toEqual([expect.stringMatching(/^S6: bob.* sees n3/)]);
  });

  it('is found where presence has no number, so that nobody knows whose it is', () => {
    const { forge, truth } = forgery();
    forge('<show>away</show>');
    expect(truth.look()).toEqual([expect.stringMatching(/^S6: .* sees nNaN/)]);
  });

  it('is found where something older takes the place of what is seen', () => {
    const { alice, forge, truth } = forgery();
    alice.allow('bob@gtalk.example');
    for (const number of [2, 3]) {
      alice.setDocument(documentOf(alice, { desk: number }));
      truth.look();
    }
    forge('<status>n3</status>');
    expect(truth.look()).toEqual([]);
    forge('', "type='unavailable'");
    expect(truth.look()).toEqual([]);
    forge('<status>n2</status>');
    expect(truth.look()).toEqual([expect.stringMatching(/saw n3 of alice.*now n2$/)]);
  });

  it('is found where somebody does not see the truth when all has settled', () => {
    const { alice, bob, forge, truth } = forgery();
    expect(truth.settled()).toEqual([]);
    alice.setDocument(documentOf(alice, { desk: 2 }));
    alice.allow(bob.address);
    bob.subscribe(alice.address);
    expect(truth.settled()).toEqual([
      'L1: bob@gtalk.example asks alice@contoso.example, who says allow',
      expect.stringMatching(/sees \[\] of alice@contoso.example, who shows \[2\]$/),
    ]);
    forge('', "type='subscribed'");
    forge('<status>n2</status>');
    expect(truth.settled()).toEqual([]);
    alice.watch(bob.address);
    bob.approve(alice.address);
    expect(truth.settled()).toEqual([]);
  });

  it('is found where something is left', () => {
    const { town, alice, truth } = forgery();
    alice.watch('bob@gtalk.example');
    town.step();
    expect(truth.left()).toContain('left: alice@contoso.example watches 1');
  });
});

describe('a document of the simulator', () => {
  it.each([
    { numbers: {}, seen: [] },
    {
      numbers: { desk: 3, phone: 12 },
      seen: [
        { of: 'desk', number: 3 },
        { of: 'phone', number: 12 },
      ],
    },
  ])('says $numbers', ({ numbers, seen }) => {
    const { alice } = forgery();
    expect(openIn(documentOf(alice, numbers))).toEqual(seen);
  });
});

describe('a ladder', () => {
  it.each([
    {
      text: 'SUBSCRIBE sip:bob@b.example SIP/2.0\r\nFrom: <sip:alice@a.example>;tag=abcdef\r\nTo: <sip:bob@b.example>\r\nCSeq: 1 SUBSCRIBE\r\nCall-ID: 1234567890\r\nExpires: 60\r\n\r\n',
      lines: ['a > b  SUBSCRIBE alice/cdef to bob cseq 1 SUBSCRIBE call 567890 expires 60'],
    },
    {
      text: 'SIP/2.0 200 OK\r\nFrom: <sip:alice@a.example>;tag=abcdef\r\nTo: <sip:bob@b.example>;tag=ghijkl\r\nCSeq: 1 SUBSCRIBE\r\nCall-ID: 1234567890\r\n\r\n',
      lines: ['a > b  200 OK alice/cdef to bob/ijkl cseq 1 SUBSCRIBE call 567890'],
    },
    {
      text: "<presence type='subscribe' from='a@x' to='b@y'/><r/><presence from='a@x/r' to='b@y'><status>n1</status></presence>",
      lines: [
        'a > b  presence subscribe a@x to b@y',
        'a > b  presence available a@x/r to b@y [n1]',
      ],
    },
    { text: '<stream:features/>', lines: [] },
  ])('tells $lines', ({ text, lines }) => {
    expect(linesOf('a', 'b', text)).toEqual(lines);
  });

  it('tells copies of a request by their branch', () => {
    const text = 'NOTIFY sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKone;rport\r\n\r\n';
    expect(requestIn(text)).toEqual({ method: 'NOTIFY', branch: 'z9hG4bKone' });
    expect(requestIn('SIP/2.0 200 OK\r\n\r\n')).toBeUndefined();
  });
});
