// What a notification names, in each of the formats that registries send.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { namedRepositories } from '../../../src/http/webhooks/named-repositories.ts';
import fc from '../../support/fast-check.ts';

/** The names in a body, a project with a star; null: it is no notification. */
function namesIn(body: unknown): readonly string[] | null {
  const named = namedRepositories(body);
  return named && [...named.repositories, ...(named.project === null ? [] : [`${named.project}/*`])];
}

const event = (action: string, repository: string) => ({
  id: 'asdf',
  action,
  target: { mediaType: 'application/vnd.oci.image.manifest.v1+json', repository, tag: '5.0' },
  request: { host: 'registry.esrf.fr', method: 'PUT' },
});

const harborData = {
  resources: [{ digest: 'sha256:8a9e', tag: '5.0', resource_url: 'harbor.psi.ch/em/relion:5.0' }],
  repository: { name: 'relion', namespace: 'em', repo_full_name: 'em/relion', repo_type: 'public' },
};

const pipeline = (status: string) => ({
  object_kind: 'pipeline',
  object_attributes: { id: 31, ref: 'main', status },
  project: { name: 'Relion', path_with_namespace: 'Em/Relion' },
});

const FORMATS: readonly {
  readonly of: string;
  readonly body: unknown;
  readonly names: readonly string[];
}[] = [
  {
    of: 'Distribution names the repositories of pushes and deletions, each once',
    body: { events: [event('push', 'em/relion'), event('push', 'em/relion'), event('delete', 'em/xds')] },
    names: ['em/relion', 'em/xds'],
  },
  {
    of: 'Distribution names none of pulls, as the gateway itself sends, nor of mounts',
    body: { events: [event('pull', 'em/relion'), event('mount', 'em/relion')] },
    names: [],
  },
  {
    of: 'Distribution names the others beside an event that cannot be read',
    body: { events: [null, 7, { action: 'push' }, event('push', 'em/relion')] },
    names: ['em/relion'],
  },
  {
    of: 'Harbor names the repository of a push',
    body: { type: 'PUSH_ARTIFACT', occur_at: 1586922308, operator: 'admin', event_data: harborData },
    names: ['em/relion'],
  },
  {
    of: 'Harbor names the repository of a push, as a CloudEvent',
    body: { specversion: '1.0', type: 'harbor.artifact.pushed', source: '/projects/1', data: harborData },
    names: ['em/relion'],
  },
  {
    of: 'Harbor names none of a pull',
    body: { type: 'PULL_ARTIFACT', occur_at: 1586922308, operator: 'admin', event_data: harborData },
    names: [],
  },
  {
    of: 'Harbor names none of a pull, as a CloudEvent',
    body: { specversion: '1.0', type: 'harbor.artifact.pulled', data: harborData },
    names: [],
  },
  {
    of: 'Harbor names none of the quota of a project',
    body: { type: 'QUOTA_EXCEED', event_data: { custom_attributes: { Details: 'full' } } },
    names: [],
  },
  {
    of: 'Docker Hub names the repository of a push',
    body: {
      callback_url:
        'https://registry.hub.docker.com/u/ourlab/relion/hook/2141b5bi5i5b02bec211i4eeih0242eg11000a/',
      push_data: { pushed_at: 1417566161, pusher: 'trustedbuilder', tag: 'latest' },
      repository: { name: 'relion', namespace: 'ourlab', repo_name: 'ourlab/relion', status: 'Active' },
    },
    names: ['ourlab/relion'],
  },
  {
    of: 'GitLab names the project of a pipeline that has succeeded, in small letters',
    body: pipeline('success'),
    names: ['em/relion/*'],
  },
  {
    of: 'GitLab names the project of a job that has succeeded',
    body: { object_kind: 'build', build_status: 'success', project: { path_with_namespace: 'em/relion' } },
    names: ['em/relion/*'],
  },
  { of: 'GitLab names none of a pipeline that runs', body: pipeline('running'), names: [] },
  {
    of: 'GitLab names none of a push of commits',
    body: { object_kind: 'push', project: { path_with_namespace: 'em/relion' } },
    names: [],
  },
  {
    of: 'Quay names the repository of a push',
    body: {
      ...{ name: 'relion', repository: 'ourlab/relion', namespace: 'ourlab' },
      ...{ docker_url: 'quay.io/ourlab/relion', updated_tags: ['latest'] },
    },
    names: ['ourlab/relion'],
  },
  {
    of: 'GitHub names the package of an organization, in small letters',
    body: {
      action: 'published',
      registry_package: { name: 'relion', namespace: 'OurLab', package_type: 'CONTAINER' },
    },
    names: ['ourlab/relion'],
  },
  {
    of: 'GitHub names the package of its owner',
    body: { action: 'published', package: { name: 'tools/tofu', owner: { login: 'ourlab' } } },
    names: ['ourlab/tools/tofu'],
  },
  {
    of: 'zot names the repository of an image that was updated',
    body: { name: 'em/relion', reference: '5.0', digest: 'sha256:8a9e', mediaType: 'x', manifest: '{}' },
    names: ['em/relion'],
  },
];

describe('a notification', () => {
  for (const { of, body, names } of FORMATS) {
    test(`of ${of}`, () => assert.deepEqual(namesIn(body), names));
  }

  test('names what its first thousand events name', () => {
    const events = Array.from({ length: 1_001 }, (_, at) => event('push', `em/image-${at}`));
    assert.deepEqual(namesIn({ events })?.length, 1_000);
  });

  test('that has no known format is none', () => {
    for (const body of [null, 7, 'push', [], {}, { events: 'all' }, { repository: 'em/relion' }]) {
      assert.equal(namesIn(body), null, JSON.stringify(body));
    }
  });

  test('is read without a fault, whatever it is', () => {
    const key = fc.constantFrom(
      ...['events', 'action', 'target', 'repository', 'type', 'event_data', 'data', 'push_data', '__proto__'],
      ...['object_kind', 'project', 'docker_url', 'package', 'name', 'reference', 'digest', 'specversion'],
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(key, fc.jsonValue()), (value, body) => {
        for (const each of [value, body, { ...body, events: [value, body] }]) {
          for (const name of namesIn(each) ?? []) assert.equal(typeof name, 'string');
        }
      }),
    );
  });
});
