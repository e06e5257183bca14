import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { authorityFile, clientOf, recorded, request, type Seen } from './world.ts';

const SECRET = 'hunter2-of-the-registry';
const ENCODED = Buffer.from(`robot:${SECRET}`).toString('base64');
const TOKEN = 'token-of-the-realm';

/** All of them are one server, which tells them by their name. */
const NAMES = ['registry', 'realm', 'storage', 'evil', 'registry.evil'] as const;
type Name = (typeof NAMES)[number];

/** An address of a name, in the spellings of redirects, links and realms. */
const address = fc.record({
  scheme: fc.constantFrom('https://', 'http://', '//', 'HTTPS://'),
  user: fc.constantFrom('', '', '', 'registry.example.test@', 'a:b@'),
  name: fc.constantFrom<Name>(...NAMES),
  path: fc.constantFrom('', '/', '/token', '/v2/', '/v2/x?n=1', '/blob', '/\\evil.example.test'),
});

/** A challenge of the registry's own realm, and one for a user and password. */
const OWN_REALM = {
  kind: 'bearer',
  to: { scheme: 'https://', user: '', name: 'realm', path: '/token' },
} as const;
const BASIC = { ...OWN_REALM, kind: 'basic' as const };

/** What the server answers, one after the other, whoever asks: a redirect, a challenge, or a link that is followed. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('redirect' as const),
    status: fc.constantFrom(301, 302, 303, 307, 308),
    to: address,
  }),
  fc.record({ kind: fc.constant('bearer' as const), to: address }),
  fc.record({ kind: fc.constant('both' as const), to: address }),
  fc.record({ kind: fc.constant('basic' as const), to: address }),
  fc.record({ kind: fc.constant('link' as const), to: address }),
);

describe('a registry’s credential', () => {
  for (const kind of ['password', 'token', 'identity'] as const) {
    test(`(${kind}) reaches the registry and its realms alone, whatever redirects, links and realms say`, async (context) => {
      let script: { kind: string; status?: number; to: string }[] = [];
      const bodies: { host: string; body: string }[] = [];
      const server = await recorded(
        context,
        async (incoming, response) => {
          let body = '';
          for await (const chunk of incoming) body += chunk;
          bodies.push({ host: incoming.headers.host ?? '', body });
          const next = script.shift();
          // A token server answers with a token, however it was reached.
          if (incoming.url?.startsWith('/token') || incoming.method === 'POST')
            response.end(JSON.stringify({ token: TOKEN }));
          else if (next?.kind === 'redirect')
            response.writeHead(next.status ?? 302, { location: next.to }).end();
          else if (next?.kind === 'link') response.writeHead(200, { link: next.to }).end();
          else if (next === undefined) response.end();
          else response.writeHead(401, { 'www-authenticate': challenge(next.kind, next.to) }).end();
        },
        { tls: true },
      );
      const host = (name: Name): string => `${name}.example.test:${server.port}`;
      const folder = temporaryFolder(context);
      writeFileSync(
        join(folder, 'config.json'),
        JSON.stringify({ auths: { [host('registry')]: { identitytoken: SECRET } } }),
      );
      const credential =
        kind === 'password'
          ? { username: 'robot', password: { env: 'SECRET' } }
          : kind === 'token'
            ? { token: { env: 'SECRET' } }
            : { dockerConfig: 'config.json' };
      const ca = authorityFile(context);
      let carried = 0;

      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (given) => {
          [server.seen.length, bodies.length] = [0, 0];
          script = given.map(({ to: { scheme, user, name, path }, ...rest }) => ({
            ...rest,
            to: `${scheme}${user}${host(name)}${path}`,
          }));
          const client = await clientOf(context, `https://${host('registry')}`, {
            access: {
              credential,
              ca,
              realms: [host('realm')],
              // So that redirects there arrive, and show what they carry.
              storage: [host('storage'), host('evil'), host('registry.evil')],
            },
            secrets: { SECRET },
            folder,
          });
          try {
            const scope = { repository: 'em/relion' };
            const first = await client.ask(request('/v2/x', { scope }));
            if (first.headers.link !== undefined) {
              await client.ask(request(first.headers.link, { of: first.url, scope }));
            }
            await client.ask(request('/api/projects', { scope: null }));
          } catch (error) {
            assert.ok(error instanceof FederationError, String(error));
            assert.notEqual(error.code, 'INTERNAL', error.message);
          }
          const own = [host('registry')];
          for (const { host: at, authorization } of server.seen as Seen[]) {
            const header = authorization ?? '';
            if (header.includes(ENCODED))
              assert.ok([...own, host('realm')].includes(at), `${at} got the password`);
            if (header.includes(SECRET) || header.includes(TOKEN))
              assert.ok(own.includes(at), `${at} got a token`);
            if (header !== '') carried += 1;
          }
          for (const { host: at, body } of bodies) {
            if (body.includes(SECRET)) {
              carried += 1;
              assert.ok([...own, host('realm')].includes(at), `${at} got the identity token`);
            }
          }
          assert.ok(server.seen.every(({ headers }) => headers.cookie === undefined));
        }),
        // The registry's own way comes first, so that each secret is sent somewhere.
        { numRuns: runs(12), examples: [[[OWN_REALM]], [[BASIC]]] },
      );
      // The property would hold of a client that sends nothing.
      assert.ok(carried > 0);
    });
  }
});

function challenge(kind: string, realm: string): string {
  const bearer = `Bearer realm="${realm.replaceAll('\\', '\\\\')}",service="x"`;
  if (kind === 'basic') return 'Basic realm="x"';
  return kind === 'both' ? `Basic realm="x", ${bearer}` : bearer;
}
