// ICAT by the API of DataGateway (https://github.com/ral-facilities/datagateway-api, 53d3e48): entities by JSON filters, with ICAT's
// session id as bearer token, without which it shows nothing.
import { z } from 'zod';
import { type Asking, get, type LookUp, unlessTooLarge } from './catalog-request.ts';
import {
  isOf,
  MAX_DATA_SETS,
  MAX_FILES,
  nameSchema,
  pathSchema,
  type StatedDataSet,
  sizeSchema,
  TOO_MANY_FILES,
  techniqueSchema,
  together,
} from './stated.ts';

/** An entity of ICAT's schema (https://repo.icatproject.org/site/icat/server/6.0.0/schema.html), as far as it is read. */
const dataSetSchema = z
  .object({
    id: z.number().int(),
    doi: nameSchema,
    location: pathSchema,
    fileSize: sizeSchema,
    datasetTechniques: z
      .array(z.object({ technique: techniqueSchema.nullish() }))
      .max(64)
      .nullish(),
  })
  .transform(({ id, doi, location, fileSize, datasetTechniques }) => ({
    id,
    stated: {
      ...{ pid: doi, path: location, size: fileSize, format: null, files: null, documents: [] },
      techniques: (datasetTechniques ?? []).flatMap(({ technique }) =>
        technique == null ? [] : [technique],
      ),
    } satisfies StatedDataSet,
  }));

const investigationsSchema = z
  .array(z.object({ doi: nameSchema, datasets: z.array(dataSetSchema).max(MAX_DATA_SETS).nullish() }))
  .max(1);

const filesSchema = z
  .array(
    z.object({
      ...{ name: nameSchema, location: nameSchema },
      datafileFormat: z.object({ name: nameSchema }).nullish(),
    }),
  )
  .max(MAX_FILES + 1);

const TECHNIQUES = { datasetTechniques: 'technique' } as const;

/** A data set by its DOI, or those of the investigation of that DOI. Rejects as {@link get} does. */
export const lookUpIcat: LookUp = async (asking, pid) => {
  const where = { doi: { eq: pid } };
  const [dataSets, investigations] = await Promise.all([
    get(asking, '/datasets', { where, include: TECHNIQUES, limit: 1 }, z.array(dataSetSchema).max(1)),
    get(
      asking,
      '/investigations',
      { where, include: { datasets: TECHNIQUES }, limit: 1 },
      investigationsSchema,
    ),
  ]);
  const dataSet = dataSets?.find(({ stated }) => isOf(stated.pid, pid));
  if (dataSet !== undefined) return { ...dataSet.stated, ...(await filesOf(asking, dataSet.id)) };
  const within = investigations?.find(({ doi }) => isOf(doi, pid))?.datasets ?? [];
  return within.length === 0
    ? null
    : together(
        within.map(({ stated }) => stated),
        pid,
      );
};

/** The files of a data set, and their format where all have one that ICAT names. */
async function filesOf(asking: Asking, id: number): Promise<Pick<StatedDataSet, 'files' | 'format'>> {
  const files = await unlessTooLarge(
    get(
      asking,
      '/datafiles',
      { where: { 'dataset.id': { eq: id } }, include: 'datafileFormat', limit: MAX_FILES + 1 },
      filesSchema,
    ),
  );
  if (files === 'too large') return { files: TOO_MANY_FILES, format: null };
  if (files === null) return { files: null, format: null };
  const isComplete = files.length <= MAX_FILES;
  const formats = new Set(files.map(({ datafileFormat }) => datafileFormat?.name ?? null));
  const [format = null] = formats;
  return {
    format: isComplete && formats.size === 1 ? format : null,
    files: {
      names: files
        .slice(0, MAX_FILES)
        .flatMap((file) => [file.name, file.location].filter((one) => one !== null)),
      isComplete,
    },
  };
}
