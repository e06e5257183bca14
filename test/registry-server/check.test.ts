import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  array,
  asyncProperty,
  constantFrom,
  assert as propertyHolds,
  record as recordOf,
  string,
} from 'fast-check';
import { ingest } from '../../src/catalog/ingest/ingest.ts';
import { repositoryRules } from '../../src/catalog/ingest/rules.ts';
import { checkImages } from '../../src/registry-server/check.ts';
import { createFindings, describeFinding } from '../../src/registry-server/finding.ts';
import { checkRegistryCatalog } from '../../src/registry-server/server.ts';
import { NOBODY_TRUSTED } from '../../src/trust/settings.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });

async function check(text: string, name = 'catalog.yaml') {
  const path = join(folder, name);
  await writeFile(path, text);
  return checkRegistryCatalog(path, {});
}

/** `error 3:17 Did you mean tomography/tofu?` of each finding. */
async function found(text: string, name?: string): Promise<string[]> {
  const { findings } = await check(text, name);
  return findings
    .listed()
    .map(
      ({ severity, position, hint, message }) =>
        `${severity} ${position?.line}:${position?.column} ${hint ?? message}`,
    );
}

const GOOD = 'sharing: open, license: MIT';
const image = (fields: string) => `facility: kit\nimages:\n  - {${fields}}\n`;

describe('what the gateway quarantines is an error with its place and the nearest name', () => {
  const cases: Record<string, readonly [fields: string, finding: string]> = {
    'capital letters in a repository': [
      `repository: Tomography/ToFu, tag: "1", ${GOOD}`,
      'error 3:18 Did you mean tomography/tofu?',
    ],
    'a host and a tag in a repository': [
      `repository: "registry.kit.edu:5000/a/b:1", tag: "1", ${GOOD}`,
      'error 3:18 Did you mean a/b?',
    ],
    'a tag with a blank': [`repository: a/b, tag: "my tag", ${GOOD}`, 'error 3:28 Did you mean my-tag?'],
    'a misspelt sharing': ['repository: a/b, tag: "1", sharing: opne', 'error 3:42 Did you mean open?'],
    'a misspelt field': [
      `repository: a/b, tag: "1", ${GOOD}, shairing: none`,
      'error 3:72 Did you mean sharing?',
    ],
  };
  for (const [what, [fields, finding]] of Object.entries(cases)) {
    test(what, async () => assert.deepEqual(await found(image(fields)), [finding]));
  }

  test('entries of one digest that differ', async () => {
    const text = image(`id: x, repository: a/e, tag: "1", ${GOOD}`);
    const { findings } = await check(
      `${text}  - {id: y, repository: a/e, tag: "1", sharing: none, license: MIT}\n`,
    );
    const [finding] = findings.listed();
    assert.equal(findings.count('error'), 1);
    assert.match(finding?.message ?? '', /a\/e:1: several entries with this id differ in sharing/);
  });

  test('an image that is too large as a whole', async () => {
    const labels = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`a${at}`, 'x'.repeat(8_000)]));
    const entry = { repository: 'a/b', tag: '1', sharing: 'open', license: 'MIT', labels };
    const { findings } = await check(JSON.stringify({ facility: 'kit', images: [entry] }), 'large.json');
    assert.match(findings.listed()[0]?.message ?? '', /bytes, at most/);
  });
});

describe('what the gateway reads as less than was meant is a warning', () => {
  test('every label that cannot be read, with what it restricts', async () => {
    const labels =
      'io.panfed.shairing: none, io.panfed.listed: perhaps, io.panfed.created: now, io.panfed.requires: x';
    const { findings } = await check(image(`repository: a/b, tag: "1", ${GOOD}, labels: {${labels}}`));
    const printed = findings.listed().map((finding) => describeFinding('f', finding));
    assert.deepEqual([findings.count('error'), findings.count('warning')], [0, 4]);
    assert.match(printed[0]?.message ?? '', /io\.panfed\.shairing .* sharing becomes none/);
    assert.equal(printed[0]?.hint, 'Did you mean io.panfed.sharing?');
    assert.doesNotMatch(printed[2]?.message ?? '', /becomes/);
  });

  test('an unknown technique and format, a license that is not recognized, sharing that nobody stated', async () => {
    const fields = 'repository: a/b, tag: "1", techniques: [tomografy], reads: [HDF55], license: MTI';
    const { findings } = await check(image(fields));
    assert.deepEqual(
      findings.listed().map(({ severity, field }) => `${severity} ${field}`),
      ['warning sharing', 'warning techniques', 'warning reads', 'warning license'],
    );
    assert.match(findings.listed()[1]?.hint ?? '', /Did you mean tomography/);
    assert.match(findings.listed()[3]?.hint ?? '', /nearest ids are .*MIT/);
  });

  test('an ending that several formats have, with those that it may be', async () => {
    const { findings } = await check(image(`repository: a/b, tag: "1", ${GOOD}, writes: [.spe]`));
    const [warning, ...rest] = findings.listed().map((finding) => describeFinding('f', finding));
    assert.deepEqual(rest, []);
    assert.match(warning?.message ?? '', /"\.spe" may be Princeton-SPE, Maestro-SPE, ISIS-SPE, and/);
    assert.equal(warning?.hint, 'Name the one that is meant.');
  });

  test('conditional sharing for nobody, and a license whose conditions are not known', async () => {
    const { findings } = await check(
      image('repository: a/b, tag: "1", sharing: conditional, license: LicenseRef-VASP'),
    );
    assert.deepEqual(
      findings.listed().map(({ field }) => field),
      ['sharing', 'license'],
    );
  });

  test('nothing, where all is said', async () => {
    assert.deepEqual(await found(image(`repository: a/b, tag: "1", ${GOOD}`)), []);
  });
});

test('NDJSON is read as the gateway reads it: whose it is may stand in its lines, and other fields are left out', async () => {
  const line = {
    repository: 'a/b',
    tag: '1',
    sharing: 'open',
    license: 'MIT',
    facility: 'kit',
    registry: 'hub',
    base: 'x',
  };
  const text = `${JSON.stringify(line)}\n${JSON.stringify({ ...line, tag: '2', facility: 'esrf' })}\n{"a":1,"a":2}\n`;
  const { facility, images, findings } = await check(text, 'lines.ndjson');
  assert.equal(facility, 'kit');
  assert.equal(images.length, 2);
  assert.deepEqual(
    findings.listed().map(({ severity, field, position }) => `${severity} ${field} ${position?.line}`),
    ['warning field 1', 'warning field 2', 'error facility 2', 'error line 3'],
  );
});

test('however many mistakes there are, a few of each field are listed and all are counted', async () => {
  const lines = Array.from({ length: 2_000 }, (_, at) =>
    JSON.stringify({ repository: `a/B${at}`, tag: 'a b', sharing: 'opne' }),
  );
  const { findings } = await check(lines.join('\n'), 'many.ndjson');
  assert.equal(findings.count('error'), 6_000);
  assert.equal(findings.listed().length, 60);
  assert.deepEqual(
    findings.unlisted().map(({ count }) => count),
    [1_980, 1_980, 1_980],
  );
});

test('a catalog without an error has no image that the gateway quarantines', async () => {
  const vocabulary = loadVocabulary();
  const word = constantFrom(
    'a',
    'A',
    'a/b',
    'a.b/c',
    'h:5/x',
    '1',
    '',
    'a b',
    'latest',
    'x'.repeat(300),
    'open',
    'none',
  );
  const entries = recordOf(
    {
      repository: word,
      tag: word,
      tags: array(word, { maxLength: 2 }),
      title: string(),
      sharing: word,
      license: string(),
    },
    { requiredKeys: ['repository', 'tag'] },
  );
  await propertyHolds(
    asyncProperty(entries, async (entry) => {
      const findings = createFindings();
      const document = { facility: 'kit', name: null, entries: [entry], locate: () => null };
      const [image] = await checkImages(document, { facility: 'kit', isDemo: false }, findings);
      if (findings.count('error') > 0) return;
      const place = { facility: 'kit', registry: 'hub', pull: 'hub.kit.edu' };
      assert.ok(
        'records' in
          ingest(image?.node, {
            place,
            rules: repositoryRules([]),
            vocabulary,
            trustSettings: NOBODY_TRUSTED,
          }),
      );
    }),
  );
});
