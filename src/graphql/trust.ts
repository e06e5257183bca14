// Types Trust and Provenance: what was verified of an image, and what its build was made of for those who may pull it.
import { contentsWithheld, showsContents } from '../discovery/image-components.ts';
import type { VisibleItem } from '../discovery/view.ts';
import type { Field } from './context.ts';

/** The trust in an image, with the image: some of it is for those who may pull that. */
export interface VisibleTrust {
  readonly visible: VisibleItem;
}

const trust =
  (name: 'state' | 'signers' | 'claimedSigners' | 'signedAs' | 'lastVerified'): Field<VisibleTrust> =>
  ({ visible }) =>
    visible.image.trust[name];

/** Resolvers of the GraphQL type `Trust`. */
export const Trust: Readonly<Record<string, Field<VisibleTrust>>> = {
  state: trust('state'),
  signers: trust('signers'),
  claimedSigners: trust('claimedSigners'),
  signedAs: trust('signedAs'),
  lastVerified: trust('lastVerified'),
  /** null: nobody says how it was built. */
  provenance: ({ visible }) => {
    const { verified, builder, source, revision, materials } = visible.image.trust.provenance;
    const isSaid = builder !== null || source !== null || revision !== null || materials.length > 0;
    return isSaid || verified ? { visible } : null;
  },
};

const provenance =
  (name: 'verified' | 'builder' | 'source' | 'revision'): Field<VisibleTrust> =>
  ({ visible }) =>
    visible.image.trust.provenance[name];

/** Resolvers of the GraphQL type `Provenance`. What an image is made of is for those who may pull it. */
export const Provenance: Readonly<Record<string, Field<VisibleTrust>>> = {
  verified: provenance('verified'),
  builder: provenance('builder'),
  source: provenance('source'),
  revision: provenance('revision'),
  materials: ({ visible }) => (showsContents(visible) ? visible.image.trust.provenance.materials : null),
  withheld: ({ visible }) => contentsWithheld(visible),
};
