// Findings in policies as SARIF 2.1.0 (OASIS), which editors and the code scanning of GitHub and GitLab read:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
import { isAbsolute, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CHECK_KINDS } from '../../authoring/checks/all.ts';
import type { PolicyProblem } from '../../authoring/source/problem.ts';
import { version } from '../version.ts';

/**
 * A SARIF 2.1.0 log of one run: a rule for each check, and a result for each finding, in their order; severities are
 * SARIF's levels, and columns count code points.
 */
export function sarifLog(problems: readonly PolicyProblem[]): object {
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'panfed policy check', version, rules: CHECK_KINDS.map(ruleOf) } },
        columnKind: 'unicodeCodePoints',
        results: problems.map(resultOf),
      },
    ],
  };
}

function ruleOf({ name, severity }: (typeof CHECK_KINDS)[number]): object {
  return {
    id: name,
    defaultConfiguration: { level: severity },
    help: { text: `docs/policies/checks/${name}.md says what to avoid, what to prefer and why.` },
  };
}

function resultOf({ check, severity, message, hint, file, line, column }: PolicyProblem): object {
  const region =
    line === null ? {} : { region: { startLine: line, ...(column === null ? {} : { startColumn: column }) } };
  return {
    ruleId: check,
    ruleIndex: CHECK_KINDS.findIndex(({ name }) => name === check),
    level: severity,
    message: { text: hint === null ? message : `${message}\nhint: ${hint}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }],
  };
}

/**
 * Relative to the folder that the command is run in, a CI's root of the repository; absolute for files outside of it.
 */
function uriOf(file: string): string {
  const outside = isAbsolute(file) || file.split(sep)[0] === '..';
  if (outside) return pathToFileURL(resolve(file)).href;
  return file.split(sep).map(encodeURIComponent).join('/');
}
