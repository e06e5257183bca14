// Runs `panfed doctor` in this process, and gives its checks, what it wrote and its failure.
import type { CheckId } from '../../../src/cli/doctor/check.ts';
import { doctorCommand } from '../../../src/cli/doctor/command.ts';
import type { FederationError } from '../../../src/model/errors.ts';
import { type Collected, collect } from '../collect.ts';

export interface ReportedCheck {
  readonly check: CheckId;
  readonly status: string;
  readonly seen: string;
  readonly hint: string | null;
  readonly lines: readonly string[];
}

export interface Doctored {
  /** The checks of the only registry, by name. */
  readonly checks: Readonly<Record<string, ReportedCheck>>;
  /** `tags: fail`, in order, of what did not pass. */
  readonly wanting: readonly string[];
  readonly requests: number;
  readonly output: Collected;
  readonly failure: FederationError | null;
}

/** With `--format json`. */
export async function doctored(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Doctored> {
  const { output, failure } = await runDoctor([...words, '--format', 'json'], env);
  const { registries } = JSON.parse(output.stdout() || '{"registries":[]}') as {
    registries: { checks: ReportedCheck[]; requests: number }[];
  };
  const list = registries[0]?.checks ?? [];
  return {
    checks: Object.fromEntries(list.map((check) => [check.check, check])),
    wanting: list.filter(({ status }) => status !== 'pass').map(({ check, status }) => `${check}: ${status}`),
    requests: registries[0]?.requests ?? 0,
    output,
    failure,
  };
}

export async function runDoctor(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  isTerminal = false,
) {
  const output = collect();
  const failure = await doctorCommand(() => ({ env, output, isTerminal }))
    .parseAsync([...words], { from: 'user' })
    .then(
      () => null,
      (error: FederationError) => error,
    );
  return { output, failure };
}
