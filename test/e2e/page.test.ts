// The page as people use it: the demo in a real browser, without script, by keyboard, on a phone, in the dark; and what
// axe-core finds in it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { bearer, type RunningGateway, startDemo } from '../support/gateway.ts';
import { needs, onPath } from '../support/real.ts';

const BROWSER = onPath('chromium', 'chromium-browser');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** All rules; of those that hold only their number, since the places where each of them holds take a quarter of the time. */
const CHECK = `axe.run({ resultTypes: ['violations'] }).then(({ violations, passes }) => ({
  violations: violations.map(({ id, nodes }) => ({ id, html: nodes[0]?.html })),
  passed: passes.length,
}))`;

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

interface Look {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly person?: string;
  readonly script?: boolean;
}

describe('the page in a browser', needs('chromium', BROWSER), () => {
  let demo: RunningGateway;
  let browser: Browser;

  before(async () => {
    demo = await startDemo();
    browser = await chromium.launch({ executablePath: BROWSER as string, headless: true, args: FLAGS });
  });
  after(async () => {
    await browser?.close();
    await demo?.close();
  });

  /** As a fresh browser shows it. Everything that it complains of or asks elsewhere is in `complaints`. */
  async function open({ viewport = DESKTOP, colorScheme = 'light', person, script = false }: Look = {}) {
    const context = await browser.newContext({
      viewport: { ...viewport },
      colorScheme,
      javaScriptEnabled: script,
      extraHTTPHeaders: bearer(person === undefined ? null : await demo.token(person)),
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(demo.url)) complaints.push(`asked: ${request.url()}`);
    });
    return { page, complaints };
  }

  const count = async (page: Page): Promise<number> =>
    Number(/^[\d,]+/.exec(await textOf(page.locator('h1')))?.[0].replace(',', ''));

  test('a search by keyboard, narrowed and widened again by links, without any script', async () => {
    const { page, complaints } = await open();
    await page.goto(demo.url);
    const all = await count(page);
    assert.ok(all > 100);

    await page.keyboard.press('Tab');
    assert.equal(await textOf(page.locator(':focus')), 'Skip to the results');
    await page.getByLabel('Search software').focus();
    await page.keyboard.type('relion');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=relion/);
    const found = await count(page);
    assert.ok(found > 0 && found < all);

    const esrf = page
      .getByRole('navigation', { name: 'Narrow down' })
      .getByRole('link', { name: 'European Synchrotron' });
    const promised = Number(/(\d+)\s+images?$/.exec(await textOf(esrf))?.[1]);
    await esrf.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=relion&facility=esrf/);
    assert.equal(await count(page), promised, 'the count of a choice is what choosing it gives');
    assert.equal(await page.locator('.images article').count(), promised);

    await page.getByLabel('Where would you run it?').selectOption('esrf');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(/at=esrf/);
    assert.match(page.url(), /facility=esrf/, 'a choice stays when the form is sent');

    await page.locator('.chips').getByRole('link', { name: 'Remove Facility' }).click();
    assert.equal(await count(page), found);
    await page.goBack();
    assert.equal(await count(page), promised);
    assert.deepEqual(complaints, []);
  });

  test('the pages show every image once', async () => {
    const { page } = await open();
    await page.goto(`${demo.url}/?order=name`);
    const total = await count(page);
    const seen = new Set<string>();
    for (let pages = 1; ; pages++) {
      const links = await page
        .locator('.images h2 a')
        .evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
      for (const link of links) {
        const image = new URL(link, page.url()).searchParams.get('image');
        assert.ok(image !== null && !seen.has(image));
        seen.add(image);
      }
      const next = page.getByRole('link', { name: 'Next page' });
      if ((await next.count()) === 0) break;
      assert.ok(pages < 50);
      // A page that is still being read has a part of its links.
      await Promise.all([page.waitForEvent('load'), next.click()]);
    }
    assert.equal(seen.size, total);
  });

  test('a lab’s member is given the pull command where a stranger is given the reason', async () => {
    const stranger = await open();
    await stranger.page.goto(`${demo.url}/?q=xds&facility=esrf`);
    assert.equal(await stranger.page.locator('.pull').count(), 0);
    assert.match(await textOf(stranger.page.locator('.why').first()), /academic/i);

    const member = await open({ person: 'esrf-em' });
    await member.page.goto(`${demo.url}/?q=xds&facility=esrf&at=esrf`);
    const command = member.page.locator('.pull > pre').first();
    assert.match(await textOf(command), /^docker pull registry\.esrf\.fr:5000\/mx\/xds@sha256:[0-9a-f]{64}$/);
    assert.match(await textOf(member.page.locator('header')), /asking as\s+esrf-em/);
  });

  test('an image’s own page leads to the same image elsewhere, and back to the results', async () => {
    const { page } = await open();
    await page.goto(`${demo.url}/?q=relion`);
    const results = page.url();
    await page.locator('.images h2 a').first().click();
    assert.match(await textOf(page.locator('main')), /What it needs/);
    await page.getByRole('link', { name: 'Back to the results' }).click();
    assert.equal(page.url(), results);
  });

  test('data and computers are matched without any script, and a job is written', async () => {
    const { page, complaints } = await open({ person: 'desy-staff' });
    await page.goto(demo.url);
    await page.getByRole('link', { name: 'Match data and computers' }).click();
    await page.getByLabel('Format').focus();
    await page.keyboard.type('HDFF');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByRole('link', { name: 'HDF5' }).click();
    await page.getByLabel('Technique').fill('ptychography');
    await page.getByLabel('Where they are').selectOption('desy');
    await page.getByLabel('Memory').fill('64 GiB');
    await page.getByRole('button', { name: 'Match' }).click();
    await page.waitForURL(/memory=64\+GiB/);
    const first = page.locator('.images article').first();
    assert.match(await textOf(first.locator('h2')), /^Fits PtychoShelves 2\.1 at Maxwell/);
    const second = page.locator('.images article').nth(1);
    assert.match(await textOf(second.locator('.findings').first()), /^MPI/);
    const all = first.locator('.found .findings');
    assert.equal(await all.isVisible(), false);
    await first.getByText('All 13 answers').click();
    assert.equal(await all.isVisible(), true);
    assert.equal(await page.getByLabel('Format').inputValue(), 'HDF5');
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByRole('link', { name: 'First page' }).click();
    await first.getByRole('link', { name: 'Write a job for PtychoShelves' }).click();
    await page.getByLabel('Program and arguments').fill('ptycho\n/gpfs/run 7/scan.h5');
    await page.getByLabel('Paths of the data').fill('/gpfs/run 7');
    await page.getByRole('button', { name: 'Write the job' }).click();
    await page.waitForURL(/command=ptycho/);
    const script = await textOf(page.locator('.pull pre').first());
    assert.match(script, /^#!\/bin\/bash\n#SBATCH --job-name=ptychoshelves\n/);
    assert.match(script, /ptycho '\/gpfs\/run 7\/scan\.h5'/);
    await page.getByRole('link', { name: 'Back to the candidates' }).click();
    await page.waitForURL(/\/match\?.*memory=64\+GiB/);
    await first.getByRole('link', { name: 'csaxs/ptychoshelves' }).click();
    assert.match(await textOf(page.locator('main')), /What it needs/);
    assert.deepEqual(complaints, [
      'Failed to load resource: the server responded with a status of 400 (Bad Request)',
    ]);
  });

  test('a misspelt choice leads to the right one', async () => {
    const { page } = await open();
    await page.goto(`${demo.url}/?framework=relio`);
    await page.getByRole('alert').getByRole('link', { name: 'RELION' }).click();
    assert.ok((await count(page)) > 0);
  });

  test('on a phone the results come first, the choices when asked for, and nothing is cut off', async () => {
    const { page } = await open({ viewport: { width: 320, height: 640 } });
    await page.goto(`${demo.url}/?q=relion`);
    const choices = page.getByRole('navigation', { name: 'Narrow down' });
    assert.equal(await choices.isVisible(), false);
    await page.getByRole('link', { name: 'Narrow down' }).click();
    assert.equal(await choices.isVisible(), true);
    for (const path of ['/?q=relion', '/?q=relion#choices', '/?order=odd', '/match?framework=relion']) {
      await page.goto(demo.url + path);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(width <= 320, `${path} is ${width} wide`);
    }
  });

  // Colours do not depend on the width, nor the layout on colours.
  const looks: readonly (readonly [name: string, look: Look])[] = [
    ['light', {}],
    ['a phone in the dark', { viewport: PHONE, colorScheme: 'dark' }],
  ];
  for (const [name, look] of looks) {
    test(`axe-core finds nothing: ${name}`, async () => {
      const { page } = await open({ ...look, person: 'desy-staff', script: true });
      const image = await imageOf(demo);
      for (const path of [
        '/',
        '/?q=xds&at=desy&license=LicenseRef-XDS#choices',
        '/?q=nosuchthing&facility=psi&may=execute',
        '/?framework=relio',
        '/?order=odd&colour=blue',
        '/?image=unknown',
        `/?image=${encodeURIComponent(image)}&at=desy`,
        '/match',
        '/match?format=HDF5&technique=ptychography&facility=desy',
        '/match?format=HDFF&memory=much',
        '/job?software=PtychoShelves&at=desy/maxwell-gpu&paths=/gpfs/run7',
        '/job?software=PtychoShelves&at=desy/pool',
      ]) {
        await page.goto(demo.url + path);
        await page.evaluate('for (const folded of document.querySelectorAll("details")) folded.open = true');
        await page.evaluate(AXE);
        const found = await page.evaluate<{ violations: { id: string; html: string }[]; passed: number }>(
          CHECK,
        );
        assert.deepEqual(
          found.violations.map(({ id, html }) => `${path} ${id}: ${html}`),
          [],
        );
        assert.ok(found.passed > 10);
      }
    });
  }
});

const textOf = async (locator: Locator): Promise<string> => ((await locator.textContent()) ?? '').trim();

/** One with conditions and labels. */
async function imageOf({ ask }: RunningGateway): Promise<string> {
  const { data } = await ask<{ images: { nodes: { id: string }[] } }>(
    '{ images(search: "cryosparc", first: 1) { nodes { id } } }',
  );
  const [image] = data.images.nodes;
  assert.ok(image);
  return image.id;
}
