// A reporter that ends every run with one plain line: `N passed, N failed, N skipped`. A file or a suite
// that failed as a whole, before any of its tests, counts as one failure.
import type { Reporter } from 'vitest/node';

export const closingLine: Reporter = {
  onTestRunEnd(modules, errors) {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      count.failed += module.errors().length > 0 ? 1 : 0;
      for (const suite of module.children.allSuites()) {
        count.failed += suite.errors().length > 0 ? 1 : 0;
      }
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== 'pending') count[state] += 1;
      }
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  },
};
