const words: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  EEXIST: "it exists",
  ENOSPC: "no space is left on the disk",
  ELOOP: "it is a link that leads to itself",
  EROFS: "the file system is read-only",
  EFBIG: "it is too large",
  EMFILE: "too many files are open",
  EILSEQ: "it is not text in UTF-8",
  ENAMETOOLONG: "the name is too long",
  EIO: "the device failed",
};

/** Why the system refused a file or a program, with its code for a search. */
export function systemErrorText({ code, message }: { readonly code?: string; readonly message: string }): string {
  if (code === undefined) return message;
  const known = words[code];
  return known === undefined ? code : `${known} (${code})`;
}
