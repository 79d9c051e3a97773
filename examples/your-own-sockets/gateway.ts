// A gateway with SIP on your own socket, and its stanzas handed to whatever XMPP you have: here two functions. It
// carries presence, which is remembered in a store: here one in memory. `startGateway` leaves what the gateway puts out
// to `run`; a host with a loop of its own does as `performAll`.
import {
  type AskStore,
  type Edge,
  Gateway,
  type GatewayEvent,
  type GatewayOutput,
  memoryStore,
  type Running,
  type Trace,
  type XmppCommand,
} from '@interwork/core';
import { drawToken, mac, run } from '@interwork/core/node';
import { loadPolicy } from '@interwork/policy';
import type { SipInput } from '@interwork/sip';
import { type LinkFacts, parseStanza, writeStanza, type XmppEvent } from '@interwork/xmpp';
import { ownSip } from './main.ts';

const POLICY = `{ "version": 1, "default": "deny",
  "partners": { "desk": { "domains": ["sip.example"], "prove": "address", "addresses": ["127.0.0.0/8"] } },
  "rules": [{ "id": "desk-only", "effect": "permit", "partner": "desk" }] }`;

/** How your connection has proved whom it is with. */
const LINK: LinkFacts = {
  proof: 'certificate',
  tls: true,
  remote: { address: '192.0.2.1', port: 5269 },
  stream: 'yours',
};

/** A gateway, and the way in for stanzas. */
export interface OwnGateway extends Running {
  readonly take: (stanza: string) => void;
}

/** Runs one at a port, for a telephone at another. */
export function startGateway(
  port: number,
  phone: number,
  deliver: (stanza: string) => void,
): OwnGateway {
  let tell = (_event: XmppEvent): void => {};
  const xmpp: Edge<XmppEvent, XmppCommand> = {
    start: (take) => {
      tell = take;
    },
    send: (command) => {
      if (command.kind !== 'stanza') return;
      deliver(writeStanza(command.element));
      tell({ kind: 'fate', context: command.context, fate: 'sent' });
    },
    close: async () => {},
  };
  const take = (text: string): void => {
    const stanza = parseStanza(text);
    if (stanza.kind === 'fault' || stanza.from === undefined || stanza.to === undefined) return;
    tell({ kind: 'stanza', stanza, from: stanza.from, to: stanza.to, link: LINK });
  };
  const store = memoryStore({ max: 10_000 });
  return { ...run(ownGateway(port, phone), { sip: ownSip(port), xmpp }, { store }), take };
}

/** The gateway itself: a machine, without sockets, clock or store. */
export function ownGateway(port: number, phone: number): Gateway {
  const policy = loadPolicy(POLICY);
  if (policy.kind === 'findings') throw new Error(policy.findings[0]?.text);
  return new Gateway({
    sipDomains: ['sip.example'],
    xmppDomains: ['*'],
    policy,
    routes: {
      'sip.example': [{ transport: 'udp', address: '127.0.0.1', port: phone, references: [] }],
    },
    instance: 'own',
    secret: drawToken(),
    mac,
    drawToken,
    // On the loopback nobody else writes a source address; anywhere else leave this out.
    believesDatagrams: true,
    presence: { host: '127.0.0.1', ports: { udp: port }, jitter: Math.random },
  });
}

/** Where what a gateway puts out goes. */
export interface Host {
  readonly sip: (input: SipInput) => void;
  readonly xmpp: (command: XmppCommand) => void;
  readonly store: AskStore;
  readonly trace: (trace: Trace) => void;
  /** Takes an event to the gateway. */
  readonly feed: (event: GatewayEvent) => void;
}

// #region perform
/** One thing that the gateway has put out, performed; what it asks is answered by another event. */
export function performAll(out: GatewayOutput, { sip, xmpp, store, trace, feed }: Host): void {
  if (out.kind === 'sip') sip(out.input);
  else if (out.kind === 'xmpp') xmpp(out.input);
  else if (out.kind === 'store')
    store(out.request, (answer) => feed({ kind: 'stored', op: out.op, answer }));
  else if (out.kind === 'ask')
    feed({ kind: 'answer', ask: out.ask, answer: { kind: 'sip-route', targets: [] } });
  else if (out.kind === 'trace') trace(out.trace);
}
// #endregion
