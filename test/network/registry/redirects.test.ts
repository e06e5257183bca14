import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authorityFile, clientOf, recorded, request } from './world.ts';

const CREDENTIAL = { credential: { username: 'robot', password: { env: 'PASSWORD' } } };
const secrets = { PASSWORD: 'hunter2' };
const BASIC = `Basic ${Buffer.from('robot:hunter2').toString('base64')}`;

describe('a redirect to storage', () => {
  test('is followed without the credential, and gives the bytes of the storage', async (context) => {
    const storage = await recorded(context, (_request, response) => response.end('layer'), { tls: true });
    const registry = await recorded(
      context,
      ({ headers }, response) => {
        if (headers.authorization === undefined) {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
        } else {
          response
            .writeHead(307, { location: `https://storage.example.test:${storage.port}/blob?X-Amz=1` })
            .end();
        }
      },
      { tls: true },
    );
    const client = await clientOf(context, `https://registry.example.test:${registry.port}`, {
      access: {
        ...CREDENTIAL,
        ca: authorityFile(context),
        storage: [`storage.example.test:${storage.port}`],
      },
      secrets,
    });
    const answer = await client.ask(request('/v2/a/blobs/sha256:0'));
    assert.equal(answer.status, 200);
    assert.equal(answer.bytes.toString(), 'layer');
    assert.equal(answer.url.href, `https://registry.example.test:${registry.port}/v2/a/blobs/sha256:0`);
    assert.deepEqual(
      registry.seen.map(({ authorization }) => authorization),
      [null, BASIC],
    );
    assert.deepEqual(
      storage.seen.map(({ authorization, url }) => [authorization, url]),
      [[null, '/blob?X-Amz=1']],
    );
  });
});
