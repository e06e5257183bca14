// `.manifest` of a lab's bundle: the owner of its rules, and their version. The rest of OPA's format is allowed only
// where it changes no meaning. https://www.openpolicyagent.org/docs/management-bundles#bundle-file-format
import { z } from 'zod';
import { MANIFEST } from './archive.ts';
import { malformed, quoted } from './refusal.ts';

const KNOWN = ['revision', 'roots', 'wasm', 'rego_version', 'file_rego_versions', 'metadata'];

const schema = (root: string) =>
  z
    .looseObject({
      revision: z.string().max(1_024).optional(),
      roots: z.unknown().refine((roots) => Array.isArray(roots) && roots.length === 1 && roots[0] === root, {
        error: `must be ["${root}"]`,
      }),
      wasm: z.array(z.never({ error: 'WASM from elsewhere is not run' })).nullish(),
      rego_version: z.literal(1, { error: 'must be 1: the rules are Rego v1' }).optional(),
      file_rego_versions: z
        .record(z.string(), z.literal(1, { error: 'must be 1: the rules are Rego v1' }))
        .nullish(),
      metadata: z.looseObject({
        version: z
          .number({ error: 'must be a whole number of 1 or more, larger with each release' })
          .refine((version) => Number.isSafeInteger(version) && version >= 1, {
            error: 'must be a whole number of 1 or more, larger with each release',
          }),
      }),
    })
    .superRefine((manifest, context) => {
      // Go ignores the case of keys: another spelling of one could replace it.
      const known = new Set(KNOWN);
      for (const key of Object.keys(manifest)) {
        if (known.has(key) || !known.has(key.toLowerCase())) continue;
        context.addIssue({ code: 'custom', message: `${quoted(key)} must be written ${key.toLowerCase()}` });
      }
    });

/**
 * The version that the manifest (OPA's bundle format) states: a safe integer of 1 or more. Throws POLICY_INVALID if the
 * manifest is missing (undefined), has no such version, or has other roots than the facility's; the error names `at`.
 * Throws a SyntaxError for text that is not JSON, which {@link verifySource} has refused before.
 * @param root `panfed/facility/<id>`
 */
export function versionOf(content: Uint8Array | undefined, root: string, at: string): number {
  const example = `{"roots": ["${root}"], "rego_version": 1, "metadata": {"version": 1}}`;
  if (content === undefined) {
    throw malformed(at, `the bundle has no ${MANIFEST}`, `Write a file ${MANIFEST}: ${example}`);
  }
  // Each key occurs once: the document was hashed, which checks that.
  const parsed = schema(root).safeParse(JSON.parse(Buffer.from(content).toString('utf8')));
  if (parsed.success) return parsed.data.metadata.version;
  const issues = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  throw malformed(
    at,
    `its ${MANIFEST} is not a facility’s: ${issues.join('; ')}`,
    `It must look like ${example}`,
  );
}
