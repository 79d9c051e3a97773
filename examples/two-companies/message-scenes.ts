// The scenes of messages: two that arrive, and three that do not.
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
    async play({ contoso, gtalk, watch }) {
      const since = watch.traces.length;
      const to = `d'artagnan@${GTALK}`;
      const answer = await contoso.send(ALICE, to, WORDS, { callId: CALL });
      const trace = await watch.crossing(since);
      const received = gtalk.people.inbox('d\\27artagnan')[0];
      return {
        lines: [
          { kind: 'arrow', from: 'sip', to: 'gateway', text: 'MESSAGE' },
          { kind: 'note', at: 'sip', text: `to sip:${to}` },
          { kind: 'note', at: 'sip', text: `"${WORDS}"` },
          { kind: 'arrow', from: 'gateway', to: 'xmpp', text: '<message/>' },
          { kind: 'note', at: 'gateway', text: `to ${received?.message.to?.bare ?? ''}` },
          { kind: 'note', at: 'gateway', text: `"${received?.text ?? ''}"` },
          { kind: 'arrow', from: 'gateway', to: 'sip', text: String(answer) },
        ],
        traces: [trace],
        expected: answer === 202 && received?.text === WORDS && trace.outcome === 'handed-over',
        said: `202: handed over to ${GTALK} on a proved link`,
      };
    },
  },
  {
    title: 'The reply from XMPP to SIP, in the same thread',
    async play({ contoso, gtalk, watch }) {
      const since = watch.traces.length;
      const thread = gtalk.people.inbox('d\\27artagnan')[0]?.message.thread;
      gtalk.send(`d\\27artagnan@${GTALK}/phone`, ALICE, REPLY, thread);
      const trace = await watch.crossing(since);
      const received = contoso.people.inbox('alice')[0];
      return {
        lines: [
          { kind: 'arrow', from: 'xmpp', to: 'gateway', text: '<message/>' },
          { kind: 'note', at: 'gateway', text: `thread ${thread ?? ''}` },
          { kind: 'note', at: 'gateway', text: `"${REPLY}"` },
          { kind: 'arrow', from: 'gateway', to: 'sip', text: 'MESSAGE' },
          { kind: 'note', at: 'sip', text: `Call-ID ${received?.request.callId ?? ''}` },
          { kind: 'note', at: 'sip', text: `"${received?.text ?? ''}"` },
          { kind: 'arrow', from: 'sip', to: 'gateway', text: trace.answer ?? '' },
        ],
        traces: [trace],
        expected:
          received?.text === REPLY &&
          received.request.callId === CALL &&
          trace.proof === 'dialback',
        said: `${GTALK} was proved by dialback; the thread is the Call-ID`,
      };
    },
  },
  {
    title: 'A recipient who is offline: the sender is told',
    async play({ contoso, watch }) {
      const since = watch.traces.length;
      const answer = await contoso.send(ALICE, `porthos@${GTALK}`, 'Are you there?');
      const trace = await watch.crossing(since);
      return {
        lines: [
          { kind: 'arrow', from: 'sip', to: 'gateway', text: `MESSAGE sip:porthos@${GTALK}` },
          { kind: 'arrow', from: 'gateway', to: 'xmpp', text: '<message/>' },
          {
            kind: 'arrow',
            from: 'xmpp',
            to: 'gateway',
            text: `<error><${trace.reasons[0] ?? ''}/>`,
            failed: true,
          },
          { kind: 'arrow', from: 'gateway', to: 'sip', text: String(answer), failed: true },
        ],
        traces: [trace],
        expected: answer === 480 && trace.outcome === 'failed',
        said: 'the stanza error became 480 Temporarily Unavailable',
      };
    },
  },
];

/** Who does not get in. */
export const REFUSAL_SCENES: readonly Scene[] = [
  {
    title: 'A domain that policy forbids',
    async play({ spam, contoso, watch }) {
      const since = watch.traces.length;
      const offer = 'Buy now!';
      spam.send(`mallory@${SPAM}`, ALICE, offer);
      const trace = await watch.crossing(since);
      const error = await watch.until(() => spam.people.errors('mallory')[0]);
      return {
        lines: [
          { kind: 'arrow', from: 'xmpp', to: 'gateway', text: '<message/>' },
          { kind: 'note', at: 'gateway', text: `from mallory@${SPAM}` },
          {
            kind: 'arrow',
            from: 'gateway',
            to: 'xmpp',
            text: `<error><${error.error?.condition ?? ''}/>`,
            failed: true,
          },
        ],
        traces: [trace],
        expected:
          error.error?.condition === 'policy-violation' &&
          trace.by[0] === 'no-spam' &&
          !contoso.people.texts('alice').includes(offer),
        said: `rule ${trace.by.join(', ')} refused it; Alice saw nothing of it`,
      };
    },
  },
  {
    title: 'A SIP company whose certificate has expired',
    async play({ stranger, watch }) {
      const since = watch.traces.length;
      const fabrikam = await stranger('fabrikam.example', {
        as: 'expired',
        dns: ['fabrikam.example'],
      });
      const answer = await fabrikam.send('eve@fabrikam.example', `carol@${GTALK}`, 'Let me in');
      const trace = await watch.refusedPeer(since);
      await fabrikam.close();
      return {
        lines: [
          { kind: 'arrow', from: 'sip', to: 'gateway', text: 'TLS handshake as fabrikam.example' },
          { kind: 'arrow', from: 'gateway', to: 'sip', text: 'connection closed', failed: true },
        ],
        traces: [trace],
        expected: typeof answer === 'string' && trace.faults[0]?.field === 'validity.notAfter',
        said: `refused by ${trace.faults[0]?.field ?? 'nothing'}, before a single request was read`,
      };
    },
  },
];
