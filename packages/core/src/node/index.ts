// The public names of @interwork/core/node, one by one.
export { alarm, steadyClock } from './clock.ts';
export { type Judges, judgesFor } from './judges.ts';
export { drawToken, mac } from './random.ts';
export { nodeTiming, run } from './run.ts';
