/** What has to be done when a test ends: all of it, last begun first, whatever fails on the way. */

const duties = new WeakMap();

/**
 * @param {import('node:test').TestContext} context
 * @param {() => unknown} duty
 */
export function atEnd(context, duty) {
  if (!duties.has(context)) {
    duties.set(context, []);
    context.after(() => fulfil(duties.get(context)));
  }
  duties.get(context).push(duty);
}

async function fulfil(list) {
  const failures = [];
  for (const duty of list.reverse()) {
    try {
      await duty();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
