// `${VAR}` and `${VAR:-default}` in the text of one scalar. Expands after YAML is parsed, so that a value stays one
// value.
import type { Environment } from './secrets.ts';

export interface Expansion {
  readonly text: string;
  /** Why a reference could not be expanded, one message each; such a reference stays as it is. */
  readonly failures: readonly string[];
}

const PART = /\$\$\{|\$\{(?<body>[^}]*)\}|\$\{/g;
const BODY = /^(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>.*))?$/s;

/**
 * Replaces each `${NAME}` by the environment variable, and `${NAME:-default}` by the default where the
 * variable is unset or empty, as POSIX shells do. `$${` stands for a literal `${`. A value that is inserted
 * is not expanded again. Never throws: what cannot be expanded stays, and `failures` says why.
 */
export function expand(text: string, env: Environment): Expansion {
  const failures: string[] = [];
  const expanded = text.replace(PART, (whole: string, body: string | undefined) => {
    if (whole === '$${') return '${';
    const parts = body === undefined ? undefined : BODY.exec(body)?.groups;
    if (parts?.name === undefined) {
      failures.push(`this is not \${NAME} or \${NAME:-default}; write $\${ for a literal \${`);
      return whole;
    }
    const value = env[parts.name];
    if (parts.fallback !== undefined) return value === undefined || value === '' ? parts.fallback : value;
    if (value !== undefined) return value;
    failures.push(`the environment variable ${parts.name} is not set`);
    return whole;
  });
  return { text: expanded, failures };
}
