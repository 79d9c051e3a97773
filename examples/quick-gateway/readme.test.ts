// The README as its reader uses it: every file it prints is written down and loaded by the program it is for.
// Whole federations from this page, with the servers running, are in packages/core/test/peers.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationFindings } from '@interwork/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf } from './blocks.ts';
import { Stage } from './stage.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const has = (tool: string): boolean => spawnSync('which', [tool]).status === 0;
const unless = (tool: string): string => (has(tool) ? '' : ` (skipped: ${tool} is not installed)`);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  for (const [name, text] of blocksOf(page))
    writeFileSync(
      join(folder, name),
      text.replaceAll(/\/etc\/(?:kamailio|prosody(?:\/certs)?)/g, folder),
    );
  if (has('openssl')) run('sh', 'make-certificates.sh');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, ...args: readonly string[]): { status: number | null; said: string } {
  const done = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  return { status: done.status, said: done.stdout + done.stderr };
}

describe.skipIf(!has('openssl'))(`certificates${unless('openssl')}`, () => {
  it('are what the gateway, with its policy, takes as it is printed', async () => {
    for (const name of ['gateway.json', 'gateway-component.json'])
      expect(await configurationFindings(join(folder, name))).toEqual([]);
  });

  it('the gateway has one for each role, and neither is fit for the other', () => {
    const fits = (name: string, purpose: string): boolean =>
      run('openssl', 'verify', '-CAfile', 'ca.pem', '-purpose', purpose, name).status === 0;
    for (const [name, as, not] of [
      ['gateway.pem', 'sslserver', 'sslclient'],
      ['gateway-client.pem', 'sslclient', 'sslserver'],
    ] as const)
      expect([fits(name, as), fits(name, not)]).toEqual([true, false]);
  });

  it('hold for the authority', () => {
    const all = ['kamailio.pem', 'gateway.pem', 'gateway-client.pem', 'prosody.pem'];
    expect(run('openssl', 'verify', '-CAfile', 'ca.pem', ...all).status).toBe(0);
  });
});

describe('the files of the other programs', () => {
  it.skipIf(!has('kamailio'))(`kamailio.cfg and tls.cfg${unless('kamailio')}`, () => {
    const { status, said } = run('kamailio', '-c', '-f', join(folder, 'kamailio.cfg'));
    expect([status, said]).toEqual([0, expect.stringContaining('config file ok')]);
  });

  it.skipIf(!has('prosodyctl'))(`both files of Prosody${unless('prosodyctl')}`, () => {
    for (const name of ['prosody.cfg.lua', 'prosody-component.cfg.lua']) {
      const args = ['--config', join(folder, name), '--root', 'check', 'config'];
      const { status, said } = run('prosodyctl', ...args);
      expect([status, said]).toEqual([0, expect.stringContaining('All checks passed')]);
    }
  });

  it.skipIf(!has('systemd-analyze'))(`the unit${unless('systemd-analyze')}`, () => {
    const unit = join(folder, 'interwork.service');
    writeFileSync(unit, readFileSync(unit, 'utf8').replace('/usr/bin/node', process.execPath));
    expect(run('systemd-analyze', 'verify', unit)).toEqual({ status: 0, said: '' });
  });

  it('the unit starts again what a reload has ended before it could take one', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'gateway.json']);
    child.kill('SIGHUP');
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGHUP');
    // systemd takes this end for a clean one, which Restart=on-failure leaves at that
    const unit = readFileSync(join(folder, 'interwork.service'), 'utf8');
    expect(unit.split('\n')).toContain(`RestartForceExitStatus=${signal}`);
  });

  it('the recipe of the container copies and starts what is there', () => {
    const text = readFileSync(join(folder, 'Dockerfile'), 'utf8');
    const words = 'FROM|WORKDIR|COPY|RUN|USER|VOLUME|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD';
    for (const line of text.trim().split('\n').filter(Boolean))
      expect(line).toMatch(new RegExp(`^(?:${words}) `));
    const scripts = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    expect(text).toContain('npm run build --prefix examples/quick-gateway');
    expect(scripts.scripts['build']).toContain('main.ts');
    const started = /"(examples\/[^"]+)\/dist\/main\.js"/.exec(text)?.[1] ?? '';
    expect(existsSync(join(root, started, 'main.ts'))).toBe(true);
  });
});

describe('the numbers', () => {
  it('are those that the program tells, each of them', async () => {
    const stage = await Stage.set();
    try {
      const gateway = await stage.start();
      const { text } = await stage.health(gateway, '/metrics');
      const told = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);
      const listed = [...page.matchAll(/`((?:interwork|process)_\w+)`/g)].map(([, name]) => name);
      expect(new Set(listed)).toEqual(new Set(told));
    } finally {
      await stage.close();
    }
  });
});
