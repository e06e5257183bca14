// Real clients of GraphQL against the gateway: what portals and scripts are written with.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildSchema } from 'graphql';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { type AskByClient, type Asked, BARE_CLIENTS, CLIENTS } from '../support/graphql-clients.ts';
import { needs, onPath } from '../support/real.ts';
import { startRegistry, type TestRegistry, testNode } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PORTAL = 'https://portal.example';
const FIND = 'query Find($text: String, $at: ID) { images(search: $text, at: $at, first: 1) { totalCount } }';

let registry: TestRegistry;
let gateway: RunningGateway;
let uri: string;

before(async () => {
  registry = await startRegistry('esrf', [
    testNode('em/relion', { title: 'RELION', sharing: 'open', license: 'GPL-2.0-only' }),
    testNode('em/ctffind', { title: 'CTFFIND', sharing: 'open', license: 'MIT' }),
  ]);
  const registries = [
    { key: 'main', kind: 'graphql' as const, url: registry.url, pull: 'registry.esrf.example' },
  ];
  gateway = await startGateway(
    configOf({ federation: { origins: [PORTAL] }, facilities: [{ id: 'esrf', name: 'ESRF', registries }] }),
  );
  uri = `${gateway.url}/graphql`;
});
after(async () => {
  await gateway?.close();
  await registry?.close();
});

/** A client with what it sent. */
function watched(client: AskByClient, headers: Readonly<Record<string, string>> = {}) {
  const sent: Request[] = [];
  const recording: typeof fetch = (input, init) => {
    sent.push(new Request(input, init));
    return fetch(input, init);
  };
  return { ask: client(uri, recording, headers), sent };
}

/** Some clients ask for types' names as well. */
function assertFound({ data, code }: Asked): void {
  const { images } = data as { readonly images: { readonly totalCount: number } };
  assert.deepEqual([images.totalCount, code], [1, null]);
}

/** Names that a browser sends to another origin without asking (Fetch standard, CORS-safelisted), but for their values. */
const SAFELISTED = new Set(['accept', 'accept-language', 'content-language']);

async function allowedHeaders(): Promise<ReadonlySet<string>> {
  const { headers } = await fetch(uri, {
    method: 'OPTIONS',
    headers: { origin: PORTAL, 'access-control-request-method': 'POST' },
  });
  return new Set((headers.get('access-control-allow-headers') ?? '').split(', '));
}

for (const [name, client] of Object.entries(CLIENTS)) {
  describe(name, () => {
    test('is answered, and sends nothing that a portal of an allowed origin may not', async () => {
      const { ask, sent } = watched(client, { authorization: `Bearer ${await gateway.token('visitor')}` });
      assertFound(await ask(FIND, { text: 'relion' }));
      const allowed = await allowedHeaders();
      const refused = sent.flatMap(({ headers }) =>
        [...headers.keys()].filter((header) => !SAFELISTED.has(header) && !allowed.has(header)),
      );
      assert.deepEqual(refused, []);
    });

    test('is answered as nobody without a token', async () => {
      assertFound(await watched(client).ask(FIND, { text: 'ctffind' }));
    });

    test('is given the code of what was wrong', async () => {
      const { ask } = watched(client);
      assert.deepEqual(await ask(FIND, { at: 'atlantis' }), { data: null, code: 'BAD_CHOICE' });
      assert.deepEqual(await ask(FIND, { text: { no: 'text' } }), { data: null, code: 'BAD_INPUT' });
      const wrong = await ask('query Wrong { nothing }', {});
      assert.deepEqual(wrong, { data: null, code: 'GRAPHQL_VALIDATION_FAILED' });
    });
  });
}

for (const [name, client] of Object.entries(CLIENTS).filter(([name]) => name.includes('persisted'))) {
  test(`${name}: sends the query after its hash was refused, and hashes no more`, async () => {
    const { ask, sent } = watched(client);
    const hashed = name.includes('GET') ? 'GET' : 'POST';
    await ask(FIND, { text: 'relion' });
    await ask(FIND, { text: 'ctffind' });
    assert.deepEqual(
      sent.map(({ method }) => method),
      [hashed, 'POST', 'POST'],
    );
  });
}

for (const [name, client] of Object.entries(BARE_CLIENTS)) {
  test(`${name}: is refused as it comes, and answered with the header that the hint names`, async () => {
    const bare = watched(client);
    assert.deepEqual(await bare.ask(FIND, { text: 'relion' }), { data: null, code: 'CSRF_PREVENTED' });
    assert.equal(bare.sent[0]?.method, 'GET');
    const { ask } = watched(client, { 'graphql-require-preflight': '1' });
    assertFound(await ask(FIND, { text: 'relion' }));
  });
}

const RELAY = `
graphql\`query listQuery($only: Choices) { ...list_images @arguments(only: $only) viewer { name } }\`;
graphql\`fragment list_images on Query @refetchable(queryName: "listPageQuery")
  @argumentDefinitions(only: { type: "Choices" }, first: { type: "Int", defaultValue: 1 }, after: { type: "String" }) {
  images(only: $only, first: $first, after: $after) @connection(key: "list_images") {
    totalCount edges { access { pull } node { ...list_image } }
  }
}\`;
graphql\`fragment list_image on Image @refetchable(queryName: "listImageQuery") { title facility { name } }\`;
`;

test('Relay: its compiler takes the schema, and what it makes of pages and refetching is answered', async (context) => {
  const folder = temporaryFolder(context);
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src/list.ts'), RELAY);
  await writeFile(
    join(folder, 'schema.graphql'),
    await (await fetch(`${gateway.url}/schema.graphql`)).text(),
  );
  const persistConfig = { file: 'queries.json' };
  const config = { src: 'src', schema: 'schema.graphql', language: 'typescript', persistConfig };
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'queries.json'), '{}');
  const compiler = fileURLToPath(new URL('../../node_modules/relay-compiler/cli.js', import.meta.url));
  await promisify(execFile)(process.execPath, [compiler, 'relay.config.json'], { cwd: folder });
  const texts: readonly string[] = Object.values(
    JSON.parse(await readFile(join(folder, 'queries.json'), 'utf8')),
  );
  assert.equal(texts.length, 3);
  const id = 'esrf/main/em/relion:1.0';
  for (const text of texts) {
    const { errors, data } = await gateway.ask(text, { id, only: { facilities: ['esrf'] } });
    assert.deepEqual(errors, [], text);
    assert.ok(data.images ?? data.node, text);
  }
});

const GQL = onPath('gql-cli');

describe('gql, of Python', needs('Python’s gql (gql-cli, of `pip install gql[aiohttp]`)', GQL), () => {
  async function gql(args: readonly string[], input: string): Promise<string> {
    const child = spawn(GQL ?? '', [uri, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(input);
    const [output] = await Promise.all([readText(child.stdout), once(child, 'close')]);
    return output;
  }

  test('is answered', async () => {
    const token = await gateway.token('visitor');
    const told = await gql(['-H', `Authorization:Bearer ${token}`, '-V', 'text:"relion"'], FIND);
    assert.deepEqual(JSON.parse(told), { images: { totalCount: 1 } });
  });

  test('reads the schema with its descriptions', async () => {
    const schema = buildSchema(await gql(['--print-schema'], ''));
    assert.match(schema.getType('Image')?.description ?? '', /^One digest in one repository/);
  });
});
