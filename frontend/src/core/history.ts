/** Tables of state: one that forgets (for a frame) and one that remembers every change (for look-ups at any event). */

import { countBelow } from "./lists";

/** What the fold writes to. `undefined` stands for 'not there'. */
export interface Table<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V | undefined): void;
  entries(): Iterable<[K, V]>;
}

/** Keeps the present only. */
export class Present<K, V> implements Table<K, V> {
  private readonly map = new Map<K, V>();

  get(key: K): V | undefined {
    return this.map.get(key);
  }

  set(key: K, value: V | undefined): void {
    if (value === undefined) this.map.delete(key);
    else this.map.set(key, value);
  }

  entries(): Iterable<[K, V]> {
    return this.map.entries();
  }
}

/** Keeps, for each key, the events that changed it and what it was after each: the state after k events is a search. */
export class History<K, V> implements Table<K, V> {
  private readonly now = new Present<K, V>();
  private readonly past = new Map<K, { events: number[]; values: (V | undefined)[] }>();

  /** `clock` tells the event that is being folded. */
  constructor(private readonly clock: () => number) {}

  get(key: K): V | undefined {
    return this.now.get(key);
  }

  set(key: K, value: V | undefined): void {
    this.now.set(key, value);
    let past = this.past.get(key);
    if (!past) {
      past = { events: [], values: [] };
      this.past.set(key, past);
    }
    const event = this.clock();
    if (past.events.at(-1) === event) past.values[past.values.length - 1] = value;
    else {
      past.events.push(event);
      past.values.push(value);
    }
  }

  entries(): Iterable<[K, V]> {
    return this.now.entries();
  }

  /** The value after the first k events. */
  after(key: K, k: number): V | undefined {
    const past = this.past.get(key);
    if (!past) return undefined;
    const changes = countBelow(past.events, k);
    return changes ? past.values[changes - 1] : undefined;
  }

  /** The events that changed a key, ascending. */
  changes(key: K): readonly number[] {
    return this.past.get(key)?.events ?? [];
  }

  keys(): Iterable<K> {
    return this.past.keys();
  }
}
