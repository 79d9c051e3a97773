// RFC 6120 §13.12 on one stream: what a stranger may have us do before anybody is proved.
import { describe, expect, test } from 'vitest';
import { DEFAULT_STREAM_LIMITS, DEFAULT_STREAM_TIMERS, type Judge } from '@interwork/xmpp';
import { testJudge } from './net.ts';
import { initiator, type Kit, type KitOptions, OURS, receiver, THEIRS, XML } from './stream-kit.ts';

const claim = (from: string): string =>
  `<db:result from='${from}' to='capulet.example'>abc</db:result>`;

const strangers = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => claim(`d${i}.example`));

/** A stream under TLS whose judge counts what it is asked. */
function judgedBy(judge: Judge, certificate: string): { kit: Kit; asked: string[] } {
  const asked: string[] = [];
  const counting: Judge = (presented, role, reference) => {
    asked.push(reference ?? '');
    return judge(presented, role, reference);
  };
  const options: KitOptions = { certificate, surroundings: { judge: counting } };
  return { kit: receiver(options, true).secure().hear(XML.open), asked };
}

describe('RFC 6120 §13.12, §13.7.2.2 judging before anybody is proved', () => {
  test('a chain that does not hold is judged once, whatever is claimed', () => {
    const { kit, asked } = judgedBy(testJudge, '!evil.example');
    kit.hear(...strangers(10), XML.dbRequest);
    expect(asked).toEqual(['montague.example']);
    expect(kit.kinds.filter((kind) => kind === 'refused-peer')).toHaveLength(1);
    expect(kit.kinds.filter((kind) => kind === 'claim')).toHaveLength(11);
  });

  test('a chain that holds is judged for each name, and told of once', () => {
    const { kit, asked } = judgedBy(testJudge, 'd3.example,d4.example');
    kit.hear(...strangers(5));
    expect(asked).toHaveLength(6);
    expect(kit.kinds.filter((kind) => kind === 'refused-peer')).toHaveLength(1);
    expect(kit.outputs.flatMap((out) => (out.kind === 'proved' ? [out.from.ascii] : []))).toEqual([
      'd3.example',
      'd4.example',
    ]);
  });

  test('each reason is told of once', () => {
    const judge: Judge = (presented, role, reference) =>
      reference === 'd1.example'
        ? {
            accepted: false,
            proved: [],
            certificate: 'x',
            faults: [{ code: 'expired', field: 'notAfter', text: 'It has expired.' }],
          }
        : testJudge(presented, role, reference);
    const { kit } = judgedBy(judge, 'other.example');
    kit.hear(...strangers(5));
    const codes = kit.outputs.flatMap((out) =>
      out.kind === 'refused-peer' ? [out.judgement.faults[0]?.code] : [],
    );
    expect(codes).toEqual(['name-mismatch', 'expired']);
  });

  test('claims before the first proof are bounded in all, not only those that wait', () => {
    const { claims } = DEFAULT_STREAM_LIMITS;
    const { kit, asked } = judgedBy(testJudge, 'other.example');
    const verdict = { type: 'error', condition: 'remote-server-not-found' } as const;
    for (const text of strangers(100)) {
      kit.hear(text);
      const made = kit.outputs.at(-1);
      if (made?.kind !== 'claim') continue;
      const { from, to, id } = made.request;
      kit.give({ kind: 'verdict', from: to, to: from, id, verdict });
    }
    expect(kit.kinds.filter((kind) => kind === 'claim')).toHaveLength(claims);
    expect(asked).toHaveLength(claims + 1);
    expect(kit.said).toContain('<resource-constraint ');
    expect(kit.stream.state).toBe('negotiating');
  });

  test('a proof lifts that bound; the bound of pairs stays', () => {
    const { claims, pairs } = DEFAULT_STREAM_LIMITS;
    const { kit } = judgedBy(testJudge, 'd0.example');
    kit.hear(...strangers(pairs + 10));
    expect(kit.kinds.filter((kind) => kind === 'claim')).toHaveLength(pairs - 1);
    expect(pairs).toBeGreaterThan(claims);
  });
});

describe('RFC 6120 §13.7.2, §13.9 a host that throws', () => {
  const slip = (): never => {
    throw new Error('a slip of the host');
  };

  test('a judge that throws has not accepted', () => {
    const kit = receiver({ surroundings: { judge: slip } }, true)
      .secure()
      .hear(XML.open);
    expect(kit.said).not.toContain('<mechanism>');
    expect(kit.find('refused-peer')?.judgement).toMatchObject({
      accepted: false,
      faults: [{ code: 'judge-failed' }],
    });
    expect(initiator({ surroundings: { judge: slip } }, true).secure().stream.isCertified).toBe(
      false,
    );
  });

  test('§4.9.3.6 a domain of which the host throws is not served', () => {
    const kit = receiver({ surroundings: { hosts: slip } }).hear(XML.open);
    expect(kit.faults).toEqual(['host-unknown']);
  });

  test('rules that throw exclude dialback and the clear', () => {
    const kit = receiver({ surroundings: { rules: slip } }).hear(XML.open);
    expect(kit.said).toContain('<required/>');
    expect(kit.said).not.toContain('urn:xmpp:features:dialback');
    const called = initiator({ surroundings: { rules: slip } }).give({ kind: 'prove' });
    expect(called.hear(XML.open, XML.features).find('ended')).toMatchObject({ reason: 'policy' });
  });
});

describe('RFC 6120 §4.4 a stream that is closing closes', () => {
  const { closing } = DEFAULT_STREAM_TIMERS;
  const verdict = {
    kind: 'verdict',
    from: THEIRS,
    to: OURS,
    id: 'id1',
    verdict: { type: 'valid' },
  } as const;

  test('a verdict that comes late proves nobody, and opens nothing again', () => {
    const kit = receiver({ certificate: '' }).hear(XML.open, XML.dbRequest).give({ kind: 'close' });
    const { said } = kit;
    kit.give(verdict);
    expect(kit.stream.state).toBe('closing');
    expect(kit.stream.isProved).toBe(false);
    expect(kit.said).toBe(said);
    expect(kit.pass(closing).stream.state).toBe('closed');
  });

  const halfway = [
    { id: 'a header', kit: () => initiator(), late: XML.open + XML.features },
    { id: 'features', kit: () => initiator().hear(XML.open), late: XML.features },
    {
      id: 'an answer about TLS',
      kit: () => initiator().hear(XML.open, XML.featuresTls),
      late: XML.proceed,
    },
    {
      id: 'an answer about EXTERNAL',
      kit: () => initiator({}, true).secure().hear(XML.open, XML.featuresExternal),
      late: XML.success,
    },
    { id: 'a request for TLS', kit: () => receiver().hear(XML.open), late: XML.starttls },
    {
      id: 'a request for EXTERNAL',
      kit: () => receiver({}, true).secure().hear(XML.open),
      late: XML.auth,
    },
  ];
  for (const { id, kit: make, late } of halfway)
    test(`closed halfway, ${id} that was on its way is no fault`, () => {
      const kit = make().give({ kind: 'close' });
      const { said } = kit;
      kit.hear(late);
      expect([kit.faults, kit.said, kit.stream.state]).toEqual([[], said, 'closing']);
      expect(kit.hear(XML.close).stream.state).toBe('closed');
    });

  test('what a proved peer still says does not put the end off', () => {
    const kit = receiver({ certificate: '' }).hear(XML.open, XML.dbRequest).give(verdict);
    kit.give({ kind: 'close' }).pass(closing - 1);
    expect(kit.hear(' ', XML.stanza).find('stanza')).toBeDefined();
    expect(kit.stream.wakeAt).toBe(closing);
    expect(kit.pass(1).stream.state).toBe('closed');
  });

  test('in an open stream each octet puts the silence off', () => {
    const kit = receiver({ certificate: '' }).hear(XML.open, XML.dbRequest).give(verdict);
    kit.pass(1_000).hear(' ');
    expect(kit.stream.wakeAt).toBe(1_000 + DEFAULT_STREAM_TIMERS.silence);
  });
});
