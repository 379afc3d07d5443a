/** The files that an administrator can get instead of the steps of xtenant. */
export const emitForms = ["az", "bicep", "terraform", "portal", "delegation", "functions"] as const;
export type EmitForm = (typeof emitForms)[number];
