// One run by one seed: a script of deeds and faults, then fair weather and time to settle, then the end of everything
// between the four people. The script is data, so that a failing one can be cut down to what it needs.
import type { PresentityManners } from '@interwork/sip/testing';
import { type Deed, DEEDS, type DeedName } from './deeds.ts';
import { type Fault, FAULTS, type FaultName } from './faults.ts';
import { Random } from '@interwork/core/testing';
import { Town, type TownOptions } from './town.ts';
import { Truth } from './truth.ts';
import { fair } from './weather.ts';

/** One line of a script. */
export interface Step {
  readonly name: DeedName | FaultName;
  /** Which of the people, which gateway, and by what chance. */
  readonly sip: 0 | 1;
  readonly xmpp: 0 | 1;
  readonly chance: number;
  /** Milliseconds until the next. */
  readonly wait: number;
}

/** A whole script. */
export interface Script extends TownOptions {
  readonly steps: readonly Step[];
}

/** What became of a run. */
export interface Outcome {
  readonly script: Script;
  /** What did not hold, and at which step; empty when all did. */
  readonly problems: readonly string[];
  readonly ladder: readonly string[];
}

/** The script of a seed. */
export function scriptOf(seed: number, length = LENGTH): Script {
  const random = new Random(seed);
  const gateways = random.chance(0.5) ? 1 : 2;
  const transport = random.chance(0.7) ? 'udp' : 'tls';
  const deeds = weightsOf<DeedName>(DEEDS);
  const faults = weightsOf<FaultName>(FAULTS);
  const stepOf = (name: Step['name'], other: number): Step => ({
    name,
    sip: random.chance(other) ? 1 : 0,
    xmpp: random.chance(other) ? 1 : 0,
    chance: random.below(1_000_000_000),
    wait: waitOf(random),
  });
  const steps = BEGINNING.filter(() => random.chance(0.8)).map((name) => stepOf(name, 0));
  while (steps.length < length)
    steps.push(
      random.chance(0.2)
        ? stepOf(random.weighted(faults), 0.5)
        : stepOf(random.weighted(deeds), 0.3),
    );
  const poll = random.pick([1_000, 5_000]);
  const cut = random.chance(0.2) ? { split: 1 + random.below(80) } : {};
  return { seed, gateways, transport, poll, ...cut, ...mannersOf(random), steps };
}

/** How the SIP domain is, within what is decent. */
function mannersOf(random: Random): Pick<TownOptions, 'manners' | 'hasProxy'> {
  const manners: Partial<PresentityManners> = {
    ...(random.chance(0.2) ? { accepted: 202 } : {}),
    ...(random.chance(0.2) ? { denial: 'notify' } : {}),
    ...(random.chance(0.2) ? { lateAnswer: 1 + random.below(400) } : {}),
    ...(random.chance(0.2) ? { longest: 120 + random.below(1_800) } : {}),
    ...(random.chance(0.1) ? { forks: 1 } : {}),
  };
  return { manners, hasProxy: random.chance(0.2) };
}

/** Plays a script to its end, or to the first thing that does not hold. */
export function play(script: Script, isTold = false): Outcome {
  const town = new Town({ ...script, isTold });
  const truth = new Truth(town);
  const problems: string[] = [];
  try {
    problems.push(...acts(town, truth, script));
  } catch (error) {
    problems.push(
      `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
  for (const problem of problems) town.tell(`!! ${problem}`);
  return { script, problems, ladder: town.ladder };
}

/** The same script with as few steps as still fail; `run` plays one, so many times at most. */
export function cutDown(failed: Outcome, run = play, patience = 400): Outcome {
  let [best, left] = [failed, patience];
  for (let size = Math.ceil(failed.script.steps.length / 2); size >= 1; size = half(size)) {
    for (let at = 0; at < best.script.steps.length && left > 0; left--) {
      const { steps } = best.script;
      const fewer = run({ ...best.script, steps: steps.toSpliced(at, size) });
      if (isSame(fewer, failed)) best = fewer;
      else at += size;
    }
  }
  return best;
}

function half(size: number): number {
  return size === 1 ? 0 : Math.ceil(size / 2);
}

function acts(town: Town, truth: Truth, script: Script): readonly string[] {
  for (const step of script.steps) {
    const problems = take(town, truth, step);
    if (problems.length > 0) return problems;
  }
  const unsettled = settle(town, truth);
  return (unsettled.length > 0 ? unsettled : end(town, truth)).slice(0, MOST);
}

/** One step, and time until the next; it is looked at several times on the way. */
function take(town: Town, truth: Truth, step: Step): readonly string[] {
  const before = truth.look();
  if (before.length > 0) return before;
  act(town, step);
  town.step();
  return watch(town, truth, step.wait);
}

/** Lets time pass, and looks. */
function watch(town: Town, truth: Truth, duration: number): readonly string[] {
  const part = Math.max(1, Math.ceil(duration / LOOKS));
  for (let left = duration; ; left -= part) {
    const problems = truth.look();
    if (problems.length > 0 || left <= 0) return problems;
    town.pass(Math.min(part, left));
  }
}

function act(town: Town, { name, sip, xmpp, chance }: Step): void {
  const random = new Random(chance);
  const [sipUser, xmppUser] = [town.sipUsers[sip], town.xmppUsers[xmpp]];
  const gateway = town.gateways[xmpp % town.gateways.length];
  if (sipUser === undefined || xmppUser === undefined || gateway === undefined) return;
  town.tell(`-- ${name} (${sipUser.address}, ${xmppUser.address}, ${gateway.address})`);
  if (isFault(name)) FAULTS[name].act({ town, gateway, chance: random });
  else DEEDS[name].act({ town, sip: sipUser, xmpp: xmppUser, chance: random });
}

/**
 * Faults end, everybody says once more what he wants, requests are decided, a refresh interval passes; then
 * everybody must see the truth, and nobody may have asked too often.
 */
function settle(town: Town, truth: Truth): readonly string[] {
  const random = new Random(town.options.seed + 3);
  calm(town);
  const problems = [...watch(town, truth, SHORT)];
  again(town);
  problems.push(...watch(town, truth, SHORT));
  decide(town, random);
  problems.push(...watch(town, truth, SHORT));
  problems.push(...answered(town, truth));
  const asked = town.asked.length;
  problems.push(...watch(town, truth, INTERVAL));
  if (problems.length > 0) return problems;
  return [...truth.settled(), ...storm(town, asked)];
}

/**
 * L4: what a gateway has taken when it closes is ended, and it soon holds nothing. What is written before opens the
 * streams, so that what is written then has come.
 */
function drained(town: Town, truth: Truth): readonly string[] {
  everybodyWrites(town);
  town.pass(TRANSACTION);
  const since = town.world.clock.now;
  everybodyWrites(town);
  town.pass(2);
  town.tell('-- the gateways close');
  for (const gateway of town.gateways) gateway.drain();
  const problems = [...watch(town, truth, 2 * TRANSACTION), ...town.mail.unanswered(since)];
  const open = town.gateways.filter(({ isDrained }) => !isDrained);
  return [...problems, ...open.map(({ address }) => `L4: ${address} does not end`)];
}

/** L2, S4: everybody writes to everybody, and is answered in time; nothing written before is gone. */
function answered(town: Town, truth: Truth): readonly string[] {
  everybodyWrites(town);
  return [...watch(town, truth, 2 * TRANSACTION), ...town.mail.settled()];
}

function everybodyWrites(town: Town): void {
  town.tell('-- everybody writes to everybody');
  for (const sip of town.sipUsers) {
    for (const xmpp of town.xmppUsers) {
      town.mail.sipSends(sip, xmpp);
      town.mail.xmppSends(xmpp, sip);
    }
  }
  town.step();
}

/** B5, L3: requests that messages may cause at most; what gateways ask for in an interval without faults and deeds, and in the worst minute. */
function storm(town: Town, since: number): readonly string[] {
  const quiet = town.asked.slice(since).filter(({ method }) => method === 'SUBSCRIBE').length;
  const worst = town.asked.reduce((most, { at }, index) => {
    const first = town.asked.findIndex((one) => one.at > at - MINUTE);
    return Math.max(most, index - first + 1);
  }, 0);
  const messages = town.asked.filter(({ method }) => method === 'MESSAGE').length;
  return [
    ...(messages > town.mail.most ? [`B5: ${messages} MESSAGEs of ${town.mail.most}`] : []),
    ...(quiet > perInterval(town) ? [`L3: ${quiet} SUBSCRIBEs in a quiet interval`] : []),
    ...(worst > PER_MINUTE ? [`L3: ${worst} requests in a minute`] : []),
  ];
}

/** SUBSCRIBEs for four pairs of people: a refresh when half of what is granted has passed, and one more. */
function perInterval({ options }: Town): number {
  const granted = (options.manners.longest ?? 3_600) * 1000;
  return 4 * (1 + Math.ceil(INTERVAL / (granted / 2)));
}

function calm(town: Town): void {
  town.tell('-- all faults end');
  Object.assign(town.weather, fair());
  town.partings.healAll();
  for (const gateway of town.gateways) gateway.start();
}

function again(town: Town): void {
  town.tell('-- everybody says once more what he wants');
  for (const sip of town.sipUsers) {
    if (!town.chronicle.away.has(sip)) sip.login();
    for (const xmpp of town.xmppUsers) {
      const item = xmpp.roster().find(({ jid }) => jid === sip.address);
      if (item?.ask === true) xmpp.subscribe(sip.address);
    }
  }
  town.step();
}

function decide(town: Town, random: Random): void {
  town.tell('-- whoever is asked decides');
  for (const sip of town.sipUsers) {
    for (const xmpp of town.xmppUsers) {
      const [sipLets, xmppLets] = [random.chance(0.7), random.chance(0.7)];
      if (sip.pendingWatchers.includes(xmpp.address)) {
        if (sipLets) sip.allow(xmpp.address);
        else sip.deny(xmpp.address);
      }
      if (!xmpp.requests().some(({ from }) => from?.bare === sip.address)) continue;
      if (xmppLets) xmpp.approve(sip.address);
      else xmpp.deny(sip.address);
    }
  }
  town.step();
}

/** Everybody takes everybody off, and after a long time nothing is left. */
function end(town: Town, truth: Truth): readonly string[] {
  town.tell('-- everybody removes everybody');
  for (const sip of town.sipUsers) {
    for (const xmpp of town.xmppUsers) {
      sip.unwatch(xmpp.address);
      sip.undecide(xmpp.address);
      xmpp.unsubscribe(sip.address);
      xmpp.deny(sip.address);
      xmpp.remove(sip.address);
    }
  }
  const problems = [...watch(town, truth, INTERVAL)];
  if (problems.length > 0) return problems;
  problems.push(...drained(town, truth));
  if (problems.length > 0) return problems;
  for (const gateway of town.gateways) {
    gateway.crash();
    gateway.start(0, SLOW_POLL);
  }
  town.pass(A_LONG_TIME);
  return [...truth.look(), ...truth.left()];
}

/** Durations between steps: mostly short, so that things meet, and now and then long. */
function waitOf(random: Random): number {
  const most = random.pick([0, 5, 100, 1_000, 1_000, 7_000, 60_000, 600_000, 2_400_000]);
  return random.below(most + 1);
}

function weightsOf<Name extends string>(
  rows: Readonly<Record<Name, Deed | Fault>>,
): Readonly<Record<Name, number>> {
  const entries = Object.entries<Deed | Fault>(rows).map(([name, { weight }]) => [name, weight]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

function isFault(name: DeedName | FaultName): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

/** Whether a run failed in the same way: its problems begin alike. */
function isSame(run: Outcome, failed: Outcome): boolean {
  const kind = (problems: readonly string[]): string => (problems[0] ?? '').slice(0, 5);
  return run.problems.length > 0 && kind(run.problems) === kind(failed.problems);
}

/** How two of the people mostly begin, so that there is something to go wrong. */
const BEGINNING: readonly DeedName[] = [
  'xmpp logs in',
  'sip shows',
  'sip watches',
  'xmpp subscribes',
  'xmpp approves',
  'sip allows',
];

/** Steps of a script, and how often it is looked at what holds after each. */
const LENGTH = 30;
const LOOKS = 4;

const MINUTE = 60_000;
/** 64*T1. */
const TRANSACTION = 32_000;
const SHORT = 2 * MINUTE;
/** The longest subscription, and a little. */
const INTERVAL = 62 * MINUTE;
/** Longer than anything is remembered of people who have nothing to do with each other. */
const A_LONG_TIME = 9 * 60 * MINUTE;
/** Until then nothing is in a hurry. */
const SLOW_POLL = MINUTE;

/** Requests of all methods for four pairs in the worst minute of a run. */
const PER_MINUTE = 60;
/** Problems that are told of one run. */
const MOST = 10;
