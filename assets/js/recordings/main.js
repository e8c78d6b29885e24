/**
 * The page of recordings: what there is, and the one that its address names, `#<id>`.
 */

import { setText } from '../dom.js';
import { Archive } from './archive.js';
import { Gallery } from './gallery.js';
import { Theatre } from './theatre.js';
import { name } from './words.js';

/** What is being recorded goes on, and new ones come. */
const LOOK_AGAIN_MS = 15_000;

const NONE = 'Nothing was recorded yet. Each terminal that is opened from now on will be found here.';

const element = (id) => document.getElementById(id);
const archive = new Archive();
const gallery = new Gallery(element('gallery'), archive);
const theatre = new Theatre(element('theatre'), archive);
const search = element('search');
let recordings = null;

async function look() {
  try {
    recordings = await archive.list();
  } catch (error) {
    if (recordings === null) say(error.message);
    return;
  }
  gallery.show(recordings);
  filter();
}

function filter() {
  const found = gallery.search(search.value);
  if (recordings === null || theatreIsOpen()) return;
  if (recordings.length === 0) say(NONE);
  else say(found === 0 ? 'No recording has these words.' : '');
}

function say(text) {
  setText(element('message'), text);
  element('message').hidden = text === '';
}

const theatreIsOpen = () => !element('theatre').hidden;

/** Shows what the address names. */
function go() {
  const id = decodeURIComponent(location.hash.slice(1));
  const recording = recordings?.find((one) => one.id === id);
  const isOpen = recording !== undefined;
  element('gallery').hidden = isOpen;
  search.hidden = isOpen;
  if (isOpen) {
    say('');
    theatre.open(recording);
    scrollTo(0, 0);
  } else {
    const was = theatreIsOpen();
    theatre.close();
    filter();
    if (id !== '' && recordings !== null) say('There is no such recording; it may have made room for newer ones.');
    else if (was) search.focus({ preventScroll: true });
  }
  document.title = isOpen ? `${name(recording)} · Recordings` : 'Recordings';
}

search.addEventListener('input', filter);
window.addEventListener('hashchange', go);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && theatreIsOpen() && document.fullscreenElement === null) location.hash = '';
});
setInterval(() => {
  if (document.visibilityState === 'visible' && !theatreIsOpen()) look();
}, LOOK_AGAIN_MS);

await look();
go();
