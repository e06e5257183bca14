// GraphiQL in a real browser that reaches nothing but the gateway: it loads, asks, and shows the answer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Browser, chromium } from 'playwright-core';
import { type RunningGateway, startSmallDemo } from '../support/gateway.ts';
import { needs, onPath } from '../support/real.ts';

const browserPath = onPath('chromium', 'chromium-browser', 'google-chrome');

describe('GraphiQL', needs('chromium', browserPath), () => {
  let demo: RunningGateway;
  let browser: Browser;
  before(async () => {
    demo = await startSmallDemo();
    browser = await chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox'] });
  });
  after(async () => {
    await browser?.close();
    await demo?.close();
  });

  test('asks this gateway alone, within its own policy, and shows the answer', async () => {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    const complaints: string[] = [];
    await page.route('**/*', (route) => {
      const url = route.request().url();
      if (url.startsWith(demo.url) || /^(?:data|blob):/.test(url)) return route.continue();
      elsewhere.push(url);
      return route.abort();
    });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${demo.url}/graphql?query=${encodeURIComponent('{ facilities { id } }')}`);
    await page.getByRole('button', { name: /execute query/i }).click({ timeout: 20_000 });
    await page.locator('.result-window', { hasText: 'esrf' }).waitFor({ timeout: 20_000 });
    assert.deepEqual([elsewhere, complaints], [[], []]);
  });
});
