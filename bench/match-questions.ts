// What is asked of matching: one question again and again, and questions that nobody asked before.

export type Variables = Readonly<Record<string, unknown>>;

/** A page as a portal shows it. */
export const DOCUMENT = `query Match($data: DataInput, $compute: ComputeInput, $only: Choices, $prefer: Choices) {
  match(first: 20, data: $data, compute: $compute, only: $only, prefer: $prefer) {
    totalCount
    counts { yes unknown no }
    pageInfo { hasNextPage endCursor }
    nodes {
      framework { name }
      resource { id name }
      verdict
      version
      findings { dimension verdict code message remedy }
      image { id reference title }
      versions(first: 5) { version verdict }
    }
  }
}`;

const FORMATS = ['HDF5', 'NeXus', 'MRC', 'TIFF', 'CBF'] as const;
const TECHNIQUES = ['PaNET01168', 'PaNET01188', 'PaNET01203', 'PaNET01145'] as const;
const FACILITIES = ['esrf', 'desy', 'psi', 'dls'] as const;
const GIB = 2 ** 30;

export const SAME: Variables = {
  data: { format: 'HDF5', technique: 'PaNET01145', facility: 'esrf' },
  compute: { memory: 8 * GIB },
};

/** Each of other data than those before. */
const everyData: readonly Variables[] = FACILITIES.flatMap((facility) =>
  TECHNIQUES.flatMap((technique) =>
    FORMATS.map((format) => ({ data: { format, technique, facility }, compute: { memory: 8 * GIB } })),
  ),
).slice(1);

/** As many times as code takes to be compiled. */
export const WARM_UP = everyData.filter((_, index) => index % 8 === 0);
export const OTHER_DATA = everyData.filter((_, index) => index % 8 !== 0);

/** The same data as in {@link SAME}, in a job of another size. */
export const AMOUNTS: readonly Variables[] = Array.from({ length: OTHER_DATA.length }, (_, index) => ({
  ...SAME,
  compute: { cpus: 1 + index, memory: (9 + index) * GIB, time: 3_600 * (1 + index) },
}));

/** {@link SAME} for some of the images, or with some of them first. */
export const CHOSEN: readonly Variables[] = FACILITIES.flatMap((first) =>
  FACILITIES.filter((other) => other !== first).flatMap((other) => [
    { ...SAME, only: { facilities: [first, other] }, prefer: { facilities: [other] } },
    { ...SAME, prefer: { facilities: [first], licenses: [other === 'psi' ? 'MIT' : 'GPL-2.0-only'] } },
  ]),
);
