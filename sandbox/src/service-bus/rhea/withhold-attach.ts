import type { link as Link } from "rhea";

/**
 * Stops rhea from answering the attach of a link at the end of the turn. The returned function answers it. Call this in the turn
 * in which the link was opened.
 */
export function withholdAttach(link: Link): () => void {
  Object.assign(link.state, { local_open: false, open_requests: 0 });
  return () => link.open();
}
