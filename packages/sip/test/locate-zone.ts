// DNS in memory for locations: a table of answers by `name TYPE`, and one whole location run against it.
import {
  type LocateAnswer,
  type LocateEnd,
  type LocateOptions,
  type LocateQuestion,
  type NaptrRecord,
  SipLocation,
  type SrvRecord,
  type Uri,
} from '@interwork/sip';

/** Answers by `kind name`; what is not here is not found. */
export type Zone = Readonly<Record<string, LocateAnswer>>;

export interface Ran {
  readonly end: LocateEnd;
  /** `kind name` of every question, in order. */
  readonly asked: readonly string[];
  /** `transport address:port` of every target, or the reason there is none. */
  readonly came: readonly string[];
}

export function run(subject: Uri | string, zone: Zone, options: Partial<LocateOptions> = {}): Ran {
  const location = new SipLocation(subject, { random: () => 0, ...options });
  const asked: string[] = [];
  for (let out = location.next(); out !== undefined; out = location.next()) {
    if (isEnd(out)) return { end: out, asked, came: cameTo(out) };
    const key = `${out.kind} ${out.name}`;
    asked.push(key);
    location.receive(out, Object.hasOwn(zone, key) ? (zone[key] as LocateAnswer) : NOT_FOUND);
  }
  throw new Error('a location that neither asks nor ends');
}

export function isEnd(out: LocateQuestion | LocateEnd): out is LocateEnd {
  return out.kind === 'located' || out.kind === 'not-found' || out.kind === 'failed';
}

export function srv(...rows: readonly (readonly [number, number, number, string])[]): LocateAnswer {
  const records = rows.map(
    ([priority, weight, port, target]): SrvRecord => ({ priority, weight, port, target }),
  );
  return { kind: 'srv', records, ttl: 600 };
}

export function naptr(
  ...rows: readonly (readonly [number, number, string, string, string])[]
): LocateAnswer {
  const records = rows.map(
    ([order, preference, flags, service, replacement]): NaptrRecord => ({
      order,
      preference,
      flags,
      service,
      regexp: '',
      replacement,
    }),
  );
  return { kind: 'naptr', records, ttl: 900 };
}

export function address(...records: readonly string[]): LocateAnswer {
  return { kind: 'address', records, ttl: 300 };
}

export const NOT_FOUND: LocateAnswer = { kind: 'not-found' };
export const FAILED: LocateAnswer = { kind: 'failed' };

function cameTo(end: LocateEnd): readonly string[] {
  if (end.kind !== 'located') return [`${end.kind}: ${end.reason}`];
  return end.targets.map((target) => `${target.transport} ${target.address}:${target.port}`);
}
