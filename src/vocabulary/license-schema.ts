// The shape of vocabularies/licenses.yaml.
import { z } from 'zod';
import { CONDITION_KINDS } from '../model/license.ts';
import { isSpdxId, parseExpression, SPDX_DEPRECATED_IDS, SPDX_EXCEPTIONS } from './spdx.ts';

const name = z.string().trim().min(1).max(256);
const spdxId = name.refine(isSpdxId, 'not an id of the SPDX License List in its canonical case');
const expression = name.refine((text) => parseExpression(text) !== null, 'not an SPDX expression');
const deprecatedId = name.refine((id) => SPDX_DEPRECATED_IDS.includes(id), 'not a deprecated id of SPDX');
const exceptionId = name.refine((id) => SPDX_EXCEPTIONS.includes(id), 'not an exception id of SPDX');
/** The kinds of conditions without lists: groups, sites and servers can only be stated by a facility. */
const kinds = z.array(z.enum(CONDITION_KINDS).extract(['academic', 'nonCommercial', 'exportControl']));
const versions = z.array(z.string().regex(/^\d+\.\d+$/, "a version has the form '2.0', quoted")).min(1);

/** The file of licenses: conditions and names by SPDX id. */
export const licensesSchema = z.strictObject({
  unconditional: z.array(z.array(spdxId).min(1)),
  conditional: z.array(z.strictObject({ ids: z.array(spdxId).min(1), conditions: kinds.min(1) })),
  references: z.array(
    z.strictObject({
      id: z.string().regex(/^LicenseRef-[A-Za-z0-9.-]+$/, 'the id has the form LicenseRef-Name'),
      name,
      terms: z.url().optional(),
      conditions: kinds.optional().describe('Absent: nothing is stated, and the conditions are not known'),
      names: z.array(name).default([]),
    }),
  ),
  replaced: z.record(deprecatedId, expression),
  families: z.array(
    z
      .strictObject({
        id: name,
        scoped: z.boolean().default(false).describe('Whether the ids end in -only and -or-later'),
        versions,
        names: z.array(name).min(1),
      })
      .refine(
        ({ id, scoped, versions }) => versions.every((v) => isSpdxId(`${id}-${v}${scoped ? '-only' : ''}`)),
        'not a family of ids of the SPDX License List',
      ),
  ),
  names: z.record(expression, z.array(name).min(1)),
  ambiguous: z
    .array(name)
    .describe('Names that would be read by likeness to an id, and that several licenses have'),
  publishers: z
    .array(
      z.string().regex(/^[a-z0-9.-]+(?:\/[a-z0-9_./-]*)?$/, 'a host in lower case without www, and a path'),
    )
    .min(1)
    .describe('Where an address has to begin, for spdx-license-list to be believed'),
  addresses: z.record(expression, z.array(z.url()).min(1)),
  exceptions: z.record(exceptionId, z.array(name).min(1)),
});
export type LicensesFile = z.infer<typeof licensesSchema>;
