// The fields that describe an image, each written down once. The readers of registries, catalog files and labels, the
// record's type, the input of policies, its schema and the tables of the documentation follow from here; what says who
// may have an image (license, conditions, sharing, groups …) does not, and is read by hand where it is decided on.
import { BOUNDS } from './bounds.ts';
import type { OuterField } from './field.ts';

const REGISTRY_OR_LABEL = 'the registry, else a label';
const BY_VOCABULARY = `${REGISTRY_OR_LABEL}; by the vocabulary`;

/** In the order of the record. */
export const DESCRIPTIVE_FIELDS = {
  title: {
    kind: 'line',
    max: BOUNDS.title,
    about: 'A name for people',
    saidBy: REGISTRY_OR_LABEL,
    label: { becomes: 'title', example: 'RELION 5.0' },
  },
  description: {
    kind: 'prose',
    max: BOUNDS.description,
    about: 'A text for people',
    saidBy: REGISTRY_OR_LABEL,
    label: { becomes: 'description', example: 'Cryo-EM structures' },
  },
  documentation: {
    kind: 'url',
    about: 'Address of its documentation',
    saidBy: REGISTRY_OR_LABEL,
    example: 'documentation: https://tofu.readthedocs.io',
    label: { becomes: 'documentation', example: 'https://relion.readthedocs.io' },
    shown: { name: 'Documentation', short: 'docs' },
  },
  source: {
    kind: 'url',
    about: 'Address of its source',
    saidBy: REGISTRY_OR_LABEL,
    example: 'source: https://github.com/ufo-kit/tofu',
    label: { becomes: 'source', example: 'https://github.com/3dem/relion' },
  },
  created: {
    kind: 'time',
    about: 'When it was made: RFC 3339, in UTC',
    saidBy: REGISTRY_OR_LABEL,
    example: 'created: 2024-09-12T08:00:00Z',
    label: { becomes: 'created', example: '2024-05-01T12:00:00Z' },
  },
  size: { kind: 'amount', about: 'Bytes', saidBy: 'the registry', example: 'size: 1200000000, in bytes' },
  platforms: {
    kind: 'names',
    max: BOUNDS.platforms,
    about: '<os>/<architecture>[/<variant>], as linux/arm64',
    saidBy: REGISTRY_OR_LABEL,
    example: 'platforms: [linux/amd64]',
    label: { becomes: 'platforms', example: 'linux/amd64, linux/arm64' },
  },
  frameworks: {
    kind: 'frameworks',
    max: BOUNDS.frameworks,
    about: 'Software that scientists know by name, each with its version',
    saidBy: REGISTRY_OR_LABEL,
    example: 'frameworks: [{ name: tofu, version: "0.13.1" }]',
    label: { becomes: 'frameworks', example: 'relion@5.0.0, ctffind' },
  },
  techniques: {
    kind: 'terms',
    max: BOUNDS.techniques,
    about: 'PaNET ids of techniques',
    saidBy: BY_VOCABULARY,
    example: 'techniques: [x-ray tomography]',
    label: { becomes: 'techniques', example: 'electron microscopy' },
  },
  reads: {
    kind: 'terms',
    max: BOUNDS.formats,
    about: 'Ids of the data formats that it reads',
    saidBy: BY_VOCABULARY,
    example: 'reads: [HDF5, TIFF]',
    label: { becomes: 'formats that it reads', example: 'MRC, TIFF' },
  },
  writes: {
    kind: 'terms',
    max: BOUNDS.formats,
    about: 'Ids of the data formats that it writes',
    saidBy: BY_VOCABULARY,
    example: 'writes: [TIFF]',
    label: { becomes: 'formats that it writes', example: 'MRC' },
  },
  requires: {
    kind: 'group',
    saidBy: REGISTRY_OR_LABEL,
    example: 'requires: { cpus: 8, memory: 34359738368, gpu: { vendor: nvidia } }',
    label: { becomes: 'requirements', example: '{"cpus": 8, "gpu": {"vendor": "nvidia"}}' },
    fields: {
      architectures: {
        kind: 'names',
        max: BOUNDS.architectures,
        about: 'Architectures of processors that it runs on',
        row: 'Architectures',
        saidBy: REGISTRY_OR_LABEL,
      },
      cpus: {
        kind: 'count',
        about: 'Number of processors that it needs',
        row: 'Processor cores',
        saidBy: REGISTRY_OR_LABEL,
      },
      memory: {
        kind: 'amount',
        about: 'Bytes of memory that it needs',
        row: 'Memory',
        saidBy: REGISTRY_OR_LABEL,
      },
      gpu: {
        kind: 'part',
        called: 'a GPU',
        row: 'GPU',
        about: 'The graphics processor that it needs; null where nobody said that it needs one',
        saidBy: REGISTRY_OR_LABEL,
        fields: {
          vendor: { kind: 'name', max: BOUNDS.name, about: 'Who makes it', saidBy: REGISTRY_OR_LABEL },
          minimumCuda: {
            kind: 'line',
            max: BOUNDS.version,
            about: 'Oldest version of CUDA that will do',
            phrase: 'CUDA {} or later',
            saidBy: REGISTRY_OR_LABEL,
          },
          memory: {
            kind: 'amount',
            about: 'Bytes of memory of the graphics processor',
            phrase: '{} of memory',
            saidBy: REGISTRY_OR_LABEL,
          },
        },
      },
      mpi: {
        kind: 'line',
        max: BOUNDS.name,
        about: 'The MPI that it is built for',
        row: 'MPI',
        saidBy: REGISTRY_OR_LABEL,
      },
      engines: {
        kind: 'names',
        max: BOUNDS.engines,
        about: 'Container engines that run it',
        row: 'Engines',
        saidBy: REGISTRY_OR_LABEL,
      },
      glibc: {
        kind: 'line',
        max: BOUNDS.version,
        about:
          'Version of the GNU C library in it: libraries of the host that an engine binds may need no newer one',
        row: 'GNU C library',
        saidBy: REGISTRY_OR_LABEL,
      },
    },
  },
} as const satisfies Readonly<Record<string, OuterField>>;

export type DescriptiveField = keyof typeof DESCRIPTIVE_FIELDS;

/** Those that a label may state where the registry does not. */
export type LabelledField = {
  [F in DescriptiveField]: (typeof DESCRIPTIVE_FIELDS)[F] extends { readonly label: object } ? F : never;
}[DescriptiveField];

/** Those of which a record has what the vocabulary makes of them. */
export type MappedField = {
  [F in DescriptiveField]: (typeof DESCRIPTIVE_FIELDS)[F]['kind'] extends 'terms' | 'frameworks' ? F : never;
}[DescriptiveField];

/** Those that the page and the command line show in a row of its own, in this order. */
export type ShownField = {
  [F in DescriptiveField]: (typeof DESCRIPTIVE_FIELDS)[F] extends { readonly shown: object } ? F : never;
}[DescriptiveField];
