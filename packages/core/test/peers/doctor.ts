// The certificate doctor as a program, over servers that are running: what it prints, and how it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Kind, Said } from './certificate-kinds.ts';

/** A finding, as far as it is sorted by. */
export interface DoctorFinding {
  /** The domain that was probed. */
  readonly certificate: string;
}

const ROOT = join(import.meta.dirname, '../../../..');
const PROGRAM = join(ROOT, 'examples/certificate-doctor/main.ts');

/** Runs it; the exit code, and what it printed. */
export async function doctor(args: readonly string[]): Promise<{ code: number; text: string }> {
  const flags = ['--conditions=@interwork/source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...flags, PROGRAM, ...args], { cwd: ROOT });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      text += data.toString();
    });
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

/** What it found of the servers at these addresses, by domain. */
export async function diagnosed(
  looking: readonly string[],
  places: readonly string[],
): Promise<ReadonlyMap<string, readonly DoctorFinding[]>> {
  const probes = places.flatMap((place) => ['--probe', place]);
  const { text } = await doctor([...looking, ...probes, '--json']);
  const { findings } = JSON.parse(text) as { readonly findings: readonly DoctorFinding[] };
  const found = new Map<string, readonly DoctorFinding[]>();
  for (const one of findings)
    found.set(one.certificate, [...(found.get(one.certificate) ?? []), one]);
  return found;
}

/** What it is to find of a kind: what our judge says, but that it knows a chain that is not whole from a stranger's. */
export function findingOf(kind: Kind, [code, field]: Said): object {
  const sentence = expect.stringMatching(/^[A-Z].{20,}\.$/s);
  return expect.objectContaining({
    level: 'error',
    holder: 'partner',
    role: 'server',
    code: kind === 'no-intermediate' ? 'missing-intermediate' : code,
    field,
    what: expect.stringMatching(/.{20}/),
    why: sentence,
    evidence: expect.stringMatching(/^CN=|^other\.example/),
    remedy: sentence,
  });
}
