// The listing of each kind of registry that is crawled.
import type { CrawledKind } from '../../config/registry-kind.ts';
import type { Listing } from '../oci/listing.ts';
import { ociListing } from '../oci/oci-listing.ts';
import { dockerHubListing } from './dockerhub.ts';
import { ghcrListing } from './ghcr.ts';
import { gitlabListing } from './gitlab.ts';
import { harborListing } from './harbor.ts';
import { quayListing } from './quay.ts';
import { zotListing } from './zot.ts';

/** How each kind of registry that is crawled lists its repositories and tags. */
export const LISTINGS: Readonly<Record<CrawledKind, Listing>> = {
  oci: ociListing,
  dockerhub: dockerHubListing,
  harbor: harborListing,
  gitlab: gitlabListing,
  quay: quayListing,
  zot: zotListing,
  ghcr: ghcrListing,
};
