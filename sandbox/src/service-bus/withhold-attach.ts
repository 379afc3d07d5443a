import type { link as Link } from "rhea";

/**
 * Keeps rhea from answering the attach of a link, which it would do at the end of the turn; the returned function answers it.
 * To be called in the turn in which the link was opened.
 */
export function withholdAttach(link: Link): () => void {
  Object.assign(link.state, { local_open: false, open_requests: 0 });
  return () => link.open();
}
