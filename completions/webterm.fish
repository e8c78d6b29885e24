complete -c webterm -l size -d 'Set the terminal\'s size: auto, viewers, or COLSxROWS' -r
complete -c webterm -l term -d 'Set TERM for the command' -r
complete -c webterm -l cwd -d 'Start the command in this directory' -r -f -a "(__fish_complete_directories)"
complete -c webterm -l env -d 'Set a variable in the command\'s environment' -r
complete -c webterm -l buffer -d 'Keep so much output for viewers that are behind' -r
complete -c webterm -l scrollback -d 'Keep so many lines above the screen' -r
complete -c webterm -l theme -d 'Show the page in these colours' -r -f -a "dark\t'Light text on a dark ground'
light\t'Dark text on a light ground'"
complete -c webterm -s a -l address -d 'Listen on this address' -r -f -a "(__fish_print_hostnames)"
complete -c webterm -s p -l port -d 'Listen on this port' -r
complete -c webterm -l allow-host -d 'Let requests be for this name, besides addresses, localhost and this machine\'s name' -r -f -a "(__fish_print_hostnames)"
complete -c webterm -l mode -d 'Share one terminal, give each viewer one, or make them on request' -r -f -a "shared\t'One terminal, for everybody'
per-viewer\t'One for each viewer'
named\t'As many as are asked for, each by its name'"
complete -c webterm -l max-sessions -d 'Let at most so many terminals be open' -r
complete -c webterm -l idle-timeout -d 'Close a terminal that was idle for so long' -r
complete -c webterm -l grace -d 'Keep a viewer\'s own terminal so long for him to come back' -r
complete -c webterm -l max-line -d 'With --lines, close the connection of a command that prints a longer line' -r
complete -c webterm -l record -d 'Record each terminal into a file of its own in this directory' -r -f -a "(__fish_complete_directories)"
complete -c webterm -l record-format -d 'Write recordings in this version of asciicast' -r -f -a "v2\t'Version 2, which every tool reads'
v3\t'Version 3, of asciinema 3'"
complete -c webterm -l record-max-size -d 'Let recordings take at most so much together' -r
complete -c webterm -l record-keep-days -d 'Remove recordings that are older than so many days' -r
complete -c webterm -l replay -d 'Share a recording, as if it were live, in the place of a command' -r -F
complete -c webterm -l speed -d 'With --replay, play so many times as fast' -r
complete -c webterm -l idle-limit -d 'With --replay, let nothing happen for no longer than this' -r
complete -c webterm -s c -l credential -d 'Ask for this user and password' -r
complete -c webterm -l write-credential -d 'Ask for a user and password, and let this user type' -r
complete -c webterm -l view-credential -d 'Ask for a user and password, and let this user only look' -r
complete -c webterm -l credential-file -d 'Ask for one of the users and passwords in this file' -r -F
complete -c webterm -l random-url-length -d 'Make secret addresses so many characters long' -r
complete -c webterm -l ws-origin -d 'Let pages of other sites connect, whose origin matches this expression' -r
complete -c webterm -l max-message -d 'Take messages of a viewer up to this size' -r
complete -c webterm -l max-input -d 'Read at most so many bytes a second of one viewer' -r
complete -c webterm -l max-frames -d 'Read at most so many frames a second of one viewer' -r
complete -c webterm -l max-resizes -d 'Resize the terminal at most so often a second' -r
complete -c webterm -l max-viewers -d 'Let in at most so many viewers' -r
complete -c webterm -l max-connections -d 'Keep at most so many connections' -r
complete -c webterm -l max-per-address -d 'Keep at most so many connections from one address' -r
complete -c webterm -l max-header -d 'Take heads of requests up to this size' -r
complete -c webterm -l header-timeout -d 'Wait so long for the head of a request, and again for its body' -r
complete -c webterm -l handshake-timeout -d 'Wait so long for a TLS handshake' -r
complete -c webterm -l login-timeout -d 'Keep a connection so long on which nothing was let in' -r
complete -c webterm -l tls-crt -d 'Use the certificate in this file; implies --tls' -r -F
complete -c webterm -l tls-key -d 'Use the private key in this file, that of --tls-crt' -r -F
complete -c webterm -l tls-ca-crt -d 'Let in only who has a certificate of an authority in this file; implies --tls' -r -F
complete -c webterm -l watcher -d 'Let this user watch all terminals, also those that others have for themselves' -r
complete -c webterm -l allow-exec -d 'Let the command execute only this program, or the programs in this directory' -r -F
complete -c webterm -l allow-read -d 'Let the command read only this file, or what is in this directory' -r -F
complete -c webterm -l allow-write -d 'Let the command write only to this file, or in this directory' -r -F
complete -c webterm -l audit-log -d 'Write who did what to this file, a JSON object on each line; - for standard output' -r -F
complete -c webterm -l verify -d 'Say whether a chained audit log is as it was written' -r -F
complete -c webterm -l expect-hash -d 'With --verify, expect a line with this hash' -r
complete -c webterm -l let-write -d 'Let this viewer type from now on' -r
complete -c webterm -l let-view -d 'Let this viewer only look from now on' -r
complete -c webterm -l throw-out -d 'Throw this viewer out' -r
complete -c webterm -l instance -d 'Mean the running webterm with this process number' -r
complete -c webterm -s w -l permit-write -d 'Let viewers type into the terminal'
complete -c webterm -l lines -d 'Run the command on pipes, once for each connection, and send its lines'
complete -c webterm -l lines-stderr -d 'With --lines, send lines of standard error as well'
complete -c webterm -l record-input -d 'Record what is typed as well, and who typed it'
complete -c webterm -l record-required -d 'End a terminal that can no longer be recorded'
complete -c webterm -l loop -d 'With --replay, begin anew at the end, again and again'
complete -c webterm -l recordings-public -d 'With --record, let every viewer who is let in see all recordings'
complete -c webterm -s r -l random-url -d 'Share at a secret address that nobody can guess'
complete -c webterm -l view-url -d 'Print a second secret address that only shows'
complete -c webterm -l insecure -d 'Let everyone who can reach this machine type'
complete -c webterm -s t -l tls -d 'Encrypt connections with TLS'
complete -c webterm -l watch-url -d 'Print one more secret address, by which all terminals can be watched'
complete -c webterm -l hidden-watchers -d 'Do not show those who watch to others'
complete -c webterm -l no-net -d 'Let the command have no network'
complete -c webterm -l audit-chain -d 'Bind each line of the audit log to the one before, so that changes can be found'
complete -c webterm -s q -l quiet -d 'Print no status lines'
complete -c webterm -s v -l verbose -d 'Log more; give it again for still more'
complete -c webterm -l viewers -d 'List who is there'
complete -c webterm -s h -l help -d 'Print help (see more with \'--help\')'
complete -c webterm -s V -l version -d 'Print version'
