// The example as its user runs it: each scene as expected, each with its reason on the screen; and the prompt.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main, show } from './main.ts';
import { obey } from './prompt.ts';
import { SCENES } from './scenes.ts';
import { setStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.close());

it('shows its scenes, says why, and finds each as expected', async () => {
  const screen: string[] = [];
  const { good, sections } = await show(stage, (text) => void screen.push(text));
  expect(good).toBe(true);
  expect(sections).toHaveLength(SCENES.length);
  const text = screen.join('\n');
  for (const shown of [
    'to d\\27artagnan@gtalk.example',
    'policy rule contoso-gtalk',
    'proved by dialback',
    'service-unavailable',
    'presence handed-over (subscribe:ask) · RFC 8048 §5.2.1 · policy rule contoso-gtalk',
    'presence handed-over (active:grant) · RFC 8048 §6.3',
    'open dnd "In a meeting"',
    'NOTIFY terminated;reason=rejected',
    'presence handed-over (subscribed:activate) · RFC 8048 §5.3.1',
    'open away "Lunch"',
    'ended; another has begun',
    'SUBSCRIBE for 0 s',
    'policy rule discovery',
    'ms-source-type=AutoFederation',
    'diagnostics 1009',
    'to sip:erin(adatum.example)@cloud.example',
    'public-provider:cloud',
    'policy rule external-access:user:Business · diagnostics 1001',
    'policy rule no-spam',
    'its certificate is for servers alone',
    'refused by validity.notAfter',
    'refused by extKeyUsage',
    'refused by issuer',
    'refused by validity.notBefore',
  ]) {
    expect(text).toContain(shown);
  }
  expect(text.match(/✔ {4}/g)).toHaveLength(SCENES.length);
  expect(text).not.toContain('✘');
});

it.each([
  ['who is nobody', ['dave: hello'], /begin with "alice" or "carol"/],
  ['what nobody can do', ['alice constructor'], /one of: add, remove, allow/],
  ['a message', ['alice: hello'], /carol reads: hello/],
  ['a message the other way', ['carol: hello'], /alice reads: hello/],
  [
    'a contact',
    ['alice online', 'carol add', 'alice allow'],
    /carol sees alice: available .*: to\)/,
  ],
  ['a refusal', ['carol add', 'alice deny'], /carol sees alice: nothing .*: none\)/],
  ['a change', ['alice add', 'carol allow', 'carol away Tea'], /alice sees carol: away "Tea"/],
  ['an end', ['alice add', 'carol allow', 'carol offline'], /alice sees carol: offline/],
])('the prompt takes %s', async (_what, lines, shown) => {
  const screen: string[] = [];
  for (const line of lines) screen.push(...(await obey(stage, line)));
  expect(screen.join('\n')).toMatch(shown);
});

it('asks for a dialect that there is', async () => {
  expect(await main(['--dialect', 'klingon'])).toBe(2);
});
