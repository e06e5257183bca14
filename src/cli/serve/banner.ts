// The message of `panfed serve` when it is ready: its addresses, and for a demo three things to try.
import type { Output } from '../terminal/output.ts';

/** A person of the demo, with a token and a question to ask as them. */
export interface Trial {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly token: string;
}

export interface Trials {
  /** Whether the demo's key was written, so that `panfed token` can make tokens. */
  readonly published: boolean;
  readonly people: readonly Trial[];
}

export interface Banner {
  readonly url: string;
  /** Address of the metrics if they have a listener of their own, else null. */
  readonly metrics: string | null;
  /** Time from the start of the process until it was ready. */
  readonly seconds: number;
  /** null: this is not a demo. */
  readonly trials: Trials | null;
  readonly output: Pick<Output, 'style'>;
}

/**
 * The message about a gateway that is ready, of several lines, for stderr: its addresses, the seconds that it
 * took (to a tenth) and, in a demo, what to try.
 */
export function bannerText({ url, metrics, seconds, trials, output }: Banner): string {
  const bold = (text: string): string => output.style('bold', text, 'message');
  const lines = [
    '',
    `${bold('Ready')} in ${seconds.toFixed(1)} s. Ctrl-C ends it.`,
    '',
    `  page      ${url}/`,
    `  GraphiQL  ${url}/graphql`,
    `  schema    ${url}/schema.graphql`,
    `  health    ${url}/healthz  ${url}/readyz`,
    ...(metrics === null ? [] : [`  metrics   ${metrics}`]),
    '',
  ];
  if (trials !== null) lines.push(...trialLines(url, trials, bold));
  return `${lines.join('\n')}\n`;
}

function trialLines(url: string, { published, people }: Trials, bold: (text: string) => string): string[] {
  const lines = [`${bold('Three people to try')}; their tokens live for an hour:`, ''];
  for (const { name, title, question, token } of people) {
    const query = `{ images(search: \\"${question}\\", first: 3) { totalCount nodes { title facility { id } access { pull reasons { message remedy } } } } }`;
    lines.push(
      `  ${bold(name)} (${title})`,
      `    curl -s ${url}/graphql -H 'Content-Type: application/json' \\`,
      `      -H 'Authorization: Bearer ${token}' \\`,
      `      -d '{"query":"${query}"}'`,
      '',
    );
  }
  lines.push(
    published
      ? `  More people: npx --no-install panfed token --list\n  As one of them: PANFED_TOKEN=$(npx --no-install panfed token --as visitor --url ${url}) npx --no-install panfed search relion --url ${url}`
      : '  No folder for state could be written (XDG_STATE_HOME), so `panfed token` cannot make tokens; the tokens above work.',
    '',
  );
  return lines;
}
