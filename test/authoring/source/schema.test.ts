import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runOpa } from '../../../src/authoring/opa/opa.ts';
import { OWN_POLICIES } from '../../../src/authoring/source/owner.ts';
import { PREFERENCE_FIELDS } from '../../../src/model/choices.ts';
import { SHARINGS, SUPPLIERS } from '../../../src/model/image.ts';
import { CONDITION_KINDS, LICENSE_STATES } from '../../../src/model/license.ts';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import { TRUST_STATES } from '../../../src/model/trust.ts';
import { recordInput, requestInput, subjectInput } from '../../../src/policy/decisions/input.ts';
import { resourceInput } from '../../../src/policy/decisions/resources.ts';
import { requestTime, WEEKDAYS } from '../../../src/policy/decisions/time.ts';
import { cluster } from '../../support/compute.ts';
import { condition, imageRecord, license } from '../../support/records.ts';
import { facility, needsOpa, opa } from '../opa.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
}

const folder = join(OWN_POLICIES, 'schema');
const schemaOf = (kind: string): Schema => JSON.parse(readFileSync(join(folder, `${kind}.json`), 'utf8'));

/** A total input in which nothing is null or empty that has fields below it. */
const total = {
  record: recordInput(
    imageRecord({
      license: license({ conditions: [condition('site')] }),
      requires: { ...imageRecord().requires, gpu: { vendor: 'nvidia', minimumCuda: null, memory: null } },
    }),
  ),
  subject: subjectInput(ANONYMOUS.subject),
  request: requestInput(
    { facility: 'desy', allowsUnverified: false, licenseServers: [] },
    requestTime(0, 60),
  ),
};

/** Where schema and value do not have the same fields, at any depth. */
function differences(
  schema: Schema | undefined,
  value: unknown,
  path: string,
  only: readonly string[] = [],
): string[] {
  if (schema === undefined) return [`${path} is not in the schema`];
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : differences(schema.items, value[0], `${path}[]`);
  }
  if (value === null || typeof value !== 'object' || path.endsWith('.labels')) return [];
  const fields = Object.keys(value).sort();
  const known = Object.keys(schema.properties ?? {}).sort();
  // The time is for those alone who declare a bucket of it.
  const optional = path === 'input.request' ? ['time'] : path === 'input' ? only : [];
  const required = [...(schema.required ?? []), ...optional].sort();
  const here =
    JSON.stringify([known, required, schema.additionalProperties]) === JSON.stringify([fields, fields, false])
      ? []
      : [`${path}: ${known} (required ${required}) and not ${fields}`];
  return here.concat(
    Object.entries(value).flatMap(([key, below]) =>
      differences(schema.properties?.[key], below, `${path}.${key}`),
    ),
  );
}

for (const kind of ['federation', 'facility']) {
  test(`the schema of a ${kind}'s input has every field that the gateway gives, and no other`, () => {
    // A resource is what the federation's other entry point is given.
    const resource = kind === 'federation' && { resource: resourceInput(cluster()) };
    const only = Object.keys(resource || {});
    assert.deepEqual(differences(schemaOf(kind), { ...total, ...resource }, 'input', only), []);
  });

  test(`the enumerations of a ${kind}'s input are the model's`, () => {
    const record = schemaOf(kind).properties?.record?.properties;
    assert.deepEqual(record?.sharing?.enum, SHARINGS);
    assert.deepEqual(record?.stated?.properties?.sharing?.enum, SHARINGS);
    assert.deepEqual(record?.suppliedBy?.enum, SUPPLIERS);
    assert.deepEqual(record?.trust?.properties?.state?.enum, TRUST_STATES);
    assert.deepEqual(record?.license?.properties?.state?.enum, LICENSE_STATES);
    const kinds = record?.license?.properties?.conditions?.items?.properties?.kind?.enum;
    assert.deepEqual(kinds, CONDITION_KINDS);
    const time = schemaOf(kind).properties?.request?.properties?.time?.properties;
    assert.deepEqual(time?.weekday?.enum, WEEKDAYS);
  });
}

test('the preference module knows the fields of the choices that it is asked about', () => {
  const fields = schemaOf('preference').properties?.field?.enum;
  assert.deepEqual(fields, PREFERENCE_FIELDS);
});

describe('opa check with schemas', needsOpa, () => {
  const misspelt = 'package panfed.facility.psi\n\ndecision := input.record.sharin\n';
  const check = async (schema: string, cwd: string) =>
    (await runOpa(opa, ['check', '--strict', '--schema', schema, '.'], { cwd })).code;

  test('a folder of schemas checks nothing without annotations: the build names the one file', async (context) => {
    const { owner } = await facility(context, 'psi', { 'decision.rego': misspelt });
    assert.equal(await check(folder, owner.folder), 0);
    assert.notEqual(await check(join(folder, 'facility.json'), owner.folder), 0);
  });
});
