import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { hashBytes, hashDocument } from '../../../src/policy/distribution/hash.ts';
import { readJson } from '../../../src/policy/distribution/json.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { OPA } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { labKey, type SignedClaims } from '../../support/signed-bundle.ts';

const hashText = (text: string): string => hashDocument(readJson(Buffer.from(text)), 'SHA-256');
const hashPlain = (text: string): string => hashBytes(Buffer.from(text), 'SHA-256');

describe('the hash of a document', () => {
  test('is of its keys in order and nothing between them', () => {
    assert.equal(
      hashText(' { "b" : [ 1 , true , null ] , "a" : "x" } '),
      hashPlain('{"a":"x","b":[1,true,null]}'),
    );
  });

  test('is of its numbers as they are spelled', () => {
    const spelled = '[1.0,1,-0,1E5,1e+05,0.10,12345678901234567890123456789]';
    assert.equal(hashText(spelled), hashPlain(spelled));
    assert.notEqual(hashText('1.0'), hashText('1'));
  });

  test('is of its strings as Go writes them', () => {
    assert.equal(
      hashText('"\\u003c\\/\\u2028\\u2029\\b\\u000F\\u007f\\ud800\\ud83d\\ude00"'),
      hashPlain('"</\\u2028\\u2029\\b\\u000f\u007f\ufffd😀"'),
    );
  });

  test('has its keys in the order of their bytes', () => {
    assert.equal(hashText('{"\uff5e":1,"😀":2,"a":3}'), hashPlain('{"a":3,"\uff5e":1,"😀":2}'));
  });

  test('knows a key that JavaScript has a meaning for', () => {
    assert.equal(hashText('{"__proto__":{"a":1},"b":2}'), hashPlain('{"__proto__":{"a":1},"b":2}'));
  });
});

/** JSON text in every spelling: of numbers, of characters, and of what is between them. */
const space = fc.constantFrom('', '', ' ', '\n', '\t \r');
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }).map((part) => JSON.stringify(part).slice(1, -1)),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`),
      fc.constantFrom('\\/', '\\b', '<', '&', '\u2028', '\u2029', '\u007f', '😀', '\\uD83D\\uDE00'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => `"${parts.join('')}"`);
const wellFormedKey = text.filter((key) => (JSON.parse(key) as string).isWellFormed());
const number = fc.stringMatching(/^-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,8})?([eE][+-]?[0-9]{1,3})?$/);
const { document } = fc.letrec<{ document: string }>((tie) => ({
  document: fc
    .tuple(
      space,
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom('true', 'false', 'null'),
        number,
        text,
        fc.array(tie('document'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
        fc
          .uniqueArray(fc.tuple(wellFormedKey, tie('document')), {
            maxLength: 4,
            selector: ([key]) => JSON.parse(key) as string,
          })
          .map((entries) => `{${entries.map(([key, value]) => `${key} :${value}`).join(',')}}`),
      ),
      space,
    )
    .map((parts) => parts.join('')),
}));

/** By name, what `opa sign` has in its signature. */
async function hashesOfOpa(contents: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'panfed-test-hash-'));
  try {
    const bundle = join(folder, 'bundle');
    for (const [name, content] of Object.entries(contents)) {
      await mkdir(join(bundle, name, '..'), { recursive: true });
      await writeFile(join(bundle, name), content);
    }
    await promisify(execFile)(
      OPA as string,
      ['sign', '--bundle', '.', '--signing-key', labKey('HS256').signing, '--signing-alg', 'HS256'].concat(
        '--output-file-path',
        folder,
      ),
      { cwd: bundle },
    );
    const signed = await readFile(join(folder, '.signatures.json'), 'utf8');
    const { files } = decodeJwt<SignedClaims>((JSON.parse(signed) as { signatures: [string] }).signatures[0]);
    return new Map(files.map(({ name, hash }) => [name, hash]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the hash that OPA signs', needs('opa', OPA), () => {
  test('is ours, of any document', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 150, maxLength: 150 }), async (documents) => {
        const contents = Object.fromEntries(documents.map((each, index) => [`${index}/data.json`, each]));
        const theirs = await hashesOfOpa(contents);
        assert.equal(theirs.size, documents.length);
        for (const [name, each] of Object.entries(contents)) {
          assert.equal(hashText(each), theirs.get(name), JSON.stringify(each));
        }
      }),
      { numRuns: runs(4), endOnFailure: true },
    );
  });

  test('is ours, of a manifest and of rules', async () => {
    const manifest = '{ "roots" : [ "panfed/facility/esrf" ], "metadata": {"version": 1.0} }';
    const rules = 'package panfed.facility.esrf\n\n# <&\u2028>\n';
    const theirs = await hashesOfOpa({ '.manifest': manifest, 'policy.rego': rules });
    assert.equal(hashText(manifest), theirs.get('.manifest'));
    assert.equal(hashPlain(rules), theirs.get('policy.rego'));
  });
});
