
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'webterm' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'webterm'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'webterm' {
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Set the terminal''s size: auto, viewers, or COLSxROWS')
            [CompletionResult]::new('--term', '--term', [CompletionResultType]::ParameterName, 'Set TERM for the command')
            [CompletionResult]::new('--cwd', '--cwd', [CompletionResultType]::ParameterName, 'Start the command in this directory')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Set a variable in the command''s environment')
            [CompletionResult]::new('--buffer', '--buffer', [CompletionResultType]::ParameterName, 'Keep so much output for viewers that are behind')
            [CompletionResult]::new('--scrollback', '--scrollback', [CompletionResultType]::ParameterName, 'Keep so many lines above the screen')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Listen on this address')
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'Listen on this address')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Listen on this port')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Listen on this port')
            [CompletionResult]::new('--allow-host', '--allow-host', [CompletionResultType]::ParameterName, 'Let requests be for this name, besides addresses and localhost')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Let viewers type into the terminal')
            [CompletionResult]::new('--permit-write', '--permit-write', [CompletionResultType]::ParameterName, 'Let viewers type into the terminal')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no status lines')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no status lines')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log more; give it again for still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log more; give it again for still more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
