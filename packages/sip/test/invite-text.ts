// INVITE, ACK and CANCEL as a peer would write them, and endpoints that take INVITE.
import type { SipEndpointOptions, SipOutput } from '@interwork/sip';
import { message, messageIn } from './message-text.ts';
import { only, sends, Table } from './one-endpoint.ts';

/** An endpoint that takes INVITE. */
export function inviteTable(options: Partial<SipEndpointOptions> = {}): Table {
  return new Table({
    methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'MESSAGE', 'OPTIONS'],
    ...options,
  });
}

export interface Call {
  readonly branch?: string;
  readonly transport?: 'UDP' | 'TCP' | 'TLS';
  readonly callId?: string;
  readonly toTag?: string;
  readonly cseq?: number;
  readonly more?: readonly string[];
}

const SDP = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n';

/** A request of the peer's within a call. */
export function within(method: string, call: Call = {}, body = ''): Uint8Array {
  const { branch = 'z9hG4bKi1', transport = 'UDP', callId = 'call-1@a.example' } = call;
  const { toTag, cseq = 1, more = [] } = call;
  return message(
    [
      `${method} sip:bob@b.example SIP/2.0`,
      `Via: SIP/2.0/${transport} ua.a.example:5060;branch=${branch};rport`,
      'Max-Forwards: 70',
      'From: "Ann" <sip:ann@a.example>;tag=f1',
      `To: <sip:bob@b.example>${toTag === undefined ? '' : `;tag=${toTag}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...more,
      `Content-Length: ${body.length}`,
    ],
    body,
  );
}

export const invite = (call: Call = {}): Uint8Array =>
  within(
    'INVITE',
    {
      ...call,
      more: ['Contact: <sip:ann@192.0.2.1>', 'Content-Type: application/sdp', ...(call.more ?? [])],
    },
    SDP,
  );

export const ack = (call: Call = {}): Uint8Array => within('ACK', call);
export const cancel = (call: Call = {}): Uint8Array => within('CANCEL', call);

/** The id of the one `request` event among outputs. */
export function idIn(outputs: readonly SipOutput[]): string {
  const [event] = only(outputs, 'request');
  if (event === undefined) throw new Error('no request');
  return event.id;
}

/** First lines of what was sent. */
export function starts(outputs: readonly SipOutput[]): string[] {
  return sends(outputs).map((bytes) => {
    const parsed = messageIn(bytes);
    return parsed.kind === 'request' ? parsed.method : `${parsed.status}`;
  });
}

/** The To tag of the last message sent. */
export function tagIn(outputs: readonly SipOutput[]): string {
  const bytes = sends(outputs).at(-1) ?? new Uint8Array();
  const [, tag] = /;tag=(.*)$/.exec(messageIn(bytes).headers.text('To') ?? '') ?? [];
  if (tag === undefined) throw new Error('no tag');
  return tag;
}
