// The real registry that end-to-end tests start: it can be ended from several places, as by a test and by what cleans up.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsDockerRegistry, startDockerRegistry } from '../support/oci/docker-registry.ts';

describe('the docker-registry of a test', needsDockerRegistry, () => {
  test('can be closed again, at once and afterwards', { timeout: 60_000 }, async () => {
    const registry = await startDockerRegistry();
    await Promise.all([registry.close(), registry.close()]);
    await registry.close();
    await assert.rejects(fetch(`${registry.origin}/v2/`));
  });
});
