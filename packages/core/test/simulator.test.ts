// The simulator by its first seeds, and what it promises: a seed is the same run each time, what does not hold is
// found, and a failing script is cut down to what it needs.
import { describe, expect, it } from 'vitest';
import { isFault, Jid, parseStanza, type XmppEvent } from '@interwork/xmpp';
import { linesOf, requestIn } from '../sim/ladder.ts';
import { cutDown, type Outcome, play, type Script, scriptOf } from '../sim/run.ts';
import { FORGED } from '@interwork/sip/testing';
import { XMPP_AT } from '../sim/places.ts';
import { Town } from '../sim/town.ts';
import { Truth } from '../sim/truth.ts';
import { documentOf, openIn } from '../sim/views.ts';
import { malformedIn } from '../sim/written.ts';

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

  it('S8: plays a seed in the same way however octets are cut', () => {
    for (const seed of [2, 3, 5, 8]) {
      const { split: _split, ...script } = scriptOf(seed);
      const [whole, cut] = [play(script, true), play({ ...script, split: 3 }, true)];
      expect(cut.problems).toEqual([]);
      expect(cut.ladder).toEqual(whole.ladder);
    }
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

describe('what must hold of messages', () => {
  const writes = () => {
    const { town, alice, bob } = forgery();
    const arrives = (text: string, from = alice.address): void => {
      const xml = `<message xmlns='jabber:client' from='${from}' to='${bob.address}'><body>${text}</body></message>`;
      const stanza = parseStanza(xml);
      const [sender, to] = [Jid.parse(from), Jid.parse(bob.address)];
      if (isFault(stanza) || isFault(sender) || isFault(to)) throw new Error('it cannot be read');
      town.xmpp.take({ kind: 'stanza', stanza, from: sender, to } as XmppEvent);
    };
    const send = (): void => {
      town.mail.sipSends(alice, bob);
      town.step();
      town.pass(40_000);
    };
    return { town, alice, bob, arrives, send };
  };

  it('holds of messages that came, both ways', () => {
    const { town, alice, bob, send } = writes();
    send();
    town.mail.xmppSends(bob, alice);
    town.pass(40_000);
    expect([town.mail.look(), town.mail.settled(), town.mail.unanswered(0)]).toEqual([[], [], []]);
    expect(town.mail.tally).toEqual({ came: 2 });
  });

  it('S1: is found where somebody gets what nobody wrote to him, or what a stranger forged', () => {
    const { town, arrives, send } = writes();
    send();
    arrives('m0', 'arthur@contoso.example');
    arrives('m7');
    arrives(`${FORGED}!`);
    arrives('something else');
    expect(town.mail.look()).toEqual([
      expect.stringMatching(/^S1: bob.* got m0 from arthur.*did not write it$/),
      expect.stringMatching(/^S1: bob.* got m7 from alice/),
      expect.stringMatching(/^S1: .*what a stranger forged, from alice/),
      expect.stringMatching(/^S5: bob.* got "something else"/),
    ]);
  });

  it('S3: is found where one comes twice', () => {
    const { town, arrives, send } = writes();
    send();
    arrives('m0');
    expect(town.mail.look()).toEqual([expect.stringMatching(/^S3: m0 of alice.* came 2 times$/)]);
  });

  it('S7: is found where one overtakes another', () => {
    const { town, alice, bob, arrives } = writes();
    town.world.network.down(XMPP_AT);
    for (let times = 0; times < 2; times++) {
      town.mail.sipSends(alice, bob);
      town.pass(40_000);
    }
    arrives('m1');
    arrives('m0');
    expect(town.mail.look()).toEqual([expect.stringMatching(/^S7: m0 of alice.* came after m1$/)]);
  });

  it('S4: is found where one is gone, and L4 where one has no answer', () => {
    const { town, alice, bob } = writes();
    for (const gateway of town.gateways) gateway.crash();
    town.mail.sipSends(alice, bob);
    town.step();
    expect(town.mail.settled()).toEqual([
      expect.stringMatching(/^S4: m0 of alice.* is gone \(no answer\)$/),
    ]);
    expect(town.mail.unanswered(0)).toEqual([expect.stringMatching(/^L4: m0 .* no answer$/)]);
    town.pass(40_000);
    expect([town.mail.settled(), town.mail.unanswered(0)]).toEqual([[], []]);
    expect(town.mail.tally).toEqual({ 'gave-up': 1 });
  });
});

describe('S5: what was written', () => {
  it.each([
    ['SIP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nhi', []],
    ['MESSAGE sip:a@b SIP/2.0\r\nContent-Length: 3\r\n\r\nhi', ['a body of 2 octets as 3']],
    ['MESSAGE sip:a@b SIP/2.0\r\nFrom: a\r\n\r\n', ['a body of 0 octets as NaN']],
    ['MESSAGE sip:a@b SIP/2.0\r\nSubject: a\rb: c', ['headers without an end']],
    [
      'SIP/2.0 200 OK\r\nSubject: a\nX: y\r\nContent-Length: 0\r\n\r\n',
      ['the line "Subject: a\\nX: y"'],
    ],
    ["<message to='a'><body>x</body></message><r xmlns='urn:xmpp:sm:3'/>", []],
    ["<message to='a'><body>x</message>", [expect.stringMatching(/^XML that is none/)]],
    ["<message to='a'/><stream:error/>", ['an element stream:error']],
    ['<stream:features/>', []],
  ])('%j is found to be %j', (text, problems) => {
    expect(malformedIn(text)).toEqual(
      problems.length === 0 ? [] : expect.arrayContaining(problems),
    );
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
