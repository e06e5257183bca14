import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { buildSchema, isObjectType } from 'graphql';
import { REGISTRY_SDL } from '../../src/registry-server/schema.ts';
import { createFileSource } from '../../src/sources/file.ts';
import { MalformedNode } from '../../src/sources/source.ts';
import { needsShared, sharedData } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Node = Readonly<Record<string, unknown>>;

const LIMITS = { records: 2_000, upstreamBytes: 4_194_304 };
const context = () => ({ signal: AbortSignal.timeout(60_000) });

const folder = temporaryFolder({ after });

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const source = (path: string, limits = LIMITS) =>
  createFileSource({ facility: 'esrf', registry: 'main', path, limits });

async function nodesOf(path: string, limits = LIMITS): Promise<Node[]> {
  const nodes: unknown[] = [];
  for await (const page of source(path, limits).crawl(context())) nodes.push(...page.nodes);
  return nodes as Node[];
}

describe('a catalog file', () => {
  test('is YAML, JSON or NDJSON, which say the same', async () => {
    const yaml = await file(
      'same.yaml',
      'facility: esrf\nimages:\n  - repository: em/relion\n    tag: "4.0"\n    labels: {software: relion}\n',
    );
    const entry = { repository: 'em/relion', tag: '4.0', labels: [{ name: 'software', value: 'relion' }] };
    const json = await file('same.json', JSON.stringify([entry]));
    const lines = await file('same.ndjson', `${JSON.stringify(entry)}\r\n\n`);
    const nodes = await nodesOf(yaml);
    assert.equal(nodes.length, 1);
    assert.deepEqual(await nodesOf(json), nodes);
    assert.deepEqual(await nodesOf(lines), nodes);
  });

  test('may begin with a byte order mark', async () => {
    for (const [name, text] of [
      ['bom.yaml', '- {repository: a/b}\n'],
      ['bom.json', '[{"repository": "a/b"}]'],
      ['bom.ndjson', '{"repository": "a/b"}\n'],
    ] as const) {
      const [only] = await nodesOf(await file(name, `\ufeff${text}`));
      assert.equal(only?.repository, 'a/b', name);
    }
  });

  test('is UTF-8 or not read at all', async () => {
    const path = join(folder, 'latin1.yaml');
    await writeFile(path, Buffer.from('- {repository: a/b, title: R\u00f6ntgen}\n', 'latin1'));
    await assert.rejects(nodesOf(path), { code: 'SOURCE_MALFORMED' });
  });

  test('gives nodes in the shape of contract 1: every field, null where it is not said', async () => {
    const [node] = await nodesOf(
      await file('few.json', '[{"repository": "a/b", "tag": "1", "labels": {"k": "v"}}]'),
    );
    assert.deepEqual(node?.tags, ['1']);
    assert.deepEqual(node?.labels, [{ name: 'k', value: 'v' }]);
    assert.equal(node?.sharing, null);
    assert.equal(node?.conditions, null);
    assert.equal(node?.id, null);
    const contract = buildSchema(REGISTRY_SDL).getType('Image');
    assert.ok(isObjectType(contract));
    const { signatures: _, attestations: __, ...first } = contract.getFields();
    assert.deepEqual(Object.keys(node ?? {}).sort(), Object.keys(first).sort());
  });

  test('has no signatures, whatever its entries have: nothing is fetched from a file', async () => {
    const document = { mediaType: 'application/jose+json', content: '{}' };
    const entry = { repository: 'a/b', tag: '1', signatures: [document], demo: { signedBy: ['KIT'] } };
    const [node] = await nodesOf(await file('signed.json', JSON.stringify([entry])));
    assert.ok(
      node !== undefined && !('signatures' in node) && !('attestations' in node) && !('demo' in node),
    );
  });

  test('joins tag and tags, and leaves out what the contract does not have', async () => {
    const [node] = await nodesOf(
      await file(
        'tags.json',
        '[{"repository": "a/b", "tag": "1", "tags": ["2", "1"], "base": "debian", "extension": {}}]',
      ),
    );
    assert.deepEqual(node?.tags, ['2', '1']);
    assert.ok(!('base' in node!) && !('extension' in node!));
  });

  test('keeps the claim of an entry to be another lab’s, for ingest to refuse', async () => {
    const [node] = await nodesOf(await file('claim.json', '[{"repository": "a/b", "facility": "psi"}]'));
    assert.equal(node?.facility, 'psi');
  });

  test('has a generation that changes with the file and with nothing else', async () => {
    const path = await file('generation.json', '[]');
    const first = await source(path).info(context());
    assert.deepEqual(await source(path).info(context()), first);
    for await (const page of source(path).crawl(context())) assert.equal(page.generation, first.generation);
    await writeFile(path, '[ ]');
    assert.notDeepEqual(await source(path).info(context()), first);
  });

  test('loses no entry: what is not one is a malformed node', async () => {
    const nodes = await nodesOf(
      await file('broken.ndjson', '{"repository": "a/b"}\n{"repository": \n\n[1]\n{"repository": "c/d"}\n'),
    );
    assert.equal(nodes.length, 4);
    assert.deepEqual(nodes[1], new MalformedNode('line 2', 'the line is not JSON'));
    assert.deepEqual(nodes[2], new MalformedNode('image 3', 'an image is a mapping'));
    assert.equal(nodes[3]?.repository, 'c/d');
  });

  test('does not read an entry with a misspelt restriction as one without', async () => {
    const nodes = await nodesOf(
      await file('misspelt.json', '[{"repository": "a/b", "conditons": ["academic"]}]'),
    );
    const [spoilt] = nodes as unknown as MalformedNode[];
    assert.ok(spoilt instanceof MalformedNode && nodes.length === 1);
    assert.equal(spoilt.subject, 'a/b');
    assert.equal(spoilt.reason, 'an image has no field conditons. Did you mean conditions?');
    assert.equal((spoilt.node as Node).repository, 'a/b');
  });

  test('keeps a restriction that several entries share by a merge key', async () => {
    const shared = 'base: &base {sharing: none, conditions: [{kind: academic}]}\n';
    const path = await file(
      'merge.yaml',
      `${shared}images:\n  - {<<: *base, repository: a/b}\n  - {<<: *base, repository: a/c, sharing: open}\n`,
    );
    const nodes = await nodesOf(path);
    assert.deepEqual(
      nodes.map(({ sharing, conditions }) => [sharing, conditions]),
      [
        ['none', [{ kind: 'academic' }]],
        ['open', [{ kind: 'academic' }]],
      ],
    );
  });
});

describe('a catalog file that cannot be used', () => {
  const cases: Record<string, readonly [text: string, code: string]> = {
    'other.yaml': ['facility: psi\nimages: []\n', 'SOURCE_MALFORMED'],
    'scalar.yaml': ['hello\n', 'SOURCE_MALFORMED'],
    'syntax.yaml': ['images: [\n', 'SOURCE_MALFORMED'],
    'twice.yaml': ['images: []\nimages: []\n', 'SOURCE_MALFORMED'],
    'twice-within.yaml': [
      'images:\n  - repository: a/b\n    sharing: none\n    sharing: open\n',
      'SOURCE_MALFORMED',
    ],
    'merge-of-nothing.yaml': ['images:\n  - {<<: 5, repository: a/b}\n', 'SOURCE_MALFORMED'],
    'syntax.json': ['{"images": [', 'SOURCE_MALFORMED'],
    'deep.yaml': ['['.repeat(50_000), 'SOURCE_MALFORMED'],
    'deep.json': ['['.repeat(50_000) + ']'.repeat(50_000), 'SOURCE_MALFORMED'],
    'many.json': [JSON.stringify(Array(2_001).fill({})), 'SOURCE_TOO_LARGE'],
    'large.ndjson': [' '.repeat(LIMITS.upstreamBytes + 1), 'SOURCE_TOO_LARGE'],
  };
  for (const [name, [text, code]] of Object.entries(cases)) {
    test(`${name} is ${code}`, async () => {
      await assert.rejects(nodesOf(await file(name, text)), { code });
    });
  }

  test('because its aliases multiply is SOURCE_MALFORMED', async () => {
    const levels = [
      'a0: &a0 [x, x]',
      ...Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]`),
    ];
    await assert.rejects(nodesOf(await file('aliases.yaml', `${levels.join('\n')}\nimages: *a9\n`)), {
      code: 'SOURCE_MALFORMED',
    });
  });

  test('reports the place of a syntax error', async () => {
    const path = await file('place.yaml', 'facility: esrf\nimages:\n  - {repository: a/b\n');
    await assert.rejects(nodesOf(path), (error: Error & { at?: string }) => {
      assert.match(error.at ?? '', /place\.yaml:\d+:\d+$/);
      return true;
    });
  });

  test('because it is not there is SOURCE_UNAVAILABLE', async () => {
    await assert.rejects(source(join(folder, 'none.yaml')).info(context()), { code: 'SOURCE_UNAVAILABLE' });
    await assert.rejects(nodesOf(folder.concat('/x.json')), { code: 'SOURCE_UNAVAILABLE' });
  });

  test('because of its extension is CONFIG_INVALID', () => {
    assert.throws(() => source('catalog.txt'), { code: 'CONFIG_INVALID' });
  });
});

test('a thousand real images are all there', needsShared('biocontainers/labels.ndjson'), async () => {
  const nodes = await nodesOf(sharedData('biocontainers/labels.ndjson')!);
  assert.equal(nodes.length, 1_093);
  assert.ok(nodes.every((node) => !(node instanceof MalformedNode) && Array.isArray(node.labels)));
});
