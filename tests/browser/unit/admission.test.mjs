/** Whether this browser may still come in, with answers that the test gives. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { knock } from '../../../assets/js/admission.js';

const answering = (status) => async () => ({ status });

test('who is not let in any more learns why', async () => {
  assert.match(await knock(answering(401)), /log in/);
  assert.match(await knock(answering(403)), /let you in/);
  assert.match(await knock(answering(404)), /shared/);
});

test('where trying again may help there is no reason to stop', async () => {
  for (const status of [200, 304, 0, 429, 500, 502, 503]) {
    assert.equal(await knock(answering(status)), null, `${status}`);
  }
  assert.equal(await knock(async () => { throw new TypeError('Failed to fetch'); }), null);
});

test('the page itself is asked, by its relative address and past every cache', async () => {
  const asked = [];
  await knock(async (...call) => { asked.push(call); return { status: 200 }; });
  const [[address, { method, cache }]] = asked;
  assert.deepEqual([address, method, cache], ['./', 'HEAD', 'no-store']);
});
