import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Challenge, parseChallenges } from '../../../src/network/registry/challenge.ts';
import fc from '../../support/fast-check.ts';

const plain = (challenges: readonly Challenge[]) =>
  challenges.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('WWW-Authenticate', () => {
  const cases: readonly (readonly [string, string, readonly (readonly [string, object])[]])[] = [
    [
      'a registry’s challenge, with a comma in a quoted string',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:a/b:pull,push',
          },
        ],
      ],
    ],
    ['Basic', 'Basic realm="Registry Realm"', [['basic', { realm: 'Registry Realm' }]]],
    [
      'two challenges in one header',
      'Basic realm="a", Bearer realm="https://r/t", service=s',
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'https://r/t', service: 's' }],
      ],
    ],
    [
      'schemes without parameters, and with a token68',
      'Negotiate, NTLM dGVzdA==, Basic realm=a',
      [
        ['negotiate', {}],
        ['ntlm', {}],
        ['basic', { realm: 'a' }],
      ],
    ],
    [
      'white space around the equals sign',
      'Bearer realm = "a" , service= b',
      [['bearer', { realm: 'a', service: 'b' }]],
    ],
    ['names in any case', 'BEARER Realm=a', [['bearer', { realm: 'a' }]]],
    [
      'escapes in a quoted string',
      'Basic realm="a \\"quoted\\", \\\\ text"',
      [['basic', { realm: 'a "quoted", \\ text' }]],
    ],
    ['empty elements of the list', ', ,Basic realm=a,, ,', [['basic', { realm: 'a' }]]],
    ['nothing', '', []],
    ['an unquoted address', 'Bearer realm=https://r/t', []],
    ['an open quote', 'Bearer realm="https://r/t', []],
    ['a parameter twice', 'Bearer realm="https://a/", realm="https://b/"', []],
    ['a parameter twice in different case', 'Bearer realm="https://a/", REALM="https://b/"', []],
    ['a control character in a string', 'Bearer realm="https://a/\u0001"', []],
    ['what comes after a string', 'Bearer realm="a"b', []],
    ['a parameter without a scheme', 'realm="a"', []],
    ['more than 16,384 characters', `Bearer realm="${'a'.repeat(16_384)}"`, []],
  ];
  for (const [what, header, expected] of cases) {
    test(`reads ${what}`, () => assert.deepEqual(plain(parseChallenges(header)), expected));
  }

  const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/);
  const value = fc.stringMatching(/^[\t\x20-\x7e]{0,20}$/);
  const challenge = fc.record({
    scheme: token,
    parameters: fc.uniqueArray(fc.tuple(token, value, fc.boolean()), {
      selector: ([name]) => name.toLowerCase(),
      maxLength: 4,
    }),
  });
  const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

  test('gives back each challenge that was written, in order', () => {
    fc.assert(
      fc.property(
        fc.array(challenge, { maxLength: 4 }),
        fc.constantFrom(',', ', ', ' ,\t'),
        (written, separator) => {
          const header = written
            .map(({ scheme, parameters }) =>
              [scheme, parameters.map(([name, text]) => `${name}=${quote(text)}`).join(separator)]
                .join(' ')
                .trim(),
            )
            .join(separator);
          assert.deepEqual(
            plain(parseChallenges(header)),
            written.map(({ scheme, parameters }) => [
              scheme.toLowerCase(),
              Object.fromEntries(parameters.map(([name, text]) => [name.toLowerCase(), text])),
            ]),
          );
        },
      ),
    );
  });

  test('reads any text, in time that grows with its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void parseChallenges(text)),
    );
    const started = performance.now();
    for (const part of ['a ', 'a,', 'a="\\', 'a=', '"', 'a =', 'a\t']) parseChallenges(part.repeat(4_000));
    assert.ok(performance.now() - started < 1_000);
  });
});
