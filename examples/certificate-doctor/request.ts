// Asks for certificates: what partners want of these names becomes a key and a request for each role, or for both where that
// is said; two files each in a folder. A key is readable by its owner alone, and nothing that is there already is written over.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { isFault, requestFor, requirements, writePem } from '@interwork/certs';
import { writeRequest } from '@interwork/certs/request';
import type { Requirement } from '@interwork/certs';
import type { KeyKind } from '@interwork/certs/request';
import { nodeCrypto } from '@interwork/certs/node';
import { partnerOf, rolesOf } from './options.ts';
import type { Surroundings } from './main.ts';

const KINDS: readonly KeyKind[] = ['p256', 'p384', 'p521', 'rsa2048', 'rsa3072', 'rsa4096'];
const USAGE = `usage: request.ts --edge HOST [--sip DOMAIN ...] [--xmpp DOMAIN ...] [--partner DOMAIN[=HABIT] ...]
  [--role server|client|both ...] [--key ${KINDS.join('|')}] --out FOLDER`;
const TEXTS = { type: 'string', multiple: true, default: [] as string[] } as const;

/** Does what the arguments ask; the exit code. */
export async function run(
  args: readonly string[],
  { print, complain }: Pick<Surroundings, 'print' | 'complain'>,
): Promise<number> {
  try {
    for (const line of await ask(args)) print(line);
    return 0;
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 3;
  }
}

async function ask(args: readonly string[]): Promise<readonly string[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      edge: { type: 'string' },
      out: { type: 'string' },
      key: { type: 'string', default: 'p256' },
      role: { type: 'string', multiple: true, default: ['server', 'client'] },
      sip: TEXTS,
      xmpp: TEXTS,
      partner: TEXTS,
    },
  });
  const { edge, out } = values;
  const kind = KINDS.find((one) => one === values.key);
  if (edge === undefined || out === undefined)
    throw new Error('An --edge and an --out are needed.');
  if (kind === undefined) throw new Error(`${values.key} is no kind of key.`);
  const partners = values.partner.map((text) => partnerOf(text, 'sip'));
  const names = { edge, sipDomains: values.sip, xmppDomains: values.xmpp };
  const plans = values.role.map((role) => ({
    role,
    wanted: requirements(names, rolesOf(role), partners),
  }));
  await mkdir(out, { recursive: true });
  const lines: string[] = [];
  for (const { role, wanted } of plans) {
    const files = await writeOne(join(out, role), wanted, kind);
    const said = wanted.map(
      ({ level, part, value, why }) => `${level.padEnd(7)}${part} ${value}: ${why}`,
    );
    lines.push(`As ${role}:`, ...said, `Written: ${files.join(', ')}`);
  }
  return lines;
}

/** A key and its request, beside each other. */
async function writeOne(
  place: string,
  wanted: readonly Requirement[],
  kind: KeyKind,
): Promise<readonly string[]> {
  const key = nodeCrypto.generateKey(kind);
  const request = writeRequest(requestFor(wanted), key);
  if (isFault(request)) throw new Error(request.text);
  const files = [`${place}-key.pem`, `${place}-request.pem`] as const;
  await writeFile(files[0], key.keyPem, { mode: 0o600, flag: 'wx' });
  await writeFile(files[1], writePem(request, 'CERTIFICATE REQUEST'), { flag: 'wx' });
  return files;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await run(process.argv.slice(2), {
    print: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`${text}\n`),
  });
}
