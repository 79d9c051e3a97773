// What the clients of Microsoft's servers say in a session, as lines of a SIPp scenario, with people and values of our own.
// `[...]` is SIPp's to fill in: `[$to]` and the like are kept by the checks of `sipp.ts`.
import { AMY, ROMEO } from './lync-stage.ts';
import { type Check, literal, sends, sendsOnce, type Step, takes } from './sipp.ts';

/** Her device: a Contact that is no place. */
export const GRUU = `sip:${AMY};opaque=user:epid:Qk3xT0vYd1uHs5LwPz7eRgAA;gruu`;
const EPID = 'epid=5c20b77e1a';

/** From and To of what she sends. */
export interface Sides {
  readonly from: string;
  readonly to: string;
}
/** Of a session that she has opened. */
export const AS_CALLER: Sides = {
  from: `"Amy A."<sip:${AMY}>;tag=[pid]a[call_number];${EPID}`,
  to: '[$to]',
};
/** Of a session that she was called in. */
export const AS_CALLED: Sides = { from: `[$from];tag=[pid]b[call_number];${EPID}`, to: '[$to]' };

/** The head of a request. */
export function head(
  method: string,
  uri: string,
  cseq: number,
  { from, to }: Sides,
): readonly string[] {
  return [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];branched=FALSE;ms-internal-info="dQx0_opaque_AA"',
    'Max-Forwards: 67',
    `From: ${from}`,
    `To: ${to}`,
    'Call-ID: [call_id]',
    `CSeq: ${cseq} ${method}`,
  ];
}

/** A description of a session in text. */
export function description(media = 'message', fmt = 'null'): string {
  return [
    'v=0',
    'o=- 0 0 IN IP4 192.0.2.77',
    's=session',
    'c=IN IP4 192.0.2.77',
    't=0 0',
    `m=${media} 5060 sip ${fmt}`,
    'a=accept-types:text/plain multipart/alternative image/gif text/html text/x-msmsgsinvite',
    '',
  ].join('\n');
}

/** An INVITE of hers. */
export function invite(headers: readonly string[], offer = description()): Step {
  const lines = head('INVITE', `sip:${ROMEO}`, 1, { ...AS_CALLER, to: `<sip:${ROMEO}>` });
  const contact = `Contact: <${GRUU}>`;
  return sends([...lines, contact, ...headers, 'Content-Type: application/sdp'], offer);
}

/** What is kept of the answer to it. */
export const OUR_PLACE: readonly Check[] = [
  { in: 'To', like: '.*', into: 'to' },
  { in: 'Contact', like: 'sip:[^>]*', into: 'target' },
];

/** What is kept of an INVITE of ours. */
export const OUR_CALL: readonly Check[] = [
  { in: 'From', like: '.*', into: 'to' },
  { in: 'To', like: '.*', into: 'from' },
  { in: 'Contact', like: 'sip:[^>]*', into: 'target' },
];

export function ack(sides: Sides = AS_CALLER): Step {
  return sendsOnce(head('ACK', '[$target]', 1, sides));
}

/** The ACK to a refusal of her INVITE: of the same transaction. */
export function ackOfRefusal(): Step {
  const lines = head('ACK', `sip:${ROMEO}`, 1, AS_CALLER);
  return sendsOnce(lines.map((line) => line.replace('[branch]', '[branch-3]')));
}

/** A request within a session, and the answer that it gets. */
export function within(
  method: string,
  cseq: number,
  what: { readonly sides?: Sides; readonly type?: string; readonly body?: string } = {},
  status = 200,
  ...checks: readonly Check[]
): readonly Step[] {
  const { sides = AS_CALLER, type, body } = what;
  const typed = type === undefined ? [] : [`Content-Type: ${type}`];
  return [
    sends([...head(method, '[$target]', cseq, sides), ...typed], body),
    takes(status, ...checks),
  ];
}

/** Text within a session. */
export function says(text: string, cseq: number, sides: Sides = AS_CALLER): readonly Step[] {
  return within('MESSAGE', cseq, { sides, type: 'text/plain; charset=UTF-8', body: text });
}

/** Her answer to the last request, which has her tag in To by then. */
export function answers(status: string, headers: readonly string[] = []): Step {
  return sendsOnce([`SIP/2.0 ${status}`, ...COPIED, '[last_To:]', ...headers]);
}

/** Her answer to an INVITE. */
export function answersInvite(
  status: string,
  headers: readonly string[] = [],
  body?: string,
): Step {
  const lines = [`SIP/2.0 ${status}`, ...COPIED, `[last_To:];tag=[pid]b[call_number];${EPID}`];
  const typed = body === undefined ? [] : ['Content-Type: application/sdp'];
  const isFinal = !status.startsWith('1');
  return (isFinal ? sends : sendsOnce)([...lines, ...headers, ...typed], body);
}

/** She takes it: with her device as Contact. */
export function accepts(headers: readonly string[] = []): Step {
  const contact = `Contact: <${GRUU}>`;
  return answersInvite('200 OK', [contact, ...headers], description('message', `sip:${AMY}`));
}

/** That the message has this text and no more. */
export function text(said: string): Check {
  return { like: `[[:space:]]${literal(said)}$` };
}

const COPIED = ['[last_Via:]', '[last_From:]', '[last_Call-ID:]', '[last_CSeq:]'];

/** Base64 of UTF-8. */
export function base64(said: string): string {
  return Buffer.from(said).toString('base64');
}
