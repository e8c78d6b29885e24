/** The REST API, with answers that the test gives. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Api, ApiError } from '../../../assets/js/api.js';

const FOX = {
  name: 'fox', aliases: ['main'], command: 'bash', program: 'vim', cwd: '~/src', title: 'notes', viewers: 2,
  last_activity: '2026-01-02T03:04:05.000000Z', writable: true,
};

/** @returns an API and what it has asked for */
function answering(status, body) {
  const asked = [];
  const ask = async (address, { method, body: text }) => {
    asked.push([method, address, text === undefined ? undefined : JSON.parse(text)]);
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  };
  return { api: new Api(ask), asked };
}

test('the list is read, in the server\'s order, and what is no terminal is left out', async () => {
  const { api, asked } = answering(200, [FOX, null, { name: 5 }, { name: '' }, { name: 'bare' }]);
  const [fox, bare, ...none] = await api.list();
  assert.deepEqual(none, []);
  assert.deepEqual(asked, [['GET', 'api/terminals', undefined]]);
  assert.deepEqual(fox, {
    name: 'fox', aliases: ['main'], command: 'bash', program: 'vim', cwd: '~/src', title: 'notes', viewers: 2,
    lastActivity: '2026-01-02T03:04:05.000000Z', isWritable: true,
  });
  assert.deepEqual([bare.name, bare.aliases, bare.program, bare.viewers, bare.isWritable], ['bare', [], null, 0, false]);
});

test('an answer that is no list is an empty one', async () => {
  assert.deepEqual(await answering(200, { name: 'fox' }).api.list(), []);
});

test('terminals are made, renamed and closed at their addresses', async () => {
  const { api, asked } = answering(200, FOX);
  assert.equal((await api.create({ size: { cols: 80, rows: 24 } })).name, 'fox');
  assert.equal((await api.rename('old', 'fox')).name, 'fox');
  assert.equal((await api.get('a/b')).name, 'fox');
  await api.close('fox');
  assert.deepEqual(asked, [
    ['POST', 'api/terminals', { size: { cols: 80, rows: 24 } }],
    ['PATCH', 'api/terminals/old', { name: 'fox' }],
    ['GET', 'api/terminals/a%2Fb', undefined],
    ['DELETE', 'api/terminals/fox', undefined],
  ]);
});

test('a refusal carries its status and the server\'s words', async () => {
  const { api } = answering(409, { message: 'taken' });
  await assert.rejects(api.rename('a', 'b'), (error) => (
    error instanceof ApiError && error.status === 409 && error.message === 'taken'
  ));
});

test('a refusal without words, and an answer that makes no sense, are refusals too', async () => {
  const broken = new Api(async () => new Response('<html>', { status: 502 }));
  await assert.rejects(broken.list(), { status: 502, message: '' });
  await assert.rejects(answering(200, {}).api.get('fox'), { status: 0 });
});

test('where nobody answers the status is 0', async () => {
  const api = new Api(async () => { throw new TypeError('Failed to fetch'); });
  await assert.rejects(api.list(), { status: 0 });
});

test('closing what is gone succeeds, closing what may not be closed does not', async () => {
  await answering(404, { message: 'no such terminal' }).api.close('fox');
  await answering(204).api.close('fox');
  await assert.rejects(answering(403, { message: 'read-only' }).api.close('fox'), { status: 403 });
});

test('who may make terminals is the server\'s to say', async () => {
  assert.equal(await answering(200, { writable: true }).api.mayWrite(), true);
  assert.equal(await answering(200, { writable: false }).api.mayWrite(), false);
  assert.equal(await answering(200, {}).api.mayWrite(), false);
});

test('the mode of requests is left as it is: with others, browsers send no usable Origin', async () => {
  const api = new Api(async (_address, options) => {
    assert.equal(options.mode, undefined);
    return new Response('[]');
  });
  await api.list();
});
