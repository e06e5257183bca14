// Writes the reference of reason codes as Markdown: the texts from the annotations of policies, and the actions that a
// policy denied with them for the inputs of its tests and for neighboring inputs.
import { readFile } from 'node:fs/promises';
import { dirname, posix, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { ACTIONS, type Action } from '../../model/decision.ts';
import { markdownTable } from '../../model/markdown.ts';
import type { ReasonText } from '../../policy/bundle/revision.ts';
import { HOST, HOST_REASONS } from '../../policy/decisions/reasons.ts';
import { type InputSchema, inputSchema } from '../checks/schema.ts';
import { opaAnswers } from '../evaluate/answers.ts';
import { questionsOf } from '../evaluate/questions.ts';
import type { Opa } from '../opa/opa.ts';
import { assertCompiles } from '../source/compiler.ts';
import type { PolicyOwner } from '../source/owner.ts';
import { type Described, describedReasons } from '../source/reasons.ts';
import { parsePolicy } from '../source/syntax.ts';

const INTRODUCTION = `# Reason codes
<!-- Made by \`panfed policy reference reasons --output docs/policies/reasons.md\`: change the annotations instead. -->

Each action that is denied has reasons, with a code for programs and a text for the person. Texts stand in the annotations of
the rules; params in braces are filled in. The actions are found by evaluating each policy with the inputs of its tests, and
with inputs that differ from those in one field.
`;

const HOST_PART = `## ${HOST}

The reasons of the gateway itself: a policy gave no decision, an action needs another one that is denied, or a policy denies
without a reason.
`;

/** The reasons of an answer; a policy may answer anything, and matches have no reasons. */
const answerSchema = z.object({ reasons: z.array(z.object({ code: z.string(), action: z.enum(ACTIONS) })) });

/**
 * The whole page about the reasons of these owners, in their order, as Markdown. Links are relative to the
 * folder of `page`, a file that need not exist. Rejects with POLICY_INVALID if a policy or its tests do not
 * compile, and as {@link runOpa} does, with POLICY_TOO_COSTLY or OPA_MISSING; and with the file system's
 * error for a file that cannot be read.
 */
export async function reasonReference(
  opa: Opa,
  owners: readonly PolicyOwner[],
  page: string,
): Promise<string> {
  const parts: string[] = [];
  for (const owner of owners) {
    await assertCompiles(opa, owner);
    const described = describedReasons(await parsePolicy(opa, owner));
    if (described.length === 0) continue;
    const denied = await deniedActions(opa, owner);
    const rows = inOrder(described).map((reason) => [
      ...textCells(reason.code, reason),
      ACTIONS.filter((action) => denied.get(reason.code)?.has(action)).join(', '),
      link(reason, page),
    ]);
    const table = markdownTable(['code', 'it says', 'what to do', 'denies', 'in'], rows);
    parts.push(`## ${owner.name}\n`, table);
  }
  const host = Object.entries(HOST_REASONS).map(([code, text]) => textCells(code, text));
  return [INTRODUCTION, ...parts, HOST_PART, markdownTable(['code', 'it says', 'what to do'], host)].join(
    '\n',
  );
}

async function deniedActions(opa: Opa, owner: PolicyOwner): Promise<Map<string, Set<Action>>> {
  const schema = inputSchema.parse(JSON.parse(await readFile(owner.schema, 'utf8')));
  const tested = [...(await questionsOf(opa, owner)).values()].flat();
  const inputs = [...new Set(tested.flatMap((input) => neighbours(input, choices(schema))))];
  const rule = owner.entrypoint.split('/');
  const denied = new Map<string, Set<Action>>();
  for (const answer of await opaAnswers(opa, { folder: owner.folder, rule }, inputs)) {
    const parsed = answerSchema.safeParse('value' in answer ? answer.value : null);
    for (const { code, action } of parsed.data?.reasons ?? []) {
      denied.set(code, (denied.get(code) ?? new Set()).add(action));
    }
  }
  return denied;
}

/** A field with few values, each of which can be tried. */
interface Choice {
  readonly path: readonly string[];
  readonly values: readonly unknown[];
}

function choices(schema: InputSchema, path: readonly string[] = []): Choice[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = [...path, name];
    if (field.enum !== undefined) return [{ path: at, values: field.enum }];
    if (field.type === 'boolean') return [{ path: at, values: [true, false] }];
    return choices(field, at);
  });
}

/** The input itself, and the input with one of its fields changed, for each other value of that field. */
function neighbours(input: string, fields: readonly Choice[]): string[] {
  const others = fields.flatMap(({ path, values }) =>
    values.flatMap((value) => {
      const copy = JSON.parse(input);
      const holder = path.slice(0, -1).reduce((below, key) => below?.[key] ?? null, copy);
      const name = path.at(-1) ?? '';
      if (holder === null || typeof holder !== 'object' || !(name in holder)) return [];
      holder[name] = value;
      return [JSON.stringify(copy)];
    }),
  );
  return [input, ...others];
}

function inOrder(described: readonly Described[]): Described[] {
  return [...described].sort((a, b) => (a.code < b.code ? -1 : 1));
}

function textCells(code: string, { message, remedy }: ReasonText): string[] {
  return [`\`${code}\``, message, remedy ?? ''];
}

function link({ module }: Described, page: string): string {
  const target = relative(dirname(page), resolve(module.file)).replaceAll(sep, posix.sep);
  return `[${posix.basename(target)}](${target})`;
}
