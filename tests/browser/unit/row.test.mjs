/** The tabs in their order, what is seen of them, and the browser's memory of it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Keepsake, keyFor } from '../../../assets/js/keepsake.js';
import { Order, moved } from '../../../assets/js/order.js';
import { Row } from '../../../assets/js/row.js';

class FakeStorage {
  items = new Map();

  getItem(key) { return this.items.get(key) ?? null; }
  setItem(key, value) { this.items.set(key, value); }
  removeItem(key) { this.items.delete(key); }
}

const memory = (storage = new FakeStorage()) => new Keepsake(() => storage, 'order');
const model = (name, lastActivity = '1', aliases = []) => ({ name, aliases, lastActivity });
const namesOf = (models) => models.map(({ name }) => name);

function rowOf(...names) {
  const row = new Row(new Order(memory()));
  row.update(names.map((name) => model(name)));
  return row;
}

test('tabs are in the server\'s order until they are moved, and new ones come last', () => {
  const row = rowOf('a', 'b', 'c');
  assert.deepEqual(namesOf(row.models), ['a', 'b', 'c']);
  assert.equal(row.move('c', 0), true);
  row.update([model('a'), model('b'), model('c'), model('d')]);
  assert.deepEqual(namesOf(row.models), ['c', 'a', 'b', 'd']);
});

test('a tab can be moved to where there are tabs, and nowhere else', () => {
  const row = rowOf('a', 'b');
  for (const [name, index] of [['a', -1], ['a', 2], ['x', 0]]) assert.equal(row.move(name, index), false);
  assert.deepEqual(namesOf(row.models), ['a', 'b']);
});

test('the order outlives the page', () => {
  const storage = new FakeStorage();
  const before = new Order(memory(storage));
  before.set(['b', 'a']);
  const after = new Order(memory(storage));
  assert.deepEqual(namesOf(after.arrange([model('a'), model('b')])), ['b', 'a']);
});

test('a tab that was renamed elsewhere keeps its place', () => {
  const order = new Order(memory());
  order.set(['b', 'a']);
  assert.deepEqual(namesOf(order.arrange([model('a'), model('new', '1', ['b'])])), ['new', 'a']);
});

test('where the browser keeps nothing, or something else was kept, tabs still have an order', () => {
  const refusing = new Keepsake(() => { throw new Error('SecurityError'); }, 'order');
  const order = new Order(refusing);
  order.set(['b', 'a']);
  assert.deepEqual(namesOf(order.arrange([model('a'), model('b')])), ['b', 'a']);
  for (const text of ['{', '5', '{"a":1}', '[1,null]']) {
    const odd = new Order({ read: () => text, write() {} });
    assert.deepEqual(namesOf(odd.arrange([model('a'), model('b')])), ['a', 'b']);
  }
});

test('what is kept is told apart by the path of the page', () => {
  assert.equal(keyFor('tabs', 'http://host/secret/#fox'), 'webterm tabs /secret/');
  assert.notEqual(keyFor('tabs', 'http://host/a/'), keyFor('tabs', 'http://host/b/'));
  const storage = new FakeStorage();
  memory(storage).write('text');
  assert.equal(memory(storage).read(), 'text');
  memory(storage).write('');
  assert.equal(storage.items.size, 0);
});

test('moving puts a name where it should be and leaves the others in order', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 'a', 2), ['b', 'c', 'a']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'c', 0), ['c', 'a', 'b']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'b', 9), ['a', 'c', 'b']);
});

test('output of others is unseen until they are looked at; what was there at first is seen', () => {
  const row = rowOf('a', 'b');
  row.look('a');
  assert.equal(row.models.some((each) => row.isUnseen(each)), false);
  row.update([model('a', '2'), model('b', '2')]);
  assert.deepEqual(namesOf(row.models.filter((each) => row.isUnseen(each))), ['b']);
  row.look('b');
  row.update([model('a', '2'), model('b', '2')]);
  assert.equal(row.models.some((each) => row.isUnseen(each)), false);
});

test('what was printed until a tab was left is seen, what comes after is not', () => {
  const row = rowOf('a', 'b', 'c');
  row.look('a');
  row.look('b');
  row.look('c');
  row.update([model('a', '2'), model('b', '2'), model('c')]);
  assert.equal(row.models.some((each) => row.isUnseen(each)), false);
  row.update([model('a', '3'), model('b', '2'), model('c')]);
  assert.deepEqual(namesOf(row.models.filter((each) => row.isUnseen(each))), ['a']);
});

test('a terminal that has ended while looked at keeps its place until one looks elsewhere', () => {
  const row = rowOf('a', 'b', 'c');
  row.look('b');
  row.end();
  assert.deepEqual(namesOf(row.shown), ['a', 'b', 'c']);
  assert.deepEqual(namesOf(row.models), ['a', 'c']);
  assert.equal(row.hasEnded, true);
  assert.equal(row.next.name, 'c');
  row.update([model('a'), model('c')]);
  assert.deepEqual(namesOf(row.shown), ['a', 'b', 'c']);
  row.look('c');
  assert.deepEqual(namesOf(row.shown), ['a', 'c']);
  assert.equal(row.hasEnded, false);
});

test('from the last tab one goes on to the one before, from the only one to none', () => {
  const row = rowOf('a', 'b');
  row.look('b');
  row.end();
  assert.equal(row.next.name, 'a');
  const alone = rowOf('a');
  alone.look('a');
  alone.end();
  assert.equal(alone.next, null);
});

test('the server\'s list may lack what is looked at for a moment', () => {
  const row = rowOf('a', 'b');
  row.look('a');
  row.update([model('b')]);
  assert.deepEqual(namesOf(row.shown), ['a', 'b']);
  assert.equal(row.hasEnded, false);
});

test('a terminal is found by its name, and by those it had, unless another has them now', () => {
  const row = new Row(new Order(memory()));
  row.update([model('new', '1', ['old']), model('x', '1', ['y']), model('y')]);
  assert.equal(row.find('old').name, 'new');
  assert.equal(row.find('y').name, 'y');
  assert.equal(row.find('none'), null);
});

test('renamed, a tab keeps its place, its being looked at, and what is seen of it', () => {
  const row = rowOf('a', 'b');
  row.move('b', 0);
  row.look('b');
  row.rename('b', model('z', '5', ['b']));
  assert.equal(row.current, 'z');
  assert.deepEqual(namesOf(row.models), ['z', 'a']);
  row.update([model('a'), model('z', '5', ['b'])]);
  assert.deepEqual(namesOf(row.shown), ['z', 'a']);
});
