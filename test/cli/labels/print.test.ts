import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { IMAGE_LABEL } from '../../../src/sources/labels.ts';
import { description } from '../../support/descriptions.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { plainFacts, readLabels } from '../../support/labels.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runLabels } from './run-labels.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/metadata/${name}`, import.meta.url), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
// A hint for forms that edit descriptors.
ajv.addFormat('textarea', true);
const profiles = ['1.0', '2.0'].map((version) => ajv.compile(fixture(`datapackage-${version}.json`)));
const context = fixture('codemeta-3.0.jsonld')['@context'];

const IMAGE = {
  title: 'RELION 5.0',
  description: 'Cryo-EM structures',
  documentation: 'https://relion.readthedocs.io',
  source: 'https://github.com/3dem/relion',
  created: '2024-05-01',
  platforms: ['linux/amd64', 'linux/arm64'],
  frameworks: ['relion@5.0'],
  techniques: ['electron microscopy', 'our own'],
  reads: ['mrc'],
  writes: ['TIFF'],
  requires: {
    cpus: 8,
    memory: 34_359_738_368,
    gpu: { vendor: 'nvidia', minimumCuda: '11.8' },
    engines: ['apptainer'],
  },
  license: 'GPL 2',
  conditions: ['academic', { kind: 'site', facilities: ['esrf'] }],
  sharing: 'conditional',
};

async function printed(value: unknown, format: string): Promise<string> {
  const { stdout, stderr, error } = await runLabels(
    ['print', '-', '--format', format],
    JSON.stringify(value),
  );
  assert.equal(error, null, stderr);
  return stdout;
}

describe('panfed labels print', () => {
  test('prints the value of the label, without the name of its schema', async () => {
    assert.equal(
      await printed({ $schema: './x.json', title: 'a $HOME "b"', reads: [] }, 'json'),
      '{"title":"a $HOME \\"b\\""}\n',
    );
  });

  test('prints LABEL instructions, those of OCI for other tools behind panfed’s', async () => {
    assert.equal(
      await printed({ title: 'a $HOME "b" \\ `c`', license: 'MIT' }, 'dockerfile'),
      String.raw`LABEL io.panfed.image="{\"title\":\"a \$HOME \\\"b\\\" \\\\ ${'`c`'}\",\"license\":\"MIT\"}"
LABEL org.opencontainers.image.title="a \$HOME \"b\" \\ ${'`c`'}"
LABEL org.opencontainers.image.licenses="MIT"
`,
    );
  });

  test('prints a Data Package that is valid by versions 1 and 2, whose resource reads as the same facts', async () => {
    await fc.assert(
      fc.asyncProperty(description, async (value) => {
        const descriptor = JSON.parse(await printed(value, 'datapackage'));
        for (const isValid of profiles) assert.ok(isValid(descriptor), JSON.stringify(isValid.errors));
        const read = (data: unknown) => plainFacts(readLabels({ [IMAGE_LABEL]: JSON.stringify(data) }));
        assert.deepEqual(read(descriptor.resources[0].data), read(value));
      }),
      { numRuns: runs(60) },
    );
  });

  test('prints a Data Package with the facts in the standard’s own words', async () => {
    const { resources, ...descriptor } = JSON.parse(await printed(IMAGE, 'datapackage'));
    assert.deepEqual(descriptor, {
      $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
      profile: 'data-package',
      name: 'relion-5.0',
      title: 'RELION 5.0',
      description: 'Cryo-EM structures',
      version: '5.0',
      created: '2024-05-01T00:00:00.000Z',
      homepage: 'https://relion.readthedocs.io/',
      licenses: [
        { name: 'GPL-2.0-only', path: 'https://spdx.org/licenses/GPL-2.0-only.html', title: 'GPL-2.0-only' },
      ],
      keywords: ['relion', 'electron microscopy', 'our own', 'MRC', 'TIFF'],
      sources: [{ title: 'https://github.com/3dem/relion', path: 'https://github.com/3dem/relion' }],
    });
    assert.equal(
      resources[0].description,
      'Access is restricted: sharing: conditional; academic; site: esrf',
    );
  });

  test('prints CodeMeta 3.0 with the facts in the words of schema.org', async () => {
    assert.deepEqual(JSON.parse(await printed(IMAGE, 'codemeta')), {
      '@context': 'https://w3id.org/codemeta/3.0',
      '@type': 'SoftwareApplication',
      name: 'RELION 5.0',
      description: 'Cryo-EM structures',
      softwareVersion: '5.0',
      dateCreated: '2024-05-01',
      license: 'https://spdx.org/licenses/GPL-2.0-only',
      codeRepository: 'https://github.com/3dem/relion',
      softwareHelp: { '@type': 'CreativeWork', '@id': 'https://relion.readthedocs.io/' },
      applicationCategory: 'http://purl.org/pan-science/PaNET/PaNET01145',
      keywords: ['electron microscopy', 'our own'],
      softwareRequirements: {
        '@type': 'SoftwareApplication',
        name: 'RELION',
        softwareVersion: '5.0',
        url: 'https://relion.readthedocs.io',
      },
      operatingSystem: 'linux',
      processorRequirements: ['amd64', 'arm64', '8 processors', 'GPU of nvidia, CUDA 11.8 or later'],
      memoryRequirements: { '@value': '34359738368 bytes' },
      runtimePlatform: 'apptainer',
      'schema:featureList': ['reads MRC', 'writes TIFF'],
      'schema:conditionsOfAccess': ['sharing: conditional', 'academic', 'site: esrf'],
    });
  });

  test('prints CodeMeta in terms of its context alone, with an address wherever that expects one', async () => {
    await fc.assert(
      fc.asyncProperty(description, async (value) => {
        const {
          '@context': _context,
          '@type': type,
          ...document
        } = JSON.parse(await printed(value, 'codemeta'));
        assert.ok(type in context);
        for (const [term, stated] of Object.entries(document)) {
          assert.ok(term.startsWith('schema:') || term in context, term);
          const texts = [stated].flat().filter((each) => typeof each === 'string');
          if (context[term]?.['@type'] === '@id')
            for (const text of texts) assert.ok(URL.canParse(text), `${term}: ${text}`);
        }
      }),
      { numRuns: runs(60) },
    );
  });

  test('names a license that SPDX’s list does not have as a work, and an expression too', async () => {
    for (const license of ['MIT OR Apache-2.0', 'ask us']) {
      const { license: stated } = JSON.parse(await printed({ license }, 'codemeta'));
      assert.deepEqual(stated, {
        '@type': 'CreativeWork',
        name: license === 'ask us' ? license : stated.name,
      });
      assert.equal(JSON.parse(await printed({ license }, 'datapackage')).licenses[0].title, stated.name);
    }
  });

  test('writes to a file with --output', async () => {
    const file = join(temporaryFolder({ after }), 'codemeta.json');
    const { stdout } = await runLabels(['print', '-', '--format', 'codemeta', '--output', file], '{}');
    assert.equal(stdout, '');
    assert.equal(JSON.parse(readFileSync(file, 'utf8'))['@type'], 'SoftwareApplication');
  });

  test('prints nothing of what cannot be read, or is no description', async () => {
    const broken = await runLabels(['print', '-'], '{"shring": "none"}');
    assert.deepEqual([broken.stdout, broken.error?.entry.exit], ['', 4]);
    assert.match(broken.stderr, /shring: is no field of a description/);
    const dockerfile = await runLabels(['print', '-'], 'FROM scratch\n');
    assert.deepEqual([dockerfile.stdout, dockerfile.error?.message], ['', 'only a description is printed']);
    assert.equal(dockerfile.error?.entry.exit, 2);
  });
});
