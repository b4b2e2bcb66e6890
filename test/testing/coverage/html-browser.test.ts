import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Coverage } from '../../../src/testing/coverage/coverage.ts';
import { htmlReport } from '../../../src/testing/coverage/reports/html.ts';
import { NO_BROWSER, openBrowser } from '../../setup/browser.ts';
import { tempFolder } from '../../setup/fm.ts';
import { coverageOf, OPTIONS, pipeline, stage, templatesCoverage } from './sample.ts';

const WEAK_TEXTS = readFileSync(new URL('./fixtures/weak-texts.js', import.meta.url), 'utf8');

/** In the order of `templatesCoverage`, which numbers them. */
const [APPROVAL, SYNC, ARTICLE] = ['p2', 'p3', 'p4'];

describe.skipIf(NO_BROWSER)('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  /** The page from a file, and everything that it complained about or asked the network for. */
  async function open(coverage: Coverage, options: BrowserContextOptions = {}, hash = '') {
    const file = join(tempFolder(), 'coverage.html');
    writeFileSync(file, htmlReport(coverage, OPTIONS));
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    const url = String(pathToFileURL(file));
    await page.goto(url + hash);
    return { page, complaints, requests: () => requests.filter((one) => one.split('#')[0] !== url) };
  }

  const inView = (page: Page, selector: string) =>
    page.waitForFunction(`(() => {
      const box = document.querySelector('${selector}').getBoundingClientRect();
      return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
    })()`);

  it('goes from the summary to a pipeline and back, without a complaint or a request', async () => {
    const { page, complaints, requests } = await open(templatesCoverage());
    expect(await page.locator('h1').textContent()).toBe('shop');
    expect(await page.locator('.pipeline:visible').count()).toBe(0);
    await page.getByRole('link', { name: 'sync-users' }).click();
    await page.locator(`#${SYNC}`).waitFor({ state: 'visible' });
    expect(await page.locator('.summary').isVisible()).toBe(false);
    await page.getByRole('link', { name: 'next my-pipeline' }).click();
    await page.getByText('Every stage ran and every branch was taken.').waitFor({ state: 'visible' });
    await page.goBack();
    await page.locator(`#${SYNC}`).waitFor({ state: 'visible' });
    await page.getByRole('link', { name: 'All pipelines' }).click();
    await page.locator('.summary').waitFor({ state: 'visible' });
    expect(await page.locator('.pipeline:visible').count()).toBe(0);
    expect([...complaints, ...requests()]).toEqual([]);
  });

  it('leads from a stage in the graph to its source and the other way round', async () => {
    const { page } = await open(templatesCoverage(), { reducedMotion: 'reduce' }, `#${SYNC}`);
    await page.locator(`#${SYNC}-g8`).click();
    await inView(page, `#${SYNC}-s8`);
    expect(await page.evaluate('document.activeElement.id')).toBe(`${SYNC}-s8`);
    expect(await page.locator('.chosen').count()).toBe(2);
    await page.locator(`#${SYNC}-s8`).click();
    await inView(page, `#${SYNC}-g8`);
    expect(await page.evaluate('document.activeElement.id')).toBe(`${SYNC}-g8`);
    await page.locator('.missing:visible').getByRole('link', { name: 'extract' }).click();
    await inView(page, `#${SYNC}-s1`);
    await page.locator(`#${SYNC}-g1.chosen`).waitFor();
    expect(new URL(page.url()).hash).toBe(`#${SYNC}-s1`);
  });

  it('is reached by keyboard', async () => {
    const { page } = await open(templatesCoverage(), { reducedMotion: 'reduce' });
    await page.getByRole('link', { name: 'expense-approval' }).focus();
    await page.keyboard.press('Enter');
    await page.locator(`#${APPROVAL}`).waitFor({ state: 'visible' });
    const focused = () => page.evaluate('document.activeElement.id');
    for (let i = 0; i < 20 && (await focused()) !== `${APPROVAL}-g1`; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe(`${APPROVAL}-s1`);
    await page.keyboard.press('Enter');
    expect(await focused()).toBe(`${APPROVAL}-g1`);
  });

  it('sorts the pipelines, and finds them by a part of their name when there are many', async () => {
    const many = Array.from({ length: 15 }, (_, i) => pipeline(`job-${i}`, [stage('a', 4, i), stage('b', 5, 1)]));
    const { page } = await open(coverageOf(...many));
    const names = () => page.locator('tbody tr:visible .name').allTextContents();
    expect((await names())[0]).toBe('job-0');
    await page.getByRole('button', { name: 'Runs' }).click();
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('button', { name: 'Runs' }).click();
    expect((await names()).slice(0, 3)).toEqual(['job-14', 'job-13', 'job-12']);
    await page.getByRole('searchbox').fill('JOB-1');
    expect(await names()).toEqual(['job-14', 'job-13', 'job-12', 'job-11', 'job-10', 'job-1']);
    expect(await page.getByRole('status').textContent()).toBe('6 of 15');
  });

  it('is light or dark as the reader has it, and can be read in both', async () => {
    const grounds: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open(templatesCoverage(), { colorScheme }, `#${SYNC}`);
      grounds.push(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'));
      expect(await page.evaluate(WEAK_TEXTS)).toEqual([]);
    }
    expect(new Set(grounds).size).toBe(2);
  });

  it('is read and walked through without JavaScript', async () => {
    const { page } = await open(templatesCoverage(), { javaScriptEnabled: false });
    await page.getByRole('link', { name: 'sync-users' }).click();
    await page.locator(`#${SYNC}`).waitFor({ state: 'visible' });
    expect(await page.locator('.summary').isVisible()).toBe(false);
    await page.locator(`#${SYNC}-g8`).click();
    await page.locator(`#${SYNC}-s8`).waitFor({ state: 'visible' });
    expect(new URL(page.url()).hash).toBe(`#${SYNC}-s8`);
    await page.locator(`#${SYNC}-s8`).click();
    expect(new URL(page.url()).hash).toBe(`#${SYNC}-g8`);
    expect(await page.locator('button, .filter').count()).toBe(0);
  });

  it('fits a phone: only the graph and the source are wider, each in its own frame', async () => {
    for (const hash of ['', `#${SYNC}`, `#${ARTICLE}`]) {
      const { page } = await open(templatesCoverage(), { viewport: { width: 375, height: 800 } }, hash);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
      await page.locator('h1:visible, h2:visible').first().waitFor();
    }
  });

  it('keeps 200 pipelines, and one of 2,000 stages, usable', async () => {
    const [, , sync] = templatesCoverage().pipelines;
    const many = Array.from({ length: 200 }, (_, i) => ({ ...sync, pipeline: `job-${i}` }) as Coverage['pipelines'][0]);
    const { page } = await open(coverageOf(...many), { reducedMotion: 'reduce' });
    await page.getByRole('link', { name: 'job-150' }).click();
    await page.locator('#p151-g3').click();
    await inView(page, '#p151-s3');
    const stages = Array.from({ length: 2_000 }, (_, i) => stage(`stage-${i}`, 4 + i, i % 5));
    const large = await open(coverageOf(pipeline('large', stages)), { reducedMotion: 'reduce' });
    await large.page.locator('#p1-g1500').click();
    await inView(large.page, '#p1-s1500');
    await large.page.locator('#p1-s1500').click();
    await inView(large.page, '#p1-g1500');
  });
});
