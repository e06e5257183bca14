import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { labelLine } from '../../../src/cli/doctor/dockerfile.ts';
import { dockerfileSource } from '../../../src/cli/labels/dockerfile-source.ts';
import { descriptionOf, labelsOf } from '../../../src/sources/labels/description.ts';
import { IMAGE_LABEL } from '../../../src/sources/labels.ts';
import { description, hostileText } from '../../support/descriptions.ts';
import fc from '../../support/fast-check.ts';
import { plainFacts, readLabels } from '../../support/labels.ts';
import { leastOf } from '../../support/least-of.ts';
import { needs, onPath } from '../../support/real.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const labelsIn = (text: string) => dockerfileSource(text, 'Dockerfile').levels[0] ?? {};
const linesOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([label, value]) => `${labelLine(label, value)}\n`)
    .join('');
const factsOf = (value: object) => readLabels({ [IMAGE_LABEL]: JSON.stringify(value) });

const PODMAN = onPath('podman');

describe('labels in a Dockerfile', () => {
  test('that print wrote say the same facts, whatever the description', () => {
    fc.assert(
      fc.property(description, (value) => {
        const facts = factsOf(value);
        const text = `FROM scratch\n${linesOf(labelsOf(descriptionOf(facts)))}USER 1000\n`;
        assert.deepEqual(plainFacts(readLabels(labelsIn(text))), plainFacts(facts));
      }),
    );
  });

  test('are those that a real build gives the image', needs('podman (Debian: podman)', PODMAN), () => {
    const folder = temporaryFolder({ after });
    const store = [
      '--root',
      join(folder, 'root'),
      '--runroot',
      join(folder, 'run'),
      '--storage-driver',
      'vfs',
    ];
    const podman = (...args: string[]) =>
      execFileSync(PODMAN ?? '', [...store, ...args], { cwd: folder, encoding: 'utf8' });
    const described = fc
      .sample(description, { numRuns: 12, seed: 14 })
      .map((value) => descriptionOf(factsOf(value)));
    const printed = Object.fromEntries(
      described.flatMap((value, index) =>
        Object.entries(labelsOf(value)).map(([label, text]) => [`${label}.${index}`, text]),
      ),
    );
    const text = `FROM scratch
ARG V=5.0
${linesOf(printed)}LABEL variable="relion@$V" single='$V "x"' joined=a"$V"'b' spaced=a\\ b \\
  continued="\\n \\"\\$V"
`;
    writeFileSync(join(folder, 'Dockerfile'), text);
    podman('build', '--quiet', '--layers=false', '--isolation', 'chroot', '--tag', 'labels', '.');
    const { 'io.buildah.version': _version, ...built } = JSON.parse(
      podman('image', 'inspect', 'labels', '--format', '{{json .Labels}}'),
    );
    assert.ok(Object.keys(built).length > 20);
    assert.deepEqual(labelsIn(text), built);
  });

  test('have the place of their names', () => {
    const { place } = dockerfileSource('FROM scratch\nLABEL a=1 \\\n  # a note\n  b="2"\n', 'Dockerfile');
    assert.deepEqual(place('a', [], 'value'), { line: 2, column: 7 });
    assert.deepEqual(place('b', [], 'value'), { line: 4, column: 3 });
    assert.equal(place('c', [], 'value'), null);
  });

  test('are those of the last stage, and of the stages that it stands on, by name or number', () => {
    const text = `FROM debian AS Base\nLABEL a=1 b=1\nFROM debian AS other\nLABEL c=1\nFROM base\nLABEL b=2`;
    assert.deepEqual(labelsIn(text), { a: '1', b: '2' });
    assert.deepEqual(labelsIn(`${text}\nFROM 1\nLABEL d=1`), { c: '1', d: '1' });
    assert.deepEqual(labelsIn(`${text}\nFROM debian`), {});
  });

  test('take the old form with a blank, quoted names, and the escape character of a directive', () => {
    assert.deepEqual(labelsIn('FROM scratch\nLABEL a b c\nLABEL "d e"="f"\n'), { a: 'b c', 'd e': 'f' });
    assert.deepEqual(labelsIn('# escape=`\nFROM scratch\nLABEL a="C:\\x `"y`""\n'), { a: 'C:\\x "y"' });
  });

  test('note a variable that only a build gives', () => {
    const { levels, notes } = dockerfileSource(
      'FROM scratch\nARG V\nARG W=1\nLABEL a="$V-$W"\n',
      'Dockerfile',
    );
    assert.deepEqual(levels, [{ a: '-1' }]);
    assert.deepEqual(
      notes.map(({ label, message }) => [label, message]),
      [['a', 'has $V, which only the build knows']],
    );
  });

  test('have the variables of their stage and of the environment that it takes over, not of others', () => {
    const text = `ARG A=head
ARG B=head
FROM debian AS base
ARG A
ARG C=base
ENV E=$A-$B F="$C"
FROM base
ARG D=\${E}
LABEL a="$A" b="$B" c="$C" d="$D" e="$E" f="$F"
`;
    // Without its ARG, B is nothing in a stage; A and C end with theirs.
    assert.deepEqual(labelsIn(text), { a: '', b: '', c: '', d: 'head-', e: 'head-', f: 'base' });
  });

  test('are read without a fault from any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(hostileText(), fc.constantFrom('FROM x', 'LABEL ', 'ARG V', '# escape=`')), {
          maxLength: 12,
        }),
        (lines) => {
          dockerfileSource(lines.join('\n'), 'Dockerfile');
        },
      ),
    );
  });

  for (const [what, make] of [
    ['one long value', (length: number) => `LABEL a="${'\\"x '.repeat(length)}"\n`],
    ['many labels', (length: number) => `LABEL ${'a=$V \\\n'.repeat(length)}b=2\n`],
    ['many instructions', (length: number) => 'LABEL a=$V\nARG V=1\n'.repeat(length / 4)],
  ] as const) {
    test(`of 100 KB are read in time that grows with their length: ${what}`, async () => {
      const took = (length: number) => {
        const text = `FROM scratch\n${make(length)}`;
        const start = performance.now();
        labelsIn(text);
        return performance.now() - start;
      };
      took(2_500);
      const small = Math.max(5, took(2_500));
      // Ten times as long: a square would be a hundred times.
      const limit = 40 * small;
      const least = await leastOf(limit, () => took(25_000));
      assert.ok(least < limit, `${small} ms, and ${least} ms for ten times as much`);
    });
  }
});
