// The example as its user runs it: each scene as expected, each with its reason on the screen.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { show } from './main.ts';
import { SCENES } from './scenes.ts';
import { setStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.close());

it('shows its scenes, says why, and finds each as expected', async () => {
  const screen: string[] = [];
  const good = await show(stage, (text) => void screen.push(text));
  const text = screen.join('\n');
  for (const shown of [
    'presence held (hold:keep) · RFC 8048 §5.2.1 · policy rule external-access:global, xmpp-partner:gmail.example',
    'message refused (not-added)',
    'added:ask',
    'message delivered',
    'sender proved by dialback',
    'sender proved by certificate',
  ]) {
    expect(text).toContain(shown);
  }
  expect(text.match(/✔ {4}/g)).toHaveLength(SCENES.length);
  expect([good, text.includes('✘')]).toEqual([true, false]);
});
