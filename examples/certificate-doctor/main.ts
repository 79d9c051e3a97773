// The doctor as a program: reads what it is pointed at, prints what it finds, ends with a code that
// monitoring understands: 0 good health, 1 warnings, 2 errors, 3 it could not look.
import { pathToFileURL } from 'node:url';
import { AUTHORITY_PROFILES, PROFILES_AS_OF, diagnose, forecast } from '@interwork/certs';
import type { Deployment, DoctorPartner, Finding } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { USAGE, readWish } from './options.ts';
import type { Wish } from './options.ts';
import { presentedAt, serviceAt } from './probe.ts';
import type { Address } from './probe.ts';
import { calendarText, findingText } from './report.ts';

export interface Surroundings {
  readonly now: number;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Does what the arguments ask; the exit code. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    const wish = await readWish(args);
    const probed = await Promise.all(wish.addresses.map(partnerAt));
    const { credentials } = wish;
    return tell(wish, { credentials, partners: [...wish.partners, ...probed] }, around);
  } catch (error) {
    around.complain(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 3;
  }
}

async function partnerAt(address: Address): Promise<DoctorPartner> {
  const { domain, host, port } = address;
  try {
    return { domain, service: serviceAt(address), asServer: await presentedAt(address) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${host}:${port}: ${why}`, { cause: error });
  }
}

function tell(wish: Wish, deployment: Deployment, { now, print }: Surroundings): number {
  const { anchors, lists, json, calendar } = wish;
  const revocation = { lists, scope: 'leaf', missing: 'accepted' } as const;
  const findings = diagnose(deployment, { now, crypto: nodeCrypto, anchors, revocation });
  const entries = calendar ? forecast(deployment, { now }, AUTHORITY_PROFILES) : [];
  if (json)
    print(JSON.stringify({ findings, calendar: entries, profiles: PROFILES_AS_OF }, null, 2));
  else {
    for (const one of findings) print(findingText(one));
    if (findings.length === 0) print('In good health.');
    if (calendar) print(calendarText(entries));
  }
  return codeOf(findings);
}

const codeOf = (findings: readonly Finding[]): number =>
  findings.some(({ level }) => level === 'error') ? 2 : findings.length > 0 ? 1 : 0;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await run(process.argv.slice(2), {
    now: Date.now(),
    print: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`${text}\n`),
  });
}
