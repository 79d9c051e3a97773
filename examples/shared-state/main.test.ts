// The example as its user runs it: three processes over one Redis, one of them killed.
import { expect, it } from 'vitest';
import { show } from './main.ts';
import { hasRedis } from './processes.ts';
import { setStage } from './stage.ts';

const absent = hasRedis ? '' : ' (skipped: no redis-server)';

it.skipIf(!hasRedis)(
  `loses no subscription and doubles none${absent}`,
  { timeout: 300_000 },
  async () => {
    const screen: string[] = [];
    const stage = await setStage(3);
    try {
      await show(stage, (text) => void screen.push(text));
    } finally {
      await stage.close();
    }
    const text = screen.join('\n');
    expect(text).not.toContain('✘');
    expect(text).toMatch(/second requests for authorization +0\n/);
    expect(text).toMatch(/subscriptions after +80\n/);
  },
);
