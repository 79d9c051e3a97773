// What to do about a code: every refusal has a line, misuse carries its own, and a ladder shows it.
import { type Gateway, MisuseError, remedyOf } from '@interwork/core';
import { ladderPage, Recording, whyInRows } from '@interwork/core/ladder';
import { MisuseError as SipMisuse, remedyOf as ofSip } from '@interwork/sip';
import { remedyOf as ofXmpp } from '@interwork/xmpp';
import { remedyOf as ofCertificate } from '@interwork/certs';
import { remedyOf as ofPolicy } from '@interwork/policy';
import { expect, it } from 'vitest';
import { Bench, message } from './gateway-bench.ts';

it.each([
  [remedyOf, 'policy', /explain/],
  [remedyOf, 'host-failed', /onCrossing/],
  [ofSip, 'scheme', /schemes/],
  [ofXmpp, 'not-authorized', /certificate-doctor/],
  [ofCertificate, 'expired', /clocks/],
  [ofPolicy, 'bad-policy', /document/],
])('%o knows what to do about %s', (remedy, code, said) => {
  expect(remedy(code)).toMatch(said);
  expect(remedy('constructor')).toBeUndefined();
});

it('misuse carries what to do about it', () => {
  const make = (): Gateway => new Bench({ secret: 'short' }).gateway;
  expect(make).toThrow(MisuseError);
  expect(make).toThrow(
    expect.objectContaining({ code: 'short-secret', remedy: remedyOf('short-secret') }),
  );
  expect(new SipMisuse('never-heard-of', 'x').remedy).toBe('Do as the message says.');
});

it('a ladder shows what to do about a refusal, a fault and a certificate', () => {
  const bench = new Bench();
  const recording = new Recording();
  bench.machine = recording.over(bench.gateway);
  bench.sip(message('sip:x@spam.test'));
  const faults = [{ code: 'expired', field: 'validity.notAfter', text: 'It is over.' }];
  const judgement = { accepted: false, proved: [], certificate: 'CN=x', faults };
  const remote = { address: '192.0.2.7', port: 5 };
  bench.feed({ kind: 'sip', event: { kind: 'refused-peer', remote, judgement } });
  const fault = { kind: 'fault', code: 'scheme', spec: 'x', text: 'x', answer: undefined } as const;
  bench.feed({ kind: 'sip', event: { kind: 'fault', fault, flow: undefined } });
  const advice = recording
    .ladder()
    .steps.flatMap((step) =>
      step.kind === 'told' ? whyInRows(step.trace).filter(({ name }) => name === 'what to do') : [],
    );
  expect(advice.map(({ value }) => value)).toEqual([
    remedyOf('policy'),
    ofCertificate('expired'),
    ofSip('scheme'),
  ]);
  expect(
    ladderPage({ title: '', sections: [{ title: '', ladder: recording.ladder() }] }),
  ).toContain('<dt>what to do</dt>');
});
