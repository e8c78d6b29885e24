/**
 * Starts the page that shows one terminal read-only, whatever its viewer may do elsewhere. The page's
 * address names it: the server gives it to who may watch.
 */

import { knock } from './admission.js';
import { Offer } from './offer.js';
import { showOverview } from './overview.js';
import { setUpDesk } from './page.js';

const GONE = 'This terminal is gone';

const id = location.pathname.split('/').at(-1);
const desk = setUpDesk();
const offer = new Offer(document.body);

showOverview(document.getElementById('status'), './');
desk.attach({
  address: (query) => `${id}/ws${query}`,
  knock: ask,
  onEnd: () => offer.show('All terminals', () => location.assign('./')),
});

/** A socket was refused: is there such a terminal still? */
async function ask() {
  const reason = await knock();
  if (reason !== null) return reason;
  const { status } = await fetch(id, { method: 'HEAD', cache: 'no-store' }).catch(() => ({ status: 0 }));
  return status === 404 ? GONE : null;
}
