// The events of the policy builder: each once, in one line, whatever text a lab writes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SignedBuild } from '../../../../src/authoring/build/signed.ts';
import {
  type BuilderEvent,
  eventJson,
  eventLine,
  failureEvent,
} from '../../../../src/cli/policy/build/events.ts';
import { createBuildReporter } from '../../../../src/cli/policy/build/reporter.ts';
import { FederationError } from '../../../../src/model/errors.ts';
import { inert } from '../../../../src/model/inert.ts';
import { memoryState } from '../../../../src/policy/distribution/state/memory-state.ts';
import { signedSource } from '../../../support/signed-source.ts';
import { collect } from '../../collect.ts';

const BUILD: SignedBuild = {
  ...{ owner: 'psi', revision: 'sha256:1234', bytes: Buffer.alloc(1), tests: 2 },
  warnings: [],
};
const unavailable = new FederationError('SOURCE_HTTP_STATUS', 'the source answers 503');
const unsigned = new FederationError('POLICY_UNSIGNED', 'no key that is known', { at: 'a', hint: 'Ask.' });

/** The lines that `rounds` reports. */
async function lines(
  rounds: (reporter: ReturnType<typeof createBuildReporter>) => Promise<void>,
): Promise<string[]> {
  const events: BuilderEvent[] = [];
  await rounds(createBuildReporter(memoryState(), (event) => events.push(event)));
  return events.map((event) => eventLine(event, collect()));
}

describe('an attempt to update from a source', () => {
  test('reports what was built from it', async () => {
    const printed = await lines(async (reporter) => {
      reporter.arrived('psi', 2_048);
      reporter.built(signedSource({}), BUILD);
      await reporter.ended('psi', null);
      await reporter.ended('psi', null);
    });
    assert.deepEqual(printed, [
      'psi: fetched, 2 KiB\n',
      'psi: built, version 7 of psi-2026, 2 tests passed, revision sha256:1234\n',
    ]);
  });

  test('reports a build that another overtook as refused, and not as built', async () => {
    const printed = await lines(async (reporter) => {
      reporter.arrived('psi', 1);
      reporter.built(signedSource({}), BUILD);
      await reporter.ended('psi', new FederationError('POLICY_REPLAYED', 'older'));
      await reporter.ended('psi', null);
    });
    assert.deepEqual(printed, ['psi: fetched, 1 B\n', 'psi: refused, POLICY_REPLAYED: older\n']);
  });

  test('reports once that a source does not answer, and once that it answers again', async () => {
    const printed = await lines(async (reporter) => {
      await reporter.ended('psi', unavailable);
      await reporter.ended('psi', unavailable);
      await reporter.ended('esrf', null);
      await reporter.ended('psi', null);
      await reporter.ended('psi', null);
    });
    assert.deepEqual(printed, [
      'psi: unavailable, SOURCE_HTTP_STATUS: the source answers 503\n',
      'psi: available\n',
    ]);
  });

  test('reports that the fetched version is stored already', async () => {
    const printed = await lines(async (reporter) => {
      reporter.arrived('psi', 1);
      await reporter.ended('psi', null);
    });
    assert.deepEqual(printed, ['psi: fetched, 1 B\n', 'psi: unchanged\n']);
  });
});

test('a failure is that of the bundle, of its source, or of neither', () => {
  const failures = [
    unsigned,
    unavailable,
    new FederationError('POLICY_STATE_INVALID', 'damaged'),
    new Error('broken'),
  ];
  assert.deepEqual(
    failures.map((error) => failureEvent('psi', error)).map(({ event }) => event),
    ['refused', 'unavailable', 'failed', 'failed'],
  );
});

test('an event is one line that does nothing where it is shown', () => {
  const error = new FederationError('POLICY_INVALID', 'a\nb\u001b[31m\u202e', {
    at: 'x\ny',
    hint: 'do\u0007',
  });
  const event = failureEvent('psi', error);
  assert.equal(eventLine(event, collect()), 'psi: refused, POLICY_INVALID: a b [31m (x y); hint: do \n');
  const json = eventJson(event, new Date(0));
  assert.match(json, /^\{"time":"1970-01-01T00:00:00\.000Z","event":"refused","facility":"psi"[^\n]*\}\n$/);
  assert.equal(inert(json.trim()), json.trim());
  assert.equal((JSON.parse(json) as { message: string }).message, error.message);
});
