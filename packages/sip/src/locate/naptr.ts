// NAPTR records: which transport a domain wants. RFC 3263 §4.1 on the record of RFC 3403 §4.1. Rules that
// rewrite, or that end in anything but SRV, are not for SIP.
import type { Transport } from '../endpoint/types.ts';
import { dnsName } from './name.ts';
import type { Service } from './srv.ts';
import type { NaptrRecord } from './types.ts';

/**
 * The SRV names of the lowest order that has one for us, most preferred first. A match in one order ends
 * the search there, so what a domain ranks lower never stands in for it.
 *
 * @spec RFC 3263 §4.1
 * @spec RFC 3403 §4.1
 */
export function servicesOf(
  records: readonly NaptrRecord[],
  transports: readonly Transport[],
): readonly Service[] {
  const rules = records.flatMap((record) => rule(record, transports));
  const sorted = rules.toSorted(
    (a, b) =>
      a.order - b.order ||
      a.preference - b.preference ||
      transports.indexOf(a.transport) - transports.indexOf(b.transport),
  );
  const first = sorted.filter(({ order }) => order === sorted[0]?.order);
  return first.filter(({ name }, at) => first.findIndex((other) => other.name === name) === at);
}

interface Rule extends Service {
  readonly order: number;
  readonly preference: number;
}

function rule(record: NaptrRecord, transports: readonly Transport[]): readonly Rule[] {
  const { order, preference } = record;
  const transport = SERVICES.get(record.service.toUpperCase());
  const name = dnsName(record.replacement);
  if (transport === undefined || !transports.includes(transport) || name === undefined) return [];
  if (record.flags.toUpperCase() !== 'S' || record.regexp !== '') return [];
  return Number.isInteger(order) && Number.isInteger(preference)
    ? [{ name, transport, order, preference }]
    : [];
}

const SERVICES: ReadonlyMap<string, Transport> = new Map([
  ['SIPS+D2T', 'tls'],
  ['SIP+D2T', 'tcp'],
  ['SIP+D2U', 'udp'],
]);
