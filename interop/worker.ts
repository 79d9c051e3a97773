// One world of the run: started in a namespace of its own, told which link and which gateway, prints a line of JSON
// for each case that is done.
import { CASES } from './src/cases/index.ts';
import type { Case, Result } from './src/cases/case.ts';
import { GATEWAYS } from './src/gateways/index.ts';
import { LINKS } from './src/links.ts';
import { within } from './src/process.ts';
import { startWorld, type World } from './src/world.ts';

/** The bound of a whole case, milliseconds. */
const CASE = 120_000;
const [linkId = '', gatewayId = '', ...only] = process.argv.slice(2);
const link = LINKS.find(({ id }) => id === linkId);
const make = GATEWAYS[gatewayId]?.make;
if (link === undefined || make === undefined) throw new Error(`no ${linkId} or ${gatewayId}`);
const asked = CASES.filter(({ id }) => only.length === 0 || only.some((part) => id.includes(part)));
const world = await startWorld(link, make);
const { hasPresence, hasSessions } = world.gateway;
const fits = ({ on, needs }: Case): boolean =>
  (on?.(world.link) ?? true) &&
  (needs !== 'presence' || hasPresence) &&
  (needs !== 'sessions' || hasSessions);
const at = (when: Case['when']): readonly Case[] =>
  asked.filter((one) => fits(one) && (one.when ?? 'plain') === when);
for (const one of asked) if (!fits(one)) tell({ link: link.id, id: one.id, outcome: 'not-there' });
const beside = at('beside').map((one) => tryOn(world, one));
for (const one of at('plain')) await tryOn(world, one);
await Promise.all(beside);
// What servers take their time to notice after an end is nobody's to promise: such a case may be tried twice.
for (const one of at('last')) await tryOn(world, one, one.needs === 'presence' ? 2 : 1);
await world.stop();
process.exit();

async function tryOn(on: World, one: Case, tries = 1): Promise<void> {
  const started = Date.now();
  const done = { link: on.link.id, id: one.id };
  try {
    if (!on.gateway.isRunning) await on.gateway.start();
    const measured = await within('the case', Promise.race([one.run(on), fallen(on)]), CASE);
    if (!on.gateway.isRunning) await within('the gateway’s end', fallen(on));
    tell(
      { ...done, outcome: 'holds', ...(measured === undefined ? {} : { why: measured }) },
      started,
    );
  } catch (error) {
    if (tries > 1) return tryOn(on, one, tries - 1);
    tell(
      { ...done, outcome: 'fails', why: (error as Error).message.split('\n')[0] ?? '' },
      started,
    );
    if (process.env['INTERWORK_LOGS'] !== undefined) showLogs(on);
  }
}

/** Fails when the gateway ends by itself. */
async function fallen({ gateway }: World): Promise<never> {
  const exit = await (gateway.fallen ?? new Promise<never>(() => undefined));
  throw new Error(`the gateway ended by itself (${exit.signal ?? exit.code})`);
}

function tell(result: Result, started = Date.now()): void {
  console.log(JSON.stringify({ ...result, took: Date.now() - started }));
}

function showLogs({ gateway, server, proxy, presence, people }: World): void {
  for (const [name, log] of Object.entries({ gateway, server, proxy, presence, people }))
    console.error(`--- ${name}\n${log.log.slice(-6000)}`);
}
