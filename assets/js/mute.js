/**
 * Keeps xterm.js from answering questions that a program asks the terminal.
 *
 * The server's model answers them, once; with every viewer answering as well, a program would read the
 * same answer several times, as typed input. The server also takes the questions out of the stream:
 * this is the second lock on that door.
 */

/** Window operations (CSI … t) that ask for a report. */
const WINDOW_REPORTS = new Set([11, 13, 14, 15, 16, 18, 19, 20, 21]);

/** Focus reporting; xterm.js reports at once when a program, or a snapshot, turns it on. */
const MODE_FOCUS = 1004;

const SWALLOW = () => true;

/**
 * @param {import('../vendor/xterm.mjs').Terminal} terminal
 * @returns {{readonly active: boolean}}  active while what the terminal emits is an answer and no input
 */
export function muteAnswers(terminal) {
  const { parser } = terminal;
  for (const id of [
    { final: 'c' }, // DA1
    { prefix: '>', final: 'c' }, // DA2
    { prefix: '=', final: 'c' }, // DA3
    { final: 'n' }, // DSR, CPR
    { prefix: '?', final: 'n' }, // DECXCPR and its kin
    { intermediates: '$', final: 'p' }, // DECRQM, ANSI modes
    { prefix: '?', intermediates: '$', final: 'p' }, // DECRQM, private modes
    { prefix: '>', final: 'q' }, // XTVERSION
  ]) parser.registerCsiHandler(id, SWALLOW);
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, SWALLOW); // DECRQSS
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, SWALLOW); // XTGETTCAP
  parser.registerCsiHandler({ final: 't' }, ([operation]) => WINDOW_REPORTS.has(operation));
  for (const colours of [4, 10, 11, 12]) {
    parser.registerOscHandler(colours, (data) => data.split(';').includes('?'));
  }
  return muteFocusReport(parser);
}

/** The report comes from within the parser's turn, so it is over when the next task begins. */
function muteFocusReport(parser) {
  const mute = { active: false };
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => {
    if (params.includes(MODE_FOCUS)) {
      mute.active = true;
      queueMicrotask(() => { mute.active = false; });
    }
    return false;
  });
  return mute;
}
