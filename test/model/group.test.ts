import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BOUNDS } from '../../src/model/bounds.ts';
import {
  canonicalGroup,
  canonicalNamespace,
  inNamespace,
  parseGroup,
  withParents,
} from '../../src/model/group.ts';
import fc from '../support/fast-check.ts';

describe('an AARC-G069 group', () => {
  test('is parsed into namespace, path, role and authority', () => {
    assert.deepEqual(parseGroup('urn:geant:esrf.eu:sub:group:em:cryo:role=operator#aai.esrf.eu'), {
      nid: 'geant',
      namespace: ['esrf.eu', 'sub'],
      path: ['em', 'cryo'],
      role: 'operator',
      authority: 'aai.esrf.eu',
    });
  });

  test('has one spelling: namespace in lower case, escapes in upper case, group case kept, authority dropped', () => {
    assert.equal(
      canonicalGroup('UrN:NiD:ExAmPlE.oRg:group:Minun%20Ryhm%c3%a4ni:role=VIP#who.example.org'),
      'urn:nid:example.org:group:Minun%20Ryhm%C3%A4ni:role=VIP',
    );
  });

  test('keeps what is percent-encoded encoded, as RFC 8141 compares URNs', () => {
    assert.equal(canonicalGroup('urn:geant:esrf.eu:group:%65m'), 'urn:geant:esrf.eu:group:%65m');
    assert.equal(canonicalGroup('urn:geant:esrf.eu:%67roup:em'), null);
  });

  for (const malformed of [
    '',
    'urn:geant:esrf.eu',
    'urn:geant:group:em',
    'urn:geant:esrf.eu:group',
    'urn:geant:esrf.eu:group:',
    'urn:geant:esrf.eu::group:em',
    'urn:geant:esrf.eu:group:em::x',
    'urn:geant:esrf.eu:GROUP:em',
    'urn:geant:esrf.eu:GROUP:group:em',
    'urn:geant:GROUP:group:em',
    'urn:geant:esrf.eu:groupx:em',
    'urn:geant:esrf.eu:group:role=admin',
    'urn:geant:esrf.eu:group:em:role=',
    'urn:geant:esrf.eu:group:em:role=a:role=b',
    'urn:geant:esrf.eu:group:em:role=a:sub',
    'urn:geant:esrf.eu:group:em%2',
    'urn:geant:esrf.eu:group:em%zz',
    'urn:geant:esrf.eu:group:e m',
    'urn:geant:esrf.eu:group:em\n',
    'urn:geant:esrf.eu:group:ém',
    'urn:geant:esrf.eu:group:em?+r',
    'urn:geant:esrf.eu:group:em#',
    'urn:geant:esrf.eu:group:em#a#b',
    'urn:g:esrf.eu:group:em',
    'urn:-geant:esrf.eu:group:em',
    'url:geant:esrf.eu:group:em',
    ' urn:geant:esrf.eu:group:em',
    'em',
  ]) {
    test(`is not ${JSON.stringify(malformed)}`, () => {
      assert.equal(parseGroup(malformed), null);
      assert.equal(canonicalGroup(malformed), null);
      assert.deepEqual(withParents(malformed), []);
    });
  }

  test('is at most as long as the bound', () => {
    const prefix = 'urn:geant:esrf.eu:group:';
    const longest = prefix + 'x'.repeat(BOUNDS.group - prefix.length);
    assert.equal(canonicalGroup(longest), longest);
    assert.equal(canonicalGroup(`${longest}x`), null);
  });
});

describe('membership', () => {
  test('reaches upward: to each parent, and to the group without the role', () => {
    assert.deepEqual(withParents('urn:geant:esrf.eu:group:em:cryo:role=operator'), [
      'urn:geant:esrf.eu:group:em',
      'urn:geant:esrf.eu:group:em:cryo',
      'urn:geant:esrf.eu:group:em:cryo:role=operator',
    ]);
  });

  test('is in a namespace by segment, never by string prefix', () => {
    const esrf = 'urn:geant:esrf.eu';
    assert.equal(inNamespace('urn:geant:esrf.eu:group:em', esrf), true);
    assert.equal(inNamespace('URN:GEANT:ESRF.EU:group:em', esrf), true);
    assert.equal(inNamespace('urn:geant:esrf.eu:beamlines:group:id30', esrf), true);
    assert.equal(inNamespace('urn:geant:esrf.eu.evil.org:group:em', esrf), false);
    assert.equal(inNamespace('urn:geant:esrf.eu:groupx', esrf), false);
    assert.equal(inNamespace('urn:geant:evil.org:group:esrf.eu', esrf), false);
    assert.equal(inNamespace('urn:geant2:esrf.eu:group:em', esrf), false);
    assert.equal(inNamespace('urn:geant:esrf.eu:group:em', 'urn:geant:esrf.eu:beamlines'), false);
  });

  test('is in nothing that is not a namespace', () => {
    for (const namespace of [
      '',
      'urn',
      'urn:geant',
      'urn:geant:',
      'urn:geant:esrf.eu:group',
      'urn:geant:e#f',
    ]) {
      assert.equal(canonicalNamespace(namespace), null);
      assert.equal(inNamespace('urn:geant:esrf.eu:group:em', namespace), false);
    }
  });
});

const word = fc.stringMatching(/^[A-Za-z0-9.~!$&'()*+,;@/_-]{1,12}$/);
const escaped = fc.stringMatching(/^(?:[a-zA-Z]|%[0-9a-fA-F]{2}){1,8}$/);
const snapshotIndex = fc.oneof(word, escaped);
const namespaceSegment = snapshotIndex.filter((text) => text.toLowerCase() !== 'group');
const parts = fc.record({
  nid: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,10}[A-Za-z0-9]$/),
  namespace: fc.array(namespaceSegment, { minLength: 1, maxLength: 4 }),
  path: fc.array(snapshotIndex, { minLength: 1, maxLength: 6 }),
  role: fc.option(snapshotIndex),
  authority: fc.option(snapshotIndex),
});
type Parts = typeof parts extends fc.Arbitrary<infer P> ? P : never;
const write = ({ nid, namespace, path, role, authority }: Parts) =>
  `${['urn', nid, ...namespace, 'group', ...path].join(':')}${role === null ? '' : `:role=${role}`}${authority === null ? '' : `#${authority}`}`;

describe('for every group', () => {
  test('parsing gives back the parts, up to the case of what has no case', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const group = parseGroup(write(given));
        assert.ok(group !== null);
        const lower = (texts: readonly string[]) => texts.map((text) => text.toLowerCase());
        assert.equal(group.nid, given.nid.toLowerCase());
        assert.deepEqual(lower(group.namespace), lower(given.namespace));
        assert.deepEqual(lower(group.path), lower(given.path));
        assert.equal(group.role?.toLowerCase() ?? null, given.role?.toLowerCase() ?? null);
      }),
    );
  });

  test('the canonical form is a fixed point', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const canonical = canonicalGroup(write(given));
        assert.ok(canonical !== null);
        assert.equal(canonicalGroup(canonical), canonical);
      }),
    );
  });

  test('the upward closure holds the group, is sorted, closed, and stays in its namespace', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const canonical = canonicalGroup(write(given));
        assert.ok(canonical !== null);
        const closure = withParents(canonical);
        assert.ok(closure.includes(canonical));
        assert.deepEqual(closure, [...new Set(closure)].sort());
        const namespace = ['urn', given.nid, ...given.namespace].join(':');
        for (const group of closure) {
          assert.ok(withParents(group).every((parent) => closure.includes(parent)));
          assert.ok(inNamespace(group, namespace));
        }
      }),
    );
  });

  test('another delegated namespace is another, however alike it is spelled', () => {
    fc.assert(
      fc.property(parts, namespaceSegment, (given, suffix) => {
        const [first, ...rest] = given.namespace;
        const namespace = ['urn', given.nid, first].join(':');
        const alike = write({ ...given, namespace: [`${first}${suffix}`, ...rest] });
        fc.pre(parseGroup(alike) !== null);
        assert.equal(inNamespace(alike, namespace), false);
      }),
    );
  });
});

test('no text whatever makes the parser throw, and what it accepts is bounded, printable ASCII', () => {
  const spoilt = fc
    .tuple(parts, fc.string({ unit: 'binary', maxLength: 3 }), fc.nat(80))
    .map(([given, noise, at]) => write(given).slice(0, at) + noise + write(given).slice(at));
  fc.assert(
    fc.property(fc.oneof(fc.string(), spoilt), (text) => {
      const canonical = canonicalGroup(text);
      if (canonical !== null) assert.match(canonical, /^[\x21-\x7e]{1,512}$/);
    }),
  );
});
