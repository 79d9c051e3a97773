// Where everything is: names, addresses and ports of one world. Each host is a loopback address of its own, in a
// network namespace where nothing else lives.

/** The SIP company's domain, and the XMPP company's. */
export const SIP = 'sip.example';
export const XMPP = 'xmpp.example';

/** The domains the gateway speaks for at the XMPP side: nobody is at `gone`, SIP offers nothing at `closed`. */
export const OURS = [SIP, `gone.${SIP}`, `closed.${SIP}`, `blocked.${SIP}`] as const;

/** Loopback addresses, a host each. */
export const HOST = {
  gateway: '127.0.0.1',
  xmpp: '127.0.0.2',
  /** The XMPP server listens there too, for other servers. */
  xmpp6: '::1',
  proxy: '127.0.0.3',
  answering: '127.0.0.4',
  sending: '127.0.0.5',
  intruder: '127.0.0.6',
  /** The SIP domain's users who have presence, and its presence server. */
  people: '127.0.0.7',
  presence: '127.0.0.8',
  redis: '127.0.0.9',
  dns: '127.0.0.53',
  dead: '127.0.0.99',
} as const;

/** Ports as their registries have them. */
export const PORT = {
  sip: 5060,
  sips: 5061,
  client: 5222,
  server: 5269,
  directServer: 5270,
  component: 5347,
  answering: 5070,
  people: 5080,
  xcap: 8080,
  redis: 6379,
} as const;

/** Host names in DNS. */
export const NAME = {
  gateway: `gw.${SIP}`,
  xmpp: `im.${XMPP}`,
  proxy: `proxy.${SIP}`,
  /** A host where nobody listens. */
  dead: `dead.${SIP}`,
} as const;

/**
 * What a SIP user's name begins with whose presence the presence server has, who notifies by herself, and who talks in
 * sessions.
 */
export const PREFIX = { published: 'ps-', own: 'ua-', talking: 'im-' } as const;

/** What a component and its server share. */
export const COMPONENT_SECRET = 'a secret of the component';
