// Asks for a certificate: what partners want of these names becomes a key and a request, two files in a folder. The key is
// readable by its owner alone, and nothing that is there already is written over.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { isFault, requestFor, requirements, writePem } from '@interwork/certs';
import { writeRequest } from '@interwork/certs/request';
import type { KeyKind } from '@interwork/certs/request';
import { nodeCrypto } from '@interwork/certs/node';
import { partnerOf } from './options.ts';
import type { Surroundings } from './main.ts';

const KINDS: readonly KeyKind[] = ['p256', 'p384', 'p521', 'rsa2048', 'rsa3072', 'rsa4096'];
const USAGE = `usage: request.ts --edge HOST [--sip DOMAIN ...] [--xmpp DOMAIN ...] [--partner DOMAIN[=HABIT] ...]
  [--key ${KINDS.join('|')}] --out FOLDER`;
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
  const wanted = requirements(names, ['server', 'client'], partners);
  const key = nodeCrypto.generateKey(kind);
  const request = writeRequest(requestFor(wanted), key);
  if (isFault(request)) throw new Error(request.text);
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'key.pem'), key.keyPem, { mode: 0o600, flag: 'wx' });
  const text = writePem(request, 'CERTIFICATE REQUEST');
  await writeFile(join(out, 'request.pem'), text, { flag: 'wx' });
  return [
    ...wanted.map(({ level, part, value, why }) => `${level.padEnd(7)}${part} ${value}: ${why}`),
    `Written: ${join(out, 'key.pem')}, ${join(out, 'request.pem')}`,
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await run(process.argv.slice(2), {
    print: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`${text}\n`),
  });
}
