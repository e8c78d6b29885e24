/**
 * Starts the page on which each viewer has a terminal of his own.
 *
 * Loaded again, or cut off, within the server's grace, it comes back to the same one; which that is, the
 * browser keeps for this tab alone.
 */

import { knock } from './admission.js';
import { Keepsake, keyFor } from './keepsake.js';
import { Offer } from './offer.js';
import { showOverview } from './overview.js';
import { setUpDesk } from './page.js';

const NEW_ONE = 'Your earlier terminal is gone; this is a new one';

const desk = setUpDesk();
const offer = new Offer(document.body);
const token = new Keepsake(() => window.sessionStorage, keyFor('terminal', document.baseURI));

begin();

function begin() {
  desk.attach({
    address: (query) => `ws${query}`,
    knock,
    memory: {
      recall: () => token.read(),
      keep: (text) => token.write(text),
      onLost: () => desk.notice(NEW_ONE),
    },
    onSetup: ({ watches }) => {
      if (watches) showOverview(document.getElementById('status'), 'sessions/');
    },
    onEnd: () => offer.show('Start a new terminal', begin),
  });
  desk.focus();
}
