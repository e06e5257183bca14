// `facilities[].dataCatalogs[]`: where data sets of a facility are looked up by their PID.
import { z } from 'zod';
import { DATA_CATALOG_KINDS } from '../model/data-set.ts';
import { secretSchema } from './secret.ts';
import { pathSchema, secureUrlSchema } from './text.ts';
import { whole } from './whole.ts';

/** A naming authority, or one with the beginning of a local name; compared in lower case. */
const prefixSchema = z
  .string()
  .max(256)
  .regex(
    /^\d+(?:\.\d+)+(?:\/[\w.()/:;-]*)?$/,
    'expected the beginning of a PID without doi:, such as 10.16907 or 10.5286/ISIS.',
  )
  .transform((prefix) => prefix.toLowerCase().replace(/\/$/, ''));

const tokenExchangeSchema = z.strictObject({
  endpoint: secureUrlSchema.describe(
    'The token endpoint, which is sent the token of callers who are signed in',
  ),
  audience: z.string().min(1).max(512).describe('By which it knows the data catalog'),
  clientId: z.string().min(1).max(256).describe('By which it knows this gateway'),
  clientSecret: secretSchema.describe('The secret of that client: {env: NAME} or {file: PATH}'),
});

/** An entry of a facility's `dataCatalogs` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const dataCatalogSchema = z
  .strictObject({
    kind: z
      .enum(DATA_CATALOG_KINDS)
      .describe(
        'panosc: speaks PaNOSC’s search API. scicat: SciCat, versions 3 and 4 of its API. icat: ICAT by the API of DataGateway',
      ),
    url: secureUrlSchema
      .describe(
        'The root of its API, https unless on this machine. panosc: as https://data.esrf.fr/api, before /Datasets. scicat: as https://scicat.psi.ch/api/v3, before /datasets. icat: as https://data.isis.stfc.ac.uk/datagateway-api, before /datasets',
      )
      .optional(),
    demo: pathSchema
      .optional()
      .describe(
        'A file of data sets that the demo serves on a loopback port of its own, as kind scicat or panosc',
      ),
    pidPrefixes: z
      .array(prefixSchema)
      .min(1)
      .max(64)
      .describe(
        'Beginnings of the PIDs that it has, as 10.16907 for all of a naming authority, or 10.5286/ISIS. for some of it; of those that fit, the longest counts',
      ),
    timeout: whole(100, 60_000, 5_000, 'Milliseconds for one look-up, with all requests that it takes'),
    tokenExchange: tokenExchangeSchema
      .optional()
      .describe(
        'Where the token of a caller is exchanged for one of this catalog (RFC 8693), if they give none for it; default: it is asked without a token then',
      ),
  })
  .refine(({ url, demo }) => (url === undefined) !== (demo === undefined), {
    error: 'expected either `url`, where it is asked, or `demo`',
  })
  .refine(({ kind, demo }) => kind !== 'icat' || demo === undefined, {
    error: 'the demo serves no data catalog of kind icat',
  });

export type TokenExchangeConfig = z.infer<typeof tokenExchangeSchema>;
export type DataCatalogConfig = z.infer<typeof dataCatalogSchema>;
