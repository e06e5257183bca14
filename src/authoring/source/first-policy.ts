// Writes a facility's first policy and its test, to start from: they pass check, test and build. The input's fields are
// listed from the schema, so that the list is correct.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KEY } from '../../config/text.ts';
import { FederationError } from '../../model/errors.ts';
import { type InputSchema, inputSchema } from '../checks/schema.ts';
import { FACILITY_SCHEMA } from './owner.ts';
import { shownPath } from './syntax.ts';

/**
 * Writes `<policies>/facilities/<id>/decision.rego` and `decision_test.rego` and returns their paths. Rejects
 * with USAGE for an `id` that cannot be a facility's, if the folder is not empty, and if it cannot be made:
 * nothing is written then; and with the file system's error for a file that cannot be written, or a schema
 * that cannot be read.
 */
export async function writeFirstPolicy(policies: string, id: string): Promise<string[]> {
  if (!KEY.test(id) || id === 'federation' || id === 'preference') {
    throw new FederationError('USAGE', `${JSON.stringify(id)} cannot be the id of a facility`, {
      hint: 'an id is a lowercase letter, then lowercase letters, digits or hyphens, as in esrf; use that of federation.yaml',
    });
  }
  const folder = join(policies, 'facilities', id);
  const there = await readdir(folder).catch(() => []);
  if (there.length > 0) {
    throw new FederationError('USAGE', `${id} has a policy already: nothing was written`, {
      at: shownPath(folder),
      hint: `run \`panfed policy check ${id} --policies ${policies}\` to see what it is`,
    });
  }
  const schema = inputSchema.parse(JSON.parse(await readFile(FACILITY_SCHEMA, 'utf8')));
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new FederationError('USAGE', 'the folder of the policy cannot be made', {
      at: shownPath(folder),
      hint: 'name a folder that this user may write with --policies',
      cause,
    });
  });
  const files = [
    ['decision.rego', decision(id, schema)],
    ['decision_test.rego', decisionTest(id)],
  ] as const;
  // `wx`: a file that was written meanwhile is not replaced either.
  for (const [name, text] of files) await writeFile(join(folder, name), text, { flag: 'wx' });
  return files.map(([name]) => shownPath(join(folder, name)));
}

function decision(id: string, schema: InputSchema): string {
  const code = `${id.toUpperCase().replaceAll('-', '_')}_NOT_REVIEWED`;
  return `# ${id}: images that users supplied are for its members, until its staff has listed them.
#
# A facility can only restrict: an action is allowed if the federation's policy and this one allow it. Write down what
# must be so for it, beginning with false: what nobody knows is then denied.
package ${packageOf(id)}

# One decision for every input: these four keys, where execute asks for pull and pull for discover.
decision := {"discover": true, "pull": usable, "execute": usable, "reasons": reasons}

default usable := false

# Not \`!= "user"\`: who supplied it must be known.
usable if input.record.suppliedBy == "staff"

usable if input.record.listed == true

usable if "${id}" in input.subject.sites

# For the person who is denied: what is asked, and whom to ask. Params stand in braces.
# METADATA
# custom:
#   reasons:
#     ${code}:
#       message: "A user supplied this image, and {facility} has not reviewed it yet."
#       remedy: "Ask {facility} to review it."
reasons := [{"code": "${code}", "action": action, "params": {"facility": "${id}"}} |
	not usable
	some action in ["pull", "execute"]
]

# What a policy is given. Where nobody knows, an enumeration is "unknown", another value null, and a list is empty.
# Groups are whole AARC-G069 URNs: "urn:geant:…" in input.subject.groups.
#
${fields(schema)}
`;
}

/** A line of Rego; separate, since a scan of this file for imports would mistake it for one. */
const testedAs = (id: string): string => `import data.${packageOf(id)} as policy`;

function decisionTest(id: string): string {
  return `# Below the policy's own package: OPA packs it into the bundle that a lab signs, with nothing outside of that.
package ${packageOf(id)}.test

${testedAs(id)}

# A user's image and a visitor, but for what a test says.
decide(record, subject) := answer if {
	answer := policy.decision with input as {
		"record": object.union({"suppliedBy": "user", "listed": false}, record),
		"subject": object.union({"sites": []}, subject),
	}
}

test_what_staff_supplied_is_not_restricted if decide({"suppliedBy": "staff"}, {}).execute

test_what_a_user_supplied_waits_for_review if {
	answer := decide({}, {})
	answer.discover
	not answer.pull
	not answer.execute
	{reason.action | some reason in answer.reasons} == {"pull", "execute"}
}

test_what_is_listed_was_reviewed if decide({"listed": true}, {}).pull

test_members_do_not_wait if decide({}, {"sites": ["${id}"]}).execute

test_a_supplier_that_is_not_known_is_not_staff if {
	every supplier in ["unknown", null] {
		not decide({"suppliedBy": supplier}, {}).pull
	}
}
`;
}

/** The id in brackets if it is not a name in Rego. */
function packageOf(id: string): string {
  return id.includes('-') ? `panfed.facility["${id}"]` : `panfed.facility.${id}`;
}

/** One comment line for each field, with its values or its type. */
function fields(schema: InputSchema): string {
  const rows = leaves(schema, 'input');
  const width = Math.max(...rows.map(([path]) => path.length));
  return rows.map(([path, values]) => `# ${path.padEnd(width)}  ${values}`).join('\n');
}

function leaves(schema: InputSchema, path: string): (readonly [string, string])[] {
  const below = Object.entries(schema.properties ?? {});
  if (below.length > 0) return below.flatMap(([name, field]) => leaves(field, `${path}.${name}`));
  if (schema.items?.properties !== undefined) return leaves(schema.items, `${path}[_]`);
  if (schema.items !== undefined) return [[path, `list of ${valuesOf(schema.items)}`]];
  return [[path, path === 'input.record.labels' ? 'by a literal name only: labels["…"]' : valuesOf(schema)]];
}

function valuesOf({ enum: values, type }: InputSchema): string {
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  return typeof type === 'string' ? type : (type ?? ['value']).join(' | ');
}
