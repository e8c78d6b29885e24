/** Acknowledgements: often enough for the server to go on, seldom enough to cost nothing. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Flow } from '../../../assets/js/flow.js';

function recorded() {
  const sent = [];
  return { sent, flow: new Flow((value) => sent.push(value)) };
}

/** As `recorded`, after a first piece of no bytes. */
function begun() {
  const { sent, flow } = recorded();
  flow.handed();
  flow.processed(0);
  sent.length = 0;
  return { sent, flow };
}

test('a single piece is acknowledged when it has been processed, not before', () => {
  const { sent, flow } = recorded();
  flow.handed();
  assert.deepEqual(sent, []);
  flow.processed(5);
  assert.deepEqual(sent, [5]);
});

test('the first offset is acknowledged at once, whatever still waits', () => {
  const { sent, flow } = recorded();
  for (let piece = 0; piece < 3; piece += 1) flow.handed();
  flow.processed(0);
  assert.deepEqual(sent, [0]);
});

test('a burst of small pieces is acknowledged once, at its end', () => {
  const { sent, flow } = begun();
  for (let piece = 0; piece < 100; piece += 1) flow.handed();
  for (let piece = 1; piece <= 100; piece += 1) flow.processed(piece * 10);
  assert.deepEqual(sent, [1000]);
});

test('while output keeps coming, no more than 16 KiB stay unacknowledged for long', () => {
  const { sent, flow } = begun();
  for (let piece = 0; piece < 10; piece += 1) flow.handed();
  for (let piece = 1; piece <= 9; piece += 1) flow.processed(piece * 10_000);
  assert.deepEqual(sent, [20_000, 40_000, 60_000, 80_000]);
});

test('the pieces of a snapshot without an offset are not acknowledged, its last one is', () => {
  const { sent, flow } = recorded();
  for (let piece = 0; piece < 3; piece += 1) flow.handed();
  flow.processed(null);
  flow.processed(null);
  assert.deepEqual(sent, []);
  flow.processed(900);
  assert.deepEqual(sent, [900]);
});

test('a snapshot at an offset that was acknowledged is acknowledged, too: the server counts it', () => {
  const { sent, flow } = recorded();
  flow.handed();
  flow.processed(500);
  flow.handed();
  flow.handed();
  flow.processed(null);
  assert.deepEqual(sent, [500]);
  flow.processed(500);
  assert.deepEqual(sent, [500, 500]);
});

test('there is a place to go on at where the last piece has an offset, and only there', () => {
  const { flow } = recorded();
  assert.equal(flow.place, null);
  flow.received(null);
  assert.equal(flow.place, null);
  flow.received(900);
  assert.equal(flow.place, 900);
  flow.received(null);
  assert.equal(flow.place, null);
});

test('what waits for the user is not acknowledged, but a beginning is made', () => {
  const { sent, flow } = recorded();
  flow.received(null);
  flow.begin();
  assert.deepEqual(sent, [], 'in the midst of a snapshot there is nothing to acknowledge');
  flow.received(900);
  flow.begin();
  flow.received(950);
  flow.begin();
  assert.deepEqual(sent, [900]);
});

test('no beginning is made for what the terminal is about to acknowledge itself', () => {
  const { sent, flow } = recorded();
  flow.received(900);
  flow.handed();
  flow.begin();
  assert.deepEqual(sent, []);
  flow.processed(900);
  assert.deepEqual(sent, [900]);
});

test('another connection is told at once how far this page is', () => {
  const { sent, flow } = begun();
  flow.handed();
  flow.processed(70);
  sent.length = 0;
  flow.resume();
  assert.deepEqual(sent, [70]);
});

test('another connection is told nothing where nothing was shown yet', () => {
  const { sent, flow } = recorded();
  flow.received(70);
  flow.handed();
  flow.resume();
  assert.deepEqual(sent, []);
});
