/** Works in a file of $fpath, which runs it at the first completion, and sourced. */
export const zsh = `#compdef xtenant
_xtenant() {
  local line
  local -a candidates
  for line in "\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && candidates+=("\${\${line//:/\\\\:}/$'\\t'/:}")
  done
  if (( \${#candidates} )); then _describe -t words xtenant candidates; else _files; fi
}
if [[ \${funcstack[1]} == _xtenant ]]; then _xtenant "$@"; else compdef _xtenant xtenant; fi
`;
