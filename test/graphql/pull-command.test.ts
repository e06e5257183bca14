import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pullCommands } from '../../src/graphql/pull-command.ts';
import fc from '../support/fast-check.ts';
import { digestOf } from '../support/records.ts';

test('each engine pulls by digest', () => {
  assert.deepEqual(
    pullCommands(`registry.esrf.fr:5000/em/relion@${digestOf(1)}`).map(({ command }) => command),
    [
      `docker pull registry.esrf.fr:5000/em/relion@${digestOf(1)}`,
      `podman pull registry.esrf.fr:5000/em/relion@${digestOf(1)}`,
      `apptainer pull docker://registry.esrf.fr:5000/em/relion@${digestOf(1)}`,
      `shifterimg pull docker:registry.esrf.fr:5000/em/relion@${digestOf(1)}`,
    ],
  );
});

test('a digest of SHA-512 is pulled as one of SHA-256', () => {
  const reference = `registry.esrf.fr/em/relion@sha512:${'a'.repeat(128)}`;
  assert.equal(pullCommands(reference)[0]?.command, `docker pull ${reference}`);
  assert.deepEqual(pullCommands(reference.replace('sha512', 'sha256')), []);
});

test('a reference without a digest has no command, because a tag can move', () => {
  assert.deepEqual(pullCommands('registry.esrf.fr/em/relion:3.1'), []);
});

test('nothing that a shell would read is ever in a command', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      for (const { command } of pullCommands(`${name}@${digestOf(1)}`)) {
        assert.match(command, /^[A-Za-z0-9 ._:/@-]+$/);
        assert.doesNotMatch(command, / -/);
      }
    }),
  );
});
