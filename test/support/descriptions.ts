// For properties of descriptions: any that is valid, with texts that a Dockerfile, a shell or a terminal might take for something.
import { BOUNDS } from '../../src/model/bounds.ts';
import { CONDITION_KINDS } from '../../src/model/license.ts';
import fc from './fast-check.ts';

/** What is special somewhere: quotes, variables, escapes, ends of lines, what turns writing around. */
const HOSTILE = [
  ...['$HOME', `\${HOME}`, `\${X:-y}`, '$(id)', '`id`', '\\', '\\\\', '\\n', '"', "'", '#', '=', ',', '@'],
  ...[
    '\n',
    '\r\n',
    '\t',
    '\u202e',
    '\u2066',
    '\u200b',
    '\u2028',
    '\u0000',
    '\u001b[31m',
    'é',
    '日本',
    '𝕏',
    '<<EOF',
  ],
];

/** A text of at most so many UTF-16 units. */
export const hostileText = (max = 40): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 6 })), { maxLength: 8 })
    .map((parts) => parts.join('').slice(0, max).toWellFormed());

const url = fc.webUrl({ withQueryParameters: true }).filter((text) => text.length <= 200);
const time = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2050-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const names = fc.array(hostileText(), { maxLength: 4 });
const amount = fc.maxSafeNat();
const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });

const framework = fc.oneof(
  fc.constantFrom('relion@5.0', 'ctffind', 'XDS@2024'),
  fc.record({ name: hostileText(), version: nullable(hostileText()) }, { requiredKeys: ['name'] }),
);
const condition = fc.oneof(
  fc.constantFrom(...CONDITION_KINDS),
  fc.record(
    { kind: fc.constantFrom(...CONDITION_KINDS), groups: names, facilities: names, servers: names },
    { requiredKeys: ['kind'] },
  ),
);
const requires = fc.record(
  {
    architectures: names,
    cpus: nullable(fc.nat()),
    memory: nullable(amount),
    gpu: nullable(
      fc.record(
        {
          vendor: fc.constantFrom('nvidia', 'amd', `\${GPU}`),
          minimumCuda: nullable(hostileText()),
          memory: nullable(amount),
        },
        { requiredKeys: ['vendor'] },
      ),
    ),
    mpi: nullable(hostileText()),
    engines: names,
  },
  { requiredKeys: [] },
);

/** Any description that the schema takes, in its plain form. */
export const description: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record(
  {
    title: nullable(hostileText()),
    description: nullable(hostileText(200)),
    documentation: nullable(url),
    source: nullable(url),
    created: nullable(time),
    platforms: names,
    frameworks: fc.array(framework, { maxLength: 4 }),
    techniques: fc.array(fc.oneof(hostileText(), fc.constantFrom('SAXS', 'PaNET01145')), { maxLength: 4 }),
    reads: names,
    writes: names,
    requires: nullable(requires),
    license: nullable(fc.oneof(hostileText(), fc.constantFrom('GPL-2.0-only', 'MIT OR Apache-2.0', 'XDS'))),
    conditions: nullable(fc.array(condition, { maxLength: 3 })),
    sharing: nullable(fc.constantFrom('open', 'conditional', 'none')),
    listed: nullable(fc.boolean()),
    signed: nullable(fc.boolean()),
    signers: names,
    sbom: nullable(fc.constant(`sha256:${'a'.repeat(64)}`)),
  },
  { requiredKeys: [] },
);

/** A value of each field beyond a bound, or of another kind, by the field's name. */
export const INVALID: Readonly<Record<string, readonly unknown[]>> = {
  title: ['x'.repeat(BOUNDS.title + 1), 5, ['x']],
  description: ['x'.repeat(BOUNDS.description + 1), {}],
  documentation: ['ftp://lab.example', 'relion', 5],
  source: [`https://lab.example/${'x'.repeat(BOUNDS.url)}`],
  created: ['yesterday', '2024-13-01', 20240501],
  platforms: [Array(BOUNDS.platforms + 1).fill('linux/amd64'), [5]],
  frameworks: [Array(BOUNDS.frameworks + 1).fill('relion'), [{ version: '5' }], [5], [{ name: 5 }]],
  techniques: [Array(BOUNDS.techniques + 1).fill('SAXS'), ['x'.repeat(BOUNDS.name + 1)], { 0: 'SAXS' }],
  reads: [Array(BOUNDS.formats + 1).fill('MRC'), [['MRC']]],
  writes: [[null], true],
  requires: [{ cpus: -1 }, { memory: 1.5 }, { gpu: {} }, { gpu: { vendor: 5 } }, 'much', { cpus: '8' }],
  conditions: [
    ['academc'],
    [{}],
    [{ kind: 'site', facilities: [5] }],
    Array(BOUNDS.conditions + 1).fill('academic'),
  ],
  sharing: ['everyone', true, ['open']],
  listed: ['perhaps', 0],
  signed: ['perhaps', 1],
  signers: [Array(BOUNDS.signers + 1).fill('x'), [5]],
  sbom: ['sha256:abc', 5],
};
