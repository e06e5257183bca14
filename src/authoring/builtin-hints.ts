// What to write in place of a built-in that OPA has and a policy has not, with why it has not.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { didYouMean } from '../model/nearest.ts';
import { DECLARATION } from './bucket.ts';
import { CAPABILITIES } from './capabilities.ts';
import { UNFAITHFUL } from './unfaithful.ts';

const OUTSIDE =
  'a policy has no clock, network, environment or randomness: what it decides on is in its input';
const PRINTING =
  'a policy does not print: `panfed policy explain` reports which rules held, and where the others failed';
const TIME = `a policy has no clock: read input.request.time, and declare its bucket: ${DECLARATION}`;
const TEMPLATE = 'write a template in its place, as in $"{input.record.facility}/x"';
const TEXTS = 'write startswith, endswith, contains or regex.match';
const VERSIONS =
  'nothing compares versions: name those that are meant, as in `version in {"4.0.1", "5.0.0"}`, or match them with regex.match';
const ENCODED =
  'what a policy is given is not encoded: compare texts as they are, or keep what is encoded in data.json';
const SIGNED = 'who signed an image was verified before: read input.record.trust and input.record.provenance';
const ADDRESSES = 'no address is among what a policy is given: keep a list of names in data.json';
const TYPES = 'the schema says which type a field has; is_string, is_number and is_null ask for it';

/** By name, and by what names begin with; the longest that fits holds. */
const INSTEAD: Readonly<Record<string, string>> = Object.freeze({
  'time.': TIME,
  'http.': OUTSIDE,
  'net.lookup_ip_addr': OUTSIDE,
  'opa.': OUTSIDE,
  'providers.': OUTSIDE,
  'rand.': OUTSIDE,
  'uuid.rfc4122': OUTSIDE,
  'uuid.parse': TEXTS,
  print: PRINTING,
  'internal.print': PRINTING,
  'internal.test_case': 'tests are rules named test_… in files named …_test.rego',
  trace: PRINTING,
  sprintf: TEMPLATE,
  format_int: TEMPLATE,
  'strings.render_template': TEMPLATE,
  'glob.': TEXTS,
  'regex.globs_match': TEXTS,
  'regex.template_match': 'write regex.match',
  'regex.find_n': 'write regex.find_all_string_submatch_n',
  'regex.replace': 'write strings.replace_n, which replaces texts: strings.replace_n({"old": "new"}, text)',
  'regex.split': 'write split, which splits at a text',
  replace: 'write strings.replace_n({"old": "new"}, text)',
  re_match: 'write regex.match',
  'strings.any_prefix_match': 'write `some prefix in prefixes` and `startswith(text, prefix)`',
  'strings.any_suffix_match': 'write `some suffix in suffixes` and `endswith(text, suffix)`',
  'strings.count': 'write count(split(text, part)) - 1',
  'strings.split_n': 'write split',
  indexof: 'write contains, or split',
  indexof_n: 'write contains, or split',
  'semver.': VERSIONS,
  'units.':
    'sizes are whole numbers of bytes: compare them with numbers, as in input.record.size < 1073741824',
  'crypto.': SIGNED,
  'io.jwt.': 'who asks was verified before: read input.subject',
  'base64.': ENCODED,
  'base64url.': ENCODED,
  'hex.': ENCODED,
  'urlquery.': ENCODED,
  'uri.': TEXTS,
  'yaml.': ENCODED,
  'json.': ENCODED,
  'json.patch': 'write object.union, json.filter or json.remove',
  'json.match_schema': TYPES,
  'json.verify_schema': TYPES,
  cast_: TYPES,
  'graphql.': 'what a policy is given is no query: compare its fields',
  'rego.parse_module': 'a policy does not read policies: write the rule itself',
  'graph.reachable_paths': 'write graph.reachable, which gives what is reached and not how',
  'numbers.range_step':
    'write numbers.range, and take of it what is wanted: [x | some x in numbers.range(0, 10); x % 2 == 0]',
  'object.subset': 'write `every key, value in part { whole[key] == value }`',
  'object.union_n': 'write object.union',
  set_diff: 'write one - other',
  all: 'write `every x in xs { x == true }`',
  any: 'write `true in xs`',
  abs: 'write max({x, 0 - x})',
  ceil: 'write floor, or compare with < and >',
  round: 'write floor, or compare with < and >',
  to_number: 'write numbers as numbers where they come from, such as data.json',
  'net.': ADDRESSES,
});

const capabilitiesSchema = z.object({ builtins: z.array(z.object({ name: z.string() })) });

/**
 * What to do about a function that OPA's check does not find, by its name: what to write instead; for a name that OPA has
 * not either, the nearest that there is.
 */
export async function builtinHint(name: string): Promise<string> {
  const instead = insteadOf(name);
  if (instead !== null) {
    const why = UNFAITHFUL[name];
    return why === undefined ? instead : `${instead}; compiled to WebAssembly, ${name} ${why}`;
  }
  if (name.startsWith('data.'))
    return 'no rule of the policy is called so: check the spelling, and that it is a function';
  const { builtins } = capabilitiesSchema.parse(JSON.parse(await readFile(CAPABILITIES, 'utf8')));
  const known = builtins.map((builtin) => builtin.name).filter((each) => !each.startsWith('internal.'));
  return (
    didYouMean(name, known) ??
    'no function of the policy and no built-in is called so; policies/capabilities.json lists the built-ins'
  );
}

/** null: no built-in of OPA is called so, or a policy has it. */
export function insteadOf(name: string): string | null {
  const keys = Object.keys(INSTEAD).filter(
    (key) => key === name || (/[._]$/.test(key) && name.startsWith(key)),
  );
  const [longest] = keys.sort((one, other) => other.length - one.length);
  return longest === undefined ? null : (INSTEAD[longest] ?? null);
}
