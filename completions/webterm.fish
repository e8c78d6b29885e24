complete -c webterm -l size -d 'Set the terminal\'s size: auto, viewers, or COLSxROWS' -r
complete -c webterm -l term -d 'Set TERM for the command' -r
complete -c webterm -l cwd -d 'Start the command in this directory' -r -f -a "(__fish_complete_directories)"
complete -c webterm -l env -d 'Set a variable in the command\'s environment' -r
complete -c webterm -l buffer -d 'Keep so much output for viewers that are behind' -r
complete -c webterm -l scrollback -d 'Keep so many lines above the screen' -r
complete -c webterm -s a -l address -d 'Listen on this address' -r -f -a "(__fish_print_hostnames)"
complete -c webterm -s p -l port -d 'Listen on this port' -r
complete -c webterm -l allow-host -d 'Let requests be for this name, besides addresses and localhost' -r -f -a "(__fish_print_hostnames)"
complete -c webterm -s w -l permit-write -d 'Let viewers type into the terminal'
complete -c webterm -s q -l quiet -d 'Print no status lines'
complete -c webterm -s v -l verbose -d 'Log more; give it again for still more'
complete -c webterm -s h -l help -d 'Print help (see more with \'--help\')'
complete -c webterm -s V -l version -d 'Print version'
