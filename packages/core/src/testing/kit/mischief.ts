// A hostile peer in a federation: it has a company's address and certificate, a connection of its own to the gateway,
// and misbehaves on it by name. The misdeeds are those of `@interwork/sip/testing` and `@interwork/xmpp/testing`.
import { SipAdversary } from '@interwork/sip/testing';
import { type AdversaryInput, type AdversaryOutput, XmppAdversary } from '@interwork/xmpp/testing';
import { drive } from '../../drive.ts';
import type { Pipe } from '../network.ts';
import type { World } from '../world.ts';
import type { Company } from './company.ts';
import { XMPP_PORT } from './names.ts';
import { SIP_PORTS } from './sip-company.ts';

/** What came of a misdeed, so far. */
export interface Reaction {
  /** Everything that was said to the peer. */
  readonly heard: string;
  /** Whether it was turned away. */
  readonly isClosed: boolean;
  /** Whether it came so far that it could misbehave. */
  readonly hasDone: boolean;
}

/** Who misbehaves towards whom. */
export interface Mischief {
  readonly world: World;
  /** Whose address and certificate the peer has. */
  readonly company: Pick<Company, 'address' | 'certificate' | 'domain' | 'speaks'>;
  /** The address of the gateway. */
  readonly gateway: string;
  /** `user@domain` of one whom the company's certificate proves, and of the recipient. */
  readonly from: string;
  readonly to: string;
}

/** Misbehaves in this way on a connection of its own. */
export function misbehave(mischief: Mischief, name: string): Reaction {
  return mischief.company.speaks === 'sip' ? bySip(mischief, name) : byXmpp(mischief, name);
}

function bySip({ world, company, gateway, from, to }: Mischief, name: string): Reaction {
  const peer = new SipAdversary({ from, to, host: company.domain, transport: 'TLS' });
  const parts = peer.does(name);
  const state = { isClosed: false, hasDone: false };
  world.network.connect(company.address, { address: gateway, port: SIP_PORTS.tls }, (pipe) => {
    pipe?.listen({
      bytes: (bytes) => peer.hears(bytes),
      closed: () => {
        state.isClosed = true;
      },
      secured: () => {
        state.hasDone = true;
        for (const bytes of parts) pipe.send(bytes);
      },
    });
    pipe?.secure(company.certificate.chain);
  });
  return {
    get heard() {
      return peer.heard;
    },
    get isClosed() {
      return state.isClosed;
    },
    get hasDone() {
      return state.hasDone;
    },
  };
}

function byXmpp({ world, company, gateway, from, to }: Mischief, name: string): Reaction {
  const theirs = to.slice(to.indexOf('@') + 1);
  const peer = new XmppAdversary({ ours: company.domain, theirs, from, to }, name);
  world.network.connect(company.address, { address: gateway, port: XMPP_PORT }, (pipe) => {
    if (pipe !== undefined) play(world, peer, pipe, company);
  });
  return peer;
}

function play(world: World, peer: XmppAdversary, pipe: Pipe, company: Mischief['company']): void {
  const machine = {
    receive: (now: number, input: AdversaryInput | { readonly kind: 'tick' }): void => {
      if (input.kind !== 'tick') peer.receive(now, input);
    },
    next: () => peer.next(),
    wakeAt: Infinity,
  };
  const perform = (out: AdversaryOutput): void => {
    if (out.kind === 'send') pipe.send(out.bytes);
    else pipe.secure(company.certificate.chain);
  };
  const feed = drive<AdversaryInput, AdversaryOutput>(machine, perform, world.clock.timing);
  pipe.listen({
    bytes: (bytes) => feed({ kind: 'bytes', bytes }),
    secured: () => feed({ kind: 'secured' }),
    closed: () => feed({ kind: 'closed' }),
  });
  feed({ kind: 'connected' });
}
