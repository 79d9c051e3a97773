// All cases, in the order of the table.
import type { Case } from './case.ts';
import { CONTENT } from './content.ts';
import { ENDINGS } from './endings.ts';
import { ERRORS } from './errors.ts';
import { ORDER } from './order.ts';

export const CASES: readonly Case[] = [...CONTENT, ...ERRORS, ...ORDER, ...ENDINGS];
