/**
 * Plays one recording with asciinema's player, and shows what is known of it: its chapters, how fast it
 * goes, whether pauses are cut.
 *
 * The player can be told neither a new speed nor a new limit, so it is made anew, at the same moment.
 */

import { make, setText } from '../dom.js';
import { Timeline, readCast } from './cast.js';
import { course, length, moment, name, size } from './words.js';

const SPEEDS = [0.5, 1, 2, 4, 8];

/** Pauses are cut to this, in seconds, where the recording does not say otherwise. */
const PAUSE = 2;

/** The name of css/recordings.css for the page's colours. */
const THEME = 'webterm';

export class Theatre {
  #host;
  #archive;
  #player = null;
  #cast = null;
  #timeline = null;
  #speed = 1;
  #cutsPauses = true;
  #wanted = null;
  /** Whether the player can't be used any more before the page is loaded again. */
  #hasStopped = false;
  #stage = make('div', { class: 'stage' });
  #chapters = make('ol', { class: 'chapters', 'aria-label': 'Chapters' });
  #speeds = make('select', { 'aria-label': 'Speed', on: { change: () => this.#again() } },
    ...SPEEDS.map((speed) => make('option', { value: speed, text: `${speed}×` })));
  #pauses = make('input', { type: 'checkbox', on: { change: () => this.#again() } });

  /** @param {HTMLElement} host  @param {import('./archive.js').Archive} archive */
  constructor(host, archive) {
    this.#host = host;
    this.#archive = archive;
    this.#speeds.value = '1';
    this.#pauses.checked = true;
    addEventListener('error', (event) => this.#onError(event));
  }

  /** @param {object} recording */
  async open(recording) {
    if (this.#hasStopped) {
      // The address names this recording already.
      location.reload();
      return;
    }
    this.close();
    this.#wanted = recording.id;
    this.#host.replaceChildren(...this.#around(recording));
    this.#host.hidden = false;
    setText(this.#stage, 'Loading…');
    let text;
    try {
      text = await this.#archive.text(recording.id);
    } catch (error) {
      if (this.#wanted === recording.id) setText(this.#stage, error.message);
      return;
    }
    if (this.#wanted !== recording.id) return;
    this.#cast = readCast(text);
    if (this.#cast === null) setText(this.#stage, 'This is no recording that could be played.');
    else this.#start(0, true);
  }

  close() {
    this.#wanted = null;
    this.#dispose();
    this.#cast = null;
    this.#host.hidden = true;
    this.#host.replaceChildren();
  }

  #around(recording) {
    const { text, tone } = course(recording);
    const facts = [
      ['Began', moment(recording.begun)],
      ['Length', recording.length === null ? null : length(recording.length)],
      ['Session', recording.session],
      ['Command', recording.command],
      ['Typed', recording.who.join(', ')],
      ['Size', `${recording.cols}×${recording.rows}, ${size(recording.bytes)}`],
      ['SHA-256', recording.sha256],
    ].filter(([, fact]) => fact);
    return [
      make('div', { class: 'headline' },
        make('a', { class: 'back', href: '#', text: 'All recordings' }),
        make('h2', { text: name(recording) }),
        make('span', { class: 'course', 'data-tone': tone, text })),
      this.#stage,
      make('div', { class: 'controls' },
        make('label', {}, make('span', { text: 'Speed' }), this.#speeds),
        make('label', {}, this.#pauses, make('span', { text: 'Cut pauses' })),
        make('a', { class: 'download', href: this.#archive.address(recording.id), download: `${recording.id}.cast`, text: 'Download' })),
      this.#chapters,
      make('dl', { class: 'details' },
        ...facts.flatMap(([term, fact]) => [make('dt', { text: term }), make('dd', { text: fact })])),
    ];
  }

  async #again() {
    if (this.#player === null) return;
    const time = this.#timeline.recorded(await this.#player.getCurrentTime() ?? 0);
    const isOver = time >= this.#cast.length;
    this.#start(isOver ? 0 : time, true);
  }

  /** @param {number} time  as recorded */
  #start(time, plays) {
    this.#dispose();
    const { cols, rows, events, idleLimit } = this.#cast;
    this.#speed = Number(this.#speeds.value);
    this.#cutsPauses = this.#pauses.checked;
    const limit = this.#cutsPauses ? idleLimit ?? PAUSE : Infinity;
    this.#timeline = new Timeline(events, limit);
    this.#stage.replaceChildren();
    const parser = () => ({ cols, rows, events: events.map(([at, kind, data]) => [at * 1000, kind, data]) });
    this.#player = globalThis.AsciinemaPlayer.create({ data: '', parser }, this.#stage, {
      theme: THEME,
      // On a phone held upright it is as high as it then is: css/recordings.css.
      fit: matchMedia('(max-width: 40rem)').matches ? 'width' : 'both',
      controls: true,
      speed: this.#speed,
      idleTimeLimit: this.#cutsPauses ? limit : undefined,
      startAt: time, // Of the recording as it is, unlike all other times.
      autoPlay: plays && !matchMedia('(prefers-reduced-motion: reduce)').matches,
      preload: true,
      poster: `npt:${this.#timeline.shown(time)}`,
      terminalFontFamily: getComputedStyle(document.documentElement).getPropertyValue('--term-font').replace(/\s+/g, ' ').trim(),
    });
    this.#showChapters();
    // Its own keys (space, arrows, digits) work at once.
    this.#player.el?.querySelector('.ap-wrapper')?.focus({ preventScroll: true });
  }

  #showChapters() {
    const items = this.#cast.markers.map(({ time, label }) => {
      const shown = this.#timeline.shown(time);
      const seek = () => this.#player?.seek(shown);
      return make('li', {}, make('button', { type: 'button', on: { click: seek } },
        make('span', { class: 'at', text: length(shown) }), make('span', { text: label || 'Marker' })));
    });
    this.#chapters.replaceChildren(...items);
    this.#chapters.hidden = items.length === 0;
  }

  /** The player's WebAssembly stops at output that it can't bear, such as millions of line ends at once. */
  #onError(event) {
    if (this.#player === null || !(event.error instanceof WebAssembly.RuntimeError)) return;
    event.preventDefault();
    this.#hasStopped = true;
    this.#dispose();
    this.#cast = null;
    this.#chapters.hidden = true;
    setText(this.#stage, 'There is output in this recording that the player can’t show. Download it to see it with other tools.');
  }

  #dispose() {
    const player = this.#player;
    this.#player = null;
    try {
      player?.dispose();
    } catch {
      // What has stopped can't be disposed of; it goes with the page.
    }
  }
}
