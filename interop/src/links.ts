// The links a gateway is put on: which XMPP server, joined how, and how the SIP domain's proxy is joined.

/** How the gateway and the XMPP server are joined. */
export type XmppJoin = 'external' | 'dialback' | 'direct' | 'component';

/** How the gateway and the SIP proxy are joined. `tls` is mutual. */
export type SipJoin = 'tls' | 'tcp' | 'udp';

/** One column of the table. */
export interface Link {
  readonly id: string;
  readonly server: 'prosody' | 'ejabberd';
  readonly join: XmppJoin;
  readonly sip: SipJoin;
}

const JOINS: readonly (readonly [XmppJoin, SipJoin])[] = [
  ['external', 'tls'],
  ['dialback', 'tcp'],
  ['direct', 'tls'],
  ['component', 'udp'],
];

/** Every link, in the order of the table. */
export const LINKS: readonly Link[] = (['prosody', 'ejabberd'] as const).flatMap((server) =>
  JOINS.map(([join, sip]) => ({ id: `${server}-${join}`, server, join, sip })),
);
