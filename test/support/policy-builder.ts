// A policy builder for tests: one lab's source, a state, and a build that compiles nothing.
import pino from 'pino';
import { facilitySchema } from '../../src/config/facility.ts';
import { limitsSchema, policiesSchema } from '../../src/config/limits.ts';
import { FederationError } from '../../src/model/errors.ts';
import { createHttpClient } from '../../src/network/create-http-client.ts';
import { createPolicyBuilder, type PolicyBuilderOptions } from '../../src/policy/distribution/builder.ts';
import type { SignedSource } from '../../src/policy/distribution/source.ts';
import type { PolicyState } from '../../src/policy/distribution/state/state.ts';
import { bundleOf } from './policies.ts';
import { type LabKey, signedBundle } from './signed-bundle.ts';

export const OWNER = 'desy';

/** desy as federation.yaml has it, its policy from there. */
export const labOf = (source: string, { keyId, alg }: LabKey, more: object = {}) =>
  facilitySchema.parse({
    id: OWNER,
    name: 'DESY',
    policy: { source, algorithm: alg, key: { env: 'DESY_KEY' }, keyId, ...more },
    registries: [{ key: 'hub', kind: 'file', url: 'images.yaml', pull: 'hub.example.org' }],
  });

/** A signed bundle of the version; another text makes another bundle. */
export const shipment = (version: number, key: LabKey, text = `version ${version}`): Promise<Uint8Array> =>
  signedBundle({
    owner: OWNER,
    version,
    key,
    files: { 'decision.rego': `package panfed.facility.desy\n# ${text}\n` },
  });

/** What stands for the compiled bundle of a source. */
export function pretendToBuild({ owner, version, signer, digest }: SignedSource): Promise<Uint8Array> {
  return bundleOf(
    owner,
    { wasm: Buffer.from([version]) },
    { metadata: { source: { version, signer, digest } } },
  );
}

export interface TestBuilderOptions {
  readonly source: string;
  readonly key: LabKey;
  readonly state: PolicyState;
  /** Keys of facilities[].policy. */
  readonly policy?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly build?: NonNullable<PolicyBuilderOptions['compile']>;
}

export interface TestBuilder extends AsyncDisposable {
  /** What was told so far: `kept <version>`, or the code and the message of a refusal. */
  readonly told: readonly string[];
  /** How often it built. */
  readonly builds: () => number;
  /** How often a source answered. */
  readonly answers: () => number;
  /** Resolves once so much was told. */
  reached(told: number): Promise<void>;
  close(): Promise<void>;
}

export async function testBuilder(options: TestBuilderOptions): Promise<TestBuilder> {
  const { source, key, state, policy = {}, env = {}, build = pretendToBuild } = options;
  const told: string[] = [];
  const watchers = new Set<() => void>();
  let builds = 0;
  let answers = 0;
  const httpClient = createHttpClient();
  const builder = await createPolicyBuilder({
    config: {
      facilities: [labOf(source, key, policy)],
      policies: policiesSchema.parse({ watch: 1 }),
      limits: limitsSchema.parse({}),
      baseDirectory: '/',
    },
    env: { DESY_KEY: key.trusted, ...env },
    httpClient,
    state,
    compile: (signed, signal) => {
      builds += 1;
      return build(signed, signal);
    },
    onAsked: () => {
      answers += 1;
    },
    onChange: async (_, error) => {
      const record = error === null ? await state.latest(OWNER) : null;
      told.push(error === null ? `kept ${record?.version}` : `${error.code} ${error.message}`);
      for (const watcher of watchers) watcher();
    },
    timing: { min: 20, max: 40, wait: 20 },
    logger: pino({ level: 'silent' }),
  });
  const close = async () => {
    await builder.close();
    await httpClient.close();
  };
  return {
    told,
    builds: () => builds,
    answers: () => answers,
    close,
    reached: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (told.length < wanted) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    [Symbol.asyncDispose]: close,
  };
}

export const opaMissing = (): Promise<never> =>
  Promise.reject(new FederationError('OPA_MISSING', 'OPA is needed and was not found'));
