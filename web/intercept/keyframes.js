/*
 * Keyframes of animations that scripts make (Web Animations, https://www.w3.org/TR/web-animations-1/).
 */
import { baseOfView, isCustom, rewriteCSS, seen } from './style-texts.js';
import {
  apply,
  bare,
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
import { wrap, wrapConstructor } from './wrap.js';

const { iterator } = Symbol;
const effectOf = window.Animation && reads(Animation.prototype, 'effect');
const targetOf = window.KeyframeEffect && reads(KeyframeEffect.prototype, 'target');
const setKeyframes = window.KeyframeEffect && free(KeyframeEffect.prototype.setKeyframes);

/** @param {any} value */
const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');

/** The members of a keyframe that are no CSS properties. */
const notProperties = ['offset', 'easing', 'composite'];
/** How many effects with blanked addresses are kept for each element. */
const most = 64;

/** @typedef {{ all: List<any> | undefined, one: any }} Frames a list of keyframes, or one object with a list for each property */

/** The keyframes of each effect that a script made, as the script wrote them. @type {WeakMap<object, Frames>} */
const framesOf = new WeakMap();
/** The effects with blanked addresses, by their elements, because WebKit drops an effect that no script holds. @type {WeakMap<object, object[]>} */
const effectsOf = new WeakMap();

/** Lists what a value iterates over; returns nothing for a value that does not iterate. @param {any} items @returns {List<any> | undefined} */
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

/** Copies a keyframe of a script's, each member read once. @param {any} frame @param {boolean} lists whether each property may have a list of values */
const copyFrame = (frame, lists) => {
  if (!isObject(frame)) return frame;
  /** @type {Record<string, any>} */
  const copy = bare({});
  for (let i = 0; i < notProperties.length; i++) if (notProperties[i] in frame) copy[notProperties[i]] = frame[notProperties[i]];
  const names = ownKeys(frame);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (typeof name !== 'string' || name in copy || !getOwnPropertyDescriptor(frame, name)?.enumerable) continue;
    const value = frame[name];
    const values = lists && isObject(value) ? listed(value) : undefined;
    for (let j = 0; values && j < values.length; j++) values[j] = `${values[j]}`;
    copy[name] = values || `${value}`;
  }
  return copy;
};

/** Copies the keyframes of a script, so that the browser gets what was judged. @param {any} frames @returns {Frames} */
const copyFrames = (frames) => {
  const all = listed(frames);
  for (let i = 0; all && i < all.length; i++) all[i] = copyFrame(all[i], false);
  return { all, one: all ? undefined : copyFrame(frames, true) };
};

/** Rewrites the CSS in a copied keyframe. @param {any} frame @param {import('./style-texts.js').Base} [base] */
const rewriteFrame = (frame, base) => {
  if (!isObject(frame)) return frame;
  /** @type {Record<string, any>} */
  const copy = bare({});
  const names = ownKeys(frame);
  for (let i = 0; i < names.length; i++) {
    const name = /** @type {string} */ (names[i]);
    const value = frame[name];
    if (includes(notProperties, name)) copy[name] = value;
    else if (typeof value === 'string') copy[name] = rewriteCSS(value, base, isCustom(name));
    else {
      const values = list();
      for (let j = 0; j < value.length; j++) values[j] = rewriteCSS(value[j], base, isCustom(name));
      copy[name] = iterable(values);
    }
  }
  return copy;
};

/** Rewrites the CSS in copied keyframes. @param {Frames} frames @param {import('./style-texts.js').Base} [base] */
const rewriteFrames = ({ all, one }, base) => {
  if (!all) return rewriteFrame(one, base);
  const now = list();
  for (let i = 0; i < all.length; i++) now[i] = rewriteFrame(all[i], base);
  return iterable(now);
};

/** Keeps an effect as long as its element. @param {any} effect */
const keepEffect = (effect) => {
  const element = targetOf(effect);
  if (!element) return;
  const before = weakGet(effectsOf, element) || list();
  const now = list();
  now[0] = effect;
  for (let i = 0; i < before.length && i < most - 1; i++) now[i + 1] = before[i];
  weakSet(effectsOf, element, now);
};

/**
 * Rewrites the keyframes among a call's arguments. Returns a function that must get the effect
 * which the call makes or changes.
 *
 * @param {any} view
 * @param {any[]} args
 * @param {number} at the index of the keyframes
 * @returns {(effect: any) => void}
 */
const rewriteArgument = (view, args, at) => {
  if (!isObject(args[at])) return () => {};
  const frames = copyFrames(args[at]);
  const before = seen.blanks;
  args[at] = rewriteFrames(frames, () => baseOfView(view));
  const blanked = seen.blanks !== before;
  return (effect) => {
    if (!seen.some || !effect) return;
    weakSet(framesOf, effect, frames);
    if (blanked) keepEffect(effect);
  };
};

/** Rewrites the keyframes of an animation once more, after a choice. @param {any} animation */
export const reviewAnimation = (animation) => {
  const effect = effectOf(animation);
  const frames = effect && weakGet(framesOf, effect);
  if (frames) setKeyframes(effect, rewriteFrames(frames));
};

/** @param {any} view */
export const hookKeyframes = (view) => {
  wrap(view.Element.prototype, 'animate', 'value', (original) => ({
    hook(...args) {
      const note = rewriteArgument(view, args, 0);
      const animation = apply(original, this, args);
      note(effectOf(animation));
      return animation;
    },
  }));
  wrap(view.KeyframeEffect?.prototype, 'setKeyframes', 'value', (original) => ({
    hook(...args) {
      const note = rewriteArgument(view, args, 0);
      apply(original, this, args);
      note(this);
    },
  }));
  wrapConstructor(view, 'KeyframeEffect', (target, args, as) => {
    const note = rewriteArgument(view, args, 1);
    const effect = construct(target, args, as);
    note(effect);
    return effect;
  });
};
