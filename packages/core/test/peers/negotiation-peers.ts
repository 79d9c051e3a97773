// What the server of a partner can do, as a real Prosody is set up for it; and what follows for a row of the table.
import { type Method, METHODS, type Row } from './negotiation-rows.ts';
import type { ProsodyOptions } from './prosody.ts';

/** A way to set up a server. */
export interface Peer {
  readonly id: string;
  readonly title: string;
  readonly address: string;
  readonly tls: 'required' | 'optional' | 'never';
  /** Whether its certificate holds. */
  readonly certified: boolean;
  readonly dialback: boolean;
}

export const PEERS: readonly Peer[] = [
  {
    id: 'certified',
    title: 'TLS required, a certificate, no dialback',
    address: '127.0.0.11',
    tls: 'required',
    certified: true,
    dialback: false,
  },
  {
    id: 'anything',
    title: 'TLS optional, a certificate, dialback',
    address: '127.0.0.12',
    tls: 'optional',
    certified: true,
    dialback: true,
  },
  {
    id: 'called-back',
    title: 'TLS required, dialback, no certificate that holds',
    address: '127.0.0.13',
    tls: 'required',
    certified: false,
    dialback: true,
  },
  {
    id: 'clear',
    title: 'no TLS, dialback',
    address: '127.0.0.14',
    tls: 'never',
    certified: true,
    dialback: true,
  },
  {
    id: 'unproved',
    title: 'TLS required, no certificate that holds, no dialback',
    address: '127.0.0.15',
    tls: 'required',
    certified: false,
    dialback: false,
  },
];

/** What a Prosody is told to be such a peer. */
export function settingsOf({
  tls,
  certified,
  dialback,
}: Peer): Pick<ProsodyOptions, 'secureAuth' | 'requireTls' | 'without'> {
  const without = [
    ...(tls === 'never' ? (['tls'] as const) : []),
    ...(dialback ? [] : (['dialback'] as const)),
  ];
  return { secureAuth: certified && !dialback, requireTls: tls === 'required', without };
}

/** The best method that both sides can, if there is one. */
export function expected(row: Row, { tls, certified, dialback }: Peer): Method | undefined {
  const can: Readonly<Record<Method, boolean>> = {
    'SASL over TLS': certified && tls !== 'never',
    'dialback over TLS': dialback && tls !== 'never',
    'dialback without TLS': dialback && tls !== 'required',
  };
  return METHODS.find((method) => can[method] && row.methods.includes(method));
}

/** How a link that cannot come about is refused. */
export interface Refusal {
  /** Why we give up when we call. */
  readonly calling: string;
  /** Why the peer gives up when it calls. */
  readonly called: string;
  /** What our traces name besides. */
  readonly told: readonly string[];
}

/** The first that holds; the rules of a row and the powers of a peer leave nothing else. */
export function refusalOf(row: Row, peer: Peer): Refusal | undefined {
  const mayCallBack = row.methods.some((method) => method !== 'SASL over TLS');
  const mayEncrypt = row.methods.some((method) => method !== 'dialback without TLS');
  return REFUSALS.find(({ holds }) => holds({ row, peer, mayCallBack, mayEncrypt }));
}

interface Case {
  readonly row: Row;
  readonly peer: Peer;
  /** Whether the row leaves dialback, and a method with TLS. */
  readonly mayCallBack: boolean;
  readonly mayEncrypt: boolean;
}

const REFUSALS: readonly (Refusal & { readonly holds: (of: Case) => boolean })[] = [
  {
    holds: ({ peer, mayEncrypt }) => !mayEncrypt && peer.tls === 'required',
    calling: 'policy',
    called: 'TLS negotiation failed',
    told: ['excluded-by-rules'],
  },
  {
    holds: ({ row, peer }) => peer.tls === 'never' && row.tls === 'required',
    calling: 'policy',
    called: 'dialback authentication failed',
    told: ['excluded-by-rules'],
  },
  {
    // TLS is not asked for as such, and the proof that is has to be shown in it.
    holds: ({ peer }) => peer.tls === 'never',
    calling: 'certificate',
    called: 'dialback authentication failed',
    told: ['excluded-by-rules'],
  },
  {
    holds: ({ peer, mayCallBack }) => !mayCallBack && peer.dialback,
    calling: 'certificate',
    called: 'not-authorized',
    told: ['unknown-issuer'],
  },
  {
    holds: ({ mayCallBack }) => !mayCallBack,
    calling: 'certificate',
    called: 'No viable authentication method offered',
    told: ['unknown-issuer'],
  },
  {
    holds: ({ peer }) => !peer.dialback && !peer.certified,
    calling: 'stream-error',
    called: 'No viable authentication method offered',
    told: ['unknown-issuer'],
  },
  {
    // It asks for nothing that we would refuse.
    holds: ({ peer }) => !peer.dialback,
    calling: 'stream-error',
    called: 'No viable authentication method offered',
    told: [],
  },
];
