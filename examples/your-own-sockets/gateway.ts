// A gateway with SIP on your own socket, and its stanzas handed to whatever XMPP you have: here a function.
import { type Edge, Gateway, type Running, type XmppCommand } from '@interwork/core';
import { drawToken, mac, run } from '@interwork/core/node';
import { loadPolicy } from '@interwork/policy';
import { writeStanza, type XmppEvent } from '@interwork/xmpp';
import { ownSip } from './main.ts';

const POLICY = `{ "version": 1, "default": "deny",
  "partners": { "desk": { "domains": ["sip.example"], "prove": "address", "addresses": ["127.0.0.0/8"] } },
  "rules": [{ "id": "desk-only", "effect": "permit", "partner": "desk" }] }`;

export function startGateway(port: number, deliver: (stanza: string) => void): Running {
  const policy = loadPolicy(POLICY);
  if (policy.kind === 'findings') throw new Error(policy.findings[0]?.text);
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
  const domains = { sipDomains: ['sip.example'], xmppDomains: ['*'] };
  const own = { instance: 'own', secret: drawToken(), mac, drawToken };
  // On the loopback nobody else writes a source address; anywhere else leave this out.
  const gateway = new Gateway({ ...domains, ...own, policy, believesDatagrams: true });
  return run(gateway, { sip: ownSip(port), xmpp });
}
