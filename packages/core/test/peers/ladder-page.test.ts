// The page of ladders in a browser, offline: it opens by mouse and keyboard, shows both sides beside each other, can be read
// in the light and in the dark, obeys its own policy, and takes nothing of a peer for structure. With INTERWORK_SCREENSHOTS
// set to a folder, what was seen is kept there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ladderPage, Recording } from '@interwork/core/ladder';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, CHAT, message, requests, response, stanzas } from '../gateway-bench.ts';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const executablePath = BROWSERS.map(whereIs).find((path) => path !== '') ?? '';
const absent = executablePath === '' ? ' (skipped: no Chromium is installed)' : '';
const HOSTILE = '</bdi></style><script>document.title="taken"</script><img src=x onerror=alert(1)>';

let browser: Browser;
let folder: string;

function whereIs(name: string): string {
  const found = spawnSync('which', [name], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : '';
}

/** A message each way, one that is refused, and a peer that is turned away. */
function written(): string {
  const bench = new Bench();
  const recording = new Recording({ addresses: 'full', words: 'full' });
  bench.machine = recording.over(bench.gateway);
  const [stanza] = stanzas(
    bench.sip(message('sip:bob@xmpp.test', 'sip:alice@sip.test', [`Subject: ${HOSTILE}`], HOSTILE)),
  );
  bench.fate(stanza?.context, 'sent');
  bench.tick(300);
  const [request] = requests(bench.stanza(CHAT));
  bench.now += 20;
  bench.feed({
    kind: 'sip',
    event: { kind: 'response', response: response(200), context: request?.context },
  });
  bench.stanza(CHAT.replace('xmpp.test', 'spam.test'));
  const judgement = {
    accepted: false,
    proved: [],
    certificate: `CN=${HOSTILE}`,
    faults: [{ code: 'expired', field: 'validity.notAfter', text: HOSTILE }],
  };
  const remote = { address: '192.0.2.7', port: 5 };
  bench.feed({ kind: 'sip', event: { kind: 'refused-peer', remote, judgement } });
  const verdict = { good: true, text: 'as it should' };
  const sections = [{ title: `Each way, ${HOSTILE}`, ladder: recording.ladder(), verdict }];
  return ladderPage({ title: 'What passed', sections });
}

/** The page, without a network; the answer of `wrong` is all that the browser complained of or asked for. */
async function opened(colorScheme: 'light' | 'dark', width = 1280) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 1000 },
    offline: true,
  });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('console', (said) => wrong.push(`${said.type()}: ${said.text()}`));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    if (!request.url().endsWith('/page.html')) wrong.push(request.url());
  });
  await page.goto(`file://${join(folder, 'page.html')}`);
  return { page, wrong, close: () => context.close() };
}

async function keep(page: Page, name: string): Promise<void> {
  const to = process.env['INTERWORK_SCREENSHOTS'];
  if (to !== undefined) await page.screenshot({ path: join(to, `${name}.png`), fullPage: true });
}

const middle = async (one: Locator): Promise<number> => {
  const box = await one.boundingBox();
  return (box?.x ?? 0) + (box?.width ?? 0) / 2;
};

/** WCAG's contrast of an element's text against the paper of the page. */
async function contrast(page: Page, what: string): Promise<number> {
  const one = `document.querySelector(${JSON.stringify(what)})`;
  const ink = await page.evaluate<string>(`getComputedStyle(${one}).color`);
  const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const [dark = 0, light = 0] = [luminance(ink), luminance(paper)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const level = Number(part) / 255;
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** What is to be read on the page. */
const READ = ['h1', '.lead', '.arrow', '.bad .arrow', '.note', '.why b', '.verdict', 'dt', 'pre'];

describe.skipIf(absent !== '')(`the page of ladders in a browser${absent}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ladder-'));
    writeFileSync(join(folder, 'page.html'), written());
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['light', 'dark'] as const)(
    'can be read, and is obeyed as it is written: %s',
    async (scheme) => {
      const { page, wrong, close } = await opened(scheme);
      await page.locator('details').first().locator('summary').click();
      for (const what of READ) expect(await contrast(page, what), what).toBeGreaterThan(4.5);
      await keep(page, `ladder-${scheme}`);
      expect(wrong).toEqual([]);
      await close();
    },
  );

  it('draws an arrow from the middle of one rail to the middle of another', async () => {
    const { page, close } = await opened('light');
    const heads = page.locator('.heads > div');
    const box = await page.locator('.arrow').first().boundingBox();
    expect(box?.x).toBeCloseTo(await middle(heads.nth(0)), -0.5);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeCloseTo(await middle(heads.nth(1)), -0.5);
    await close();
  });

  it('opens an arrow by mouse and by keyboard: both sides beside each other, and why', async () => {
    const { page, close } = await opened('light');
    const arrow = page.locator('details').first();
    const panel = arrow.locator('.panel');
    expect(await panel.isVisible()).toBe(false);
    await arrow.locator('summary').click();
    const [here, there] = [
      await panel.locator('.here').boundingBox(),
      await panel.locator('.there').boundingBox(),
    ];
    expect(here?.y).toBe(there?.y);
    expect((here?.x ?? 0) + (here?.width ?? 0)).toBeLessThanOrEqual(there?.x ?? 0);
    expect(await panel.innerText()).toMatch(
      /MESSAGE sip:bob@xmpp\.test[^]*<message[^]*policy rule friends/,
    );
    await page.keyboard.press('Enter');
    expect(await panel.isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    expect(await panel.isVisible()).toBe(true);
    await close();
  });

  it('takes nothing of a peer for structure', async () => {
    const { page, close } = await opened('light');
    expect(await page.locator('script, img').count()).toBe(0);
    expect(await page.title()).toBe('What passed');
    expect(await page.locator('h2').innerText()).toBe(`Each way, ${HOSTILE}`);
    await close();
  });

  it.each([1280, 390])('is no wider than a screen of %i', async (width) => {
    const { page, close } = await opened('dark', width);
    for (const summary of await page.locator('summary').all()) await summary.click();
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    await keep(page, `ladder-${width}`);
    expect(wide).toBeLessThanOrEqual(width);
    await close();
  });
});
