import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CALLER_BOUNDS, createCallerReader } from '../../src/identity/caller.ts';
import type { VerifiedClaims } from '../../src/identity/verify.ts';
import { inNamespace, withParents } from '../../src/model/group.ts';
import fc, { runs } from '../support/fast-check.ts';
import { assertRefused, FACILITIES, issuerConfig } from '../support/identity.ts';

const esrf = issuerConfig({ mayAssert: ['academic', 'author:esrf'] });

const read = (claims: Readonly<Record<string, unknown>>, issuer = esrf) =>
  createCallerReader(issuer, FACILITIES)({ sub: 'person', exp: 2_000_000_000, ...claims } as VerifiedClaims);

describe('groups', () => {
  const groups = (...eduperson_entitlement: unknown[]) => read({ eduperson_entitlement });

  test('are canonical, closed upward, sorted and without duplicates', () => {
    const { caller, dropped } = groups(
      'URN:geant:ESRF.eu:group:staff#a',
      'urn:geant:esrf.eu:group:em:cryo:role=operator',
      'urn:geant:esrf.eu:group:staff#b',
    );
    assert.deepEqual(caller.subject.groups, [
      'urn:geant:esrf.eu:group:em',
      'urn:geant:esrf.eu:group:em:cryo',
      'urn:geant:esrf.eu:group:em:cryo:role=operator',
      'urn:geant:esrf.eu:group:staff',
    ]);
    assert.equal(dropped.groups, 0);
  });

  test('outside the issuer’s namespaces are dropped and counted, however alike they are spelled', () => {
    const { caller, dropped } = groups(
      'urn:geant:esrf.eu.evil.org:group:em',
      'urn:geant:esrf.eu:groupx',
      'urn:geant:esrf.eu:groupx:em',
      'urn:geant:desy.de:group:staff',
      'urn:geant:desy.de:group:urn:geant:esrf.eu:group:em',
      'urn:geant:%65srf.eu:group:em',
      'urn:geant:esrf.eu',
      42,
      null,
      ['urn:geant:esrf.eu:group:em'],
    );
    assert.deepEqual(caller.subject.groups, []);
    assert.equal(dropped.groups, 10);
  });

  test('are none for an issuer without namespaces', () => {
    const claims = { eduperson_entitlement: ['urn:geant:esrf.eu:group:em'] };
    const { caller, dropped } = read(claims, issuerConfig({ namespaces: [] }));
    assert.deepEqual([caller.subject.groups, dropped.groups], [[], 1]);
  });

  test('may be one bare string', () => {
    const { caller } = read({ eduperson_entitlement: 'urn:geant:esrf.eu:group:em' });
    assert.deepEqual(caller.subject.groups, ['urn:geant:esrf.eu:group:em']);
  });

  test('beyond the bound refuse the token, before and after parents are added', async () => {
    const many = Array.from({ length: CALLER_BOUNDS.values + 1 }, (_, i) => `urn:geant:esrf.eu:group:g${i}`);
    await assertRefused((async () => groups(...many))(), 'TOO_MANY_CLAIMS');
    const deep = Array.from({ length: 6 }, (_, i) => `urn:geant:esrf.eu:group:g${i}${':x'.repeat(200)}`);
    assert.equal(groups(...deep.slice(0, 5)).caller.subject.groups.length, 1_005);
    await assertRefused((async () => groups(...deep))(), 'TOO_MANY_CLAIMS');
  });

  test('never reach beyond the issuer’s namespaces, whatever it sends', () => {
    const word = fc.constantFrom(
      'esrf.eu',
      'ESRF.EU',
      'desy.de',
      'esrf.eu.evil.org',
      'group',
      'GROUP',
      'em',
      'role=x',
      '',
      '%65',
      '#',
      'geant',
      'urn',
    );
    const built = fc.array(word, { maxLength: 8 }).map((words) => ['urn', 'geant', ...words].join(':'));
    const sent = fc.array(fc.oneof(built, fc.string(), fc.jsonValue()), { maxLength: 20 });
    fc.assert(
      fc.property(
        sent,
        fc.constantFrom([], ['urn:geant:esrf.eu'], ['urn:geant:esrf.eu:em', 'urn:geant:desy.de']),
        (entitlement, namespaces) => {
          const { caller } = read(
            { eduperson_entitlement: entitlement },
            issuerConfig({ namespaces: [...namespaces] }),
          );
          const { groups: held } = caller.subject;
          assert.ok(held.every((group) => namespaces.some((namespace) => inNamespace(group, namespace))));
          assert.ok(held.every((group) => withParents(group).every((parent) => held.includes(parent))));
          assert.deepEqual(held, [...new Set(held)].sort());
        },
      ),
      { numRuns: runs(500) },
    );
  });
});

describe('affiliations', () => {
  const affiliated = (...eduperson_scoped_affiliation: unknown[]) => read({ eduperson_scoped_affiliation });

  for (const affiliation of ['member', 'employee', 'staff', 'faculty', 'student', 'STUDENT']) {
    test(`such as ${affiliation} make a person a member of the facility`, () => {
      const { subject } = affiliated(`${affiliation}@esrf.eu`).caller;
      assert.deepEqual(
        [subject.affiliations, subject.sites],
        [[`${affiliation.toLowerCase()}@esrf.eu`], ['esrf']],
      );
    });
  }

  for (const affiliation of ['alum', 'affiliate', 'library-walk-in']) {
    test(`such as ${affiliation} are known and make nobody a member`, () => {
      const { subject } = affiliated(`${affiliation}@esrf.eu`).caller;
      assert.deepEqual([subject.affiliations, subject.sites], [[`${affiliation}@esrf.eu`], []]);
    });
  }

  for (const text of ['member@desy.de', 'member@esrf.eu.evil.org', 'member@em.esrf.eu', 'member@esrf.fr']) {
    test(`outside the issuer’s scopes are dropped: ${text}`, () => {
      const { caller, dropped } = affiliated(text);
      assert.deepEqual(
        [caller.subject.affiliations, caller.subject.sites, dropped.affiliations],
        [[], [], 1],
      );
    });
  }

  for (const text of [
    'member',
    '@esrf.eu',
    'member@',
    'guest@esrf.eu',
    'a@member@esrf.eu',
    'member@esrf.eu\n',
    ' member@esrf.eu',
    'member@esrf.eu@desy.de',
    'member@ESR\u{212a}.eu',
    true,
  ]) {
    test(`are dropped where they are malformed: ${JSON.stringify(text)}`, () => {
      const { caller, dropped } = affiliated(text);
      assert.deepEqual([caller.subject.affiliations, dropped.affiliations], [[], 1]);
    });
  }

  test('with two scopes of one facility are one site, and of two facilities two', () => {
    const issuer = issuerConfig({ scopes: ['esrf.eu', 'esrf.fr', 'desy.de', 'unknown.org'] });
    const claim = ['staff@esrf.fr', 'member@esrf.eu', 'member@desy.de', 'member@unknown.org'];
    const { subject } = read({ eduperson_scoped_affiliation: claim }, issuer).caller;
    assert.deepEqual(subject.sites, ['desy', 'esrf']);
  });
});

describe('academic', () => {
  const academic = (said: unknown, issuer = esrf) => {
    const { caller, dropped } = read({ panfed_academic: said }, issuer);
    return [caller.subject.academic, dropped.academic];
  };

  test('is true or false where the issuer may assert it, and null where nobody stated it', () => {
    assert.deepEqual(academic(true), [true, 0]);
    assert.deepEqual(academic(false), [false, 0]);
    assert.deepEqual(academic(undefined), [null, 0]);
    assert.deepEqual(academic(null), [null, 0]);
  });

  test('is null for anything but a boolean', () => {
    for (const said of ['true', 1, [true], {}]) assert.deepEqual(academic(said), [null, 1]);
  });

  test('is null where the issuer may not assert it', () => {
    assert.deepEqual(academic(true, issuerConfig()), [null, 1]);
    assert.deepEqual(academic(false, issuerConfig()), [null, 1]);
  });
});

describe('roles', () => {
  test('are exactly those that the issuer may assert', () => {
    const sent = [
      'author:esrf',
      'author:desy',
      'admin',
      'academic',
      'author:',
      'Author:esrf',
      'author:esrf ',
      3,
    ];
    const { caller, dropped } = read({ panfed_roles: sent });
    assert.deepEqual([caller.roles, dropped.roles], [['author:esrf'], 7]);
  });
});

describe('a claim', () => {
  test('is found one level down at each dot, and by its literal name first', () => {
    const issuer = issuerConfig({ claims: { groups: 'resource_access.panfed.groups' } });
    const em = 'urn:geant:esrf.eu:group:em';
    const nested = { resource_access: { panfed: { groups: [em] } } };
    assert.deepEqual(read(nested, issuer).caller.subject.groups, [em]);
    const literal = { ...nested, 'resource_access.panfed.groups': ['urn:geant:esrf.eu:group:staff'] };
    assert.deepEqual(read(literal, issuer).caller.subject.groups, ['urn:geant:esrf.eu:group:staff']);
  });

  test('is never a property that every object has', () => {
    for (const name of ['constructor.name', '__proto__', 'toString', 'groups.length', 'constructor']) {
      const { caller, dropped } = read({ groups: ['a'] }, issuerConfig({ claims: { assurance: name } }));
      assert.deepEqual([caller.subject.assurance, dropped.assurance], [[], 0]);
    }
  });

  test('about assurance is printable and bounded', () => {
    const iap = 'https://refeds.org/assurance/IAP/medium';
    const { caller, dropped } = read({ eduperson_assurance: [iap, iap, 'a b', '', 'x'.repeat(513), {}] });
    assert.deepEqual([caller.subject.assurance, dropped.assurance], [[iap], 4]);
  });

  test('with a name is inert, bounded text, else null', () => {
    assert.equal(read({ name: 'Ada\u{202e} L\u{1b}[31m' }).caller.name?.includes('\u{202e}'), false);
    for (const name of [undefined, '', 7, ['Ada'], 'x'.repeat(257)])
      assert.equal(read({ name }).caller.name, null);
  });
});

test('a caller is shared by requests, and so it is frozen throughout', () => {
  const { caller } = read({ eduperson_entitlement: ['urn:geant:esrf.eu:group:em'] });
  const { subject } = caller;
  for (const part of [
    caller,
    subject,
    caller.roles,
    subject.groups,
    subject.affiliations,
    subject.sites,
    subject.assurance,
  ]) {
    assert.ok(Object.isFrozen(part));
  }
});

test('issuer and sub are a principal that no other pair makes', () => {
  const text = fc.string({ minLength: 1, unit: 'binary' });
  fc.assert(
    fc.property(text, text, (one, two) => {
      fc.pre(one !== two);
      assert.notEqual(read({ sub: one }).caller.principal, read({ sub: two }).caller.principal);
    }),
  );
});
