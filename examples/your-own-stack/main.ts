// A gateway over libraries that you have already: SIP by `sip`, XMPP by `@xmpp/component`. What they do on the wire stays
// theirs; addresses, rules, policy, order and honest answers are the gateway's.
import { Gateway, type Running, type Trace } from '@interwork/core';
import { drawToken, mac, run } from '@interwork/core/node';
import { loadPolicy } from '@interwork/policy';
import { component } from '@xmpp/component';
import { sipEdge } from './sip-edge.ts';
import { xmppEdge } from './xmpp-edge.ts';

const POLICY = `{ "version": 1, "default": "deny", "rules": [
  { "id": "office-friends", "effect": "permit", "domains": ["friends.example"], "traffic": ["message"] }] }`;

/** Where your systems are. */
export interface Places {
  /** Where the gateway takes SIP, and where your SIP server does. */
  readonly port: number;
  readonly pbx: number;
  /** Of the XMPP server: its component port, and the password there. */
  readonly xmpp: number;
  readonly password: string;
}

/** Runs a gateway for the SIP domain `office.example`, which is a component of the XMPP server. */
export async function startGateway(
  { port, pbx, xmpp, password }: Places,
  onTrace: (trace: Trace) => void,
): Promise<Running> {
  const policy = loadPolicy(POLICY);
  if (policy.kind === 'findings') throw new Error(policy.findings[0]?.text);
  const service = `xmpp://127.0.0.1:${xmpp}`;
  const connection = component({ service, domain: 'office.example', password });
  connection.on('error', (error) => console.error(error.message));
  const gateway = new Gateway({
    sipDomains: ['office.example'],
    xmppDomains: ['*'],
    policy,
    routes: {
      'office.example': [{ transport: 'udp', address: '127.0.0.1', port: pbx, references: [] }],
    },
    instance: 'own-stack',
    secret: drawToken(),
    mac,
    drawToken,
  });
  const edges = { sip: sipEdge(port, ['office.example']), xmpp: xmppEdge(connection) };
  const running = run(gateway, edges, { onTrace });
  await connection.start();
  return running;
}
