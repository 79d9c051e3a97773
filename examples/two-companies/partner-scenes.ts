// The scenes of SIP partners: another company, one whose records are wrong, and a public provider. What stands on the ladder
// was read where it arrived.
import { type IncomingRequest, writeUri } from '@interwork/sip';
import type { Line } from './ladder.ts';
import { ADATUM, LITWARE, TAILSPIN } from './outside.ts';
import type { Scene, Shown } from './scene.ts';
import { CONTOSO, type SipCompany, type Stage } from './stage.ts';

const ALICE = `alice@${CONTOSO}`;
const BOB = `bob@${CONTOSO}`;
const DAVE = `dave@${LITWARE.domain}`;
const ERIN = `erin@${ADATUM}`;
/** As the provider writes her. */
const ERIN_THERE = `erin(${ADATUM})`;

/** A message that is to go from one side to the other. */
interface Crossing {
  readonly way: 'out' | 'in';
  readonly by: SipCompany;
  /** Where and with whom it comes out, and what of it is worth reading there. */
  readonly at: SipCompany;
  readonly inbox: string;
  readonly reads: (request: IncomingRequest) => string;
  readonly message: readonly [from: string, to: string, text: string];
}

/** From us to Litware, and to the provider: where it comes out, and what is read there. */
const toDave = ({ contoso: by, litware: at }: Stage): Omit<Crossing, 'message'> => ({
  way: 'out',
  by,
  at,
  inbox: 'dave',
  reads: uriOf,
});
const toErin = ({ contoso: by, cloud: at }: Stage): Omit<Crossing, 'message'> => ({
  way: 'out',
  by,
  at,
  inbox: ERIN_THERE,
  reads: uriOf,
});

/** Has it sent, and shows how far it came. */
async function carry({ watch }: Stage, crossing: Crossing): Promise<Omit<Shown, 'said'>> {
  const { way, by, at, inbox, reads, message } = crossing;
  const since = watch.traces.length;
  const before = at.people.inbox(inbox).length;
  const answer = await by.send(...message);
  const trace = await watch.crossing(since);
  const received = at.people.inbox(inbox)[before];
  const [from, to] = way === 'out' ? (['sip', 'partner'] as const) : (['partner', 'sip'] as const);
  const [near, far] = way === 'out' ? (['sip', 'gateway'] as const) : (['gateway', 'sip'] as const);
  const lines: Line[] = [
    { kind: 'arrow', from, to: 'gateway', text: 'MESSAGE' },
    { kind: 'note', at: near, text: `to sip:${message[1]}` },
  ];
  if (received !== undefined)
    lines.push(
      { kind: 'arrow', from: 'gateway', to, text: 'MESSAGE' },
      { kind: 'note', at: far, text: reads(received.request) },
      { kind: 'arrow', from: to, to: 'gateway', text: '200' },
    );
  const failed = answer !== 200;
  lines.push({ kind: 'arrow', from: 'gateway', to: from, text: String(answer), failed });
  return { lines, traces: [trace], expected: !failed && received?.text === message[2] };
}

const uriOf = (request: IncomingRequest): string => `to ${writeUri(request.uri)}`;
const trustOf = ({ request }: IncomingRequest): string =>
  request.headers.fields().find(({ name }) => /^ms-edge-proxy/i.test(name))?.value ?? '';

/** Other companies that speak SIP. */
export const PARTNER_SCENES: readonly Scene[] = [
  {
    title: 'A message to another SIP company, found by its SRV record',
    async play(stage) {
      const shown = await carry(stage, { ...toDave(stage), message: [ALICE, DAVE, 'Lunch?'] });
      return { ...shown, said: `its certificate carries ${LITWARE.server}, as its record says` };
    },
  },
  {
    title: 'Its answer, and what our own server is told of who it is from',
    async play(stage) {
      const { contoso: at, litware: by } = stage;
      const message = [DAVE, ALICE, 'At noon'] as const;
      const shown = await carry(stage, {
        way: 'in',
        by,
        at,
        inbox: 'alice',
        reads: trustOf,
        message,
      });
      return { ...shown, said: 'its own record was looked up before anything of it was let in' };
    },
  },
  {
    title: 'A company whose SRV record leads to somebody else’s server',
    async play(stage) {
      const shown = await carry(stage, {
        ...toDave(stage),
        message: [ALICE, `frank@${TAILSPIN}`, 'Hello?'],
      });
      const [trace] = shown.traces;
      const number = trace?.kind === 'crossing' ? trace.diagnostics : undefined;
      return {
        ...shown,
        expected: number === 1009,
        said: `nothing was sent; Alice’s server is told ${number}, outsiders would not be`,
      };
    },
  },
  {
    title: 'A public provider, whose users have addresses of its own kind',
    async play(stage) {
      const shown = await carry(stage, {
        ...toErin(stage),
        message: [ALICE, ERIN, 'Hello from the office'],
      });
      return { ...shown, said: `${ADATUM} is at the provider: its record leads to it` };
    },
  },
  {
    title: 'A user whose policy has no public providers',
    async play(stage) {
      const shown = await carry(stage, { ...toErin(stage), message: [BOB, ERIN, 'And me?'] });
      const [trace] = shown.traces;
      const isRefused = trace?.kind === 'crossing' && trace.diagnostics === 1001;
      return { ...shown, expected: isRefused, said: 'Alice may, Bob may not: users have policies' };
    },
  },
];
