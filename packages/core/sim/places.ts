// Where everybody stands, what they show in TLS and how they listen: the same in every run.
import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { makeAuthority } from '@interwork/certs/testing';
import type { World } from '@interwork/core/testing';
import { SipEndpoint } from '@interwork/sip';
import { PRESENCE_METHODS } from '@interwork/sip/testing';

export const SIP = 'contoso.example';
export const XMPP = 'gtalk.example';
/** A domain that nobody is permitted to talk to. */
export const STRANGER = 'stranger.example';
export const HOST = `gw.${SIP}`;

export const SIP_AT = '192.0.2.1';
export const XMPP_AT = '192.0.2.3';
export const STRANGER_AT = '192.0.2.66';
export const GATEWAYS_AT: readonly string[] = ['192.0.2.11', '192.0.2.12'];
/** Who is at an address, for people. */
export const NAMES: Readonly<Record<string, string>> = {
  [SIP_AT]: 'sip ',
  [XMPP_AT]: 'xmpp',
  [STRANGER_AT]: 'stranger',
  '192.0.2.11': 'gw1 ',
  '192.0.2.12': 'gw2 ',
};

/** An endpoint that takes presence. */
export function sipEndpoint(world: World, host: string): SipEndpoint {
  return new SipEndpoint({
    drawToken: world.drawToken,
    host,
    ports: { udp: 5060, tcp: 5060, tls: 5061 },
    methods: PRESENCE_METHODS,
    accept: ['text/plain', 'application/pidf+xml'],
  });
}

export const EPOCH = Date.UTC(2026, 10, 23);
export const SECRET = 'a secret of the simulator';
export const LISTEN = [
  { transport: 'udp', port: 5060 },
  { transport: 'tcp', port: 5060 },
  { transport: 'tls', port: 5061 },
] as const;

/** Made once: what they say does not differ from run to run. */
const AUTHORITY = makeAuthority({ crypto: nodeCrypto, now: EPOCH });
export const CERTIFICATES = {
  sip: AUTHORITY.issue({ dns: [SIP], uri: [`sip:${SIP}`] }),
  xmpp: AUTHORITY.issue({ dns: [XMPP] }),
  gateway: AUTHORITY.issue({ dns: [HOST, SIP] }),
  stranger: AUTHORITY.issue({ dns: [STRANGER] }),
};
const JUDGED = { anchors: [AUTHORITY.certificate.der], clock: () => EPOCH, crypto: nodeCrypto };
export const JUDGES = {
  sip: judgeFor({ service: 'sip', ...JUDGED }),
  xmpp: judgeFor({ service: 'xmpp-server', ...JUDGED }),
};
