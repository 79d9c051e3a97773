// The federation that the tests play in: the gateway of gateway.ts between three companies that are not there. Time,
// sockets, DNS and certificates are virtual, so that two minutes pass in a few milliseconds.
import type { CrossingTrace } from '@interwork/core';
import { type Federation, federation, type FederationOptions } from '@interwork/core/testing';
import { startGateway } from './gateway.ts';

/** Contoso speaks SIP; gtalk and spam speak XMPP, and spam is not wanted. */
export function town(options: FederationOptions = {}): Federation & {
  readonly refused: readonly CrossingTrace[];
} {
  const refused: CrossingTrace[] = [];
  const world = federation({
    companies: {
      'contoso.example': { speaks: 'sip', users: ['alice'] },
      'gtalk.example': { speaks: 'xmpp', users: ['bob'] },
      'spam.example': { speaks: 'xmpp', users: ['mallory'] },
    },
    policy: {
      rules: [
        { id: 'no-spam', effect: 'forbid', domains: ['spam.example'] },
        { id: 'partners', effect: 'permit', domains: ['gtalk.example'] },
      ],
    },
    host: (place) => startGateway(place, (trace) => refused.push(trace)),
    ...options,
  });
  return Object.assign(world, { refused });
}
