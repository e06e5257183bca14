// What the caller may do with an image: each action, the reasons against it with remedies, and the pull command.
import type { AccessResponse, CardImage, FacilityResponse, ReasonResponse } from './answer.ts';
import { type Html, html } from './html.ts';
import { ACTION_WORDS } from './words.ts';

/**
 * The list of the three actions, each allowed or not. `place`: where the caller would run the image; null: not stated.
 */
export function mayList(access: AccessResponse, place: FacilityResponse | null): Html {
  const may = (allowed: boolean, action: string): Html =>
    html`<li class="${allowed ? 'yes' : 'no'}"><span class="hidden">You may ${!allowed && 'not '}</span>${action}</li>`;
  return html`<ul class="may" aria-label="What you may do">
${may(access.discover, 'find')}
${may(access.pull, 'pull')}
${may(access.execute, place === null ? 'run' : `run at ${place.name}`)}
</ul>`;
}

/**
 * The reasons why actions are denied, those of one text together; null where there are none. `policies`: whether to
 * name the owner of each rule.
 */
export function whyNot({ reasons }: AccessResponse, policies: boolean): Html | null {
  if (reasons.length === 0) return null;
  return html`<dl class="why">${grouped(reasons).map(
    ({ actions, reason: { message, remedy, policy } }) =>
      html`<div><dt>To ${actions.join(' or ')}</dt><dd>${message}${remedy !== null && html` <strong>${remedy}</strong>`}${policies && html` <span class="quiet">(Rule of ${policy === 'federation' ? 'the federation' : policy}.)</span>`}</dd></div>\n`,
  )}</dl>`;
}

interface Grouped {
  readonly reason: ReasonResponse;
  readonly actions: readonly string[];
}

/** A reason against several actions is listed once. */
function grouped(reasons: readonly ReasonResponse[]): readonly Grouped[] {
  const groups = new Map<string, { reason: ReasonResponse; actions: string[] }>();
  for (const reason of reasons) {
    const key = JSON.stringify([reason.message, reason.remedy, reason.policy]);
    const group = groups.get(key) ?? { reason, actions: [] };
    const word = ACTION_WORDS[reason.action] ?? reason.action.toLowerCase();
    if (!group.actions.includes(word)) group.actions.push(word);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * The pull command for the first of the place's engines that has one, else the first command; the others are collapsed.
 * null: no command. `place` null: not stated.
 */
export function pullCommand({ pullCommands }: CardImage, place: FacilityResponse | null): Html | null {
  const rank = ({ engine }: { engine: string }): number => {
    const index = place?.engines.indexOf(engine) ?? -1;
    return index === -1 ? Number.POSITIVE_INFINITY : index;
  };
  const [first, ...others] = pullCommands.toSorted((a, b) =>
    rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0,
  );
  if (first === undefined) return null;
  return html`<div class="pull">${command(first)}
${
  others.length > 0 &&
  html`<details><summary>With ${others.map(({ engine }) => engine).join(', ')}</summary>
${others.map(command)}</details>`
}</div>`;
}

const command = ({ command: text }: { command: string }): Html => html`<pre><code>${text}</code></pre>\n`;
