// A case: one thing that a gateway between SIP and XMPP should do, tried on real peers. A case that does not hold
// throws; what it throws is the sentence in the table.
import type { Link } from '../links.ts';
import type { World } from '../world.ts';

/** One row of the table. */
export interface Case {
  readonly id: string;
  /** What should happen, as a sentence. */
  readonly title: string;
  /** The links it can be tried on; all when absent. */
  readonly on?: (link: Link) => boolean;
  /** What a gateway has to carry beside messages. */
  readonly needs?: 'presence' | 'sessions';
  /**
   * When: `beside` the others from the start, since it waits long; `plain`, one after another; or `last`, since it
   * stops or restarts something.
   */
  readonly when?: 'beside' | 'plain' | 'last';
  /** What it measured, where it measured something. */
  run(world: World): Promise<string | undefined | void>;
}

/** What came of a case on a link. */
export interface Result {
  readonly link: string;
  readonly id: string;
  readonly outcome: 'holds' | 'fails' | 'not-there';
  /** Why it fails, in a sentence; or what it measured. */
  readonly why?: string;
}

/** Not the component link: cases about streams between servers. */
export const overStreams = (link: Link): boolean => link.join !== 'component';

/** Certificates prove both ends; one link of the two where they do shows all there is to show. */
export const byCertificate = (link: Link): boolean => link.join === 'external';

/** Mutual TLS on the SIP side. */
export const overSipTls = (link: Link): boolean => link.sip === 'tls';

/** Fails with a sentence unless it holds. */
export function hold(claim: boolean, otherwise: string): void {
  if (!claim) throw new Error(otherwise);
}

/** Fails unless both are the same. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  hold(is === should, `${what} is ${is}, not ${should}`);
}
