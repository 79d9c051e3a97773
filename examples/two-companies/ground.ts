// The ground of the stage: two authorities, names and ports of the loopback, and how an edge is opened there.
import { type Authority, type Issued, makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import {
  CARRIED_EVENTS,
  CARRIED_METHODS,
  CARRIED_UNANSWERED,
  declineRequest,
} from '@interwork/core';
import { judgesFor } from '@interwork/core/node';
import { type ListenOptions, listenSip, type SipEdge } from '@interwork/sip/node';
import { listenXmpp, type XmppEdge } from '@interwork/xmpp/node';

const LOOPBACK = '127.0.0.1';

/** What everybody on the stage stands on. */
export interface Ground {
  /** Whom both sides trust. */
  readonly authority: Authority;
  /** Whom nobody here knows. */
  readonly elsewhere: Authority;
  /** Opens at a port; without one, at a free one. */
  readonly openSip: (
    host: string,
    issued: Issued,
    port?: number,
    relaying?: Relaying,
  ) => Promise<SipEdge>;
  readonly openXmpp: (domain: string, issued: Issued, port?: number) => Promise<XmppEdge>;
}

/** How an edge that sends requests on tells them from its own. */
export type Relaying = Pick<ListenOptions, 'proxies' | 'decline'>;

/** Makes the ground. */
export function makeGround(): Ground {
  const authority = authorityCalled('Authority both trust');
  const elsewhere = authorityCalled('Authority nobody here knows');
  const judges = judgesFor([authority.certificate.pem]);
  const places = new Map<string, number>();
  const locate = async (domain: string) => {
    const port = places.get(domain);
    return port === undefined
      ? ('not-found' as const)
      : [{ address: LOOPBACK, port, direct: false }];
  };
  const openSip: Ground['openSip'] = (host, issued, port = 0, relaying = {}) =>
    listenSip({
      host,
      listen: [{ address: LOOPBACK, port, transport: 'tls' }],
      tls: { both: pairOf(issued) },
      judge: judges.sip,
      methods: CARRIED_METHODS,
      events: CARRIED_EVENTS,
      unanswered: CARRIED_UNANSWERED,
      decline: declineRequest,
      ...relaying,
    });
  const openXmpp = async (domain: string, issued: Issued, port = 0): Promise<XmppEdge> => {
    const edge = await listenXmpp({
      domains: [domain],
      listen: [{ address: LOOPBACK, port }],
      tls: { both: pairOf(issued) },
      judge: judges.xmpp,
      secret: `the dialback secret of ${domain}`,
      locate,
    });
    places.set(domain, portOf(edge));
    return edge;
  };
  return { authority, elsewhere, openSip, openXmpp };
}

/** Where an edge listens. */
export function portOf(edge: SipEdge | XmppEdge): number {
  return edge.listening[0]?.port ?? 0;
}

function authorityCalled(name: string): Authority {
  return makeAuthority({ crypto: nodeCrypto, now: Date.now(), name });
}

function pairOf({ keyPem: key, certPem: cert }: Issued): { key: string; cert: string } {
  return { key, cert };
}
