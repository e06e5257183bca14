import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { facilitiesCommand } from '../../src/cli/facilities.ts';
import { collect, gatewayDouble } from './collect.ts';

const answer = {
  data: {
    facilities: [
      {
        id: 'isis',
        name: 'ISIS',
        engines: [],
        registries: [
          { key: 'hub', kind: 'graphql', status: 'OK', age: 4 },
          { key: 'github', kind: 'graphql', status: 'ERROR', age: null },
        ],
        policy: { status: 'ACTIVE', revision: 'sha256:1', version: null, signer: null, refused: null },
      },
    ],
    images: {
      complete: false,
      sources: [
        { facility: { id: 'isis' }, registry: 'hub', records: 12, error: null },
        {
          facility: { id: 'isis' },
          registry: 'github',
          records: 0,
          error: { code: 'SOURCE_REFUSED', message: 'x' },
        },
      ],
    },
  },
};

describe('panfed facilities', () => {
  test('shows a line a registry, what of it is for the caller, and what is wrong', async (context) => {
    const { url, asked } = await gatewayDouble(context, () => ({ body: answer }));
    const output = collect();
    await facilitiesCommand(output, { PANFED_URL: url }).parseAsync([], { from: 'user' });
    assert.equal(
      output.stdout(),
      'FACILITY  NAME  REGISTRY  KIND     STATUS  AGE  FOR YOU  POLICY  PROBLEM\n' +
        'isis      ISIS  hub       graphql  OK      4 s  12       active\n' +
        '                github    graphql  ERROR   ?    0                SOURCE_REFUSED\n',
    );
    assert.match(output.stderr(), /not every registry answered/);
    const schema = buildSchema(
      readFileSync(new URL('../../src/graphql/schema.graphql', import.meta.url), 'utf8'),
    );
    assert.deepEqual(validate(schema, parse(asked[0]!.query)), []);
  });

  test('shows the version and the signer of a policy that a lab ships itself, and what was refused after it', async (context) => {
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
    const policy = {
      ...{ status: 'ACTIVE', revision: 'sha256:1', activated: ago(3 * 86_400 + 60) },
      ...{ version: 7, signer: 'isis-2026', refused: { at: ago(4 * 3_600 + 60), code: 'POLICY_REPLAYED' } },
    };
    const [facility] = answer.data.facilities;
    const body = { data: { ...answer.data, facilities: [{ ...facility, policy }] } };
    const { url } = await gatewayDouble(context, () => ({ body }));
    const output = collect();
    await facilitiesCommand(output, { PANFED_URL: url }).parseAsync([], { from: 'user' });
    assert.match(
      output.stdout(),
      / active, version 7 of isis-2026 since 3 d, POLICY_REPLAYED refused 4 h ago\n/,
    );
  });

  test('writes one JSON document', async (context) => {
    const { url } = await gatewayDouble(context, () => ({ body: answer }));
    const output = collect();
    await facilitiesCommand(output, { PANFED_URL: url }).parseAsync(['--format', 'json'], { from: 'user' });
    const document = JSON.parse(output.stdout());
    assert.equal(document.facilities[0].registries.length, 2);
    assert.equal(document.sources[0].records, 12);
    assert.equal(document.complete, false);
  });
});
