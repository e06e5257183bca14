// The input of a policy: what a record, a subject and a place are to a module. Total, and field by field, so that
// nothing enters a decision that is not named here, and equal facts are written in one order.

import type { ImageRecord } from '../../model/image.ts';
import type { Condition } from '../../model/license.ts';
import type { Provenance } from '../../model/provenance.ts';
import type { Place, Subject } from '../../model/subject.ts';
import { descriptionInput } from './description-input.ts';
import type { RequestTime } from './time.ts';

/**
 * `input.record`: all of a record but the names that change (id, upstreamId, digest, tags, reference), what
 * only matching asks about (manifests, environment), what is attached and what anybody claims, and which
 * labels were dropped: a module that reads one of those is not asked. Lists of texts and the labels are the
 * record's own, not copies. Builder and source of provenance are null unless they are verified.
 */
export function recordInput(record: ImageRecord) {
  const { license, stated, trust } = record;
  const { frameworks, techniques, reads, writes, requires, ...plain } = descriptionInput(record);
  return {
    facility: record.facility,
    registry: record.registry,
    repository: record.repository,
    frameworks,
    ...plain,
    labels: record.labels,
    techniques,
    reads,
    writes,
    unmapped: record.unmapped,
    license: {
      state: license.state,
      expression: license.expression,
      raw: license.raw,
      conditions: license.conditions.map(conditionInput),
      conditionsKnown: license.conditionsKnown,
    },
    sharing: record.sharing,
    stated: { sharing: stated.sharing },
    listed: record.listed,
    suppliedBy: record.suppliedBy,
    groups: record.groups,
    trust: { state: trust.state, signers: trust.signers },
    provenance: provenanceInput(trust.provenance),
    requires,
  };
}

/** Nobody vouches for what is not verified: a policy that forgets to ask whether it is learns nothing. */
function provenanceInput({ verified, builder, source }: Provenance) {
  return verified ? { verified, builder, source } : { verified, builder: null, source: null };
}

function conditionInput({ kind, groups, sites, servers, origin, remedy }: Condition) {
  return { kind, groups, sites, servers, origin, remedy };
}

/**
 * `input.subject`: what policies may know of a person; no name and no identifier is part of it. `academic` null: nobody
 * stated it.
 */
export function subjectInput(subject: Subject) {
  return {
    authenticated: subject.authenticated,
    issuer: subject.issuer,
    groups: subject.groups,
    affiliations: subject.affiliations,
    sites: subject.sites,
    assurance: subject.assurance,
    academic: subject.academic,
  };
}

/**
 * `input.request`: `at`, the place that the caller named, or null; and `time`, only where it is given (not by default),
 * for a module that declares a time bucket.
 */
export function requestInput(at: Place | null, time?: RequestTime) {
  const place = at === null ? null : placeInput(at);
  return time === undefined ? { at: place } : { at: place, time };
}

function placeInput({ facility, allowsUnverified, licenseServers }: Place) {
  return { facility, allowsUnverified, licenseServers };
}
