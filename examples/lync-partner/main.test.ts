// The example as its user runs it: each scene as expected, each habit named, and a trace replayed.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main, replayFile, show } from './main.ts';
import { SCENES } from './scenes.ts';
import { setStage, type Stage } from './stage.ts';

describe('the conversation', () => {
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
      'first-message, conversation-id, keep-alive, endpoint-id',
      'Romeo reads: Hello Romeo',
      'Amy reads: Hello Amy',
      'audio refused (call) · RFC 3261 §21.4.26',
      'Amy reads: One more thing',
    ]) {
      expect(text).toContain(shown);
    }
    expect(text.match(/✔ {4}/g)).toHaveLength(SCENES.length);
    expect([good, text.includes('✘')]).toEqual([true, false]);
  });
});

describe('a trace', () => {
  it('is replayed, and what is otherwise is told by line', () => {
    const screen: string[] = [];
    const code = replayFile(
      join(import.meta.dirname, 'sample.txt'),
      (text) => void screen.push(text),
    );
    const text = screen.join('\n');
    expect(code).toBe(1);
    for (const shown of [
      '-> INVITE sip:romeo@fabrikam.example   [first-message',
      '! header: expected one that is known, found ms-new-header',
      '! first-message: expected no second time: the answer said it was taken',
      '5 messages, 2 differences',
    ]) {
      expect(text).toContain(shown);
    }
  });

  it('that is not named is asked for', async () => {
    expect(await main(['replay'])).toBe(2);
  });
});
