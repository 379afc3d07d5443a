/** A word or phrase that the documents, the help and the messages do not use, and what to write instead. */
export type BannedWord = { readonly pattern: RegExp; readonly instead: string };

const ban = (words: string, instead: string): BannedWord => ({
  // A phrase may be broken over two lines.
  pattern: new RegExp(`\\b(?:${words.replaceAll(" ", "\\s+")})\\b`, "gi"),
  instead,
});

/**
 * The verbs are Microsoft's: consent, grant, assign, sign in, complete, abandon, dead-letter, defer, lock, peek, receive,
 * drain, redeliver, throttle, retry, time out.
 */
export const bannedWords: readonly BannedWord[] = [
  ban("told", "reported, shown, printed"),
  ban("tells?|telling", "report, show, print, say which"),
  ban("meant", "selected, matched, intended"),
  ban("mend(?:s|ed|ing)?", "fix, repair, update"),
  ban("anew", "again"),
  ban("whoever|whomever|whom", "a subject: the operator, the administrator, a process that"),
  ban("who(?:se)? turn", "who must act"),
  ban("so many", "a number of, <count>"),
  ban("(?<!not )so long(?! as)", "a duration, <duration>"),
  ban("so often", "at this interval"),
  ban("without a word", "silently"),
  ban("signs? of life", "heartbeat, keep-alive"),
  ban("look(?:s|ed|ing)? (?:at|only)", "read, peek, check, inspect"),
  ban("by (?:it|them)sel(?:f|ves)", "automatically"),
  ban("stand-?ins?|stands? in for", "sandbox"),
  ban("(?:is|are|was|were|be|been) had", "is available, can be obtained"),
  ban("nobody (?:waits|is)|no-?one waits", "a positive sentence with a subject"),
  ban("gi(?:ve|ves|ving|ven)[ \\n]back|gave back", "abandon, release, return"),
  ban(
    "die[sd]? for|(?:messages?|letters) (?:that|which) die[sd]?|graveyards?|bur(?:y|ied)|immortal",
    "dead-letter, expire",
  ),
  ban("admits?|admitted|admitting|admission", "consent"),
  ban("of its own accord", "automatically"),
  ban("for ever", "indefinitely"),
  ban("first of all", "first, start with"),
  ban("speaks? for", "identifies, belongs to"),
  ban("is no (?:expression|job|template|duration|number|name|customer|queue)", "is not a"),
  ban("(?:is|are|was|were) to be (?:had|found|seen)", "is, exists"),
  ban("knows? nothing of", "does not know, does not use"),
  ban("in vain|lest|whence|thence|hence(?:forth)?|thereof|therein|wherein|whereby", "a plain sentence"),
  ban("held to (?:the|its|what)", "tested against, checked against"),
  ban(
    "what (?:is|was|were|are) (?:not )?(?:acknowledged|taken|left|told|meant|read|sent)",
    "a noun: unacknowledged messages",
  ),
];

/** Customer and provider are common nouns here. A word that begins its sentence, or that stands in quotation marks, is not found. */
export const capitalisedRoles: BannedWord = {
  pattern: /(?<=[a-z0-9,;:)'’`›…] +|[a-z,;:)]\n)(?:Customers?|Providers?)(?:['’]s?)?(?![\w"”])/g,
  instead: "customer, provider (lower case)",
};

/** Other people's words that are quoted as they are. */
export const quoted: readonly string[] = [];
