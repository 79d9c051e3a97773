// The scenes of messages: two that arrive, and three that do not.
import type { IssueOptions } from '@interwork/certs/testing';
import { record } from './recording.ts';
import type { Scene } from './scene.ts';
import { CONTOSO, GTALK, SPAM } from './stage.ts';

const ALICE = `alice@${CONTOSO}`;
const CALL = 'a-conversation@contoso.example';
const WORDS = 'Tous pour un ✔ 一人はみんなのために';
const REPLY = 'Un pour tous !';

/** There, back, and nobody there. */
export const MESSAGE_SCENES: readonly Scene[] = [
  {
    title: 'A message from SIP to XMPP, in Unicode, to an address that must be escaped',
    async play(stage) {
      const { contoso, gtalk, watch } = stage;
      const { end } = record(stage);
      const since = watch.traces.length;
      const to = `d'artagnan@${GTALK}`;
      const answer = await contoso.send(ALICE, to, WORDS, { callId: CALL });
      const trace = await watch.crossing(since);
      const received = gtalk.people.inbox('d\\27artagnan')[0];
      return end(
        answer === 202 && received?.text === WORDS && trace.outcome === 'handed-over',
        `202: handed over to ${GTALK} on a proved link`,
      );
    },
  },
  {
    title: 'The reply from XMPP to SIP, in the same thread',
    async play(stage) {
      const { contoso, gtalk, watch } = stage;
      const { end } = record(stage);
      const since = watch.traces.length;
      const thread = gtalk.people.inbox('d\\27artagnan')[0]?.message.thread;
      gtalk.send(`d\\27artagnan@${GTALK}/phone`, ALICE, REPLY, thread);
      const trace = await watch.crossing(since);
      const received = contoso.people.inbox('alice')[0];
      const isSame = received?.text === REPLY && received.request.callId === CALL;
      return end(
        isSame && trace.proof === 'dialback',
        `${GTALK} was proved by dialback; the thread is the Call-ID`,
      );
    },
  },
  {
    title: 'A recipient who is offline: the sender is told',
    async play(stage) {
      const { contoso, watch } = stage;
      const { end } = record(stage);
      const since = watch.traces.length;
      const answer = await contoso.send(ALICE, `porthos@${GTALK}`, 'Are you there?');
      const trace = await watch.crossing(since);
      return end(
        answer === 480 && trace.outcome === 'failed',
        'the stanza error became 480 Temporarily Unavailable',
      );
    },
  },
];

/** Certificates that keep a company out, and the field that each is refused by. */
const REFUSED_CERTIFICATES: readonly (readonly [
  title: string,
  as: NonNullable<IssueOptions['as']>,
  field: string,
])[] = [
  ['A SIP company whose certificate has expired', 'expired', 'validity.notAfter'],
  ['One whose certificate is for e-mail', 'email-only', 'extKeyUsage'],
  ['One whose chain has our authority’s name and another key', 'forged-chain', 'issuer'],
  ['One whose certificate is not valid yet', 'not-yet-valid', 'validity.notBefore'],
];

/** Who does not get in. */
export const REFUSAL_SCENES: readonly Scene[] = [
  {
    title: 'A domain that policy forbids',
    async play(stage) {
      const { spam, contoso, watch } = stage;
      const { end } = record(stage);
      const since = watch.traces.length;
      const offer = 'Buy now!';
      spam.send(`mallory@${SPAM}`, ALICE, offer);
      const trace = await watch.crossing(since);
      const error = await watch.until(() => spam.people.errors('mallory')[0]);
      const isRefused = error.error?.condition === 'policy-violation' && trace.by[0] === 'no-spam';
      return end(
        isRefused && !contoso.people.texts('alice').includes(offer),
        `rule ${trace.by.join(', ')} refused it; Alice saw nothing of it`,
      );
    },
  },
  ...REFUSED_CERTIFICATES.map(([title, as, field]) => refusedFor(title, as, field)),
];

/** A company that is refused for its certificate. */
function refusedFor(title: string, as: NonNullable<IssueOptions['as']>, field: string): Scene {
  return {
    title,
    async play(stage) {
      const { stranger, watch } = stage;
      const { end } = record(stage);
      const since = watch.traces.length;
      const fabrikam = await stranger('fabrikam.example', { as, dns: ['fabrikam.example'] });
      const answer = await fabrikam.send('eve@fabrikam.example', `carol@${GTALK}`, 'Let me in');
      const trace = await watch.refusedPeer(since);
      await fabrikam.close();
      const [fault] = trace.faults;
      return end(
        typeof answer === 'string' && fault?.field === field,
        `refused by ${fault?.field ?? 'nothing'}, before a single request was read`,
      );
    },
  };
}
