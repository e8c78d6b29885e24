
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
            cand -a 'Listen on this address'
            cand --address 'Listen on this address'
            cand -p 'Listen on this port'
            cand --port 'Listen on this port'
            cand --allow-host 'Let requests be for this name, besides addresses and localhost'
            cand -w 'Let viewers type into the terminal'
            cand --permit-write 'Let viewers type into the terminal'
            cand -q 'Print no status lines'
            cand --quiet 'Print no status lines'
            cand -v 'Log more; give it again for still more'
            cand --verbose 'Log more; give it again for still more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
    ]
    $completions[$command]
}
