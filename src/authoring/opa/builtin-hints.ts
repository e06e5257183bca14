// What to write instead of a built-in that OPA has and policies may not use, and why they may not.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { didYouMean } from '../../model/nearest.ts';
import { DECLARATION } from '../source/bucket.ts';
import { CAPABILITIES } from './capabilities.ts';
import { WASM_DIVERGENCE } from './wasm-divergence.ts';

const OUTSIDE = 'a policy has no clock, network, environment or randomness: it decides on its input alone';
const PRINTING =
  'a policy does not print: `panfed policy explain` reports which rules held, and where the others failed';
const TIME = `a policy has no clock: read input.request.time, and declare its bucket: ${DECLARATION}`;
const TEMPLATE = 'write a template in its place, as in $"{input.record.facility}/x"';
const TEXTS = 'write startswith, endswith, contains or regex.match';
const VERSIONS =
  'no built-in compares versions: name the versions, as in `version in {"4.0.1", "5.0.0"}`, or match them with regex.match';
const ENCODED =
  'the input of a policy is not encoded: compare texts as they are, or keep encoded values in data.json';
const SIGNED =
  'signatures of images are verified before: read input.record.trust and input.record.provenance';
const ADDRESSES = 'the input of a policy has no addresses: keep a list of names in data.json';
const TYPES = 'the schema says which type a field has; is_string, is_number and is_null test it';

/** By name, or by the start of names; the longest match applies. */
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
  'io.jwt.': 'the caller is verified before: read input.subject',
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
  'graphql.': 'the input of a policy is not a query: compare its fields',
  'rego.parse_module': 'a policy does not read policies: write the rule itself',
  'graph.reachable_paths': 'write graph.reachable, which gives the nodes that are reached, not the paths',
  'numbers.range_step':
    'write numbers.range, and filter it: [x | some x in numbers.range(0, 10); x % 2 == 0]',
  'object.subset': 'write `every key, value in part { whole[key] == value }`',
  'object.union_n': 'write object.union',
  set_diff: 'write one - other',
  all: 'write `every x in xs { x == true }`',
  any: 'write `true in xs`',
  abs: 'write max({x, 0 - x})',
  ceil: 'write floor, or compare with < and >',
  round: 'write floor, or compare with < and >',
  to_number: 'write numbers as numbers in their source, such as data.json',
  'net.': ADDRESSES,
});

const capabilitiesSchema = z.object({ builtins: z.array(z.object({ name: z.string() })) });

/**
 * A hint, one clause, for a function that OPA's check does not find: what to write instead; for a name that
 * OPA does not have either, the nearest name. Rejects with the file system's error if
 * policies/capabilities.json cannot be read, and as JSON.parse or zod for one that is no such list.
 */
export async function builtinHint(name: string): Promise<string> {
  const instead = insteadOf(name);
  if (instead !== null) {
    const why = WASM_DIVERGENCE[name];
    return why === undefined ? instead : `${instead}; compiled to WebAssembly, ${name} ${why}`;
  }
  if (name.startsWith('data.'))
    return 'no rule of the policy has that name: check the spelling, and that it is a function';
  const { builtins } = capabilitiesSchema.parse(JSON.parse(await readFile(CAPABILITIES, 'utf8')));
  const known = builtins.map((builtin) => builtin.name).filter((each) => !each.startsWith('internal.'));
  return (
    didYouMean(name, known) ??
    'no function of the policy and no built-in has that name; policies/capabilities.json lists the built-ins'
  );
}

/** What to write instead of a built-in; null: OPA has none of that name, or policies may use it. */
export function insteadOf(name: string): string | null {
  const keys = Object.keys(INSTEAD).filter(
    (key) => key === name || (/[._]$/.test(key) && name.startsWith(key)),
  );
  const [longest] = keys.sort((one, other) => other.length - one.length);
  return longest === undefined ? null : (INSTEAD[longest] ?? null);
}
