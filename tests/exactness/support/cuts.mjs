/** Where a viewer joins: anywhere, also in the middle of a character or a sequence. */

const ESC = 0x1b;
/** So far behind an escape character most sequences aren't over. */
const LONGEST_INSIDE = 4;

/**
 * @param {Buffer} bytes
 * @param {import('./random.mjs').Random} random
 * @param {{anywhere: number, inSequences: number, inCharacters: number}} counts  how many of each, besides the end
 * @returns {number[]} places in ascending order, each once
 */
export function cutsOf(bytes, random, { anywhere, inSequences, inCharacters }) {
  const escapes = placesOf(bytes, (byte) => byte === ESC);
  const characters = placesOf(bytes, (byte) => byte >= 0xc0);
  const places = [
    bytes.length,
    ...draw(anywhere, () => random.between(1, bytes.length)),
    ...draw(escapes.length && inSequences, () => random.pick(escapes) + random.between(1, LONGEST_INSIDE)),
    ...draw(characters.length && inCharacters, () => random.pick(characters) + 1),
  ];
  return [...new Set(places)].filter((place) => place <= bytes.length).sort((a, b) => a - b);
}

function placesOf(bytes, isWanted) {
  const places = [];
  bytes.forEach((byte, place) => { if (isWanted(byte)) places.push(place); });
  return places;
}

function draw(count, place) {
  return Array.from({ length: count }, place);
}
