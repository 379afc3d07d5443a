/** Where there is no candidate, bash completes a file. It breaks words at =, and replaces only what stands behind. */
export const bash = `# bash completion of xtenant
_xtenant() {
  local line word before='' joined=''
  local -a words=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ -n $joined || $word == '=' ]] && (( \${#words[@]} )); then
      words[\${#words[@]}-1]+=$word
      before="\${words[\${#words[@]}-1]%=*}="
    else
      words+=("$word")
      before=''
    fi
    if [[ $word == '=' ]]; then joined=1; else joined=''; fi
  done
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    COMPREPLY+=("\${line#"$before"}")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F _xtenant xtenant
`;
