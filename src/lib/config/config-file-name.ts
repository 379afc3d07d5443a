export const configFileName = "xtenant.json";
