// `npm run sim -- --seeds N [--from S] [--length L] [--brief] [--ladder]`: runs N seeds from S on. A seed that fails is
// cut down to the steps it needs and told with its ladder, which `--brief` leaves out; the same seed fails again in the
// same way. `--ladder` tells every run.
import { cutDown, type Outcome, play, scriptOf } from './run.ts';

/** Ladders are long: so many failures are told with theirs. */
const TOLD = 3;

const options = parse(process.argv.slice(2));
const started = performance.now();
const failed: number[] = [];

for (let seed = options.from; seed < options.from + options.seeds; seed++) {
  const outcome = play(scriptOf(seed, options.length), options.ladder);
  if (options.ladder) console.log(outcome.ladder.join('\n'));
  if (outcome.problems.length === 0) continue;
  failed.push(seed);
  if (options.brief || failed.length <= TOLD) tell(seed, outcome);
}

const seconds = ((performance.now() - started) / 1000).toFixed(1);
const end = failed.length === 0 ? 'all hold' : `${failed.length} fail: ${failed.join(', ')}`;
console.log(`${options.seeds} seeds from ${options.from} in ${seconds} s: ${end}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function tell(seed: number, outcome: Outcome): void {
  console.log(`\nseed ${seed} fails:`);
  for (const problem of outcome.problems) console.log(`  ${problem}`);
  console.log(`  again: npm run sim -- --from ${seed} --seeds 1`);
  if (options.brief) return;
  const small = cutDown(outcome);
  const { gateways, transport, steps } = small.script;
  console.log(`\ncut down to ${steps.length} steps (${gateways} gateways, ${transport}):`);
  for (const problem of small.problems) console.log(`  ${problem}`);
  console.log(play(small.script, true).ladder.join('\n'));
}

function parse(args: readonly string[]) {
  const numberOf = (name: string, otherwise: number): number => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(args[at + 1]);
  };
  return {
    seeds: numberOf('seeds', 100),
    from: numberOf('from', 1),
    length: numberOf('length', 30),
    ladder: args.includes('--ladder'),
    brief: args.includes('--brief'),
  };
}
