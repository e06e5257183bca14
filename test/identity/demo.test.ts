import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { createDemoIssuer, type DemoIssuer } from '../../src/identity/demo.ts';
import { mintDemoToken } from '../../src/identity/demo-credential.ts';
import { DEMO_PEOPLE, demoPerson } from '../../src/identity/demo-people.ts';
import { clockOf } from '../support/clock.ts';
import { assertRefused, FACILITIES, identityOf } from '../support/identity.ts';

const start = Date.UTC(2026, 0, 1, 12);
const demoOf = (clock = () => start): Promise<DemoIssuer> =>
  createDemoIssuer({ facilities: FACILITIES, clock: clockOf(clock) });

async function signedIn(name: string) {
  const demo = await demoOf();
  const identity = await identityOf([], { demo, clock: clockOf(() => start) });
  const person = demoPerson(name);
  assert.ok(person !== null);
  return identity.identify(`Bearer ${await demo.mint(person)}`);
}

describe('the demo’s people', () => {
  const expected: Record<
    string,
    { sites?: string[]; groups?: string[]; academic?: boolean; roles?: string[] }
  > = {
    visitor: {},
    'esrf-em': { sites: ['esrf'], academic: true, groups: ['urn:geant:esrf.eu:group:em'] },
    'desy-staff': { sites: ['desy'], academic: true, groups: ['urn:geant:desy.de:group:staff'] },
    industry: { academic: false },
    'elettra-developer': {
      sites: ['elettra'],
      academic: true,
      groups: ['urn:geant:elettra.eu:group:developers'],
    },
    'esrf-author': { sites: ['esrf'], academic: true, roles: ['author:esrf'] },
    admin: { roles: ['admin'] },
  };

  for (const [name, { sites = [], groups = [], academic = null, roles = [] }] of Object.entries(expected)) {
    test(`${name} is as designed, and nothing more`, async () => {
      const caller = await signedIn(name);
      const { subject } = caller;
      assert.deepEqual(
        [
          subject.authenticated,
          subject.sites,
          subject.groups,
          subject.academic,
          subject.assurance,
          caller.roles,
        ],
        [true, sites, groups, academic, [], roles],
      );
      assert.equal(caller.name, name);
    });
  }

  test('are these and no others', () => {
    assert.deepEqual(
      DEMO_PEOPLE.map(({ name }) => name),
      Object.keys(expected),
    );
    assert.equal(demoPerson('constructor'), null);
  });
});

describe('a demo token', () => {
  const visitor = DEMO_PEOPLE[0]!;

  test('is valid for an hour, and is verified like any other', async () => {
    let now = start;
    const demo = await demoOf();
    const identity = await identityOf([], { demo, clock: clockOf(() => now) });
    const token = await demo.mint(visitor);
    const { iat, exp } = decodeJwt(token);
    assert.equal(exp! - iat!, 3_600);
    now = start + 3_631_000;
    await assertRefused(identity.identify(`Bearer ${token}`), 'EXPIRED');
  });

  test('with another demo’s key is refused', async () => {
    const [mine, other] = await Promise.all([demoOf(), demoOf()]);
    const identity = await identityOf([], { demo: mine, clock: clockOf(() => start) });
    await assertRefused(identity.identify(`Bearer ${await other.mint(visitor)}`), 'UNKNOWN_KEY');
  });

  test('is refused where there is no demo', async () => {
    const demo = await demoOf();
    const identity = await identityOf([], { clock: clockOf(() => start) });
    await assertRefused(identity.identify(`Bearer ${await demo.mint(visitor)}`), 'UNKNOWN_ISSUER');
  });

  test('cannot be made with the published key', async () => {
    const { keys, credential } = await demoOf();
    assert.ok(keys.keys.every((key) => !('d' in key)));
    const { d: _private, ...publicKey } = credential.key;
    await assert.rejects(mintDemoToken({ ...credential, key: publicKey } as never, visitor, start));
  });
});
