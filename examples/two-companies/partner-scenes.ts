// The scenes of SIP partners: another company, one whose records are wrong, and a public provider. What stands on the ladder
// was read where it arrived.
import type { CrossingTrace } from '@interwork/core';
import type { IncomingRequest } from '@interwork/sip';
import { ADATUM, LITWARE, TAILSPIN } from './outside.ts';
import { type OneScene, record } from './recording.ts';
import type { Scene } from './scene.ts';
import { CONTOSO, type SipCompany, type Stage } from './stage.ts';

const ALICE = `alice@${CONTOSO}`;
const BOB = `bob@${CONTOSO}`;
const DAVE = `dave@${LITWARE.domain}`;
const ERIN = `erin@${ADATUM}`;
/** As the provider writes her. */
const ERIN_THERE = `erin(${ADATUM})`;

/** A message that is to go from one company to the other. */
interface Crossing {
  readonly by: SipCompany;
  /** Where and with whom it comes out. */
  readonly at: SipCompany;
  readonly inbox: string;
  readonly message: readonly [from: string, to: string, text: string];
}

/** From us to Litware, and to the provider: where it comes out. */
const toDave = ({ contoso: by, litware: at }: Stage): Omit<Crossing, 'message'> => ({
  by,
  at,
  inbox: 'dave',
});
const toErin = ({ contoso: by, cloud: at }: Stage): Omit<Crossing, 'message'> => ({
  by,
  at,
  inbox: ERIN_THERE,
});

/** Has it sent, and shows how far it came. */
async function carry(stage: Stage, crossing: Crossing): Promise<Carried> {
  const { by, at, inbox, message } = crossing;
  const { end, note } = record(stage);
  const since = stage.watch.traces.length;
  const before = at.people.inbox(inbox).length;
  const answer = await by.send(...message);
  const trace = await stage.watch.crossing(since);
  const received = at.people.inbox(inbox)[before];
  if (received !== undefined && at === stage.contoso) note('sip', trustOf(received.request));
  return { trace, isThere: answer === 200 && received?.text === message[2], end };
}

interface Carried {
  readonly trace: CrossingTrace;
  readonly isThere: boolean;
  readonly end: OneScene['end'];
}

const trustOf = ({ request }: IncomingRequest): string =>
  request.headers.fields().find(({ name }) => /^ms-edge-proxy/i.test(name))?.value ?? '';

/** Other companies that speak SIP. */
export const PARTNER_SCENES: readonly Scene[] = [
  {
    title: 'A message to another SIP company, found by its SRV record',
    async play(stage) {
      const { end, isThere } = await carry(stage, {
        ...toDave(stage),
        message: [ALICE, DAVE, 'Lunch?'],
      });
      return end(isThere, `its certificate carries ${LITWARE.server}, as its record says`);
    },
  },
  {
    title: 'Its answer, and what our own server is told of who it is from',
    async play(stage) {
      const { contoso: at, litware: by } = stage;
      const message = [DAVE, ALICE, 'At noon'] as const;
      const { end, isThere } = await carry(stage, { by, at, inbox: 'alice', message });
      return end(
        isThere,
        'its certificate is for servers alone, and does; its record was looked up before it was let in',
      );
    },
  },
  {
    title: 'A company whose SRV record leads to somebody else’s server',
    async play(stage) {
      const { end, trace } = await carry(stage, {
        ...toDave(stage),
        message: [ALICE, `frank@${TAILSPIN}`, 'Hello?'],
      });
      const number = trace.diagnostics;
      return end(
        number === 1009,
        `nothing was sent; Alice’s server is told ${number}, outsiders would not be`,
      );
    },
  },
  {
    title: 'A public provider, whose users have addresses of its own kind',
    async play(stage) {
      const { end, isThere } = await carry(stage, {
        ...toErin(stage),
        message: [ALICE, ERIN, 'Hello from the office'],
      });
      return end(isThere, `${ADATUM} is at the provider: its record leads to it`);
    },
  },
  {
    title: 'A user whose policy has no public providers',
    async play(stage) {
      const { end, trace } = await carry(stage, {
        ...toErin(stage),
        message: [BOB, ERIN, 'And me?'],
      });
      return end(trace.diagnostics === 1001, 'Alice may, Bob may not: users have policies');
    },
  },
];
