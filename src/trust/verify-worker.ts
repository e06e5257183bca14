// The thread of verification: attachments of one image in, what is found in each out.
import type { AttachmentFacts } from './attachment.ts';
import { readTrustRoots, type TrustRoots } from './roots.ts';
import type { VerifyTask } from './verifier.ts';
import { verifyAttachment } from './verify-attachment.ts';

/** Settings of facilities: so many at most are kept as they were read. */
const MAX_KEPT = 64;
const kept = new Map<string, TrustRoots>();

function rootsOf({ material, hash }: VerifyTask): TrustRoots {
  const known = kept.get(hash);
  if (known !== undefined) return known;
  if (kept.size >= MAX_KEPT) kept.clear();
  const roots = readTrustRoots(material);
  kept.set(hash, roots);
  return roots;
}

/**
 * What {@link verifyAttachment} finds in each attachment of the task, in their order. The material of up to
 * 64 facilities is kept as it was read. Rejects with CONFIG_INVALID, as {@link readTrustRoots} throws, where
 * it cannot be read, though it could at the start.
 */
export default async function verify(task: VerifyTask): Promise<readonly AttachmentFacts[]> {
  const roots = rootsOf(task);
  const found: AttachmentFacts[] = [];
  for (const attachment of task.attachments) {
    found.push(await verifyAttachment(attachment, task.subject, roots));
  }
  return found;
}
