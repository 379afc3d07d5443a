/** Windows PowerShell passes no empty word to a program, so --next stands for it. */
export const powershell = `# PowerShell completion of xtenant
Register-ArgumentCompleter -Native -CommandName xtenant -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  $next = if ($wordToComplete -eq '') { @('--next') } else { @() }
  & $commandAst.CommandElements[0].ToString() __complete @next '--' @typed 2>$null | ForEach-Object {
    $word, $summary = $_ -split "\`t", 2
    if (-not $summary) { $summary = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $summary)
  }
}
`;
