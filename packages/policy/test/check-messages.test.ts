// Archiving and the filter of links.
import { describe } from 'vitest';
import { runs, quiet } from './check-rows.ts';

describe('messages', () => {
  runs([
    [
      'archiving that is off',
      ['"archiving":{"archiveExternal":true}'],
      'warning archiving-off',
      '/archiving/enableArchiving',
      2,
    ],
    [
      'a warning without words',
      ['"imFilter":{"enabled":true,\n"action":"warn"}'],
      'warning filter-without-warning',
      '/imFilter/action',
      3,
    ],
  ]);
  quiet([
    ['archiving', ['"archiving":{"archiveExternal":true,"enableArchiving":"imOnly"}']],
    ['a filter that is off', ['"imFilter":{"enabled":false,"action":"warn"}']],
  ]);
});
