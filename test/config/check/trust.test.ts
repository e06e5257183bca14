import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkTrust } from '../../../src/config/check/trust.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { FACILITIES } from '../../support/identity.ts';

function problems(trust: object, demo = true): readonly string[] {
  const found: string[] = [];
  const [facility, ...others] = FACILITIES;
  const facilities = [{ ...facility, trust }, ...others];
  const config = {
    ...configSchema.parse({ demo, federation: { name: 'Test' }, facilities }),
    baseDirectory: '/',
  };
  checkTrust(config, (path, message) => found.push(`${path.join('.')}: ${message}`));
  return found;
}

describe('the trust of a facility', () => {
  test('has keys that a demo makes in a demo alone', () => {
    const trust = {
      keys: [
        { name: 'KIT', file: 'kit.pub' },
        { name: 'KIT demo', demo: true },
      ],
    };
    assert.deepEqual(problems(trust), []);
    assert.deepEqual(problems(trust, false), [
      'facilities.0.trust.keys.1.demo: only a demo makes keys of its own',
    ]);
  });

  test('has each key from one place', () => {
    for (const key of [
      {},
      { file: 'kit.pub', env: 'KIT' },
      { file: 'kit.pub', demo: true },
      { demo: false },
    ]) {
      assert.throws(() => problems({ keys: [{ name: 'KIT', ...key }] }), /expected/);
    }
  });

  test('has a root for identities, and somebody who signs what has to be signed', () => {
    const identities = [{ name: 'KIT', issuer: 'https://issuer.example', subject: 'build@kit.example' }];
    assert.match(problems({ identities }).join(), /a root of Sigstore/);
    assert.match(problems({ require: ['**'] }).join(), /nobody is trusted to sign them/);
    assert.deepEqual(problems({ identities, root: 'root.json', require: ['**'] }), []);
  });
});
