
use builtin;
use str;

set edit:completion:arg-completer[webterm] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'webterm'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'webterm'= {
            cand --size 'Set the terminal''s size: auto, viewers, or COLSxROWS'
            cand --term 'Set TERM for the command'
            cand --cwd 'Start the command in this directory'
            cand --env 'Set a variable in the command''s environment'
            cand --buffer 'Keep so much output for viewers that are behind'
            cand --scrollback 'Keep so many lines above the screen'
            cand --theme 'Show the page in these colours'
            cand -a 'Listen on this address'
            cand --address 'Listen on this address'
            cand -p 'Listen on this port'
            cand --port 'Listen on this port'
            cand --allow-host 'Let requests be for this name, besides addresses, localhost and this machine''s name'
            cand --mode 'Share one terminal, give each viewer one, or make them on request'
            cand --max-sessions 'Let at most so many terminals be open'
            cand --idle-timeout 'Close a terminal that was idle for so long'
            cand --grace 'Keep a viewer''s own terminal so long for him to come back'
            cand --max-line 'With --lines, close the connection of a command that prints a longer line'
            cand --record 'Record each terminal into a file of its own in this directory'
            cand --record-format 'Write recordings in this version of asciicast'
            cand --record-max-size 'Let recordings take at most so much together'
            cand --record-keep-days 'Remove recordings that are older than so many days'
            cand --replay 'Share a recording, as if it were live, in the place of a command'
            cand --speed 'With --replay, play so many times as fast'
            cand --idle-limit 'With --replay, let nothing happen for no longer than this'
            cand -c 'Ask for this user and password'
            cand --credential 'Ask for this user and password'
            cand --write-credential 'Ask for a user and password, and let this user type'
            cand --view-credential 'Ask for a user and password, and let this user only look'
            cand --credential-file 'Ask for one of the users and passwords in this file'
            cand --random-url-length 'Make secret addresses so many characters long'
            cand --ws-origin 'Let pages of other sites connect, whose origin matches this expression'
            cand --max-message 'Take messages of a viewer up to this size'
            cand --max-input 'Read at most so many bytes a second of one viewer'
            cand --max-frames 'Read at most so many frames a second of one viewer'
            cand --max-resizes 'Resize the terminal at most so often a second'
            cand --max-viewers 'Let in at most so many viewers'
            cand --max-connections 'Keep at most so many connections'
            cand --max-per-address 'Keep at most so many connections from one address'
            cand --max-header 'Take heads of requests up to this size'
            cand --header-timeout 'Wait so long for the head of a request, and again for its body'
            cand --handshake-timeout 'Wait so long for a TLS handshake'
            cand --login-timeout 'Keep a connection so long on which nothing was let in'
            cand --tls-crt 'Use the certificate in this file; implies --tls'
            cand --tls-key 'Use the private key in this file, that of --tls-crt'
            cand --tls-ca-crt 'Let in only who has a certificate of an authority in this file; implies --tls'
            cand --watcher 'Let this user watch all terminals, also those that others have for themselves'
            cand --allow-exec 'Let the command execute only this program, or the programs in this directory'
            cand --allow-read 'Let the command read only this file, or what is in this directory'
            cand --allow-write 'Let the command write only to this file, or in this directory'
            cand --audit-log 'Write who did what to this file, a JSON object on each line; - for standard output'
            cand --verify 'Say whether a chained audit log is as it was written'
            cand --expect-hash 'With --verify, expect a line with this hash'
            cand --let-write 'Let this viewer type from now on'
            cand --let-view 'Let this viewer only look from now on'
            cand --throw-out 'Throw this viewer out'
            cand --instance 'Mean the running webterm with this process number'
            cand -w 'Let viewers type into the terminal'
            cand --permit-write 'Let viewers type into the terminal'
            cand --lines 'Run the command on pipes, once for each connection, and send its lines'
            cand --lines-stderr 'With --lines, send lines of standard error as well'
            cand --record-input 'Record what is typed as well, and who typed it'
            cand --record-required 'End a terminal that can no longer be recorded'
            cand --loop 'With --replay, begin anew at the end, again and again'
            cand --recordings-public 'With --record, let every viewer who is let in see all recordings'
            cand -r 'Share at a secret address that nobody can guess'
            cand --random-url 'Share at a secret address that nobody can guess'
            cand --view-url 'Print a second secret address that only shows'
            cand --insecure 'Let everyone who can reach this machine type'
            cand -t 'Encrypt connections with TLS'
            cand --tls 'Encrypt connections with TLS'
            cand --watch-url 'Print one more secret address, by which all terminals can be watched'
            cand --hidden-watchers 'Do not show those who watch to others'
            cand --no-net 'Let the command have no network'
            cand --audit-chain 'Bind each line of the audit log to the one before, so that changes can be found'
            cand -q 'Print no status lines'
            cand --quiet 'Print no status lines'
            cand -v 'Log more; give it again for still more'
            cand --verbose 'Log more; give it again for still more'
            cand --viewers 'List who is there'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
    ]
    $completions[$command]
}
