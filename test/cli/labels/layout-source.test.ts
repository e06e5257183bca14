import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { layoutSources } from '../../../src/cli/labels/layout-source.ts';
import { descriptionOf, labelsOf } from '../../../src/sources/labels/description.ts';
import { IMAGE_LABEL } from '../../../src/sources/labels.ts';
import { description } from '../../support/descriptions.ts';
import fc from '../../support/fast-check.ts';
import { readLabels } from '../../support/labels.ts';
import { make, needsRealTools } from '../../support/oci/real-tools.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runLabels } from './run-labels.ts';

describe('an OCI layout that umoci made', needsRealTools(), () => {
  test('has in each image the labels that were put into it, whatever they say', async () => {
    const folder = temporaryFolder({ after });
    const images = fc
      .sample(description, { numRuns: 3, seed: 5 })
      .map((value) => labelsOf(descriptionOf(readLabels({ [IMAGE_LABEL]: JSON.stringify(value) }))));
    for (const [index, labels] of images.entries()) await make(folder, { tag: `v${index}`, labels });
    const sources = await layoutSources(join(folder, 'layout'), 'layout');
    assert.deepEqual(
      sources.map(({ name, levels }) => [name, levels[0]]).toSorted(),
      images.map((labels, index) => [`layout v${index}`, labels]),
    );
  });

  test('is checked image by image, and refused where a document is not what its digest says', async () => {
    const folder = temporaryFolder({ after });
    await make(folder, { tag: 'good', labels: { 'io.panfed.reads': 'MRC', 'io.panfed.license': 'MIT' } });
    await make(folder, { tag: 'bad', labels: { 'io.panfed.shring': 'none' } });
    const layout = join(folder, 'layout');
    const { stdout, error } = await runLabels(['check', `oci:${layout}`]);
    assert.equal(error?.entry.exit, 4);
    assert.match(stdout, /good can be read; its labels restrict nothing\n/);
    assert.match(
      stdout,
      /bad: error: io\.panfed\.shring: .*sharing becomes none\n {2}hint: Did you mean io\.panfed\.sharing\?/,
    );
    const blobs = join(layout, 'blobs/sha256');
    for (const name of readdirSync(blobs)) {
      const bytes = readFileSync(join(blobs, name));
      if (bytes[0] === 0x7b) writeFileSync(join(blobs, name), `${bytes.toString('utf8')} `);
    }
    const spoiled = await runLabels(['check', `oci:${layout}`]);
    assert.match(spoiled.error?.message ?? '', /^the layout has another document at blobs/);
  });
});
