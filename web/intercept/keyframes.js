/*
 * Keyframes of animations that scripts make.
 */
import { isCustom } from './style-texts.js';
import {
  apply,
  bare,
  baseURI,
  construct,
  free,
  getOwnPropertyDescriptor,
  includes,
  iterable,
  list,
  ownKeys,
  reads,
  weakGet,
  WeakMap,
  weakSet,
} from '../safe/builtins.js';

const { iterator } = Symbol;
const effectOf = window.Animation && reads(Animation.prototype, 'effect');
const playedBy = window.KeyframeEffect && reads(KeyframeEffect.prototype, 'target');
const setKeyframes = window.KeyframeEffect && free(KeyframeEffect.prototype.setKeyframes);

/** @param {any} value */
const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');

/** What keyframes have that is no property. */
const terms = ['offset', 'easing', 'composite'];

/** @typedef {{ all: any[] | undefined, one: any }} Frames keyframes in a list, or one object with lists */

/**
 * What iterates, in a list; nothing for what does not.
 *
 * @param {any} items
 * @returns {any[] | undefined}
 */
const listed = (items) => {
  const iterate = items[iterator];
  if (iterate === undefined || iterate === null) return;
  const from = apply(iterate, items, []);
  const { next } = from;
  const all = list();
  for (let i = 0; ; i++) {
    const { done, value } = apply(next, from, []);
    if (done) return all;
    all[i] = value;
  }
};

/**
 * @param {ReturnType<typeof import('./style-texts.js').styleTexts>} texts
 */
export const keyframeHooks = ({ seen, text }) => {
  /**
   * Keyframes as they were written: read once, into what nobody else has.
   *
   * @param {any} frames
   * @returns {Frames}
   */
  const written = (frames) => {
    /** @param {any} frame @param {boolean} lists whether values come in lists */
    const copy = (frame, lists) => {
      if (!isObject(frame)) return frame;
      /** @type {Record<string, any>} */
      const own = bare({});
      for (let i = 0; i < terms.length; i++) if (terms[i] in frame) own[terms[i]] = frame[terms[i]];
      const names = ownKeys(frame);
      for (let i = 0; i < names.length; i++) {
        const name = names[i];
        if (typeof name !== 'string' || name in own || !getOwnPropertyDescriptor(frame, name)?.enumerable) continue;
        const value = frame[name];
        const values = lists && isObject(value) ? listed(value) : undefined;
        for (let j = 0; values && j < values.length; j++) values[j] = `${values[j]}`;
        own[name] = values || `${value}`;
      }
      return own;
    };
    const all = listed(frames);
    for (let i = 0; all && i < all.length; i++) all[i] = copy(all[i], false);
    return { all, one: all ? undefined : copy(frames, true) };
  };

  /** Those keyframes as they may stand now. @param {Frames} frames @param {(() => string | undefined) | undefined} base */
  const framed = ({ all, one }, base) => {
    /** @param {any} frame */
    const copy = (frame) => {
      if (!isObject(frame)) return frame;
      /** @type {Record<string, any>} */
      const own = bare({});
      const names = ownKeys(frame);
      for (let i = 0; i < names.length; i++) {
        const name = /** @type {string} */ (names[i]);
        const value = frame[name];
        if (includes(terms, name)) own[name] = value;
        else if (typeof value === 'string') own[name] = text(value, base, isCustom(name));
        else {
          const values = list();
          for (let j = 0; j < value.length; j++) values[j] = text(value[j], base, isCustom(name));
          own[name] = iterable(values);
        }
      }
      return own;
    };
    if (!all) return copy(one);
    const now = list();
    for (let i = 0; i < all.length; i++) now[i] = copy(all[i]);
    return iterable(now);
  };

  /** Of effects that scripts made, what their keyframes were. @type {WeakMap<object, Frames>} */
  const effects = new WeakMap();
  /** Those that wait, by what they move: WebKit forgets effects that no script holds. @type {WeakMap<object, object[]>} */
  const waiting = new WeakMap();

  /** Keeps an effect as long as what it moves, the last so many of each. @param {any} effect */
  const pin = (effect) => {
    const element = playedBy(effect);
    if (!element) return;
    const before = weakGet(waiting, element) || list();
    const now = list();
    now[0] = effect;
    for (let i = 0; i < before.length && i < 63; i++) now[i + 1] = before[i];
    weakSet(waiting, element, now);
  };

  /**
   * Keyframes as they may stand now, and to whom they are to be told once there is an effect.
   *
   * @param {any} frames
   * @param {(() => string | undefined) | undefined} base
   * @returns {[frames: any, tell: (effect: any) => void]}
   */
  const keyframes = (frames, base) => {
    if (!isObject(frames)) return [frames, () => {}];
    const all = written(frames);
    const before = seen.blanks;
    const now = framed(all, base);
    const waits = seen.blanks !== before;
    const tell = (/** @type {any} */ effect) => {
      if (!seen.some || !effect) return;
      weakSet(effects, effect, all);
      if (waits) pin(effect);
    };
    return [now, tell];
  };

  /** @param {any} animation */
  const reviewAnimation = (animation) => {
    const effect = effectOf(animation);
    const frames = effect && weakGet(effects, effect);
    if (frames) setKeyframes(effect, framed(frames, undefined));
  };

  /** @type {import('./hooks.js').Hooks} */
  const hook = (view, wrap, wrapConstructor) => {
    /** What addresses begin from in what another realm's document has. */
    const home = view === window ? undefined : () => baseURI(view.document);
    wrap(view.Element.prototype, 'animate', 'value', (original) => ({
      hook(...args) {
        const frames = keyframes(args[0], home);
        if (args.length) args[0] = frames[0];
        const animation = apply(original, this, args);
        frames[1](effectOf(animation));
        return animation;
      },
    }));
    wrap(view.KeyframeEffect?.prototype, 'setKeyframes', 'value', (original) => ({
      hook(...args) {
        const frames = keyframes(args[0], home);
        if (args.length) args[0] = frames[0];
        apply(original, this, args);
        frames[1](this);
      },
    }));
    wrapConstructor(view, 'KeyframeEffect', (target, args, as) => {
      const frames = keyframes(args[1], home);
      if (args.length > 1) args[1] = frames[0];
      const effect = construct(target, args, as);
      frames[1](effect);
      return effect;
    });
  };

  return { hook, reviewAnimation };
};
