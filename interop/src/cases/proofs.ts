// Certificates, one oddity at a time, shown by either side in either TLS role: what proves nothing carries nothing,
// and the sender is told. RFC 6120 §13.7, RFC 5922 §7, RFC 5280 §4.2.1.12.
import { type Kind, ODDITIES } from '../certificates.ts';
import { SIP, XMPP } from '../places.ts';
import type { XmppServerOptions } from '../servers/xmpp-server.ts';
import type { World } from '../world.ts';
import { byCertificate, type Case, hold, overSipTls } from './case.ts';
import {
  deliverToXmpp,
  mark,
  reachSip,
  refusedToSip,
  refusedToXmpp,
  textsFrom,
} from './sending.ts';

/** What SIP senders may be told when a link is not proved. */
const UNPROVED = [403, 404, 408, 477, 480, 500, 502, 503, 504];

/** The proxy answers this sender soon when its own connection cannot be made. */
const IMPATIENT = { from: `sip:many@${SIP}` };

/**
 * Which oddity still proves a domain to us. An id-on-xmppAddr does in XMPP and says nothing in SIP; one for servers
 * only is enough in both roles, since public authorities issue no other.
 */
const HOLDS: Readonly<
  Record<Kind, { readonly called: readonly Side[]; readonly calls: readonly Side[] }>
> = {
  good: { called: ['xmpp', 'sip'], calls: ['xmpp', 'sip'] },
  'xmpp-addr-only': { called: ['xmpp'], calls: ['xmpp'] },
  'server-auth-only': { called: ['xmpp', 'sip'], calls: ['xmpp', 'sip'] },
  expired: { called: [], calls: [] },
  'other-name': { called: [], calls: [] },
  'self-signed': { called: [], calls: [] },
  'unknown-issuer': { called: [], calls: [] },
};

type Side = 'xmpp' | 'sip';

export const PROOFS: readonly Case[] = [
  {
    id: 'no-tls-out',
    title: 'an XMPP server that offers no TLS is sent nothing, and the SIP sender is told',
    on: ({ join }) => join === 'external' || join === 'dialback',
    when: 'last',
    run: async (world) => {
      await serverWith(world, { tls: false });
      try {
        await refusedToSip(world, `sip:bob@${XMPP}`, UNPROVED);
      } finally {
        await serverWith(world, { tls: true });
      }
    },
  },
  ...ODDITIES.map(
    (kind): Case => ({
      id: `cert-server-${kind}`,
      title: `the XMPP server shows ${kind}: ${verdictOf('xmpp', kind)}`,
      on: byCertificate,
      when: 'last',
      run: (world) => judged(world, 'xmpp', kind),
    }),
  ),
  ...ODDITIES.map(
    (kind): Case => ({
      id: `cert-proxy-${kind}`,
      title: `the SIP proxy shows ${kind}: ${verdictOf('sip', kind)}`,
      on: ({ join, sip }) => join === 'external' && sip === 'tls',
      when: 'last',
      run: (world) => judged(world, 'sip', kind),
    }),
  ),
  ...ODDITIES.map(
    (kind): Case => ({
      id: `cert-to-server-${kind}`,
      title: `the gateway is given ${kind} to show the XMPP server: it arrives, or the sender is told, or the gateway says why it does not start`,
      on: byCertificate,
      when: 'last',
      run: (world) => shown(world, 'xmpp', kind),
    }),
  ),
  ...ODDITIES.map(
    (kind): Case => ({
      id: `cert-to-proxy-${kind}`,
      title: `the gateway is given ${kind} to show the SIP proxy: it arrives, or the sender is told, or the gateway says why it does not start`,
      on: (link) => link.join === 'external' && overSipTls(link),
      when: 'last',
      run: (world) => shown(world, 'sip', kind),
    }),
  ),
];

function verdictOf(side: Side, kind: Kind): string {
  const { called, calls } = HOLDS[kind];
  if (called.includes(side) && calls.includes(side)) return 'it is believed';
  return called.includes(side)
    ? 'believed where we call, refused where it calls'
    : 'nothing crosses, and both senders are told';
}

/** The peer shows it. On the XMPP side we call with messages from SIP; on the SIP side with those from XMPP. */
async function judged(world: World, side: Side, kind: Kind): Promise<void> {
  await showing(world, side, kind);
  try {
    const toXmpp = side === 'xmpp' ? HOLDS[kind].called : HOLDS[kind].calls;
    const toSip = side === 'xmpp' ? HOLDS[kind].calls : HOLDS[kind].called;
    if (toXmpp.includes(side)) await deliverToXmpp(world, mark());
    else await refusedToSip(world, `sip:bob@${XMPP}`, UNPROVED, IMPATIENT);
    if (toSip.includes(side)) await reachSip(world);
    else await refusedToXmpp(world, `alice@${SIP}`);
  } finally {
    await showing(world, side, 'good');
  }
}

async function showing(world: World, side: Side, kind: Kind): Promise<void> {
  if (side === 'xmpp')
    return serverWith(world, { credential: world.certificates.issue('server', kind) });
  await world.gateway.kill();
  await world.proxy.stop();
  await world.proxy.start({ credential: world.certificates.issue('proxy', kind) });
  await world.agents.register();
  await world.gateway.start();
}

/** Another server in the same place, and a gateway that remembers nothing of the one before. */
async function serverWith(world: World, changes: Partial<XmppServerOptions>): Promise<void> {
  await world.gateway.kill();
  await world.server.stop();
  await world.server.start(changes);
  world.bob = await world.clients.login('bob');
  await world.gateway.start();
}

/** The gateway shows it; what the peer thinks of it is the peer's, what the sender hears is ours. */
async function shown(world: World, side: Side, kind: Kind): Promise<void> {
  const holder = side === 'xmpp' ? 'gateway-xmpp' : 'gateway-sip';
  await world.gateway.kill();
  try {
    const wrong = { [side]: world.certificates.issue(holder, kind) };
    if (await startsWith(world, wrong)) await arrivesOrTold(world);
  } finally {
    await world.gateway.kill();
    await world.gateway.start({ [side]: world.certificates.issue(holder) });
  }
}

/** A gateway that has nothing fit to show says so and does not start: then there is nobody whose message may be lost. */
async function startsWith(
  world: World,
  shows: Parameters<World['gateway']['start']>[0],
): Promise<boolean> {
  try {
    await world.gateway.start(shows);
    return true;
  } catch (error) {
    if (String(error).includes('is not shown')) return false;
    throw error;
  }
}

async function arrivesOrTold(world: World): Promise<void> {
  const [there, back] = [mark(), mark()];
  const [answer] = await world.agents.send({
    ...IMPATIENT,
    to: `sip:bob@${XMPP}`,
    body: there,
  });
  if (/^SIP\/2.0 2/.test(answer?.start ?? ''))
    await world.bob.when('the message', () =>
      textsFrom(world.bob, `many@${SIP}`).includes(there) ? true : undefined,
    );
  world.bob.send({ to: `alice@${SIP}`, id: back, body: back });
  const arrived = world.agents.until('the message', (one) => one.body === back);
  const told = world.bob.until('an error', (one) => one.attrs['id'] === back);
  hold((await Promise.any([arrived, told])) !== undefined, 'neither arrived nor told');
}
