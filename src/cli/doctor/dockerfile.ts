// LABEL lines of a Dockerfile for what an image does not say.
// https://docs.docker.com/reference/dockerfile/#label
import type { ImageRecord } from '../../model/image.ts';
import { inert } from '../../model/inert.ts';

/** A label by which an image would say something, and how its value begins. */
interface Wanted {
  readonly label: string;
  readonly isMissing: (record: ImageRecord) => boolean;
  /** What to write: a guess that is probably right, or in angle brackets what is to be replaced. */
  readonly value: (record: ImageRecord) => string;
}

const OCI = 'org.opencontainers.image';

/** Those that people search by or read; docs/joining.md lists all. */
const WANTED: readonly Wanted[] = [
  {
    label: `${OCI}.title`,
    isMissing: ({ title }) => title === null,
    value: (record) => `${nameOf(record)} ${versionOf(record)}`,
  },
  {
    label: `${OCI}.description`,
    isMissing: ({ description }) => description === null,
    value: () => '<one sentence of what it does>',
  },
  {
    label: `${OCI}.documentation`,
    isMissing: ({ documentation }) => documentation === null,
    value: () => '<https address of its documentation>',
  },
  {
    label: `${OCI}.source`,
    isMissing: ({ source }) => source === null,
    value: () => '<https address of its source>',
  },
  {
    label: `${OCI}.licenses`,
    isMissing: ({ license }) => license.state === 'unknown',
    value: () => '<SPDX expression>',
  },
  {
    label: 'io.panfed.frameworks',
    isMissing: ({ frameworks }) => frameworks.length === 0,
    value: (record) => `${nameOf(record)}@${versionOf(record)}`,
  },
  {
    label: 'io.panfed.techniques',
    isMissing: ({ techniques }) => techniques.length === 0,
    value: () => '<techniques of PaNET>',
  },
  {
    label: 'io.panfed.reads',
    isMissing: ({ reads }) => reads.length === 0,
    value: () => '<formats that it reads>',
  },
  {
    label: 'io.panfed.writes',
    isMissing: ({ writes }) => writes.length === 0,
    value: () => '<formats that it writes>',
  },
];

/** A label that is there and not understood is another check’s. */
const wantedOf = (record: ImageRecord): readonly Wanted[] =>
  WANTED.filter(({ label, isMissing }) => isMissing(record) && !Object.hasOwn(record.labels, label));

/**
 * The names of the labels (OCI's annotations and io.panfed.*) by which the image would say what neither
 * registry nor label says; empty where it says all.
 */
export const missingLabels = (record: ImageRecord): readonly string[] =>
  wantedOf(record).map(({ label }) => label);

/**
 * A line of a Dockerfile for each of {@link missingLabels}, in their order; what has to be replaced is in
 * angle brackets.
 */
export const labelLines = (record: ImageRecord): readonly string[] =>
  wantedOf(record).map(({ label, value }) => labelLine(label, value(record)));

/** One LABEL line. The value is inert and in quotes, in which a quote, a backslash and a dollar sign are escaped. */
export const labelLine = (label: string, value: string): string =>
  `LABEL ${label}="${inert(value).replaceAll(/["\\$]/g, String.raw`\$&`)}"`;

const nameOf = ({ repository }: ImageRecord): string => repository.slice(repository.lastIndexOf('/') + 1);

const versionOf = ({ tags: [tag = 'latest'] }: ImageRecord): string =>
  tag === 'latest' ? '<version>' : tag.replace(/^v(?=\d)/, '');
