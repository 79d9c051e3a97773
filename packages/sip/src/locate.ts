// Where a SIP request may be sent: RFC 3263 §4 as questions and answers. It asks DNS nothing itself, keeps
// no cache and no time. What a failed try means for the next target (§4.3) is the endpoint's business.
import type { Transport } from './endpoint/types.ts';
import { isIpv4, isIpv6 } from './host.ts';
import { filled } from './limits.ts';
import { DEFAULT_LOCATE_LIMITS, type LocateLimits } from './locate/limits.ts';
import { servicesOf } from './locate/naptr.ts';
import {
  inOrder,
  isRefusal,
  type Service,
  servicesAt,
  usable,
  withFederation,
} from './locate/srv.ts';
import type {
  LocateAnswer,
  LocatedTarget,
  LocateEnd,
  LocateEvidence,
  LocateOptions,
  LocateQuestion,
  NotLocatedReason,
} from './locate/types.ts';
import { defaultPort, type Way, wayTo } from './locate/way.ts';
import type { Uri } from './uri.ts';

/** A host and port still without address. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
}

/**
 * One location of a sip or sips URI, or of a domain (A-labels). Take from `next` until `undefined`: either
 * questions, to be answered through `receive` in any order, or the one end. Answers to what was not asked
 * are ignored. Nothing DNS says throws; bounds that are none are `MisuseError`.
 *
 * @spec RFC 3263 §4
 */
export class SipLocation {
  readonly #options: LocateOptions;
  readonly #limits: LocateLimits;
  readonly #out: (LocateQuestion | LocateEnd)[] = [];
  readonly #addresses = new Map<string, readonly string[]>();
  #way: Way | undefined;
  #pending: LocateQuestion[] = [];
  #asked = 0;
  #services: readonly Service[] = [];
  #service: Service | undefined;
  #usual: Transport = 'tls';
  #places: readonly Place[] = [];
  #evidence: LocateEvidence = 'address';
  #isNaptr = false;
  #refused: readonly Transport[] = [];
  #hasFailed = false;
  #positive = Number.POSITIVE_INFINITY;
  #negative = Number.POSITIVE_INFINITY;

  constructor(subject: Uri | string, options: LocateOptions) {
    this.#options = options;
    this.#limits = filled(DEFAULT_LOCATE_LIMITS, options.limits);
    const way = wayTo(subject, options);
    if (typeof way === 'string') this.#giveUp(way);
    else this.#begin(way);
  }

  /** The next question or the end; `undefined` when answers are awaited, and after the end. */
  next(): LocateQuestion | LocateEnd | undefined {
    return this.#out.shift();
  }

  /** Takes the answer to a question that was asked. Of another kind than the question, it counts as failed. */
  receive(question: LocateQuestion, answer: LocateAnswer): void {
    const at = this.#pending.findIndex(
      ({ kind, name }) => kind === question.kind && name === question.name,
    );
    if (at < 0) return;
    this.#pending = this.#pending.toSpliced(at, 1);
    this.#note(question, answer);
    if (question.kind === 'naptr') this.#onNaptr(answer);
    else if (question.kind === 'srv') this.#onSrv(answer);
    else this.#onAddress(question.name, answer);
  }

  /** @spec RFC 3263 §4.1 */
  #begin(way: Way): void {
    this.#way = way;
    this.#usual = way.usual;
    const port = way.port ?? defaultPort(way.usual);
    const place = { host: way.host, port, transport: way.usual };
    if (way.isNumeric) this.#given(place);
    else if (way.port !== undefined) this.#findAddresses([place], 'address');
    else if (way.isNamed) this.#tryServices(servicesAt(way.host, way.transports));
    else this.#ask({ kind: 'naptr', name: way.host });
  }

  /** An address needs no DNS. @spec RFC 3263 §4.2 */
  #given(place: Place): void {
    this.#addresses.set(place.host, [place.host]);
    this.#places = [place];
    this.#evidence = 'given';
    this.#end();
  }

  #onNaptr(answer: LocateAnswer): void {
    const way = this.#way as Way;
    const records = answer.kind === 'naptr' ? this.#firstOf(answer.records) : [];
    const services = servicesOf(records, way.transports);
    this.#isNaptr = services.length > 0;
    if (this.#isNaptr) this.#positive = ttlOf(answer, this.#limits.positiveTtl);
    this.#usual = services[0]?.transport ?? way.usual;
    this.#tryServices(this.#isNaptr ? services : servicesAt(way.host, way.transports));
  }

  #tryServices(services: readonly Service[]): void {
    const way = this.#way as Way;
    const asksFederation = this.#options.lync === true && way.transports.includes('tls');
    this.#services = asksFederation ? withFederation(services, way.host) : services;
    this.#tryNext();
  }

  #tryNext(): void {
    const [service, ...rest] = this.#services;
    this.#services = rest;
    this.#service = service;
    if (service === undefined) this.#fallBack();
    else this.#ask({ kind: 'srv', name: service.name });
  }

  /** Only one transport's records are used: another's would be a way round the one the domain wants. */
  #onSrv(answer: LocateAnswer): void {
    const { transport } = this.#service as Service;
    const records = answer.kind === 'srv' ? this.#firstOf(answer.records) : [];
    const servers = inOrder(usable(records), this.#options.random);
    if (answer.kind === 'failed' && transport === 'tls') this.#keepToTls();
    if (isRefusal(records)) this.#refused = [...this.#refused, transport];
    if (servers.length === 0) return this.#tryNext();
    this.#positive = Math.min(this.#positive, ttlOf(answer, this.#limits.positiveTtl));
    this.#findAddresses(
      servers.map(({ target, port }) => ({ host: target, port, transport })),
      this.#isNaptr ? 'naptr' : 'srv',
    );
  }

  /** Whether there is TLS is not known, so nothing less may stand in for it. */
  #keepToTls(): void {
    this.#services = this.#services.filter(({ transport }) => transport === 'tls');
  }

  /** A host without SRV records; not one whose records nobody could tell. @spec RFC 3263 §4.2 */
  #fallBack(): void {
    const { host } = this.#way as Way;
    const transport = this.#usual;
    if (this.#hasFailed) this.#giveUp('dns');
    else if (this.#refused.includes(transport)) this.#giveUp('not-offered');
    else if (this.#options.addressFallback === false) this.#giveUp('no-records');
    else this.#findAddresses([{ host, port: defaultPort(transport), transport }], 'address');
  }

  /** Without room for even one question it is asked all the same, and so ends at the bound. */
  #findAddresses(places: readonly Place[], evidence: LocateEvidence): void {
    this.#places = places;
    this.#evidence = evidence;
    const hosts = [...new Set(places.map(({ host }) => host))];
    const room = Math.max(this.#limits.questions - this.#asked, 1);
    for (const name of hosts.slice(0, room)) this.#ask({ kind: 'address', name });
  }

  #onAddress(host: string, answer: LocateAnswer): void {
    if (answer.kind === 'address') {
      const found = this.#firstOf(answer.records).filter(isAddress);
      this.#addresses.set(host, found.slice(0, this.#limits.addressesPerHost));
      this.#positive = Math.min(this.#positive, ttlOf(answer, this.#limits.positiveTtl));
    }
    if (this.#pending.length === 0) this.#end();
  }

  #ask(question: LocateQuestion): void {
    if (this.#asked >= this.#limits.questions) return this.#giveUp('limit');
    this.#asked += 1;
    this.#pending = [...this.#pending, question];
    this.#out.push(question);
  }

  /** Keeps how long a no holds, and whether something could not be told. What is found behind a no to SRV rests on that. */
  #note(question: LocateQuestion, answer: LocateAnswer): void {
    if (answer.kind === 'not-found') {
      const ttl = ttlOf(answer, this.#limits.negativeTtl);
      this.#negative = Math.min(this.#negative, ttl);
      if (question.kind === 'srv') this.#positive = Math.min(this.#positive, ttl);
    } else if (answer.kind !== question.kind) {
      this.#hasFailed = true;
    }
  }

  #end(): void {
    const targets = this.#targets();
    if (targets.length === 0) {
      this.#giveUp(
        this.#hasFailed ? 'dns' : this.#evidence === 'address' ? 'no-records' : 'no-address',
      );
      return;
    }
    const kept = this.#hasFailed ? this.#limits.failedTtl : this.#limits.positiveTtl;
    const ttl = Math.min(this.#positive, kept);
    this.#out.push({ kind: 'located', targets, evidence: this.#evidence, ttl });
  }

  /** Every address of every place, in order, each once. */
  #targets(): readonly LocatedTarget[] {
    const { references } = this.#way as Way;
    const targets: LocatedTarget[] = [];
    const known = new Set<string>();
    for (const { host, port, transport } of this.#places) {
      for (const address of this.#addresses.get(host) ?? []) {
        const key = `${address} ${port}`;
        if (known.has(key) || targets.length >= this.#limits.targets) continue;
        known.add(key);
        targets.push({ transport, address, port, references, host });
      }
    }
    return targets;
  }

  #giveUp(reason: NotLocatedReason): void {
    const kind = reason === 'dns' ? 'failed' : 'not-found';
    const { failedTtl, negativeTtl } = this.#limits;
    const ttl = kind === 'failed' ? failedTtl : Math.min(this.#negative, negativeTtl);
    this.#out.push({ kind, reason, text: TEXTS[reason], ttl });
  }

  #firstOf<T>(records: readonly T[]): readonly T[] {
    return records.slice(0, this.#limits.recordsPerAnswer);
  }
}

/** Seconds an answer holds, at most `cap`; a negative without one holds as long as that. */
function ttlOf(answer: LocateAnswer, cap: number): number {
  const ttl = answer.kind === 'failed' ? 0 : (answer.ttl ?? cap);
  return ttl >= 0 ? Math.min(ttl, cap) : 0;
}

function isAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

const TEXTS: Readonly<Record<NotLocatedReason, string>> = {
  scheme: 'Only sip and sips URIs are located by DNS.',
  name: 'The host is not a name that DNS can be asked for.',
  transport: 'None of the transports that may be used fits the URI.',
  'no-records': 'DNS has no record of a SIP server there.',
  'not-offered': 'The domain says that it does not offer this service.',
  'no-address': 'The SIP servers of the domain have no address.',
  limit: 'More questions would be needed than are allowed.',
  dns: 'DNS could not answer a question that matters.',
};
