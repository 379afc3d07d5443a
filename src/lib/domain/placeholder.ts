/** `{{name}}` in a template, of a message that is sent and of a line that is printed. The name is the first group. */
export const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/;
