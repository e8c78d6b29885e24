/**
 * Starts the page of the one terminal that everybody shares.
 */

import { knock } from './admission.js';
import { showOverview } from './overview.js';
import { setUpDesk } from './page.js';

setUpDesk().attach({
  address: (query) => `ws${query}`,
  knock,
  onSetup: ({ watches }) => {
    if (watches) showOverview(document.getElementById('status'), 'sessions/');
  },
});
