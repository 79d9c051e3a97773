// The virtual DNS of a federation, for both protocols: where each domain is, unless a fault says otherwise.
import type { Target } from '@interwork/sip';
import type { VirtualDns } from '../xmpp-host.ts';

/** What DNS says of a domain: the truth, that it cannot say, that there is nothing, or the address of another. */
export type DnsAnswer = 'truth' | 'fails' | 'nothing' | { readonly address: string };

/** Where domains are. */
export class Names {
  readonly #xmpp: VirtualDns;
  readonly #homes = new Map<string, Home>();
  readonly #said = new Map<string, DnsAnswer>();

  constructor(xmpp: VirtualDns) {
    this.#xmpp = xmpp;
  }

  /** A domain is at home there: `sip` is how its SIP servers are reached, where it has any. */
  add(domain: string, home: Home): void {
    this.#homes.set(domain, home);
    this.says(domain, 'truth');
  }

  /** From now on DNS says this of a domain. */
  says(domain: string, answer: DnsAnswer): void {
    this.#said.set(domain, answer);
    const address = this.#addressOf(domain, this.#homes.get(domain)?.xmpp);
    if (answer === 'fails') this.#xmpp.set(domain, 'failed');
    else if (address === undefined) this.#xmpp.set(domain, 'not-found');
    else this.#xmpp.set(domain, [{ address, port: XMPP_PORT, direct: false }]);
  }

  /** Where SIP requests for a domain go. */
  sip(domain: string): readonly Target[] {
    const target = this.#homes.get(domain)?.sip;
    const address = this.#addressOf(domain, target?.address);
    return target === undefined || address === undefined ? [] : [{ ...target, address }];
  }

  #addressOf(domain: string, home: string | undefined): string | undefined {
    const said = this.#said.get(domain) ?? 'truth';
    if (home === undefined || said === 'truth') return home;
    return typeof said === 'object' ? said.address : undefined;
  }
}

/** Where the servers of a domain really are. */
export interface Home {
  /** The address of its XMPP servers, or of the gateway that stands for it in XMPP. */
  readonly xmpp?: string;
  readonly sip?: Target;
}

/** The port of servers. */
export const XMPP_PORT = 5269;
