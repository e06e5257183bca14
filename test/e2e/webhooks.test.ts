// Webhooks from end to end: a real registry that notifies a gateway of pushes, and what anybody else can do with one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import {
  type DockerRegistry,
  freePort,
  needsDockerRegistry,
  push,
  startDockerRegistry,
} from '../support/oci/docker-registry.ts';
import { cosignSignature, referrerTag, testImage } from '../support/oci/images.ts';

const SECRET = 'the-secret-of-the-webhook-for-tests-alone';
const LABELS = { 'org.opencontainers.image.licenses': 'MIT' };
const HOOK = '/webhooks/esrf/main';
const QUERY = `{
  images { complete nodes { id title tags trust { state } } sources { status records error { code } } }
}`;

interface Answer {
  readonly images: {
    readonly complete: boolean;
    readonly nodes: readonly {
      readonly id: string;
      readonly tags: readonly string[];
      readonly trust: { readonly state: string };
    }[];
    readonly sources: readonly { readonly status: string; readonly error: unknown }[];
  };
}

describe('a registry with a webhook', needsDockerRegistry, () => {
  const log: string[] = [];
  const image = testImage({ labels: LABELS });
  let registry: DockerRegistry;
  let gateway: RunningGateway;

  before(async () => {
    const port = await freePort();
    const lab = (id: string, webhook: object) => ({
      ...{ id, name: id.toUpperCase() },
      registries: [
        {
          ...{
            key: 'main',
            kind: 'oci' as const,
            url: `http://127.0.0.1:${port}`,
            pull: `registry.${id}.example`,
          },
          crawl: [`${id}/**`],
          repositories: [{ match: '**', sharing: 'open' as const, conditions: [] }],
          ...webhook,
        },
      ],
    });
    gateway = await startGateway(
      configOf({
        facilities: [lab('esrf', { webhook: { secret: { env: 'HOOK' } } }), lab('psi', {})],
        telemetry: { accessLog: true },
      }),
      { env: { HOOK: SECRET }, logger: pino({ level: 'debug' }, { write: (line) => void log.push(line) }) },
    );
    registry = await startDockerRegistry({
      port,
      notifications: { url: `${gateway.url}${HOOK}`, authorization: `Bearer ${SECRET}` },
    });
    await push(registry.origin, 'esrf/relion', ['5.0'], image);
    await push(registry.origin, 'esrf/other', ['1'], image);
    await gateway.federation.catalog.refresh({ maxAge: null });
  });
  after(async () => {
    await gateway?.close();
    await registry?.close();
  });

  const asked = async (): Promise<Answer['images']> => (await gateway.ask<Answer>(QUERY)).data.images;

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  async function refused(response: Promise<Response>): Promise<readonly [number, string]> {
    const { status, text } = await response.then(async (one) => ({
      status: one.status,
      text: await one.text(),
    }));
    return [status, text];
  }

  test('has what is pushed, and what is signed at an unchanged digest, found within seconds', async () => {
    const later = testImage({ labels: LABELS, content: 'later' });
    await push(registry.origin, 'esrf/relion', ['5.1'], later);
    await push(registry.origin, 'esrf/relion', [referrerTag(image, '.sig')], cosignSignature(image));
    await push(registry.origin, 'esrf/new', ['1'], later);
    const before = gateway.federation.catalog.states()[0];
    let images = await asked();
    for (let attempt = 0; images.nodes.length < 3 && attempt < 300; attempt += 1) {
      await wait(50);
      images = await asked();
    }
    assert.deepEqual(
      images.nodes.map(({ id, tags, trust }) => [id, tags, trust.state]).sort(),
      [
        [`esrf/main/esrf/other@${image.digest}`, ['1'], 'UNSIGNED'],
        [`esrf/main/esrf/relion@${image.digest}`, ['5.0'], 'CLAIMED'],
        [`esrf/main/esrf/relion@${later.digest}`, ['5.1'], 'UNSIGNED'],
      ].sort(),
      'a repository that was not known before waits for the next crawl',
    );
    assert.equal(images.complete, true);
    const state = gateway.federation.catalog.states()[0];
    assert.equal(state?.checkedAt, before?.checkedAt, 'its age is still that of the last whole listing');
  });

  test('takes its notifications with the secret in the path too, and says nothing of it anywhere', async () => {
    const body = { push_data: {}, repository: { repo_name: 'esrf/other' } };
    const response = await post(`${HOOK}/${SECRET}`, body);
    assert.deepEqual([response.status, await response.text()], [202, '']);
    await wait(50);
    assert.ok(!log.join('').includes(SECRET));
    assert.ok(log.some((line) => line.includes('"route":"/webhooks"')));
    assert.match(await gateway.metrics(), /panfed_request_seconds_count\{route="\/webhooks",status="202"\}/);
    assert.ok(!(await gateway.metrics()).includes(SECRET));
  });

  test('answers everybody without its secret alike, whatever there is', async () => {
    const body = { events: [] };
    const wrong = { authorization: `Bearer ${SECRET}0` };
    const right = { authorization: `Bearer ${SECRET}` };
    const answers = await Promise.all([
      refused(post(HOOK, body)),
      refused(post(HOOK, body, wrong)),
      refused(post(`${HOOK}/${SECRET}0`, body)),
      refused(post(`${HOOK}/`, body)),
      refused(post(`${HOOK}/a/b`, body, right)),
      refused(post('/webhooks/psi/main', body, right)),
      refused(post('/webhooks/psi/main/undefined', body)),
      refused(post('/webhooks/nobody/main', body, right)),
      refused(post('/webhooks/__proto__/constructor', body, right)),
      refused(post('/webhooks', body, right)),
      refused(post(HOOK, 'x'.repeat(2_000_000), wrong)),
    ]);
    assert.equal(answers[0]?.[0], 403);
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
  });

  test('refuses what is no notification, and says so', async () => {
    const right = { authorization: `Bearer ${SECRET}` };
    assert.match((await refused(post(HOOK, 'not JSON', right))).join(' '), /^400 .*must be JSON/);
    assert.match((await refused(post(HOOK, { ping: true }, right))).join(' '), /^400 .*no notification/);
    assert.match(
      (await refused(post(HOOK, 'x'.repeat(2_000_000), right))).join(' '),
      /^413 .*larger than 256 KiB/,
    );
    const { status, headers } = await fetch(gateway.url + HOOK, { headers: right });
    assert.deepEqual([status, headers.get('allow')], [405, 'POST']);
  });

  test('changes nothing by what a notification says beside the names of repositories', async () => {
    const before = await gateway.ask(QUERY);
    const forged = [
      ...['esrf/relion', 'esrf/none', 'psi/relion', '../../etc/passwd', '*', 'esrf/**', '__proto__'].map(
        (repository) => ({
          action: 'push',
          target: { repository, tag: 'evil', digest: `sha256:${'0'.repeat(64)}`, url: 'http://127.0.0.1:1/' },
        }),
      ),
      { action: 'delete', target: { repository: 'esrf/other', digest: image.digest } },
    ];
    const response = await post(HOOK, { events: forged }, { authorization: SECRET });
    assert.equal(response.status, 202);
    // It is a minute until the registry is asked again: what is named is asked for here.
    const { catalog } = gateway.federation;
    const named = {
      repositories: new Set(forged.map(({ target }) => target.repository)),
      project: null,
    };
    assert.equal(catalog.notify({ facility: 'esrf', registry: 'main', named }), 2);
    assert.equal(catalog.notify({ facility: 'psi', registry: 'main', named }), 0);
    assert.equal((await gateway.ask(QUERY)).text, before.text);
  });
});
