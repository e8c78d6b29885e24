/**
 * Starts the page of the one terminal that everybody shares.
 */

import { knock } from './admission.js';
import { setUpDesk } from './page.js';

setUpDesk().attach({ address: (query) => `ws${query}`, knock });
