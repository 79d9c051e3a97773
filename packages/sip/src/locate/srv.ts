// SRV records: which of them count, and the order in which they are tried. RFC 2782. The names that are
// asked for are RFC 3263's, and Microsoft's one for federation.
import type { Transport } from '../endpoint/types.ts';
import { dnsName, hostName } from './name.ts';
import type { SrvRecord } from './types.ts';

/** One SRV name, and what its records are for. */
export interface Service {
  readonly name: string;
  readonly transport: Transport;
}

/**
 * The names to ask for at a domain, one for each transport, in the order of these.
 *
 * @spec RFC 3263 §4.1
 * @spec RFC 3263 §4.2
 */
export function servicesAt(domain: string, transports: readonly Transport[]): readonly Service[] {
  return transports.flatMap((transport) => service(PREFIXES[transport], domain, transport));
}

/** Puts the name Lync partners publish behind the other ones for TLS, before all that is less. */
export function withFederation(services: readonly Service[], domain: string): readonly Service[] {
  const at = services.findLastIndex(({ transport }) => transport === 'tls') + 1;
  return services.toSpliced(at, 0, ...service('_sipfederationtls._tcp.', domain, 'tls'));
}

/** Whether the only thing said is that there is no such service (RFC 2782, Target). */
export function isRefusal(records: readonly SrvRecord[]): boolean {
  return records.length > 0 && records.every(({ target }) => target === '.' || target === '');
}

/** Those that can be tried, with their hosts as names to ask for. */
export function usable(records: readonly SrvRecord[]): readonly SrvRecord[] {
  return records.flatMap((record) => {
    const target = hostName(record.target);
    const { priority, weight, port } = record;
    const fits = is16Bit(priority) && is16Bit(weight) && is16Bit(port) && port > 0;
    return target === undefined || !fits ? [] : [{ priority, weight, port, target }];
  });
}

/**
 * By priority, and by chance according to weight within one; those without weight stand first there, and
 * so are seldom drawn. RFC 2782, Weight.
 */
export function inOrder(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  const left = records.toSorted(byPriorityThenUnweighted);
  const chosen: SrvRecord[] = [];
  while (left.length > 0) {
    const at = draw(left, random());
    chosen.push(...left.splice(at, 1));
  }
  return chosen;
}

/** Where the next one stands among those of the first priority. */
function draw(left: readonly SrvRecord[], chance: number): number {
  const lowest = left[0]?.priority;
  const end = left.findLastIndex(({ priority }) => priority === lowest);
  let total = 0;
  for (let i = 0; i <= end; i++) total += left[i]?.weight ?? 0;
  let rest = Math.floor(chance * (total + 1));
  for (let i = 0; i < end; i++) {
    rest -= left[i]?.weight ?? 0;
    if (rest <= 0) return i;
  }
  return end;
}

function byPriorityThenUnweighted(a: SrvRecord, b: SrvRecord): number {
  return a.priority - b.priority || Math.sign(a.weight) - Math.sign(b.weight);
}

function service(prefix: string, domain: string, transport: Transport): Service[] {
  const name = dnsName(prefix + domain);
  return name === undefined ? [] : [{ name, transport }];
}

function is16Bit(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 65_535;
}

const PREFIXES: Readonly<Record<Transport, string>> = {
  tls: '_sips._tcp.',
  tcp: '_sip._tcp.',
  udp: '_sip._udp.',
};
