/** Text without the byte order mark that some editors and Windows PowerShell write at the start of a UTF-8 file. */
export const withoutByteOrderMark = (text: string): string => text.replace(/^\ufeff/, "");
