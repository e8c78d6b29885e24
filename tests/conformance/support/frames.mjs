/** Frames as they go over the wire (RFC 6455, 5.2), right ones and wrong ones. */

import { randomBytes } from 'node:crypto';

export const CONTINUE = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/**
 * A frame as a client sends it, unless it is told to be wrong.
 *
 * @param {number} opcode
 * @param {string | Uint8Array} [payload]
 * @param {{fin?: boolean, rsv?: number, mask?: Buffer | null, length?: bigint}} [options]
 *   `rsv`: the three reserved bits, 1 to 7; `mask`: null for none; `length`: claimed in 64 bits
 */
export function frame(opcode, payload = '', { fin = true, rsv = 0, mask = randomBytes(4), length } = {}) {
  const bytes = Buffer.from(payload);
  const head = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode]);
  const size = lengthOf(length ?? BigInt(bytes.length), length !== undefined);
  if (mask === null) return Buffer.concat([head, size, bytes]);
  size[0] |= 0x80;
  return Buffer.concat([head, size, mask, bytes.map((byte, index) => byte ^ mask[index % 4])]);
}

function lengthOf(length, isLong) {
  if (!isLong && length < 126n) return Buffer.from([Number(length)]);
  if (!isLong && length < 65_536n) {
    const size = Buffer.from([126, 0, 0]);
    size.writeUInt16BE(Number(length), 1);
    return size;
  }
  const size = Buffer.alloc(9, 127);
  size.writeBigUInt64BE(length, 1);
  return size;
}

/** A message in fragments that end at these places. */
export function fragments(opcode, payload, ends) {
  const bytes = Buffer.from(payload);
  return [0, ...ends].map((start, index) => (
    frame(index === 0 ? opcode : CONTINUE, bytes.subarray(start, ends[index]), { fin: index === ends.length })
  ));
}

/** A close frame's payload. */
export function closing(code, reason = '') {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return Buffer.concat([head, Buffer.from(reason)]);
}

/** Input as the protocol has it. */
export function stdin(text) {
  return JSON.stringify(['stdin', text]);
}

/** A message that is exactly so many bytes long, and that the server ignores. */
export function messageOf(size) {
  const around = JSON.stringify(['x-size', '']).length;
  return JSON.stringify(['x-size', 'x'.repeat(size - around)]);
}

/** Takes whole frames from the start of `bytes`. */
export function parse(bytes) {
  const frames = [];
  let rest = bytes;
  for (;;) {
    if (rest.length < 2) return { frames, rest };
    const short = rest[1] & 0x7f;
    const start = { 126: 4, 127: 10 }[short] ?? 2;
    if (rest.length < start) return { frames, rest };
    const long = short === 126 ? rest.readUInt16BE(2) : short;
    const length = short === 127 ? Number(rest.readBigUInt64BE(2)) : long;
    if (rest.length < start + length) return { frames, rest };
    frames.push({
      fin: (rest[0] & 0x80) !== 0,
      rsv: (rest[0] >> 4) & 7,
      opcode: rest[0] & 15,
      isMasked: (rest[1] & 0x80) !== 0,
      payload: rest.subarray(start, start + length),
    });
    rest = rest.subarray(start + length);
  }
}
