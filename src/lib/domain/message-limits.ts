/** The most characters of a message, session, reply-to-session or partition key id (Service Bus quotas). */
export const longestId = 128;

/** The longest time span of .NET, and so of Service Bus, in milliseconds: 10675199 days (TimeSpan.MaxValue). */
export const longestTimeToLive = 922_337_203_685_477;
