// The public names of @interwork/core/ladder, one by one.
export type { Shows } from './hiding.ts';
export { ladderJsonLines } from './json-lines.ts';
export {
  type Arrow,
  type Ladder,
  type Note,
  type Rail,
  type Side,
  type Step,
  stepsOf,
  type Told,
  type Wire,
} from './ladder.ts';
export { DEFAULT_LADDER_LIMITS, type LadderLimits } from './limits.ts';
export { ladderMermaid } from './mermaid.ts';
export { ladderPage, type PageOptions, type PageSection } from './page.ts';
export { type GatewayMachine, Recording, type RecordingOptions } from './recording.ts';
export { GATEWAY } from './rails.ts';
export { headingText, ladderText, stepsText, type TextOptions } from './text.ts';
export { type Row, whyInOne, whyInRows } from './why.ts';
