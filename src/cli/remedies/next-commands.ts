/** The command that sends the messages of a dead-letter journal again. */
export const restoreHint = ({ customer, queue }: { readonly customer: string; readonly queue: string }, file: string) =>
  `to put back what is in the journal: xtenant send ${customer} --queue ${queue} --ndjson ${file}`;

export const expiryWarning = ({ what, daysLeft }: { readonly what: string; readonly daysLeft: number }) =>
  `${what} ends in ${daysLeft} days: xtenant app credential rotate`;
