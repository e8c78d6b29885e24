
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
            [CompletionResult]::new('--theme', '--theme', [CompletionResultType]::ParameterName, 'Show the page in these colours')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Listen on this address')
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'Listen on this address')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Listen on this port')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Listen on this port')
            [CompletionResult]::new('--allow-host', '--allow-host', [CompletionResultType]::ParameterName, 'Let requests be for this name, besides addresses, localhost and this machine''s name')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'Share one terminal, give each viewer one, or make them on request')
            [CompletionResult]::new('--max-sessions', '--max-sessions', [CompletionResultType]::ParameterName, 'Let at most so many terminals be open')
            [CompletionResult]::new('--idle-timeout', '--idle-timeout', [CompletionResultType]::ParameterName, 'Close a terminal that was idle for so long')
            [CompletionResult]::new('--grace', '--grace', [CompletionResultType]::ParameterName, 'Keep a viewer''s own terminal so long for him to come back')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'With --lines, close the connection of a command that prints a longer line')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Record each terminal into a file of its own in this directory')
            [CompletionResult]::new('--record-format', '--record-format', [CompletionResultType]::ParameterName, 'Write recordings in this version of asciicast')
            [CompletionResult]::new('--record-max-size', '--record-max-size', [CompletionResultType]::ParameterName, 'Let recordings take at most so much together')
            [CompletionResult]::new('--record-keep-days', '--record-keep-days', [CompletionResultType]::ParameterName, 'Remove recordings that are older than so many days')
            [CompletionResult]::new('--replay', '--replay', [CompletionResultType]::ParameterName, 'Share a recording, as if it were live, in the place of a command')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'With --replay, play so many times as fast')
            [CompletionResult]::new('--idle-limit', '--idle-limit', [CompletionResultType]::ParameterName, 'With --replay, let nothing happen for no longer than this')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Ask for this user and password')
            [CompletionResult]::new('--credential', '--credential', [CompletionResultType]::ParameterName, 'Ask for this user and password')
            [CompletionResult]::new('--write-credential', '--write-credential', [CompletionResultType]::ParameterName, 'Ask for a user and password, and let this user type')
            [CompletionResult]::new('--view-credential', '--view-credential', [CompletionResultType]::ParameterName, 'Ask for a user and password, and let this user only look')
            [CompletionResult]::new('--credential-file', '--credential-file', [CompletionResultType]::ParameterName, 'Ask for one of the users and passwords in this file')
            [CompletionResult]::new('--random-url-length', '--random-url-length', [CompletionResultType]::ParameterName, 'Make secret addresses so many characters long')
            [CompletionResult]::new('--ws-origin', '--ws-origin', [CompletionResultType]::ParameterName, 'Let pages of other sites connect, whose origin matches this expression')
            [CompletionResult]::new('--max-message', '--max-message', [CompletionResultType]::ParameterName, 'Take messages of a viewer up to this size')
            [CompletionResult]::new('--max-input', '--max-input', [CompletionResultType]::ParameterName, 'Read at most so many bytes a second of one viewer')
            [CompletionResult]::new('--max-frames', '--max-frames', [CompletionResultType]::ParameterName, 'Read at most so many frames a second of one viewer')
            [CompletionResult]::new('--max-resizes', '--max-resizes', [CompletionResultType]::ParameterName, 'Resize the terminal at most so often a second')
            [CompletionResult]::new('--max-viewers', '--max-viewers', [CompletionResultType]::ParameterName, 'Let in at most so many viewers')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Keep at most so many connections')
            [CompletionResult]::new('--max-per-address', '--max-per-address', [CompletionResultType]::ParameterName, 'Keep at most so many connections from one address')
            [CompletionResult]::new('--max-header', '--max-header', [CompletionResultType]::ParameterName, 'Take heads of requests up to this size')
            [CompletionResult]::new('--header-timeout', '--header-timeout', [CompletionResultType]::ParameterName, 'Wait so long for the head of a request, and again for its body')
            [CompletionResult]::new('--handshake-timeout', '--handshake-timeout', [CompletionResultType]::ParameterName, 'Wait so long for a TLS handshake')
            [CompletionResult]::new('--login-timeout', '--login-timeout', [CompletionResultType]::ParameterName, 'Keep a connection so long on which nothing was let in')
            [CompletionResult]::new('--tls-crt', '--tls-crt', [CompletionResultType]::ParameterName, 'Use the certificate in this file; implies --tls')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'Use the private key in this file, that of --tls-crt')
            [CompletionResult]::new('--tls-ca-crt', '--tls-ca-crt', [CompletionResultType]::ParameterName, 'Let in only who has a certificate of an authority in this file; implies --tls')
            [CompletionResult]::new('--watcher', '--watcher', [CompletionResultType]::ParameterName, 'Let this user watch all terminals, also those that others have for themselves')
            [CompletionResult]::new('--allow-exec', '--allow-exec', [CompletionResultType]::ParameterName, 'Let the command execute only this program, or the programs in this directory')
            [CompletionResult]::new('--allow-read', '--allow-read', [CompletionResultType]::ParameterName, 'Let the command read only this file, or what is in this directory')
            [CompletionResult]::new('--allow-write', '--allow-write', [CompletionResultType]::ParameterName, 'Let the command write only to this file, or in this directory')
            [CompletionResult]::new('--audit-log', '--audit-log', [CompletionResultType]::ParameterName, 'Write who did what to this file, a JSON object on each line; - for standard output')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Say whether a chained audit log is as it was written')
            [CompletionResult]::new('--expect-hash', '--expect-hash', [CompletionResultType]::ParameterName, 'With --verify, expect a line with this hash')
            [CompletionResult]::new('--let-write', '--let-write', [CompletionResultType]::ParameterName, 'Let this viewer type from now on')
            [CompletionResult]::new('--let-view', '--let-view', [CompletionResultType]::ParameterName, 'Let this viewer only look from now on')
            [CompletionResult]::new('--throw-out', '--throw-out', [CompletionResultType]::ParameterName, 'Throw this viewer out')
            [CompletionResult]::new('--instance', '--instance', [CompletionResultType]::ParameterName, 'Mean the running webterm with this process number')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Let viewers type into the terminal')
            [CompletionResult]::new('--permit-write', '--permit-write', [CompletionResultType]::ParameterName, 'Let viewers type into the terminal')
            [CompletionResult]::new('--lines', '--lines', [CompletionResultType]::ParameterName, 'Run the command on pipes, once for each connection, and send its lines')
            [CompletionResult]::new('--lines-stderr', '--lines-stderr', [CompletionResultType]::ParameterName, 'With --lines, send lines of standard error as well')
            [CompletionResult]::new('--record-input', '--record-input', [CompletionResultType]::ParameterName, 'Record what is typed as well, and who typed it')
            [CompletionResult]::new('--record-required', '--record-required', [CompletionResultType]::ParameterName, 'End a terminal that can no longer be recorded')
            [CompletionResult]::new('--loop', '--loop', [CompletionResultType]::ParameterName, 'With --replay, begin anew at the end, again and again')
            [CompletionResult]::new('--recordings-public', '--recordings-public', [CompletionResultType]::ParameterName, 'With --record, let every viewer who is let in see all recordings')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Share at a secret address that nobody can guess')
            [CompletionResult]::new('--random-url', '--random-url', [CompletionResultType]::ParameterName, 'Share at a secret address that nobody can guess')
            [CompletionResult]::new('--view-url', '--view-url', [CompletionResultType]::ParameterName, 'Print a second secret address that only shows')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Let everyone who can reach this machine type')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Encrypt connections with TLS')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Encrypt connections with TLS')
            [CompletionResult]::new('--watch-url', '--watch-url', [CompletionResultType]::ParameterName, 'Print one more secret address, by which all terminals can be watched')
            [CompletionResult]::new('--hidden-watchers', '--hidden-watchers', [CompletionResultType]::ParameterName, 'Do not show those who watch to others')
            [CompletionResult]::new('--no-net', '--no-net', [CompletionResultType]::ParameterName, 'Let the command have no network')
            [CompletionResult]::new('--audit-chain', '--audit-chain', [CompletionResultType]::ParameterName, 'Bind each line of the audit log to the one before, so that changes can be found')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no status lines')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no status lines')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log more; give it again for still more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log more; give it again for still more')
            [CompletionResult]::new('--viewers', '--viewers', [CompletionResultType]::ParameterName, 'List who is there')
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
