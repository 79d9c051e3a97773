// A recording of a gateway, and the ladder it makes: what belongs to what, what is hidden, what is forgotten; and how it is
// drawn as text, Mermaid, JSON and a page. The page in a browser is in peers/ladder-page.test.ts.
import { createHash } from 'node:crypto';
import {
  type Arrow,
  headingText,
  type Ladder,
  ladderJsonLines,
  ladderMermaid,
  ladderPage,
  ladderText,
  Recording,
  type RecordingOptions,
  type Told,
  whyInRows,
} from '@interwork/core/ladder';
import { MisuseError } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { hidingOf } from '../src/ladder/hiding.ts';
import { Bench, CHAT, message, proved, requests, response, stanzas } from './gateway-bench.ts';

const ALL: RecordingOptions = { addresses: 'full', words: 'full' };

function recorded(options: RecordingOptions = {}): { bench: Bench; recording: Recording } {
  const bench = new Bench();
  const recording = new Recording(options);
  bench.machine = recording.over(bench.gateway);
  return { bench, recording };
}

const arrows = ({ steps }: Ladder): Arrow[] => steps.filter((step) => step.kind === 'arrow');
const told = ({ steps }: Ladder): Told[] => steps.filter((step) => step.kind === 'told');
const drawn = (ladder: Ladder): string[] =>
  arrows(ladder).map(({ from, to, text, crossing }) => `${crossing} ${from}>${to} ${text}`);

/** A message each way, told apart by their crossings. */
function bothWays(options: RecordingOptions = {}): Ladder {
  const { bench, recording } = recorded(options);
  const [stanza] = stanzas(
    bench.sip(message('sip:bob@xmpp.test', 'sip:alice@sip.test', ['Subject: lunch'])),
  );
  const [request] = requests(bench.stanza(CHAT));
  bench.fate(stanza?.context, 'sent');
  bench.feed({
    kind: 'sip',
    event: { kind: 'response', response: response(200), context: request?.context },
  });
  bench.tick(300);
  return recording.ladder();
}

describe('a recording', () => {
  it('gives what came in, what came of it and what was said in the end one number', () => {
    const ladder = bothWays();
    expect(drawn(ladder)).toEqual([
      '1 sip>gateway MESSAGE',
      '1 gateway>xmpp <message/>',
      '2 xmpp>gateway <message/>',
      '2 gateway>sip MESSAGE',
      '2 sip>gateway 200',
      '1 gateway>sip 202',
    ]);
    expect(told(ladder).map(({ crossing }) => crossing)).toEqual([2, 1]);
  });

  it('changes nothing of what it stands around', () => {
    const { bench } = recorded();
    const alone = new Bench();
    expect(bench.sip(message())).toEqual(alone.sip(message()));
    expect(bench.machine.wakeAt).toBe(alone.gateway.wakeAt);
  });

  it('knows an error stanza by the stanza it is for, and a failure by its context', () => {
    const { bench, recording } = recorded();
    const [first] = stanzas(bench.sip(message()));
    const id = first?.element.attrs['id'] ?? '';
    bench.fate(first?.context, 'sent');
    bench.stanza(
      `<message from='bob@xmpp.test' to='alice@sip.test' type='error' id='${id}'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    const [second] = stanzas(bench.sip(message(), proved(), 't2'));
    bench.fate(second?.context, 'failed', 'unreachable');
    expect(drawn(recording.ladder())).toEqual([
      '1 sip>gateway MESSAGE',
      '1 gateway>xmpp <message/>',
      '1 xmpp>gateway <message type="error"/> item-not-found',
      '1 gateway>sip 604',
      '2 sip>gateway MESSAGE',
      '2 gateway>xmpp <message/>',
      '2 xmpp>gateway unreachable',
      expect.stringMatching(/^2 gateway>sip [45]\d\d$/),
    ]);
    expect(arrows(recording.ladder()).map(({ failed }) => failed)).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  it('gives domains rails of their own where it is asked to', () => {
    const { bench, recording } = recorded({
      railOf: (side, domain) => (domain === 'xmpp.test' ? 'them' : side),
    });
    bench.sip(message());
    expect(drawn(recording.ladder()).at(-1)).toBe('1 gateway>them <message/>');
  });

  it('leaves queries out unless it is asked for them', () => {
    const query =
      "<iq from='bob@xmpp.test/r' to='sip.test' type='get' id='q'><ping xmlns='urn:xmpp:ping'/></iq>";
    for (const queries of [false, true]) {
      const { bench, recording } = recorded({ queries });
      bench.stanza(query);
      expect(arrows(recording.ladder())).toHaveLength(queries ? 2 : 0);
    }
  });

  it('says how the peer was proved, and shows one that was turned away', () => {
    const { bench, recording } = recorded();
    bench.stanza(CHAT);
    expect(arrows(recording.ladder())[0]?.peer).toBe('proved by dialback, with TLS');
    const judgement = {
      accepted: false,
      proved: [],
      certificate: 'CN=fabrikam.test',
      faults: [{ code: 'expired', field: 'validity.notAfter', text: 'It is over.' }],
    };
    const remote = { address: '192.0.2.7', port: 5 };
    bench.feed({ kind: 'sip', event: { kind: 'refused-peer', remote, judgement } });
    expect(drawn(recording.ladder()).at(-1)).toBe(
      '0 sip>gateway certificate not accepted: validity.notAfter',
    );
    expect(whyInRows(told(recording.ladder())[0]?.trace as Told['trace'])).toEqual([
      { name: 'peer', value: 'unknown at 192.0.2.7' },
      { name: 'certificate', value: 'CN=fabrikam.test' },
      { name: 'verdict', value: 'expired (validity.notAfter): It is over.' },
      { name: 'what to do', value: expect.stringContaining('renew') },
    ]);
  });

  it('is quiet once every request has its answer', () => {
    const { bench, recording } = recorded();
    const [stanza] = stanzas(bench.sip(message()));
    expect(recording.isQuiet).toBe(false);
    bench.fate(stanza?.context, 'sent');
    bench.tick(300);
    expect(recording.isQuiet).toBe(true);
  });

  it('begins at a mark, which holds when the oldest has been forgotten', () => {
    const { bench, recording } = recorded({ limits: { steps: 3, open: 2 } });
    bench.stanza(CHAT);
    const { mark } = recording;
    for (let n = 0; n < 5; n += 1) bench.sip(message(), proved(), `t${n}`);
    expect(recording.ladder().steps).toHaveLength(3);
    expect(recording.ladder(mark).steps).toHaveLength(3);
    const after = recording.mark;
    expect(recording.ladder(after).steps).toEqual([]);
    recording.note(1, 'gateway', 'x'.repeat(600));
    expect(recording.ladder(after).steps[0]).toMatchObject({ text: `${'x'.repeat(512)}…` });
  });
});

describe('hiding', () => {
  const SECRETS = ['Authorization: Digest username="alice", response="s3cret"'];
  const PRIVATE = [
    'From: "Alice Liddell" <sip:alice@sip.test>;tag=1',
    'Subject: The merger',
    'X-Project: Manhattan',
    'P-Asserted-Identity: "Alice \\"A\\" Liddell" <sip:alice@sip.test>, <tel:+49301234567>',
  ];

  function whole(options: RecordingOptions): string {
    const { bench, recording } = recorded(options);
    bench.sip(
      message('sip:bob@xmpp.test', 'sip:alice@sip.test', [...SECRETS, ...PRIVATE.slice(1)]),
    );
    bench.stanza(
      "<message from='robert@xmpp.test/desk' to='alice@sip.test' id='m1'><body>The merger is on</body><nick xmlns='http://jabber.org/protocol/nick' of='Manhattan'>Bobby</nick></message>",
    );
    return ladderJsonLines(recording.ladder());
  }

  it('shortens addresses and withholds words, unknown headers and unknown elements by default', () => {
    const text = whole({});
    for (const word of ['merger', 'Manhattan', 'Liddell', 'Bobby', '301234567', 'desk', 's3cret'])
      expect(text).not.toContain(word);
    expect(text).not.toMatch(/alice@|bob@|robert@/);
    expect(text).toContain('sip:b…@xmpp.test');
    expect(text).toContain('<sip:a…@sip.test>, <tel:…>');
    expect(text).toContain('[5 octets of text/plain]');
    expect(text).toContain('<body>[16 characters]</body>');
  });

  it('shows words and addresses where it is asked for them, and credentials never', () => {
    const text = whole(ALL);
    for (const word of ['The merger', 'Manhattan', 'Liddell', 'Bobby', '301234567', 'desk', 'bob@'])
      expect(text).toContain(word);
    expect(text).not.toContain('s3cret');
    expect(text).toContain('Authorization: [withheld]');
  });

  it('shows words without addresses, and addresses without words', () => {
    expect(whole({ words: 'full' })).not.toMatch(/alice@|robert@/);
    expect(whole({ words: 'full' })).toContain('The merger is on');
    expect(whole({ addresses: 'full' })).not.toContain('merger');
    expect(whole({ addresses: 'full' })).toContain('robert@xmpp.test');
  });

  it('takes a time that grows with the length alone, whatever stands in a header', () => {
    const { field } = hidingOf({});
    const long = 300_000;
    const started = performance.now();
    for (const piece of ['a', '"\\"', '@', 'tel:', 'tel:1', ';gr=', '<', '<"', 'a@'])
      for (const name of ['Contact', 'Warning', 'X-Other'])
        field({ name, value: piece.repeat(long / piece.length) });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('cuts what is longer than is kept, and says so', () => {
    const { bench, recording } = recorded({ ...ALL, limits: { wireCharacters: 100 } });
    bench.sip(message());
    expect(arrows(recording.ladder())[0]?.wire?.text).toMatch(/\n\[\d+ characters more\]$/);
  });
});

describe('drawings', () => {
  const HOSTILE = '</bdi><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\u001b[31m"\'`';

  /** No control character gets into a header. */
  const SUBJECT = HOSTILE.replaceAll('\u001b', '');

  function hostile(): Ladder {
    const { bench, recording } = recorded(ALL);
    bench.sip(message('sip:bob@xmpp.test', 'sip:alice@sip.test', [`Subject: ${SUBJECT}`], HOSTILE));
    recording.note(bench.now, 'gateway', `end\n  r0->>r1: forged; #35; ${HOSTILE}`);
    return recording.ladder();
  }

  it('are text with rails and arrows, and why it ended so', () => {
    const lines = ladderText(bothWays(ALL), { gap: 20, margin: 20 }).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '  sip                 gateway             xmpp',
      '  │─ MESSAGE ────────▶│                   │',
      '  │ to sip:bob@xmpp.test                  │',
    ]);
    expect(lines.at(-1)).toMatch(
      /^ {2}why {2}message handed-over · RFC 7572 §5 · policy rule friends · sender proved by certificate · .*300 ms$/,
    );
    expect(headingText([{ id: 'a', lines: ['A', 'of B'] }])).toBe('  A\n  of B');
  });

  it('are text in which nothing of a peer moves a cursor', () => {
    expect(ladderText(hostile())).not.toMatch(/[\u001b\u202e]/);
    expect(ladderText(hostile(), { colour: true }).match(/\u001b\[31mMESSAGE/)).toBeNull();
    expect(ladderText(bothWays(), { colour: true })).toContain('\u001b[36m');
  });

  it('are a diagram of Mermaid, a line for each step and no more', () => {
    const ladder = hostile();
    const lines = ladderMermaid(ladder).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + ladder.rails.length + ladder.steps.length);
    expect(lines[0]).toBe('sequenceDiagram');
    expect(lines).toContain('  r0->>r1: MESSAGE');
    const texts = lines.slice(1).map((line) => line.replace(/^[^:]*?(?:: | as )/, ''));
    for (const text of texts) expect(text.replaceAll(/#\d+;/g, '')).not.toMatch(/[<>;#"\\]/);
  });

  it('are lines of JSON that give the ladder back', () => {
    const ladder = hostile();
    const [rails, ...steps] = ladderJsonLines(ladder)
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(rails).toEqual({ kind: 'rails', rails: ladder.rails });
    expect(steps).toEqual(JSON.parse(JSON.stringify(ladder.steps)));
  });

  it('are a page in which nothing of a peer becomes structure', () => {
    const page = ladderPage({ title: HOSTILE, sections: [{ title: HOSTILE, ladder: hostile() }] });
    expect(page).not.toMatch(/<script|<img|\u202e|\u001b/);
    expect(page).toContain('&#60;script&#62;');
    expect(page).toContain('⟨202E⟩');
  });

  it('are a page that allows its own style by its digest, and nothing else', () => {
    const page = ladderPage({ title: 'One', sections: [{ title: 'Two', ladder: bothWays() }] });
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${digest}';`);
    expect(page).not.toMatch(/\sstyle=|\son\w+=|https?:|url\(|@import/);
  });

  it('are a page on which an arrow holds both sides, the rule, the verdict and the losses', () => {
    const page = ladderPage({
      title: 'One',
      sections: [{ title: 'Two', ladder: bothWays(ALL), verdict: { good: false, text: 'not so' } }],
    });
    const [, panel = ''] = /<div class="panel">([^]*?)<\/details>/.exec(page) ?? [];
    expect(panel).toContain('<h3>SIP: sip → gateway</h3>');
    expect(panel).toContain('<h3>XMPP: gateway → xmpp</h3>');
    expect(panel).toContain('<dt>rule</dt><dd><bdi>RFC 7572 §5</bdi></dd>');
    expect(panel).toContain('<dt>verdict</dt><dd><bdi>policy rule friends</bdi></dd>');
    expect(panel).toMatch(/<dt>lost<\/dt>/);
    expect(page).toContain('<p class="verdict bad">✘ not so</p>');
  });

  it('are refused by name where there are more rails than can stand beside each other', () => {
    const rails = Array.from({ length: 7 }, (_, at) => ({ id: `r${at}`, lines: [`r${at}`] }));
    const draw = (): string =>
      ladderPage({ title: '', sections: [{ title: '', ladder: { rails, steps: [] } }] });
    expect(draw).toThrow(MisuseError);
  });
});
