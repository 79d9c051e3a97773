// Finding SIP servers with node:dns: answers to the questions of a `SipLocation`, and the whole way from a
// domain or URI to targets. RFC 3263 itself is in ../locate.ts; nothing is kept between two
// locations: that is locator.ts.
import { Resolver } from 'node:dns/promises';
import { filled } from '../limits.ts';
import { SipLocation } from '../locate.ts';
import type { LocateAnswer, LocateEnd, LocateOptions, LocateQuestion } from '../locate/types.ts';
import type { Uri } from '../uri.ts';

/** Answers one question to DNS. What goes wrong is an answer, never a rejection. */
export type AskDns = (question: LocateQuestion) => Promise<LocateAnswer>;

/** Times of a resolver by node:dns. */
export interface DnsTimes {
  /** Milliseconds for one question with all its tries: a request waits for three of them or so. */
  readonly questionTime: number;
  /** Seconds to keep SRV and NAPTR records, whose own time node:dns does not tell: as long as a no. */
  readonly assumedTtl: number;
}

/** The times used where the host names none. */
export const DEFAULT_DNS_TIMES: DnsTimes = { questionTime: 5_000, assumedTtl: 300 };

/** What a resolver by node:dns is told. */
export interface DnsResolverOptions {
  /** Addresses of DNS servers, with `:port` if it is not 53. Default: those of the system. */
  readonly servers?: readonly string[];
  /** Which addresses are looked for, the first to be tried first. Default: ipv6, ipv4. */
  readonly families?: readonly ('ipv4' | 'ipv6')[];
  readonly times?: Partial<DnsTimes>;
}

/** What `locateSip` is told. */
export interface LocateSipOptions extends Partial<LocateOptions> {
  /** Who answers. Default: a resolver of its own for this one location. */
  readonly ask?: AskDns;
}

/** A resolver by node:dns, with a channel of its own. Throws what node:dns says of bad `servers`. */
export function dnsResolver(options: DnsResolverOptions = {}): AskDns {
  const { questionTime, assumedTtl } = filled(DEFAULT_DNS_TIMES, options.times);
  const resolver = new Resolver({ timeout: Math.ceil(questionTime / TRIES), tries: TRIES });
  if (options.servers !== undefined) resolver.setServers(options.servers);
  const families = options.families ?? ['ipv6', 'ipv4'];
  return async (question) => {
    if (question.kind !== 'address')
      return within(questionTime, answered(resolver, question, assumedTtl));
    const asked = families.map((family) => addresses(resolver, question.name, family));
    return together(await Promise.all(asked.map((answer) => within(questionTime, answer))));
  };
}

/**
 * Locates a domain (A-labels) or a sip or sips URI. Resolves with the targets or with why there are none,
 * and never rejects for what DNS says.
 *
 * @spec RFC 3263 §4
 */
export async function locateSip(
  subject: Uri | string,
  options: LocateSipOptions = {},
): Promise<LocateEnd> {
  const location = new SipLocation(subject, { random: Math.random, ...options });
  const ask = options.ask ?? dnsResolver();
  for (;;) {
    const questions: LocateQuestion[] = [];
    for (let out = location.next(); out !== undefined; out = location.next()) {
      if (isEnd(out)) return out;
      questions.push(out);
    }
    const answers = await Promise.all(questions.map((question) => ask(question).catch(failure)));
    answers.forEach((answer, at) => {
      location.receive(questions[at] as LocateQuestion, answer);
    });
  }
}

async function answered(
  resolver: Resolver,
  { kind, name }: LocateQuestion,
  ttl: number,
): Promise<LocateAnswer> {
  try {
    if (kind === 'naptr') return { kind, records: await resolver.resolveNaptr(name), ttl };
    const found = await resolver.resolveSrv(name);
    const records = found.map(({ name: target, ...rest }) => ({ ...rest, target }));
    return { kind: 'srv', records, ttl };
  } catch (error) {
    return failure(error);
  }
}

async function addresses(
  resolver: Resolver,
  name: string,
  family: 'ipv4' | 'ipv6',
): Promise<LocateAnswer> {
  try {
    const found = await (family === 'ipv6'
      ? resolver.resolve6(name, { ttl: true })
      : resolver.resolve4(name, { ttl: true }));
    const ttl = Math.min(...found.map((one) => one.ttl));
    return { kind: 'address', records: found.map(({ address }) => address), ttl };
  } catch (error) {
    return failure(error);
  }
}

/** Both families were asked at once, each with its own time: some servers never answer for one. One of them is enough. */
function together(answers: readonly LocateAnswer[]): LocateAnswer {
  const found = answers.filter((answer) => answer.kind === 'address');
  const records = found.flatMap((answer) => answer.records);
  if (records.length > 0)
    return { kind: 'address', records, ttl: Math.min(...found.map(({ ttl }) => ttl)) };
  return answers.some(({ kind }) => kind === 'failed') ? { kind: 'failed' } : { kind: 'not-found' };
}

/** No such name, or none of these records: that is an answer. All else is not. */
function failure(error: unknown): LocateAnswer {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOTFOUND' || code === 'ENODATA' ? { kind: 'not-found' } : { kind: 'failed' };
}

/** The resolver's own tries may take longer than told, so the time is kept here. */
function within(time: number, answer: Promise<LocateAnswer>): Promise<LocateAnswer> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'failed' }), time);
    void answer.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

function isEnd(out: LocateQuestion | LocateEnd): out is LocateEnd {
  return out.kind === 'located' || out.kind === 'not-found' || out.kind === 'failed';
}

/** A lost datagram is asked for again twice. */
const TRIES = 3;
