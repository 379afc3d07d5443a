export { readCertificate } from "../config/files/certificate-file.ts";
export { fileExists } from "../config/files/file-exists.ts";
export { makeFolder } from "../config/files/make-folder.ts";
export { readText, readTextFile } from "../config/files/read-file.ts";
export { writeFileAtomically } from "../config/files/write-file-atomically.ts";
