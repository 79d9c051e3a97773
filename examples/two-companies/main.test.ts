// The example as its user runs it: five scenes, each as expected, each with its reason on the screen.
import { expect, it } from 'vitest';
import { show } from './main.ts';
import { setStage } from './stage.ts';

it('shows five scenes, says why, and finds each as expected', async () => {
  const screen: string[] = [];
  const stage = await setStage();
  try {
    expect(await show(stage, (text) => void screen.push(text))).toBe(true);
  } finally {
    await stage.close();
  }
  const text = screen.join('\n');
  for (const shown of [
    'to d\\27artagnan@gtalk.example',
    'policy rule contoso-gtalk',
    'proved by dialback',
    'service-unavailable',
    'policy rule no-spam',
    'validity.notAfter',
  ]) {
    expect(text).toContain(shown);
  }
  expect(text.match(/✔ {4}/g)).toHaveLength(5);
  expect(text).not.toContain('✘');
});
