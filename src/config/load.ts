// federation.yaml → Config: read, parsed, expanded, validated and checked, with every problem reported at once.

import { basename, dirname, resolve } from 'node:path';
import { FederationError } from '../model/errors.ts';
import { limitText } from '../model/size.ts';
import { readBounded, TOO_LARGE } from './bounded-file.ts';
import { checkFacilities } from './check/facilities.ts';
import { checkGateway } from './check/gateway.ts';
import { checkIssuers } from './check/issuers.ts';
import { checkPolicies } from './check/policies.ts';
import { checkRegistries } from './check/registries.ts';
import { checkPolicyKeys, checkSecrets } from './check/secrets.ts';
import { checkTrust } from './check/trust.ts';
import { MAX_DOCUMENT_BYTES, readDocument } from './document.ts';
import { explain } from './explain.ts';
import {
  configInvalid,
  type DescribedProblem,
  describeProblem,
  type Problem,
  type Report,
} from './problem.ts';
import { type Config, configSchema } from './schema.ts';
import type { Environment } from './secrets.ts';
import { warn } from './warnings.ts';

export interface Inspection {
  readonly config: Config;
  /** Valid configuration that is probably not what was meant. */
  readonly warnings: readonly DescribedProblem[];
}

/**
 * The configuration that a file of at most 1 MiB states. Rejects with CONFIG_INVALID: its `at` is
 * `federation.yaml:12:3`, the file alone for several problems, and `extensions.problems` has the first 50;
 * for a file that cannot be read `at` is its path. Only environment variables that the file names are used;
 * `applyOverrides` reads HOST and PORT.
 */
export async function loadConfig(path: string, env: Environment): Promise<Config> {
  return (await inspect(path, env, { warnings: false, secrets: true })).config;
}

/** As {@link loadConfig}, for commands that contact nobody: the secrets are not read, and need not exist. */
export async function loadConfigWithoutSecrets(path: string, env: Environment): Promise<Config> {
  return (await inspect(path, env, { warnings: false, secrets: false })).config;
}

/** A check of a valid configuration that reads what it names; it reports what is wrong, and does not reject for it. */
export type FileCheck = (config: Config, report: Report) => Promise<void>;

/**
 * As {@link loadConfig}, with warnings, and with the problems that `checks` report (none by default). With `secrets: false`
 * (true by default) the secrets need not exist.
 */
export function inspectConfig(
  path: string,
  env: Environment,
  {
    secrets = true,
    checks = [],
  }: { readonly secrets?: boolean; readonly checks?: readonly FileCheck[] } = {},
): Promise<Inspection> {
  return inspect(path, env, { warnings: true, secrets, files: checks });
}

/** Problems that are explained, each with its position and a hint; a file with more is probably the wrong file. */
const EXPLAINED = 200;

interface Checks {
  readonly warnings: boolean;
  readonly secrets: boolean;
  readonly files?: readonly FileCheck[];
}

async function inspect(path: string, env: Environment, checks: Checks): Promise<Inspection> {
  const file = basename(path);
  const document = readDocument(await readText(path), env);
  if (document.problems.length > 0) throw configInvalid(file, document.problems);

  const parsed = configSchema.safeParse(document.value);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const explained = issues.slice(0, EXPLAINED);
    const explanations = explained.flatMap((issue) => explain(issue, document.value));
    const rest = issues.length - explained.length;
    if (rest > 0) explanations.push({ path: [], part: 'value', message: `there are ${rest} more problems` });
    throw configInvalid(
      file,
      explanations.map(({ path: at, part, message, hint }) => ({
        position: document.place(at, part),
        message,
        hint,
      })),
    );
  }

  const gathered = (): { report: Report; problems: Problem[] } => {
    const problems: Problem[] = [];
    const report: Report = (at, message, hint) =>
      problems.push({ position: document.place(at), message, hint });
    return { report, problems };
  };
  const config: Config = { ...parsed.data, baseDirectory: dirname(resolve(path)) };
  const wrong = gathered();
  for (const check of [
    checkGateway,
    checkFacilities,
    checkRegistries,
    checkTrust,
    checkPolicies,
    checkIssuers,
  ])
    check(config, wrong.report);
  if (checks.secrets) {
    await checkSecrets(config, env, wrong.report);
    await checkPolicyKeys(config, env, wrong.report);
  }
  for (const check of checks.files ?? []) await check(config, wrong.report);
  if (wrong.problems.length > 0) throw configInvalid(file, wrong.problems);

  const doubtful = gathered();
  if (checks.warnings) warn(config, doubtful.report);
  return { config, warnings: doubtful.problems.map((problem) => describeProblem(file, problem)) };
}

async function readText(path: string): Promise<string> {
  try {
    return (await readBounded(path, MAX_DOCUMENT_BYTES)).toString('utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    if (reason === TOO_LARGE) {
      throw new FederationError('CONFIG_INVALID', `the file has more than ${limitText(MAX_DOCUMENT_BYTES)}`, {
        at: path,
      });
    }
    throw new FederationError(
      'CONFIG_INVALID',
      reason === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${reason ?? 'unreadable'})`,
      {
        at: path,
        hint: 'Name it with --config, make one with: panfed config init, or see the demo: panfed serve --demo',
        cause,
      },
    );
  }
}
